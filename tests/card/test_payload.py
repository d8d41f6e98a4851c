"""The payload of the card: exact counts at short thresholds."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import f1_score, fbeta_score, matthews_corrcoef

from f1tools.card import card_payload
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.core.optimum import best, transfer
from f1tools.formatting import decimal, parse_threshold
from f1tools.formatting.positives import name_positives
from tests.strategies import Rows, weighted_or_not
from tests.tables import binned

VECTOR_A = [1, 0, 1, 1, 0, 0, 1, 0, 0, 0], [0.9, 0.9, 0.8, 0.6, 0.6, 0.6, 0.4, 0.4, 0.2, 0.1]


def payload_of(
    y_true: Any, y_score: Any, *, weight: Any = None, by: str | Metric = "f1", **options: Any
) -> dict[str, Any]:
    curve = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weight)
    options = {"positives": name_positives("1")} | options
    return card_payload(curve, best(curve, by), **options)


def some_predictions(n: int, seed: int = 0, prevalence: float = 0.3) -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(seed)
    y_true = (rng.random(n) < prevalence).astype(int)
    return y_true, 1 / (1 + np.exp(-rng.normal(size=n) - 2 * y_true + 1))


def test_vector_by_hand() -> None:
    """Ten rows: every distinct score is a stop with its counts, and there is one above all scores."""
    payload = payload_of(*VECTOR_A)
    assert payload["stops"] == ["0.1", "0.2", "0.4", "0.5", "0.8", "0.9", "above all scores"]
    assert payload["tp"] == [4, 4, 4, 3, 2, 1, 0]
    assert payload["fp"] == [6, 5, 4, 3, 1, 1, 0]
    assert (payload["positives"], payload["negatives"], payload["weighted"]) == (4, 6, False)
    assert (payload["best"], payload["half"], payload["current"]) == (2, 3, 2)
    assert payload["drawn"] == {"name": "f1", "label": "F1", "beta": None}
    assert payload["best_label"] == "Highest F1"


score = st.floats(allow_nan=False, allow_infinity=False)
rows = st.lists(st.tuples(st.booleans(), score), min_size=2, max_size=40).filter(
    lambda rows: len({positive for positive, _ in rows}) == 2
)


@settings(deadline=None)  # scikit-learn's brute force
@given(rows, st.none() | score)
def test_counts_are_those_of_the_printed_thresholds(rows: list[tuple[bool, float]], threshold: float | None) -> None:
    """Counting the rows at or above each printed threshold gives its counts, for any scores."""
    y_true, y_score = np.array([y for y, _ in rows]), np.array([s for _, s in rows])
    payload = payload_of(y_true, y_score, threshold=threshold)
    stops = [parse_threshold(text) for text in payload["stops"]]
    assert stops == sorted(set(stops))
    assert payload["tp"] == [int(np.sum(y_true & (y_score >= stop))) for stop in stops]
    assert payload["fp"] == [int(np.sum(~y_true & (y_score >= stop))) for stop in stops]
    assert payload["tp"][0] + payload["fp"][0] == len(rows)
    chosen = threshold if threshold is not None else best_f1_score(y_true, y_score)
    assert payload["tp"][payload["current"]] == np.sum(y_true & (y_score >= chosen))
    assert payload["fp"][payload["current"]] == np.sum(~y_true & (y_score >= chosen))


def best_f1(y_true: NDArray[Any], y_score: NDArray[Any]) -> float:
    """Return the best F1 by brute force."""
    return float(max(f1_score(y_true, y_score >= score) for score in y_score))


def best_f1_score(y_true: NDArray[Any], y_score: NDArray[Any]) -> float:
    """Search the best F1 by brute force; of equal ones the lowest score."""
    return float(max(np.unique(y_score), key=lambda score: (f1_score(y_true, y_score >= score), -score)))


def test_a_large_curve_keeps_pinned_thresholds() -> None:
    """At most 1,000 of 50,000 scores remain, among them the exact best threshold, 0.5 and the current one."""
    y_true, y_score = some_predictions(50_000)
    payload = payload_of(y_true, y_score, threshold=0.123456789)
    assert len(payload["stops"]) <= 1000
    best_stop = float(payload["stops"][payload["best"]])
    assert f1_score(y_true, y_score >= best_stop) == pytest.approx(
        max(f1_score(y_true, y_score >= score) for score in np.quantile(y_score, np.linspace(0, 1, 200))), abs=2e-3
    )
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    optimum = best(curve)
    assert payload["tp"][payload["best"]] == optimum.point.counts.tp
    assert payload["fp"][payload["best"]] == optimum.point.counts.fp
    for name, threshold in (("half", 0.5), ("current", 0.123456789)):
        assert payload["tp"][payload[name]] == np.sum(y_score[y_true == 1] >= threshold)
        assert payload["fp"][payload[name]] == np.sum(y_score[y_true == 0] >= threshold)
    assert payload["stops"][payload["half"]] == "0.5"


@pytest.mark.parametrize(
    ("threshold", "text"), [(None, "0.4"), (0.35, "0.35"), (0.3623413251903491, "0.4")], ids=["best", "short", "long"]
)
def test_a_chosen_threshold_is_printed_as_chosen(threshold: float | None, text: str) -> None:
    """Of equivalent thresholds the one that a person chose is printed, unless it has too many digits."""
    payload = payload_of(*VECTOR_A, threshold=threshold)
    assert payload["stops"][payload["current"]] == text


def test_a_committed_stop_keeps_its_text() -> None:
    """A printed stop that the user chose is printed the same way in the next payload."""
    y_true, y_score = some_predictions(20_000)
    for text in payload_of(y_true, y_score)["stops"][::50]:
        repeated = payload_of(y_true, y_score, threshold=parse_threshold(text))
        assert repeated["stops"][repeated["current"]] == text


@pytest.mark.parametrize("threshold", [-5.0, 7.0])
def test_thresholds_outside_the_scores(threshold: float) -> None:
    """Below all scores everything is flagged, above them nothing; the threshold is written as it was chosen."""
    payload = payload_of(*VECTOR_A, threshold=threshold)
    flagged = payload["tp"][payload["current"]] + payload["fp"][payload["current"]]
    assert flagged == (10 if threshold < 0 else 0)
    assert [text for text in payload["stops"][:-1] if not 0 <= float(text) <= 1] == [f"{threshold:g}"]


def test_drawn_decisions_end_at_scores() -> None:
    """Each stop's decisions are drawn up to the score that decides there; the current threshold moves none of these."""
    y_true, y_score = np.array([0, 1, 0, 0, 1, 0]), np.array([0.0003, 0.002, 0.004, 0.052, 0.1183, 0.098])
    for threshold in (None, -1e308, -0.5, 0.0001, 0.05, 0.11, 0.118, 0.5, 7.0):
        payload = payload_of(y_true, y_score, threshold=threshold)
        assert sorted(set(payload["ends"])) == sorted(y_score)
        assert payload["stops"][payload["current"]] == (
            payload["stops"][payload["best"]] if threshold is None else decimal(threshold)
        )
        for end, text, tp in zip(payload["ends"], payload["stops"], payload["tp"], strict=False):
            assert float(text) <= end
            assert tp == np.sum(y_score[y_true == 1] >= end)


