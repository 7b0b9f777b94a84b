"""The formats of machine readable zones: where each of them keeps what (ICAO Doc 9303, parts 4 to 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Format = Literal["TD1", "TD2", "TD3", "MRV-A", "MRV-B"]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a format keeps its fields.

    Attributes:
        codes: First letters of the document's code.
        lines: How many there are.
        length: Characters of each.
        fields: By name: line, first character and the one behind the last.
        checks: By name of the field: line and position of its check digit.
        composite: Parts that the composite check digit covers; none where there is no such digit.
    """

    codes: str
    lines: int
    length: int
    fields: Mapping[str, tuple[int, int, int]]
    checks: Mapping[str, tuple[int, int]]
    composite: tuple[tuple[int, int, int], ...] = ()

    @property
    def composite_digit(self) -> tuple[int, int, int]:
        """Where the composite check digit stands: behind the last part that it covers."""
        line, _, end = self.composite[-1]
        return line, end, end + 1


def _two_lines(codes: str, length: int, optional: int, *, checked: bool) -> Layout:
    """TD2, TD3 and visas, which differ in their length and their end."""
    fields = {"code": (0, 0, 2), "issuer": (0, 2, 5), "names": (0, 5, length), "document_number": (1, 0, 9)}
    fields |= {"nationality": (1, 10, 13), "birth_date": (1, 13, 19), "sex": (1, 20, 21), "expiry_date": (1, 21, 27)}
    fields["optional"] = (1, 28, optional)
    checks = {"document_number": (1, 9), "birth_date": (1, 19), "expiry_date": (1, 27)}
    if checked:
        checks["optional"] = (1, optional)
    composite = () if codes == "V" else ((1, 0, 10), (1, 13, 20), (1, 21, length - 1))
    return Layout(codes, 2, length, fields, checks, composite)


LAYOUTS: Mapping[Format, Layout] = {
    "TD1": Layout(
        codes="ACI",
        lines=3,
        length=30,
        fields={
            **{"code": (0, 0, 2), "issuer": (0, 2, 5), "document_number": (0, 5, 14), "optional": (0, 15, 30)},
            **{"birth_date": (1, 0, 6), "sex": (1, 7, 8), "expiry_date": (1, 8, 14), "nationality": (1, 15, 18)},
            **{"optional_2": (1, 18, 29), "names": (2, 0, 30)},
        },
        checks={"document_number": (0, 14), "birth_date": (1, 6), "expiry_date": (1, 14)},
        composite=((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)),
    ),
    "TD2": _two_lines("ACI", 36, 35, checked=False),
    "TD3": _two_lines("P", 44, 42, checked=True),
    "MRV-A": _two_lines("V", 44, 44, checked=False),
    "MRV-B": _two_lines("V", 36, 36, checked=False),
}
