"""`docextract doctor`: whether this installation is sound, with nothing sent anywhere."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

from docextract.cli.console import Exit, Subparsers, open_output
from docextract.cli.documents import open_reader
from docextract.errors import DocExtractError
from ocr.errors import OcrError, WeightsError

_PACKAGES = ("docextract", "torch", "numpy", "opencv-python-headless", "pillow", "pydantic")
_WEIGHTS = (".json", ".safetensors")
_PRINTED = "TOTAL 12.80"


def register(commands: Subparsers) -> None:
    """Add the command's parser."""
    description = "Report versions and processor, check kernels, templates and weights, and read a test line."
    parser = commands.add_parser("doctor", help="check the installation", description=description)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> Exit:
    """Do every check, whatever the others found."""
    sound = True
    with open_output("-") as stream, _offline():
        for name, check in _CHECKS.items():
            try:
                finding = check()
            except (OcrError, DocExtractError, ImportError) as error:  # the last of a package that is missing or broken
                sound, finding = False, f"FAILED: {error}"
            print(f"{name:<10} {finding}", file=stream, flush=True)
    return Exit.OK if sound else Exit.SETUP


def _versions() -> str:
    from importlib.metadata import version

    return ", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in _PACKAGES)])


def _processor() -> str:
    import cv2

    features = cv2.getCPUFeaturesLine().split()  # "SSE *AVX2 *NEON?": a star for dispatched, a question mark for absent
    present = [name.lstrip("*") for name in features if not name.endswith("?")]
    return f"{platform.machine()} with {' '.join(present)}; {cv2.getNumberOfCPUs()} cores"


def _kernels() -> str:
    from ocr.kernels import BACKEND

    return BACKEND if BACKEND == "cython" else f"{BACKEND}: sound, but slower than the compiled ones"


def _templates() -> str:
    from docextract.schema.loading import bundled_names, find_template, load_template

    names = bundled_names()
    for name in names:
        load_template(find_template(name))
    return f"all {len(names)} are sound"


def _weights() -> str:
    from docextract.tagging.tagger import WEIGHTS
    from ocr.weights import FOLDER, find_altered, sha256

    folders = (FOLDER, WEIGHTS)
    altered = [f"{folder.name}/{name}" for folder in folders for name in find_altered(folder)]
    if altered:
        raise WeightsError(f"missing or altered: {', '.join(altered)}")
    files = (path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in _WEIGHTS)
    digests = (f"{path.parent.name}/{path.name} {sha256(path)[:16]}" for path in files)
    return f"as released, by their SHA-256: {', '.join(digests)}"


def _reading() -> str:
    import cv2
    import numpy as np

    paper = np.full((160, 480, 3), 255, np.uint8)
    cv2.putText(paper, _PRINTED, (40, 96), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (20, 20, 20), 3, cv2.LINE_AA)
    page = open_reader("cpu").read(paper)
    if page.text.replace(" ", "") != _PRINTED.replace(" ", ""):
        raise WeightsError("the model cannot read a printed test line")
    return "the test line is read without an error"


def _network() -> str:
    if _GUARD.turned_away:
        raise DocExtractError(f"a check reached for the network: {', '.join(sorted(_GUARD.turned_away))}")
    return "no check reached for it"


class _Guard:
    """An audit hook that turns away what reaches for the network, and remembers what it was."""

    def __init__(self) -> None:
        self.active = False
        self.turned_away: set[str] = set()

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if self.active and event in _REACHING:
            self.turned_away.add(event)
            raise DocExtractError("the network is out of bounds")


_GUARD = _Guard()
_REACHING = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendmsg", "socket.sendto"}
)


@contextmanager
def _offline() -> Iterator[None]:
    """Turn away whatever reaches for the network, in Python and whatever it calls through `socket`."""
    _watch()
    _GUARD.turned_away.clear()
    _GUARD.active = True
    try:
        yield
    finally:
        _GUARD.active = False


@cache
def _watch() -> None:
    sys.addaudithook(_GUARD)  # for good: a hook cannot be taken away again


_CHECKS: dict[str, Callable[[], str]] = {
    "versions": _versions,
    "processor": _processor,
    "kernels": _kernels,
    "templates": _templates,
    "weights": _weights,
    "reading": _reading,
    "network": _network,
}