@pytest.mark.parametrize(
    "y_score",
    [
        np.linspace(-3.2e5, 1e6, 200),
        np.linspace(1e-12, 9e-12, 200),
        np.linspace(-1, 1, 200) * 1.7e308,
        np.full(200, -2.5),
        np.array([-1.7976931348623157e308, 1.7976931348623157e308] * 100),
    ],
)
def test_unusual_scores(y_score: NDArray[Any]) -> None:
    """Huge, tiny, negative and constant scores work; 0.5 is a stop only for probabilities."""
    y_true = np.arange(200) % 2
    payload = payload_of(y_true, y_score)
    json.dumps(payload, allow_nan=False)
    assert (payload["half"] is None) == (y_score.min() < 0)
    stops = [parse_threshold(text) for text in payload["stops"]]
    assert all(math.isfinite(stop) for stop in stops[:-1])  # nothing finite is above the largest float
    assert stops == sorted(stops)


def test_size() -> None:
    """A thousand stops with the counts of ten million rows have less than 40 KB, weighted or not."""
    y_true, y_score = some_predictions(100_000)
    plain = payload_of(y_true, y_score, weight=np.full(100_000, 100))
    odd = payload_of(y_true, y_score, weight=np.random.default_rng(1).random(100_000))
    for payload in (plain, odd):
        assert len(json.dumps(payload, separators=(",", ":"))) < 40_000


def test_weights() -> None:
    """Weighted counts are sums of weights, exactly those of the table."""
    y_true, y_score = some_predictions(3000)
    weight = np.random.default_rng(2).random(3000)
    payload = payload_of(y_true, y_score, weight=weight)
    assert payload["weighted"]
    stops = np.array([parse_threshold(text) for text in payload["stops"]])
    expected = [weight[(y_true == 1) & (y_score >= stop)].sum() for stop in stops]
    np.testing.assert_allclose(payload["tp"], expected, rtol=1e-12, atol=1e-12)


CUSTOM = Metric("own", "Mine", lambda counts: counts.tp - counts.fp)
FIGURES = {"precision": "precision", "recall": "recall", "predicted_positive_rate": "share", "lift": None, "own": None}


