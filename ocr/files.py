"""What safetensors does not tell about the files that it reads."""

from __future__ import annotations

from pathlib import Path


def check_readable(path: Path) -> None:
    """Raise what opening a file raises: safetensors takes whatever it cannot open for missing.

    Raises:
        OSError: The file cannot be opened.
    """
    with path.open("rb"):
        pass
