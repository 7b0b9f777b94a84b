from __future__ import annotations

import math

import numpy as np
import pytest

from docextract.calibration import fit, reliability
from docextract.extraction.confidence import Signals, probability

NAMES = Signals._fields


def test_the_weights_that_made_the_values_right_are_found_again() -> None:
    rng = np.random.default_rng(5)
    true = {"print": 1.5, "lead": 2.0, "proven": 1.0}
    signals, right = [], []
    for row in rng.normal(0, 1, (4000, len(NAMES))):
        signals.append(Signals(*row))
        score = 0.5 + sum(weight * row[NAMES.index(name)] for name, weight in true.items())
        right.append(bool(rng.random() < 1 / (1 + math.exp(-score))))
    fitted = fit(signals, right)
    assert fitted["bias"] == pytest.approx(0.5, abs=0.2)
    for name, weight in fitted["weights"].items():
        assert weight == pytest.approx(true.get(name, 0.0), abs=0.25), name
    weights = (fitted["bias"], tuple(fitted["weights"].values()))
    report = reliability([probability(s, weights) for s in signals], right)
    assert report["calibration error"] < 0.03 and report["ranking"] > 0.8


def test_signals_that_never_change_do_no_harm() -> None:
    signals = [Signals(x, *[0.0] * (len(NAMES) - 1)) for x in (-3.0, -2.0, -1.0, 0.0)]
    fitted = fit(signals, [False, False, True, True])
    assert all(math.isfinite(weight) for weight in (fitted["bias"], *fitted["weights"].values()))
    assert fitted["weights"]["print"] > 0


def test_no_doubt_raises_the_confidence_whatever_the_examples_say() -> None:
    rng = np.random.default_rng(7)
    signals = [Signals(*row) for row in rng.normal(0, 1, (500, len(NAMES)))]
    right = [s.print + s.repaired - s.proven > 0 for s in signals]
    weights = fit(signals, right)["weights"]
    assert weights["print"] > 0 and weights["repaired"] == weights["proven"] == 0


@pytest.mark.parametrize("right", [[True, True], [False, False]])
def test_nothing_is_learnt_without_mistakes_or_without_successes(right: list[bool]) -> None:
    signals = [Signals(*[float(k)] * len(NAMES)) for k in range(2)]
    with pytest.raises(ValueError, match="right and values that are wrong"):
        fit(signals, right)


def test_reliability_counts_what_is_right() -> None:
    report = reliability([0.3, 0.6, 0.6, 0.99, 1.0], [False, True, False, True, True])
    assert [(row["from"], row["values"], row["right"]) for row in report["rows"]] == [
        (0.0, 1, 0.0),
        (0.5, 2, 0.5),
        (0.98, 2, 1.0),
    ]
    assert report["values"] == 5
    assert report["brier"] == pytest.approx((0.09 + 0.16 + 0.36 + 0.0001) / 5, abs=1e-4)
    assert report["calibration error"] == pytest.approx((0.3 + 2 * 0.1 + 2 * 0.005) / 5, abs=1e-4)
    assert report["ranking"] == pytest.approx(5.5 / 6, abs=1e-4)
