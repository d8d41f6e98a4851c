"""Two records of what should be one decision: what they say differently."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from f1tools import formatting
from f1tools.core.metrics import metric
from f1tools.record.record import DecisionRecord

_NINE_DIGITS = 1e-9
_NEARLY_ZERO = 1e-12  # what rounding leaves of a difference of two shares
_CELLS = {"tn": "True negatives", "fp": "False positives", "fn": "False negatives", "tp": "True positives"}
TABLE = "Table of counts"


@dataclass(frozen=True)
class Difference:
    """Something that came out differently.

    Parameters
    ----------
    what : str
        Its name.
    recorded, found : str
        How the record has it, and how it came out.

    Examples
    --------
    >>> str(Difference("True positives", "28", "27"))
    'True positives: recorded 28, found 27'
    """

    what: str
    recorded: str
    found: str

    def __str__(self) -> str:
        return f"{self.what}: recorded {self.recorded}, found {self.found}"


@dataclass(frozen=True)
class Fact:
    """A number or a text that a record states, how exactly it must come out, and how it is written for people."""

    value: float | str | None
    exact: bool = True
    write: Callable[[float], str] = formatting.decimal

    def agrees(self, other: Fact) -> bool:
        """Tell whether another record states the same."""
        mine, its = self.value, other.value
        if isinstance(mine, str) or isinstance(its, str) or mine is None or its is None:
            return mine == its
        close = math.isclose(mine, its, rel_tol=_NINE_DIGITS, abs_tol=_NEARLY_ZERO)
        return mine == its or (close and not (self.exact and other.exact))

    def beside(self, other: Fact) -> tuple[str, str]:
        """Write both, with all digits where fewer don't tell them apart."""
        short = self._written(self.write), other._written(other.write)
        full = self._written(formatting.decimal), other._written(formatting.decimal)
        return short if short[0] != short[1] else full

    def _written(self, write: Callable[[float], str]) -> str:
        if self.value is None:
            return formatting.UNDEFINED
        return self.value if isinstance(self.value, str) else write(self.value)


def between(record: DecisionRecord, found: DecisionRecord) -> Iterator[Difference]:
    """Go through what two records of the same model say differently.

    What is expected has a file of its own, ``expecting.py``.
    """
    yield from _differences(_about_rows(record), _about_rows(found))
    yield from _differences(_facts(record), _facts(found))


def other_rows(record: DecisionRecord, found: DecisionRecord) -> bool:
    """Tell whether two records are about different rows: other labels, other scores or other roles."""
    return any(True for _ in _differences(_about_rows(record), _about_rows(found)))


def _differences(recorded: Mapping[str, Fact], now: Mapping[str, Fact]) -> Iterator[Difference]:
    for what in dict.fromkeys((*recorded, *now)):
        mine, its = recorded.get(what, Fact(None)), now.get(what, Fact(None))
        if not mine.agrees(its):
            yield Difference(what, *mine.beside(its))


def _facts(record: DecisionRecord) -> dict[str, Fact]:
    """State everything that rows and choices lead to, by name."""
    above, up_to = record.same_decisions
    return {
        "Best threshold": Fact(record.best_threshold),
        f"Best {record.metric.label}": figure(record.best_value),
        f"Best {record.metric.label} where it was chosen": figure(record.value_where_tuned),
        "Same decisions above": Fact(above),
        "Same decisions up to": Fact(up_to),
        **{
            name: Fact(getattr(record.counts, cell), not record.weighted, formatting.count)
            for cell, name in _CELLS.items()
        },
        **_about_metrics(record),
        "Lowest score": Fact(record.scores.span[0]),
        "Highest score": Fact(record.scores.span[1]),
        **{f"Edge {place} of the bins of scores": Fact(one) for place, one in enumerate(record.scores.edges, start=1)},
        **{f"Share of scores in bin {place}": figure(one) for place, one in enumerate(record.scores.shares, start=1)},
    }


def _about_rows(record: DecisionRecord) -> dict[str, Fact]:
    roles = record.roles
    chosen_on, reported_on = record.tables
    facts = {
        "Positive label": Fact(quoted(record.pos_label)),
        "Negative label": Fact(quoted(record.neg_label)),
        "Rows": Fact(record.source.rows, write=formatting.count),
        "Positive rows": Fact(record.source.positives, write=formatting.count),
        "Weights": Fact("some" if record.weighted else "none"),
        "Roles": Fact("none" if roles is None else f"{quoted(roles.tune)} and {quoted(roles.report)}"),
        TABLE: Fact(_start(reported_on)),
    }
    if roles is not None:
        facts["Rows that choose the threshold"] = Fact(roles.rows_tune, write=formatting.count)
        facts["Rows that report"] = Fact(roles.rows_report, write=formatting.count)
        facts[f"{TABLE} where the threshold is chosen"] = Fact(_start(chosen_on))
    return facts


def _about_metrics(record: DecisionRecord) -> Mapping[str, Fact]:
    facts = {}
    for name, one in record.metrics.items():
        label = record.metric.label if name == record.metric.name else metric(name).label
        low, high = one.interval or (None, None)
        facts[label] = figure(one.value)
        facts[f"{label}, low end of its interval"] = figure(low)
        facts[f"{label}, high end of its interval"] = figure(high)
    return facts


def figure(value: float | None) -> Fact:
    """State a metric or a share; one that is not a number is undefined."""
    known = None if value is None or math.isnan(value) else value
    return Fact(known, exact=False, write=formatting.metric_value if abs(known or 0.0) < 1e6 else formatting.decimal)


def _start(digest: str) -> str:
    """Give enough of a digest to tell two apart."""
    return digest[:23]


def quoted(name: str) -> str:
    """Write a name from a file into a sentence."""
    return f"“{formatting.truncate(name, longest=60)}”"
