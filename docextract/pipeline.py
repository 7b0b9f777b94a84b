"""From an image, or from a page already read, to a record: the only place where `docextract` calls the reader."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, overload, runtime_checkable

from docextract.errors import NoTemplateFitsError
from docextract.extraction.assembly import Findings
from docextract.extraction.choosing import fitness
from docextract.extraction.engine import Engine
from docextract.extraction.rows import build_layout
from docextract.frames import join_pages, move_record, part_record
from docextract.records import (
    AlienRegistrationCard,
    BusinessCard,
    DriverLicence,
    IdentityCard,
    Passport,
    PaymentCard,
    Receipt,
    Record,
    ResidentCard,
)
from docextract.schema.loading import LoadedTemplate, find_template, kinds, load_with_files, template_name
from docextract.schema.template import Template
from docextract.threads import LOADING, reading_threads
from ocr.document import Page, Quad, bounding_quad

if TYPE_CHECKING:
    from ocr.imaging import ImageInput

_FITS = 0.3  # least fitness of a template that is chosen


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """One of the documents in an image.

    Attributes:
        quad: The corners of its sheet or, where that does not stand out from what it lies on, the bounds of its print;
            pixels of the upright original image, as the quads of the record's evidence.
        record: What it says; None if it is of no kind that there is a template for.
    """

    quad: Quad
    record: Record | None


@runtime_checkable
class PageReader(Protocol):
    """Whatever turns an image into a page; `ocr.Reader` is one."""

    def read(self, image: ImageInput) -> Page:
        """Read one image."""
        ...


@runtime_checkable
class BatchReader(PageReader, Protocol):
    """A reader that gains by reading several images at a time; `ocr.Reader` is one."""

    def read_many(self, images: Iterable[ImageInput]) -> Iterator[Page]:
        """Read images, the first first."""
        ...


class Extractor:
    """Extracts records from images and pages. Threads may share one; a pickle has the reader only if it was given one.

    Args:
        reader: Reads images. Without one, `ocr.Reader` is made when the first image comes.
        weights: Folder of the weights that it is made of; None for those of the package.

    Raises:
        TypeError: The reader cannot read, or is a class.
    """

    def __init__(self, reader: PageReader | None = None, *, weights: str | os.PathLike[str] | None = None) -> None:
        if reader is not None and (isinstance(reader, type) or not isinstance(reader, PageReader)):
            raise TypeError("a reader is an object with a method `read`, such as ocr.Reader()")
        self._given = reader
        self._reader = reader
        self._weights = weights

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), self._given, weights=self._weights), ()

    @overload
    def extract(self, image: ImageInput, template: Literal["receipt"]) -> Receipt: ...
    @overload
    def extract(self, image: ImageInput, template: Literal["payment_card"]) -> PaymentCard: ...
    @overload
    def extract(self, image: ImageInput, template: Literal["resident_card"]) -> ResidentCard: ...
    @overload
    def extract(self, image: ImageInput, template: Literal["driver_licence"]) -> DriverLicence: ...
    @overload
    def extract(self, image: ImageInput, template: Literal["alien_registration_card"]) -> AlienRegistrationCard: ...
    @overload
    def extract(self, image: ImageInput, template: Literal["passport"]) -> Passport: ...
    @overload
    def extract(self, image: ImageInput, template: Literal["identity_card"]) -> IdentityCard: ...
    @overload
    def extract(self, image: ImageInput, template: Literal["business_card"]) -> BusinessCard: ...
    @overload
    def extract(self, image: ImageInput, template: str | Path | None = None) -> Record: ...
    def extract(self, image: ImageInput, template: str | Path | None = None) -> Record:
        """Read an image and fill a template's record from it; see `docextract.extract`."""
        if template is not None:
            _engine(template)  # a wrong name costs no reading
        return self.extract_pages(self.read_pages(image), template)

    @overload
    def extract_page(self, page: Page, template: Literal["receipt"]) -> Receipt: ...
    @overload
    def extract_page(self, page: Page, template: Literal["payment_card"]) -> PaymentCard: ...
    @overload
    def extract_page(self, page: Page, template: Literal["resident_card"]) -> ResidentCard: ...
    @overload
    def extract_page(self, page: Page, template: Literal["driver_licence"]) -> DriverLicence: ...
    @overload
    def extract_page(self, page: Page, template: Literal["alien_registration_card"]) -> AlienRegistrationCard: ...
    @overload
    def extract_page(self, page: Page, template: Literal["passport"]) -> Passport: ...
    @overload
    def extract_page(self, page: Page, template: Literal["identity_card"]) -> IdentityCard: ...
    @overload
    def extract_page(self, page: Page, template: Literal["business_card"]) -> BusinessCard: ...
    @overload
    def extract_page(self, page: Page, template: str | Path | None = None) -> Record: ...
    def extract_page(self, page: Page, template: str | Path | None = None) -> Record:
        """Fill a template's record from a page that was read before; see `docextract.extract`."""
        _check_pages(page)
        return _engine(choose_template(page) if template is None else template).extract(page)

    @overload
    async def aextract(self, image: ImageInput, template: Literal["receipt"]) -> Receipt: ...
    @overload
    async def aextract(self, image: ImageInput, template: Literal["payment_card"]) -> PaymentCard: ...
    @overload
    async def aextract(self, image: ImageInput, template: Literal["resident_card"]) -> ResidentCard: ...
    @overload
    async def aextract(self, image: ImageInput, template: Literal["driver_licence"]) -> DriverLicence: ...
    @overload
    async def aextract(
        self, image: ImageInput, template: Literal["alien_registration_card"]
    ) -> AlienRegistrationCard: ...
    @overload
    async def aextract(self, image: ImageInput, template: Literal["passport"]) -> Passport: ...
    @overload
    async def aextract(self, image: ImageInput, template: Literal["identity_card"]) -> IdentityCard: ...
    @overload
    async def aextract(self, image: ImageInput, template: Literal["business_card"]) -> BusinessCard: ...
    @overload
    async def aextract(self, image: ImageInput, template: str | Path | None = None) -> Record: ...
    async def aextract(self, image: ImageInput, template: str | Path | None = None) -> Record:
        """`extract` for coroutines; see `docextract.aextract`."""
        from asyncio import get_running_loop

        return await get_running_loop().run_in_executor(reading_threads(), self.extract, image, template)

    def read_pages(self, image: ImageInput) -> list[Page]:
        """Read every page of a document; an image has one."""
        from ocr.imaging import load_pages  # NumPy and OpenCV come with it, which pages do not need

        return list(self.read_many(load_pages(image)))

    def extract_pages(self, pages: Sequence[Page], template: str | Path | None = None) -> Record:
        """Fill one record from the pages of a document; the evidence of each value names its page.

        Raises:
            ValueError: There are no pages.
            TypeError: They are something else.
        """
        if not pages:
            raise ValueError("a document needs at least one page")
        _check_pages(*pages)
        if len(pages) == 1:
            return self.extract_page(pages[0], template)
        return part_record(self.extract_page(join_pages(pages), template), pages)

    def extract_all(self, image: ImageInput, template: str | Path | None = None) -> list[FoundDocument]:
        """Extract every document in an image; see `docextract.extract_all`."""
        from docextract.splitting import cut_out, find_sheets, split_page, without
        from ocr.imaging import load_image

        if template is not None:
            _engine(template)
        pixels, reader = load_image(image), self._ready_reader()
        found = []
        for quad in find_sheets(pixels):
            sheet, move = cut_out(pixels, quad)
            page = reader.read(sheet)
            if page.lines:  # otherwise it is a coaster, or the photograph on a card
                record = _extract_known(page, template)
                found.append(FoundDocument(quad, record and move_record(record, move)))
        rest = without(reader.read(pixels), [document.quad for document in found])
        for page in split_page(rest, _are_documents):
            if page.lines and (not found or fitting_engine(page) is not None):
                quad = bounding_quad(line.quad for line in page.lines)
                found.append(FoundDocument(quad, _extract_known(page, template)))
        return sorted(found, key=lambda document: (document.quad[0][1], document.quad[0][0]))

    def load(self) -> None:
        """Load the reader now rather than with the first image.

        Raises:
            ocr.errors.WeightsError: The weights are missing or damaged.
        """
        self._ready_reader()

    def read(self, image: ImageInput) -> Page:
        """Read an image with the extractor's reader, for `extract_page`; see `ocr.Reader.read`."""
        return self._ready_reader().read(image)

    def read_many(self, images: Iterable[ImageInput]) -> Iterator[Page]:
        """Read several images with the extractor's reader; see `ocr.Reader.read_many`."""
        reader = self._ready_reader()
        return reader.read_many(images) if isinstance(reader, BatchReader) else map(reader.read, images)

    def explain_page(self, page: Page, template: str | Path) -> Findings:
        """What a template finds on a page: all that its locators propose, what became of it, and the rows of tables."""
        _check_pages(page)
        return _engine(template).find(page)

    def _ready_reader(self) -> PageReader:
        with LOADING:
            if self._reader is None:
                from ocr.reader import Reader  # torch comes with it, which pages do not need

                self._reader = Reader(self._weights)
            return self._reader


