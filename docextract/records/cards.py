"""Payment cards and business cards."""

from __future__ import annotations

from datetime import date as Date
from typing import Any

from pydantic import model_validator

from docextract.records.base import Record
from docextract.records.secrets import CardNumber
from docextract.values.cards import Network


class PaymentCard(Record):
    """What the front of a payment card says. The security code is never read into it.

    Attributes:
        number: Opaque; `number.reveal()` gives the digits.
        network: By the first digits of the number.
        issuer: Bank or card company.
        holder: As embossed.
        expiry: Last day on which the card is valid.
    """

    number: CardNumber | None = None
    network: Network | None = None
    issuer: str | None = None
    holder: str | None = None
    expiry: Date | None = None

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, data: Any) -> Any:
        number = data.get("number") if isinstance(data, dict) else None
        return {"network": number.network, **data} if isinstance(number, CardNumber) else data


class BusinessCard(Record):
    """What one side of a business card says.

    Attributes:
        name: The person's, in the script of the card's side.
        name_latin: In Latin letters where the card has both.
        company: Where the person works.
        department: Part of the company.
        title: The person's position.
        phone: Of the office; digits, after a plus where one is printed.
        mobile: Mobile phone.
        fax: Fax.
        email: E-mail address.
        url: Web address.
        address: In one line.
    """

    name: str | None = None
    name_latin: str | None = None
    company: str | None = None
    department: str | None = None
    title: str | None = None
    phone: str | None = None
    mobile: str | None = None
    fax: str | None = None
    email: str | None = None
    url: str | None = None
    address: str | None = None
