"""Two records of what should be one decision: what they say differently."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from f1tools import words
from f1tools.metrics import metric
from f1tools.record.record import Bounds, DecisionRecord, Expected

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
class _Fact:
    """A number or a text that a record states, how exactly it must come out, and how it is written for people."""

    value: float | str | None
    exact: bool = True
    write: Callable[[float], str] = words.decimal_text

    def agrees(self, other: _Fact) -> bool:
        """Tell whether another record states the same."""
        mine, its = self.value, other.value
        if isinstance(mine, str) or isinstance(its, str) or mine is None or its is None:
            return mine == its
        close = math.isclose(mine, its, rel_tol=_NINE_DIGITS, abs_tol=_NEARLY_ZERO)
        return mine == its or (close and not (self.exact and other.exact))

    def beside(self, other: _Fact) -> tuple[str, str]:
        """Write both, with all digits where fewer don't tell them apart."""
        short = self._written(self.write), other._written(other.write)
        full = self._written(words.decimal_text), other._written(words.decimal_text)
        return short if short[0] != short[1] else full

    def _written(self, write: Callable[[float], str]) -> str:
        if self.value is None:
            return words.UNDEFINED
        return self.value if isinstance(self.value, str) else write(self.value)


def between(record: DecisionRecord, found: DecisionRecord) -> Iterator[Difference]:
    """Go through what two records of the same model say differently; of what is expected, see :func:`expectations`."""
    recorded, now = _facts(record), _facts(found)
    for what in dict.fromkeys((*recorded, *now)):
        mine, its = recorded.get(what, _Fact(None)), now.get(what, _Fact(None))
        if not mine.agrees(its):
            yield Difference(what, *mine.beside(its))


def _facts(record: DecisionRecord) -> dict[str, _Fact]:
    """State everything that rows and choices lead to, by name."""
    above, up_to = record.same_decisions
    return {
        **_about_rows(record),
        "Best threshold": _Fact(record.best_threshold),
        f"Best {record.metric.label}": _figure(record.best_value),
        f"Best {record.metric.label} where it was chosen": _figure(record.value_where_tuned),
        "Same decisions above": _Fact(above),
        "Same decisions up to": _Fact(up_to),
        **{
            name: _Fact(getattr(record.counts, cell), not record.weighted, words.count) for cell, name in _CELLS.items()
        },
        **_about_metrics(record),
        "Lowest score": _Fact(record.scores.span[0]),
        "Highest score": _Fact(record.scores.span[1]),
        **{f"Share of scores in bin {place}": _figure(one) for place, one in enumerate(record.scores.shares, start=1)},
    }


def _about_rows(record: DecisionRecord) -> dict[str, _Fact]:
    roles = record.roles
    chosen_on, reported_on = record.tables
    facts = {
        "Positive label": _Fact(quoted(record.pos_label)),
        "Negative label": _Fact(quoted(record.neg_label)),
        "Rows": _Fact(record.source.rows, write=words.count),
        "Positive rows": _Fact(record.source.positives, write=words.count),
        "Weights": _Fact("some" if record.weighted else "none"),
        "Roles": _Fact("none" if roles is None else f"{quoted(roles.tune)} and {quoted(roles.report)}"),
        TABLE: _Fact(_start(reported_on)),
    }
    if roles is not None:
        facts["Rows that choose the threshold"] = _Fact(roles.rows_tune, write=words.count)
        facts["Rows that report"] = _Fact(roles.rows_report, write=words.count)
        facts[f"{TABLE} where the threshold is chosen"] = _Fact(_start(chosen_on))
    return facts


def _about_metrics(record: DecisionRecord) -> Mapping[str, _Fact]:
    facts = {}
    for name, one in record.metrics.items():
        label = record.metric.label if name == record.metric.name else metric(name).label
        low, high = one.interval or (None, None)
        facts[label] = _figure(one.value)
        facts[f"{label}, low end of its interval"] = _figure(low)
        facts[f"{label}, high end of its interval"] = _figure(high)
    return facts


def expectations(recorded: Expected, found: Expected, *, loosely: bool) -> tuple[list[Difference], bool]:
    """Compare what to expect on new rows.

    Parameters
    ----------
    recorded, found : Expected
    loosely : bool
        Whether other resamples may have been drawn: then it suffices to be as near as these would bring it.

    Returns
    -------
    list of Difference
    bool
        Whether it is the same only loosely.
    """
    exactly = list(_expected_differences(recorded, found, _NINE_DIGITS))
    if not (exactly and loosely):
        return exactly, False
    # The mean of so many values, which lie between 0 and 1 and mostly within a few tenths.
    nearly = list(_expected_differences(recorded, found, max(0.01, 0.5 / math.sqrt(recorded.n_resamples))))
    return nearly, not nearly


def _expected_differences(recorded: Expected, found: Expected, within: float) -> Iterator[Difference]:
    pairs = {
        "Expected value": (recorded.value, found.value, within),
        "Optimism": (recorded.optimism, found.optimism, within),
        **_ends("Expected value", recorded.interval, found.interval, within),
    }
    if within == _NINE_DIGITS:  # how far the ends of percentiles may lie apart depends on the scores
        pairs |= _ends("Best threshold", recorded.threshold_interval, found.threshold_interval, 0.0)
    for what, (mine, its, near) in pairs.items():
        both = mine is not None and its is not None
        if mine != its and not (both and math.isclose(mine or 0.0, its or 0.0, rel_tol=_NINE_DIGITS, abs_tol=near)):
            yield Difference(what, *_figure(mine).beside(_figure(its)))


def _ends(
    what: str, recorded: Bounds | None, found: Bounds | None, within: float
) -> dict[str, tuple[float | None, float | None, float]]:
    mine, its = recorded or (None, None), found or (None, None)
    return {
        f"{what}, low end of its interval": (mine[0], its[0], within),
        f"{what}, high end of its interval": (mine[1], its[1], within),
    }


def _figure(value: float | None) -> _Fact:
    """State a metric or a share; one that is not a number is undefined."""
    known = None if value is None or math.isnan(value) else value
    return _Fact(known, exact=False, write=words.figure if abs(known or 0.0) < 1e6 else words.decimal_text)


def _start(digest: str) -> str:
    """Give enough of a digest to tell two apart."""
    return digest[:23]


def quoted(name: str) -> str:
    """Write a name from a file into a sentence."""
    return f"“{words.shortened(name, longest=60)}”"
