"""From rows in an engine to a threshold table: a few passes, of which only counts come back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from f1tools.backends.cells import Cells, concatenated
from f1tools.backends.census import Census, Stratum
from f1tools.backends.columns import Columns, as_lazy, largest_integer
from f1tools.backends.passes import Checkpoints, Source
from f1tools.backends.plan import Piece, Plan, pieces_of
from f1tools.backends.refinement import Target, holding, inside, next_plan, too_coarse, unresolved
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress
from f1tools.core.validation import LARGEST_EXACT_INTEGER, too_large_integers
from f1tools.threshold_table import CountedRows, TableSource, ThresholdTable

_MAX_PASSES = 50  # a handful suffices unless bins are very few
_FEWEST_BINS = 1024  # of many groups
_FEW_ROWS = 4  # in a bin: they are counted score by score
_NARROW = 1 / 16

DEFAULT_OBJECTIVES = (
    metric("f1"),
    metric("fbeta", 0.5),
    *(each for each in map(metric, METRICS) if each.monotone and each.name != "f1"),
)
"""The metrics whose best threshold is exact unless others are asked for."""


def summarize(  # noqa: PLR0913 (one argument per column or option)
    frame: Any,
    *,
    y_true: str,
    y_score: str | Sequence[str],
    sample_weight: str | None = None,
    group: str | None = None,
    pos_label: object = None,
    objectives: Sequence[str | Metric] = DEFAULT_OBJECTIVES,
    constraints: Sequence[Constraint] = (),
    count_unscored: bool = False,
    n_bins: int = 65_536,
    name: str = "",
    checkpoints: Checkpoints | None = None,
    on_progress: OnProgress = ignore_progress,
) -> ThresholdTable:
    """Count the rows of a frame at thresholds, in the engine that holds them.

    The best threshold for each objective is that of :meth:`f1tools.ThresholdCurve.from_predictions` on the same rows,
    to the last count and with the same next lower score. Elsewhere rows are counted in bins. Memory depends on the
    number of bins, not on the number of rows.

    Parameters
    ----------
    frame : native frame, or mapping from name to native frame
        Whatever narwhals reads: a DuckDB relation, a polars, pandas or dask frame, a pyarrow table, a Spark or Ibis
        table. Several parts with the same columns, such as the files of a folder, are counted one by one; a part that
        fails is named.
    y_true : str
        The column of labels: booleans, numbers or text.
    y_score : str or sequence of str
        The column of scores of any range, or those of several models.
    sample_weight, group : str, optional
        The columns of weights and of groups.
    pos_label : bool, number or str, optional
        The positive label; every other one is negative. May be left out for {0, 1}, {-1, 1} and booleans.
    objectives : sequence of str or Metric
        Metrics whose best threshold is to be exact, with and without the constraints. Those that are not monotone are
        exact at the thresholds of the table only.
    constraints : sequence of Constraint
        All must hold at the best threshold.
    count_unscored : bool
        Whether rows whose score is null, nan or -inf count as rows that no threshold flags. By default they are left
        out.
    n_bins : int
        Bins of the first pass: a power of two.
    name : str
        The source, as the table names it.
    checkpoints : Checkpoints, optional
        Keeps the counts of finished passes, so that a run which was stopped resumes.
    on_progress : callable
        Receives the share that is done, from 0 to 1.

    Returns
    -------
    ThresholdTable
        Rows that are left out are counted by reason.

    Raises
    ------
    InvalidPredictions
        When columns or values are invalid, both classes are not there, or an engine fails.
    ValueError
        For an unknown metric, or a number of bins that is not a power of two.

    Examples
    --------
    >>> import pyarrow as pa
    >>> frame = pa.table({"label": [1, 0, 1, None], "score": [0.9, 0.4, 0.4, 0.1]})
    >>> table = summarize(frame, y_true="label", y_score="score")
    >>> table.curve().thresholds.tolist(), table.by_model["score"].dropped
    ([inf, 0.9, 0.4], {'missing truth': 1})
    """
    if not (2 <= n_bins <= 1 << 20 and n_bins & (n_bins - 1) == 0):
        raise ValueError(f"n_bins must be a power of two from 2 to {1 << 20:,}, got {n_bins}.")
    parts = frame if isinstance(frame, Mapping) else {"": frame}
    if not parts:
        raise InvalidPredictions("The source has no parts. Name at least one file or frame.")
    scores = [y_score] if isinstance(y_score, str) else list(y_score)
    metrics = [metric(each) for each in objectives]
    targets = [Target(each, kept) for each in metrics for kept in dict.fromkeys([(), tuple(constraints)])]
    models: dict[str, _Model] = {}
    for position, score in enumerate(scores):
        columns = Columns(y_true, score, sample_weight, group, count_unscored)
        source = Source(parts, columns, checkpoints)
        for done in _steps(source, pos_label, targets, n_bins, models):
            on_progress((position + done) / len(scores))
    on_progress(1.0)
    first = models[scores[0]].census
    engine = as_lazy(next(iter(parts.values()))).implementation.name.lower()
    created = datetime.now(UTC).isoformat(timespec="seconds")
    exact = tuple(each.label for each in metrics if each.monotone)
    return ThresholdTable(
        {score: model.counted() for score, model in models.items()},
        first.pos_label,
        first.neg_label,
        TableSource(name, engine, created, n_bins, exact, y_true, sample_weight or ""),
        group,
        {score: model.counted_groups() for score, model in models.items()} if group is not None else {},
    )


@dataclass(frozen=True, eq=False)
class _Model:
    """The counts of one model."""

    census: Census
    cells: Cells

    def counted(self) -> CountedRows:
        """Return the counts of all rows."""
        return _counted(self.cells, self.census.all_rows)

    def counted_groups(self) -> dict[str, CountedRows]:
        """Return the counts of each group that has a row with a score."""
        names = enumerate(self.census.groups)
        cells = {name: self.cells.take(self.cells.group == code) for code, name in names}
        strata = dict(zip(self.census.groups, self.census.by_group, strict=True))
        return {name: _counted(of, strata[name]) for name, of in cells.items() if len(of)}


def _counted(cells: Cells, rows: Stratum) -> CountedRows:
    return CountedRows(cells.curve(rows.unscored), rows.n, rows.dropped, rows.n_pos)


def _steps(
    source: Source, pos_label: object, targets: Sequence[Target], n_bins: int, models: dict[str, _Model]
) -> Iterator[float]:
    """Count the rows of one model pass by pass, add the result to ``models``, and yield the share that is done."""
    census = Census.of(source.census(), source.columns, pos_label)
    _require_distinguishable(source, census)
    yield 0.2
    share = 1 << max(len(census.groups) - 1, 0).bit_length()
    bins = max(n_bins // share, min(n_bins, _FEWEST_BINS))
    count = _Counting(source, census)
    cells = count(_first_plan(census, bins, few_rows=_FEW_ROWS * n_bins))
    for number in range(1, _MAX_PASSES):
        yield 1 - 0.4 / number
        model = _Model(census, cells)
        plan = _plan_again(model, targets, number, bins, few_rows=_FEW_ROWS * n_bins)
        if plan is None:
            break
        replaced = inside(cells, plan)
        finer = count(plan)
        if finer.rows.sum() != cells.rows[replaced].sum():
            raise InvalidPredictions("The rows changed while they were counted. Count a copy that nobody writes to.")
        cells = concatenated([cells.take(~replaced), finer])
    models[source.columns.y_score] = _Model(census, cells)


def _require_distinguishable(source: Source, census: Census) -> None:
    """Check that a column of integers holds none that doubles cannot tell apart."""
    name = source.columns.y_score
    if max(census.highest, -census.lowest) >= LARGEST_EXACT_INTEGER and any(
        largest_integer(frame, name) > LARGEST_EXACT_INTEGER for frame in source.parts.values()
    ):
        raise too_large_integers(name)


@dataclass(frozen=True)
class _Counting:
    """Passes over the rows that the census describes."""

    source: Source
    census: Census

    def __call__(self, plan: Plan) -> Cells:
        census = self.census
        return self.source.cells(plan, census.positive_labels, census.group_codes, all_used=census.all_used)


def _first_plan(census: Census, n_bins: int, few_rows: int) -> Plan:
    """Plan the pass over all rows: score by score where they are few, else in bins on [0, 1] or on their range."""
    low, high = census.lowest, census.highest
    if census.n_scored <= few_rows:
        return Plan(())
    if low >= 0 and high <= 1 and high - low > _NARROW:
        return Plan((), (Piece(0.0, 1.0, n_bins),))
    return Plan((), tuple(pieces_of(low, high, n_bins)))


def _plan_again(model: _Model, targets: Sequence[Target], number: int, n_bins: int, few_rows: int) -> Plan | None:
    """Plan the next pass; None where nothing is to be counted again.

    Rows of all groups share one pass. Where the best thresholds of the groups alone need more than one pass in bins,
    they remain known within bounds.
    """
    cells = model.cells.merged()
    curve = model.counted().curve
    needed = unresolved(curve, targets) | too_coarse(curve, n_bins)
    chosen = holding(cells, curve.thresholds[needed])
    plan = next_plan(cells, chosen, n_bins=n_bins, few_rows=few_rows) if chosen.any() else None
    with_groups = chosen.copy()
    for counted in model.counted_groups().values() if model.census.groups else ():
        of_group = counted.curve
        with_groups |= holding(cells, of_group.thresholds[unresolved(of_group, targets[:1])])
    if (with_groups == chosen).all():
        return plan
    for_groups = next_plan(cells, with_groups, n_bins=n_bins, few_rows=few_rows)
    return for_groups if for_groups.is_exact or number == 1 else plan
