"""How many values of the designs come out right: `python benchmarks/designs.py`.

The designs are those of `tests/designs`, by which the templates were mended, and of `tests/designs/unseen`, by which
they hardly were. Each photograph is extracted without a word about its kind. A value is right to the letter, spaces and
case left out.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from docextract import Extractor, NoTemplateFitsError

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/docextract"))

from test_designs import values_of  # noqa: E402


def plain(text: str) -> str:
    """A text as it is compared."""
    return "".join(text.split()).casefold()


def right(extractor: Extractor, photograph: Path, fields: dict[str, str | list[str]]) -> tuple[int, int]:
    """Values that come out right, and all that are printed."""
    wanted = [(path, one) for path, value in fields.items() for one in (value if isinstance(value, list) else [value])]
    try:
        record = extractor.extract(photograph)
    except NoTemplateFitsError:
        return 0, len(wanted)
    return sum(plain(one) in map(plain, values_of(record, path)) for path, one in wanted), len(wanted)


def main() -> None:
    """Print a row for each of the two sets."""
    extractor = Extractor()
    print("| designs | documents | values | right |\n|---|---|---|---|")
    for folder in (ROOT / "tests/designs", ROOT / "tests/designs/unseen"):
        designs = json.loads((folder / "designs.json").read_text(encoding="utf-8"))
        counts = [right(extractor, folder / f"{name}.jpg", design["fields"]) for name, design in designs.items()]
        good, printed = (sum(column) for column in zip(*counts, strict=True))
        print(f"| {folder.name} | {len(designs)} | {printed} | {good} ({good / printed:.1%}) |")


if __name__ == "__main__":
    main()
