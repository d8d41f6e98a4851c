"""What a snapshot holds: every number as scikit-learn computes it, and honest words."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    precision_recall_curve,
    precision_score,
    recall_score,
    roc_auc_score,
)

from f1tools import formatting
from f1tools.comparison import compare
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.decision import decide
from f1tools.formatting.sentence import sentence
from f1tools.memo import take_snapshot
from f1tools.predictions import Predictions
from f1tools.readers import Choices
from f1tools.record import FileSeen
from f1tools.uncertainty import tuned_estimate
from f1tools.what_if.scenario_table import Column, ScenarioResult
from tests.memo.making import CREATED, as_text, cells, hostile, part, predictions, snapshot, snapshot_of, source_of

ROLES = {"tunes": np.arange(300) % 2 == 0}


def test_the_numbers_at_the_threshold() -> None:
    """Metrics are scikit-learn's at the very threshold that is written, those of shares with Wilson's interval."""
    rows = predictions()
    taken = snapshot(rows)
    flagged = rows.scores["forest"] >= float(taken.written)
    found = cells(part(taken, "sure"))
    expected = {
        "F1": f1_score(rows.y_true, flagged),
        "Precision": precision_score(rows.y_true, flagged),
        "Recall": recall_score(rows.y_true, flagged),
    }
    assert {name: value for name, (value, _) in found.items()} == {
        name: formatting.metric_value(value) for name, value in expected.items()
    }
    caught = int((flagged & rows.y_true).sum())
    for name, trials in (("Precision", int(flagged.sum())), ("Recall", rows.n_pos)):
        wilson = binomtest(caught, trials).proportion_ci(method="wilson")
        assert found[name][1] == f"{formatting.metric_value(wilson.low)} to {formatting.metric_value(wilson.high)}"


def test_the_card_and_the_headline_are_of_the_same_rows() -> None:
    """The card stands at the threshold, and the headline says the counts there; of the rows that report, with roles."""
    for more in ({}, ROLES):
        rows = predictions(**more)
        taken = snapshot(rows)
        y_true, y_score = (rows.y_true, rows.scores["forest"])
        y_true, y_score = (y_true[1::2], y_score[1::2]) if more else (y_true, y_score)
        flagged = y_score >= float(taken.written)
        tp, fp = int((flagged & y_true).sum()), int((flagged & ~y_true).sum())
        assert taken.card is not None
        assert taken.card["stops"][taken.card["current"]] == taken.written
        assert (taken.card["tp"][taken.card["current"]], taken.card["fp"][taken.card["current"]]) == (tp, fp)
        counts = ConfusionCounts(tn=int((~y_true).sum()) - fp, fp=fp, fn=int(y_true.sum()) - tp, tp=tp)
        assert taken.headline == sentence(counts, taken.written)
        assert "".join(text for text, _ in taken.phrases) == taken.headline


def test_order_of_the_parts() -> None:
    """Sure, supposed, compared, careful, rests: only those that there is something to say in."""
    rows = predictions(models=("forest", "linear"))
    decision = decide(rows)
    asked = ScenarioResult(
        "another mix", ("It falls.",), "Assumes much.", (Column("Now", "0.5", decision.point.counts),)
    )
    taken = snapshot_of(decision, rows, comparison=compare(rows), supposed=[asked, asked])
    kinds = [section.kind for section in taken.sections]
    assert kinds == sorted(kinds, key=["sure", "supposed", "compared", "careful", "rests"].index)
    assert kinds.count("supposed") == 2
    assert [section.kind for section in snapshot().sections] == ["sure", "careful", "rests"]


def test_a_what_if() -> None:
    """The question heads it, the answer stands before the table, and what it assumes after it."""
    rows = predictions()
    decision = decide(rows)
    asked = ScenarioResult(
        "Another mix", ("It falls.",), "Assumes much.", (Column("Now", "0.5", decision.point.counts),)
    )
    shown = part(snapshot_of(decision, rows, supposed=[asked]), "supposed")
    assert (shown.title, shown.sentences, shown.notes) == ("What if: another mix", ("It falls.",), ("Assumes much.",))
    assert cells(shown)["Threshold"] == ("0.5",)
    assert cells(shown)["Recall"] == (formatting.metric_value(decision.point.counts.recall()),)


def test_ready_for_json() -> None:
    """Everything in it can be written as strict JSON, with infinite thresholds and undefined metrics about."""
    rows = Predictions.from_arrays([0, 1, 0], {"a": [0.9, 0.1, 0.5], "b": [1.0, 2.0, 3.0]})
    for objective in ("precision", "specificity", "npv"):
        decision = decide(rows, objective=objective)
        estimate = tuned_estimate(decision.tuning, objective, n_resamples=20)
        taken = snapshot_of(decision, rows, comparison=compare(rows, objective), estimate=estimate)
        assert json.loads(as_text(taken))["written"] == taken.written


def test_chosen_here() -> None:
    """A threshold chosen on these rows says what to expect on new ones; without an estimate, to expect less."""
    rows = predictions()
    decision = decide(rows)
    estimate = tuned_estimate(decision.tuning, n_resamples=50)
    said = part(snapshot_of(decision, rows, estimate=estimate), "sure").sentences
    assert said[0].startswith("On new rows expect")
    assert formatting.metric_value(estimate.estimate) in said[0]
    assert "of 50 resamples" in said[1]
    assert part(snapshot(rows), "sure").sentences == (formatting.IN_SAMPLE,)


def test_chosen_elsewhere() -> None:
    """With roles both parts are named with their rows, and nothing speaks of a choice on these rows."""
    rows = predictions(**ROLES)
    taken = snapshot(rows)
    said = part(taken, "sure")
    assert said.sentences == (
        "The threshold was tuned on tune (150 rows) and evaluated on report (150 rows), which were not used to choose "
        "it.",
    )
    assert said.table is not None
    assert said.table.head == (f"At {taken.written}", "On report", "95% interval")
    assert "these rows" not in as_text(taken)
    assert taken.chosen == "Best F1 on tune"


def test_chosen_by_hand() -> None:
    """It is said so, with the best one and what it reaches beside it."""
    rows = predictions()
    decision = decide(rows, threshold=0.9)
    taken = snapshot_of(decision, rows, estimate=tuned_estimate(decision.tuning, n_resamples=20))
    y_score = rows.scores["forest"]
    here, there = (f1_score(rows.y_true, y_score >= float(at)) for at in ("0.9", decision.best_written))
    said = part(taken, "sure").sentences
    assert said[0] == (
        f"The threshold 0.9 was chosen by hand. There F1 is {formatting.metric_value(here)}; the best threshold is "
        f"{decision.best_written}, with {formatting.metric_value(there)}."
    )
    assert said[1].startswith(f"Of the best threshold, {decision.best_written}: ")
    assert taken.chosen == f"By hand; the best F1 on these rows is at {decision.best_written}"


def test_limits_are_told() -> None:
    """What the best threshold had to keep stands beside it; limits that can't be kept are a warning."""
    rows = predictions(models=("forest", "linear"))
    limits = [Constraint.at_least("recall", 0.9)]
    assert snapshot_of(decide(rows, constraints=limits), rows).chosen == (
        "Best F1 on these rows with recall at least 0.9"
    )
    impossible = [Constraint.at_least("recall", 1), Constraint.at_most("flagged", 1)]
    decision = compare(rows, constraints=impossible).results[0].decision
    warned = part(snapshot_of(decision, rows), "careful")
    assert (warned.warning, warned.sentences) == (True, (decision.not_met,))