_DEFAULT = Extractor()
"""Does the work of the functions below, with one reader however many threads call them first."""


@overload
def extract(image: ImageInput, template: Literal["receipt"]) -> Receipt: ...
@overload
def extract(image: ImageInput, template: Literal["payment_card"]) -> PaymentCard: ...
@overload
def extract(image: ImageInput, template: Literal["resident_card"]) -> ResidentCard: ...
@overload
def extract(image: ImageInput, template: Literal["driver_licence"]) -> DriverLicence: ...
@overload
def extract(image: ImageInput, template: Literal["alien_registration_card"]) -> AlienRegistrationCard: ...
@overload
def extract(image: ImageInput, template: Literal["passport"]) -> Passport: ...
@overload
def extract(image: ImageInput, template: Literal["identity_card"]) -> IdentityCard: ...
@overload
def extract(image: ImageInput, template: Literal["business_card"]) -> BusinessCard: ...
@overload
def extract(image: ImageInput, template: str | Path | None = None) -> Record: ...
def extract(image: ImageInput, template: str | Path | None = None) -> Record:
    """Read a document and return what it says, every value with the ink that it was read from.

    Args:
        image: A path, the bytes of a file, an open binary file, an RGB array, or a PIL image; turned upright by its
            EXIF orientation. The pages of a PDF are one document.
        template: A kind of document (`receipt`, `payment_card`, `passport`, ...), one of its templates
            (`receipt/generic`), or the path of a YAML file. `docextract template list` names them all. Without one,
            the kind is told by what is printed.

    Returns:
        The record of the template. A value that was not found is None; what is missing, ambiguous, repaired or
        contradictory is in its `issues`.

    Raises:
        TemplateNotFoundError: There is no such template; the nearest name is in the message.
        NoTemplateFitsError: None was named, and the page is of no kind that there is a template for.
        TemplateSyntaxError: The template has a mistake, at the line and column given.
        ocr.errors.ImageError: The image cannot be read, or is a URL: nothing is ever fetched.
        ocr.errors.WeightsError: The reader's weights are missing or damaged.
        OSError: There is no file at the path, or it cannot be read.
        TypeError: The image or the template is of another type than these.
    """
    return _DEFAULT.extract(image, template)


