"""How the numbers of strategies are written, in sentences and tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

from f1tools import formatting
from f1tools.repeats.comparison import Difference, common_means, mean_objective
from f1tools.repeats.corrected import CorrectedInterval
from f1tools.repeats.outcomes import ChoiceName, Outcomes
from f1tools.repeats.strategy_names import join_names, label
from f1tools.uncertainty.intervals import Interval


def objective_text(outcomes: Outcomes, value: float) -> str:
    """Return the objective's name and a value of it, such as "F1 0.602"."""
    return f"{formatting.lowercase_label(outcomes.objective.label)} {formatting.metric_value(value)}"


def mean_value(outcomes: Outcomes, model: str, choice: ChoiceName = "tuned") -> float:
    """Return the mean objective of a strategy; nan if it lacks the threshold choice."""
    interval = mean_objective(outcomes, model, choice)
    return math.nan if interval is None else interval.mean


def difference_text(
    outcomes: Outcomes, difference: Difference, choice: ChoiceName = "tuned", reference_choice: ChoiceName = "tuned"
) -> str:
    """Return the mean difference, rounded so that it agrees with the two rounded means.

    Both means are over the splits where both have a value. The difference of the rounded means may fall outside of a
    very narrow interval; then the exact difference is rounded instead.
    """
    text = formatting.difference(*common_means(outcomes, difference, choice, reference_choice))
    interval = difference.interval
    low, high = (formatting.difference(end, 0.0) for end in (interval.low, interval.high))
    if interval.defined and not _number(low) <= _number(text) <= _number(high):
        return formatting.difference(interval.mean, 0.0)
    return text


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace("±", ""))


def join_differences(
    outcomes: Outcomes,
    differences: Sequence[Difference],
    choice: ChoiceName = "tuned",
    reference_choice: ChoiceName = "tuned",
) -> str:
    """Join several strategies, each with its difference: "SMOTE (+0.021) and RankNet (+0.019)"."""
    return join_names(
        [f"{label(each.model)} ({difference_text(outcomes, each, choice, reference_choice)})" for each in differences]
    )


def interval_text(interval: CorrectedInterval) -> str:
    """Return the interval of a metric, such as "0.548 to 0.767"."""
    return Interval(interval.low, interval.high, interval.confidence_level).text


def difference_interval_text(interval: CorrectedInterval) -> str:
    """Return the interval of a difference, with signs.

    Examples
    --------
    >>> difference_interval_text(CorrectedInterval(0.01, -0.02, 0.04, 0.95))
    '−0.020 to +0.040'
    """
    return f"{formatting.difference(interval.low, 0.0)} to {formatting.difference(interval.high, 0.0)}"
