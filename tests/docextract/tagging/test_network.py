from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from docextract.tagging.features import BANDS, Words, encode_words, place_words
from docextract.tagging.network import TaggerConfig, TaggerNetwork
from docextract.tagging.training.examples import LabelledPage


def logits_of_transformers(network: TaggerNetwork, words: Words) -> torch.Tensor:
    """What `transformers` itself makes of the same weights, with a vector for each pair of words."""
    embedded = network.projection(network.pieces(torch.from_numpy(words.pieces), torch.from_numpy(words.starts)))
    output = network.bros(
        inputs_embeds=embedded[None],
        bbox=torch.from_numpy(words.boxes)[None],
        position_ids=torch.from_numpy(words.bands)[None],
        token_type_ids=torch.from_numpy(words.columns)[None],
    )
    logits: torch.Tensor = output.logits[0]
    return logits


def test_it_is_bros_as_transformers_computes_it(trained: Path, example: LabelledPage) -> None:
    network = TaggerNetwork.load(trained)
    texts = [word.text for word in example.page.words]
    words = encode_words(texts, place_words(example.page))
    with torch.inference_mode():
        torch.testing.assert_close(network(words), logits_of_transformers(network, words), rtol=1e-4, atol=1e-4)


def test_places_far_from_each_other_are_told_apart_as_well() -> None:
    torch.manual_seed(0)
    network = TaggerNetwork(TaggerConfig(width=64, heads=2, inner_width=64, layers=2)).eval()
    torch.nn.init.normal_(network.bros.bros.bbox_embeddings.bbox_projection.weight)  # places count for much
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 390, (40, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(0.5, 9, (40, 2))], 1).astype(np.float32)
    words = encode_words([f"word{k % 7}" for k in range(40)], boxes)
    assert words.bands.max() < BANDS
    with torch.inference_mode():
        ours, theirs = network(words), logits_of_transformers(network, words)
    torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-3)
    moved = encode_words([f"word{k % 7}" for k in range(40)], boxes[::-1].copy())
    with torch.inference_mode():
        assert not torch.allclose(network(moved), ours, atol=0.05)
