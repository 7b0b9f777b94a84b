"""The models of locators: where a template says that a value stands. `find` tells them apart."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat, WithJsonSchema

from docextract.schema.patterns import check_pattern
from docextract.schema.suggestions import suggest
from docextract.tagging.labels import FIELDS


class Model(BaseModel):
    """Base of all parts of a template: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Pattern = Annotated[str, AfterValidator(check_pattern)]
"""A regular expression of the `regex` package; it is searched with a time limit."""


def _as_several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


_PATTERN_OR_LIST = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}

Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_as_several), WithJsonSchema(_PATTERN_OR_LIST)]
"""One regular expression or several, any of which may match; long ones are easier to read one by one."""

Phrase = Annotated[str, Field(min_length=1, max_length=80)]
"""Printed words; case, punctuation and spaces do not matter, and a little misreading neither."""

Weight = Annotated[float, Field(gt=0, le=1)]
"""How much a locator is trusted."""


class LabelLocator(Model):
    """A value beside or below a printed label.

    Attributes:
        labels: What the label may say.
        unless: Phrases that take the label its meaning where they stand between it and the value: total *excl. tax*.
        where: Where the value is looked for; a later place only if the earlier ones hold none.
        shared: Whether the print may be another field's value as well: without a total, the amount paid is the total.
        also: What the label says of the value, by field beside the value's: *fax* before a telephone number.
        form: What the print of the value matches; others beside the label are not its values.
        continued: What a row below matches that goes on with the value, as that of an address does; what follows a
            comma does in any case, but for a row with a label.
    """

    find: Literal["label"]
    labels: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    unless: tuple[Phrase, ...] = ()
    where: Annotated[tuple[Literal["right", "below"], ...], Field(min_length=1)] = ("right", "below")
    shared: bool = False
    also: dict[str, str] = Field(default_factory=dict)
    form: Pattern | None = None
    continued: Pattern | None = None
    weight: Weight = 1.0


class PatternLocator(Model):
    """Whatever matches a regular expression inside one row.

    Attributes:
        pattern: The group `value` is the value, or the whole match where there is no such group.
        value: What the match means, if not what it says.
        unless: A row that matches this pattern is passed over.
        reread: Where it matches nowhere, a character is exchanged for another one that the reader thought of, if that
            is the only way to make it match.
        shared: Whether the print may be another field's value as well.
        also: What the form of the value says of it, by field beside the value's.
        top: Part of the page's rows in which it is looked for, from the top.
    """

    find: Literal["pattern"]
    pattern: Pattern
    value: str | None = None
    unless: Patterns = ()
    reread: bool = False
    shared: bool = False
    also: dict[str, str] = Field(default_factory=dict)
    top: Annotated[float, Field(gt=0, le=1)] = 1.0
    weight: Weight = 0.6


class AnyLocator(Model):
    """Every value of the field's type anywhere.

    Attributes:
        unless: A row that matches this pattern is passed over.
        shared: Whether the print may be another field's value as well.
    """

    find: Literal["any"]
    unless: Patterns = ()
    shared: bool = False
    weight: Weight = 0.5


class LinesLocator(Model):
    """One or more whole rows in the upper part of the page, such as a letterhead's name and address.

    Attributes:
        start: The first row matches this, together with those joined to it.
        stop: The rows end before one that matches this.
        end: The rows end after one that matches this.
        skip: Rows that match this are passed over, before the start and after it.
        join: Rows that match this belong to the row before them, whatever `most` says.
        strip: Matches of this are cut off both ends of a row.
        words: Words and phrases that are set right where a letter or two of them are misread.
        before: Rows before one that matches this are rather taken than others, as a name is before a title.
        most: How many rows at most.
        top: Part of the page's rows in which the first row is looked for, from the top.
        until: The first row is looked for no further than a later row that matches this.
    """

    find: Literal["lines"]
    start: Annotated[Patterns, Field(min_length=1)]
    stop: Patterns = ()
    end: Patterns = ()
    skip: Patterns = ()
    join: Patterns = ()
    strip: Patterns = ()
    words: tuple[Phrase, ...] = ()
    before: Patterns = ()
    most: Annotated[int, Field(ge=1, le=20)] = 1
    top: Annotated[float, Field(gt=0, le=1)] = 0.5
    until: Patterns = ()
    weight: Weight = 0.6


class MrzLocator(Model):
    """A part of the page's machine readable zone.

    Attributes:
        part: Which; where the zone has check digits for it, they decide how much it is trusted.
    """

    find: Literal["mrz"]
    part: Literal[
        "document_code",
        "issuer",
        "nationality",
        "surname",
        "given_names",
        "document_number",
        "birth_date",
        "sex",
        "expiry_date",
    ]
    weight: Weight = 1.0


def _known_tag(tag: str) -> str:
    if tag not in FIELDS:
        raise ValueError(f"there is no tag {tag!r}{suggest(tag, FIELDS)}")
    return tag


class TagLocator(Model):
    """What the tagger says is a field, by its wording and its place on the page; nothing where there is no tagger.

    Attributes:
        tag: One of the tagger's names of fields, such as `merchant.name`.
    """

    find: Literal["tag"]
    tag: Annotated[str, AfterValidator(_known_tag)]
    weight: Weight = 0.6


def _spans_an_area(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = box
    if x0 >= x1 or y0 >= y1:
        raise ValueError("a box is left, top, right, bottom, and this one has no area")
    return box


Box = Annotated[tuple[FiniteFloat, FiniteFloat, FiniteFloat, FiniteFloat], AfterValidator(_spans_an_area)]
"""Left, top, right and bottom in the template's own frame: x to the right and y down, both in one unit of any size."""


class ZoneLocator(Model):
    """What is printed in a place of a fixed layout, which the template's anchors find on the page.

    Attributes:
        box: The place.
    """

    find: Literal["zone"]
    box: Box
    weight: Weight = 0.9


Locator = Annotated[
    LabelLocator | PatternLocator | AnyLocator | LinesLocator | MrzLocator | TagLocator | ZoneLocator,
    Field(discriminator="find"),
]
