"""Identity documents: Korean cards, passports, and cards with a machine readable zone."""

from __future__ import annotations

from datetime import date as Date
from typing import Any, Literal

from pydantic import Field, model_validator

from docextract.records.base import Part, Record
from docextract.records.secrets import ResidentNumber
from ocr.document import Quad

Sex = Literal["M", "F"]


class _KoreanIdentity(Record):
    """What Korean cards with a resident's number share: birth date and sex are in the number."""

    name: str | None = None
    number: ResidentNumber | None = None
    birth_date: Date | None = None
    sex: Sex | None = None
    issue_date: Date | None = None
    authority: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _derive(cls, data: Any) -> Any:
        number = data.get("number") if isinstance(data, dict) else None
        if isinstance(number, ResidentNumber):
            return {"birth_date": number.birth_date, "sex": number.sex, **data}
        return data


class ResidentCard(_KoreanIdentity):
    """주민등록증.

    Attributes:
        name: In Hangul; the Chinese characters behind it are left out.
        number: 주민등록번호; opaque.
        birth_date: From the number.
        sex: From the number.
        address: In one line.
        issue_date: 발급일.
        authority: 발급 기관.
    """

    address: str | None = None


class DriverLicence(_KoreanIdentity):
    """자동차운전면허증.

    Attributes:
        name: 성명.
        number: 주민등록번호; opaque.
        birth_date: From the number.
        sex: From the number.
        licence_number: As `11-23-456789-01`.
        classes: 면허 종별, as printed.
        address: In one line.
        conditions: 조건.
        renewal_from: First day on which it can be renewed.
        renewal_until: Last day.
        security_code: 암호일련번호.
        issue_date: 발급일.
        authority: 발급 기관.
    """

    licence_number: str | None = None
    classes: str | None = None
    address: str | None = None
    conditions: str | None = None
    renewal_from: Date | None = None
    renewal_until: Date | None = None
    security_code: str | None = None


class AlienRegistrationCard(_KoreanIdentity):
    """외국인등록증.

    Attributes:
        name: 성명.
        number: 외국인등록번호; opaque.
        birth_date: From the number.
        sex: As printed, or else from the number.
        nationality: 국가/지역.
        status: 체류자격.
        issue_date: 발급일자.
        authority: 발급 기관.
    """

    nationality: str | None = None
    status: str | None = None


class MachineReadableZone(Part):
    """The zone as a whole; what it says is in the record's fields.

    Attributes:
        format: Its format.
        checks: By name of the field, and `composite`: whether the check digit fits.
        agrees: By name of the field: whether the print beside its label says the same; of fields where it can be
            told.
        repaired: Fields in which characters were changed to what they must be.
        lines: Where its lines stand, from top to bottom.
    """

    format: Literal["TD1", "TD2", "TD3", "MRV-A", "MRV-B"]
    checks: dict[str, bool]
    agrees: dict[str, bool] = Field(default_factory=dict)
    repaired: tuple[str, ...] = ()
    lines: tuple[Quad, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether every check digit fits."""
        return all(self.checks.values())


class TravelDocument(Record):
    """A passport, visa or identity card with a machine readable zone, whose values count before the printed ones.

    Attributes:
        document_code: Such as `P` or `ID`.
        issuer: Code of the issuing state.
        surname: Primary identifier.
        given_names: Secondary identifier.
        name: In the local script.
        document_number: Number of the document.
        nationality: Code of the holder's nationality.
        birth_date: Birth date.
        sex: None where it is unspecified.
        issue_date: Day of issue.
        expiry_date: Last day of validity.
        authority: Who issued it.
        mrz: The zone; None where none was found.
    """

    document_code: str | None = None
    issuer: str | None = None
    surname: str | None = None
    given_names: str | None = None
    name: str | None = None
    document_number: str | None = None
    nationality: str | None = None
    birth_date: Date | None = None
    sex: Sex | None = None
    issue_date: Date | None = None
    expiry_date: Date | None = None
    authority: str | None = None
    mrz: MachineReadableZone | None = None


class Passport(TravelDocument):
    """The data page of a passport."""


class IdentityCard(TravelDocument):
    """An identity card or a visa of any country."""
