"""How the rows of a page bend, where its paper is curled or was photographed aslant.

Letters M: lines, K: terms of the polynomial.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_ALONG, _ACROSS = 4, 1  # degrees of the polynomial along the rows and across them
_STIFF = 0.003  # how little a page bends where its lines say nothing; per degree, squared
_SURE = 0.15  # of the text height, to which the ends of a line are known
_ROUNDS = 4
_FEWEST = 4  # lines that show how a page bends
_LOWEST = 1e-3  # text height in pixels; boxes of other readers may have none


def level(starts: Array, ends: Array, heights: Array) -> Array:
    """Where the lines of a page would stand if it were flat.

    A smooth displacement over the page is fitted, so that the ends of each line come to stand level: ridge regression,
    reweighted (Cauchy) because some lines are no part of the page's print.

    Args:
        starts: (M, 2) middles of the left edges, in pixels of the page's own reading direction.
        ends: (M, 2) middles of the right edges.
        heights: (M,) text heights.

    Returns:
        (M,) positions across the rows of the lines' middles.
    """
    middles = (starts + ends) / 2
    if len(middles) < _FEWEST:
        return middles[:, 1]
    first, last = np.minimum(starts, ends).min(0), np.maximum(starts, ends).max(0)
    half = np.maximum(last - first, 1.0) / 2
    (start, _), (middle, across), (end, _) = (((p - first) / half - 1).T for p in (starts, middles, ends))
    unit = max(float(np.median(heights)), _LOWEST)
    terms = _terms(end, across) - _terms(start, across)  # (M, K)
    drops = (ends[:, 1] - starts[:, 1]) / unit
    stiffness = np.diag(_STIFF * np.repeat(np.arange(1, _ALONG + 1), _ACROSS + 1) ** 2.0)
    weights = np.ones(len(drops))
    for _ in range(_ROUNDS):
        weighted = terms.T * weights  # (K, M)
        bend = np.linalg.solve(weighted @ terms + stiffness, weighted @ drops)  # (K,)
        weights = 1 / (1 + ((drops - terms @ bend) / _SURE) ** 2)
    flat: Array = middles[:, 1] - unit * (_terms(middle, across) @ bend)
    return flat


def _terms(along: Array, across: Array) -> Array:
    """(M, K) products of the powers of two coordinates; none is constant along a row."""
    powers = [along**i * across**j for i in range(1, _ALONG + 1) for j in range(_ACROSS + 1)]
    return np.stack(powers, 1)
