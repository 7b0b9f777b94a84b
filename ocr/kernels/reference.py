"""The kernels in NumPy: their specification, and what runs where no compiled module is.

Shapes: N lines, T frames, K classes kept per frame, S states of an alignment, M characters or components, P pairs of a
character and a class that may stand in its place. The order in which candidates are listed is part of the
specification, because it breaks ties.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.kernels.contract import (
    ALTERNATIVES,
    BLOB,
    COMPONENT_COLUMNS,
    INSET,
    MIN_PROB,
    PIXEL_VARIANCE,
    STROKE,
    CtcLine,
    check_components,
    check_frames,
    check_maps,
)
from ocr.language import START, LanguageModel, folded_classes

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Indices = NDArray[np.intp]
Labels = tuple[int, ...]
Paths = dict[Labels, tuple[float, float]]

BLANK = 0
NONE = -1
"""No character (of a frame), or no class (of an empty prefix or a missing neighbour): equal to no class."""


def ctc_best_path(classes: Ints, log_probs: Floats, lengths: Ints) -> list[CtcLine]:
    """Read lines by the most probable class of every frame (Graves et al., 2006, section 3.2).

    Args:
        classes: (N, T, K) int32. The K most probable classes of every frame, best first, none twice; 0 is the blank.
        log_probs: (N, T, K) float32. Their log probabilities. Classes that are not listed have probability 0.
        lengths: (N,) int32. Frames in use of every line; the others are ignored.

    Returns:
        N lines.

    Raises:
        ValueError: A dtype, a shape or a value is not as described.
    """
    check_frames(classes, log_probs, lengths)
    classes, log_probs = _blank_idle(classes, log_probs, lengths)
    path = classes[:, :, 0]  # (N, T)
    first = (path != BLANK) & (path != np.pad(path, ((0, 0), (1, 0)))[:, :-1])
    labels = [row[new] for row, new in zip(path, first, strict=True)]
    slots = np.where(path == BLANK, NONE, first.cumsum(axis=1) - 1)
    return _describe(classes, np.exp(log_probs), lengths, labels, slots)


def ctc_prefix_beam(
    classes: Ints, log_probs: Floats, lengths: Ints, beam: int = 8, language: LanguageModel | None = None
) -> list[CtcLine]:
    """Read lines by prefix beam search, which sums over all alignments of a reading (Hannun et al., 2014, algorithm 1).

    Args:
        classes: (N, T, K) int32. The K most probable classes of every frame, best first, none twice; 0 is the blank.
        log_probs: (N, T, K) float32. Their log probabilities. Classes that are not listed have probability 0.
        lengths: (N,) int32. Frames in use of every line; the others are ignored.
        beam: Prefixes kept after every frame.
        language: Has a say in how probable a reading is, but none in its alignment and its characters' confidences.

    Returns:
        N lines: the most probable reading in the beam, on its most probable alignment.

    Raises:
        ValueError: A dtype, a shape or a value is not as described.
    """
    check_frames(classes, log_probs, lengths, beam, language)
    classes, log_probs = _blank_idle(classes, log_probs, lengths)
    probs = np.exp(log_probs)
    labels = list(_search(classes, probs, lengths, beam, language))
    return _describe(classes, probs, lengths, labels, _align(classes, log_probs, labels))


def component_geometry(prob: Floats, geometry: Floats, threshold: float) -> Floats:
    """Find texts as 8-connected components of a probability map, and average what their pixels say of the geometry.

    Pixels weigh by prob^2; for height and direction also by their centerness (the lesser of the distances to the two
    ends over the greater; after Tian et al., 2019), for an end by 1 / (1 + distance to it): nearer pixels know it
    better. Distances are clipped to [1 / (H + W), H + W], since no text is longer. The longer a component is, the more
    its shape has to say about the direction: a slope that no pixel can see moves the ends of a long line. And a text
    reaches at least `INSET` of its height beyond the middles of its first and last pixel, whatever they say of ends
    that are farther away than any that the network was taught.

    Args:
        prob: (H, W) float32. Probability that a pixel lies in the kernel of a text.
        geometry: (H, W, 5) float32, of any strides. Logarithm of the text's height, cosine and sine of its reading
            direction, logarithms of the distances to its start and to its end along that direction. Lengths are in
            pixels of the map. Read only where `prob` is above the threshold.
        threshold: Pixels with a larger probability belong to a text.

    Returns:
        (M, 8) float32, in the order of the components' first pixels, columns `COMPONENT_COLUMNS`: start and stop of the
        centre line (pixels of the map, the centre of pixel (0, 0) at (0.5, 0.5)), height, mean probability, number of
        pixels, and the length of the mean direction: 1 where all pixels agree.

    Raises:
        ValueError: A dtype, a shape, the threshold or a geometry that is used is not as described.
    """
    check_maps(prob, geometry, threshold)
    ink = prob > np.float32(threshold)
    rows, columns = np.nonzero(ink)
    if len(rows) == 0:
        return np.zeros((0, len(COMPONENT_COLUMNS)), np.float32)
    _, found = cv2.connectedComponents(ink.astype(np.uint8), connectivity=8)
    _, first, component = np.unique(found[rows, columns], return_index=True, return_inverse=True)
    component = first.argsort().argsort()[component]  # numbered in the order of first pixels

    def total(values: Doubles) -> Doubles:
        return np.bincount(component, weights=values).astype(np.float64)

    p = prob[rows, columns].astype(np.float64)
    log_height, cos, sin, *log_distances = geometry[rows, columns].astype(np.float64).T
    limit = np.log(sum(prob.shape))
    before, after = np.exp(np.clip(log_distances, -limit, limit))
    norm = np.maximum(np.hypot(cos, sin), 1e-6)
    cos, sin = cos / norm, sin / norm
    x, y = columns + 0.5, rows + 0.5
    squared = p * p
    inner = squared * np.minimum(before, after) / np.maximum(before, after)
    inner_total = total(inner)
    mean_cos, mean_sin = total(inner * cos) / inner_total, total(inner * sin) / inner_total
    near_start, near_stop = squared / (1 + before), squared / (1 + after)
    weight, start_weight, stop_weight = total(squared), total(near_start), total(near_stop)
    cx, cy = total(squared * x) / weight, total(squared * y) / weight
    xx = total(squared * x * x) / weight - cx * cx + PIXEL_VARIANCE
    yy = total(squared * y * y) / weight - cy * cy + PIXEL_VARIANCE
    xy = total(squared * x * y) / weight - cx * cy
    cos, sin = _direction(mean_cos, mean_sin, xx, xy, yy)
    from_start = cos * (total(near_start * x) / start_weight - cx) + sin * (total(near_start * y) / start_weight - cy)
    from_stop = cos * (total(near_stop * x) / stop_weight - cx) + sin * (total(near_stop * y) / stop_weight - cy)
    start = from_start - total(near_start * before) / start_weight
    stop = from_stop + total(near_stop * after) / stop_weight
    height = np.exp(total(inner * log_height) / inner_total)
    along = cos[component] * (x - cx[component]) + sin[component] * (y - cy[component])
    first, last = np.full(len(cx), np.inf), np.full(len(cx), -np.inf)
    with np.errstate(invalid="ignore"):  # what is not finite is refused below
        np.minimum.at(first, component, along)
        np.maximum.at(last, component, along)
        start, stop = np.minimum(start, first - INSET * height), np.maximum(stop, last + INSET * height)
    out = np.stack(
        [
            cx + start * cos,
            cy + start * sin,
            cx + stop * cos,
            cy + stop * sin,
            height,
            total(p) / total(np.ones_like(p)),
            total(np.ones_like(p)),
            np.hypot(mean_cos, mean_sin),
        ],
        axis=1,
    )
    return check_components(out.astype(np.float32))


def _direction(cos: Doubles, sin: Doubles, xx: Doubles, xy: Doubles, yy: Doubles) -> tuple[Doubles, Doubles]:
    """Blend the mean direction of a component's pixels with the long axis of its shape, by how long it is."""
    norm = np.maximum(np.hypot(cos, sin), 1e-6)
    cos, sin = cos / norm, sin / norm
    half_angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    axis_cos, axis_sin = np.cos(half_angle), np.sin(half_angle)
    spread = np.hypot((xx - yy) / 2, xy)
    elongation = ((xx + yy) / 2 + spread) / np.maximum((xx + yy) / 2 - spread, PIXEL_VARIANCE)
    agreement = cos * axis_cos + sin * axis_sin
    share = np.clip((elongation - BLOB) / (STROKE - BLOB), 0, 1) * np.clip((np.abs(agreement) - 0.8) / 0.1, 0, 1)
    share = np.copysign(share, agreement)
    cos, sin = cos * (1 - np.abs(share)) + axis_cos * share, sin * (1 - np.abs(share)) + axis_sin * share
    norm = np.maximum(np.hypot(cos, sin), 1e-6)
    return cos / norm, sin / norm


