"""Tagging a page, and where the tagger comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from docextract.errors import TaggerUnavailableError
from docextract.threads import LOADING
from ocr.document import Page

if TYPE_CHECKING:
    from docextract.tagging.network import TaggerNetwork

WEIGHTS = Path(__file__).parent / "bros"
"""Folder of the weights that come with the package."""

WINDOW = 256
"""Words that are looked at together; attention costs the square of it."""

MOST_WORDS = 4 * WINDOW
"""Words after these are not tagged: no receipt, card or document has so many."""


@dataclass(frozen=True, slots=True, repr=False)
class Tag:
    """Words that belong to a field.

    Attributes:
        field: One of `docextract.tagging.labels.FIELDS`.
        words: Indices into `Page.words`, ascending; other words may stand between them.
        score: The lowest probability of the words' labels, in [0, 1].
    """

    field: str
    words: tuple[int, ...]
    score: float

    def __repr__(self) -> str:
        return f"Tag({self.field}, {len(self.words)} words, score={self.score:.2f})"


class Tagger:
    """Tags pages. Threads may share one.

    Args:
        network: In evaluation mode.
    """

    def __init__(self, network: TaggerNetwork) -> None:
        self._network = network

    @classmethod
    def load(cls, folder: Path | None = None) -> Tagger:
        """Read weights.

        Args:
            folder: What `docextract model train-tagger` wrote; None for the weights of the package.

        Raises:
            TaggerUnavailableError: There are no usable weights there, or `transformers` is not installed.
        """
        if find_spec("transformers") is None:
            raise TaggerUnavailableError("transformers is not installed: pip install docextract[tagger]")
        from docextract.tagging.network import TaggerNetwork  # torch and transformers come with it

        return cls(TaggerNetwork.load(WEIGHTS if folder is None else folder))

    def tag(self, page: Page) -> list[Tag]:
        """The entities of a page, in reading order of their first words."""
        import torch

        from docextract.tagging.features import encode_words, place_words
        from docextract.tagging.labels import join_labels

        texts = [word.text for word in page.words[:MOST_WORDS]]
        if not texts:
            return []
        words = encode_words(texts, place_words(page)[:MOST_WORDS])
        with torch.inference_mode():
            windows = [words.window(first, first + WINDOW) for first in range(0, len(texts), WINDOW)]
            logits = torch.cat([self._network(window) for window in windows])
            best, labels = logits.softmax(1).max(1)
        sure = best.tolist()
        return [
            Tag(field, indices, min(sure[index] for index in indices))
            for field, indices in join_labels(labels.tolist())
        ]


def find_tagger() -> Tagger | None:
    """The tagger of the package, loaded at the first call; None where it cannot be had."""
    with LOADING:
        return _load_tagger()


@cache
def _load_tagger() -> Tagger | None:
    try:
        return Tagger.load()
    except TaggerUnavailableError:
        return None
