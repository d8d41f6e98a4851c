"""Checks of a recorded threshold on new rows: which rows are judged, requirements, constraints and the metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from f1tools.core.constraints import Constraint
from f1tools.core.types import InvalidPredictions
from f1tools.predictions import Predictions
from f1tools.record import DecisionRecord, Finding, check
from f1tools.record.checks.performance import as_proportion, recorded_constraints
from tests.record.helpers import (
    changed,
    concatenated,
    digest,
    levels,
    newcombe_high,
    one,
    recorded,
    scored,
    with_counts,
)

RECALL = Constraint.at_least("recall", 0.8)
RECORD = recorded(scored(2000))
NEW = scored(seed=1)
Y_PRED = NEW.scores["score"] >= RECORD.threshold


def by_hand(predictions: Predictions, threshold: float, objective: str = "recall", **options: Any) -> DecisionRecord:
    """Record a threshold that somebody set."""
    return recorded(predictions, n_resamples=0, threshold=threshold, objective=objective, **options)


def required(findings: tuple[Finding, ...]) -> list[Finding]:
    """Return the findings about requirements."""
    return [each for each in findings if each.kind == "floor"]


def shown(finding: Finding) -> float:
    """Return the value in a sentence."""
    return float(finding.sentence.split(" is ")[1].split(" at ")[0])


def test_the_recorded_rows_agree() -> None:
    """The record agrees with its own rows, and the first finding says that they are not new."""
    findings = check(RECORD, scored(2000))
    assert levels(findings) == {"rows": "warn", "value": "ok", "threshold": "ok", "prevalence": "ok", "scores": "ok"}
    assert "decision was made on these rows" in findings[0].sentence


REFERENCES: dict[str, Callable[..., float]] = {
    "recall": metrics.recall_score,
    "precision": metrics.precision_score,
    "f1": metrics.f1_score,
    "accuracy": metrics.accuracy_score,
    "balanced_accuracy": metrics.balanced_accuracy_score,
    "mcc": metrics.matthews_corrcoef,
    "specificity": lambda y_true, y_pred: metrics.recall_score(~y_true, ~y_pred),
}


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("gap", [1e-5, 2e-9])
def test_requirements_compare_scikit_learns_value(name: str, gap: float) -> None:
    """The value meets a bound just below it and not one just above it, and its digits show that."""
    value = float(REFERENCES[name](NEW.y_true, Y_PRED))
    floors = [Constraint.at_least(name, value - gap), Constraint.at_least(name, value + gap)]
    met, missed = required(check(RECORD, NEW, floors=floors))
    assert (met.level, missed.level, met.name) == ("ok", "fail", str(floors[0]))
    assert shown(met) == pytest.approx(value, abs=5e-4)
    assert shown(met) > floors[0].bound
    assert shown(missed) < floors[1].bound


def test_lower_bound_is_wilsons() -> None:
    """With at="lower-bound" the lower bound of Wilson's 95 % interval must meet the requirement."""
    hits = int((NEW.y_true & Y_PRED).sum())
    low = float(binomtest(hits, NEW.n_pos).proportion_ci(method="wilson").low)
    floors = [Constraint.at_least("recall", low - 1e-6), Constraint.at_least("recall", low + 1e-6)]
    assert [each.level for each in required(check(RECORD, NEW, floors=floors, at="lower-bound"))] == ["ok", "fail"]
    assert [each.level for each in required(check(RECORD, NEW, floors=floors))] == ["ok", "ok"]


@pytest.mark.parametrize("at", ["point", "lower-bound"])
def test_number_of_flagged_rows(at: Any) -> None:
    """The requirement compares the number, or the upper bound of Wilson's interval of the share."""
    flagged = int(Y_PRED.sum())
    most = flagged if at == "point" else float(binomtest(flagged, NEW.n).proportion_ci(method="wilson").high) * NEW.n
    floors = [Constraint.at_most("flagged", most + 0.01), Constraint.at_most("flagged", most - 0.01)]
    met, missed = required(check(RECORD, NEW, floors=floors, at=at))
    assert (met.level, missed.level) == ("ok", "fail")
    assert f"{flagged} of 1,000 rows are flagged" in met.sentence


