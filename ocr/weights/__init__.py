"""The weights that come with the package, and where they lie."""

from __future__ import annotations

import hashlib
from pathlib import Path

FOLDER = Path(__file__).parent / "deer"
"""Holds `config.json`, `model.safetensors` and `SHA256SUMS`."""

SUMS_FILE = "SHA256SUMS"


def sha256(path: Path) -> str:
    """Hexadecimal digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(folder: Path) -> None:
    """Write the digests of the weights' files in the format of `sha256sum`."""
    files = sorted(path for path in folder.iterdir() if path.suffix in {".json", ".safetensors"})
    (folder / SUMS_FILE).write_text("".join(f"{sha256(path)}  {path.name}\n" for path in files), encoding="ascii")


def find_altered(folder: Path = FOLDER) -> list[str]:
    """Names of files that are missing or differ from what was released; empty where all is well."""
    sums = folder / SUMS_FILE
    if not sums.is_file():
        return [SUMS_FILE]
    rows = (line.split() for line in sums.read_text(encoding="ascii").splitlines())
    return [name for digest, name in rows if not (folder / name).is_file() or sha256(folder / name) != digest]
