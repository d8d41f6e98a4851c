"""What is and what might be, side by side: the same figures for a few operating points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric, defined_values, reported_metrics

_CASES = 1000


@dataclass(frozen=True, eq=False)
class Column:
    """One operating point and how it is headed.

    Parameters
    ----------
    head : str
        What it stands for.
    written : str
        Its threshold, as everywhere.
    counts : ConfusionCounts
    more : tuple of (str, str)
        Further lines of the table for this column, by their names.
    cases : ConfusionCounts or None
        The counts to picture cases by, where ``counts`` are weighted to judge them; left out, the counts.
    """

    head: str
    written: str
    counts: ConfusionCounts
    more: tuple[tuple[str, str], ...] = ()
    cases: ConfusionCounts | None = None

    @property
    def pictured(self) -> ConfusionCounts:
        """The counts to picture cases by."""
        return self.counts if self.cases is None else self.cases


@dataclass(frozen=True, eq=False)
class ScenarioResult:
    """One what-if with its answer.

    Parameters
    ----------
    title : str
        The question in a few words.
    sentences : tuple of str
        What comes out.
    assumption : str
        What it rests on.
    columns : tuple of Column
        What is, and what might be.
    caution : str
        How far to trust it, in a few words, for where nothing better is said; empty where it can be trusted.
    """

    title: str
    sentences: tuple[str, ...]
    assumption: str
    columns: tuple[Column, ...] = ()
    caution: str = ""


def table_rows(columns: Sequence[Column], objective: Metric) -> list[tuple[str, list[str]]]:
    """Write thresholds, metrics and typical cases of some operating points: for each line its name and a cell a column.

    The cases are those of the rarest column, so that one base serves for all of them.

    Examples
    --------
    >>> from f1tools.core.metrics import metric
    >>> counts = ConfusionCounts(tn=50, fp=20, fn=10, tp=20)
    >>> for name, cells in table_rows([Column("Now", "0.5", counts)], metric("f1"))[:3]:
    ...     print(name, *cells)
    Threshold 0.5
    F1 0.571
    Precision 0.500
    """
    rarest = min(float(column.pictured.prevalence()) for column in columns)
    among = formatting.frequency_base(rarest, _CASES, least=5)
    weighted = ", weighted" if any(column.cases is not None for column in columns) else ""
    return [
        ("Threshold", [column.written for column in columns]),
        *_more(columns),
        *(
            (
                f"{one.label}{weighted}",
                [formatting.metric_value(float(defined_values(one, column.counts))) for column in columns],
            )
            for one in reported_metrics(objective)
        ),
        (f"Of {among:,} cases", [""] * len(columns)),
        *_cases([column.pictured for column in columns], among),
    ]


def _more(columns: Sequence[Column]) -> list[tuple[str, list[str]]]:
    names = dict.fromkeys(name for column in columns for name, _ in column.more)
    return [(name, [dict(column.more)[name] for column in columns]) for name in names]


def _cases(points: Sequence[ConfusionCounts], among: int) -> list[tuple[str, list[str]]]:
    """Say how many of so many typical cases are caught, missed, flagged in vain and left alone."""
    names = ("Caught", "Missed", "False alarms", "Left alone")
    typical = [formatting.apportion([float(n) for n in (c.tp, c.fn, c.fp, c.tn)], among) for c in points]
    return [(name, [formatting.count(cases[place]) for cases in typical]) for place, name in enumerate(names)]
