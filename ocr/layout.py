"""Reading order: lines into rows, rows into blocks.

A receipt is read row by row, what stands at the right margin after what stands at the left one, whatever the page's
skew. A block ends where the gap to the next row is wider than the rows are high. What is printed across the page's
direction, such as a number along an edge, comes last. Printed dividers are no text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ocr.document import Block, Line, bounding_quad, part_by_direction

SAME_ROW = 0.5
"""Lines whose middles are less than this share of the smaller height apart, across the page's direction, are a row."""

BLOCK_GAP = 1.0
"""Rows further apart than this share of the median line height belong to different blocks."""

_DIVIDERS = frozenset("-=_*.~#·")


def is_divider(text: str) -> bool:
    """Whether a line only divides the page: a run of signs as receipts print it from edge to edge."""
    signs = text.replace(" ", "")
    return len(signs) > 3 and not set(signs) - _DIVIDERS


def order_lines(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Sort lines into blocks, in reading order."""
    if not lines:
        return ()
    angle = _page_angle(lines)
    along, across = part_by_direction(lines, angle)
    blocks = [*_order(along, angle), *((line,) for line in across)]
    return tuple(Block(lines=block, quad=bounding_quad(line.quad for line in block)) for block in blocks)


def _order(lines: Sequence[Line], angle: float) -> list[tuple[Line, ...]]:
    """Blocks of lines that run along one direction."""
    if not lines:
        return []
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    quads = np.array([line.quad for line in lines]) @ turn.T  # upright
    x, middle = quads[:, :, 0].min(1), quads[:, :, 1].mean(1)
    height = np.array([line.height for line in lines])
    rows = _rows(middle, height)
    typical = float(np.median(height))
    blocks: list[list[int]] = []
    bottom = -math.inf
    for row in rows:
        top = float((middle[row] - height[row] / 2).min())
        if top - bottom > BLOCK_GAP * typical:
            blocks.append([])
        blocks[-1].extend(sorted(row, key=lambda k: float(x[k])))
        bottom = max(bottom, float((middle[row] + height[row] / 2).max()))
    return [tuple(lines[k] for k in block) for block in blocks]


def _page_angle(lines: Sequence[Line]) -> float:
    """Direction in radians that most of the print runs in, long lines counting more."""
    return _mean_angle(part_by_direction(lines, _mean_angle(lines))[0] or lines)


def _mean_angle(lines: Sequence[Line]) -> float:
    length = np.array([math.dist(line.quad[0], line.quad[1]) for line in lines])
    angle = np.array([line.angle for line in lines])
    return math.atan2(float((length * np.sin(angle)).sum()), float((length * np.cos(angle)).sum()))


def _rows(middle: NDArray[np.float64], height: NDArray[np.float64]) -> list[list[int]]:
    """Indices of lines whose middles lie close together, from top to bottom."""
    rows: list[list[int]] = []
    for k in np.argsort(middle, kind="stable").tolist():
        if rows:
            last = rows[-1]
            near = min(float(height[k]), float(height[last].min())) * SAME_ROW
            if middle[k] - float(middle[last].mean()) < near:
                last.append(k)
                continue
        rows.append([k])
    return rows
