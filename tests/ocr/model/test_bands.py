"""A map made band by band is the one made at once."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.model import bands
from ocr.model.bands import in_bands
from ocr.model.config import ModelConfig
from ocr.model.network import Deer

SMALL = ModelConfig(widths=(8, 8, 16, 16), fine_width=8, neck_width=16, decoder_width=16, classes=100)
ROW_BY_ROW, AT_ONCE = 1, 2**62


def build() -> Deer:
    torch.manual_seed(0)
    return Deer(SMALL)


@torch.inference_mode()
def encode(network: Deer, image: torch.Tensor, band: int) -> list[torch.Tensor]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bands, "BAND", band)
        return network.encode(image).maps


@settings(max_examples=25, deadline=None)
@given(
    images=st.integers(1, 2),
    height=st.integers(1, 9),
    width=st.integers(1, 5),
    band=st.one_of(st.just(ROW_BY_ROW), st.integers(1, 40_000)),
    folded=st.booleans(),
)
def test_the_network_encodes_alike_in_bands_of_any_size(
    images: int, height: int, width: int, band: int, folded: bool
) -> None:
    network = build().fold() if folded else build().eval()
    image = torch.randn(images, 1, 32 * height, 32 * width)
    for banded, whole in zip(encode(network, image, band), encode(network, image, AT_ONCE), strict=True):
        torch.testing.assert_close(banded, whole, atol=1e-4, rtol=1e-4)
        assert banded.is_contiguous(memory_format=torch.channels_last)  # or the decoder would copy it


def test_a_band_is_as_large_as_allowed_and_sees_a_row_of_its_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def layers(fine: torch.Tensor, coarse: torch.Tensor) -> torch.Tensor:
        seen.append((fine[0, 0, :, 0].tolist(), coarse[0, 0, :, 0].tolist()))
        return fine

    monkeypatch.setattr(bands, "BAND", 2 * 3 * 2)  # two of the coarse rows, of which the fine map has two rows of three
    fine = torch.arange(10.0)[:, None].expand(1, 1, 10, 3)
    assert torch.equal(in_bands(layers, fine, torch.arange(5.0)[None, None, :, None], rows=5), fine)
    assert [coarse for _, coarse in seen] == [[0, 1, 2], [1, 2, 3, 4], [3, 4]]
    assert all(fine == [x for row in coarse for x in (2 * row, 2 * row + 1)] for fine, coarse in seen)


def test_in_training_the_norms_see_the_whole_image() -> None:
    network, other = build().train(), build().train()
    image = torch.randn(2, 1, 128, 64)
    for banded, whole in zip(encode(network, image, ROW_BY_ROW), encode(other, image, AT_ONCE), strict=True):
        assert torch.equal(banded, whole)
