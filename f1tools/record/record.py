"""The decision record: what was decided, on which rows, and what it does there; a value that travels as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric
from f1tools.readers import SPLIT_INTO_MODELS, Choices

SCHEMA = "f1tools-decision/1"
"""Name and version of the format; a change that old readers would misread gets another number."""

Bounds = tuple[float | None, float | None]
"""Low and high; None where there is no bound, or where it is undefined."""


@dataclass(frozen=True)
class FileSeen:
    """A file as it was read: its name, and the SHA-256 of its bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class DataSource:
    """Where the rows come from.

    Parameters
    ----------
    title : str
        What people call it.
    files : tuple of FileSeen
        Empty where the rows never were in a file.
    read_as : Choices
        How the files were understood, complete.
    rows, positives : int
        Usable rows, of all roles.
    dropped : mapping of str to int
        Rows left out, by reason.
    trained : str
        Why some of the rows probably trained the model; empty where nothing says so.
    """

    title: str
    files: tuple[FileSeen, ...]
    read_as: Choices
    rows: int
    positives: int
    dropped: Mapping[str, int]
    trained: str = ""

    @property
    def part(self) -> str:
        """Which part of a stack of parts these rows are, such as "repeat 1"; empty where they are all."""
        split, value = self.read_as.split, self.read_as.split_value
        return "" if split is None or value in (None, SPLIT_INTO_MODELS) else f"{split} {value}"


@dataclass(frozen=True)
class Roles:
    """The parts that choose and report: their names and rows."""

    tune: str
    report: str
    rows_tune: int
    rows_report: int


@dataclass(frozen=True)
class Measured:
    """A metric at the threshold, with its interval; None where it is undefined, or has none."""

    value: float | None
    interval: Bounds | None


@dataclass(frozen=True)
class Expected:
    """What the best threshold is worth on new rows, from :class:`f1tools.TunedEstimate`.

    Parameters
    ----------
    value, optimism : float or None
        None where no resample could tell, and where the rows have roles: the rows that report tell it then.
    interval : Bounds or None
    threshold_interval : Bounds
        Of the best threshold; None at either end is above all scores, where it is best to flag nothing.
    """

    value: float | None
    optimism: float | None
    interval: Bounds | None
    threshold_interval: Bounds
    confidence_level: float
    n_resamples: int
    random_state: int


@dataclass(frozen=True)
class ScoreShares:
    """How the scores lie: the share of the rows (of their weights) in each of the bins, for comparison with later rows.

    ``shares[0]`` is below ``edges[0]``, ``shares[i]`` from ``edges[i - 1]`` up to but without ``edges[i]``, and the
    last one from the last edge up. ``span`` is from the lowest score to the highest.
    """

    edges: tuple[float, ...]
    shares: tuple[float, ...]
    span: Bounds = (None, None)


@dataclass(frozen=True, eq=False)
class DecisionRecord:
    """A decision, complete enough to be taken again, deployed and checked.

    Parameters
    ----------
    created : str
        ISO 8601, UTC, to the second.
    versions : mapping of str to str
        Of f1tools, Python and numpy.
    source : DataSource
    tables : (str, str)
        Digests of what was counted (:func:`f1tools.record.fingerprint.table_digest`): of the rows that thresholds are
        chosen on, and of those that report; equal where rows have no roles.
    model, pos_label, neg_label : str
    weighted : bool
        Whether counts are sums of weights.
    threshold : float
        Rows with ``y_score >= threshold`` are positive.
    chosen : "best" or "by hand"
    same_decisions : Bounds
        (low, high]: the thresholds that decide alike.
    metric : Metric
    constraints : tuple of Constraint
        What was asked for.
    not_met : str
        Why constraints had to be left aside; empty where they hold.
    best_threshold : float
        The best one as it is written.
    best_value, value_where_tuned : float
        The metric there, on the rows that report, and on those that chose it.
    roles : Roles or None
    counts : ConfusionCounts
        At the threshold.
    metrics : mapping of str to Measured
        The objective, precision, recall and F1 at the threshold, by name.
    confidence_level : float
    expected : Expected or None
        None where it was not asked for.
    scores : ScoreShares
        Of the rows that report.
    supposed : mapping of str to float, int or bool
        What-ifs that were open, by the names that links use for them; the numbers above are without them.
    """

    created: str
    versions: Mapping[str, str]
    source: DataSource
    tables: tuple[str, str]
    model: str
    pos_label: str
    neg_label: str
    weighted: bool
    threshold: float
    chosen: Literal["best", "by hand"]
    same_decisions: Bounds
    metric: Metric
    constraints: tuple[Constraint, ...]
    not_met: str
    best_threshold: float
    best_value: float
    value_where_tuned: float
    roles: Roles | None
    counts: ConfusionCounts
    metrics: Mapping[str, Measured]
    confidence_level: float
    expected: Expected | None
    scores: ScoreShares
    supposed: Mapping[str, float | int | bool]
