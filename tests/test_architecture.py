"""Who may import whom, in one table that every file has to be placed in."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Room:
    """What the modules of one name, or below it, may import besides the standard library and their own room."""

    ours: str = ""
    others: str = ""


# Imports inside functions count: a lazy import is still a dependency.
ROOMS = {
    # image -> Page
    "ocr": Room("ocr.document ocr.errors ocr.imaging ocr.reader"),
    "ocr.errors": Room(),
    "ocr.charset": Room(),
    "ocr.document": Room("ocr.charset ocr.errors"),
    "ocr.geometry": Room("", "numpy cv2"),
    "ocr.pdf": Room("ocr.errors", "numpy pypdfium2"),
    "ocr.imaging": Room("ocr.errors ocr.pdf", "numpy cv2 PIL"),
    "ocr.kernels": Room("ocr.errors ocr.language", "numpy cv2"),
    "ocr.files": Room(),
    "ocr.model": Room("ocr.charset ocr.errors ocr.files", "numpy torch safetensors"),
    "ocr.weights": Room("ocr.errors ocr.model", "torch safetensors"),
    "ocr.capitals": Room("ocr.document"),
    "ocr.decimals": Room("ocr.document"),
    "ocr.decoding": Room(
        "ocr.charset ocr.document ocr.geometry ocr.kernels ocr.language ocr.model", "numpy regex torch"
    ),
    "ocr.places": Room("ocr.geometry ocr.kernels ocr.model", "numpy"),
    "ocr.language": Room("ocr.charset ocr.errors ocr.files", "numpy safetensors"),
    "ocr.leaders": Room("ocr.document"),
    "ocr.layout": Room("ocr.document ocr.geometry ocr.kernels", "numpy"),
    "ocr.view": Room("ocr.geometry ocr.model", "numpy cv2"),
    "ocr.look": Room("ocr.charset ocr.decoding ocr.document ocr.geometry ocr.model ocr.view", "numpy"),
    "ocr.across": Room("ocr.charset ocr.decoding ocr.document ocr.geometry ocr.look ocr.missed ocr.view", "numpy cv2"),
    "ocr.missed": Room("ocr.geometry ocr.look ocr.view", "numpy cv2"),
    "ocr.large": Room("ocr.geometry ocr.look ocr.view", "numpy"),
    "ocr.search": Room("ocr.across ocr.large ocr.layout ocr.leaders ocr.look ocr.view", "numpy"),
    "ocr.reader": Room(
        "ocr.capitals ocr.decimals ocr.decoding ocr.document ocr.errors ocr.geometry ocr.imaging ocr.kernels "
        "ocr.language ocr.layout ocr.look ocr.model ocr.places ocr.search ocr.view ocr.weights",
        "numpy cv2 torch",
    ),
    # the lab: nothing above imports it
    "ocr.synthesis": Room("ocr.charset ocr.document ocr.errors ocr.geometry", "numpy cv2 PIL"),
    "ocr.datasets": Room(
        "ocr.charset ocr.document ocr.errors ocr.geometry ocr.imaging ocr.model ocr.synthesis", "numpy cv2 torch"
    ),
    "ocr.training": Room(
        "ocr.charset ocr.datasets ocr.decoding ocr.document ocr.errors ocr.evaluation ocr.geometry ocr.imaging "
        "ocr.kernels ocr.language ocr.model ocr.places ocr.reader ocr.synthesis ocr.weights",
        "numpy cv2 torch accelerate rapidfuzz safetensors",
    ),
    "ocr.evaluation": Room(
        "ocr.charset ocr.datasets ocr.document ocr.errors ocr.geometry ocr.imaging ocr.layout ocr.reader ocr.synthesis",
        "numpy cleval cv2 rapidfuzz",
    ),
    # Page -> record
    "docextract": Room(
        "docextract.capture docextract.errors docextract.pipeline docextract.records docextract.redaction "
        "docextract.stored"
    ),
    "docextract.errors": Room(),
    "docextract.values": Room("docextract.errors", "phonenumbers regex"),
    "docextract.vcard": Room("", "regex"),
    "docextract.arguments": Room(),
    "docextract.threads": Room(),
    "docextract.records": Room(
        "docextract.errors docextract.values docextract.vcard ocr.document", "pydantic pydantic_core regex"
    ),
    "docextract.tagging.labels": Room(),
    "docextract.tagging": Room(
        "docextract.errors docextract.tagging.labels docextract.threads ocr.document",
        "numpy safetensors torch transformers",
    ),
    "docextract.tagging.training": Room(
        "docextract.evaluation docextract.rendered_fields docextract.tagging docextract.tagging.labels "
        "docextract.values ocr.datasets ocr.document ocr.synthesis ocr.training",
        "numpy rapidfuzz torch",
    ),
    "docextract.schema": Room(
        "docextract.errors docextract.records docextract.tagging.labels docextract.values",
        "pydantic pydantic_core rapidfuzz regex yaml",
    ),
    "docextract.extraction": Room(
        "docextract.errors docextract.records docextract.schema docextract.tagging docextract.values ocr.charset "
        "ocr.document",
        "cv2 numpy pydantic rapidfuzz regex",
    ),
    "docextract.frames": Room("docextract.records ocr.document"),
    "docextract.splitting": Room("docextract.frames ocr.document ocr.imaging", "numpy cv2"),
    "docextract.pipeline": Room(
        "docextract.errors docextract.extraction docextract.frames docextract.records docextract.schema "
        "docextract.splitting docextract.threads ocr.document ocr.imaging ocr.reader"
    ),
    "docextract.stored": Room("docextract.errors docextract.records docextract.schema"),
    "docextract.failures": Room("docextract.errors ocr.errors"),
    "docextract.table": Room(),
    "docextract.atomic": Room(),
    "docextract.batch": Room(
        "docextract.atomic docextract.errors docextract.failures docextract.pipeline docextract.schema "
        "docextract.table ocr.errors",
        "pyarrow ray",
    ),
    "docextract.typesetting": Room("ocr.document", "regex"),
    "docextract.template_tests": Room(
        "docextract.errors docextract.pipeline docextract.schema docextract.typesetting ocr.document ocr.errors"
    ),
    "docextract.drafting": Room(
        "docextract.errors docextract.extraction docextract.records docextract.schema ocr.document", "regex"
    ),
    "docextract.rendered_fields": Room(
        "docextract.pipeline docextract.records docextract.values ocr.document ocr.geometry ocr.synthesis", "regex"
    ),
    "docextract.evaluation": Room("docextract.records docextract.values"),
    "docextract.calibration": Room("docextract.extraction", "numpy"),
    "docextract.secret_print": Room("docextract.extraction docextract.values", "regex"),
    "docextract.redaction": Room(
        "docextract.arguments docextract.errors docextract.extraction docextract.records docextract.secret_print "
        "ocr.document ocr.imaging",
        "numpy cv2 regex",
    ),
    "docextract.overlay": Room("docextract.records ocr.document ocr.imaging", "numpy cv2"),
    "docextract.capture": Room("docextract.arguments docextract.records ocr.document ocr.imaging", "numpy cv2"),
    "docextract.service": Room(
        "docextract.capture docextract.errors docextract.extraction docextract.frames docextract.pipeline "
        "docextract.records docextract.schema ocr.document ocr.errors ocr.imaging",
        "cv2 fastapi numpy prometheus_client pydantic pydantic_settings ray starlette uvicorn",
    ),
    "docextract.__main__": Room("docextract.cli"),
    "docextract.cli": Room(
        "docextract.atomic docextract.batch docextract.cli.model docextract.drafting docextract.errors "
        "docextract.extraction docextract.failures docextract.overlay docextract.pipeline docextract.records "
        "docextract.redaction docextract.schema docextract.service docextract.table docextract.tagging "
        "docextract.template_tests ocr.document ocr.errors ocr.imaging ocr.kernels ocr.reader ocr.weights",
        "cv2 numpy pydantic rich",
    ),
    "docextract.cli.model": Room(
        "docextract.calibration docextract.cli docextract.evaluation docextract.extraction docextract.pipeline "
        "docextract.rendered_fields docextract.schema docextract.tagging docextract.tagging.training ocr.datasets "
        "ocr.document ocr.evaluation ocr.language ocr.model ocr.reader ocr.synthesis ocr.training ocr.weights",
        "safetensors torch",
    ),
}

OURS = ("docextract", "ocr")


def find_modules() -> dict[str, Path]:
    """Dotted name -> file, of every module of the packages."""
    files = (path for package in OURS for path in (ROOT / package).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


MODULES = find_modules()


def room_of(module: str) -> str | None:
    """The longest name in the table that the module is, or is below; the two roots hold nothing but themselves."""
    parts = module.split(".")
    names = (".".join(parts[:k]) for k in range(len(parts), 0, -1))
    return next((name for name in names if name in ROOMS and (name not in OURS or name == module)), None)


def imports_of(path: Path) -> set[str]:
    """Absolute dotted names that a file imports, wherever in the file."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}:{node.lineno}: relative import"
            for alias in node.names:  # `from ocr import document` may name a module or an attribute
                submodule = f"{node.module}.{alias.name}"
                names.add(submodule if submodule in MODULES else node.module)
    return names


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_stay_within_the_table(module: str) -> None:
    name = room_of(module)
    assert name is not None, f"{module} has no room: place it in ROOMS"
    room = ROOMS[name]
    for imported in imports_of(MODULES[module]):
        package = imported.partition(".")[0]
        if package in OURS:
            target = room_of(imported)
            assert target == name or target in room.ours.split(), f"{module} may not import {imported}"
        else:
            allowed = package in sys.stdlib_module_names or package in room.others.split()
            assert allowed, f"{module} may not import {imported}"


