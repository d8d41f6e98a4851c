"""A decision on new rows: floors against scikit-learn and scipy, and what has moved only where it has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.errors import InvalidPredictions
from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.record.check import check
from f1tools.record.new_rows import Finding
from f1tools.record.record import DecisionRecord
from f1tools.record.write import record_of, source_of
from f1tools.uncertainty import tuned_estimate

RECALL = Constraint.at_least("recall", 0.8)


def rows(n: int = 1000, seed: int = 0, *, shift: float = 0.0, share: float = 0.3, **more: Any) -> Predictions:
    """Draw rows whose scores and share of positives can be moved."""
    rng = np.random.default_rng(seed)
    y_true = rng.random(n) < share
    y_score = np.round(1 / (1 + np.exp(-rng.normal(2 * y_true - 1.5 + shift, 1.2))), 3)
    return Predictions.from_arrays(y_true, y_score, **more)


def recorded(predictions: Predictions, *, estimated: bool = True, **more: Any) -> DecisionRecord:
    """Record the best decision."""
    decision = decide(predictions.curves(), **more)
    estimate = None
    if estimated:
        constraints = decision.tuning.constraints
        estimate = tuned_estimate(decision.curves.tuning, decision.objective, constraints=constraints, n_resamples=200)
    return record_of(decision, source_of(predictions), estimate=estimate)


RECORD = recorded(rows(2000))


def found(kind: str, findings: tuple[Finding, ...]) -> Finding:
    """Take the one finding of a kind."""
    (one,) = (each for each in findings if each.kind == kind)
    return one


def asked(findings: tuple[Finding, ...]) -> list[Finding]:
    """Take what answers the floors."""
    return [each for each in findings if each.kind == "floor"]


def shown(finding: Finding) -> float:
    """Read the value out of a sentence."""
    return float(finding.sentence.split(" is ")[1].split(" at ")[0])


def test_the_recorded_rows_hold() -> None:
    """What was recorded agrees with itself, and the first answer says that it is no new evidence."""
    findings = check(RECORD, rows(2000))
    assert [(each.kind, each.level) for each in findings] == [
        ("rows", "warn"), ("value", "ok"), ("threshold", "ok"), ("prevalence", "ok"), ("scores", "ok"),
    ]  # fmt: skip
    assert "rows that the decision was made on" in findings[0].sentence
    assert "index 0.000" in found("scores", findings).sentence


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
def test_a_floor_is_what_scikit_learn_says(name: str) -> None:
    """At the recorded threshold the value is scikit-learn's, and just above it a floor fails."""
    new = rows(seed=1)
    value = float(REFERENCES[name](new.y_true, new.scores["score"] >= RECORD.threshold))
    floors = [Constraint.at_least(name, value - 1e-9), Constraint.at_least(name, value + 1e-9)]
    one, other = asked(check(RECORD, new, floors=floors))
    assert (one.kind, one.level, other.level) == ("floor", "ok", "fail")
    assert shown(one) == pytest.approx(value, abs=5e-4)
    assert one.name == str(floors[0])


@pytest.mark.parametrize("gap", [1e-5, -1e-5, 2e-9])
def test_a_value_close_to_its_floor_is_written_so_that_it_shows(gap: float) -> None:
    """0.79996 is below 0.8, and does not read as if it were not."""
    new = rows(seed=1)
    floor = float(metrics.recall_score(new.y_true, new.scores["score"] >= RECORD.threshold)) + gap
    (one,) = asked(check(RECORD, new, floors=[Constraint.at_least("recall", floor)]))
    assert one.level == ("fail" if gap > 0 else "ok")
    assert (shown(one) < floor) == (gap > 0)


def test_the_lower_bound_is_wilsons() -> None:
    """At the lower bound recall must reach the floor with the low end of its interval."""
    new = rows(seed=1)
    hits = int((new.y_true & (new.scores["score"] >= RECORD.threshold)).sum())
    low = float(binomtest(hits, new.n_pos).proportion_ci(method="wilson").low)
    floors = [Constraint.at_least("recall", low - 1e-6), Constraint.at_least("recall", low + 1e-6)]
    assert [each.level for each in asked(check(RECORD, new, floors=floors, at="lower-bound"))] == ["ok", "fail"]
    assert [each.level for each in asked(check(RECORD, new, floors=floors))] == ["ok", "ok"]


@pytest.mark.parametrize("at", ["point", "lower-bound"])
def test_flagged_rows_have_a_ceiling(at: Any) -> None:
    """A bound on their number is kept, or at the upper bound of Wilson's interval of their share."""
    new = rows(seed=1)
    flagged = int((new.scores["score"] >= RECORD.threshold).sum())
    most = flagged if at == "point" else float(binomtest(flagged, new.n).proportion_ci(method="wilson").high) * new.n
    floors = [Constraint.at_most("flagged", most + 0.01), Constraint.at_most("flagged", most - 0.01)]
    one, other = asked(check(RECORD, new, floors=floors, at=at))
    assert (one.level, other.level) == ("ok", "fail")
    assert f"{flagged} of 1,000 rows are flagged" in one.sentence


