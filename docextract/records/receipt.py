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
        address: In one line.
        phone: The digits, after a plus where one is printed.
        registration_number: Number of the company, of its licence or of its taxation.
    """

    name: str | None = None
    address: str | None = None
    phone: str | None = None
    registration_number: str | None = None


class Item(Part):
    """What was sold."""

    name: str | None = None
    quantity: Decimal | None = None
    unit_price: Decimal | None = None
    total: Decimal | None = None


class Receipt(Record):
    """What a receipt says. A value that is not printed, or was not found, is None.

    Attributes:
        merchant: Who sold.
        date: Day of the sale.
        time: Its time.
        receipt_number: Number of the receipt, invoice or bill.
        items: What was sold, from top to bottom.
        subtotal: Sum before what is added to it or taken from it below.
        discount: Sum of the discounts, as printed.
        service_charge: Charged for service.
        tax: Sum of the taxes.
        rounding: Adjustment to the smallest coin; its sign as printed.
        total: What has to be paid.
        currency: ISO 4217 code; None where no mark decides it.
        paid: What was handed over.
        change: What was given back.
    """

    merchant: Merchant = Field(default_factory=Merchant)
    date: Date | None = None
    time: Time | None = None
    receipt_number: str | None = None
    items: tuple[Item, ...] = ()
    subtotal: Decimal | None = None
    discount: Decimal | None = None
    service_charge: Decimal | None = None
    tax: Decimal | None = None
    rounding: Decimal | None = None
    total: Decimal | None = None
    currency: str | None = None
    paid: Decimal | None = None
    change: Decimal | None = None
