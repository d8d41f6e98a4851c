"""A snapshot holds the numbers that scikit-learn computes, and refuses parts that do not belong together."""

from __future__ import annotations

import json
import re
from dataclasses import replace
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
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.decision import compare, decide
from f1tools.formatting.positives import name_positives
from f1tools.formatting.sentence import sentence
from f1tools.memo import build_snapshot
from f1tools.predictions import Predictions
from f1tools.readers import Choices
from f1tools.record import FileDigest
from f1tools.uncertainty import tuned_estimate
from f1tools.what_if.scenario_table import Suggestion
from tests.memo.helpers import (
    CREATED,
    as_json,
    cells,
    hostile_snapshot,
    predictions,
    scenario,
    section,
    snapshot,
    snapshot_of,
    source_of,
)

ROLES = {"tuning": np.arange(300) % 2 == 0}


def test_metrics_at_the_threshold() -> None:
    """Metrics are scikit-learn's at the printed threshold; proportions have Wilson's interval."""
    rows = predictions()
    memo = snapshot(rows)
    flagged = rows.scores["forest"] >= float(memo.threshold)
    table = cells(section(memo, "uncertainty"))
    expected = {
        "F1": f1_score(rows.y_true, flagged),
        "Precision": precision_score(rows.y_true, flagged),
        "Recall": recall_score(rows.y_true, flagged),
    }
    assert {name: value for name, (value, _) in table.items()} == {
        name: formatting.metric_value(value) for name, value in expected.items()
    }
    tp = int((flagged & rows.y_true).sum())
    for name, trials in (("Precision", int(flagged.sum())), ("Recall", rows.n_pos)):
        wilson = binomtest(tp, trials).proportion_ci(method="wilson")
        assert table[name][1] == f"{formatting.metric_value(wilson.low)} to {formatting.metric_value(wilson.high)}"


@pytest.mark.parametrize("roles", [{}, ROLES])
def test_card_and_headline_describe_the_same_rows(roles: dict[str, Any]) -> None:
    """The card starts at the threshold, and the headline has its counts; with roles those of the evaluation set."""
    rows = predictions(**roles)
    memo = snapshot(rows)
    evaluation = slice(1, None, 2) if roles else slice(None)
    y_true, flagged = rows.y_true[evaluation], rows.scores["forest"][evaluation] >= float(memo.threshold)
    tp, fp = int((flagged & y_true).sum()), int((flagged & ~y_true).sum())
    card: Any = memo.card
    assert [card[name][card["current"]] for name in ("stops", "tp", "fp")] == [memo.threshold, tp, fp]
    counts = ConfusionCounts(tn=int((~y_true).sum()) - fp, fp=fp, fn=int(y_true.sum()) - tp, tp=tp)
    assert memo.headline == sentence(counts, memo.threshold, name_positives("1"), 10)


def test_order_of_the_sections() -> None:
    """Sections have a fixed order; those without content are left out."""
    rows = predictions(models=("forest", "linear"))
    decision = decide(rows.curves())
    memo = snapshot_of(decision, rows, comparison=compare(rows), scenarios=[scenario(decision)] * 2)
    kinds = [each.kind for each in memo.sections]
    assert kinds == ["warnings", "uncertainty", "scenario", "scenario", "comparison", "provenance"]
    one_model = predictions()
    for memo in (snapshot(), snapshot(one_model, comparison=compare(one_model))):
        assert [each.kind for each in memo.sections] == ["warnings", "uncertainty", "provenance"]


def test_a_scenario() -> None:
    """The question is the title, the answer comes before the table, and the assumption after it."""
    rows = predictions()
    decision = decide(rows.curves())
    part = section(snapshot_of(decision, rows, scenarios=[scenario(decision, "Another mix")]), "scenario")
    assert (part.title, part.sentences, part.notes) == ("What if: another mix", ("It falls.",), ("Assumes much.",))
    table = cells(part)
    assert table["Threshold"] == ("0.5",)
    assert table["Recall"] == (formatting.metric_value(decision.point.counts.recall()),)


