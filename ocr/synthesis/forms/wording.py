"""What identity documents and cards say: the lists of `wording.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def wording(section: str) -> dict[str, list[str]]:
    """The lists of a section ("identity", "passport", "card", "business_card", "contacts") by name."""
    lists: dict[str, list[str]] = _sections()[section]
    return lists


@cache
def issuers() -> dict[str, str]:
    """Nationalities by the code of the state that issues a document."""
    states: dict[str, str] = _sections()["issuers"]
    return states


@cache
def _sections() -> dict[str, Any]:
    return tomllib.loads(files("ocr.synthesis.forms").joinpath("wording.toml").read_text(encoding="utf-8"))
