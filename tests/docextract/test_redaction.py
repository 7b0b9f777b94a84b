"""What is redacted is gone from the pixels, and a reader that looks again finds nothing."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import Any

import cv2
import numpy as np
import pytest

from docextract.errors import SecretUnavailableError
from docextract.pipeline import Extractor
from docextract.records import Record
from docextract.redaction import Policy, legible_secrets, redact
from docextract.rendered_fields import perfect_page
from ocr.document import Block, Char, Line, Page, Word
from ocr.imaging import Image
from ocr.reader import Reader
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page

from .conftest import Typeset

KINDS = {"card": "payment_card", "identity": "passport"}


@pytest.fixture(params=["card", "identity"])
def rendered(request: pytest.FixtureRequest) -> RenderedPage:
    fonts = FontLibrary("all", folders=())
    for seed in range(2**41, 2**41 + 40):
        page = render_page(seed, request.param, size=None, corpus=Corpus(), fonts=fonts, korean=0.0, clean=True)
        if request.param == "card" or any("PASSPORT" in text.text for text in page.texts):
            return page
    raise AssertionError("no passport among the seeds")


def reread(page: Page, image: Image) -> Page:
    """A perfect reader's view of a redacted image: words whose ink is black are gone."""

    def visible(word: Word) -> bool:
        x, y = np.mean(word.quad, 0).astype(int)
        return bool(image[y, x].any())

    left = [tuple(word for word in line.words if visible(word)) for line in page.lines]
    lines = tuple(Line(words, line.quad, 1.0) for words, line in zip(left, page.lines, strict=True) if words)
    return Page(page.width, page.height, (Block(lines, page.blocks[0].quad),))


def test_secrets_are_black_and_the_rest_is_untouched(rendered: RenderedPage, extractor: Extractor) -> None:
    page = perfect_page(rendered)
    record = extractor.extract_page(page, template=KINDS[rendered.kind])
    image = redact(rendered.image, record, page=page)
    changed = (image != rendered.image).any(2)
    assert 0.005 < changed.mean() < 0.3
    assert not image[changed].any()
    assert legible_secrets(page, record)
    assert legible_secrets(reread(page, image), record) == ()


@pytest.mark.parametrize(("policy", "covered"), [("pci", True), ("all", True), ("kr_rrn", False), ("mrz", False)])
def test_policies(policy: Policy, covered: bool, extractor: Extractor, typeset: Typeset) -> None:
    record = extractor.extract_page(typeset("4111 1111 1111 1111\nVALID THRU 08/27"), template="payment_card")
    paper = np.full((1000, 1000, 3), 200, np.uint8)
    assert bool((redact(paper, record, policy) == 0).any()) is covered


def test_a_value_without_words_is_covered_by_its_bounds(extractor: Extractor, typeset: Typeset) -> None:
    record = extractor.extract_page(typeset("4111 1111 1111 1111\nVALID THRU 08/27"), template="payment_card")
    evidence = {path: found.model_copy(update={"words": ()}) for path, found in record.evidence.items()}
    image = redact(np.full((1000, 1000, 3), 200, np.uint8), record.model_copy(update={"evidence": evidence}))
    (a, _, c, _) = record.evidence["number"].quad
    assert not image[int(a[1]) : int(c[1]), int(a[0]) : int(c[0])].any()


def test_strokes_that_stick_out_of_their_quads_are_covered(typeset: Typeset) -> None:
    image = redact(np.full((1000, 1000, 3), 200, np.uint8), None, page=typeset("\n  4111111111111111"))
    assert not image[27:53, 17:183].any()  # three pixels around print that is 20 high
    assert image[60:, :].all() and image[:, 190:].all() and image[:20].all()


ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"


