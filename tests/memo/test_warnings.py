"""What a memo warns of: constraints that are violated, thresholds that flagging every case beats."""

from __future__ import annotations

import re

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from f1tools import formatting
from f1tools.better_model import BetterModel
from f1tools.core.constraints import Constraint
from f1tools.decision import compare, decide
from f1tools.memo import build_snapshot, memo_html
from f1tools.predictions import Predictions
from tests.memo.helpers import ParsedPage, predictions, section, snapshot, snapshot_of, source_of, warnings

ROWS = predictions(3000)
SCORES = ROWS.scores["forest"]
PRECISE = Constraint.at_least("precision", 0.5)
VIOLATED, WORSE = "Constraints that are not met", "Worse than flagging every case"


def test_warnings_and_notes() -> None:
    """Rows that trained the model and few positives are warnings; without any the memo says so."""
    rows = Predictions.from_arrays([1, 0] * 4 + [0] * 40, np.linspace(1, 0, 48))
    source = source_of(rows, trained="A column says train.")
    assert list(warnings(build_snapshot(decide(rows.curves()), source))) == [
        "Rows that trained the model",
        "Too few positives",
    ]
    probability = np.linspace(0.001, 0.999, 1000)
    calibrated = Predictions.from_arrays(np.random.default_rng(0).random(1000) < probability, probability)
    calm = section(snapshot(calibrated), "warnings")
    assert (calm.sentences, calm.warning) == ((), False)


@pytest.mark.parametrize("could_be_chance", [False, True])
def test_a_better_model(could_be_chance: bool) -> None:
    """It is a warning where chance does not explain the difference, else a note; suppressed memos do not name it."""
    rows = predictions(models=("forest", "linear"))
    decision = decide(rows.curves())
    better = BetterModel("linear", decision.objective, 0.7, decision.tuning.value, could_be_chance)
    assert (better.title in warnings(snapshot_of(decision, rows, better=better))) is not could_be_chance
    assert better.sentence in memo_html(snapshot_of(decision, rows, better=better))
    assert better.sentence not in memo_html(snapshot_of(decision, rows, better=better, suppress_below=5))


def test_constraints_that_cannot_be_met() -> None:
    """The reason is a warning, and the best threshold is not said to meet them."""
    impossible = [Constraint.at_least("recall", 1), Constraint.at_most("flagged", 1)]
    decision = compare(ROWS, constraints=impossible).decisions[0]
    snapshot = snapshot_of(decision, ROWS)
    assert decision.tuning.not_met in warnings(snapshot).values()
    assert "without constraints" in snapshot.selection


def test_violated_constraints() -> None:
    """Each violated constraint is named with scikit-learn's number; the others are not."""
    flagged = SCORES >= 0.2
    constraints = [PRECISE, Constraint.at_most("flagged", 500), Constraint.at_least("recall", 0.3)]
    text = warnings(snapshot_of(decide(ROWS.curves(), constraints=constraints, threshold=0.2), ROWS))[VIOLATED]
    precision = formatting.metric_value(precision_score(ROWS.y_true, flagged))
    assert "The threshold 0.2" in text
    assert f"precision at least 0.5 (actual: {precision});" in text
    assert f"at most 500 flagged (actual: {formatting.count(int(flagged.sum()))})." in text
    assert recall_score(ROWS.y_true, flagged) > 0.3
    assert "recall" not in text
    for threshold in (None, 0.9):
        decision = decide(ROWS.curves(), constraints=[PRECISE], threshold=threshold)
        assert precision_score(ROWS.y_true, float(decision.threshold_text) <= SCORES) >= 0.5
        assert VIOLATED not in warnings(snapshot_of(decision, ROWS))


def test_constraints_violated_by_a_hair() -> None:
    """A violation that rounds to the bound is displayed as one; so is an undefined metric, where nothing is flagged."""
    precision = float(precision_score(ROWS.y_true, SCORES >= 0.2))
    bound = float(formatting.metric_value(precision))
    under = precision < bound
    violated = Constraint.at_least("precision", bound) if under else Constraint.at_most("precision", bound)
    text = warnings(snapshot_of(decide(ROWS.curves(), constraints=[violated], threshold=0.2), ROWS))[VIOLATED]
    assert text.endswith(f"just {'under' if under else 'over'} {formatting.metric_value(precision)}).")
    nothing = snapshot_of(decide(ROWS.curves(), constraints=[PRECISE], threshold=2), ROWS)
    assert warnings(nothing)[VIOLATED].endswith("n/a).")


def test_constraints_met_on_the_tuning_set_only() -> None:
    """A best threshold may violate its constraints on the evaluation set, which is named."""
    n = 400
    y_true = np.tile([True, False], n // 2)
    scores = np.where(np.arange(n) < n // 2, y_true, ~y_true) * 0.5 + np.arange(n) / (3 * n)
    rows = Predictions(y_true, {"m": scores}, "1", "0", tuning=np.arange(n) < n // 2, role_names=("old", "new"))
    decision = decide(rows.curves(), constraints=[PRECISE])
    precision = precision_score(y_true[n // 2 :], scores[n // 2 :] >= float(decision.threshold_text))
    text = warnings(snapshot_of(decision, rows))[VIOLATED]
    assert " on new: precision at least 0.5" in text
    assert text.endswith(f" {formatting.metric_value(precision)}).")


def test_worse_than_flagging_every_case() -> None:
    """A threshold by hand that flagging every case beats is a warning with scikit-learn's two numbers."""
    text = warnings(snapshot_of(decide(ROWS.curves(), threshold=0.9), ROWS))[WORSE]
    here, everything = (formatting.metric_value(f1_score(ROWS.y_true, each)) for each in (SCORES >= 0.9, SCORES >= 0))
    assert re.findall(r"\d\.\d+", text) == ["0.9", here, everything]


@pytest.mark.parametrize(
    ("objective", "constraints", "threshold"),
    [("f1", [], None), ("f1", [], 0.4), ("f1", [], 0.0), ("recall", [], 0.9), ("f1", [PRECISE], 0.9)],
    ids=["best", "better", "equal", "a metric that favors it", "a constraint that forbids it"],
)
def test_not_worse_than_flagging_every_case(
    objective: str, constraints: list[Constraint], threshold: float | None
) -> None:
    """There is no warning where flagging every case is no better, or not allowed."""
    decision = decide(ROWS.curves(), objective=objective, constraints=constraints, threshold=threshold)
    assert WORSE not in warnings(snapshot_of(decision, ROWS))


def test_a_line_below_the_decision_names_the_warnings() -> None:
    """It links to them, and comes before everything else; without warnings there is none."""
    constraints = [Constraint.at_least("recall", 0.5)]
    page = memo_html(snapshot_of(decide(ROWS.curves(), constraints=constraints, threshold=0.95), ROWS))
    assert f"Warnings: {VIOLATED} · {WORSE}" in ParsedPage(page).text
    assert page.index('class="caution"') < page.index('class="glossary"')
    (link,) = [link["href"] for link in ParsedPage(page).all("a") if link["href"] != "#decision"]
    assert re.findall(rf'<section class="part warnings" id="{(link or "")[1:]}"', page)
    assert "Warnings:" not in ParsedPage(memo_html(snapshot(ROWS))).text
