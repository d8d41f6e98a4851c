"""Checking a record on a threshold table: as on its rows, and within bounds where the threshold lies inside a bin."""

from __future__ import annotations

import math

import numpy as np
import pytest

from f1tools.core.constraints import Constraint
from f1tools.core.metrics import metric
from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.record import DecisionRecord, Finding, build_record, check, data_source, group_thresholds
from f1tools.record.checks.inside_bin import extremes
from f1tools.threshold_table import CountedRows, ThresholdTable
from tests.helpers import rejected
from tests.record.helpers import by_region, changed, patients, record_decision
from tests.tables import table_of

FLOORS = [Constraint.at_least("recall", 0.5), Constraint.at_least("npv", 0.6), Constraint.at_most("flagged", 2000)]


def by_kind(findings: tuple[Finding, ...]) -> dict[str, Finding]:
    """Return the last finding of each kind."""
    return {each.kind: each for each in findings}


def recorded_at(threshold: float) -> DecisionRecord:
    """Return the record of a threshold by hand."""
    return record_decision(patients(2000), threshold=threshold).record


def inside(table: ThresholdTable, place: int = 15) -> float:
    """Return a threshold in the middle of a bin."""
    curve = table.curve()
    assert curve.highest is not None
    return float((curve.thresholds[place] + curve.highest[place]) / 2)


@pytest.mark.parametrize("weighted", [False, True])
def test_an_exact_table_is_judged_like_its_rows(weighted: bool) -> None:
    """All findings on a table with all counts are those on the rows, to the letter."""
    record = record_decision(patients(2000, weighted=weighted)).record
    rows = patients(1500, weighted=weighted, seed=1)
    assert check(record, table_of(rows), floors=FLOORS) == check(record, rows, floors=FLOORS)


def test_a_table_in_bins_is_judged_like_its_rows_where_it_knows_them() -> None:
    """At a threshold of the table all findings but that of the scores are those on the rows."""
    rows = patients(1500, seed=1)
    table = table_of(rows, 100)
    record = record_decision(patients(2000)).record
    threshold = float(table.curve().thresholds[20])
    known = recorded_at(threshold)
    for one in (record, known):
        if table.curve().is_inside_bin(one.threshold):
            continue
        of_rows, of_table = (check(one, data, floors=FLOORS) for data in (rows, table))
        assert of_rows[:-1] == of_table[:-1]
        assert of_rows[-1].level == of_table[-1].level


@pytest.mark.parametrize("name", ["recall", "precision", "f1", "specificity", "npv", "mcc", "kappa", "accuracy"])
def test_extremes_bound_every_metric(name: str) -> None:
    """Inside a bin the value on the rows lies between the worst and the best one that the table allows."""
    rows = patients(2000)
    table, one = table_of(rows, 12, certain=False), metric(name)
    curve = table.curve()
    assert curve.highest is not None
    for place in range(2, len(curve)):
        for share in (0.2, 0.7):
            threshold = float((1 - share) * curve.thresholds[place] + share * curve.highest[place])
            worst, best = (float(one.evaluate(each.counts)) for each in extremes(curve, threshold, name))
            assert worst <= float(one.evaluate(rows.curve().at(threshold).counts)) <= best


@pytest.mark.parametrize("at", ["point", "lower-bound"])
def test_requirements_inside_a_bin(at: str) -> None:
    """A requirement passes if the worst counts meet it, fails if the best ones do not, and else warns."""
    table = table_of(patients(2000, seed=1), 30, certain=False)
    record = recorded_at(inside(table))
    curve = table.curve()
    worst, best = (float(each.counts.recall()) for each in extremes(curve, record.threshold, "recall"))
    assert worst < best
    shift = 0.1 if at == "lower-bound" else 0.0  # wider than half an interval
    bounds = {"ok": worst - shift - 0.001, "fail": best + 0.001}
    if at == "point":
        bounds["warn"] = (worst + best) / 2
    for level, bound in bounds.items():
        found = by_kind(check(record, table, floors=[Constraint.at_least("recall", bound)], at=at))["floor"]  # type: ignore[arg-type]
        assert found.level == level
        assert "inside a bin of the table" in found.sentence
        assert found.sentence.startswith("To investigate: ") == (level == "warn")


