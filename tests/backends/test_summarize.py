"""A table from an engine has the optimum of the rows, to the last count and with the same next lower score."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, confusion_matrix_at_thresholds, roc_auc_score

from f1tools import ConstraintsNotMet, InvalidPredictions, ThresholdCurve, best, metric, summarize
from f1tools.backends.passes import Arrays
from f1tools.backends.summary import DEFAULT_OBJECTIVES
from f1tools.core.area_bounds import average_precision_bounds, roc_auc_bounds
from f1tools.core.bins import bracket, several_scores
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import Metric
from f1tools.threshold_table import ThresholdTable
from tests.helpers import rejected
from tests.strategies import Rows, rows, weighted_or_not

FRAMES: dict[str, Callable[[pa.Table], Any]] = {
    "pyarrow": lambda table: table,
    "pandas": lambda table: table.to_pandas(),
    "polars": pl.from_arrow,
    "lazy": lambda table: pl.LazyFrame(pl.from_arrow(table)),
    "duckdb": duckdb.from_arrow,
}


def table_of(p: Rows) -> pa.Table:
    """Return rows as columns y, s and, where they are weighted, w."""
    columns = {"y": p.y_true.astype(np.int64), "s": p.y_score}
    return pa.table(columns if p.sample_weight is None else columns | {"w": p.sample_weight})


def summary(p: Rows, engine: str = "lazy", **options: Any) -> ThresholdTable:
    """Count rows with few bins, so that cells are coarse and passes are many."""
    weight = None if p.sample_weight is None else "w"
    options = {"y_true": "y", "y_score": "s", "sample_weight": weight, "n_bins": 2} | options
    return summarize(FRAMES[engine](table_of(p)), **options)


def simulated(n: int, kind: str = "uniform", seed: int = 0) -> Rows:
    """Return rows whose scores have a shape that bins must follow."""
    rng = np.random.default_rng(seed)
    u = rng.random(n)
    y_true = rng.random(n) < u**3
    y_true[:2] = True, False
    with np.errstate(under="ignore"):
        shapes = {
            "uniform": u,
            "ties": u.round(2),
            "logits": np.log(u) - np.log1p(-u),
            "squashed to 0": u**30,
            "squashed to 1": 1 - (1 - u) ** 12,
            "an outlier": np.append(1e300, u[1:]),
            "of 1e-300": 1e-300 * u,
            "subnormal": 1e-320 * u,
            "with zeros": np.where(u < 0.4, 0.0, u**50),
            "negative": -np.exp(-40 * u),
            "extreme": np.where(u < 0.5, -1.0, 1.0) * 10.0 ** (600 * np.abs(u - 0.5)),
        }
    return Rows(y_true, shapes.get(kind, u), rng.integers(1, 5, n) / 4 if kind == "weighted" else None)


KINDS = [
    *("uniform", "ties", "logits", "squashed to 0", "squashed to 1", "an outlier", "of 1e-300", "subnormal"),
    *("with zeros", "negative", "extreme", "weighted"),
]


def require_same_optimum(
    curve: ThresholdCurve, reference: ThresholdCurve, objective: Metric, constraints: tuple[Constraint, ...] = ()
) -> None:
    """Require that two curves have one best threshold, with one value, counts and interval."""
    ours, theirs = (best(each, objective, constraints=constraints) for each in (curve, reference))
    assert (ours.point.threshold, ours.interval, ours.value) == (theirs.point.threshold, theirs.interval, theirs.value)
    assert vars(ours.point.counts) == vars(theirs.point.counts)
    assert ours.is_certain


def require_true_counts(curve: ThresholdCurve, reference: ThresholdCurve) -> None:
    """Require that the counts at each threshold of a curve are those of the rows, and that its ends are scores."""
    assert np.isin(curve.thresholds, reference.thresholds).all()
    assert curve.highest is None or np.isin(curve.highest, reference.thresholds).all()
    expected = reference.at_each(curve.thresholds)
    assert np.array_equal(curve.counts.tp, expected.tp)
    assert np.array_equal(curve.counts.fp, expected.fp)
    if curve.squares is not None and reference.squares is not None:
        at = reference.squares_of(reference.positions(curve.thresholds))
        assert at is not None
        assert np.array_equal(curve.squares.tp, at.tp)


@settings(max_examples=40)
@given(weighted_or_not(), st.sampled_from(DEFAULT_OBJECTIVES), st.sampled_from([2, 4, 64]))
def test_the_optimum_is_that_of_the_rows(p: Rows, objective: Metric, n_bins: int) -> None:
    """Whatever the scores are, the optimum of a table is exact, and so are the counts at all its thresholds."""
    curve = summary(p, objectives=[objective], n_bins=n_bins).curve()
    reference = p.curve()
    require_true_counts(curve, reference)
    require_same_optimum(curve, reference, objective)


@pytest.mark.parametrize("kind", KINDS)
def test_scores_of_every_shape_are_followed(kind: str) -> None:
    """All default objectives are exact after a few passes, no cell is too coarse to be drawn, and cells are few."""
    p = simulated(3000, kind)
    curve = summary(p, n_bins=16).curve()
    reference = p.curve()
    require_true_counts(curve, reference)
    for objective in DEFAULT_OBJECTIVES:
        require_same_optimum(curve, reference, objective)
    several = several_scores(curve)
    for cumulative in (curve.tp, curve.fp):
        assert (np.diff(cumulative.astype(float), prepend=0.0)[several] <= cumulative[-1] / 16).all()


@pytest.mark.parametrize("engine", FRAMES)
@pytest.mark.parametrize("kind", ["ties", "weighted", "with zeros"])
def test_all_engines_count_the_same_table(engine: str, kind: str) -> None:
    """Thresholds, counts and sums of squares are equal."""
    p = simulated(400, kind)
    ours, theirs = summary(p, engine).curve(), summary(p, "pyarrow").curve()
    for name in ("thresholds", "tp", "fp", "tp_squares", "fp_squares", "highest"):
        one, other = getattr(ours, name), getattr(theirs, name)
        assert (one is None and other is None) or np.array_equal(one, other)


def test_scikit_learn_counts_the_same() -> None:
    """Where every score is a threshold, the counts are those of scikit-learn at each."""
    p = simulated(500, "ties")
    curve = summary(p, n_bins=1024).curve()
    tn, fp, fn, tp, thresholds = confusion_matrix_at_thresholds(p.y_true, p.y_score)
    assert curve.is_exact
    assert np.array_equal(curve.thresholds[1:], thresholds[-len(curve) + 1 :])
    for name, expected in {"tn": tn, "fp": fp, "fn": fn, "tp": tp}.items():
        assert np.array_equal(getattr(curve.counts, name)[1:], expected[-len(curve) + 1 :])


@pytest.mark.parametrize("kind", ["uniform", "weighted"])
def test_the_areas_of_scikit_learn_lie_within_the_bounds(kind: str) -> None:
    """Bounds are narrow, and hold the areas of the rows."""
    p = simulated(3000, kind)
    curve = summary(p, n_bins=256, objectives=["f1"]).curve()
    for (low, high), area in (
        (roc_auc_bounds(curve), roc_auc_score(p.y_true, p.y_score, sample_weight=p.sample_weight)),
        (average_precision_bounds(curve), average_precision_score(p.y_true, p.y_score, sample_weight=p.sample_weight)),
    ):
        assert low <= area <= high
        assert 0 < high - low < 0.02


CONSTRAINTS = [
    (Constraint.at_least("precision", 0.6),),
    (Constraint.at_least("recall", 0.8), Constraint.at_most("flagged", 1500)),
    (Constraint.at_most("predicted_positive_rate", 0.05),),
    (Constraint.at_most("recall", 0.5), Constraint.at_least("specificity", 0.7)),
]


@pytest.mark.parametrize("constraints", CONSTRAINTS, ids=str)
def test_constrained_optima_are_exact(constraints: tuple[Constraint, ...]) -> None:
    """With constraints, and without them, the best thresholds are those of the rows."""
    p = simulated(3000)
    objectives = [metric("f1"), metric("mcc"), metric("recall"), metric("precision")]
    curve = summary(p, n_bins=16, objectives=objectives, constraints=constraints).curve()
    for objective in objectives:
        require_same_optimum(curve, p.curve(), objective)
        require_same_optimum(curve, p.curve(), objective, constraints)


def test_constraints_that_no_threshold_meets_are_not_met_by_the_table() -> None:
    """A boundary inside a cell is looked for, and where there is none the table says so as the rows do."""
    p = Rows(np.array([False, True] * 50), np.arange(100) / 100, None)
    constraints = (Constraint.at_least("precision", 0.9), Constraint.at_least("recall", 0.9))
    curve = summary(p, constraints=constraints).curve()
    for each in (curve, p.curve()):
        with pytest.raises(ConstraintsNotMet):
            best(each, constraints=constraints)


def test_the_counts_inside_a_cell_are_bounded() -> None:
    """At any threshold the counts of the rows lie in the bracket of the table."""
    p = simulated(3000)
    curve, reference = summary(p, n_bins=16, objectives=[metric("f1")]).curve(), p.curve()
    for threshold in np.linspace(0, 1, 101).tolist():
        fewer, more = bracket(curve, threshold)
        counts = reference.at(threshold).counts
        assert fewer.tp <= counts.tp <= more.tp
        assert fewer.fp <= counts.fp <= more.fp


@pytest.mark.parametrize("dtype", ["float32", "int64", "uint8", "bool", "decimal"])
def test_numbers_of_any_type_keep_their_value(dtype: str) -> None:
    """Thresholds are the doubles that numpy makes of the scores."""
    p = simulated(300)
    scores: dict[str, Any] = {
        "float32": p.y_score.astype(np.float32),
        "int64": (p.y_score * 1e6).astype(np.int64) - 500_000,
        "uint8": (p.y_score * 255).astype(np.uint8),
        "bool": p.y_score > 0.5,
        "decimal": pa.array(p.y_score.round(3)).cast(pa.decimal128(6, 3)),
    }
    expected = p.y_score.round(3) if dtype == "decimal" else scores[dtype]
    reference = ThresholdCurve.from_predictions(p.y_true, expected)
    for engine, frame in FRAMES.items():
        if (dtype, engine) == ("decimal", "pandas"):
            continue  # pandas has no decimals of its own
        curve = summarize(frame(pa.table({"y": p.y_true, "s": scores[dtype]})), y_true="y", y_score="s").curve()
        # Decimals are rounded to doubles by each engine, pyarrow's not always to the nearest one.
        tolerance = 2 * np.finfo(float).eps if dtype == "decimal" else 0.0
        np.testing.assert_allclose(curve.thresholds, reference.thresholds, rtol=tolerance, err_msg=engine)
        assert np.array_equal(curve.tp, reference.tp), engine


UNUSABLE: dict[str, list[Any]] = {
    "y": [1, 0, 1, 0, None, 1, 0, 1, 0, 1, 0],
    "s": [0.9, 0.4, None, float("nan"), 0.3, float("inf"), float("-inf"), 0.2, 0.3, 0.5, 0.1],
    "w": [1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, None, -1.0, float("inf"), 0.0],
}


@pytest.mark.parametrize("engine", FRAMES)
def test_rows_are_left_out_by_reason(engine: str) -> None:
    """Each row that cannot be used is counted once; a weight of 0 leaves the row but not its score."""
    table = summarize(FRAMES[engine](pa.table(UNUSABLE)), y_true="y", y_score="s", sample_weight="w")
    assert table.by_model["s"].dropped == {
        "missing truth": 1,
        "missing score": 2,
        "infinite score": 2,
        "missing weight": 1,
        "infinite weight": 1,
        "negative weight": 1,
    }
    assert (table.n, table.n_pos) == (3, 1)
    assert table.curve().thresholds.tolist() == [np.inf, 0.9, 0.4]
    assert table.curve().fp.tolist() == [0.0, 0.0, 2.0]


@pytest.mark.parametrize("engine", FRAMES)
def test_rows_without_a_score_count_as_not_flagged_where_asked(engine: str) -> None:
    """Null, nan and -inf are no score; the reference has -inf for all of them."""
    frame = FRAMES[engine](pa.table({name: UNUSABLE[name] for name in ("y", "s")}))
    table = summarize(frame, y_true="y", y_score="s", count_unscored=True)
    usable = [(y, s) for y, s in zip(UNUSABLE["y"], UNUSABLE["s"], strict=True) if y is not None and s != np.inf]
    y_true, y_score = zip(*((y, -np.inf if s is None or np.isnan(s) else s) for y, s in usable), strict=True)
    reference = ThresholdCurve.from_predictions(y_true, y_score)
    assert table.by_model["s"].dropped == {"missing truth": 1, "infinite score": 1}
    assert (table.n, tuple(table.curve().unscored)) == (len(usable), tuple(reference.unscored))
    require_true_counts(table.curve(), reference)


@settings(max_examples=10)
@given(rows(most=60), st.randoms(use_true_random=False))
def test_groups_have_their_own_counts(p: Rows, random: Any) -> None:
    """At each threshold of all rows the counts of a group are those of its rows alone."""
    names = [random.choice(["a", "b", "c"]) for _ in p.y_true]
    frame = pl.DataFrame({"y": p.y_true, "s": p.y_score, "g": names}).lazy()
    table = summarize(frame, y_true="y", y_score="s", group="g", n_bins=2, objectives=["f1"])
    assert list(table.groups["s"]) == sorted(set(names))
    for name, counted in table.groups["s"].items():
        own = np.array(names) == name
        part = Rows(p.y_true[own], p.y_score[own], None)
        assert counted.n == own.sum()
        require_true_counts(counted.curve, part.curve())
        threshold = best(table.curve()).point.threshold
        assert vars(counted.curve.at(threshold).counts) == vars(part.curve().at(threshold).counts)


@pytest.mark.parametrize("engine", FRAMES)
def test_groups_are_named_as_in_memory(engine: str) -> None:
    """Whole numbers have no decimals, a missing value is a group of its own."""
    columns = {"y": [1, 0, 1, 0], "s": [0.9, 0.4, 0.3, 0.1], "g": [2, 10, None, 2]}
    table = summarize(FRAMES[engine](pa.table(columns)), y_true="y", y_score="s", group="g")
    assert list(table.groups["s"]) == ["2", "10", "(no value)"]
    assert [each.n for each in table.groups["s"].values()] == [2, 1, 1]


def test_a_table_is_written_and_read() -> None:
    """With weights, groups, bins and rows left out, what is read is what was counted."""
    p = simulated(400, "weighted")
    frame = table_of(p).append_column("g", pa.array(["a", "b", None, "c"] * 100))
    table = summarize(frame, y_true="y", y_score="s", sample_weight="w", group="g", n_bins=2, name="scores")
    again = ThresholdTable.from_arrow(table.to_arrow())
    assert (again.source, again.models, again.group_column) == (table.source, ("s",), "g")
    assert again.source.objectives[:2] == ("F1", "F0.5")
    assert (again.source.name, again.source.engine, again.source.sample_weight) == ("scores", "pyarrow", "w")
    for one, other in ((table.curve(), again.curve()), (table.groups["s"]["b"].curve, again.groups["s"]["b"].curve)):
        for name in ("thresholds", "highest", "tp", "fp", "tp_squares", "fp_squares"):
            assert np.array_equal(getattr(one, name), getattr(other, name))


def test_several_models_are_counted() -> None:
    """Each score has its own curve, of the rows that have it."""
    columns = {"y": [1, 0, 1, 0], "one": [0.9, 0.4, 0.3, 0.1], "two": [0.1, 0.2, None, 0.4]}
    table = summarize(pa.table(columns), y_true="y", y_score=["one", "two"])
    assert table.models == ("one", "two")
    assert [table.by_model[model].n for model in table.models] == [4, 3]
    assert table.curve("two").thresholds.tolist() == [np.inf, 0.4, 0.2, 0.1]


@pytest.mark.parametrize(
    ("labels", "pos_label", "names"),
    [
        ([True, False, True], None, ("True", "False")),
        ([1, -1, 1], None, ("1", "-1")),
        ([1.0, 0.0, 1.0], None, ("1.0", "0.0")),
        (["yes", "no", "yes"], "yes", ("yes", "no")),
        (["yes", "no", "maybe"], "maybe", ("maybe", "no, yes")),
        ([3, 7, 3], 7, ("7", "3")),
    ],
)
@pytest.mark.parametrize("engine", FRAMES)
def test_labels_follow_the_rules_of_rows_in_memory(
    engine: str, labels: list[Any], pos_label: Any, names: tuple[str, str]
) -> None:
    """The positive class, and the names of both."""
    frame = FRAMES[engine](pa.table({"y": labels, "s": [0.9, 0.4, 0.1]}))
    table = summarize(frame, y_true="y", y_score="s", pos_label=pos_label)
    positive = [label == (1 if pos_label is None else pos_label) for label in labels]
    assert (table.pos_label, table.neg_label) == names
    assert table.curve().tp.tolist() == [0, *np.cumsum(positive)]


def test_categories_are_text() -> None:
    """Labels of a categorical column are compared as text."""
    frame = pd.DataFrame({"y": pd.Categorical(["a", "b", "a"]), "s": [0.9, 0.4, 0.1]})
    assert summarize(frame, y_true="y", y_score="s", pos_label="b").curve().tp.tolist() == [0, 0, 1, 1]


GOOD = {"y": [1, 0, 1], "s": [0.9, 0.4, 0.1], "w": [1.0, 1.0, 1.0], "g": ["a", "b", "a"]}
ERRORS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"y": [1, 1, 1]}, {}, "All 3 rows have the label 1"),
    ({"y": [0, 0, 0]}, {}, "All 3 rows have the label 0"),
    ({"y": ["a", "b", "a"]}, {}, "it is not clear which one is positive"),
    ({"y": [1, 2, 3]}, {}, "it is not clear which one is positive"),
    ({}, {"pos_label": 5}, "pos_label 5 does not occur"),
    ({"y": pa.nulls(3, pa.int64())}, {}, "No row has both a label and a score"),
    ({"s": [None, 0.4, None]}, {}, "All 1 rows have the label 0"),
    ({"s": [None, 0.4, None]}, {"count_unscored": True}, "No row with the label '1' has a score"),
    ({"w": [0.0, 1.0, 0.0]}, {"sample_weight": "w"}, "'w' is 0 in all rows with the label '1'"),
    ({"s": ["x", "y", "z"]}, {}, "s must hold numbers"),
    ({"s": [2**53, 2**53 + 1, 5]}, {}, "too large to distinguish"),
    ({}, {"y_score": "t"}, "There is no column 't'. The columns are: y, s, w, g."),
]


@pytest.mark.parametrize(("changes", "options", "message"), ERRORS, ids=[each[2] for each in ERRORS])
@pytest.mark.parametrize("engine", ["duckdb", "lazy"])
def test_wrong_columns_are_refused_in_a_sentence(
    engine: str, changes: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    """What was found and what to do, from every engine."""
    frame = FRAMES[engine](pa.table(GOOD | changes))
    with pytest.raises(InvalidPredictions, match=re.escape(message)):
        summarize(frame, **({"y_true": "y", "y_score": "s"} | options))


def test_columns_of_many_values_are_no_labels_or_groups() -> None:
    """A column of scores or ids is refused before an engine counts its values."""
    columns = {"y": np.arange(2000) % 2, "s": np.arange(2000), "id": np.arange(2000)}
    with pytest.raises(InvalidPredictions, match="'id' has more than 1,000 different values"):
        summarize(pa.table(columns), y_true="id", y_score="s")
    with pytest.raises(InvalidPredictions, match="'id' has more than 1,000 different values"):
        summarize(pa.table(columns), y_true="y", y_score="s", group="id")


def test_the_number_of_bins_is_a_power_of_two() -> None:
    for n_bins in (0, 1, 3, 2**21):
        with pytest.raises(ValueError, match="n_bins must be a power of two"):
            summarize(pa.table(GOOD), y_true="y", y_score="s", n_bins=n_bins)


def parts_of(p: Rows, n: int) -> dict[str, Any]:
    """Return the rows in parts, as files are, sorted by score as in a table that is clustered by it."""
    order = np.argsort(p.y_score)
    chunks = np.array_split(order, n)
    return {f"part {i}": pa.table({"y": p.y_true[rows], "s": p.y_score[rows]}) for i, rows in enumerate(chunks)}


def test_parts_are_counted_as_one() -> None:
    """Parts of any rows make the curve of all rows, with no more cells than one part."""
    p = simulated(3000, "logits")
    curve = summarize(parts_of(p, 5), y_true="y", y_score="s", n_bins=16).curve()
    whole = summary(p, n_bins=16).curve()
    assert np.array_equal(curve.thresholds, whole.thresholds)
    assert np.array_equal(curve.tp, whole.tp)


def test_parts_may_have_labels_of_other_types() -> None:
    """A part that is empty, or has numbers where another has texts, is counted by its own labels."""
    parts = {
        "a": pa.table({"y": [1, 0], "s": [0.9, 0.2]}),
        "b": pa.table({"y": [True, False], "s": [0.8, 0.1]}),
        "c": pa.table({"y": pa.array([], pa.int64()), "s": pa.array([], pa.float64())}),
    }
    assert summarize(parts, y_true="y", y_score="s").curve().tp.tolist() == [0, 1, 2, 2, 2]


def test_a_part_that_fails_is_named() -> None:
    """The error names the part: of a column that is missing, and of an engine that fails."""
    parts: dict[str, Any] = {"good": duckdb.from_arrow(pa.table(GOOD)), "bad": duckdb.from_arrow(pa.table({"y": [1]}))}
    with pytest.raises(InvalidPredictions, match="bad: There is no column 's'"):
        summarize(parts, y_true="y", y_score="s")
    parts["bad"] = duckdb.sql("select 1 as y, error('disk is gone')::double as s")
    with pytest.raises(InvalidPredictions, match=r"The part 'bad' could not be counted: .*disk is gone"):
        summarize(parts, y_true="y", y_score="s")


def test_rows_that_change_between_passes_are_noticed() -> None:
    """A view whose rows differ from pass to pass is refused."""
    connection = duckdb.connect()
    connection.execute("create table t as select range / 1000 as s, (range % 3 = 0)::int as y from range(1000)")
    done: list[float] = []

    def change(share: float) -> None:
        done.append(share)
        if len(done) == 2:
            connection.execute("delete from t where s > 0.5 and s < 0.9")

    with pytest.raises(InvalidPredictions, match="The rows changed while they were counted"):
        summarize(connection.table("t"), y_true="y", y_score="s", n_bins=2, on_progress=change)


class Kept:
    """Checkpoints in memory; a stop after some passes stands for a run that ends."""

    def __init__(self) -> None:
        self.arrays: dict[tuple[str, str], Arrays] = {}
        self.room = 10**6

    def load(self, part: str, step: str) -> Arrays | None:
        return self.arrays.get((part, step))

    def save(self, part: str, step: str, arrays: Arrays) -> None:
        if len(self.arrays) >= self.room:
            raise KeyboardInterrupt
        assert {each.dtype.kind for each in arrays.values()} <= set("ifU")
        json.loads(step)
        self.arrays[part, step] = dict(arrays)


def test_a_stopped_run_resumes() -> None:
    """Finished parts and passes are not counted again, and the table is the same."""
    p = simulated(1000)
    kept = Kept()
    kept.room = 7
    parts = parts_of(p, 3)
    options: dict[str, Any] = {"y_true": "y", "y_score": "s", "n_bins": 2, "checkpoints": kept}
    with pytest.raises(KeyboardInterrupt):
        summarize(parts, **options)
    kept.room = 10**6
    resumed = summarize(parts, **options).curve()
    whole = summarize(parts, y_true="y", y_score="s", n_bins=2).curve()
    assert np.array_equal(resumed.thresholds, whole.thresholds)
    assert np.array_equal(resumed.fp, whole.fp)
    nothing = {name: part.slice(0, 0) for name, part in parts.items()}
    again = summarize(nothing, **options).curve()  # all from checkpoints
    assert np.array_equal(again.thresholds, whole.thresholds)


def test_a_group_with_a_long_name_is_held_once() -> None:
    """Counts of groups take the memory of numbers, not that of a text a score, and come back from checkpoints."""
    kept, names = Kept(), ["a", "b" * 1000]
    frame = pa.table({"y": [0, 1] * 300, "s": np.arange(600) / 600, "g": [names[i % 3 == 0] for i in range(600)]})
    options: dict[str, Any] = {"y_true": "y", "y_score": "s", "group": "g", "checkpoints": kept}
    tables = [summarize({"part": frame}, **options) for _ in range(2)]
    assert sum(each.nbytes for arrays in kept.arrays.values() for each in arrays.values()) < 600 * 1000
    for counted in tables:
        assert {name: of.n for name, of in counted.groups["s"].items()} == {names[0]: 400, names[1]: 200}


@pytest.mark.parametrize("column", ["y", "g"])
def test_texts_that_no_table_holds_are_refused_before_they_are_counted(column: str) -> None:
    """A table with longer names could not be read."""
    frame = pa.table({"y": ["a", "b"], "s": [0.1, 0.9], "g": ["c", "d"]})
    frame = frame.set_column(frame.column_names.index(column), column, pa.array(["a" * 1001, "b"]))
    with rejected(f"The column '{column}' has a text of 1,001 characters"):
        summarize(frame, y_true="y", y_score="s", group="g", pos_label="b")


def test_progress_rises_to_1() -> None:
    done: list[float] = []
    summary(simulated(500), on_progress=done.append)
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert len(done) >= 3
