"""Payment cards."""

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
