"""Rows that two models decide differently: against a loop over the rows, and the interval against scipy."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix

from f1tools.comparison.flips import Classifier, clopper_pearson, find_flips
from f1tools.predictions import Predictions
from tests.strategies import MOST_ROWS

THRESHOLDS = st.sampled_from([-1.0, 0.0, 0.2, 0.25, 0.4, 1.0, math.inf])


@st.composite
def two_models(draw: st.DrawFn) -> Predictions:
    """Draw the scores of two models, with rows that have no score, with weights or roles, or without."""
    n = draw(st.integers(4, MOST_ROWS))
    score = st.sampled_from([-math.inf, 0.0, 0.2, 0.3, 0.4, 1.0])
    y_true = [True, False] * 2 + draw(st.lists(st.booleans(), min_size=n - 4, max_size=n - 4))
    scores = {name: [0.3] * 4 + draw(st.lists(score, min_size=n - 4, max_size=n - 4)) for name in ("forest", "linear")}
    options: dict[str, Any] = {}
    if draw(st.booleans()):
        weights = st.sampled_from([0.0, 0.5, 3.0])
        options["sample_weight"] = [1.0] * 4 + draw(st.lists(weights, min_size=n - 4, max_size=n - 4))
    if draw(st.booleans()):
        options["tuning"] = [True] * 2 + [False] * 2 + draw(st.lists(st.booleans(), min_size=n - 4, max_size=n - 4))
    return Predictions.from_arrays(y_true, scores, **options)


@given(two_models(), THRESHOLDS, THRESHOLDS)
def test_flips_are_those_of_a_loop_over_the_rows(predictions: Predictions, first: float, second: float) -> None:
    """Each row of the evaluation set with weight is right or wrong in both, fixed or broken."""
    fixed: list[int] = []
    broken: list[int] = []
    both_wrong = 0
    for row in range(predictions.n):
        if predictions.tuning is not None and predictions.tuning[row]:
            continue
        if predictions.sample_weight is not None and predictions.sample_weight[row] == 0:
            continue
        label = bool(predictions.y_true[row])
        was_right = (predictions.scores["forest"][row] >= first) == label
        is_right = (predictions.scores["linear"][row] >= second) == label
        both_wrong += not was_right and not is_right
        if was_right != is_right:
            (fixed if is_right else broken).append(row)
    flips = find_flips(predictions, Classifier("forest", first), Classifier("linear", second))
    assert flips.rows[flips.is_fixed].tolist() == fixed
    assert flips.rows[~flips.is_fixed].tolist() == broken
    assert (flips.n_fixed, flips.n_broken, flips.both_wrong) == (len(fixed), len(broken), both_wrong)
    assert (flips.interval is None) == (not fixed and not broken)


@given(two_models(), THRESHOLDS, THRESHOLDS)
def test_the_reverse_comparison_breaks_what_was_fixed(predictions: Predictions, first: float, second: float) -> None:
    """Swapping the models swaps fixed and broken, and mirrors the interval."""
    forest, linear = Classifier("forest", first), Classifier("linear", second)
    there, back = find_flips(predictions, forest, linear), find_flips(predictions, linear, forest)
    assert there.rows.tolist() == back.rows.tolist()
    assert (there.is_fixed != back.is_fixed).all()
    if there.interval is not None and back.interval is not None:
        assert there.interval == pytest.approx((1 - back.interval[1], 1 - back.interval[0]), abs=1e-12)


def test_the_difference_of_errors_is_that_of_scikit_learn() -> None:
    """Broken minus fixed rows are the errors that the other model has more."""
    rng = np.random.default_rng(3)
    y_true = rng.random(500) < 0.3
    scores = {name: y_true + rng.normal(size=500) for name in ("forest", "linear")}
    flips = find_flips(Predictions.from_arrays(y_true, scores), Classifier("forest", 0.4), Classifier("linear", 0.7))
    errors = []
    for name, threshold in (("forest", 0.4), ("linear", 0.7)):
        matrix = confusion_matrix(y_true, scores[name] >= threshold)
        errors.append(int(matrix[0, 1] + matrix[1, 0]))
    assert flips.n_broken - flips.n_fixed == errors[1] - errors[0]
    assert flips.n_fixed + flips.both_wrong == errors[0]


@pytest.mark.parametrize(("successes", "trials"), [(0, 1), (1, 1), (0, 12), (12, 12), (3, 10), (700, 1300)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_the_interval_is_clopper_and_pearsons(successes: int, trials: int, level: float) -> None:
    """Both ends are those of scipy's exact interval."""
    expected = binomtest(successes, trials).proportion_ci(level, method="exact")
    found = clopper_pearson(successes, trials, confidence_level=level)
    assert found == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(
    ("n_fixed", "n_broken", "words"),
    [
        (9, 0, ("9 fixed", "0 broken", "100% of 9 flipped rows", "linear makes fewer errors, beyond chance")),
        (0, 9, ("0% of 9 flipped rows", "linear makes more errors, beyond chance")),
        (5, 4, ("either model may make fewer errors",)),
        (1, 0, ("100% of 1 flipped row fixed",)),
        (0, 0, ("no row changes",)),
    ],
)
def test_the_sentence_states_counts_and_verdict(n_fixed: int, n_broken: int, words: tuple[str, ...]) -> None:
    """The verdict is about 50% of the flips."""
    n = n_fixed + n_broken
    forest = np.array([0.0] * n_fixed + [1.0] * n_broken + [1.0, 0.0])
    linear = np.array([1.0] * n_fixed + [0.0] * n_broken + [1.0, 0.0])
    predictions = Predictions.from_arrays([True] * (n + 1) + [False], {"forest": forest, "linear": linear})
    sentence = find_flips(predictions, Classifier("forest", 0.5), Classifier("linear", 0.5)).sentence
    assert [word for word in (*words, "no row is wrong in both") if word.lower() not in sentence.lower()] == []


