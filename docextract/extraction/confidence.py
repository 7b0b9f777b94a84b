"""How probable it is that a value is right: a logistic model of what is known about how it was found.

`docextract model calibrate` fits its weights on documents whose fields are known, as the shipped reader reads them, and
prints how reliable they are on others. They are in `confidence.json`.
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

from docextract.extraction.candidates import Candidate
from docextract.extraction.rows import Span

WEIGHTS_FILE = Path(__file__).with_name("confidence.json")
Weights = tuple[float, tuple[float, ...]]
"""The bias, and the weight of each signal in their order."""

_LEAST = 1e-4  # probability, so that logarithms end somewhere
_LONGEST = -6.0  # logarithm of the probability of a whole print; less says no more
_DOUBTED, _MANY = 0.9, 6  # probability of a character that leaves doubt, and how many such say no more


class Signals(NamedTuple):
    """What speaks for a value and against it.

    Attributes:
        print: Logarithm of the probability that every character of the print was read right, if they erred alone.
        weakest: Probability that the least certain character was read right; 0 where a check digit says otherwise.
        doubted: How many characters were read with a probability that leaves doubt, as far as more say more.
        length: Logarithm of the number of characters.
        score: Logarithm of the candidate's score.
        lead: How far the candidate is ahead of the field's next best value, at most 1.
        labelled: 1 where it was found by its label, 0 otherwise.
        agrees: 1 where other values make it probable by a check of the template.
        proven: 1 where check digits of its own make it probable.
        repaired: 1 where characters were exchanged.
        ambiguous: 1 where the same print means other things as well.
        text: 1 where nothing in the print says whether it is such a value.
    """

    print: float
    weakest: float
    doubted: float
    length: float
    score: float
    lead: float
    labelled: float
    agrees: float
    proven: float
    repaired: float
    ambiguous: float
    text: float

    @classmethod
    def of(cls, candidate: Candidate, *, agrees: bool) -> Self:
        """The signals of a candidate that was chosen; `agrees` as the template's checks say."""
        read = [p for span in candidate.spans for p in _probabilities(span)] or [0.0]
        return cls(
            print=max(sum(math.log(max(p, _LEAST)) for p in read), _LONGEST),
            weakest=0.0 if candidate.disproved else min(read),
            doubted=float(min(sum(p < _DOUBTED for p in read), _MANY)),
            length=math.log(len(read)),
            score=math.log(min(max(candidate.score, _LEAST), 1.0)),
            lead=min(candidate.lead, 1.0),
            labelled=float(candidate.label is not None),
            agrees=float(agrees),
            proven=float(candidate.proven),
            repaired=float(candidate.repaired),
            ambiguous=float(bool(candidate.alternatives)),
            text=float(candidate.kind in ("text", "identifier")),
        )


def probability(signals: Signals, weights: Weights | None = None) -> float:
    """The probability in (0, 1) that a value is right, by the weights of the package or other ones."""
    bias, factors = weights or load_weights()
    return 1 / (1 + math.exp(-bias - sum(w * s for w, s in zip(factors, signals, strict=True))))


def _probabilities(span: Span) -> list[float]:
    """Of every character of a span; of words where characters have none."""
    found: list[float] = []
    for word, first, last in span.words():
        chars = word.chars if len(word.chars) == len(word.text) else ()
        found += [char.confidence for char in chars[first:last]] or [word.confidence] * (last - first)
    return found


@cache
def load_weights(path: Path = WEIGHTS_FILE) -> Weights:
    """Bias and weights from a file that `docextract model calibrate` wrote."""
    stored = json.loads(path.read_text(encoding="utf-8"))
    return stored["bias"], tuple(stored["weights"][name] for name in Signals._fields)
