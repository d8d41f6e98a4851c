"""The table that puts operating points side by side."""

from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import metric
from f1tools.ui.sections.what_if.shared import comparison_table
from f1tools.what_if.scenario_table import Column

POINT = ConfusionCounts(tn=50, fp=12, fn=10, tp=28)


def lines_of(*columns: Column, by: str = "f1") -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in comparison_table(columns, metric(by)).replace("\\", "").splitlines()
    ]


def test_the_figures_of_a_point() -> None:
    """Threshold, what was asked for, precision and recall, and a thousand typical cases."""
    cells = dict(line for line in lines_of(Column("now", "0.5", POINT)) if "---" not in line[0])
    assert cells["Threshold"] == "**0.5**"
    assert (cells["F1"], cells["Precision"], cells["Recall"]) == ("0.718", "0.700", "0.737")
    assert [cells[name] for name in ("Caught", "Missed", "False alarms", "Correctly ignored")] == [
        "280",
        "100",
        "120",
        "500",
    ]


def test_one_base_for_all_columns() -> None:
    """Where one column's positives are too rare to be pictured in a thousand cases, all are told of ten thousand."""
    rare = ConfusionCounts(tn=99_700, fp=100, fn=50, tp=150)
    lines = lines_of(Column("now", "0.5", POINT), Column("rare", "0.7", rare))
    assert ["Of 10,000 cases", "", ""] in lines
    assert ["Caught", "2,800", "15"] in lines
    assert ["Missed", "1,000", "5"] in lines


def test_weights_judge_and_invent_nobody() -> None:
    """Metrics are those of the weighted counts, and say so; the thousand cases are those that come in."""
    weighted = ConfusionCounts(tn=50, fp=12, fn=30, tp=84)
    cells = dict(line for line in lines_of(Column("now", "0.5", weighted, cases=POINT)) if "---" not in line[0])
    assert (cells["F1, weighted"], cells["Precision, weighted"]) == ("0.800", "0.875")  # 168 / 210 and 84 / 96
    assert [cells[name] for name in ("Caught", "Missed", "False alarms", "Correctly ignored")] == [
        "280",
        "100",
        "120",
        "500",
    ]


def test_what_was_asked_for_is_not_told_twice() -> None:
    """By precision there is one line of it."""
    names = [line[0] for line in lines_of(Column("now", "0.5", POINT), by="precision")]
    assert names.count("Precision") == 1


def test_further_lines_stand_below_the_threshold() -> None:
    """In bold: they are what a question is about. Nothing flagged has no precision."""
    nothing = ConfusionCounts(tn=62, fp=0, fn=38, tp=0)
    lines = lines_of(Column("<b>none</b>", "above all scores", nothing, (("Cost", "12"),)))
    assert lines[0] == ["Figure", "<b>none</b>"]
    assert lines[3] == ["Cost", "**12**"]
    assert ["Precision", "n/a"] in lines