def test_a_metric_without_an_interval_has_no_lower_bound() -> None:
    """A metric that is not a proportion can be required only at the point."""
    floor = Constraint.at_least("mcc", 0.1)
    assert one("floor", check(RECORD, NEW, floors=[floor])).level == "ok"
    with pytest.raises(InvalidPredictions, match=r"^Matthews correlation has no interval"):
        check(RECORD, NEW, floors=[floor], at="lower-bound")


def test_constraints_of_the_decision() -> None:
    """A small violation passes, a significant one fails, and a weaker requirement does not hide it."""
    record = recorded(scored(2000), constraints=[RECALL])
    shifted = {shift: one("limits", check(record, scored(seed=1, shift=shift))).level for shift in (0.3, -0.03, -1.0)}
    assert shifted == {0.3: "ok", -0.03: "ok", -1.0: "fail"}
    weak = Constraint.at_least("recall", 0.1)
    both = check(record, scored(seed=1, shift=-1.0), floors=[weak, weak])
    assert [(each.kind, each.level) for each in both[1:3]] == [("floor", "ok"), ("limits", "fail")]
    same = check(record, NEW, floors=[RECALL])
    assert [each.name for each in same[1:3]] == ["recall at least 0.8", "recall at least 0.8 (recorded)"]


@pytest.mark.parametrize("at", ["point", "lower-bound"])
def test_undefined_values(at: Any) -> None:
    """Where nothing is flagged, precision meets no requirement; a constraint that cannot be tested only warns."""
    limits = [Constraint.at_least("precision", 0.5), Constraint.at_least("mcc", 0.3)]
    record = recorded(scored(2000), objective="precision", constraints=limits)
    nothing = Predictions.from_arrays(NEW.y_true, NEW.scores["score"] / 100)
    findings = check(record, nothing, floors=[Constraint.at_least("precision", 0)], at=at)
    judged = [(each.kind, each.level) for each in findings if "undefined" in each.sentence]
    assert judged[:3] == [("floor", "fail"), ("limits", "warn"), ("value", "warn")]
    assert [each.level for each in findings if each.kind == "limits"] == ["warn", "warn"]


def test_a_violation_is_tested_with_the_size_of_the_tuning_set() -> None:
    """The constraint was met on 300 positives, of which 30 evaluate: the test is Newcombe's for 300."""
    record = recorded(
        concatenated(with_counts(240, 60, 100, 600), with_counts(24, 6, 10, 60)), n_resamples=0, constraints=[RECALL]
    )
    assert record.counts.tp == 24
    results = {}
    for hits in range(120, 160):
        new = with_counts(hits, 200 - hits, 100, 600, record.threshold)
        results[hits] = one("limits", check(record, new)).level
    assert results == {hits: "fail" if newcombe_high(hits, 200, 240, 300) < 0 else "ok" for hits in results}
    assert set(results.values()) == {"ok", "fail"}


def test_a_bound_on_flagged_rows_becomes_a_share() -> None:
    """Half as many rows may be flagged among half as many rows; the bound is that of the tuning rows."""
    limit = Constraint.at_most("flagged", 400)
    record = recorded(scored(2000), constraints=[limit])
    finding = one("limits", check(record, NEW))
    assert (finding.level, finding.name) == ("ok", "share flagged at most 0.2 (recorded)")
    assert one("threshold", check(record, NEW)).level == "ok"
    assert one("limits", check(record, scored(1000, seed=1, shift=2))).level == "fail"
    both = scored(2500).with_roles(np.arange(2500) < 2000)
    assert as_proportion(limit, recorded(both, constraints=[limit])).bound == pytest.approx(400 / 2000)
    weighted = recorded(replace(both, sample_weight=np.full(2500, 3.0)), constraints=[limit])
    assert as_proportion(limit, weighted).bound == pytest.approx(400 / 6000)


def test_constraints_that_do_not_apply() -> None:
    """Constraints do not apply if they could not be met or the threshold was set by hand; repeated ones apply once."""
    record = recorded(scored(2000), constraints=[RECALL])
    unmet = changed(record, objective=changed(record.objective, not_met="No threshold meets them."))
    assert "limits" not in levels(check(unmet, NEW))
    manual = by_hand(scored(2000), 0.9, "f1", constraints=[RECALL])
    assert "limits" not in levels(check(manual, NEW))
    assert recorded_constraints(manual) == (RECALL,)
    assert recorded_constraints(recorded(scored(2000), constraints=[RECALL, RECALL])) == (RECALL,)