@pytest.mark.parametrize("policy", ["kr_rrn", "kr_identifiers", "mrz", "all"])
@pytest.mark.parametrize("damage", ["", "L898902C36UTO"])  # without it, the lower line is none of a zone
def test_zones_may_hold_a_resident_number(policy: Policy, damage: str, extractor: Extractor, typeset: Typeset) -> None:
    page = typeset(f"PASSPORT\n{ZONE.replace(damage, '')}\nUTOPIA")
    record = extractor.extract_page(page, template="passport")
    paper = np.full((1000, 1000, 3), 200, np.uint8)
    assert "mrz" in legible_secrets(page, record, policy)
    for known in (record, None):
        view = reread(page, redact(paper, known, policy, page=page))
        assert legible_secrets(view, record, policy) == ()
        assert view.text.split() == ["PASSPORT", "UTOPIA"]
    if not damage:
        assert reread(page, redact(paper, record, policy)).text.split() == ["PASSPORT", "UTOPIA"]


def test_a_number_in_groups_is_covered_though_a_digit_was_misread(typeset: Typeset) -> None:
    page = typeset("4111 1111 1111 1112\n3782 822463 10006\nNO 1234 5678 9012")  # the first two fail Luhn's check
    assert legible_secrets(page, None, "pci") == ("card_number",)
    view = reread(page, redact(np.full((1000, 1000, 3), 200, np.uint8), None, "pci", page=page))
    assert view.text == "NO 1234 5678 9012" and legible_secrets(view, None, "pci") == ()


def test_a_zone_is_covered_where_its_last_character_was_not_read(typeset: Typeset) -> None:
    page = typeset(ZONE)
    first, second = page.lines
    longer = tuple((x + 10 * (k in (1, 2)), y) for k, (x, y) in enumerate(second.quad))  # print that became no word
    lines = (first, replace(second, quad=longer))
    page = replace(page, blocks=(replace(page.blocks[0], lines=lines),))
    (_, (x1, y1), (_, y2), _), paper = longer, np.full((1000, 1000, 3), 200, np.uint8)
    assert not redact(paper, None, "mrz", page=page)[int(y1) : int(y2), int(x1) - 10 : int(x1)].any()