def test_ready_for_json() -> None:
    """A snapshot can be written as strict JSON, also with infinite thresholds and undefined metrics."""
    rows = Predictions.from_arrays([0, 1, 0], {"a": [0.9, 0.1, 0.5], "b": [1.0, 2.0, 3.0]})
    for objective in ("precision", "specificity", "npv"):
        decision = decide(rows.curves(), objective=objective)
        estimate = tuned_estimate(decision.curves.tuning, objective, n_resamples=20)
        memo = snapshot_of(decision, rows, comparison=compare(rows, objective), estimate=estimate)
        assert json.loads(as_json(memo))["threshold"] == memo.threshold


def test_a_threshold_chosen_on_the_same_rows() -> None:
    """The memo says what to expect on new rows; without an estimate it warns that the numbers are optimistic."""
    rows = predictions()
    decision = decide(rows.curves())
    estimate = tuned_estimate(decision.curves.tuning, n_resamples=50)
    sentences = section(snapshot_of(decision, rows, estimate=estimate), "uncertainty").sentences
    assert formatting.metric_value(estimate.estimate) in sentences[0]
    assert "50 resamples" in sentences[1]
    assert section(snapshot(rows), "uncertainty").sentences == (formatting.IN_SAMPLE,)


def test_a_threshold_chosen_on_a_tuning_set() -> None:
    """Both sets are named with their rows; the evaluation set says what to expect, without a condition."""
    rows = predictions(**ROLES)
    memo = snapshot(rows)
    uncertainty = section(memo, "uncertainty")
    assert all(text in uncertainty.sentences[0] for text in ("tune (150 rows)", "report (150 rows)"))
    evaluation = ~ROLES["tuning"]
    flagged = rows.scores["forest"][evaluation] >= float(memo.threshold)
    value = formatting.metric_value(f1_score(rows.y_true[evaluation], flagged))
    assert uncertainty.sentences[1].startswith(f"At {memo.threshold}, expect an F1 of about {value} on new data (95%")
    assert uncertainty.sentences[1].endswith(").")
    assert uncertainty.table is not None
    assert uncertainty.table.head[:2] == (f"At {memo.threshold}", "On report")
    assert "these rows" not in as_json(memo)
    assert memo.selection == "Highest F1 on tune"


def test_a_threshold_chosen_by_hand() -> None:
    """The memo says so, with the best threshold, what it reaches, and the constraints that it meets."""
    rows = predictions()
    constraint = Constraint.at_least("recall", 0.5)
    decision = decide(rows.curves(), threshold=0.9, constraints=[constraint])
    estimate = tuned_estimate(decision.curves.tuning, constraints=[constraint], n_resamples=20)
    memo = snapshot_of(decision, rows, estimate=estimate)
    y_score, best = rows.scores["forest"], decision.best_threshold_text
    here, there = (formatting.metric_value(f1_score(rows.y_true, y_score >= float(at))) for at in ("0.9", best))
    by_hand, measured, expected = section(memo, "uncertainty").sentences[:3]
    assert re.findall(r"\d\.\d+", by_hand) == ["0.9", here, "0.5", best, there]
    assert measured.startswith(f"At 0.9, expect an F1 of about {here} on new data (95% interval")
    assert measured.endswith("if this threshold was chosen without these rows.")
    assert expected.startswith(f"At {best} (the best threshold), expect an F1 of about")
    assert memo.selection == f"By hand; the highest F1 on these rows with recall at least 0.5 is at {best}"


@pytest.mark.parametrize(("suggested", "suppress_below"), [("0.5", 0), ("0.4", 0), ("0.5", 5)])
def test_a_threshold_that_a_scenario_suggests(suggested: str, suppress_below: int) -> None:
    """The memo says which scenario suggests the threshold, unless it keeps scenarios out with the small counts."""
    rows = predictions()
    decision = decide(rows.curves(), threshold=0.5)
    what_if = replace(scenario(decision), suggestions=(Suggestion(suggested, "for rare positives"),))
    memo = snapshot_of(decision, rows, scenarios=[what_if], suppress_below=suppress_below)
    is_told = suggested == "0.5" and not suppress_below
    assert ("As suggested for rare positives" in memo.selection) == is_told
    assert ("suggested" in as_json(memo)) == is_told
    assert ("tuned on these same rows (suggested for rare positives)" in as_json(memo)) == is_told


