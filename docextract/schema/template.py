"""The models of a template: which field of which record is looked for where."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator

from docextract.records.base import Kind
from docextract.schema.locators import (
    Box,
    LinesLocator,
    Locator,
    Model,
    MrzLocator,
    Pattern,
    PatternLocator,
    Patterns,
    Phrase,
)

_PARSED = (
    *("money", "date", "time", "e164", "card_number", "expiry"),
    *("resident_number", "licence_number", "passport_number", "business_number"),
)
_ZONE_DATES = ("birth_date", "expiry_date")


class FieldRule(Model):
    """How one field is found.

    Attributes:
        type: How print becomes the value.
        required: Whether an issue is raised where the field is not found.
        prefer: Which of equally good values is taken.
        letters: Whether it has no digits: those that are read in it are taken for the letters that they resemble.
        one_of: What it mostly is. Print that is none of these is set right where it is like just one of them but for
            punctuation and a letter or two, or a quarter of the letters where the others are clearly farther.
        names: Whose people a name may be of: a syllable that their names do not have is set right if the reader thought
            of one that they do, one that few have if it thought of a common one that is then the likelier.
        places: Whose districts an address names: where the reader doubted a syllable of one, it is set right.
        past: Whether its day has come: a year of two digits belongs to the last century if that is what it takes.
        unsigned: Whether a minus is only a way to print an amount, as that of change that is handed back.
        least: Of a list, all values are kept whose score is at least this share of the best one's.
        locate: Locators; all of them propose.
    """

    type: Kind
    required: bool = False
    prefer: Literal["first", "last"] = "first"
    letters: bool = False
    one_of: tuple[Phrase, ...] = ()
    names: Literal["korea"] | None = None
    places: Literal["korea"] | None = None
    past: bool = False
    unsigned: bool = False
    least: Annotated[float, Field(ge=0, le=1)] = 0.0
    locate: Annotated[tuple[Locator, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _types_fit(self) -> Self:
        if (self.letters or self.one_of or self.names or self.places) and self.type != "text":
            raise ValueError("only fields of type text can have letters, one_of, names or places")
        if self.past and self.type != "date":
            raise ValueError("only fields of type date can have past")
        if self.unsigned and self.type != "money":
            raise ValueError("only fields of type money can have unsigned")
        for locator in self.locate:
            if isinstance(locator, LinesLocator) and self.type != "text":
                raise ValueError("lines are found for fields of type text only")
            if isinstance(locator, PatternLocator) and locator.value is not None and self.type in _PARSED:
                raise ValueError(f"a pattern cannot have a fixed value in a field of type {self.type}")
            dated = isinstance(locator, MrzLocator) and locator.part in _ZONE_DATES
            if isinstance(locator, MrzLocator) and self.type not in (("date",) if dated else ("text", "identifier")):
                raise ValueError(f"the zone's {locator.part} is not of type {self.type}")
        return self


class ItemsRule(Model):
    """How the table of items is found: rows with an amount, between its header and the first row of the sums.

    Attributes:
        header: Labels of the columns; rows with any of them begin the table.
        stop: Fields whose labels end the table.
        skip: Rows that match this are no items.
        discount: Rows with an amount that match this are discounts: an item's below the item, or the whole sum's.
        discounts: Field of the discounts' sum. Rows with its labels below the items are the record's `discounts`.
        taxes: Field of the taxes' sum. Rows with its labels, or with a rate that their amounts prove, are the `taxes`.
        payments: Field of the payments' sum.
        methods: Means of payment. Rows below the items that begin with one and end with an amount are the `payments`.
        cash: Means of payment that match this have no card, and what is printed about cards is not theirs.
    """

    header: tuple[Phrase, ...] = ()
    stop: Annotated[tuple[str, ...], Field(min_length=1)]
    skip: Patterns = ()
    discount: Patterns = ()
    discounts: str | None = None
    taxes: str | None = None
    payments: str | None = None
    methods: tuple[Phrase, ...] = ()
    cash: Patterns = ()


class Column(Model):
    """A column of a table.

    Attributes:
        type: How print becomes the values.
        labels: What its header may say.
        required: Whether a row must have it; one without it continues the texts of the row above.
    """

    type: Kind
    labels: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    required: bool = False


class Table(Model):
    """A table with a header: a list of the template's own record, an element for each row.

    It ends before the first row without a value in any column.

    Attributes:
        columns: By name; a row with the labels of two of them is the header.
        stop: It ends before a row that matches this.
        skip: Rows that match this are passed over.
        required: Whether an issue is raised where it has no rows.
    """

    columns: Annotated[dict[str, Column], Field(min_length=1)]
    stop: Patterns = ()
    skip: Patterns = ()
    required: bool = False


class Check(Model):
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


class Match(Model):
    """What tells the kind of document, for choosing a template where the caller names none.

    Attributes:
        any: The more of these match some row of the page, the better the template fits.
        none: If one of these matches a row, it does not fit at all.
    """

    any: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    none: tuple[Pattern, ...] = ()


class Anchor(Model):
    """Words that every document of a fixed layout has in the same place.

    Attributes:
        text: The words; a little misreading does not matter.
        box: Where they stand.
    """

    text: Phrase
    box: Box


class PageTest(Model):
    """A page and what the template must make of it.

    Attributes:
        name: For the report; without one it is the test's number.
        text: Rows of print, set as a page without a mistake; tabs, and two or more spaces, part cells.
        page: Instead of a text, the path of a page in JSON as `ocr.Page.export` gives it, from the template's file.
        expect: Values as they are in the record's JSON, by path, such as `total` or `items.0.name`; `null` where there
            must be none.
    """

    name: str | None = None
    text: str | None = None
    page: str | None = None
    expect: Annotated[dict[str, JsonValue], Field(min_length=1)]

    @model_validator(mode="after")
    def _has_one_page(self) -> Self:
        if (self.text is None) == (self.page is None):
            raise ValueError("a test has either a text or a page")
        return self


class Template(Model):
    """A whole template. Names that its parts use of each other are checked where it is loaded.

    Attributes:
        version: Version of this format.
        extends: The template that this one takes over, by its bundled name or its path from this file.
        record: Name of the record that it fills; without one, the record has the fields that the template names.
        match: What tells the kind of document; a template without it has to be named by the caller.
        modifiers: Phrases that may stand between a label and its value without being a label: total *(incl. tax)*.
        distractors: Labels of what no field holds; they keep *total qty* from being taken for *total*.
        columns: Whether what stands in columns with little in common is read column by column, as on business cards,
            instead of in rows from side to side.
        anchors: Words whose places find the template's frame on the page, for zones.
        fields: Rules by path of the field, such as `merchant.name`; a list is marked, as in `names[]` and
            `phones[].number`.
        items: The rule of the record's items.
        tables: Rules of tables by name, for a record of the template's own.
        checks: What must agree.
        order: Date fields from the earliest to the latest; one whose label is not found is told by the others.
        tests: What it must make of some pages.
    """

    version: Annotated[int, Field(ge=1, le=1)]
    extends: str | None = None
    record: str | None = None
    match: Match | None = None
    modifiers: tuple[Phrase, ...] = ()
    distractors: tuple[Phrase, ...] = ()
    columns: bool = False
    anchors: tuple[Anchor, ...] = ()
    fields: Annotated[dict[str, FieldRule], Field(min_length=1)]
    items: ItemsRule | None = None
    tables: dict[str, Table] = Field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    order: tuple[str, ...] = ()
    tests: tuple[PageTest, ...] = ()
