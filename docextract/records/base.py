"""What all records share: evidence for every value, issues for every doubt, and representations that give nothing away.

`repr` and `str` of these classes count; only attributes and `model_dump*` tell what was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import date, time
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from docextract.errors import RecordFormatError, ValueFormatError
from docextract.records.secrets import CardNumber, ResidentNumber
from ocr.document import Quad

Kind = Literal[
    "text",
    "identifier",
    "money",
    "date",
    "time",
    "phone",
    "e164",
    "currency",
    "email",
    "url",
    "card_number",
    "masked_number",
    "expiry",
    "resident_number",
    "licence_number",
    "passport_number",
    "business_number",
]
"""Type of a value; it names the rules by which print becomes the value."""

Value = str | Decimal | date | time | CardNumber | ResidentNumber  # the most of them are texts, tried first

_FROM_JSON: dict[str, Callable[[str], Value]] = {
    "money": Decimal,
    "date": date.fromisoformat,
    "expiry": date.fromisoformat,
    "time": time.fromisoformat,
    "card_number": CardNumber.from_mask,
    "resident_number": ResidentNumber.from_mask,
}

_INSIDE: ContextVar[bool] = ContextVar("inside", default=False)
"""Whether a part is validated as a piece of another, which knows the whole path of what is wrong."""


class Part(BaseModel):
    """A part of a record. Immutable, and closed: an unknown field is an error.

    Raises:
        RecordFormatError: The data does not fit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @model_validator(mode="wrap")
    @classmethod
    def _without_input(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if _INSIDE.get():
            return handler(data)
        outermost = _INSIDE.set(True)
        try:
            return handler(data)
        except ValidationError as error:
            found = error.errors(include_input=False, include_context=False, include_url=False)
        finally:
            _INSIDE.reset(outermost)
        problems = tuple((".".join(map(str, item["loc"])), item["msg"]) for item in found)
        raise RecordFormatError(cls.__name__, problems)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """As pydantic's, but for what is no JSON at all, whose error keeps it."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError:
            pass
        raise RecordFormatError(cls.__name__, (("", "not valid JSON"),))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")  # pydantic's error would quote the value

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        yield "fields", sum(getattr(self, name) not in (None, (), {}) for name in type(self).model_fields)


class LabelEvidence(Part):
    """The printed label that a value was found by.

    Attributes:
        raw: The label as it was read.
        quad: Where it stands.
        similarity: How much it resembles the template's label, in [0, 1].
    """

    raw: str
    quad: Quad
    similarity: float


class Evidence(Part):
    """Where a value comes from.

    Quads are in pixels of the upright original image, as in `ocr.document`.

    Attributes:
        kind: Type of the value.
        value: The value itself, the same as in the record's field.
        raw: The print as it was read; the mask where the value is a secret.
        confidence: Probability in (0, 1) that the value is right, calibrated on documents whose fields are known;
            the model card says how far it can be believed.
        quad: Bounds of the words.
        words: One quad for each word, or part of a word, in reading order.
        page: Index of the page.
        locator: Which kind of locator of the template proposed the value.
        label: The label beside or above the value, where it was found by one.
        alternatives: What the same print may mean as well, most likely first.
        repaired_from: The print as it was read, where letters in it were taken for the digits that they resemble,
            digits for others that the reader thought of as well, or a word for one that the template knows.
        checks: Names of the template's checks that the value satisfies together with others.
    """

    kind: Kind
    value: Value
    raw: str
    confidence: float
    quad: Quad
    words: tuple[Quad, ...]
    page: int = 0
    locator: str
    label: LabelEvidence | None = None
    alternatives: tuple[Value, ...] = ()
    repaired_from: str | None = None
    checks: tuple[str, ...] = ()

    @field_validator("value", "alternatives", mode="before")
    @classmethod
    def _from_json(cls, value: Any, info: ValidationInfo) -> Any:
        """JSON has strings only; `kind` tells which of them are something else."""
        kind = info.data.get("kind", "")
        if isinstance(value, (list, tuple)):
            return tuple(cls._from_json(item, info) for item in value)
        if kind not in _FROM_JSON or not isinstance(value, str):
            return value
        try:
            return _FROM_JSON[kind](value)
        except (ArithmeticError, ValueError):  # whose messages may quote the value
            raise ValueFormatError(kind) from None


class Issue(Part):
    """A doubt about a record: data for the caller to decide on, not an exception.

    Attributes:
        code: `missing`: a required field was not found. `ambiguous`: the print means several things. `repaired`:
            letters were taken for digits, digits for others, or words for known ones. `contradiction`: values fail a
            check. `pattern_timeout`: a pattern of the template took too long and was given up. `too_much_text`: the
            page has more words than any document, and those in its middle were not looked at. `tagger_unavailable`:
            the template asks for tags, and the tagger could not be loaded. `unreadable_script`: letters of the value
            are of a script that the reader cannot read, U+FFFD in the text; where most are, there is no value.
        field: Path of the field, such as `merchant.name`; None where the issue is about the whole record.
        detail: The name of the check for a contradiction, the pattern for a timeout, the sums that other digits make
            come out for a repair, the scripts that cannot be read, how many words were left out, otherwise empty.
        candidates: The values among which the print leaves the choice, as text.
    """

    code: Literal[
        "missing",
        "ambiguous",
        "repaired",
        "contradiction",
        "pattern_timeout",
        "too_much_text",
        "tagger_unavailable",
        "unreadable_script",
    ]
    field: str | None = None
    detail: str = ""
    candidates: tuple[str, ...] = ()

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        yield "code", self.code
        yield "field", self.field


class Record(Part):
    """Base of all records.

    Attributes:
        schema_version: Version of the shape of the JSON.
        template: Name of the template that the record was extracted by.
        evidence: By path of the field, such as `total` or `items.0.name`.
        issues: What is missing, doubtful, repaired or contradictory.
    """

    schema_version: Literal[1] = 1
    template: str
    evidence: dict[str, Evidence] = Field(default_factory=dict)
    issues: tuple[Issue, ...] = ()

    def on_page(self, index: int) -> Self:
        """The same record with the evidence of one page only, counted from 0: what `redact` and overlays need of it."""
        return self.model_copy(
            update={"evidence": {path: found for path, found in self.evidence.items() if found.page == index}}
        )

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        yield "template", self.template
        yield "values", len(self.evidence)
        yield "issues", len(self.issues)
