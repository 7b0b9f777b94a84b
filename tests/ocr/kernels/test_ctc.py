"""CTC decoding, against oracles that enumerate every path."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ocr import charset
from ocr.kernels import reference
from ocr.kernels.contract import ALTERNATIVES, MIN_PROB, CtcLine
from ocr.language import START, LanguageModel
from ocr.training.language import train_language_model

Frame = dict[int, float]  # class -> probability
FIELDS = CtcLine.__slots__
LANGUAGE = train_language_model(
    [("ROUNDING ADJUSTMENT", 5), ("Johor Bahru city", 5), ("TOTAL 12.00", 5), ("서울특별시 강남구 역삼동", 5)]
)


def pack(*lines: list[Frame], kept: int | None = None) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Arrays as a network hands them over; frames beyond a line's length are filled with rubbish."""
    kept = kept or max(len(frame) for line in lines for frame in line)
    longest = max(len(line) for line in lines)
    classes = np.full((len(lines), longest, kept), 7, np.int32)
    log_probs = np.full((len(lines), longest, kept), np.nan, np.float32)
    for n, line in enumerate(lines):
        for t, frame in enumerate(line):
            best = sorted(frame.items(), key=lambda item: -item[1])
            classes[n, t] = [label for label, _ in best]
            log_probs[n, t] = np.log(np.array([p for _, p in best], np.float32))
    return classes, log_probs, np.array([len(line) for line in lines], np.int32)


def spell(path: list[int] | tuple[int, ...]) -> tuple[int, ...]:
    return tuple(label for label, _ in itertools.groupby(path) if label != 0)


def paths(line: list[Frame]) -> list[tuple[tuple[int, ...], float]]:
    """All paths through some frames with their probabilities."""
    return [(path, math.prod(f[c] for f, c in zip(line, path, strict=True))) for path in itertools.product(*line)]


def textbook_beam(line: list[Frame], beam: int) -> tuple[int, ...]:
    """Prefix beam search over dicts of prefixes."""
    prefixes: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    for frame in line:
        grown: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for prefix, (blank, ink) in prefixes.items():
            for label, p in frame.items():
                if label == 0:
                    grown[prefix][0] += p * (blank + ink)
                elif prefix and label == prefix[-1]:
                    grown[prefix][1] += p * ink
                    grown[(*prefix, label)][1] += p * blank
                else:
                    grown[(*prefix, label)][1] += p * (blank + ink)
        best = sorted(grown.items(), key=lambda item: -sum(item[1]))[:beam]
        prefixes = {prefix: (blank, ink) for prefix, (blank, ink) in best}
    return next(iter(prefixes))


def alignment(line: CtcLine, length: int) -> list[int]:
    path = [0] * length
    for label, start, stop in zip(line.labels, line.start, line.stop, strict=True):
        path[start:stop] = [int(label)] * (stop - start)
    return path


def readings(line: list[Frame], read: CtcLine, i: int) -> dict[int, float]:
    """What may stand in place of character i, by the definition: all paths through its window, the rest kept."""
    path = alignment(read, len(line))
    begin = max(int(read.start[i]) - 1, int(read.stop[i - 1]) if i else 0)
    end = min(int(read.stop[i]) + 1, int(read.start[i + 1]) if i + 1 < len(read) else len(line))
    wanted = [int(label) for label in read.labels]
    shares: dict[int, float] = defaultdict(float)
    through = paths(line[begin:end])
    for x in {x for frame in line[begin:end] for x, p in frame.items() if x and (p >= MIN_PROB or x == wanted[i])}:
        target = (*wanted[:i], x, *wanted[i + 1 :])
        shares[x] = sum(p for inner, p in through if spell((*path[:begin], *inner, *path[end:])) == target)
    return shares


@st.composite
def frames(draw: st.DrawFn, longest: int = 6, classes: int = 4) -> list[list[Frame]]:
    """Lines of few frames whose probabilities are small fractions, so that ties are common."""
    kept = draw(st.integers(1, 3))

    def frame() -> Frame:
        labels = draw(st.permutations(range(classes)))[:kept]
        weights = draw(st.lists(st.integers(1, 6), min_size=kept, max_size=kept))
        rest = draw(st.integers(0, 2))  # what the classes that are not listed have
        return {label: weight / (sum(weights) + rest) for label, weight in zip(labels, weights, strict=True)}

    return [[frame() for _ in range(draw(st.integers(1, longest)))] for _ in range(draw(st.integers(1, 2)))]