def test_a_significant_fall_of_the_metric_fails() -> None:
    """For a proportion the test is Newcombe's; the sentence has both values."""
    record = by_hand(with_counts(160, 40, 100, 300), 0.5)
    results = {}
    for hits in range(40, 100):
        finding = one("value", check(record, with_counts(hits, 100 - hits, 50, 150)))
        results[hits] = finding.level
        assert f"Recall is {hits / 100:.3f} at 0.5" in finding.sentence
        assert "0.800" in finding.sentence
        assert finding.name == "recall as recorded"
    assert results == {hits: "fail" if newcombe_high(hits, 100, 160, 200) < 0 else "ok" for hits in results}
    assert set(results.values()) == {"ok", "fail"}


def test_expected_value() -> None:
    """The metric is compared with the estimate for new data, or with the value measured on the evaluation rows."""
    value = metrics.f1_score(NEW.y_true, Y_PRED)
    assert RECORD.expected is not None
    sentence = one("value", check(RECORD, NEW)).sentence
    assert f"F1 is {value:.3f} at " in sentence
    assert f"the record expects {RECORD.expected.value:.3f}" in sentence
    apart = scored(2000).with_roles(np.arange(2000) < 1000)
    report, record = apart.evaluation_set, recorded(apart)
    measured = metrics.f1_score(report.y_true, report.scores["score"] >= record.threshold)
    assert f"had {measured:.3f}" in one("value", check(record, NEW)).sentence


def test_a_small_fall_only_warns() -> None:
    """A fall of half a hundredth is significant with a million rows, but irrelevant; a larger fall can be allowed."""
    record = by_hand(with_counts(800_000, 200_000, 10, 90), 0.5)
    small = one("value", check(record, with_counts(796_000, 204_000, 10, 90)))
    assert newcombe_high(796_000, 10**6, 800_000, 10**6) < 0
    assert (small.level, "less than a hundredth" in small.sentence) == ("warn", True)
    large = with_counts(700_000, 300_000, 10, 90)
    assert one("value", check(record, large)).level == "fail"
    assert one("value", check(record, large, allow=["value"])).level == "warn"


@pytest.mark.parametrize(("hits", "level"), [(85, "ok"), (78, "ok"), (60, "warn")])
def test_a_metric_without_an_interval_never_fails(hits: int, level: str) -> None:
    """A fall by more than a tenth warns."""
    record = by_hand(with_counts(80, 20, 50, 250), 0.45, "mcc")
    new = with_counts(hits, 100 - hits, 50, 250)
    value = metrics.matthews_corrcoef(new.y_true, new.scores["score"] >= 0.5)
    finding = one("value", check(record, new))
    assert (finding.level, finding.name) == (level, "Matthews correlation as recorded")
    assert f"is {value:.3f} at 0.45" in finding.sentence
    assert f"had {record.metrics['mcc'].value:.3f}" in finding.sentence


@pytest.mark.parametrize(("positives", "negatives", "fails"), [(9, 300, False), (300, 9, False), (10, 300, True)])
def test_with_few_rows_only_requirements_fail(positives: int, negatives: int, fails: bool) -> None:
    """With fewer than ten of a class, other failures become warnings."""
    record = by_hand(with_counts(160, 40, 100, 300), 0.5)
    findings = check(record, with_counts(0, positives, 0, negatives), floors=[Constraint.at_least("recall", 0.5)])
    assert one("floor", findings).level == "fail"
    assert any(each.level == "fail" for each in findings if each.kind != "floor") == fails
    assert ("fewer than 10 positives or negatives" in one("rows", findings).sentence) != fails
    assert one("rows", findings).level == ("ok" if fails else "warn")
    assert fails or one("value", findings).level == "warn"


