"""A piece of advice, and what is looked at before any is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from f1tools import formatting
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum
from f1tools.core.plateau import Plateau
from f1tools.formatting import lowercase_label, with_article

Kind = Literal[
    "few_positives",
    "too_good",
    "at_the_edge",
    "barely_above_everything",
    "close_to_guessing",
    "not_calibrated",
    "wide_plateau",
]


@dataclass(frozen=True)
class Advice:
    """One thing to know before a result is relied on.

    Parameters
    ----------
    kind : str
        What it is about, for code.
    level : "warning" or "note"
        A warning puts the result itself in doubt; a note says how to read it.
    title : str
        A few words.
    sentence : str
        What was seen, what it means, what to do: one or two sentences of plain text.
    """

    kind: Kind
    level: Literal["warning", "note"]
    title: str
    sentence: str


@dataclass(frozen=True, eq=False)
class Seen:
    """What is looked at."""

    curve: ThresholdCurve
    optimum: Optimum
    near: Plateau
    out_of_sample: bool
    expected: float | None

    @property
    def name(self) -> str:
        """What the metric is called inside a sentence, with a word about limits that had to be kept."""
        label = lowercase_label(self.optimum.metric.label)
        return f"{label} within your limits" if self.optimum.constraints else label

    @property
    def value(self) -> float:
        """What the threshold is worth, as honestly as it is known."""
        return self.optimum.value if self.expected is None else self.expected

    @property
    def reached(self) -> str:
        """Say what the threshold is worth, up to the verb."""
        if self.expected is not None:
            return (
                f"What to expect on new rows, {with_article(self.name)} of {formatting.metric_value(self.expected)}, is"
            )
        reached = "At this threshold" if self.out_of_sample else "At best, on the very rows that chose the threshold,"
        return f"{reached} {self.name} is {formatting.metric_value(self.value)},"