def random_lines(seed: int, lines: int, length: int, classes: int, kept: int, sharpness: float) -> list[list[Frame]]:
    """Lines with probabilities that are never equal."""
    rng = np.random.default_rng(seed)
    logits = sharpness * rng.normal(size=(lines, length, classes))
    probs = np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)
    order = np.argsort(-probs, axis=2)[:, :, :kept]
    return [
        [{int(c): float(p[c]) for c in best} for p, best in zip(*line, strict=True)]
        for line in zip(probs, order, strict=True)
    ]


@given(frames())
@settings(deadline=None, max_examples=60)
def test_the_best_path_is_the_most_probable_class_of_every_frame(kernels: Any, lines: list[list[Frame]]) -> None:
    arrays = pack(*lines)
    for n, read in enumerate(kernels.ctc_best_path(*arrays)):
        path = arrays[0][n, : arrays[2][n], 0].tolist()
        assert tuple(read.labels) == spell(path)
        assert alignment(read, len(path)) == path


@given(frames())
@settings(deadline=None, max_examples=60)
def test_a_wide_beam_finds_the_most_probable_reading_and_its_best_alignment(
    kernels: Any, lines: list[list[Frame]]
) -> None:
    for line, read in zip(lines, kernels.ctc_prefix_beam(*pack(*lines), beam=1000), strict=True):
        total: dict[tuple[int, ...], float] = defaultdict(float)
        best: dict[tuple[int, ...], float] = defaultdict(float)
        for path, p in paths(line):
            total[spell(path)] += p
            best[spell(path)] = max(best[spell(path)], p)
        labels = tuple(read.labels)
        assert total[labels] == pytest.approx(max(total.values()), rel=1e-5)
        aligned = alignment(read, len(line))
        assert spell(aligned) == labels
        assert math.prod(f.get(c, 0.0) for f, c in zip(line, aligned, strict=True)) == pytest.approx(
            best[labels], rel=1e-5
        )


@pytest.mark.parametrize("beam", [1, 2, 3, 8])
def test_a_narrow_beam_reads_as_the_textbook_does(kernels: Any, beam: int) -> None:
    lines = random_lines(seed=beam, lines=40, length=25, classes=6, kept=4, sharpness=1.5)
    found = [tuple(read.labels) for read in kernels.ctc_prefix_beam(*pack(*lines), beam=beam)]
    assert found == [textbook_beam(line, beam) for line in lines]
    assert len({len(labels) for labels in found}) > 3


@given(frames())
@settings(deadline=None, max_examples=60)
def test_confidence_and_alternatives_count_every_path_through_the_window(
    kernels: Any, lines: list[list[Frame]]
) -> None:
    for line, read in zip(lines, kernels.ctc_prefix_beam(*pack(*lines)), strict=True):
        for i, label in enumerate(read.labels):
            shares = readings(line, read, i)
            assert read.confidence[i] == pytest.approx(shares.pop(int(label)), abs=1e-5)
            others = {x: p for x, p in shares.items() if p > 0}
            count = min(len(others), ALTERNATIVES)
            best = sorted(others.values(), reverse=True)[:count]
            assert read.alternative_probs[i].tolist() == pytest.approx(best + [0.0] * (ALTERNATIVES - count), abs=1e-5)
            for x, p in zip(read.alternatives[i, :count].tolist(), read.alternative_probs[i], strict=False):
                assert p == pytest.approx(others[x], abs=1e-5)
            assert not read.alternatives[i, count:].any()
            assert read.confidence[i] + read.alternative_probs[i].sum() <= 1 + 1e-5


@pytest.mark.parametrize("sharpness", [0.5, 2.0, 6.0])
def test_both_backends_describe_a_page_alike(kernels: Any, sharpness: float) -> None:
    lines = random_lines(seed=3, lines=20, length=60, classes=90, kept=8, sharpness=sharpness)
    arrays = pack(*(line[: 60 - 2 * n] for n, line in enumerate(lines)))
    pairs = [
        (kernels.ctc_best_path(*arrays), reference.ctc_best_path(*arrays)),
        (kernels.ctc_prefix_beam(*arrays), reference.ctc_prefix_beam(*arrays)),
    ]
    for found, expected in pairs:
        assert sum(map(len, expected)) > 100
        for a, b in zip(found, expected, strict=True):
            for name in FIELDS:
                assert getattr(a, name).dtype == getattr(b, name).dtype
                np.testing.assert_allclose(getattr(a, name), getattr(b, name), atol=1e-6, err_msg=name)


def print_frames(text: str, doubts: dict[int, dict[str, float]]) -> list[Frame]:
    """Frames that spell a text without a doubt, a blank after each; at some characters something else, "" for none."""
    line: list[Frame] = []
    for k, char in enumerate(text):
        frame: Frame = {}
        for other, p in doubts.get(k, {char: 0.999}).items():
            frame[(charset.encode(other) or [0])[0] if other else 0] = p
        line += [frame, {0: 0.999}]
    kept = max(map(len, line))
    spare = charset.class_count() - 1
    return [frame | {spare - k: 1e-6 / (k + 1) for k in range(kept - len(frame))} for frame in line]


