"""Whether the print says the same as the machine readable zone: where it does not, one was misread, or forged."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import accumulate

import regex

from docextract.extraction.candidates import Candidate
from docextract.extraction.rows import CELL
from docextract.extraction.solver import Choice, Verdict
from docextract.records.base import Value

# Doc 9303-3, section 6: what national letters become in a zone; all others lose their marks.
_WRITTEN_OUT = {"Ä": "AE", "Å": "AA", "Æ": "AE", "Ð": "D", "Ø": "OE", "Ö": "OE", "Þ": "TH", "ß": "SS", "Ü": "UE"}
_VISAS = ("MRV-A", "MRV-B")
_SURE = 0.85  # similarity of a label that is no chance
_CODE = regex.compile(r"[A-Z]{1,3}")
_CODES = ("issuer", "nationality")
_NAMES = ("surname", "given_names")
_TRUNCATED = 8  # letters from which on a name may go on behind the zone's end


def compare_zone(zone_format: str, choice: Choice, verdicts: Sequence[Verdict]) -> dict[str, bool]:
    """For each field that the zone gave and that is also printed beside its label: whether both say the same.

    A visa's zone has the number of the passport or of the visa, its print may have the other.
    """
    compared: dict[str, bool] = {}
    for verdict in verdicts:
        printed = verdict.candidate
        zone = choice.get(printed.field)
        if zone is None or zone.locator != "mrz" or printed.label is None or printed.field in compared:
            continue
        if printed.field == "document_number" and zone_format in _VISAS:
            continue
        if verdict.reason != "used" and printed.label.similarity > _SURE:
            same = agrees(zone, printed)
            if same is not None:
                compared[printed.field] = same
    return compared


def agrees(zone: Candidate, printed: Candidate) -> bool | None:
    """Whether two candidates of a field, one of the zone and one of the print, are the same value.

    Returns:
        None where they cannot be compared: the zone names countries by codes, the print mostly by names.
    """
    coded, shown = zone.value, printed.value
    if not isinstance(coded, str) or not isinstance(shown, str):
        return coded == shown
    if zone.field in _CODES and not _CODE.fullmatch(shown.strip().upper()):
        return None
    letters = _letters(coded)
    spelt = {_letters(shown), _letters("".join(_WRITTEN_OUT.get(char, char) for char in _composed(shown)))}
    if printed.kind == "identifier":
        spelt.update(map(_letters, accumulate(_groups(printed))))
    if zone.field in _NAMES and len(letters) >= _TRUNCATED:
        return any(spelling.startswith(letters) for spelling in spelt)
    return letters in spelt


def _groups(printed: Candidate) -> list[str]:
    """A number and what follows it in its cell: it may be printed in groups."""
    span = printed.spans[0]
    return span.row.text[span.start :].partition(CELL)[0].split()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("ß", "ẞ").upper().replace("ẞ", "ß")


def _letters(value: Value) -> str:
    plain = unicodedata.normalize("NFKD", str(value)).upper()
    return "".join(char for char in plain if char.isalnum())
