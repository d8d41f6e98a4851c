"""Numbers of the strategies as sentences need them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from f1tools import formatting
from f1tools.formatting import lowercase_label
from f1tools.repeats.comparing import Difference, common_means, reached
from f1tools.repeats.corrected import CorrectedInterval
from f1tools.repeats.cuts import CutName
from f1tools.repeats.naming import label, listed
from f1tools.repeats.outcomes import Outcomes


def mean_of(outcomes: Outcomes, model: str, cut: CutName = "tuned") -> float:
    """Give the mean of the objective; nan where there is no such cut."""
    found = reached(outcomes, model, cut)
    return math.nan if found is None else found.mean


def value_text(outcomes: Outcomes, model: str, cut: CutName = "tuned") -> str:
    """Write what a strategy reaches: "F1 0.602"."""
    return f"{lowercase_label(outcomes.objective.label)} {formatting.metric_value(mean_of(outcomes, model, cut))}"


def gap(outcomes: Outcomes, each: Difference, cut: CutName = "tuned", against: CutName = "tuned") -> str:
    """Write a difference of two means, so that it adds up with both as written.

    Both means are over the splits where both have a value. An interval may be so narrow that the difference of two
    rounded numbers falls out of it: then the difference itself is rounded.
    """
    text, interval = formatting.difference(*common_means(outcomes, each, cut, against)), each.interval
    low, high = (formatting.difference(end, 0.0) for end in (interval.low, interval.high))
    if has_ends(interval) and not _number(low) <= _number(text) <= _number(high):
        return formatting.difference(interval.mean, 0.0)
    return text


def _number(text: str) -> float:
    return float(text.replace("−", "-").replace("±", ""))


def with_gaps(
    outcomes: Outcomes, found: Sequence[Difference], cut: CutName = "tuned", against: CutName = "tuned"
) -> str:
    """Write several strategies, each with its difference: "SMOTE (+0.021) and RankNet (+0.019)"."""
    return listed([f"{label(each.model)} ({gap(outcomes, each, cut, against)})" for each in found])


def better_and_worse(found: Sequence[Difference]) -> tuple[list[Difference], list[Difference]]:
    """Give what is detectably above and what is detectably below, the farthest first."""
    seen = sorted((each for each in found if each.detectable), key=lambda each: -abs(each.interval.mean))
    return [each for each in seen if each.interval.mean > 0], [each for each in seen if each.interval.mean < 0]


def known(found: Sequence[Difference]) -> list[Difference]:
    """Give those whose mean is known: some metrics are undefined where nothing is flagged."""
    return [each for each in found if not math.isnan(each.interval.mean)]


def measured(found: Sequence[Difference]) -> list[Difference]:
    """Give those that enough splits tell for an interval."""
    return [each for each in found if has_ends(each.interval)]


def has_ends(interval: CorrectedInterval) -> bool:
    """Tell whether enough splits have a value for an interval."""
    return not math.isnan(interval.low)


def ends_text(interval: CorrectedInterval) -> str:
    """Write the ends of an interval of a metric."""
    return f"{formatting.metric_value(interval.low)} to {formatting.metric_value(interval.high)}"


def signed_text(interval: CorrectedInterval) -> str:
    """Write the ends of an interval of a difference.

    Examples
    --------
    >>> signed_text(CorrectedInterval(0.01, -0.02, 0.04, 0.95))
    '−0.020 to +0.040'
    """
    return f"{formatting.difference(interval.low, 0.0)} to {formatting.difference(interval.high, 0.0)}"