def text_of(read: CtcLine) -> str:
    return "".join(charset.decode(int(label)) for label in read.labels)


@pytest.mark.parametrize(
    ("printed", "doubts", "meant"),
    [
        ("ADJUSIMENT", {5: {"I": 0.6, "T": 0.35}}, "ADJUSTMENT"),
        ("ADJUSIMENT", {5: {"I": 0.99, "T": 0.003}}, "ADJUSIMENT"),  # the network was too sure
        ("ADJUSIMENT", {5: {"I": 0.6, "X": 0.35}}, "ADJUSIMENT"),  # it did not think of the T
        ("ADJUS_MENT", {5: {"": 0.6, "T": 0.35}}, "ADJUSTMENT"),  # almost overlooked
        ("Johor Bahru ciity", {14: {"i": 0.5, "": 0.45}}, "Johor Bahru city"),  # read twice
        ("JohorBahru_city", {10: {"": 0.6, " ": 0.35}}, "JohorBahru city"),  # words that nearly touch
        ("TOTAL 17.00", {7: {"7": 0.6, "2": 0.35}}, "TOTAL 17.00"),  # no number is a word
        ("TOTAL l2.00", {6: {"l": 0.5, "1": 0.4}}, "TOTAL 12.00"),  # but digits follow TOTAL, letters do not
        ("서울특별시 강납구", {7: {"납": 0.5, "남": 0.4, "낭": 0.01}}, "서울특별시 강남구"),
        ("ADJUSЖMENT", {5: {"Ж": 0.5, "T": 0.45}}, "ADJUS\ufffdMENT"),  # no letter for one that cannot be read
    ],
)
def test_a_language_decides_where_the_network_doubts(
    kernels: Any, printed: str, doubts: dict[int, dict[str, float]], meant: str
) -> None:
    line = print_frames(printed, doubts)
    (read,) = kernels.ctc_prefix_beam(*pack(line), language=LANGUAGE)
    assert text_of(read) == meant
    (alone,) = kernels.ctc_prefix_beam(*pack(line))
    assert len(text_of(alone)) == sum(max(d, key=d.__getitem__) != "" for d in doubts.values()) + len(printed) - len(
        doubts
    )


@pytest.mark.parametrize("sharpness", [1.0, 3.0])
def test_both_backends_hear_a_language_alike(kernels: Any, sharpness: float) -> None:
    arrays = pack(*random_lines(seed=4, lines=12, length=40, classes=90, kept=6, sharpness=sharpness))
    heard = [read.labels.tolist() for read in kernels.ctc_prefix_beam(*arrays, language=LANGUAGE)]
    assert heard == [read.labels.tolist() for read in reference.ctc_prefix_beam(*arrays, language=LANGUAGE)]
    assert heard != [read.labels.tolist() for read in kernels.ctc_prefix_beam(*arrays)]


@given(frames(longest=5))
@settings(deadline=None, max_examples=40)
def test_a_wide_beam_finds_the_best_reading_by_network_and_language(kernels: Any, lines: list[list[Frame]]) -> None:
    lines = [[{label + 34 if label else 0: p for label, p in f.items()} for f in line] for line in lines]  # letters
    for line, read in zip(lines, kernels.ctc_prefix_beam(*pack(*lines), beam=1000, language=LANGUAGE), strict=True):
        total: dict[tuple[int, ...], float] = defaultdict(float)
        for path, p in paths(line):
            total[spell(path)] += p
        for labels in total:
            context = START
            for label in labels:
                total[labels] *= LANGUAGE.weigh(context, label)
                context = LANGUAGE.extend(context, label)
        assert total[tuple(read.labels)] == pytest.approx(max(total.values()), rel=1e-5)


def test_a_language_without_the_class_is_refused(kernels: Any) -> None:
    with pytest.raises(ValueError, match="language"):
        kernels.ctc_prefix_beam(*pack([{charset.class_count(): 1.0}]), language=LANGUAGE)
    empty = LanguageModel(6, *(array[:0] for array in (LANGUAGE.keys, LANGUAGE.log_probs, LANGUAGE.backoffs)))
    line = print_frames("ADJUSIMENT", {5: {"I": 0.6, "T": 0.35}})
    (read,) = kernels.ctc_prefix_beam(*pack(line), language=empty)
    assert text_of(read) == "ADJUSIMENT"


