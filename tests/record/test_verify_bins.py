"""Verifying a record of rows against their threshold table, and the reverse: what both know must agree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from f1tools.core.constraints import Constraint
from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.record import DecisionRecord, Verification, build_record, data_source, read_record, to_json, verify
from f1tools.threshold_table import CountedRows, ThresholdTable
from f1tools.uncertainty import tuned_estimate
from tests.helpers import rejected
from tests.record.helpers import by_region, changed, digest, patients, record_decision
from tests.tables import binned, table_of

Data = Predictions | ThresholdTable


def recorded(data: Data, **options: Any) -> DecisionRecord:
    """Return the record of a decision, as it is read from a file; n_resamples as for the estimate."""
    n_resamples = options.pop("n_resamples", 200)
    decision = decide(data.curves(), **options)
    tuned = decision.tuning
    estimate = tuned_estimate(
        decision.curves.tuning, tuned.metric, constraints=tuned.constraints, n_resamples=n_resamples
    )
    files = [digest("table.parquet")] if isinstance(data, ThresholdTable) else []
    record = build_record(decision, data_source(data, files), estimate=estimate)
    return read_record(to_json(record))


def names(verification: Verification) -> list[str]:
    """Return what differs."""
    return [each.what for each in verification.differences]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_bins", [None, 40])
def test_a_table_agrees_with_itself_and_its_rows(weighted: bool, n_bins: int | None) -> None:
    """Rows and tables, exact or with an exact optimum, verify each other's records; other rows do not."""
    rows, others = patients(2000, weighted=weighted), patients(2000, weighted=weighted, seed=1)
    table = table_of(rows, n_bins)
    for record in (recorded(rows), recorded(table)):
        for data in (rows, table):
            found = verify(record, data)
            assert found.differences == ()
        assert "True positives" in names(verify(record, others))
        assert "True positives" in names(verify(record, table_of(others, n_bins)))
    assert verify(recorded(table), table).notes == ()


def test_a_table_is_another_file_with_counts_that_agree() -> None:
    """A note tells a file in other bins from one with other rows."""
    record, others = recorded(table_of(patients(2000))), patients(2000, seed=1)
    for rows, note in (
        (patients(2000), "but holds counts that agree with it."),
        (others, "is not a file of the record"),
    ):
        found = verify(record, table_of(rows, 40), [digest("bins.parquet", byte="cd")])
        assert note in found.notes[-1]


def test_estimates_of_other_bins_agree_approximately() -> None:
    """Resamples of bins are others than those of rows, and a note says so."""
    rows = patients(2000)
    (note,) = verify(recorded(rows), table_of(rows, 40)).notes
    assert note == "The estimates for new data agree only approximately: the rows were counted in other bins."


def test_what_the_record_says_of_the_table() -> None:
    """The record names the table's source and engine, and whether all counts are known."""
    rows = patients(500)
    data = recorded(table_of(rows, 40)).data
    assert data.table is not None
    assert data.table.model_dump() == {
        "source": "scores/*.parquet", "engine": "duckdb", "counted": "2026-11-29T12:00:00Z", "n_bins": 65536,
        "exact": False,
    }  # fmt: skip
    assert (data.read_as.truth, data.read_as.scores, data.n, data.n_pos) == ("y", rows.models, 500, rows.n_pos)
    exact = recorded(table_of(rows)).data
    assert exact.table is not None
    assert exact.table.exact
    assert exact.tables == recorded(rows).data.tables
    assert '"table"' not in to_json(recorded(rows))


def test_a_bound_is_recorded_where_the_best_threshold_is_not_certain() -> None:
    """A coarse table records how good a threshold could be, and the best threshold of the rows lies below it."""
    rows = patients(2000)
    coarse = recorded(table_of(rows, 30, certain=False))
    objective = coarse.objective
    true = float(decide(rows.curves()).tuning.value)
    assert objective.bound is not None
    assert objective.best_value is not None
    assert objective.best_value <= true <= objective.bound
    assert recorded(table_of(rows, 30)).objective.bound is None
    assert verify(coarse, rows).differences == ()
    assert verify(recorded(rows), table_of(rows, 30, certain=False)).differences == ()
    with rejected("bound must not be below best_value"):
        read_record(to_json(changed(coarse, objective__bound=objective.best_value / 2)))


