"""The table that shows operating points side by side."""

import pytest

from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import metric
from f1tools.what_if.scenario_table import Column, ScenarioResult, table_rows

POINT = ConfusionCounts(tn=50, fp=12, fn=10, tp=28)
OUTCOMES = ("Caught", "Missed", "False alarms", "Correctly not flagged")


def rows_of(*columns: Column, by: str = "f1") -> dict[str, list[str]]:
    """Return the cells of the table by row."""
    rows = table_rows(columns, metric(by))
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def test_metrics_and_typical_cases() -> None:
    """Threshold, objective, precision and recall, and a thousand typical cases."""
    rows = rows_of(Column("now", "0.5", POINT))
    assert [rows[name] for name in ("Threshold", "F1", "Precision", "Recall")] == [
        ["0.5"], ["0.718"], ["0.700"], ["0.737"],
    ]  # fmt: skip
    assert [rows[name] for name in OUTCOMES] == [["280"], ["100"], ["120"], ["500"]]


def test_one_base_for_all_columns() -> None:
    """Where positives are too rare in one column for a thousand cases, all columns have ten thousand."""
    rare = ConfusionCounts(tn=99_700, fp=100, fn=50, tp=150)
    rows = rows_of(Column("now", "0.5", POINT), Column("rare", "0.7", rare))
    assert (rows["Of 10,000 cases"], rows["Caught"], rows["Missed"]) == (["", ""], ["2,800", "15"], ["1,000", "5"])


def test_weights_change_metrics_and_not_cases() -> None:
    """Metrics are those of the weighted counts, and say so; the typical cases are unweighted."""
    weighted = ConfusionCounts(tn=50, fp=12, fn=30, tp=84)
    rows = rows_of(Column("now", "0.5", weighted, cases=POINT))
    assert (rows["F1, weighted"], rows["Precision, weighted"]) == (["0.800"], ["0.875"])  # 168 / 210 and 84 / 96
    assert [rows[name] for name in OUTCOMES] == [["280"], ["100"], ["120"], ["500"]]


@pytest.mark.parametrize("objective", ["precision", "recall"])
def test_the_objective_is_shown_once(objective: str) -> None:
    """Precision or recall as the objective has one row."""
    assert metric(objective).label in rows_of(Column("now", "0.5", POINT), by=objective)


def test_additional_rows() -> None:
    """They follow the threshold. Nothing flagged has no precision."""
    nothing = ConfusionCounts(tn=62, fp=0, fn=38, tp=0)
    rows = rows_of(Column("none", "above all scores", nothing, (("Cost", "12"),)))
    assert list(rows)[:2] == ["Threshold", "Cost"]
    assert rows["Cost"] == ["12"]
    assert rows["Precision"] == ["n/a"]


def test_a_result_is_completed_when_it_is_needed() -> None:
    """A memo waits for what takes long; a result without any is final."""
    done = ScenarioResult("", ("Costs 12.",), "", (Column("now", "0.5", POINT, (("Cost", "12"),)),))
    waiting = ScenarioResult("", (), "", (Column("now", "0.5", POINT, (("Cost", "…"),)),), complete=lambda: done)
    assert waiting.final() is done
    assert done.final() is done