def test_rows_of_weight_0_do_not_count() -> None:
    """A positive row of weight 0 does not count as one of the ten positives."""
    recorded_rows, new = with_counts(160, 40, 100, 300), with_counts(5, 5, 100, 300)
    record = by_hand(replace(recorded_rows, sample_weight=np.ones(recorded_rows.n)), 0.5)
    weight = np.ones(new.n)
    assert "fewer than 10" not in one("rows", check(record, replace(new, sample_weight=weight))).sentence
    weight[0] = 0
    assert "fewer than 10" in one("rows", check(record, replace(new, sample_weight=weight))).sentence


@pytest.mark.parametrize(("n_out", "level"), [(0, "ok"), (1, "warn"), (52, "warn"), (53, "fail")])
def test_rows_that_were_left_out(n_out: int, level: str) -> None:
    """The check warns of any row left out, and fails above 5 % of all rows: 52 beside 1,000 are just below."""
    left_out = {"missing score": n_out} if n_out else {}
    finding = one("rows", check(RECORD, NEW, left_out=left_out))
    assert finding.level == level
    assert finding.sentence.startswith(f"1,000 rows are judged, {NEW.n_pos} of them (")
    assert (f"missing score ({n_out})" in finding.sentence) == bool(n_out)
    allowed = one("rows", check(RECORD, NEW, left_out=left_out, allow=["rows"]))
    assert allowed.level == ("warn" if level == "fail" else level)


def test_rows_that_are_not_new() -> None:
    """The recorded rows are recognized by their files, or by their labels and scores in any order."""
    file = digest("may.csv")
    record = changed(RECORD, data=changed(RECORD.data, files=(file,)))
    known = one("rows", check(record, NEW, files=[file]))
    assert (known.level, "made on the rows of “may.csv”" in known.sentence) == ("warn", True)
    assert one("rows", check(record, NEW, files=[digest("may.csv", byte="cd")])).level == "ok"
    old = scored(2000)
    reversed_rows = Predictions.from_arrays(old.y_true[::-1], old.scores["score"][::-1])
    assert "decision was made on these rows" in one("rows", check(RECORD, reversed_rows)).sentence


@pytest.mark.parametrize(
    ("new", "options", "message"),
    [
        (NEW, {"at": "median"}, "Invalid options"),
        (NEW, {"allow": ("floor",)}, "Invalid options"),
        (NEW, {"max_psi": 0.0}, "Invalid options"),
        (Predictions.from_arrays([1, 0], {"other": [0.9, 0.1]}, pos_label=1), {}, "no scores called “score”"),
        (Predictions.from_arrays(["y", "n"], [0.9, 0.1], pos_label="y"), {}, "is “True”, that of these rows “y”"),
        (scored(20, sample_weight=np.ones(20)), {}, "these rows are weighted"),
    ],
)
def test_errors(new: Predictions, options: dict[str, Any], message: str) -> None:
    """Invalid options are errors of the caller; rows that do not fit the record are refused."""
    with pytest.raises(ValueError if options else InvalidPredictions, match=message):
        check(RECORD, new, **options)


def test_equal_weights_change_nothing() -> None:
    """Rows of weight 2 are as many observations as rows of weight 1."""
    new = scored(seed=1, shift=-1)
    unweighted = check(recorded(scored(2000), constraints=[RECALL]), new)
    record = recorded(scored(2000, sample_weight=np.full(2000, 2.0)), constraints=[RECALL])
    weighted = check(record, replace(new, sample_weight=np.full(1000, 2.0)))
    assert [(each.kind, each.level) for each in weighted] == [(each.kind, each.level) for each in unweighted]
    assert weighted[-2:] == unweighted[-2:]


@pytest.mark.parametrize("heavy", [1e-160, 1e-20, 1e20, 1e140])
def test_weights_of_any_magnitude(heavy: float) -> None:
    """The checks work where one class weighs next to nothing beside the other."""
    old, new = (
        replace(each, sample_weight=np.where(each.y_true, heavy, 1.0)) for each in (scored(200), scored(150, seed=1))
    )
    findings = check(recorded(old, n_resamples=0), new, floors=[Constraint.at_least("precision", 0.1)])
    assert list(levels(findings)) == ["rows", "floor", "value", "threshold", "prevalence", "scores"]
    assert one("scores", findings).level == "ok"
