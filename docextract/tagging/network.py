"""The network: BROS (Hong et al. 2022, arXiv:2108.04539) of `transformers`, small, over words instead of subwords.

BROS attends by what words say and by where they stand relative to each other, which suits print whose place on the
page is not fixed. Its slots for embeddings of the position in the text and of the token's type take how far down and
across the text a word stands.

A pair of words is scored by q_i . (k_j + W e(p_j - p_i)), where e are sines and cosines of the distances between their
boxes. `transformers` keeps a vector for every pair. Here e(p_j - p_i) is taken apart into e(p_i) and e(p_j), as rotary
embeddings do (Su et al. 2021, arXiv:2104.09864): W'q_i, turned by the place of i, is compared with e(p_j). That is the
same number in half the time.

Letters of shapes: N words, G pieces, L labels, d width, H heads, D width of a head, F frequencies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BrosConfig, BrosForTokenClassification
from transformers.models.bros.modeling_bros import BrosLayer, BrosSelfAttention

from docextract.errors import TaggerUnavailableError
from docextract.tagging.features import BANDS, BUCKETS, COLUMNS, Words
from docextract.tagging.labels import FIELDS, LABEL_COUNT

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"

_CORNERS = torch.tensor([0, 1, 2, 1, 2, 3, 0, 3])
"""Which of x0, y0, x1, y1 the coordinates of a box's four corners are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaggerConfig:
    """Sizes of the network.

    Attributes:
        fields: The fields it was trained for, which decide what its outputs mean.
        piece_width: Of the embedding of a piece of a word.
        width: Of the layers.
        inner_width: Between the two matrices of a layer's feed-forward part.
        layers: How many.
        heads: Of attention.
        dropout: Share of activations dropped in training.
    """

    fields: tuple[str, ...] = FIELDS
    piece_width: int = 96
    width: int = 192
    inner_width: int = 384
    layers: int = 3
    heads: int = 6
    dropout: float = 0.1


class TaggerNetwork(nn.Module):
    """Words to logits of labels; one page at a time, so that nothing has to be padded.

    Args:
        config: Sizes.
    """

    def __init__(self, config: TaggerConfig) -> None:
        super().__init__()
        self.config = config
        self.pieces = nn.EmbeddingBag(BUCKETS, config.piece_width, mode="mean")
        self.projection = nn.Linear(config.piece_width, config.width)
        self.bros = BrosForTokenClassification(
            BrosConfig(
                vocab_size=1,  # words come embedded
                hidden_size=config.width,
                num_hidden_layers=config.layers,
                num_attention_heads=config.heads,
                intermediate_size=config.inner_width,
                hidden_dropout_prob=config.dropout,
                attention_probs_dropout_prob=0.0,  # its random numbers would take a fifth of the time
                max_position_embeddings=BANDS,
                type_vocab_size=COLUMNS,
                bbox_scale=2.0,  # the waves of its sinusoids are then about 3, 70 and 1500 text heights long
                num_labels=LABEL_COUNT,  # type: ignore[call-arg]  # taken by every configuration
            )
        )
        self.bros.bros.pooler = None  # nothing is asked of the page as a whole

    def forward(self, words: Words) -> Tensor:
        """Logits (N, L)."""
        embedded = self.projection(
            self.pieces(torch.from_numpy(words.pieces), torch.from_numpy(words.starts))
        )  # (N, d)
        hidden = self.bros.bros.embeddings(
            inputs_embeds=embedded[None],
            position_ids=torch.from_numpy(words.bands)[None],
            token_type_ids=torch.from_numpy(words.columns)[None],
        )  # (1, N, d)
        waves = self._waves(torch.from_numpy(words.boxes))
        weights = self._weights_of_waves()
        for layer in cast(Iterable[BrosLayer], self.bros.bros.encoder.layer):
            attended = self._attend(layer.attention.self, hidden, waves, weights)
            attended = layer.attention.output(attended, hidden)
            hidden = layer.output(layer.intermediate(attended), attended)
        logits: Tensor = self.bros.classifier(self.bros.dropout(hidden))[0]
        return logits

    def _waves(self, boxes: Tensor) -> tuple[Tensor, Tensor]:
        """Sines and cosines (N, 4 F) of where boxes (N, 4) stand."""
        frequencies = self.bros.bros.bbox_embeddings.bbox_sinusoid_emb.x_pos_emb.inv_freq
        places = self.bros.config.bbox_scale * boxes.double()  # a far word's waves would be coarse in single precision
        phases = (places[:, :, None] * frequencies).flatten(1)
        return phases.sin().to(boxes.dtype), phases.cos().to(boxes.dtype)

    def _weights_of_waves(self) -> Tensor:
        """(D, 8 F): W of the sines of x0, y0, x1, y1, then of their cosines; the corners' shares added up."""
        corners: Tensor = self.bros.bros.bbox_embeddings.bbox_projection.weight
        corners = corners.view(len(corners), len(_CORNERS), 2, -1)  # (D, 8, 2, F)
        sides = corners.new_zeros(len(corners), 4, *corners.shape[2:]).index_add(1, _CORNERS, corners)
        return sides.transpose(1, 2).flatten(1)

    @staticmethod
    def _attend(attention: BrosSelfAttention, hidden: Tensor, waves: tuple[Tensor, Tensor], weights: Tensor) -> Tensor:
        """What words (1, N, d) see of each other, (1, N, d)."""
        query, key, value = (
            project(hidden).view(*hidden.shape[:2], attention.num_attention_heads, -1).transpose(1, 2)
            for project in (attention.query, attention.key, attention.value)
        )  # (1, H, N, D)
        sine, cosine = waves
        by_sine, by_cosine = (query @ weights).chunk(2, dim=3)  # (1, H, N, 4 F)
        turned = (by_sine * cosine + by_cosine * sine, by_cosine * cosine - by_sine * sine)
        places = torch.cat(waves, 1).expand(*key.shape[:2], -1, -1)
        scores = torch.cat((query, *turned), 3) @ torch.cat((key, places), 3).transpose(2, 3)  # (1, H, N, N)
        seen: Tensor = (attention.attention_head_size**-0.5 * scores).softmax(3) @ value
        return seen.transpose(1, 2).flatten(2)

    def save(self, folder: Path) -> None:
        """Write `config.json` and `model.safetensors`, in half precision."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG_FILE).write_text(json.dumps(asdict(self.config), indent=1) + "\n", encoding="utf-8")
        parameters = {name: parameter.detach().half() for name, parameter in self.named_parameters()}
        save_file(parameters, folder / WEIGHTS_FILE)

    @classmethod
    def load(cls, folder: Path) -> TaggerNetwork:
        """Read what `save` wrote; in evaluation mode.

        Raises:
            TaggerUnavailableError: The files are missing, damaged, or of other fields than today's.
        """
        try:
            data = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
            config = TaggerConfig(**data | {"fields": tuple(data["fields"])})
            weights = load_file(folder / WEIGHTS_FILE)
        except (OSError, ValueError, TypeError, KeyError, SafetensorError):
            raise TaggerUnavailableError("its weights are missing or damaged") from None
        network = cls(config)
        parameters = dict(network.named_parameters())
        shapes = {name: parameter.shape for name, parameter in parameters.items()}
        if config.fields != FIELDS or shapes != {name: weight.shape for name, weight in weights.items()}:
            raise TaggerUnavailableError("its weights are of another version")
        with torch.no_grad():
            for name, parameter in parameters.items():
                parameter.copy_(weights[name])
        return network.eval()
