"""The names of Korea's administrative districts, from its cities and counties down to towns, townships and wards.

They are those of the Ministry of the Interior and Safety. Addresses on paper also name quarters (법정동) that are no
wards, and districts as they were once called: a name that is not among these may be right.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("korean_places.json")
"""What each city, county or borough, in full, is divided into."""

_UNITS = 2
"""Units that a name has at least: too many wards are called 중앙동, and too many boroughs 중구."""
_PROVINCES = ("특별시", "광역시", "자치시", "도")
"""What the names end with that stand alone."""


@cache
def place_names() -> frozenset[str]:
    """Names of districts, each in full and from every larger unit on, as addresses leave out the largest.

    >>> {"경기도 성남시 수정구 복정동", "성남시 수정구 복정동", "수정구 복정동"} <= place_names()
    True
    """
    divided: dict[str, str] = json.loads(_FILE.read_text(encoding="utf-8"))
    places = [
        [*above.split(), *part] for above, parts in divided.items() for part in ([], *([p] for p in parts.split()))
    ]
    names = {" ".join(units[k:]) for units in places for k in range(len(units) - _UNITS + 1)}
    return frozenset(names | {units[0] for units in places if units[0].endswith(_PROVINCES)})
