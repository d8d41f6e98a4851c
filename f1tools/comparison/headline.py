"""Which model to take, and how sure that is, in two sentences."""

from __future__ import annotations

import math
from typing import NamedTuple

from f1tools import formatting
from f1tools.comparison.differences import ModelDifference, ModelDifferences
from f1tools.comparison.sentences import detectable_text, same_workload_text
from f1tools.core.metrics import Metric


class Headline(NamedTuple):
    """The answer to "which model?", and what supports it."""

    answer: str
    support: str


class Lead(NamedTuple):
    """The model with the highest value, and the one that it is compared with: the reference, else the runner-up."""

    best: str
    value: float
    other: str
    other_value: float
    is_reference: bool

    @classmethod
    def of(cls, values: dict[str, float], reference: str) -> Lead:
        """Find them among the values of at least two models; undefined values are lowest, the reference wins ties."""
        ranked = sorted(values, key=lambda name: (math.isnan(values[name]), -values[name], name != reference))
        best, runner_up = ranked[:2]
        other = runner_up if best == reference else reference
        return cls(best, values[best], other, values[other], best == reference)

    def text(self, metric: Metric, verb: str = "Take") -> str:
        """Return what to do with the values that are the reason, without a full stop."""
        label = formatting.lowercase_label(metric.label)
        best, other = formatting.truncate(self.best), formatting.truncate(self.other)
        gap = formatting.difference(self.value, self.other_value).removeprefix("+")
        same = "the same as" if self.value == self.other_value else "less than 0.001 above"
        above = {"±0": f"{same} {other}", formatting.UNDEFINED: f"which is undefined for {other}"}
        next_best = ", the next best" if self.is_reference else ""
        than = above.get(gap, f"{gap} above {other}{next_best}")
        return f"{verb} {best}: {label} {formatting.metric_value(self.value)}, {than}"


def headline(found: ModelDifferences, margin: float) -> Headline:
    """State which model to take and whether its lead could be chance.

    Parameters
    ----------
    found : ModelDifferences
        At least two models.
    margin : float
        The largest difference that does not matter.

    Notes
    -----
    The model with the highest value is compared with the reference, and the reference with the runner-up where it has
    the highest value itself. The interval is the simultaneous one, because the model was chosen for its value.
    """
    lead = Lead.of(dict(zip(found.models, found.values, strict=True)), found.reference)
    difference = found.difference(lead.other if lead.is_reference else lead.best)
    sign = -1 if lead.is_reference else 1
    low, high = sorted((sign * difference.simultaneous.low, sign * difference.simultaneous.high))
    if math.isnan(low):
        return Headline(f"{lead.text(found.metric)}.", "Too few rows of a class for a confidence interval.")
    ends = " to ".join(formatting.difference(float(end), 0.0) for end in (low, high))
    together = " (simultaneous for all models)" if len(found.models) > 2 else ""
    interval = f"{difference.simultaneous.level_text} interval of the difference: {ends}{together}."
    unseen = "" if difference.excludes_zero else detectable_text(difference)
    workload = same_workload_text(found.difference(lead.best, lead.other))
    answer = _answer(lead, difference, found.metric, margin, low)
    return Headline(answer, " ".join(filter(None, [interval, unseen, *workload])))


def _answer(lead: Lead, difference: ModelDifference, metric: Metric, margin: float, low: float) -> str:
    within = f"within {margin:g}"
    verdict = difference.verdict(margin)
    if verdict in ("same", "as good"):
        return f"{lead.text(metric, 'Take either, such as')}: equally good {within}."
    if difference.excludes_zero:
        return f"{lead.text(metric)}, which is more than chance explains."
    if low > -margin:
        return f"{lead.text(metric)}; this could be chance, but it is not worse by more than {margin:g}."
    return f"{lead.text(metric)}, but this could be chance."
