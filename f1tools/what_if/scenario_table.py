"""The comparison table of a scenario: the same figures for a few operating points, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.metrics import Metric, defined_values, reported_metrics

_BASE = 1000  # typical cases
_FEWEST_POSITIVES = 20  # of them, as in the picture of the card


@dataclass(frozen=True, eq=False)
class Column:
    """One operating point with its column heading.

    Parameters
    ----------
    head : str
        Column heading.
    threshold_text : str
        The threshold, formatted.
    counts : ConfusionCounts
    more : tuple of (str, str)
        Additional rows of the table, as (name, cell); the names are those of all columns.
    cases : ConfusionCounts or None
        Unweighted counts for the "of 1,000 cases" rows, where ``counts`` are weighted; ``counts`` by default.
    """

    head: str
    threshold_text: str
    counts: ConfusionCounts
    more: tuple[tuple[str, str], ...] = ()
    cases: ConfusionCounts | None = None

    @property
    def case_counts(self) -> ConfusionCounts:
        """The counts behind the "of 1,000 cases" rows."""
        return self.counts if self.cases is None else self.cases


@dataclass(frozen=True)
class Suggestion:
    """A threshold that a scenario suggests for the model as it is.

    Parameters
    ----------
    threshold_text : str
        The threshold, formatted.
    purpose : str
        What it is for; completes "suggested ...".
    tuned : bool
        Whether it depends on the true classes of the tuning set, so that values on the same rows are optimistic.

    Examples
    --------
    >>> Suggestion("0.595", "for 5.0% positives").threshold
    0.595
    """

    threshold_text: str
    purpose: str
    tuned: bool = True

    @property
    def threshold(self) -> float:
        """The threshold as a number."""
        return formatting.parse_threshold(self.threshold_text)


@dataclass(frozen=True, eq=False)
class ScenarioResult:
    """A what-if question with its answer, for pages and memos.

    Parameters
    ----------
    title : str
        The question in a few words.
    sentences : tuple of str
        The answer.
    assumption : str
        What the answer assumes.
    columns : tuple of Column
        The operating points as measured and in the scenario.
    caution : str
        A short caveat; empty where none is needed.
    bound : str
        How good a threshold between those of a threshold table could be; empty where none can be better.
    suggestions : tuple of Suggestion
        The thresholds to use if the assumptions hold.
    complete : callable, optional
        Waits for what takes long and returns the result with it; None where nothing does.
    """

    title: str
    sentences: tuple[str, ...]
    assumption: str
    columns: tuple[Column, ...] = ()
    caution: str = ""
    bound: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    complete: Callable[[], ScenarioResult] | None = None

    def final(self) -> ScenarioResult:
        """Return the result with all of its numbers."""
        return self if self.complete is None else self.complete()


def suggested_for(results: Iterable[ScenarioResult], threshold: float, *, tuned: bool = False) -> str:
    """Return what a threshold is suggested for by one of the results; empty if none suggests it.

    With ``tuned`` only suggestions count that depend on the true classes.

    Examples
    --------
    >>> suggestions = Suggestion("0.2", "for the lowest cost"), Suggestion("0.3", "for 5 reviews a day", tuned=False)
    >>> result = ScenarioResult("What if", (), "", suggestions=suggestions)
    >>> [suggested_for([result], threshold) for threshold in (0.2, 0.3, 0.4)]
    ['for the lowest cost', 'for 5 reviews a day', '']
    >>> suggested_for([result], 0.2, tuned=True), suggested_for([result], 0.3, tuned=True)
    ('for the lowest cost', '')
    """
    suggestions = (each for result in results for each in result.suggestions if each.tuned or not tuned)
    return next((each.purpose for each in suggestions if each.threshold == threshold), "")


def how_set(purpose: str) -> str:
    """Return how a threshold was set that is not the best one: as a scenario suggests, else by hand.

    Examples
    --------
    >>> how_set("for the lowest cost"), how_set("")
    ('as suggested for the lowest cost', 'by hand')
    """
    return f"as suggested {purpose}" if purpose else "by hand"


def table_rows(columns: Sequence[Column], objective: Metric) -> list[tuple[str, list[str]]]:
    """Return the rows of the table, each a name and one cell per column: thresholds, metrics and typical cases.

    The base of the typical cases (1,000 or more) is that of the column with the lowest prevalence, so that one base
    serves all columns.

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
    base = case_base(*(column.case_counts for column in columns))
    weighted = ", weighted" if any(column.cases is not None for column in columns) else ""
    on_new_data = any("on new data" in name for name, _ in columns[0].more)
    return [
        ("Threshold", [formatting.displayed_threshold(column.threshold_text) for column in columns]),
        *((name, [dict(column.more)[name] for column in columns]) for name, _ in columns[0].more),
        *([("On this data", [""] * len(columns))] if on_new_data else []),
        *((f"{each.label}{weighted}", _values(each, columns)) for each in reported_metrics(objective)),
        (f"Of {base:,} cases", [""] * len(columns)),
        *_typical_cases([column.case_counts for column in columns], base),
    ]


def case_base(*counts: ConfusionCounts) -> int:
    """Return the number of typical cases, 1,000 or more, of which at least 20 are positive for all of the counts.

    For rare classes it is the base of the card on Decide (``card/cases.js``).

    Examples
    --------
    >>> case_base(ConfusionCounts(tn=90, fp=0, fn=5, tp=5)), case_base(ConfusionCounts(tn=994, fp=0, fn=3, tp=3))
    (1000, 10000)
    """
    return formatting.frequency_base(min(float(each.prevalence()) for each in counts), _BASE, least=_FEWEST_POSITIVES)


def _values(metric: Metric, columns: Sequence[Column]) -> list[str]:
    return [formatting.metric_value(float(defined_values(metric, column.counts))) for column in columns]


def _typical_cases(points: Sequence[ConfusionCounts], base: int) -> list[tuple[str, list[str]]]:
    """Return how many of ``base`` typical cases are caught, missed, false alarms and correctly not flagged."""
    names = ("Caught", "Missed", "False alarms", "Correctly not flagged")
    typical = [formatting.apportion([float(n) for n in (c.tp, c.fn, c.fp, c.tn)], base) for c in points]
    return [(name, [formatting.count(cases[i]) for cases in typical]) for i, name in enumerate(names)]