def test_a_leaning_number_is_covered_to_its_ends(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("\n\n\n          4111 1111 1111 1111\n          VALID THRU 08/27", angle=0.4)
    record = extractor.extract_page(page, template="payment_card")
    image = redact(np.full((1000, 1000, 3), 200, np.uint8), record)
    for word in page.lines[0].words:
        inside = np.mean(word.quad, 0) + 0.98 * (np.array(word.quad) - np.mean(word.quad, 0))
        assert not image[inside[:, 1].astype(int), inside[:, 0].astype(int)].any()


def test_a_real_reader_finds_nothing_in_what_is_left(extractor: Extractor) -> None:
    sheet = np.full((300, 900, 3), 245, np.uint8)
    for text, y in (("4111 1111 1111 1111", 110), ("VALID THRU 08/27", 190), ("NORA MILLER", 260)):
        cv2.putText(sheet, text, (60, y), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (30, 30, 30), 3, cv2.LINE_AA)
    reader = Reader()
    page = reader.read(sheet)
    record: Record = extractor.extract_page(page, template="payment_card")
    assert legible_secrets(page, record) == ("card_number", "number")
    again = reader.read(redact(sheet, record))
    assert legible_secrets(again, record) == ()
    assert "1111" not in again.text and len(again.lines) >= 2


def test_what_the_record_has_no_field_for_is_covered_by_the_page(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("CORNER SHOP\nTOTAL   2.00\nVISA 4111 1111 1111 1111\n711231-1234567\nCASH  2.00")
    record = extractor.extract_page(page, template="receipt")
    paper = np.full((1000, 1000, 3), 200, np.uint8)
    assert legible_secrets(page, record) == ("card_number", "resident_number")
    assert legible_secrets(reread(page, redact(paper, record)), record) == ("card_number", "resident_number")
    assert legible_secrets(reread(page, redact(paper, record, page=page)), record) == ()
    assert legible_secrets(reread(page, redact(paper, None, page=page))) == ()


def test_a_second_print_of_a_number_is_covered_by_the_page(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("4111 1111 1111 1111\nVALID THRU 08/27\n4111 1111 1111 1111")
    record = extractor.extract_page(page, template="payment_card")
    paper = np.full((1000, 1000, 3), 200, np.uint8)
    assert legible_secrets(reread(page, redact(paper, record)), record)
    assert not legible_secrets(reread(page, redact(paper, record, page=page)), record)


def character_view(page: Page, image: Image) -> Page:
    """A perfect reader's view, character by character."""

    def visible(char: Char) -> bool:
        x, y = np.mean(char.quad, 0).astype(int)
        return bool(image[y, x].any())

    def left(word: Word) -> Word:
        chars = tuple(filter(visible, word.chars))
        return replace(word, text="".join(char.text for char in chars), chars=chars)

    lines = tuple(replace(line, words=tuple(w for w in map(left, line.words) if w.text)) for line in page.lines)
    return replace(page, blocks=(replace(page.blocks[0], lines=tuple(line for line in lines if line.words)),))


@pytest.mark.parametrize(
    ("printed", "left"),
    [
        ("4539 6711 1111 1118", "4539 67 1118"),
        ("4539671111111118", "4539671118"),
        ("3782 822463 10005", "3782 82 0005"),
        ("3056 930902 5904", "3056 93 5904"),
    ],
)
def test_a_truncated_number_keeps_its_first_six_and_last_four_digits(
    printed: str, left: str, extractor: Extractor, typeset: Typeset
) -> None:
    page = typeset(f"{printed}\nVALID THRU 08/27")
    record = extractor.extract_page(page, template="payment_card")
    paper = np.full((1000, 1000, 3), 200, np.uint8)
    view = character_view(page, redact(paper, record, "pci_truncated", page=page))
    assert view.text.splitlines()[0] == left
    assert legible_secrets(page, record, "pci_truncated") == ("card_number", "number")
    assert legible_secrets(view, record, "pci_truncated") == ()
    if printed.startswith("4539"):  # the seventh digit is the same as the first of the last four
        assert legible_secrets(view, record, "pci") == ("number",)
    view = character_view(page, redact(paper, record, "pci_truncated"))  # the record alone knows no digits' places
    assert view.text == "VALID THRU 08/27"


def test_one_digit_too_many_of_a_truncated_number_is_noticed(extractor: Extractor, typeset: Typeset) -> None:
    record = extractor.extract_page(typeset("4539 6711 1111 1118\nVALID THRU 08/27"), template="payment_card")
    assert legible_secrets(typeset("4539 67  1118"), record, "pci_truncated") == ()
    for view in ("4539 671  1118", "4539 67  11118", "4539 67  1111118"):
        assert legible_secrets(typeset(view), record, "pci_truncated") == ("number",)


def test_words_without_characters_are_covered_whole(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("4539 6711 1111 1118\nVALID THRU 08/27")
    lines = tuple(replace(line, words=tuple(replace(w, chars=()) for w in line.words)) for line in page.lines)
    page = replace(page, blocks=(replace(page.blocks[0], lines=lines),))
    record = extractor.extract_page(page, template="payment_card")
    image = redact(np.full((1000, 1000, 3), 200, np.uint8), record, "pci_truncated", page=page)
    assert reread(page, image).text.splitlines()[0] == "4539 1118"


@pytest.mark.parametrize("policy", ["kr_identifiers", "all"])
def test_numbers_of_identity_documents_are_covered(policy: Policy, extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("자동차운전면허증\n11-23-456789-01\n홍길동\n711231-1234567\n여권번호 M123A4567")
    record = extractor.extract_page(page, template="driver_licence")
    paper = np.full((1000, 1000, 3), 200, np.uint8)
    shown = legible_secrets(page, record, policy)
    assert set(shown) >= {"resident_number", "licence_number", "passport_number", "number"}
    view = reread(page, redact(paper, record, policy, page=page))
    assert legible_secrets(view, record, policy) == () and "홍길동" in view.text


def test_what_has_no_place_is_not_covered_but_told(typeset: Typeset) -> None:
    page = typeset("4111 1111 1111 1111")
    nowhere = ((math.nan, math.nan),) * 4
    line = page.lines[0]
    lost = replace(line, quad=nowhere, words=tuple(replace(word, quad=nowhere, chars=()) for word in line.words))
    page = replace(page, blocks=(replace(page.blocks[0], lines=(lost,)),))
    assert redact(np.full((1000, 1000, 3), 200, np.uint8), None, page=page).all()
    assert legible_secrets(page) == ("card_number",)


@pytest.mark.parametrize("at", [(-500, 20), (950, 20), (20, 990), (10**9, 20), (-(10**9), -(10**9)), (1e300, -1e300)])
def test_print_beyond_the_image_does_no_harm(typeset: Typeset, at: tuple[float, float]) -> None:
    page = typeset("4111 1111 1111 1111")
    line = page.lines[0]
    x, y = at
    quad = ((x, y), (x + 400, y), (x + 400, y + 20), (x, y + 20))
    line = replace(line, quad=quad, words=(Word("4111111111111111", quad, 0.9),))
    page = replace(page, blocks=(replace(page.blocks[0], lines=(line,)),))
    image = redact(np.full((1000, 1000, 3), 200, np.uint8), None, page=page)
    black = (image == 0).all(2)
    x0, x1, y0, y1 = (int(np.clip(edge, 0, 1000)) for edge in (x - 9, x + 409, y - 9, y + 29))
    assert black.sum() == black[y0:y1, x0:x1].sum()
    assert bool(black.any()) is (x in (950, 20))


def test_a_number_over_two_rows_and_a_second_print_in_another_form(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("4539 6711 1111 1118\nVALID THRU 08/27\nNO:4539/6711/1111-1118\n4539 6711\n1111 1118")
    record = extractor.extract_page(page, template="payment_card")
    paper = np.full((1000, 1000, 3), 200, np.uint8)
    for policy in ("pci", "pci_truncated"):
        view = reread(page, redact(paper, record, policy, page=page))
        assert legible_secrets(view, record, policy) == () and "VALID THRU 08/27" in view.text


def test_a_part_of_a_number_is_known_by_what_was_read_before(typeset: Typeset) -> None:
    before, left = typeset("NOTE\n4539 6711 1111 1118"), typeset("NOTE\n4539 6711")
    assert legible_secrets(left) == ()
    assert legible_secrets(left, before=before) == ("card_number",)
    assert legible_secrets(left, policy="kr_rrn", before=before) == ()
    assert legible_secrets(typeset("NOTE\n4539 67    1118"), policy="pci_truncated", before=before) == ()


def test_what_cannot_be_asked(typeset: Typeset) -> None:
    page, paper = typeset("4111 1111 1111 1111"), np.full((100, 300, 3), 200, np.uint8)
    unknown: Any = "pcidss"
    with pytest.raises(ValueError, match="there is no policy 'pcidss'; there are: pci, "):
        redact(paper, None, unknown, page=page)
    with pytest.raises(ValueError, match="there is no policy"):
        legible_secrets(page, policy=unknown)
    with pytest.raises(ValueError, match="a record or a page"):
        redact(paper, None)


@pytest.mark.parametrize("size", [(500, 500), (1000, 999), (2000, 2000)])
def test_an_image_of_another_size_than_the_page_is_refused(typeset: Typeset, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="an image of another size"):
        redact(np.full((*size, 3), 200, np.uint8), None, page=typeset("4111 1111 1111 1111"))


def test_masks_alone_prove_nothing(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("4111 1111 1111 1111\nVALID THRU 08/27")
    record = extractor.extract_page(page, template="payment_card")
    loaded = type(record).model_validate_json(record.model_dump_json())
    with pytest.raises(SecretUnavailableError):
        legible_secrets(page, loaded)


def test_other_things_are_told(extractor: Extractor, typeset: Typeset) -> None:
    page = typeset("4111 1111 1111 1111")
    record, image = extractor.extract_page(page, "payment_card"), np.full((100, 300, 3), 200, np.uint8)
    wrong: Any = {"number": "4111111111111111"}
    for work in (
        partial(redact, image, wrong),
        partial(redact, image, record, page=wrong),
        partial(legible_secrets, wrong),
        partial(legible_secrets, page, wrong),
        partial(legible_secrets, page, before=wrong),
    ):
        with pytest.raises(TypeError, match=r"^a (Record|Page) is needed, not dict$"):
            work()
    with pytest.raises(ValueError, match="no policy"):
        redact(image, record, ["pci"])  # type: ignore[arg-type]
