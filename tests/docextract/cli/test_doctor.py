from __future__ import annotations

import re
import socket
import sys
from contextlib import suppress
from types import SimpleNamespace

import pytest

from docextract.cli import main
from ocr.document import Page
from ocr.errors import WeightsError
from ocr.imaging import Image
from ocr.weights import FOLDER, sha256


def findings(out: str) -> dict[str, str]:
    return {name: finding.strip() for name, _, finding in (line.partition(" ") for line in out.splitlines())}


class BlindReader:
    """Weights that load and read nothing."""

    def __init__(self, weights: str | None, device: str) -> None:
        self.device = device

    def read(self, image: Image) -> Page:
        return Page(image.shape[1], image.shape[0])


def no_weights(weights: str | None, device: str) -> BlindReader:
    raise WeightsError("the weights are missing")


def calls_home(weights: str | None, device: str) -> BlindReader:
    with suppress(Exception):  # a library that keeps to itself that there is no network
        socket.create_connection(("127.0.0.1", 9))
    return BlindReader(weights, device)


def test_what_reaches_for_the_network_is_turned_away_and_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ocr.reader", SimpleNamespace(Reader=calls_home))
    assert main(["doctor"]) == 4
    found = findings(capsys.readouterr().out)
    assert found["network"] == "FAILED: a check reached for the network: socket.getaddrinfo"
    with socket.socket() as server:  # afterwards the process may do as it likes
        server.bind(("127.0.0.1", 0))
        server.listen()
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize("reader", [BlindReader, no_weights])
def test_a_reader_that_does_not_read_is_reported_and_the_rest_checked(
    reader: object, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ocr.reader", SimpleNamespace(Reader=reader))
    status = main(["doctor"])
    found = findings(capsys.readouterr().out)
    assert status == 4
    assert found["reading"].startswith("FAILED: ")
    assert found["templates"].endswith("are sound")
    assert found["kernels"].startswith(("cython", "numpy"))
    assert "numpy" in found["versions"]


def test_a_package_that_cannot_be_imported_is_reported_and_the_rest_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "cv2", None)
    monkeypatch.setattr("docextract.cli.doctor._PACKAGES", ("docextract", "no-such-package"))
    assert main(["doctor"]) == 4
    found = findings(capsys.readouterr().out)
    assert found["processor"].startswith("FAILED: ") and "cv2" in found["processor"]
    assert found["versions"].startswith("FAILED: ") and "no-such-package" in found["versions"]
    assert found["templates"].endswith("are sound")


def test_this_installation_is_sound(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["doctor"])
    found = findings(capsys.readouterr().out)
    assert not [name for name, finding in found.items() if finding.startswith("FAILED")]
    assert status == 0
    assert found["network"] == "no check reached for it"
    (digest,) = re.findall(r"deer/model\.safetensors (\w{16})", found["weights"])
    assert sha256(FOLDER / "model.safetensors").startswith(digest)
