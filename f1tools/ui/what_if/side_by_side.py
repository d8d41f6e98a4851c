"""What is and what might be, side by side: the same figures for a few operating points."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from f1tools import words
from f1tools.counts import ConfusionCounts
from f1tools.metrics import Metric, known_values
from f1tools.ui import markdown
from f1tools.ui.texts import plain

_CASES = 1000


@dataclass(frozen=True, eq=False)
class Column:
    """One operating point and how it is headed.

    Attributes
    ----------
    head
        What it stands for.
    written
        Its threshold, as everywhere.
    more
        Further lines of the table for this column, by their names.
    cases
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


def show(columns: Sequence[Column], objective: Metric) -> None:
    """Show thresholds, metrics and typical cases of some operating points in one table."""
    st.markdown(table(columns, objective))


def table(columns: Sequence[Column], objective: Metric) -> str:
    """Write the table in Markdown.

    The cases are those of the rarest column, so that one base serves for all of them.
    """
    rarest = min(float(column.pictured.prevalence()) for column in columns)
    among = words.cases_to_picture(rarest, _CASES, least=5)
    weighted = ", weighted" if any(column.cases is not None for column in columns) else ""
    lines = [
        ("Threshold", [f"**{column.written}**" for column in columns]),
        *((name, [f"**{value}**" for _, value in values]) for name, values in _more(columns)),
        *(
            (f"{one.label}{weighted}", [words.figure(float(known_values(one, column.counts))) for column in columns])
            for one in markdown.told(objective)
        ),
        (f"Of {among:,} cases", [""] * len(columns)),
        *_cases([column.pictured for column in columns], among),
    ]
    head = ["Figure", *(plain(column.head) for column in columns)]
    return markdown.table(head, ((plain(name), cells) for name, cells in lines))


def _more(columns: Sequence[Column]) -> list[tuple[str, list[tuple[str, str]]]]:
    names = dict.fromkeys(name for column in columns for name, _ in column.more)
    return [(name, [next(pair for pair in column.more if pair[0] == name) for column in columns]) for name in names]


def _cases(points: Sequence[ConfusionCounts], among: int) -> list[tuple[str, list[str]]]:
    """Say how many of so many typical cases are caught, missed, flagged in vain and left alone."""
    names = ("Caught", "Missed", "False alarms", "Left alone")
    typical = [words.typical_cases([float(n) for n in (c.tp, c.fn, c.fp, c.tn)], among) for c in points]
    return [(name, [words.count(cases[place]) for cases in typical]) for place, name in enumerate(names)]
