"""What the card gets for the page with all curves: shaded stops, rows of the table, histograms and areas."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import average_precision_score, roc_auc_score

from f1tools.card import card_payload, explorer_payload, kept_thresholds
from f1tools.card.explorer import recall_steps
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import best, plateau
from f1tools.formatting import parse_threshold
from f1tools.formatting.positives import name_positives
from tests.strategies import Rows, weighted_or_not


def explored(curve: ThresholdCurve, **options: Any) -> dict[str, Any]:
    """Return the payload of a curve; a zoom must be among the options."""
    optimum = best(curve, constraints=options.get("constraints", ()))
    near = plateau(curve, optimum)
    keep = kept_thresholds(curve, near, options.get("zoom"))
    payload = card_payload(curve, optimum, positives=name_positives("1"), keep=keep)
    curves = ModelCurves.from_curve(curve, n_rows=10**6)
    made = explorer_payload(payload, curves, near, **options)
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    return made


def many_rows(n: int = 20_000, prevalence: float = 0.1) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    y_true = rng.random(n) < prevalence
    return y_true, 1 / (1 + np.exp(3 - rng.normal(size=n) - 2 * y_true))


@given(weighted_or_not())
def test_rows_are_the_highest_thresholds_that_reach_each_step_of_recall(rows: Rows) -> None:
    """No higher score reaches the step, and each row reaches at least one step that the row before does not."""
    y_true, y_score, weight = rows
    curve = ThresholdCurve.from_predictions(y_true, y_score, sample_weight=weight)
    steps = recall_steps(curve)
    recall = curve.counts.recall()
    expected = []
    for step in range(1, 21):
        reaching = curve.thresholds[recall >= step / 20 * (1 - 1e-12)]
        expected += [float(reaching.max())] if reaching.size else []
    assert steps == sorted({*expected}, reverse=True)


@pytest.mark.parametrize("prevalence", [0.3, 0.002])
def test_rows_of_the_table_have_the_counts_of_their_steps(prevalence: float) -> None:
    """Thinning moves no row: its stop decides as the score that reaches the step."""
    curve = ThresholdCurve.from_predictions(*many_rows(prevalence=prevalence))
    payload = explored(curve)
    expected = curve.at_each(sorted(recall_steps(curve)))
    assert [payload["tp"][row] for row in payload["rows"]] == expected.tp.tolist()
    assert [payload["fp"][row] for row in payload["rows"]] == expected.fp.tolist()


def test_shaded_stops() -> None:
    """They are the stops in the plateau and those that violate a constraint, no more and no fewer."""
    curve = ThresholdCurve.from_predictions(*many_rows())
    limits = [Constraint.at_least("recall", 0.6), Constraint.at_most("flagged", 3000)]
    payload = explored(curve, constraints=limits, zoom=(0.2, 0.3))
    near = plateau(curve, best(curve, constraints=limits))
    for n, text in enumerate(payload["stops"]):
        threshold, counts = parse_threshold(text), curve.at(parse_threshold(text)).counts
        shaded = {
            part["kind"] for part in payload["shaded"] if any(first <= n <= last for first, last in part["ranges"])
        }
        expected = {"plateau"} if near.low < threshold <= near.high else set()
        assert shaded == expected | ({"violated"} if counts.recall() < 0.6 or counts.flagged() > 3000 else set())
    assert sum(0.2 <= parse_threshold(text) <= 0.3 for text in payload["stops"]) > 150


def test_areas_and_histograms() -> None:
    """Areas are scikit-learn's; the logarithmic bins are numpy's at the same edges."""
    y_true, y_score = many_rows()
    payload = explored(ThresholdCurve.from_predictions(y_true, y_score))
    assert float(payload["average_precision"]) == pytest.approx(average_precision_score(y_true, y_score), abs=5e-4)
    assert float(payload["roc_auc"]) == pytest.approx(roc_auc_score(y_true, y_score), abs=5e-4)
    bins = payload["log_histogram"]
    assert np.diff(np.log(bins["edges"])) == pytest.approx(np.log(y_score.max() / y_score.min()) / 40)
    assert bins["positives"] == np.histogram(y_score[y_true], bins["edges"])[0].tolist()
    assert bins["negatives"] == np.histogram(y_score[~y_true], bins["edges"])[0].tolist()
    margins = explored(ThresholdCurve.from_predictions([0, 1, 0], [-1.0, 2.0, 3.0]))
    assert margins["log_histogram"] is None  # no logarithm