def extract_all(image: ImageInput, template: str | Path | None = None) -> list[FoundDocument]:
    """Read every document in an image: cards side by side on a scanner, receipts on a table.

    Sheets are told by standing out from what they lie on, and read one by one, whichever way up. Where nothing stands
    out, print is parted by blank space wherever there is a document on both sides.

    Args:
        image: As for `extract`; a single page.
        template: As for `extract`, for all of them. Without one, each document tells its kind.

    Returns:
        The documents, from top to bottom; an image of a single one has one, an image without text none.

    Raises:
        TemplateError: There is no such template, or it has a mistake.
        ocr.errors.ImageError: The image cannot be read.
    """
    return _DEFAULT.extract_all(image, template)


@overload
async def aextract(image: ImageInput, template: Literal["receipt"]) -> Receipt: ...
@overload
async def aextract(image: ImageInput, template: Literal["payment_card"]) -> PaymentCard: ...
@overload
async def aextract(image: ImageInput, template: Literal["resident_card"]) -> ResidentCard: ...
@overload
async def aextract(image: ImageInput, template: Literal["driver_licence"]) -> DriverLicence: ...
@overload
async def aextract(image: ImageInput, template: Literal["alien_registration_card"]) -> AlienRegistrationCard: ...
@overload
async def aextract(image: ImageInput, template: Literal["passport"]) -> Passport: ...
@overload
async def aextract(image: ImageInput, template: Literal["identity_card"]) -> IdentityCard: ...
@overload
async def aextract(image: ImageInput, template: Literal["business_card"]) -> BusinessCard: ...
@overload
async def aextract(image: ImageInput, template: str | Path | None = None) -> Record: ...
async def aextract(image: ImageInput, template: str | Path | None = None) -> Record:
    """`extract` for coroutines, with the same arguments, results and errors.

    At most as many documents as there are cores, and never more than four, are read at a time; the other calls wait.
    A call that is cancelled while it waits costs nothing; one that is being read is read to its end.
    """
    return await _DEFAULT.aextract(image, template)


