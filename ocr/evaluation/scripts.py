"""How well the reader tells letters that it cannot read from those that it can."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from ocr import charset
from ocr.document import Page
from ocr.evaluation.rendered import FIRST_SEED, assign_words
from ocr.reader import Reader
from ocr.synthesis import Corpus, FontLibrary, RenderedPage, render_page

_SHARE = 0.3  # of the texts with foreign words


def evaluate_scripts(reader: Reader, count: int, *, korean: float, corpora: Path | None) -> dict[str, float]:
    """Render documents with foreign words in fonts held out from training, damaged as in training, and read them.

    Args:
        reader: Reads.
        count: Documents of all kinds.
        korean: Share of Korean among the rest, 0 to 1.
        corpora: Folder of texts, or None for the small ones of the package.

    Returns:
        "foreign" characters printed; the shares of them "marked" as unreadable and marked by the right "script"; and
        "false alarms", the characters marked where a readable one or nothing stands, by readable characters printed.
    """
    corpus, fonts = Corpus(corpora, foreign=_SHARE), FontLibrary("heldout")
    counts: Counter[str] = Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        page = render_page(seed, size=None, corpus=corpus, fonts=fonts, korean=korean)
        counts += count_marks(page, reader.read(page.image))
    foreign, readable = max(counts["foreign"], 1), max(counts["readable"], 1)
    return {
        "foreign": counts["foreign"],
        "marked": round(counts["marked"] / foreign, 4),
        "script": round(counts["script"] / foreign, 4),
        "false alarms": round(counts["alarms"] / readable, 5),
    }


def count_marks(truth: RenderedPage, page: Page) -> Counter[str]:
    """Characters "foreign" and "readable" in print; foreign ones "marked", by the right "script"; and "alarms"."""
    found, strays = assign_words([text.quad for text in truth.texts], page)
    counts: Counter[str] = Counter(alarms=sum(char.unreadable is not None for word in strays for char in word.chars))
    for text, words in zip(truth.texts, found, strict=True):
        scripts = [charset.script_of(char) for char in text.text if char != " "]
        printed = [script if script in charset.UNREADABLE else None for script in scripts]
        read = [char.unreadable for word in words for char in word.chars]
        letters = "".join(char for char in text.text if char != " "), "".join(word.text for word in words)
        masked = "".join(charset.UNKNOWN if script else char for char, script in zip(letters[0], printed, strict=True))
        counts["foreign"] += sum(script is not None for script in printed)
        counts["readable"] += printed.count(None)
        marked = 0
        for step in Levenshtein.opcodes(masked, letters[1]):
            if step.tag == "equal":
                pairs = zip(printed[step.src_start : step.src_end], read[step.dest_start : step.dest_end], strict=True)
                hits = [(script, mark) for script, mark in pairs if mark]
                marked += len(hits)
                counts["script"] += sum(script == mark for script, mark in hits)
        counts["marked"] += marked
        counts["alarms"] += sum(mark is not None for mark in read) - marked
    return counts