def test_model_comparison() -> None:
    """Each model at its own best threshold, with scikit-learn's metrics and areas; the better model is named."""
    rows = predictions(models=("forest", "linear"))
    part = section(snapshot(rows, comparison=compare(rows)), "comparison")
    table = cells(part)
    assert list(table) == ["forest (this memo)", "linear"]
    for row, model in zip(table.values(), rows.models, strict=True):
        y_score = rows.scores[model]
        best, half = y_score >= float(row[0]), y_score >= 0.5
        expected = [
            f1_score(rows.y_true, best),
            precision_score(rows.y_true, best),
            recall_score(rows.y_true, best),
            f1_score(rows.y_true, half),
            roc_auc_score(rows.y_true, y_score),
            average_precision_score(rows.y_true, y_score),
        ]
        assert row[1:] == tuple(map(formatting.metric_value, expected))
    own, other = (row[1] for row in table.values())
    assert f"linear is ahead of the model of this memo: {other} against {own}" in part.sentences[0]
    best_of_all = section(snapshot_of(decide(rows.curves("linear")), rows, comparison=compare(rows)), "comparison")
    assert best_of_all.sentences[0].endswith("the value of this memo's model is the highest.")
    assert "ROC AUC is" in part.notes[0]


@pytest.mark.parametrize(
    ("model", "options", "expected"),
    [
        ("linear", {}, True),
        ("linear", {"suppress_below": 5}, False),
        ("forest", {}, False),
    ],
)
def test_the_best_of_several_models(model: str, options: dict[str, int], expected: bool) -> None:
    """The memo says that the expectation leaves out the choice among the models; suppressed, there is none."""
    rows = predictions(models=("forest", "linear"))
    decision = decide(rows.curves(model))
    estimate = tuned_estimate(decision.curves.tuning, n_resamples=50)
    memo = snapshot_of(decision, rows, comparison=compare(rows), estimate=estimate, **options)
    text = " ".join(section(memo, "uncertainty").sentences)
    assert ("It is the best of 2 models on this data" in text) is expected
    alone = snapshot_of(decision, rows, estimate=estimate)
    assert "It is the best of" not in " ".join(section(alone, "uncertainty").sentences)


def test_many_models() -> None:
    """Of many models the memo's own and the best of the others are displayed, with the number of those left out."""
    noise = np.random.default_rng(0).random((30, 300))
    y_true = predictions().y_true
    rows = Predictions(y_true, {f"m{place}": y_true * place / 20 + noise[place] for place in range(30)})
    part = section(snapshot(rows, comparison=compare(rows)), "comparison")
    top = sorted(rows.models[1:], key=lambda model: -best_f1_score(y_true, rows.scores[model]))[:7]
    assert list(cells(part)) == ["m0 (this memo)", *(model for model in rows.models if model in top)]
    assert any(note.startswith("22 models") for note in part.notes)


def best_f1_score(y_true: NDArray[Any], y_score: NDArray[Any]) -> float:
    precision, recall, _ = precision_recall_curve(y_true, y_score)
    return float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-12)))