@pytest.mark.parametrize("at", ["point", "lower-bound"])
def test_what_is_undefined_reaches_no_floor(at: Any) -> None:
    """Where nothing is flagged nobody knows the precision."""
    new = rows(300, seed=1)
    low = Predictions.from_arrays(new.y_true, new.scores["score"] / 100)
    (first,) = asked(check(RECORD, low, floors=[Constraint.at_least("precision", 0)], at=at))
    assert first.level == "fail"
    assert "undefined" in first.sentence


def test_a_metric_without_an_interval_has_no_lower_bound() -> None:
    """It can be asked for as it is only, and one sentence says so."""
    floor = Constraint.at_least("mcc", 0.1)
    assert found("floor", check(RECORD, rows(seed=1), floors=[floor])).level == "ok"
    with pytest.raises(InvalidPredictions, match=r"^Matthews correlation has no interval"):
        check(RECORD, rows(seed=1), floors=[floor], at="lower-bound")


def test_limits_of_the_decision_are_asked_for() -> None:
    """A miss that chance explains passes, one that it does not explain fails, and a weaker floor does not hide it."""
    record = recorded(rows(2000), constraints=[RECALL])
    levels = [found("limits", check(record, rows(seed=1, shift=shift))).level for shift in (0.3, -0.03, -1.0)]
    assert levels == ["ok", "ok", "fail"]
    both = check(
        record, rows(seed=1, shift=-1.0), floors=[Constraint.at_least("recall", bound) for bound in (0.1, 0.1)]
    )
    assert [(each.kind, each.level) for each in both[1:3]] == [("floor", "ok"), ("limits", "fail")]
    same = check(record, rows(seed=1), floors=[RECALL])
    assert [each.name for each in same[1:3]] == ["recall at least 0.8", "recall at least 0.8 (recorded)"]


def test_limits_that_nothing_can_be_said_about_only_warn() -> None:
    """Where nothing is flagged precision is undefined, and a metric that is no share has no chance to reckon with."""
    new, limits = rows(seed=1), [Constraint.at_least("precision", 0.5), Constraint.at_least("mcc", 0.3)]
    record = recorded(rows(2000), constraints=limits)
    nothing = Predictions.from_arrays(new.y_true, new.scores["score"] / 100)
    first, second = (each for each in check(record, nothing) if each.kind == "limits")
    assert (first.level, second.level) == ("warn", "warn")
    assert "Precision is undefined" in first.sentence
    assert "Matthews correlation is 0.000" in second.sentence


def test_a_limit_on_flagged_rows_is_one_on_their_share() -> None:
    """Half as many rows may be flagged where there are half as many."""
    record = recorded(rows(2000), constraints=[Constraint.at_most("flagged", 400)])
    one = found("limits", check(record, rows(1000, seed=1)))
    assert (one.level, one.name) == ("ok", "share flagged at most 0.2 (recorded)")
    assert found("threshold", check(record, rows(1000, seed=1))).level == "ok"
    assert found("limits", check(record, rows(1000, seed=1, shift=2))).level == "fail"


def test_limits_that_could_not_be_kept_are_not_asked_for() -> None:
    """A decision that had to do without them is judged without them."""
    predictions = rows(500)
    decision = decide(predictions.curves())
    record = record_of(decision, source_of(predictions), constraints=[Constraint.at_least("recall", 1.0)])
    assert record.constraints
    assert "limits" in {each.kind for each in check(record, rows(seed=1))}
    object.__setattr__(record, "not_met", "No threshold gives them.")
    assert "limits" not in {each.kind for each in check(record, rows(seed=1))}


def test_no_threshold_keeps_the_limits_any_more() -> None:
    """Then there is no best one to compare with."""
    record = recorded(rows(2000), constraints=[RECALL, Constraint.at_least("precision", 0.6)])
    one = found("threshold", check(record, rows(share=0.1)))
    assert one.level == "warn"
    assert "No threshold gives recall at least 0.8 and precision at least 0.6" in one.sentence


def test_the_best_threshold_has_moved() -> None:
    """Scores that are all higher have a higher best threshold; what keeping the old one costs is scikit-learn's."""
    new = rows(2000, seed=1, shift=1.0)
    one = found("threshold", check(RECORD, new))
    precision, recall, _ = metrics.precision_recall_curve(new.y_true, new.scores["score"])
    top = float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-300)))
    kept = float(metrics.f1_score(new.y_true, new.scores["score"] >= RECORD.threshold))
    assert one.level == "fail"
    assert f"costs {top - kept:.3f} in F1" in one.sentence


