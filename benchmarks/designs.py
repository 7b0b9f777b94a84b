"""How many values of the designs come out right: `python benchmarks/designs.py`.

The designs are those of `tests/designs`, by which the templates were mended, and of `tests/designs/unseen`, by which
they hardly were. Each photograph is extracted without a word about its kind. A value is right to the letter, spaces and
case left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

from docextract import Extractor

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests/docextract"))

from test_designs import count_right  # noqa: E402


def main() -> None:
    """Print a row for each of the two sets."""
    extractor = Extractor()
    print("| designs | values | right |\n|---|---|---|")
    for folder in (ROOT / "tests/designs", ROOT / "tests/designs/unseen"):
        right, printed = count_right(extractor, folder)
        print(f"| {folder.name} | {printed} | {right} ({right / printed:.1%}) |")


if __name__ == "__main__":
    main()
