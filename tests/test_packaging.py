"""What users install: the source distribution builds a wheel that works away from the checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# No room to be imported from by accident: neither the checkout nor anything else that the caller's shell points at.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DOCEXTRACT"))}


def call(*command: object, cwd: Path, **variables: str) -> str:
    words, environment = [str(word) for word in command], ENVIRONMENT | variables
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build_wheel(sdist: Path, folder: Path, **variables: str) -> Path:
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation")
    call(*pip, sdist, cwd=folder, **variables)
    return next(folder.glob("docextract-*.whl"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that nothing is written into the checkout."""
    folder = tmp_path_factory.mktemp("sdist")
    ignored = shutil.ignore_patterns(".*", "build", "dist", "runs", "*.egg-info", "*.so", "__pycache__")
    shutil.copytree(ROOT, folder / "source", ignore=ignored)
    code = "from setuptools.build_meta import build_sdist; build_sdist('..')"
    call(sys.executable, "-c", code, cwd=folder / "source")
    return next(folder.glob("docextract-*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(sdist, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Interpreter of a new environment with the wheel; it borrows our dependencies, but not our editable install."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    python = folder / "venv" / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index")
    call(*pip, wheel, cwd=folder)
    site_packages = next((folder / "venv").glob("lib/python*/site-packages"))
    # .pth files in a folder that a .pth file names are not read: the finder of the editable install stays out.
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_the_sdist_holds_what_it_takes_to_build_and_test(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "setup.py", "pyproject.toml", "Makefile", "constraints.txt", "tests/test_packaging.py"} <= names
    for pattern in ("ext/*.pyx", "templates/*/*.yaml", "ocr/**/*.safetensors", "samples/*.jpg"):
        assert {path.relative_to(ROOT).as_posix() for path in ROOT.glob(pattern)} <= names


def test_the_wheel_holds_data_and_kernels_and_nothing_else_of_the_checkout(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for path in (*ROOT.glob("ocr/**/*"), *ROOT.glob("docextract/**/*")):
        if path.suffix in {".py", ".pyi", ".toml", ".json", ".safetensors", ".typed", ".html", ".css", ".js", ".svg"}:
            assert path.relative_to(ROOT).as_posix() in names
    for path in ROOT.glob("templates/**/*.yaml"):
        assert f"docextract/{path.relative_to(ROOT).as_posix()}" in names
    for path in ROOT.glob("ext/*.pyx"):
        assert any(name.startswith(f"ocr/kernels/_{path.stem}.") for name in names)
    roots = {name.partition("/")[0] for name in names}
    assert {root for root in roots if not root.endswith(".dist-info")} == {"docextract", "ocr"}
    assert {"docextract/py.typed", "ocr/py.typed"} <= names  # PEP 561: or users' mypy sees our names as Any


def test_the_wheel_is_under_sixty_megabytes(wheel: Path) -> None:
    assert wheel.stat().st_size < 60e6


def test_the_installed_package_is_the_one_from_the_wheel(python: Path, tmp_path: Path) -> None:
    code = "import docextract, ocr, ocr.kernels; print(docextract.__file__, ocr.__file__, ocr.kernels.BACKEND, sep='|')"
    *files, backend = call(python, "-c", code, cwd=tmp_path).strip().split("|")
    assert all(str(python.parents[1]) in file for file in files)
    assert backend == "cython"


def test_without_a_compiler_the_references_take_over(sdist: Path, tmp_path: Path) -> None:
    wheel = build_wheel(sdist, tmp_path, CC="/bin/false")
    code = f"import sys; sys.path.insert(0, {str(wheel)!r}); import ocr.kernels as k; print(k.__file__, k.BACKEND)"
    file, backend = call(sys.executable, "-c", code, cwd=tmp_path).split()
    assert file.startswith(str(wheel))
    assert backend == "numpy"


def test_the_installed_command_finds_its_templates(python: Path, tmp_path: Path) -> None:
    assert "receipt" in call(python.with_name("docextract"), "template", "list", cwd=tmp_path).split()


def test_the_installed_command_reads_a_sample(python: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "samples" / "receipt-ko.jpg", tmp_path)
    command = (python.with_name("docextract"), "extract", "receipt-ko.jpg", "--template", "receipt")
    assert json.loads(call(*command, cwd=tmp_path))["total"]