def test_an_impossible_best_value_differs() -> None:
    """A recorded best value above what any threshold of the table could reach is a difference."""
    rows = patients(2000)
    record = recorded(rows)
    assert record.objective.best_value is not None
    better = changed(record, objective__best_value=record.objective.best_value + 0.2)
    assert "Highest F1" in names(verify(better, table_of(rows, 30, certain=False)))


def test_counts_inside_a_bin_must_be_possible() -> None:
    """At a threshold inside a bin the recorded counts must lie between those at its ends."""
    rows = patients(2000)
    table = table_of(rows, 30, certain=False)
    curve = table.curve()
    assert curve.highest is not None
    inside = float((curve.thresholds[15] + curve.highest[15]) / 2)
    record = recorded(rows, threshold=inside)
    assert verify(record, table).differences == ()
    cells = record.cells
    moved = changed(record, cells__tp=cells.tp + 100, cells__fn=cells.fn - 100)
    found = verify(moved, table).differences
    assert [each.what for each in found] == ["False negatives", "True positives"]
    assert all(" to " in each.computed for each in found)


def test_constraints_that_only_rows_meet() -> None:
    """A table at whose thresholds no constraint holds does not contradict a record that meets them inside a bin."""
    rows = patients(2000)
    constraints = [Constraint.at_most("flagged", 30), Constraint.at_least("recall", 0.02)]
    record = recorded(rows, constraints=constraints)
    table = ThresholdTable({"forest": CountedRows(binned(rows.curve(), 4, certain=False), 2000)}, "sick", "well")
    assert decide(table.curves(), constraints=constraints, on_unmet="relax").tuning.not_met
    assert verify(record, table).differences == ()
    impossible = [Constraint.at_most("flagged", 30), Constraint.at_least("recall", 0.9)]
    relaxed = record_decision(rows, constraints=impossible, on_unmet="relax").record
    assert verify(relaxed, table).differences == ()


def test_distribution_of_scores_at_known_edges() -> None:
    """Shares of the scores are compared where an edge is one of the table's; others are merged."""
    rows = patients(2000)
    record = recorded(rows)
    shares = np.array(record.scores.shares)
    shares[[0, -1]] += [0.02, -0.02]
    moved = changed(record, scores__shares=tuple(shares.tolist()))
    assert any(name.startswith("Share of scores") for name in names(verify(moved, table_of(rows, 40))))


def test_weighted_tables_that_do_not_count_rows() -> None:
    """Where a table knows only the weight of the positive rows, their number is not compared."""
    rows = patients(500, weighted=True)
    table = table_of(rows)
    table = ThresholdTable({"forest": CountedRows(table.curve(), 500)}, "sick", "well")
    assert verify(recorded(rows), table).differences == ()


def test_parts_of_records_that_need_rows() -> None:
    """Thresholds of groups are refused, and a comparison of models can't be checked."""
    from f1tools.comparison import model_differences
    from f1tools.record import group_thresholds

    rows = patients(500)
    decisions = [decide(rows.curves(name)) for name in rows.models]
    differences = model_differences(rows, decisions, reference="forest", n_resamples=50)
    record = build_record(decisions[0], data_source(rows), differences=differences)
    assert any(
        "comparison with other models cannot be checked" in each for each in verify(record, table_of(rows)).notes
    )
    groups = by_region()
    decision = decide(groups.curves())
    record = build_record(decision, data_source(groups), groups=group_thresholds(groups, decision, "region"))
    with rejected("has counts, no rows. Provide the rows"):
        verify(record, table_of(groups))


def test_the_model_of_a_record_may_have_other_rows() -> None:
    """Each model of a table has its own number of rows."""
    first, second = patients(300), patients(500)
    table = ThresholdTable(
        {"a": CountedRows(first.curve(), 300), "forest": CountedRows(second.curve(), 500, {"missing score": 3})},
        "sick", "well",
    )  # fmt: skip
    decision = decide(table.curves("forest"))
    record = build_record(decision, data_source(table, model="forest"))
    assert (record.data.n, record.data.dropped) == (500, {"missing score": 3})
    assert verify(record, table).agrees
    assert verify(record, second).agrees
