"""Receipts of any country."""

from __future__ import annotations

from datetime import date as Date
from datetime import time as Time
from decimal import Decimal

from pydantic import Field

from docextract.records.base import Part, Record


class Merchant(Part):
    """Who sold.

    Attributes:
        name: As printed.
        branch: Which of the merchant's shops.
        address: In one line.
        phones: The digits, after a plus where one is printed.
        fax: Likewise.
        email: E-mail address.
        url: Web address.
        registration_number: Number of the company, of its licence or of its taxation.
        representative: Who the company is represented by (대표자).
    """

    name: str | None = None
    branch: str | None = None
    address: str | None = None
    phones: tuple[str, ...] = ()
    fax: str | None = None
    email: str | None = None
    url: str | None = None
    registration_number: str | None = None
    representative: str | None = None


class Item(Part):
    """What was sold.

    Attributes:
        name: As printed.
        code: Of the article.
        quantity: How many, or how much.
        unit: What the quantity counts or measures, as printed: kg, PCS, 개.
        unit_price: For one.
        discount: What the rows below take off, or the item's own row; its sign as printed.
        total: As printed: before a discount below it, after one in its own row.
        tax_code: The letters behind the total that stand for the item's rate of tax: A, T, SR.
    """

    name: str | None = None
    code: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: Decimal | None = None
    discount: Decimal | None = None
    total: Decimal | None = None
    tax_code: str | None = None


class Tax(Part):
    """One rate of a tax.

    Attributes:
        name: As printed.
        rate: In percent.
        base: What it is a tax on, with or without the tax, as printed.
        amount: The tax.
    """

    name: str | None = None
    rate: Decimal | None = None
    base: Decimal | None = None
    amount: Decimal | None = None


class Discount(Part):
    """What is taken off the whole sum.

    Attributes:
        name: As printed.
        amount: Its sign as printed.
    """

    name: str | None = None
    amount: Decimal | None = None


class Payment(Part):
    """How it was paid.

    Attributes:
        method: As printed: cash, credit card, a network, ...
        amount: Paid this way.
        card_company: Who issued the card.
        acquirer: Who settles it with the merchant (매입사).
        card_number: With the stars that are printed; a number printed in full is never taken.
        approval_number: 승인번호, authorisation code.
        instalments: 할부, as printed.
        terminal_id: Of the card reader, or the merchant's number there (가맹점번호).
    """

    method: str | None = None
    amount: Decimal | None = None
    card_company: str | None = None
    acquirer: str | None = None
    card_number: str | None = None
    approval_number: str | None = None
    instalments: str | None = None
    terminal_id: str | None = None


class Receipt(Record):
    """What a receipt says. A value that is not printed, or was not found, is None.

    Attributes:
        merchant: Who sold.
        date: Day of the sale.
        time: Its time.
        receipt_number: Number of the receipt, invoice or bill.
        cashier: Name or number.
        items: What was sold, from top to bottom.
        subtotal: Sum before what is added to it or taken from it below.
        taxable: What is taxed (과세, 공급가액).
        tax_free: What is not (면세).
        discount: Sum of the discounts, as printed.
        discounts: Each of them, but for those of items.
        service_charge: Charged for service.
        shipping: Charged for delivery.
        tip: Given on top.
        tax: Sum of the taxes.
        taxes: Each of them.
        rounding: Adjustment to the smallest coin; its sign as printed.
        total: What has to be paid.
        due: What is still to be paid, where the receipt calls it that.
        currency: ISO 4217 code; None where no mark decides it.
        locale: Language, and country where it is known, by the wording (BCP 47).
        paid: What was handed over, by all payments together.
        cashback: Handed out in cash and charged to the card.
        change: What was given back.
        payments: How it was paid.
    """

    merchant: Merchant = Field(default_factory=Merchant)
    date: Date | None = None
    time: Time | None = None
    receipt_number: str | None = None
    cashier: str | None = None
    items: tuple[Item, ...] = ()
    subtotal: Decimal | None = None
    taxable: Decimal | None = None
    tax_free: Decimal | None = None
    discount: Decimal | None = None
    discounts: tuple[Discount, ...] = ()
    service_charge: Decimal | None = None
    shipping: Decimal | None = None
    tip: Decimal | None = None
    tax: Decimal | None = None
    taxes: tuple[Tax, ...] = ()
    rounding: Decimal | None = None
    total: Decimal | None = None
    due: Decimal | None = None
    currency: str | None = None
    locale: str | None = None
    paid: Decimal | None = None
    cashback: Decimal | None = None
    change: Decimal | None = None
    payments: tuple[Payment, ...] = ()
