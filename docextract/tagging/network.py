"""The network: BROS (Hong et al. 2022, arXiv:2108.04539) of `transformers`, small, over words instead of subwords.

BROS attends by what words say and by where they stand relative to each other, which suits print whose place on the
page is not fixed. Its slots for embeddings of the position in the text and of the token's type take how far down and
across the text a word stands. Letters of shapes: N words, G pieces, L labels.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import BrosConfig, BrosForTokenClassification

from docextract.errors import TaggerUnavailableError
from docextract.tagging.features import BANDS, BUCKETS, COLUMNS, Words
from docextract.tagging.labels import FIELDS, LABEL_COUNT

CONFIG_FILE = "config.json"
WEIGHTS_FILE = "model.safetensors"


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
        output = self.bros(
            inputs_embeds=embedded[None],
            bbox=torch.from_numpy(words.boxes)[None],
            position_ids=torch.from_numpy(words.bands)[None],
            token_type_ids=torch.from_numpy(words.columns)[None],
        )
        logits: Tensor = output.logits[0]
        return logits

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