def _blank_idle(classes: Ints, log_probs: Floats, lengths: Ints) -> tuple[Ints, Floats]:
    """Let the frames beyond a line's length hold nothing but a certain blank, which changes no reading."""
    idle = (np.arange(classes.shape[1]) >= lengths[:, None])[:, :, None]
    certain = np.where(np.arange(classes.shape[2]) == 0, np.float32(0), np.float32(-np.inf))
    return np.where(idle, np.int32(BLANK), classes), np.where(idle, certain, log_probs)


def _search(classes: Ints, probs: Floats, lengths: Ints, beam: int, language: LanguageModel | None) -> Iterator[Ints]:
    """Most probable labels of every line by prefix beam search.

    Probabilities and weights are scaled so that the best prefix of a frame has 1.
    """
    for line, length in enumerate(lengths):
        found = [_Prefix((), START, 1.0)]
        paths: Paths = {(): (1.0, 0.0)}
        for frame in range(length):
            listed = list(zip(classes[line, frame].tolist(), probs[line, frame].tolist(), strict=True))
            found, paths = _advance(found, paths, listed, beam, language)
        yield np.array(found[0].labels, np.int32)


def _readable_or_not(listed: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """A frame's classes without letters, if its best is one that cannot be read, and else without those that cannot.

    The network alone decides that: a language would put a letter that it knows in the place of one it does not.
    """
    letters = folded_classes()
    foreign = [not letters[label] for label, _ in listed if label != BLANK]
    return [(label, p) for label, p in listed if label == BLANK or bool(letters[label]) != foreign[0]]


class _Prefix(NamedTuple):
    """What a line may begin with: its labels, what the language knows of them, and its weight by the language."""

    labels: Labels
    context: str
    weight: float


def _advance(
    prefixes: list[_Prefix], paths: Paths, listed: list[tuple[int, float]], beam: int, language: LanguageModel | None
) -> tuple[list[_Prefix], Paths]:
    """The best prefixes after one more frame, best first.

    Args:
        prefixes: Those before, best first.
        paths: For each the probabilities of its paths that end in a blank and of those that end in its last label.
        listed: The frame's classes and their probabilities.
        beam: Prefixes to keep.
        language: Weighs them.
    """
    given = dict(listed)
    growing = _readable_or_not(listed) if language else listed
    longer = {prefix.labels: prefix for prefix in prefixes}
    ahead: dict[Labels, list[float]] = {}
    for labels, _, _ in prefixes:
        blank, ink = paths[labels]
        last = labels[-1] if labels else NONE
        ahead[labels] = [(blank + ink) * given.get(BLANK, 0.0), ink * given.get(last, 0.0)]
    for labels, context, weight in prefixes:
        blank, ink = paths[labels]
        for label, p in growing:
            if label == BLANK:
                continue
            grown = (*labels, label)
            if grown not in longer:
                share = language.weigh(context, label) if language else 1.0
                longer[grown] = _Prefix(grown, language.extend(context, label) if language else "", weight * share)
            double = labels[-1:] == (label,)  # needs a blank in between
            ahead.setdefault(grown, [0.0, 0.0])[1] += p * (blank if double else blank + ink)
    kept = sorted((longer[labels] for labels in ahead), key=lambda it: -sum(ahead[it.labels]) * it.weight)
    kept = [prefix for prefix in kept[:beam] if sum(ahead[prefix.labels]) > 0]
    best, best_weight = sum(ahead[kept[0].labels]), kept[0].weight
    scaled = {labels: (ahead[labels][0] / best, ahead[labels][1] / best) for labels, _, _ in kept}
    return [prefix._replace(weight=prefix.weight / best_weight) for prefix in kept], scaled


def _align(classes: Ints, log_probs: Floats, labels: list[Ints]) -> Ints:
    """Most probable alignment (Viterbi): (N, T), the index of the character that a frame spells, NONE for a blank."""
    lines, frames, _ = classes.shape
    count = np.array([len(row) for row in labels], np.int32)
    states = 2 * int(count.max(initial=0)) + 1  # blank, label, blank, label, ..., blank
    spelled = np.full((lines, states), BLANK, np.int32)
    for line, row in enumerate(labels):
        spelled[line, 1 : 2 * len(row) : 2] = row
    skips = np.zeros((lines, states), bool)  # from one label to the next without a blank
    skips[:, 2:] = (spelled[:, 2:] != BLANK) & (spelled[:, 2:] != spelled[:, :-2])
    score = np.full((lines, states + 2), -np.inf)  # two states in front that nothing reaches
    score[:, 2] = 0.0
    steps = np.zeros((frames, lines, states), np.int8)
    for frame in range(frames):
        options = np.stack([score[:, 2:], score[:, 1:-1], np.where(skips, score[:, :-2], -np.inf)])
        steps[frame] = options.argmax(axis=0)
        found = classes[:, None, frame] == spelled[:, :, None]
        emission = np.where(found, log_probs[:, None, frame], -np.inf).max(axis=2)  # (N, S)
        score[:, 2:] = options.max(axis=0) + emission
    line_index = np.arange(lines)
    state = 2 * count
    state -= score[line_index, state + 1] > score[line_index, state + 2]
    slots = np.full((lines, frames), NONE, np.int32)
    for frame in range(frames - 1, -1, -1):
        slots[:, frame] = np.where(state % 2 == 1, state // 2, NONE)
        state = state - steps[frame, line_index, state]
    return slots


def _describe(classes: Ints, probs: Floats, lengths: Ints, labels: list[Ints], slots: Ints) -> list[CtcLine]:
    """Spans, peaks, confidences and alternatives of the characters of all lines."""
    padded = np.pad(slots, ((0, 0), (1, 1)), constant_values=NONE)
    line, start = np.nonzero((slots != NONE) & (slots != padded[:, :-2]))
    stop = np.nonzero((slots != NONE) & (slots != padded[:, 2:]))[1] + 1
    label = np.concatenate([np.zeros(0, np.int32), *labels])  # (M,)
    peak, best = start, np.zeros(len(label))
    for step in range(int((stop - start).max(initial=0))):
        frame = np.minimum(start + step, stop - 1)
        p = _prob_of(classes[line, frame], probs[line, frame], label)
        peak, best = np.where(p > best, frame, peak), np.maximum(p, best)
    readings = _readings(classes, probs, label, _windows(lengths, line, start, stop, label))
    columns = [label, *(frame.astype(np.int32) for frame in (start, stop, peak)), *readings]
    ends = np.cumsum([0, *map(len, labels)])
    return [CtcLine(*(column[a:b] for column in columns)) for a, b in pairwise(ends)]


class _Windows(NamedTuple):
    """Where characters may stand (M,), see `CtcLine.confidence`: frames [begin, end) of a line."""

    line: Indices
    begin: Indices
    end: Indices
    left: Ints
    """Class of the frame before the window, if that frame belongs to the previous character, else NONE."""
    right: Ints
    """Class of the frame after the window, if that frame belongs to the next character, else NONE."""


def _windows(lengths: Ints, line: Indices, start: Indices, stop: Indices, label: Ints) -> _Windows:
    follows = line[1:] == line[:-1]  # (M - 1,): whether a character and the next are neighbours
    floor, ceiling = np.zeros_like(start), lengths[line].astype(np.intp)
    floor[1:][follows], ceiling[:-1][follows] = stop[:-1][follows], start[1:][follows]
    begin, end = np.maximum(start - 1, floor), np.minimum(stop + 1, ceiling)
    left, right = np.full_like(label, NONE), np.full_like(label, NONE)
    touches_left, touches_right = follows & (begin[1:] == stop[:-1]), follows & (end[:-1] == start[1:])
    left[1:][touches_left] = label[:-1][touches_left]
    right[:-1][touches_right] = label[1:][touches_right]
    return _Windows(line, begin, end, left, right)


def _readings(classes: Ints, probs: Floats, label: Ints, windows: _Windows) -> tuple[Floats, Ints, Floats]:
    """Confidences (M,), alternatives (M, A) and their probabilities (M, A), as `CtcLine` describes them."""
    owner, x = _contenders(classes, probs, label, windows)
    share = _shares(classes, probs, windows, owner, x)
    own = x == label[owner]
    confidence = share[own].astype(np.float32)
    order = np.lexsort((x, -share, owner))
    order = order[~own[order] & (share[order] > 0)]
    rank = np.arange(len(order)) - np.searchsorted(owner[order], owner[order])
    order, rank = order[rank < ALTERNATIVES], rank[rank < ALTERNATIVES]
    alternatives = np.zeros((len(label), ALTERNATIVES), np.int32)
    alternative_probs = np.zeros((len(label), ALTERNATIVES), np.float32)
    alternatives[owner[order], rank], alternative_probs[owner[order], rank] = x[order], share[order]
    return confidence, alternatives, alternative_probs


def _contenders(classes: Ints, probs: Floats, label: Ints, windows: _Windows) -> tuple[Indices, Ints]:
    """Pairs (P,) of a character and a class that may stand in its window: its own, or one probable in some frame."""
    width = windows.end - windows.begin
    owner = np.repeat(np.arange(len(label)), width)
    frame = np.arange(len(owner)) - (np.cumsum(width) - width - windows.begin)[owner]
    x = classes[windows.line[owner], frame]  # (frames of all windows, K)
    probable = (x != BLANK) & (probs[windows.line[owner], frame] >= np.float32(MIN_PROB))
    others = np.stack([np.broadcast_to(owner[:, None], x.shape)[probable], x[probable]])
    own = np.stack([np.arange(len(label)), label])
    owner, x = np.unique(np.concatenate([others, own], axis=1), axis=1)
    return owner, x.astype(np.int32)


def _shares(classes: Ints, probs: Floats, windows: _Windows, owner: Indices, x: Ints) -> Doubles:
    """Probability (P,) that the window of a character spells `x` once between what stands left and right of it.

    A path through it goes left* blank* x+ blank* right*, with a blank where x is the same as its neighbour.
    """
    line, begin, end = windows.line[owner], windows.begin[owner], windows.end[owner]
    left, right = windows.left[owner], windows.right[owner]
    tail, before = (left != NONE).astype(np.float64), (left == NONE).astype(np.float64)
    ink, after, head = np.zeros(len(x)), np.zeros(len(x)), np.zeros(len(x))
    from_left, to_right = x != left, x != right
    for step in range(int((end - begin).max(initial=0))):
        frame = np.minimum(begin + step, end - 1)
        label, p = classes[line, frame], probs[line, frame].astype(np.float64)  # (P, K)
        moved = (
            _prob_of(label, p, left) * tail,
            _prob_of(label, p, BLANK) * (tail + before),
            _prob_of(label, p, x) * (ink + before + from_left * tail),
            _prob_of(label, p, BLANK) * (ink + after),
            _prob_of(label, p, right) * (head + after + to_right * ink),
        )
        inside = begin + step < end
        tail, before, ink, after, head = np.where(inside, moved, (tail, before, ink, after, head))
    share: Doubles = np.minimum(head + after + to_right * ink, 1.0)  # rounding may exceed 1
    return share


def _prob_of(label: Ints, p: Floats | Doubles, wanted: Ints | int) -> Doubles:
    """Probability of a class among those that a frame lists (..., K): 0 where it is not listed."""
    found: Doubles = (p * (label == np.asarray(wanted)[..., None])).sum(axis=-1, dtype=np.float64)
    return found
