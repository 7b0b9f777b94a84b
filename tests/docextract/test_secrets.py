"""Secrets printed beside every label of every template turn up nowhere but where they are asked for."""

from __future__ import annotations

import logging
import pickle
import traceback
from collections.abc import Callable, Iterator

import pytest
import regex

from docextract.errors import DocExtractError
from docextract.pipeline import Extractor, extract
from docextract.records import CardNumber, Record, ResidentNumber
from docextract.redaction import legible_secrets, redact
from docextract.schema.loading import bundled_names, find_template, load_template
from docextract.schema.locators import LabelLocator
from ocr.document import Page
from ocr.errors import OcrError

Typeset = Callable[..., Page]

PRINTED = ("4539 6710 4283 8169", "4539671042838169", "3714 496353 98431", "870916-2345678", "870916 - 2345678")
SECRETS = ("4539671042838169", "371449635398431", "8709162345678")
HIDDEN = (
    8  # neighbouring digits of a secret that no output has: a date of birth and a bar are shown, six digits of a card
)


def leaks(text: str) -> bool:
    digits = regex.sub(r"[\s-]", "", text)
    return any(secret[k : k + HIDDEN] in digits for secret in SECRETS for k in range(len(secret) - HIDDEN + 1))


def planted(name: str, secret: str) -> str:
    """A page with a secret beside and below every label of a template, on its own, and between words."""
    rules = load_template(find_template(name)).fields.values()
    labels = [loc.labels[0] for rule in rules for loc in rule.locate if isinstance(loc, LabelLocator)]
    beside = [f"{label}   {secret}" for label in labels]
    below = [row for label in labels for row in (label, secret)]
    return "\n".join([secret, f"ACME {secret} LTD", *beside, *below, f"No.{secret}", f"TEL {secret}"])


@pytest.mark.parametrize("secret", PRINTED)
@pytest.mark.parametrize("name", [name for name in bundled_names() if "/" in name])
def test_no_output_of_an_extraction_quotes(
    name: str, secret: str, extractor: Extractor, typeset: Typeset, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = typeset(planted(name, secret))
    assert leaks(page.text)
    record = extractor.extract_page(page, name)
    shown = [record.model_dump_json(), repr(record), str(record), str(record.model_dump()), repr(record.evidence)]
    shown += [repr(issue) + issue.model_dump_json() for issue in record.issues]
    shown += [pickle.dumps(record).decode("latin-1"), caplog.text, repr(page)]
    assert not any(map(leaks, shown))


def failing(page: Page, record: Record) -> Iterator[Callable[[], object]]:
    image, kind = page.text.encode(), type(record)
    loaded = kind.model_validate_json(record.model_dump_json())
    yield lambda: extract(image, template="payment_card")
    yield lambda: redact(image, record, page=page)
    yield lambda: legible_secrets(page, loaded)
    yield lambda: Page.from_dict({**page.export(), "blocks": page.text})
    yield lambda: Page.from_dict({page.text: 1})
    yield lambda: kind.model_validate({**record.model_dump(), "extra": page.text})
    yield lambda: kind.model_validate_json(page.text)
    yield lambda: kind.model_validate({"template": "t", "number": page.text, "expiry": page.text})
    yield lambda: ResidentNumber(page.text)
    yield lambda: CardNumber.from_mask(page.text)
    yield lambda: pickle.loads(pickle.dumps(CardNumber(SECRETS[0]))).reveal()


@pytest.mark.parametrize("case", range(11))
def test_no_error_of_a_public_function_quotes(
    case: int, extractor: Extractor, typeset: Typeset, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = typeset("\n".join([*PRINTED, "VALID THRU 08/27"]))
    record = extractor.extract_page(page, "payment_card")
    call = list(failing(page, record))[case]
    with pytest.raises((DocExtractError, OcrError)) as caught:
        call()
    error = caught.value
    logging.getLogger("caller").error("failed: %r", error, exc_info=error)
    shown = [str(error), repr(error), repr(vars(error)), repr(error.__cause__), caplog.text]
    assert not any(map(leaks, [*shown, *traceback.format_exception(error)]))