def test_models_side_by_side() -> None:
    """Each model at its own best threshold, with scikit-learn's areas; the better one is named."""
    rows = predictions(models=("forest", "linear"))
    shown = part(snapshot(rows, comparison=compare(rows)), "compared")
    found = cells(shown)
    assert list(found) == ["forest (this memo)", "linear"]
    reached = {}
    for (name, row), model in zip(found.items(), rows.models, strict=True):
        y_score = rows.scores[model]
        at, half = y_score >= float(row[0]), y_score >= 0.5
        reached[name] = formatting.metric_value(f1_score(rows.y_true, at))
        assert row[1:] == (
            reached[name],
            formatting.metric_value(precision_score(rows.y_true, at)),
            formatting.metric_value(recall_score(rows.y_true, at)),
            formatting.metric_value(f1_score(rows.y_true, half)),
            formatting.metric_value(roc_auc_score(rows.y_true, y_score)),
            formatting.metric_value(average_precision_score(rows.y_true, y_score)),
        )
    better = (
        f"linear is better than the model of this memo: {reached['linear']} against {reached['forest (this memo)']}"
    )
    assert better in shown.sentences[0]
    best = part(snapshot_of(decide(rows, "linear"), rows, comparison=compare(rows)), "compared")
    assert best.sentences[0].endswith("the model of this memo is the best of them.")