def test_frames_give_spans_peaks_and_doubles(kernels: Any) -> None:
    line = [
        {0: 0.90, 5: 0.10},
        {5: 0.70, 0: 0.30},
        {5: 0.95, 0: 0.05},
        {0: 0.99, 5: 0.01},
        {5: 0.80, 0: 0.20},
        {6: 0.60, 9: 0.40},
    ]
    for read in (*kernels.ctc_best_path(*pack(line)), *kernels.ctc_prefix_beam(*pack(line))):
        assert read.labels.tolist() == [5, 5, 6]
        assert read.start.tolist() == [1, 4, 5]
        assert read.stop.tolist() == [3, 5, 6]
        assert read.peak.tolist() == [2, 4, 5]
        assert read.alternatives[2].tolist() == [9, 0, 0, 0]
        assert read.confidence[2] == pytest.approx(0.6)


def test_a_peak_between_two_frames_is_summed(kernels: Any) -> None:
    certain = {0: 0.999, 5: 0.001}
    line = [certain, {5: 0.55, 0: 0.45}, {5: 0.52, 0: 0.48}, certain]
    (read,) = kernels.ctc_best_path(*pack(line))
    assert read.labels.tolist() == [5]
    assert read.confidence[0] == pytest.approx(1 - 0.45 * 0.48, abs=2e-3)


def test_the_beam_sums_alignments_where_the_best_path_does_not(kernels: Any) -> None:
    line = [{0: 0.6, 5: 0.4}, {0: 0.6, 5: 0.4}]  # 0.36 for the single path of nothing, 0.64 for the three of "5"
    (best,) = kernels.ctc_best_path(*pack(line))
    (beam,) = kernels.ctc_prefix_beam(*pack(line))
    assert (best.labels.tolist(), beam.labels.tolist()) == ([], [5])
    assert (beam.start[0], beam.stop[0]) == (0, 1)


def test_nothing_to_read(kernels: Any) -> None:
    for shape in ((0, 5, 3), (2, 0, 3), (2, 5, 3)):
        arrays = np.zeros(shape, np.int32), np.full(shape, np.inf, np.float32), np.zeros(shape[0], np.int32)
        for found in (kernels.ctc_best_path(*arrays), kernels.ctc_prefix_beam(*arrays)):
            assert [len(read) for read in found] == [0] * shape[0]
            assert all(read.alternatives.shape == (0, ALTERNATIVES) for read in found)


def test_threads_may_share_the_kernels_and_read_only_arrays(kernels: Any) -> None:
    arrays = pack(*random_lines(seed=5, lines=8, length=40, classes=30, kept=6, sharpness=3.0))
    for array in arrays:
        array.flags.writeable = False
    alone = [read.labels.tolist() for read in kernels.ctc_prefix_beam(*arrays)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: kernels.ctc_prefix_beam(*arrays), range(8)))
    assert all([read.labels.tolist() for read in found] == alone for found in together)


def test_repr_shows_no_text(kernels: Any) -> None:
    (read,) = kernels.ctc_best_path(*pack([{41: 1.0}]))
    assert repr(read) == "CtcLine(1 characters)"


GOOD = pack([{0: 0.7, 5: 0.3}, {5: 0.7, 0: 0.3}])


@pytest.mark.parametrize(
    ("position", "bad", "error"),
    [
        (0, None, TypeError),
        (1, None, TypeError),
        (2, [2], TypeError),
        (0, GOOD[0].astype(np.int64), ValueError),
        (1, GOOD[1].astype(np.float64), ValueError),
        (0, GOOD[0][0], ValueError),
        (0, np.asfortranarray(np.tile(GOOD[0], (2, 1, 1))), ValueError),
        (0, np.zeros((1, 2, 3), np.int32), ValueError),
        (0, -GOOD[0], ValueError),
        (1, GOOD[1] + 1, ValueError),
        (1, GOOD[1] - 200, ValueError),
        (1, GOOD[1][:, :, ::-1].copy(), ValueError),
        (1, np.full_like(GOOD[1], np.nan), ValueError),
        (1, np.zeros((1, 2, 0), np.float32), ValueError),
        (2, np.array([3], np.int32), ValueError),
        (2, np.array([-1], np.int32), ValueError),
        (2, np.array([2, 2], np.int32), ValueError),
    ],
)
def test_bad_arguments_are_refused(kernels: Any, position: int, bad: Any, error: type[Exception]) -> None:
    arguments = [*GOOD]
    arguments[position] = bad
    for kernel in (kernels.ctc_best_path, kernels.ctc_prefix_beam):
        with pytest.raises(error):
            kernel(*arguments)


@pytest.mark.parametrize("beam", [0, -1, 1025])
def test_a_beam_out_of_range_is_refused(kernels: Any, beam: int) -> None:
    with pytest.raises(ValueError, match="beam"):
        kernels.ctc_prefix_beam(*GOOD, beam=beam)