@pytest.mark.parametrize("threshold", [0.3, -5.0, 5.0])
def test_provenance(threshold: float) -> None:
    """Rule, data and files can be verified: thresholds in the range make the same decisions, others do not."""
    rows = predictions(pos_label=True)
    files = (FileDigest(name="rows.csv", size=1234, sha256="0123456789abcdef" * 4),)
    source = source_of(rows, files=files, read_as=Choices(truth="y", scores=("forest",)), dropped={"missing truth": 3})
    decision = decide(rows.curves(), threshold=threshold)
    table = cells(section(build_snapshot(decision, source, created=CREATED), "provenance"))
    assert table["Rule"][0].startswith(f"A score of {decision.threshold_text.replace('-', '−')} or more is")
    assert table["File"] == ("rows.csv, 1,234 bytes, SHA-256 0123456789abcdef…",)
    assert table["Left out"] == ("3 rows (missing truth)",)
    assert table["Columns"] == ("truth “y”, score “forest”",)
    assert table["Rows"] == (f"300, of which {rows.n_pos} ({formatting.percent(rows.n_pos / 300)}) are “True”",)
    assert table["Created"][0].startswith("2025-11-05 16:10:00 UTC, with f1tools ")
    low, high = range_in(table["Same decisions"][0])
    y_score = rows.scores["forest"]

    def same_decisions(other: float) -> bool:
        return bool(np.array_equal(y_score >= other, y_score >= threshold))

    assert same_decisions(low)
    assert same_decisions(high)
    digits = 0.001 + decision.same_decisions[1] - decision.same_decisions[0]  # an end without a limit has four digits
    assert low == -np.inf or not same_decisions(low - digits)
    assert high == np.inf or not same_decisions(high + digits)


def range_in(text: str) -> tuple[float, float]:
    """Parse the range of thresholds that make the same decisions."""
    match = re.fullmatch(r"Every threshold(?: (?:from|above) (\S+))?(?: (?:up )?to (\S+))?", text.replace("−", "-"))
    assert match is not None
    return float(match[1] or -np.inf), float(match[2] or np.inf)


def test_weighted_rows() -> None:
    """Sums of weights are not rows: the number of rows and the share of the weight are displayed."""
    rows = predictions(sample_weight=np.full(300, 0.5))
    table = cells(section(snapshot(rows), "provenance"))
    assert table["Rows"] == (f"300, {formatting.percent(rows.n_pos / 300)} of their weight “True”",)
    assert "Weights" in table


def test_names_are_short_lines() -> None:
    """Names of any length and with any directional control character become short lines."""
    text = as_json(hostile_snapshot("two\nlines \u202eevil\u2066 " + "x" * 5000))
    assert "two lines evil" in text
    assert not [sign for sign in ("\u202e", "\u2066", "\\n") if sign in text]
    assert "x" * 121 not in text


def test_parts_of_other_data_are_refused() -> None:
    """An estimate, comparison or source of other rows, another metric or another threshold is refused."""
    rows, others = predictions(models=("forest", "linear")), predictions(299)
    decision = decide(rows.curves())
    swapped = Predictions.from_arrays(~rows.y_true, rows.scores["forest"])
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("estimate", {"estimate": tuned_estimate(decision.curves.tuning, "mcc", n_resamples=2)}),
        ("estimate", {"estimate": tuned_estimate(decision.curves.tuning, "fbeta", beta=2, n_resamples=2)}),
        ("estimate", {"estimate": tuned_estimate(decide(rows.curves("linear")).curves.tuning, n_resamples=2)}),
        ("estimate", {"estimate": tuned_estimate(decide(others.curves()).curves.tuning, n_resamples=2)}),
        ("comparison", {"comparison": compare(rows, "mcc")}),
        ("comparison", {"comparison": compare(others)}),
    ]
    for part, options in wrong:
        with pytest.raises(ValueError, match=f"The {part} is"):
            snapshot_of(decision, rows, **options)
    for source, what in ((source_of(others), "299 rows"), (source_of(swapped), f"{swapped.n_pos} positive rows")):
        with pytest.raises(ValueError, match=f"The source has {what}"):
            build_snapshot(decision, source)
    # The value that the best threshold reaches tells estimates with the same threshold apart.
    scores = np.repeat([0.2, 0.8], 20)
    one, other = (decide(Predictions.from_arrays(np.arange(40) >= k, scores).curves()) for k in (20, 22))
    estimate = tuned_estimate(other.curves.tuning, n_resamples=2)
    assert estimate.threshold == one.tuning.point.threshold
    with pytest.raises(ValueError, match="The estimate is"):
        snapshot_of(one, Predictions.from_arrays(np.arange(40) >= 20, scores), estimate=estimate)
    with_roles = predictions(**ROLES)
    assert build_snapshot(decide(with_roles.curves()), source_of(with_roles)).title == "some rows"
