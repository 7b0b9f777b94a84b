"""From an image, or from a page already read, to a record: the only place where `docextract` calls the reader."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal, Protocol, overload

from docextract.errors import NoTemplateFitsError
from docextract.extraction.choosing import fitness
from docextract.extraction.engine import Engine
from docextract.extraction.rows import build_layout
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
from docextract.schema.loading import bundled_names, find_template, kinds, load_template
from ocr.document import Page

if TYPE_CHECKING:
    from ocr.imaging import ImageInput

_FITS = 0.3  # least fitness of a template that is chosen


class PageReader(Protocol):
    """Whatever turns an image into a page; `ocr.Reader` is one."""

    def read(self, image: ImageInput) -> Page:
        """Read one image."""
        ...


class Extractor:
    """Extracts records from images and pages. Threads may share one.

    Args:
        reader: Reads images. Without one, `ocr.Reader` is made of the bundled weights when the first image comes.
    """

    def __init__(self, reader: PageReader | None = None) -> None:
        self._reader = reader
        self._lock = Lock()

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
        engine = None if template is None else _engine(template)  # a wrong name costs no reading
        page = self._ready_reader().read(image)
        return (engine or _engine(choose_template(page))).extract(page)

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
        return _engine(choose_template(page) if template is None else template).extract(page)

    def _ready_reader(self) -> PageReader:
        with self._lock:
            if self._reader is None:
                from ocr.reader import Reader  # torch comes with it, which pages do not need

                self._reader = Reader()
            return self._reader


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
            EXIF orientation.
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
        ocr.errors.ImageError: The image cannot be read.
        ocr.errors.WeightsError: The reader's weights are missing or damaged.
    """
    return _default_extractor().extract(image, template)


@cache
def _default_extractor() -> Extractor:
    return Extractor()


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


def _engine(template: str | Path) -> Engine:
    path, name = find_template(template), str(template)
    return _engine_at(path, name if name in bundled_names() else path.stem, path.stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _engine_at(path: Path, name: str, mtime_ns: int) -> Engine:
    """An engine for the state of a file at a time, so that an edited template is loaded anew."""
    return Engine(name, load_template(path))