def test_very_many_models() -> None:
    """Of very many models the memo's own and the best ones are shown, and it is said how many are not."""
    rows = predictions()
    noise = np.random.default_rng(0).random((30, rows.n))
    scores = {f"m{place}": rows.y_true * place / 20 + noise[place] for place in range(30)}
    rows = Predictions(rows.y_true, scores)
    shown = part(snapshot(rows, comparison=compare(rows)), "compared")
    names = list(cells(shown))
    foremost = sorted(list(scores)[1:], key=lambda m: -best_f1_score(rows.y_true, scores[m]))[:9]
    assert names == ["m0 (this memo)", *(m for m in scores if m in foremost)]
    assert "20 models with a lower F1 are left out." in shown.notes


def best_f1_score(y_true: NDArray[Any], y_score: NDArray[Any]) -> float:
    precision, recall, _ = precision_recall_curve(y_true, y_score)
    return float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-12)))


def test_one_model_is_not_compared() -> None:
    """There is no table of one."""
    rows = predictions()
    assert "compared" not in {section.kind for section in snapshot(rows, comparison=compare(rows)).sections}


def test_what_to_be_careful_with() -> None:
    """Few positives and rows that trained the model are warnings; where all is well it is said so."""
    rows = Predictions.from_arrays([1, 0] * 4 + [0] * 40, np.linspace(1, 0, 48))
    decision = decide(rows)
    source = source_of(rows, trained="A column says train.")
    warned = [one for one in take_snapshot(decision, source).sections if one.kind == "careful"]
    assert [(one.title, one.warning) for one in warned[:2]] == [
        ("Rows that trained the model", True),
        ("Too few positives", True),
    ]
    calm = part(snapshot(predictions(3000)), "careful")
    assert (calm.title, calm.sentences, calm.warning) == ("Nothing stands out", (), False)


@pytest.mark.parametrize("threshold", [0.3, -5.0, 5.0])
def test_what_it_rests_on(threshold: float) -> None:
    """Rule, data and files can be checked: any threshold in the range decides alike, the next ones do not."""
    rows = predictions(pos_label=True)
    files = (FileSeen("rows.csv", 1234, "0123456789abcdef" * 4),)
    source = source_of(rows, files=files, read_as=Choices(truth="y", scores=("forest",)), dropped={"missing truth": 3})
    decision = decide(rows, threshold=threshold)
    found = cells(part(take_snapshot(decision, source, created=CREATED), "rests"))
    assert found["Rule"] == (
        f"A score of {decision.written.replace('-', '−')} or more is called “True”, any other is not",
    )
    assert found["File"] == ("rows.csv, 1,234 bytes, SHA-256 0123456789abcdef…",)
    assert found["Left out"] == ("3 rows (missing truth)",)
    assert found["Columns"] == ("truth “y”, score “forest”",)
    assert found["Rows"] == (f"300, of which {rows.n_pos} ({formatting.percent(rows.n_pos / 300)}) are “True”",)
    assert found["Made"][0].startswith("2025-11-05 16:10:00 UTC, with f1tools ")
    low, high = told_range(found["Same decisions"][0])
    y_score = rows.scores["forest"]

    def alike(other: float) -> bool:
        return bool(np.array_equal(y_score >= other, y_score >= threshold))

    assert low < threshold <= high
    assert alike(float(np.nextafter(low, np.inf)))
    assert alike(high)
    assert low == -np.inf or not alike(low)
    assert high == np.inf or not alike(float(np.nextafter(high, np.inf)))


def told_range(text: str) -> tuple[float, float]:
    """Read above what and up to what thresholds decide alike."""
    found = re.fullmatch(r"Every threshold(?: above ([^ ,]+))?(?:,? up to ([^ ]+))?", text.replace("−", "-"))
    assert found is not None
    return float(found[1] or -np.inf), float(found[2] or np.inf)


def test_weighted_rows() -> None:
    """Sums of weights are no rows: their number and the share of weight are told apart."""
    rows = predictions(sample_weight=np.full(300, 0.5))
    found = cells(part(snapshot(rows), "rests"))
    assert found["Rows"] == (f"300, {formatting.percent(rows.n_pos / 300)} of their weight “True”",)
    assert "Weights" in found


def test_names_are_single_lines_that_read_forwards() -> None:
    """Names of any length and with any control of direction become short lines."""
    taken = hostile("two\nlines \u202eevil\u2066 " + "x" * 5000)
    text = as_text(taken)
    assert "two lines evil" in text
    assert not [sign for sign in ("\u202e", "\u2066", "\\n") if sign in text]
    assert "x" * 121 not in text
