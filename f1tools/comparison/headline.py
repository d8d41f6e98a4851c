"""Which model to take, and how sure that is, in two sentences."""

from __future__ import annotations

import math
from typing import NamedTuple

from f1tools import formatting
from f1tools.comparison.difference import ModelDifference
from f1tools.comparison.differences import ModelDifferences
from f1tools.comparison.sentences import UNPAIRED, detectable_text, no_interval_text, same_workload_text
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
    n_models: int

    @classmethod
    def of(cls, values: dict[str, float], reference: str) -> Lead:
        """Find them among the values of at least two models; undefined values are lowest, the reference wins ties."""
        ranked = sorted(values, key=lambda name: (math.isnan(values[name]), -values[name], name != reference))
        best, runner_up = ranked[:2]
        other = runner_up if best == reference else reference
        return cls(best, values[best], other, values[other], best == reference, len(values))

    def text(self, metric: Metric, verb: str = "Take") -> str:
        """Return what to do with the values that are the reason, without a full stop."""
        if math.isnan(self.value):
            return f"{metric.label} is undefined for every model"
        label = formatting.lowercase_label(metric.label)
        best, other = formatting.truncate(self.best), formatting.truncate(self.other)
        if self.n_models > 2:
            other = f"{other}, {'the next best' if self.is_reference else 'the reference'}"
        gap = formatting.difference(self.value, self.other_value).removeprefix("+")
        same = "the same as" if self.value == self.other_value else "less than 0.001 above"
        above = {"±0": f"{same} {other}", formatting.UNDEFINED: f"which is undefined for {other}"}
        return f"{verb} {best}: {label} {formatting.metric_value(self.value)}, {above.get(gap, f'{gap} above {other}')}"


def headline(found: ModelDifferences, margin: float) -> Headline:
    """State which model to take and whether its lead could be chance.

    Parameters
    ----------
    found : ModelDifferences
        At least two models.
    margin : float
        The largest difference that does not matter; 0 for none.

    Notes
    -----
    The model with the highest value is compared with the reference, and the reference with the runner-up where it has
    the highest value itself. The interval is the simultaneous one, because the model was chosen for its value. Models
    whose differences from the best one lie within the margin, by simultaneous intervals, are equally good.
    """
    lead = Lead.of(dict(zip(found.models, found.values, strict=True)), found.reference)
    difference = found.difference(lead.best, lead.other)
    bounds = difference.simultaneous
    if math.isnan(bounds.low):
        return Headline(f"{lead.text(found.metric)}.", "" if math.isnan(lead.value) else no_interval_text(found))
    notes = ["simultaneous for all models"] * (len(found.models) > 2) + [UNPAIRED] * (not found.paired)
    together = f" ({'; '.join(notes)})" if notes else ""
    interval = f"{bounds.level_text} interval of the difference: {bounds.signed_text}{together}."
    unseen = "" if difference.excludes_zero else detectable_text(difference)
    workload = same_workload_text(difference)
    verdict, equal = _verdict(difference, margin), _as_good(found, lead.best, margin)
    if len(equal) == 1:
        answer, highest = f"{lead.text(found.metric)}{verdict}.", ""
    else:
        names = formatting.join_names(map(formatting.truncate, equal))
        take = "either" if len(equal) == 2 else "any of them"
        within = f" (within {margin:g})" if margin else ""
        answer = f"{names} are equally good{within}: take {take}."
        highest = f"{lead.text(found.metric, 'The highest is')}{'' if lead.other in equal else verdict}."
    return Headline(answer, " ".join(filter(None, [highest, interval, unseen, *workload])))


def _verdict(difference: ModelDifference, margin: float) -> str:
    """Return the end of a sentence about the lead."""
    if difference.excludes_zero:
        return ", which is more than chance explains"
    if difference.simultaneous.low > -margin:
        return f"; this could be chance, but it is not worse by more than {margin:g}"
    return ", but this could be chance"


def _as_good(found: ModelDifferences, best: str, margin: float) -> list[str]:
    """Return the best model and those that are as good, the highest value first."""
    others = [each for each in found.against(best).differences if each.verdict(margin) in ("same", "as good")]
    return [best, *(each.model for each in sorted(others, key=lambda each: -each.model_value))]
