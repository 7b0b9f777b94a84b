"""The models of a template: which field of which record is looked for where."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from docextract.records.base import Kind
from docextract.schema.patterns import check_pattern
from docextract.tagging.labels import FIELDS

_PARSED = ("money", "date", "time", "card_number", "expiry", "resident_number", "licence_number")
_ZONE_DATES = ("birth_date", "expiry_date")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Pattern = Annotated[str, AfterValidator(check_pattern)]
"""A regular expression of the `regex` package; it is searched with a time limit."""

Phrase = Annotated[str, Field(min_length=1, max_length=80)]
"""Printed words; case, punctuation and spaces do not matter, and a little misreading neither."""

Weight = Annotated[float, Field(gt=0, le=1)]
"""How much a locator is trusted."""


class LabelLocator(_Model):
    """A value beside or below a printed label.

    Attributes:
        labels: What the label may say.
        unless: Phrases that take the label its meaning where they stand between it and the value: total *excl. tax*.
        where: Where the value is looked for; a later place only if the earlier ones hold none.
        shared: Whether the print may be another field's value as well: without a total, the amount paid is the total.
    """

    find: Literal["label"]
    labels: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    unless: tuple[Phrase, ...] = ()
    where: Annotated[tuple[Literal["right", "below"], ...], Field(min_length=1)] = ("right", "below")
    shared: bool = False
    weight: Weight = 1.0


class PatternLocator(_Model):
    """Whatever matches a regular expression inside one row.

    Attributes:
        pattern: The group `value` is the value, or the whole match where there is no such group.
        value: What the match means, if not what it says.
        unless: A row that matches this pattern is passed over.
    """

    find: Literal["pattern"]
    pattern: Pattern
    value: str | None = None
    unless: Pattern | None = None
    weight: Weight = 0.6


class AnyLocator(_Model):
    """Every value of the field's type anywhere.

    Attributes:
        unless: A row that matches this pattern is passed over.
        shared: Whether the print may be another field's value as well.
    """

    find: Literal["any"]
    unless: Pattern | None = None
    shared: bool = False
    weight: Weight = 0.5


class LinesLocator(_Model):
    """One or more whole rows in the upper part of the page, such as a letterhead's name and address.

    Attributes:
        start: The first row matches this, together with those joined to it.
        stop: The rows end before one that matches this.
        end: The rows end after one that matches this.
        skip: Rows that match this are passed over, before the start and after it.
        join: Rows that match this belong to the row before them, whatever `most` says.
        strip: Matches of this are cut off both ends of a row.
        most: How many rows at most.
        top: Part of the page's rows in which the first row is looked for, from the top.
        until: The first row is looked for no further than a later row that matches this.
    """

    find: Literal["lines"]
    start: Pattern
    stop: Pattern | None = None
    end: Pattern | None = None
    skip: Pattern | None = None
    join: Pattern | None = None
    strip: Pattern | None = None
    most: Annotated[int, Field(ge=1, le=20)] = 1
    top: Annotated[float, Field(gt=0, le=1)] = 0.5
    until: Pattern | None = None
    weight: Weight = 0.6


class MrzLocator(_Model):
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
        raise ValueError(f"there is no tag {tag!r}; the tags are {', '.join(FIELDS)}")
    return tag


class TagLocator(_Model):
    """What the tagger says is a field, by its wording and its place on the page; nothing where there is no tagger.

    Attributes:
        tag: One of the tagger's names of fields, such as `merchant.name`.
    """

    find: Literal["tag"]
    tag: Annotated[str, AfterValidator(_known_tag)]
    weight: Weight = 0.6


Locator = Annotated[
    LabelLocator | PatternLocator | AnyLocator | LinesLocator | MrzLocator | TagLocator, Field(discriminator="find")
]


class FieldRule(_Model):
    """How one field is found.

    Attributes:
        type: How print becomes the value.
        required: Whether an issue is raised where the field is not found.
        prefer: Which of equally good values is taken.
        locate: Locators; all of them propose.
    """

    type: Kind
    required: bool = False
    prefer: Literal["first", "last"] = "first"
    locate: Annotated[tuple[Locator, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _types_fit(self) -> Self:
        for locator in self.locate:
            if isinstance(locator, LinesLocator) and self.type != "text":
                raise ValueError("lines are found for fields of type text only")
            if isinstance(locator, PatternLocator) and locator.value is not None and self.type in _PARSED:
                raise ValueError(f"a pattern cannot stand for a fixed value of type {self.type}")
            if isinstance(locator, MrzLocator) and self.type != ("date" if locator.part in _ZONE_DATES else "text"):
                raise ValueError(f"the zone's {locator.part} is not of type {self.type}")
        return self


class ItemsRule(_Model):
    """How the table of items is found: rows with an amount, between its header and the first row of the sums.

    Attributes:
        header: Labels of the columns; rows with any of them begin the table.
        stop: Fields whose labels end the table.
        skip: Rows that match this are no items.
    """

    header: tuple[Phrase, ...] = ()
    stop: Annotated[tuple[str, ...], Field(min_length=1)]
    skip: Pattern | None = None


class Check(_Model):
    """Amounts that must agree: the terms, each added or subtracted or either, make the result.

    Attributes:
        name: For evidence and issues.
        equals: Field of the result.
        terms: How each field takes part.
        optional: Terms that may be absent and then count as nothing.
    """

    name: str
    equals: str
    terms: Annotated[dict[str, Literal["add", "subtract", "either"]], Field(min_length=1)]
    optional: tuple[str, ...] = ()


class Match(_Model):
    """What tells the kind of document, for choosing a template where the caller names none.

    Attributes:
        any: The more of these match some row of the page, the better the template fits.
        none: If one of these matches a row, it does not fit at all.
    """

    any: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    none: tuple[Pattern, ...] = ()


class Template(_Model):
    """A whole template.

    Attributes:
        version: Version of this format.
        record: Name of the record that it fills; without one, the record has the fields that the template names.
        match: What tells the kind of document; a template without it has to be named by the caller.
        modifiers: Phrases that may stand between a label and its value without being a label: total *(incl. tax)*.
        distractors: Labels of what no field holds; they keep *total qty* from being taken for *total*.
        fields: Rules by path of the field, such as `merchant.name`.
        items: The rule of the record's items.
        checks: What must agree.
    """

    version: Annotated[int, Field(ge=1, le=1)]
    record: str | None = None
    match: Match | None = None
    modifiers: tuple[Phrase, ...] = ()
    distractors: tuple[Phrase, ...] = ()
    fields: Annotated[dict[str, FieldRule], Field(min_length=1)]
    items: ItemsRule | None = None
    checks: tuple[Check, ...] = ()

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        for check in self.checks:
            for name in (check.equals, *check.terms):
                if name not in self.fields or self.fields[name].type != "money":
                    raise ValueError(f"the check {check.name!r} needs {name!r}, which is no field of type money here")
            if not set(check.optional) <= set(check.terms):
                raise ValueError(f"the check {check.name!r} makes optional what is no term of it")
        if self.items and self.record is None:
            raise ValueError("only a record that has items can have rules for them")
        if self.items and not set(self.items.stop) <= set(self.fields):
            raise ValueError("the items stop at what is no field here")
        return self
