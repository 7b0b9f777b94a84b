"""The character head: weights that survive the disk and fit one network only, and peaks that stay within their text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from ocr.errors import WeightsError
from ocr.model.characters import CharacterHead, Peaks
from ocr.model.config import ModelConfig
from ocr.model.decoders import Pointed
from ocr.model.network import Deer

PLACES = torch.tensor([(8.0, 16.0, 88.0, 16.0, 16.0), (8.0, 48.0, 72.0, 48.0, 16.0)])
PEAKS = [np.array([0, 4, 12], np.int32), np.array([1, 10], np.int32)]


def build(seed: int) -> Deer:
    torch.manual_seed(seed)
    config = ModelConfig(widths=(8, 8, 16, 16), fine_width=8, neck_width=16, decoder_width=16, classes=50)
    return Deer(config).eval()


@pytest.fixture(scope="module")
def network() -> Deer:
    return build(0)


@torch.inference_mode()
def peaks_of(network: Deer, first: int = 0) -> tuple[torch.Tensor, Peaks]:
    """Features and peaks of the texts from a first one on."""
    image = torch.rand(1, 1, 64, 96, generator=torch.Generator().manual_seed(5))
    places = PLACES[first:]
    frames = network.follow(network.encode(image), Pointed(places, torch.zeros(len(places), dtype=torch.long)))
    return frames.features, Peaks.build(frames, places, PEAKS[first:])


def test_a_character_has_the_same_sides_whatever_is_read_beside_it(network: Deer) -> None:
    head = CharacterHead(16).eval()
    torch.nn.init.normal_(head.sides.weight)
    features, both = peaks_of(network)
    alone_features, alone = peaks_of(network, first=1)
    sides = head(features[both.window], both.gaps)
    assert sides.shape == (5, 4)
    assert torch.allclose(sides[3:], head(alone_features[alone.window], alone.gaps), atol=1e-4)
    assert torch.allclose(both.at[3:], alone.at)


def test_gaps_are_distances_in_heights_and_end_with_the_text(network: Deer) -> None:
    _, peaks = peaks_of(network)
    assert torch.allclose(peaks.gaps[1:3, 0], peaks.at[1:3] - peaks.at[:2])
    assert torch.equal(peaks.gaps[0, 1], peaks.gaps[1, 0])
    assert peaks.gaps[2, 1] == peaks.gaps[3, 0] == peaks.gaps[0, 0] == peaks.gaps[4, 1] == peaks.gaps.max()


def test_weights_survive_the_disk(network: Deer, tmp_path: Path) -> None:
    head = CharacterHead(16)
    torch.nn.init.normal_(head.sides.weight)
    head.save(tmp_path / "head.safetensors", network)
    loaded = CharacterHead.load(tmp_path / "head.safetensors", network)
    features, peaks = peaks_of(network)
    expected = head.eval()(features[peaks.window], peaks.gaps)
    assert torch.allclose(loaded(features[peaks.window], peaks.gaps), expected, atol=1e-2)


def test_weights_for_another_network_are_refused(network: Deer, tmp_path: Path) -> None:
    CharacterHead(16).save(tmp_path / "head.safetensors", build(1))
    with pytest.raises(WeightsError, match="another network"):
        CharacterHead.load(tmp_path / "head.safetensors", network)


def test_weights_that_cannot_be_opened_are_told_by_the_reason(network: Deer, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read: Is a directory"):
        CharacterHead.load(tmp_path, network)


def test_damaged_weights_are_refused(network: Deer, tmp_path: Path) -> None:
    (tmp_path / "head.safetensors").write_bytes(b"no weights")
    with pytest.raises(WeightsError, match="damaged"):
        CharacterHead.load(tmp_path / "head.safetensors", network)
