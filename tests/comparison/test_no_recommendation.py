"""Where no model can be recommended, against scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, f1_score, precision_score, recall_score

from f1tools.comparison import (
    AlignBy,
    Lead,
    ModelDifferences,
    ModelSummary,
    aligned_headline,
    aligned_point,
    model_summary,
    no_choice_text,
    too_few_text,
)
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import metric
from f1tools.decision import decide
from f1tools.predictions import Predictions


def rows(n_models: int = 2, *, perfect: bool = False) -> Predictions:
    """Return models of increasing quality, or perfect ones."""
    rng = np.random.default_rng(2)
    y_true = rng.random(300) < 0.3
    noise = 0.1 if perfect else 1
    scores = {f"m{place}": rng.uniform(-noise, noise, 300) + (1 + place) * y_true / 2 for place in range(n_models)}
    return Predictions.from_arrays(y_true, scores)


def summaries(predictions: Predictions, objective: str, constraints: Sequence[Constraint] = ()) -> list[ModelSummary]:
    """Summarize all models at their own best thresholds."""
    decisions = [
        decide(predictions.curves(name), metric(objective), constraints=constraints) for name in predictions.models
    ]
    return [model_summary(each, max_points=50) for each in decisions]


@pytest.mark.parametrize(
    ("objective", "expected"),
    [
        (
            "recall",
            "Every model reaches recall 1.000 by flagging every case: require a minimum precision "
            "(Explore > Constraints).",
        ),
        ("f1", ""),
    ],
)
def test_a_trivial_optimum(objective: str, expected: str) -> None:
    """Recall is 1 where every case is flagged, whatever the scores are; F1 tells the models apart."""
    predictions = rows()
    assert no_choice_text(metric(objective), summaries(predictions, objective)) == expected
    assert recall_score(predictions.y_true, np.ones(300)) == 1


def test_precision_of_a_single_case() -> None:
    """The model whose highest score is a positive has precision 1, whatever the others are."""
    scores = {"lucky": [0.9, 0.4, 0.3, 0.2, 0.1], "sound": [0.7, 0.8, 0.9, 0.2, 0.6]}
    predictions = Predictions.from_arrays([1, 0, 0, 1, 1], scores)
    assert precision_score(predictions.y_true, predictions.scores["lucky"] >= 0.9) == 1
    assert no_choice_text(metric("precision"), summaries(predictions, "precision")) == (
        "lucky reaches precision 1.000 by flagging one case: require a minimum recall (Explore > Constraints)."
    )


def test_constraints_make_a_choice() -> None:
    """Under a minimum precision recall tells the models apart; one that everything satisfies has to be higher."""
    predictions, objective = rows(), metric("recall")
    assert not no_choice_text(objective, summaries(predictions, "recall", [Constraint.at_least("precision", 0.6)]))
    low = [Constraint.at_least("precision", 0.05)]
    assert "a higher minimum precision" in no_choice_text(objective, summaries(predictions, "recall", low), low)


def test_equal_values() -> None:
    """Perfect models are equal by any metric."""
    predictions = rows(perfect=True)
    assert no_choice_text(metric("f1"), summaries(predictions, "f1")) == (
        "Every model reaches F1 1.000: by F1 none is better."
    )


@pytest.mark.parametrize(
    ("positives", "negatives", "expected"),
    [
        (3, 20, "Only 3 positives: no comparison is reliable."),
        (20, 1, "Only 1 negative: no comparison is reliable."),
        (10, 10, ""),
    ],
)
def test_few_rows_of_a_class(positives: int, negatives: int, expected: str) -> None:
    """Ten of each class are enough; rows of the tuning set do not count."""
    y_true = np.repeat([1, 0], [positives, negatives])
    assert too_few_text(Predictions.from_arrays(y_true, np.arange(y_true.size))) == expected
    doubled = np.tile(y_true, 2)
    tuning = np.arange(doubled.size) < y_true.size
    assert too_few_text(Predictions.from_arrays(doubled, np.arange(doubled.size), tuning=tuning)) == expected


@pytest.mark.parametrize("by", ["recall", "precision", "flagged", "threshold"])
def test_what_differs_at_aligned_thresholds(by: AlignBy) -> None:
    """The numbers are those of scikit-learn, the best model first, and no model is recommended."""
    predictions = rows()
    y_true = predictions.y_true
    reference = predictions.curves("m0").evaluation.at(0.5)
    aligned = aligned_point(predictions.curves("m1").evaluation, reference, by)
    assert aligned is not None
    points = {"m0": reference, "m1": aligned[0]}
    values: dict[str, str] = {}
    shared: dict[str, str] = {}
    for name, point in points.items():
        flagged = predictions.scores[name] >= point.threshold
        scores = {
            "recall": f"{recall_score(y_true, flagged):.3f}",
            "precision": f"{precision_score(y_true, flagged):.3f}",
            "flagged": str(flagged.sum()),
            "threshold": "0.5",
        }
        caught = str(confusion_matrix(y_true, flagged)[1, 1])
        f1 = f"{f1_score(y_true, flagged):.3f}"
        values[name] = {
            "recall": scores["precision"], "precision": scores["recall"], "flagged": caught, "threshold": f1
        }[by]  # fmt: skip
        shared[name] = scores[by]
    answer, support = aligned_headline(by, metric("f1"), reference, points)
    named = [f"{values[name]} for {name}" for name in sorted(values, key=lambda name: -float(values[name]))]
    assert answer.endswith(f"is {' and '.join(named)}.")
    same = shared["m0"] == shared["m1"]
    assert answer.startswith("At the same" if same else f"At a {by} of at least")
    assert shared["m0"] in answer
    assert "not a recommendation" in support
    assert "ake " not in answer + support


@pytest.mark.parametrize(
    ("gap", "half_width", "verdict"),
    [
        (0.1, 0.01, "the lead of {best} over {other} is more than chance explains"),
        (0.1, 0.30, "the lead of {best} over {other} could be chance"),
        (-0.1, 0.30, "the lead of {best} over {other} could be chance"),
        (-0.1, 0.01, "but on new rows {other} leads {best}, by more than chance explains"),
    ],
)
def test_whether_the_lead_at_aligned_thresholds_could_be_chance(gap: float, half_width: float, verdict: str) -> None:
    """The interval for new rows decides, and is stated; at the same number flagged as a number of positives."""
    predictions = rows()
    reference = predictions.curves("m0").evaluation.at(0.5)
    aligned = aligned_point(predictions.curves("m1").evaluation, reference, "flagged")
    assert aligned is not None
    points = {"m0": reference, "m1": aligned[0]}
    lead = Lead.of({name: float(point.counts.tp) for name, point in points.items()}, "m0")
    values = {lead.best: 0.5 + gap, lead.other: 0.5}
    steps = np.linspace(-1, 1, 1001)
    noise = half_width * steps / steps.std() / NormalDist().inv_cdf(0.975)
    replicates = np.column_stack([np.full(1001, values["m0"]), values["m1"] + noise])
    found = ModelDifferences(
        metric("recall"), ("m0", "m1"), (values["m0"], values["m1"]), "m0", replicates, np.empty((1001, 0, 0)), {},
        n_independent=100_000, clustered=False, confidence_level=0.95, random_state=0,
    )  # fmt: skip
    answer, support = aligned_headline("flagged", metric("f1"), reference, points, found)
    assert answer.endswith(f"; {verdict.format(best=lead.best, other=lead.other)}.")
    ends = [round((gap + sign * half_width) * predictions.n_pos) for sign in (-1, 1)]
    low, high = (f"{'−' if end < 0 else '+'}{abs(end)}" for end in ends)
    assert support.startswith(f"95% interval of this difference on new rows: {low} to {high} positives. This is not")
    plain = aligned_headline("threshold", metric("f1"), reference, points, found).support
    assert "on new rows: " in plain
    assert "positives" not in plain


def test_many_models_and_none_that_is_comparable() -> None:
    """Of many models the highest and the lowest are named; without a threshold a model is left out."""
    predictions = rows(7)
    points = {name: predictions.curves(name).evaluation.at(0.5) for name in predictions.models}
    by_f1 = sorted(points, key=lambda name: f1_score(predictions.y_true, predictions.scores[name] >= 0.5))
    answer = aligned_headline("threshold", metric("f1"), points["m0"], points).answer
    assert answer.startswith(f"At the same threshold, 0.5, F1 is highest for {by_f1[-1]}, ")
    assert f"lowest for {by_f1[0]}, " in answer
    alone = aligned_headline("recall", metric("f1"), points["m0"], {"m0": points["m0"], "m1": None}).answer
    assert "m1" not in alone
