"""Fits the weights of `docextract.extraction.confidence` and measures how far its probabilities can be believed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from docextract.extraction.confidence import Signals

EDGES = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
"""Bounds of the rows of the reliability table."""

_PENALTY = 1.0  # of the squared weights of standardised signals, against as many documents as there are
_STEPS = 50
_SENSES = np.array(
    [{"doubted": -1, "repaired": -1, "ambiguous": -1, "length": 0, "text": 0}.get(name, 1) for name in Signals._fields]
)


def fit(signals: Sequence[Signals], right: Sequence[bool]) -> dict[str, Any]:
    """Weights of the logistic model that explains best which values are right, as `confidence.json` keeps them.

    Raises:
        ValueError: All values are right, or none; nothing can be learnt from them.
    """
    if len(set(right)) < 2:
        raise ValueError("calibration needs values that are right and values that are wrong")
    x, y = np.array(signals, float), np.asarray(right, float)
    mean, spread = x.mean(0), np.maximum(x.std(0), 1e-6)
    scaled = (x - mean) / spread
    weights = _regress(scaled, y)
    # Signals go together, and a weight may come out against its sense; such signals are left to the others.
    while (odd := weights[:-1] * _SENSES < 0).any():
        scaled[:, odd] = 0
        weights = _regress(scaled, y)
    factors = weights[:-1] / spread
    return {
        "bias": round(float(weights[-1] - factors @ mean), 4),
        "weights": {name: round(float(w), 4) for name, w in zip(Signals._fields, factors, strict=True)},
    }


def _regress(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logistic regression by Newton's method: (N, S) signals and (N,) outcomes -> (S + 1,) weights, the bias last."""
    design = np.concatenate([x, np.ones((len(x), 1))], 1)
    penalty = np.diag([_PENALTY] * x.shape[1] + [0.0])
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-design @ weights))
        gradient = design.T @ (p - y) + penalty @ weights
        hessian = (design * (p * (1 - p))[:, None]).T @ design + penalty
        weights -= np.linalg.solve(hessian, gradient)
    return weights


def reliability(confidence: Sequence[float], right: Sequence[bool]) -> dict[str, Any]:
    """How often values of a confidence are right.

    Returns:
        "values"; "brier", the mean squared error of the confidence; "calibration error", the mean distance between
        confidence and share of right values over the rows, weighted by their values; "ranking", the probability that
        a right value has a higher confidence than a wrong one; and "rows", for each range of confidence its values,
        their mean confidence and the share that is right.
    """
    p, y = np.asarray(confidence, float), np.asarray(right, float)
    rows = []
    for low, high in pairwise(EDGES):
        inside = (p >= low) & ((p < high) | (high == EDGES[-1]))
        if inside.any():
            row = {"from": low, "to": high, "values": int(inside.sum())}
            rows.append(row | {"confidence": _mean(p[inside]), "right": _mean(y[inside])})
    error = sum(row["values"] * abs(row["confidence"] - row["right"]) for row in rows) / max(len(p), 1)
    return {
        "values": len(p),
        "brier": _mean((p - y) ** 2),
        "calibration error": round(error, 4),
        "ranking": _ranking(p[y == 1], p[y == 0]),
        "rows": rows,
    }


def _ranking(right: NDArray[np.float64], wrong: NDArray[np.float64]) -> float:
    higher = right[:, None] > wrong
    return _mean(higher + 0.5 * (right[:, None] == wrong))


def _mean(values: NDArray[Any]) -> float:
    return round(float(values.mean()), 4) if values.size else float("nan")
