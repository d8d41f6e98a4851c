"""Which model to take, and how sure that is, in two sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from f1tools import formatting
from f1tools.comparison.difference import ModelDifference
from f1tools.comparison.differences import ModelDifferences
from f1tools.comparison.sentences import UNPAIRED, detectable_text, no_interval_text, same_workload_text, unmet_text
from f1tools.core.metrics import Metric

_HIGHEST = "The highest is"
_MANY = 5  # models, among which the luckiest one is mentioned


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


class Choice(NamedTuple):
    """Which models a comparison recommends.

    Parameters
    ----------
    lead : Lead
        That of the recommended model, or of the highest value where none is clearly better.
    is_clear : bool
        Whether chance does not explain this lead, and the margin does not cover it.
    equal : tuple of str
        The recommended models, or else those as good as the highest value; itself included, the highest first.
    """

    lead: Lead
    is_clear: bool
    equal: tuple[str, ...]

    @property
    def all_equal(self) -> bool:
        """Whether no model is better than another one."""
        return len(self.equal) == self.lead.n_models

    @classmethod
    def of(cls, found: ModelDifferences, margin: float) -> Choice:
        """Take the highest model that is clearly better than the reference; without one nothing is clear."""
        lead = Lead.of(dict(zip(found.models, found.values, strict=True)), found.reference)
        equal = _as_good(found, lead.best, margin)
        if len(equal) == lead.n_models:
            return cls(lead, is_clear=False, equal=equal)
        if lead.is_reference:
            is_clear = found.difference(lead.best, lead.other).verdict(margin) == "better"
            return cls(lead, is_clear, (lead.best,) if is_clear else equal)
        better = {each.model: each.model_value for each in found.differences if each.verdict(margin) == "better"}
        if not better:
            return cls(lead, is_clear=False, equal=equal)
        best = max(better, key=lambda name: better[name])
        equal = tuple(each for each in _as_good(found, best, margin) if each in better)
        return cls(lead._replace(best=best, value=better[best]), is_clear=True, equal=equal)


def recommended(found: ModelDifferences, margin: float) -> str:
    """Return the model to take: the reference, unless another one is clearly better or nothing is known of chance."""
    if found.unmet:
        kept = _comparable(found)
        return kept if isinstance(kept, str) else recommended(kept, margin)
    choice = Choice.of(found, margin)
    unknown = math.isnan(found.differences[0].simultaneous.low)
    return choice.lead.best if choice.is_clear or unknown else found.reference


def headline(found: ModelDifferences, margin: float) -> Headline:
    """State which model to take, or that none is clearly better than the reference.

    Parameters
    ----------
    found : ModelDifferences
        At least two models.
    margin : float
        The largest difference that does not matter; 0 for none.

    Notes
    -----
    The model with the highest value is compared with the reference, and the reference with the runner-up where it has
    the highest value itself. The interval is the simultaneous one, because the model was chosen for its value. A model
    is recommended only where this interval excludes 0, or where all are equally good: their differences lie within the
    margin. A lead that could be chance is no reason to change: the reference is kept. Models that miss the constraints
    have no part in this; where the reference does, the others are compared with the highest of them.
    """
    if found.unmet:
        return _without_unmet(found, margin)
    choice = Choice.of(found, margin)
    lead, label = choice.lead, found.metric
    difference = found.difference(lead.best, lead.other)
    bounds = difference.simultaneous
    if math.isnan(bounds.low):
        reason = "" if math.isnan(lead.value) else no_interval_text(found)
        return Headline(f"{lead.text(label, _HIGHEST)}.", reason)
    highest = f"{lead.text(label, _HIGHEST)}{_verdict(difference, margin)}."
    within = f" (within {margin:g})" if margin else ""
    if choice.all_equal:
        answer = f"{_names(choice.equal)} are equally good{within}: take {_any_of(choice.equal)}."
    elif not choice.is_clear:
        answer = _keep_text(found, choice, margin)
    elif len(choice.equal) > 1:
        better = f"clearly better than {formatting.truncate(found.reference)}"
        answer = f"{_names(choice.equal)} are equally good{within} and {better}: take {_any_of(choice.equal)}."
    else:
        answer, highest = f"{lead.text(label)}{_verdict(difference, margin)}.", _rivals_text(found, lead, margin)
    notes = ["simultaneous for all models"] * (lead.n_models > 2) + [UNPAIRED] * (not found.paired)
    together = f" ({'; '.join(notes)})" if notes else ""
    is_chosen = lead.n_models >= _MANY and not (lead.is_reference or choice.all_equal)
    luck = f"Choosing the highest of {lead.n_models:,} models favors the luckiest." if is_chosen else ""
    interval = f"{bounds.level_text} interval of the difference: {bounds.signed_text}{together}."
    unseen = "" if difference.excludes_zero else detectable_text(difference)
    support = [highest, luck, interval, unseen, *same_workload_text(difference)]
    return Headline(answer, " ".join(filter(None, support)))


def _comparable(found: ModelDifferences) -> ModelDifferences | str:
    """Return the models that meet the constraints, or the name of the only one; the reference where none does."""
    kept = {model: value for model, value in found.comparable_values.items() if model not in found.unmet}
    if len(kept) < 2:
        return next(iter(kept), found.reference)
    highest = min(kept, key=lambda name: (math.isnan(kept[name]), -kept[name]))
    return found.only([*kept], found.reference if found.reference in kept else highest)


def _without_unmet(found: ModelDifferences, margin: float) -> Headline:
    """Return the headline of the models that meet the constraints, and which do not."""
    kept, missed, label = _comparable(found), unmet_text(found), formatting.lowercase_label(found.metric.label)
    if isinstance(kept, str):
        if kept in found.unmet:
            return Headline("No model meets the constraints reliably: loosen one of them.", missed)
        value = formatting.metric_value(found.comparable_values[kept])
        return Headline(f"Only {formatting.truncate(kept)} meets the constraints: {label} {value}.", missed)
    answer, support = headline(kept, margin)
    choice = Choice.of(kept, margin)
    if kept.reference != found.reference and not (choice.is_clear or choice.all_equal):
        # There is no reference to keep.
        difference = kept.difference(choice.lead.best, choice.lead.other)
        answer = f"{choice.lead.text(found.metric, _HIGHEST)}{_verdict(difference, margin)}."
        support = support.removeprefix(answer).lstrip()
    return Headline(answer, f"{missed} {support}".rstrip())


def _rivals_text(found: ModelDifferences, lead: Lead, margin: float) -> str:
    """Return which models chance may have put below or above the recommended one; empty where there are none."""
    others = found.against(lead.best).differences
    unsure = [each for each in others if each.verdict(margin) in ("undecided", "not worse")]
    names = [each.model for each in sorted(unsure, key=lambda each: -each.model_value) if each.model != lead.other]
    return f"{_names(names)} may be as good." if names else ""


def _keep_text(found: ModelDifferences, choice: Choice, margin: float) -> str:
    """Return that the reference is kept, and which of the other models are equally good."""
    reference = formatting.truncate(found.reference)
    if choice.lead.n_models == 2:
        return f"Neither model is clearly better: keep {reference}."
    within = f" (within {margin:g})" if margin else ""
    texts = [f"No model is clearly better than {reference}: keep it"]
    kept = [each for each in _as_good(found, found.reference, margin) if each != found.reference]
    if kept:
        texts.append(f"{_names(kept)} {'is' if len(kept) == 1 else 'are'} as good{within}")
    if found.reference not in choice.equal and len(choice.equal) > 1:
        texts.append(f"{_names(choice.equal)} are equally good{within}")
    return f"{'; '.join(texts)}."


def _verdict(difference: ModelDifference, margin: float) -> str:
    """Return the end of a sentence about the lead; empty where it does not matter by the margin."""
    if difference.verdict(margin) in ("same", "as good"):
        return ""
    if difference.excludes_zero:
        return ", which is more than chance explains"
    if difference.simultaneous.low > -margin:
        return f"; this could be chance, but it is not worse by more than {margin:g}"
    return ", but this could be chance"


def _as_good(found: ModelDifferences, best: str, margin: float) -> tuple[str, ...]:
    """Return a model and those that are as good, these with the highest value first."""
    others = [each for each in found.against(best).differences if each.verdict(margin) in ("same", "as good")]
    return best, *(each.model for each in sorted(others, key=lambda each: -each.model_value))


def _names(models: Iterable[str]) -> str:
    return formatting.join_names(map(formatting.truncate, models))


def _any_of(models: Sequence[str]) -> str:
    return "either" if len(models) == 2 else "any of them"