def test_the_table_has_no_empty_rooms() -> None:
    inhabited = {room_of(module) for module in MODULES}
    assert ROOMS.keys() <= inhabited
    named = {name for room in ROOMS.values() for name in room.ours.split()}
    assert named <= ROOMS.keys()


@pytest.mark.parametrize(
    ("package", "rooms"),
    {
        "torch": {
            "ocr.model",
            "ocr.decoding",
            "ocr.reader",
            "ocr.weights",
            "ocr.datasets",
            "ocr.training",
            "docextract.cli.model",
            "docextract.tagging",
            "docextract.tagging.training",
        },
        "transformers": {"docextract.tagging"},
        "yaml": {"docextract.schema"},
        "PIL": {"ocr.imaging", "ocr.synthesis"},
    }.items(),
)
def test_heavy_or_risky_packages_have_few_doors(package: str, rooms: set[str]) -> None:
    assert {name for name, room in ROOMS.items() if package in room.others.split()} <= rooms


@pytest.mark.parametrize("lab", ["ocr.synthesis", "ocr.datasets", "ocr.training", "ocr.evaluation"])
def test_the_lab_is_not_on_the_reading_path(lab: str) -> None:
    outside = {name for name, room in ROOMS.items() if lab in room.ours.split() and name.startswith("ocr")}
    assert outside <= {"ocr.datasets", "ocr.training", "ocr.evaluation"}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_files_can_be_read_in_one_sitting(module: str) -> None:
    path = MODULES[module]
    assert not {"utils", "misc", "helpers", "common"} & set(module.split("."))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 420