@pytest.mark.parametrize("objective", [*map(metric, METRICS), CUSTOM], ids=lambda objective: objective.name)
def test_every_metric(objective: Metric) -> None:
    """Any metric can be the objective; F1 replaces in the chart what does not fit an axis from -1 to 1.

    Only a figure that the best threshold maximizes is named; F1 in place of the objective is not.
    """
    payload = payload_of(*some_predictions(500), by=objective)
    assert payload["best_label"].casefold() == f"highest {objective.label}".casefold()
    assert payload["drawn"]["name"] == ("f1" if objective.name in FIGURES else objective.name)
    assert payload["best_figure"] == FIGURES.get(objective.name, "drawn")


def test_constraints() -> None:
    """The label of the best threshold says whether it meets constraints, or they had to be dropped."""
    curve = ThresholdCurve.from_predictions(*VECTOR_A)
    perfect = Constraint.at_least("precision", 1)
    for constraint, end in ((Constraint.at_most("flagged", 3), "under constraints"), (perfect, "without constraints")):
        optimum = best(curve, constraints=[constraint], on_unmet="relax")
        payload = card_payload(curve, optimum, positives=name_positives("1"))
        assert (payload["best_label"], payload["best_note"]) == (f"Highest F1 {end}", f"Highest F1 {end}")
    free = payload_of(*VECTOR_A)
    assert (free["best_label"], free["best_note"]) == ("Highest F1", "Highest F1")


@pytest.mark.parametrize(
    ("number", "place", "price"),
    [(0.7, "0.7", "F1 −0.096"), (0.3, None, ""), (0.5, None, ""), (0.15, "0.15", "F1 −0.052"), (None, None, "")],
)
def test_the_round_threshold(number: float | None, place: str | None, price: str) -> None:
    """It has a stop of its own, unless it decides like the best threshold or like 0.5; the price is in F1."""
    payload = payload_of(*VECTOR_A, round_threshold=number)
    stop = payload["round"]
    assert (None if stop is None else payload["stops"][stop]) == place
    if number is not None and place is not None:
        y_true, y_score = map(np.array, VECTOR_A)
        loss = round(best_f1(y_true, y_score), 3) - round(f1_score(y_true, y_score >= number), 3)  # as displayed
        assert payload["round_price"] == price == f"F1 −{loss:.3f}"


def test_best_by_other_metrics() -> None:
    """The best stop maximizes the objective as computed by scikit-learn."""
    y_true, y_score = some_predictions(400)
    for name, of in (("fbeta", lambda y, p: fbeta_score(y, p, beta=2)), ("mcc", matthews_corrcoef)):
        payload = payload_of(y_true, y_score, by=name)
        best_stop = float(payload["stops"][payload["best"]])
        expected = max(of(y_true, y_score >= score) for score in np.unique(y_score))
        assert of(y_true, y_score >= best_stop) == pytest.approx(expected, abs=1e-12)


@given(weighted_or_not(), weighted_or_not(), st.sampled_from(["f1", "mcc", "precision", "recall"]))
def test_a_best_threshold_of_a_tuning_set(tuning: Rows, evaluation: Rows, name: str) -> None:
    """The stop of the best threshold makes exactly its decisions, on the tuning set and on the evaluation set."""
    optimum = best(tuning.curve(), name)
    curve = evaluation.curve()
    payload = card_payload(curve, transfer(optimum, curve), positives=name_positives("1"), chosen_on="valid")
    stop = payload["best"]
    threshold = float(payload["stops"][stop])
    for rows_of in (tuning, evaluation):
        score = rows_of.y_score.astype(np.float64)
        if rows_of.sample_weight is not None:
            score = score[rows_of.sample_weight > 0]
        np.testing.assert_array_equal(score >= threshold, score >= optimum.point.threshold)
    counts = curve.at(threshold).counts
    assert (payload["tp"][stop], payload["fp"][stop]) == (counts.tp, counts.fp)
    assert payload["best_label"].endswith(" on valid")


@pytest.mark.parametrize("n_bins", [5, 400])
def test_no_stop_lies_inside_a_bin(n_bins: int) -> None:
    """Of rows that were counted in bins every stop has the counts of the rows, and 0.5 has none unless it is known."""
    y_true, y_score = some_predictions(3000)
    curve = binned(ThresholdCurve.from_predictions(y_true, y_score), n_bins, certain=False)
    payload = card_payload(curve, best(curve), positives=name_positives("1"), keep=[0.31, 0.77])
    for stop, tp, fp in zip(payload["stops"], payload["tp"], payload["fp"], strict=True):
        flagged = parse_threshold(stop) <= y_score
        assert (np.count_nonzero(flagged & (y_true == 1)), np.count_nonzero(flagged & (y_true == 0))) == (tp, fp)
    assert payload["is_probability"]
    assert (payload["half"] is None) == curve.is_inside_bin(0.5)