def test_flagged_rows_inside_a_bin() -> None:
    """The number of flagged rows lies between those at both ends of the bin."""
    table = table_of(patients(2000, seed=1), 30, certain=False)
    record = recorded_at(inside(table))
    position = int(table.curve().positions([record.threshold])[0])
    flagged = [int(table.curve().counts_of(np.array([each])).flagged()[0]) for each in (position - 1, position)]
    for bound, level in ((flagged[1], "ok"), (sum(flagged) // 2, "warn"), (flagged[0] - 1, "fail")):
        floor = Constraint.at_most("flagged", bound)
        assert by_kind(check(record, table, floors=[floor]))["floor"].level == level


def test_value_and_limits_inside_a_bin() -> None:
    """The recorded metric and its constraints are judged at both ends, too; a fall beyond both fails."""
    rows = patients(2000)
    table = table_of(rows, 30, certain=False)
    record = recorded_at(inside(table))
    assert by_kind(check(record, table))["value"].level in ("ok", "warn")
    higher = changed(record, metrics={**record.metrics, "f1": changed(record.metrics["f1"], value=0.99)})
    assert by_kind(check(higher, table))["value"].level == "fail"


def test_a_coarse_table_does_not_know_the_best_threshold() -> None:
    """Where another threshold could be better, and where edges of scores are far apart, the checks warn."""
    record = record_decision(patients(2000)).record
    found = by_kind(check(record, table_of(patients(2000, seed=1), 12, certain=False)))
    assert found["threshold"].level == found["scores"].level == "warn"
    assert "too coarse to know the best threshold" in found["threshold"].sentence
    assert "F1 could reach" in found["threshold"].sentence


def test_a_coarse_table_does_not_know_whether_constraints_can_be_met() -> None:
    """Rows that meet them between the thresholds of the table are not said to meet them nowhere."""
    constraints = [Constraint.at_least("precision", 0.62), Constraint.at_most("flagged", 700)]
    record = record_decision(patients(2000), constraints=constraints).record
    finding = by_kind(check(record, table_of(patients(2000), 3, certain=False)))["threshold"]
    assert finding.level == "warn"
    assert finding.sentence.startswith("No threshold of the table gives precision at least 0.62 and at most")
    assert "One between those of the table may meet all" in finding.sentence


def test_drift_that_no_order_of_rows_explains_fails() -> None:
    """Scores that have drifted far fail on a coarse table, too."""
    record = record_decision(patients(2000)).record
    rows = patients(2000, seed=1)
    moved = Predictions(rows.y_true, {name: score / 3 for name, score in rows.scores.items()}, "sick", "well")
    assert by_kind(check(record, table_of(moved, 30)))["scores"].level == "fail"


def test_the_cost_of_keeping_a_threshold_inside_a_bin_is_at_least_that_of_its_best_counts() -> None:
    """The finding about the best threshold says so."""
    rows = patients(2000, seed=1)
    table = table_of(rows, 30)
    curve = table.curve()
    assert curve.highest is not None
    place = int(np.argmax(curve.highest[1:] > curve.thresholds[1:])) + 1
    sentence = by_kind(check(recorded_at(inside(table, place)), table))["threshold"].sentence
    assert ", at best: F1 −" in sentence


def test_rows_of_a_table() -> None:
    """Rows left out are reported, the recorded table is recognized, and few positives only warn."""
    rows = patients(2000)
    record = record_decision(rows).record
    table = table_of(rows)
    first = check(record, table, left_out={"missing truth": 300})[0]
    assert first.level == "fail"
    assert "300 more were left out: missing truth (300)" in first.sentence
    assert "The decision was made on these rows" in check(record, table)[0].sentence
    few = Predictions.from_arrays(["sick"] * 5 + ["well"] * 95, np.linspace(1, 0, 100), pos_label="sick")
    small = ThresholdTable({"forest": CountedRows(few.curve(), 100)}, "sick", "well")
    assert "With fewer than 10 positives" in check(record, small)[0].sentence


@pytest.mark.parametrize("weighted", [False, True])
def test_the_rows_of_a_record_are_recognized_in_other_bins(weighted: bool) -> None:
    """Rows and their table say nothing new about each other, whichever the record is of; other rows do."""
    rows, others = (patients(2000, weighted=weighted, seed=seed) for seed in (0, 1))
    table = table_of(rows, 200)
    assert not table.is_exact
    of_table = build_record(decide(table.curves()), data_source(table))
    known = "The decision was made on these rows, or on rows with the same counts"
    for record, same in ((record_decision(rows).record, table), (of_table, rows), (of_table, table_of(rows, 150))):
        finding = check(record, same)[0]
        assert known in finding.sentence
        assert finding.level == "warn"
        for other in (others, table_of(others, 200)):
            assert known not in check(record, other)[0].sentence


def test_what_needs_rows_is_refused() -> None:
    """Requirements by group and thresholds of groups need rows."""
    rows = patients(500)
    with rejected("nothing can be required of each “region”"):
        check(record_decision(rows).record, table_of(rows), floors=FLOORS, by="region")
    groups = by_region()
    decision = record_decision(groups).decision
    record = build_record(decision, data_source(groups), groups=group_thresholds(groups, decision, "region"))
    with rejected("has counts, no rows. Check the record on rows."):
        check(record, table_of(groups))
    with rejected("The rows of the record are not weighted"):
        check(record_decision(rows).record, table_of(patients(500, weighted=True)))


def test_nothing_flagged() -> None:
    """The threshold above all scores is never inside a bin."""
    rows = patients(500)
    record = record_decision(rows, threshold=math.inf).record
    assert "inside a bin" not in " ".join(each.sentence for each in check(record, table_of(rows, 20)))
