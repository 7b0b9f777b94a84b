"""What a document is: the typed records that extraction returns."""

from __future__ import annotations

from docextract.records.base import Evidence, Issue, LabelEvidence, Part, Record
from docextract.records.business_card import BusinessCard, Phone, SocialHandle
from docextract.records.cards import PaymentCard
from docextract.records.identity import (
    AlienRegistrationCard,
    DriverLicence,
    IdentityCard,
    MachineReadableZone,
    Passport,
    ResidentCard,
)
from docextract.records.receipt import Discount, Item, Merchant, Payment, Receipt, Tax
from docextract.records.secrets import CardNumber, ResidentNumber

__all__ = [
    "RECORDS",
    "AlienRegistrationCard",
    "BusinessCard",
    "CardNumber",
    "Discount",
    "DriverLicence",
    "Evidence",
    "IdentityCard",
    "Issue",
    "Item",
    "LabelEvidence",
    "MachineReadableZone",
    "Merchant",
    "Part",
    "Passport",
    "Payment",
    "PaymentCard",
    "Phone",
    "Receipt",
    "Record",
    "ResidentCard",
    "ResidentNumber",
    "SocialHandle",
    "Tax",
]

RECORDS: dict[str, type[Record]] = {
    "receipt": Receipt,
    "payment_card": PaymentCard,
    "resident_card": ResidentCard,
    "driver_licence": DriverLicence,
    "alien_registration_card": AlienRegistrationCard,
    "passport": Passport,
    "identity_card": IdentityCard,
    "business_card": BusinessCard,
}
"""Records by the name that templates call them."""