def choose_template(page: Page) -> str:
    """The kind of document that a page is, told by what is printed on it.

    Raises:
        NoTemplateFitsError: It is of none of the bundled kinds.
    """
    rows = [row.text for row in build_layout(page).rows]
    templates = {kind: _engine(kind).template for kind in kinds()}
    fits = {kind: fitness(template.match, rows) for kind, template in templates.items() if template.match}
    best = max(fits, key=lambda kind: fits[kind])
    if fits[best] < _FITS:
        raise NoTemplateFitsError(best if fits[best] > 0 else None)
    return best


def fitting_engine(page: Page) -> Engine | None:
    """The engine for the kind of document that a page is, None where it is of none of the bundled kinds."""
    try:
        return _engine(choose_template(page))
    except NoTemplateFitsError:
        return None


def _check_pages(*pages: object) -> None:
    for page in pages:
        if not isinstance(page, Page):
            raise TypeError(f"a Page is needed, not {type(page).__name__}; Page.from_dict loads one")


def _extract_known(page: Page, template: str | Path | None) -> Record | None:
    engine = fitting_engine(page) if template is None else _engine(template)
    return engine.extract(page) if engine is not None else None


def _are_documents(one: Page, other: Page) -> bool:
    """Whether parts of a page are documents, each with most of what its kind must have, and not the pieces of one."""
    first, second = fitting_engine(one), fitting_engine(other)
    if first is None or second is None:
        return False
    records = first.extract(one), second.extract(other)
    zones = [getattr(record, "mrz", None) is not None for record in records]
    if first is second and zones[0] != zones[1] and _say_the_same(*records, first.template):
        return False  # what a passport has printed, and the zone below that says it again
    return all(
        2 * sum(issue.code == "missing" for issue in record.issues)
        < sum(rule.required for rule in engine.template.fields.values())
        for engine, record in zip((first, second), records, strict=True)
    )


def _say_the_same(one: Record, other: Record, template: Template) -> bool:
    """Whether two records have anything in common that every document of their kind must have."""
    required = [name for name, rule in template.fields.items() if rule.required]
    shown = [name for name in required if name in one.evidence and name in other.evidence]
    return any(one.evidence[name].value == other.evidence[name].value for name in shown)


def _engine(template: str | Path) -> Engine:
    return _cached_engine(find_template(template), template_name(template)).get()


class _CachedEngine:
    """The engine of a template; another one as soon as a file that the template is made of was edited."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._made: tuple[LoadedTemplate, Engine] | None = None

    def get(self) -> Engine:
        made = self._made
        if made is None or not made[0].is_current():
            loaded = load_with_files(self._path)
            made = self._made = loaded, Engine(self._name, loaded.template)
        return made[1]


@lru_cache(maxsize=32)
def _cached_engine(path: Path, name: str) -> _CachedEngine:
    return _CachedEngine(path, name)