def test_few_rows_move_it_by_themselves() -> None:
    """A best threshold outside of the recorded range proves nothing where the rows choose it so loosely."""
    loose = [found("threshold", check(RECORD, rows(40, seed=seed))) for seed in range(8)]
    assert {each.level for each in loose} <= {"ok", "warn"}
    assert any("chance may explain" in each.sentence for each in loose)


def test_a_record_without_a_range_only_warns() -> None:
    """Without resamples nobody knows how far the recorded threshold might move by itself, nor what to expect."""
    record = recorded(rows(2000), estimated=False)
    written = formatting.decimal(record.best_threshold)
    for new in (rows(2000, seed=1, shift=1.0), rows(2000)):
        findings = check(record, new)
        assert [found(kind, findings).level for kind in ("threshold", "value")] == ["warn", "warn"]
        assert f"; {written} was the recorded one, without an estimate" in found("threshold", findings).sentence
        assert "no estimate of what to expect" in found("value", findings).sentence
    assert f"is {written}; {written} was the recorded one" in found("threshold", findings).sentence


@pytest.mark.parametrize(
    ("n", "share", "level"), [(1000, 0.3, "ok"), (1000, 0.4, "fail"), (30, 0.4, "ok"), (60_000, 0.314, "warn")]
)
def test_the_share_of_positives(n: int, share: float, level: str) -> None:
    """It has moved where chance hardly explains it; a small move that many rows prove is a warning."""
    record = RECORD if n < 10_000 else recorded(rows(60_000, seed=3), estimated=False)
    one = found("prevalence", check(record, rows(n, seed=2, share=share)))
    assert one.level == level
    assert "of these rows are positive" in one.sentence


@pytest.mark.parametrize(
    ("n", "shift", "level"), [(1000, 0.0, "ok"), (1000, 0.7, "warn"), (1000, 1.5, "fail"), (12, 0.5, "ok")]
)
def test_the_scores(n: int, shift: float, level: str) -> None:
    """They have moved where the index is large and larger than chance makes it."""
    assert found("scores", check(RECORD, rows(n, seed=4, shift=shift))).level == level
    if level == "warn":
        assert found("scores", check(RECORD, rows(n, seed=4, shift=shift), max_psi=0.1)).level == "fail"


def test_what_is_allowed_only_warns() -> None:
    """Each kind by itself; floors are never allowed to fail."""
    new = rows(2000, seed=1, shift=1.5, share=0.5)
    floor = Constraint.at_least("precision", 0.99)
    levels = {each.kind: each.level for each in check(RECORD, new, floors=[floor])}
    ok = {"rows": "ok", "value": "ok"}  # F1 is higher where more are positive
    assert levels == {**ok, "floor": "fail", "threshold": "fail", "prevalence": "fail", "scores": "fail"}
    allowed = check(RECORD, new, floors=[floor], allow=("prevalence", "scores"))
    assert {each.kind: each.level for each in allowed} == {**levels, "prevalence": "warn", "scores": "warn"}
    assert found("scores", allowed).sentence.endswith("That is allowed.")


@pytest.mark.parametrize("kind", [{"at": "median"}, {"allow": ("floor",)}, {"max_psi": 0.0}])
def test_what_it_does_not_know(kind: dict[str, Any]) -> None:
    """A slip of the caller is an error at once."""
    with pytest.raises(ValueError, match="not what check knows"):
        check(RECORD, rows(), **kind)


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (Predictions.from_arrays([1, 0], {"other": [0.9, 0.1]}, pos_label=1), "no scores called “score”"),
        (Predictions.from_arrays(["y", "n"], [0.9, 0.1], pos_label="y"), "calls “True” positive, these rows “y”"),
        (rows(20, sample_weight=np.ones(20)), "The record counts rows, these predictions sums of weights"),
    ],
)
def test_rows_that_do_not_fit_the_record(new: Predictions, says: str) -> None:
    """They are refused in one sentence."""
    with pytest.raises(InvalidPredictions, match=says):
        check(RECORD, new)


def test_rows_with_roles_are_judged_by_those_that_report() -> None:
    """Floors and shares are those of one part, the best threshold that of the other."""
    tune, report = rows(800, seed=5, shift=1.0), rows(600, seed=6)
    both = Predictions.from_arrays(
        np.concatenate([tune.y_true, report.y_true]),
        np.concatenate([tune.scores["score"], report.scores["score"]]),
        tuning=np.arange(1400) < 800,
    )
    levels = {each.kind: each.level for each in check(RECORD, both)}
    assert levels == {"rows": "ok", "value": "ok", "threshold": "fail", "prevalence": "ok", "scores": "ok"}