def test_the_order_of_the_file_is_kept() -> None:
    """Rows are listed from first to last."""
    rng = np.random.default_rng(0)
    y_true = rng.random(200) < 0.5
    predictions = Predictions.from_arrays(y_true, {"forest": rng.random(200), "linear": rng.random(200)})
    rows = find_flips(predictions, Classifier("forest", 0.5), Classifier("linear", 0.5)).rows.tolist()
    assert all(one < other for one, other in pairwise(rows))


@pytest.mark.parametrize("copies", [1, 5])
def test_copies_of_rows_in_one_cluster_add_nothing(copies: int) -> None:
    """The interval of rows that are repeated within their clusters is that of the rows without repeats, by scipy."""
    forest = np.array([0.0] * 12 + [1.0] * 3 + [1.0, 0.0])
    y_true, cluster = np.array([True] * 16 + [False]), np.arange(17)
    columns = [np.repeat(each, copies) for each in (y_true, forest, 1 - forest, cluster)]
    predictions = Predictions.from_arrays(columns[0], {"forest": columns[1], "linear": columns[2]}, cluster=columns[3])
    flips = find_flips(predictions, Classifier("forest", 0.5), Classifier("linear", 0.5))
    fixed, n = flips.n_fixed // copies, flips.rows.size // copies
    expected = binomtest(fixed, n).proportion_ci(0.95, method="exact")
    assert flips.interval == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert flips.clustered == (copies > 1)


def test_flips_of_one_cluster_show_nothing_beyond_chance() -> None:
    """Forty flips of one patient are as uncertain as one row."""
    cluster = np.array([0] * 40 + list(range(1, 41)))
    forest = np.array([0.0] * 40 + [1.0] * 20 + [0.0] * 20)
    linear = np.array([1.0] * 60 + [0.0] * 20)
    y_true = np.array([True] * 60 + [False] * 20)
    predictions = Predictions.from_arrays(y_true, {"forest": forest, "linear": linear}, cluster=cluster)
    flips = find_flips(predictions, Classifier("forest", 0.5), Classifier("linear", 0.5))
    expected = binomtest(1, 1).proportion_ci(0.95, method="exact")
    assert flips.interval == pytest.approx((expected.low, expected.high), abs=1e-9)
