"""From labels to words and characters with boxes."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from ocr import Reader, charset
from ocr.decoding import Reading, build_line, close_up, spell, without_echoes
from ocr.model.config import ModelConfig
from ocr.model.decoders import Frames
from ocr.model.network import Deer
from ocr.training.language import train_language_model

PLACE = np.array([100, 50, 200, 50, 20], np.float32)
SIZE = (400, 300)


def reading(text: str, confidence: float = 0.9) -> Reading:
    """A reading whose characters share the line evenly."""
    labels = np.array(charset.encode(text), np.int32)
    bounds = np.linspace(0, 1, len(labels) + 1, dtype=np.float32)
    return Reading(
        labels=labels,
        edges=np.stack([bounds[:-1], bounds[1:]], 1),
        confidence=np.full(len(labels), confidence, np.float32),
        alternatives=np.tile(np.array([charset.encode("8B")], np.int32), (len(labels), 1)),
        alternative_probs=np.tile(np.array([[0.06, 0.0]], np.float32), (len(labels), 1)),
    )


def test_lines_are_cut_into_words_at_spaces() -> None:
    line = build_line(reading(" AB  합계 "), PLACE, SIZE)
    assert line is not None
    assert [word.text for word in line.words] == ["AB", "합계"]
    assert line.text == "AB 합계"
    assert line.quad == ((100, 40), (200, 40), (200, 60), (100, 60))
    assert line.confidence == pytest.approx(0.9)


def test_words_and_characters_stand_where_they_were_read() -> None:
    line = build_line(reading("AB 1"), PLACE, SIZE)
    assert line is not None
    first, second = line.words
    assert first.quad == ((100, 40), (150, 40), (150, 60), (100, 60))
    assert second.quad == ((175, 40), (200, 40), (200, 60), (175, 60))
    assert [char.quad[0][0] for char in first.chars] == [100, 125]
    assert first.chars[0].alternatives[0] == ("8", pytest.approx(0.06))


@pytest.mark.parametrize(
    ("text", "shift", "height", "kept"),
    [
        ("TOOT", 1.0, 2, "TOT"),  # both O in one place
        ("TOOT", 0.8, 2, "TOT"),
        ("TOOT", 0.5, 2, "TOOT"),
        ("TOOT", 0.0, 2, "TOOT"),
        ("T0OT", 1.0, 2, "T0OT"),  # what differs is no echo
        ("2118", 1.0, 8, "2118"),  # the boxes of narrow digits are not told apart so well
        ("", 0.0, 2, ""),
    ],
)
def test_a_character_spelt_twice_in_one_place_is_one(text: str, shift: float, height: float, kept: str) -> None:
    read = reading(text)
    read.edges[2:3] -= shift / max(len(text), 1)
    found = without_echoes(read, length=len(text) * 2 / height)
    assert "".join(map(charset.decode, found.labels.tolist())) == kept
    assert len(found.edges) == len(found.confidence) == len(found.alternatives) == len(kept)


@pytest.mark.parametrize(
    ("text", "gap", "kept"),
    [
        ("SAMPLE :", 0.5, "SAMPLE:"),
        ("SAMPLE :", 0.8, "SAMPLE :"),
        ("SAMPLE A", 0.5, "SAMPLE A"),
        ("결제금액 :", 0.5, "결제금액 :"),  # syllables have cells twice as wide
        ("BRAND SMOKED :", 0.5, "BRAND SMOKED:"),
        ("A : B", 0.5, "A : B"),  # no two letters tell how far apart they stand
        ("", 1.0, ""),
    ],
)
def test_a_colon_in_a_wide_cell_is_no_word(text: str, gap: float, kept: str) -> None:
    """Letters a step apart, spaces a step wide but the last, which is `gap` steps."""
    read, last = reading(text), text.rfind(" ")
    begin = np.arange(len(text)) + np.where(np.arange(len(text)) > last, gap - 1, 0)
    found = close_up(replace(read, edges=np.stack([begin, begin + 1], 1).astype(np.float32) / max(len(text), 1)))
    assert "".join(map(charset.decode, found.labels.tolist())) == kept
    assert len(found.edges) == len(found.confidence) == len(found.alternatives) == len(kept)


def test_a_space_as_narrow_as_the_line_s_others_stays() -> None:
    read = reading("TOTAL QTY :")
    begin = np.array([0, 1, 2, 3, 4, 5, 5.4, 6.4, 7.4, 8.4, 8.8])
    found = close_up(replace(read, edges=np.stack([begin, begin + 1], 1).astype(np.float32) / 10))
    assert "".join(map(charset.decode, found.labels.tolist())) == "TOTAL QTY :"


def test_nothing_but_spaces_is_no_line() -> None:
    assert build_line(reading("  "), PLACE, SIZE) is None
    assert build_line(reading(""), PLACE, SIZE) is None


def test_print_that_is_cut_off_ends_at_the_edge_of_the_page() -> None:
    line = build_line(reading("AB 1"), PLACE, (180, 55))
    assert line is not None
    assert line.quad == ((100, 40), (180, 40), (180, 55), (100, 55))
    assert line.words[1].quad == ((175, 40), (180, 40), (180, 55), (175, 55))


def test_what_cannot_be_read_is_marked_with_its_script() -> None:
    line = build_line(reading("AЖЯ 漢"), PLACE, SIZE)
    assert line is not None and line.text == "A\ufffd\ufffd \ufffd"
    assert [char.unreadable for char in line.chars] == [None, "cyrillic", "cyrillic", "han"]
    assert (line.words[0].script, line.words[0].unreadable, line.script) == ("cyrillic", "cyrillic", "cyrillic")


@pytest.mark.parametrize("decoder", ["line", "point"])
def test_an_untrained_network_reads_something_or_nothing_but_never_fails(
    decoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ocr.places.PROBABILITY", 0.05)
    monkeypatch.setattr("ocr.places.SCORE", 0.0)
    monkeypatch.setattr("ocr.search.CONFIDENCE", 0.0)
    torch.manual_seed(1)
    config = ModelConfig(
        widths=(8, 8, 16, 16),
        fine_width=8,
        neck_width=16,
        decoder_width=16,
        decoder=decoder,  # type: ignore[arg-type]
        classes=charset.class_count(),
    )
    reader = Reader.from_network(Deer(config).eval())
    image = np.random.default_rng(0).integers(0, 255, (96, 128, 3), dtype=np.uint8)
    page = reader.read(image)
    assert (page.width, page.height) == (128, 96)
    assert all(0 <= char.confidence <= 1 for char in page.chars)
    assert len(reader.read_at(image, [(64.0, 48.0)])) == 1


def frames_of(text: str, at: int, others: dict[str, float], certainty: float) -> Frames:
    """Frames, a blank behind each character, whose features are logits of the classes.

    Args:
        text: What the network reads.
        at: The character that it doubts.
        others: What may stand there instead, with probabilities.
        certainty: Probability of all the others.
    """
    probs = torch.full((2 * len(text), charset.class_count()), 1e-9)
    for k, char in enumerate(text):
        likely = {char: 1 - sum(others.values()), **others} if k == at else {char: certainty}
        for other, p in likely.items():
            (label,) = charset.encode(other) or ()
            probs[2 * k, label] = p
        probs[2 * k, charset.BLANK] = max(1 - sum(likely.values()), 1e-9)
        probs[2 * k + 1, charset.BLANK] = 1.0
    return Frames(probs.log(), torch.tensor([len(probs)]), torch.linspace(0, 1, len(probs)))


@pytest.mark.parametrize(
    ("known", "seen", "certainty", "read"),
    [
        ("ADJUSTMENT", "ADJUSIMENT", 0.99, "ADJUSTMENT"),
        ("NO 0QRSTX", "NO 0QR8TX", 0.99, "NO 0QR8TX"),
        ("NO 0QRSTX", "NO 0QR8TX", 0.8, "NO 0QRSTX"),  # illegible
        ("400MG", "4O0MG", 0.99, "400MG"),  # a number and its unit
        ("TEL:M297S5140", "TEL:M297B5140", 0.99, "TEL:M297S5140"),  # a part of a text
        ("jane.doe@example.org", "jane_doe@example.org", 0.99, "jane_doe@example.org"),
        ("jane.doe of example", "jane_doe of example", 0.99, "jane.doe of example"),
        ("e-mail jane0example.org", "e-mail jane@example.org", 0.99, "e-mail jane@example.org"),
        ("www.se0ul.com", "www.se@ul.com", 0.99, "www.se0ul.com"),
        ("P<UTODOE<<JANE<<<<", "P<UTODDE<<JANE<<<<", 0.99, "P<UTODDE<<JANE<<<<"),
    ],
)
def test_a_language_has_no_say_in_codes_and_zones_and_the_signs_of_addresses(
    known: str, seen: str, certainty: float, read: str
) -> None:
    (at,) = (k for k, pair in enumerate(zip(known, seen, strict=True)) if len(set(pair)) > 1)
    frames = frames_of(seen, at, {known[at]: 0.45}, certainty)
    network = SimpleNamespace(decoder=SimpleNamespace(classifier=lambda features: features))
    language = train_language_model([(known, 50), ("TOTAL 12.00", 50)])
    (alone,), (line,) = spell(network, frames), spell(network, frames, language)  # type: ignore[arg-type]
    assert "".join(map(charset.decode, alone.labels.tolist())) == seen
    assert "".join(map(charset.decode, line.labels.tolist())) == read
    assert (line.start[1:] >= line.stop[:-1]).all()
    assert {len(column) for column in (line.peak, line.confidence, line.alternatives, line.alternative_probs)} == {
        len(read)
    }
