"""The in-sample bias: what it costs to choose a threshold on the rows that the model was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from f1tools import formatting
from f1tools.formatting import join_names
from f1tools.repeats.comparison import MIN_SPLITS, Difference, gains, mean_objective
from f1tools.repeats.corrected import nanmean
from f1tools.repeats.outcomes import ChoiceName, Outcomes
from f1tools.repeats.strategy_names import name_in_sentence, verb

_WIDE = 0.1  # of the score range: width of the interval of thresholds that are equally good in sample
_LARGE = 0.1  # of the objective: difference between in sample and test rows
_MEMORIZED = 0.99  # in-sample objective of a model that has memorized its training rows
_CHOICES: tuple[ChoiceName, ChoiceName] = ("in_sample", "in_sample_middle")


class InSampleBias(NamedTuple):
    """The in-sample bias of the strategies, in words.

    Parameters
    ----------
    text : str
        What in-sample thresholds cost and how optimistic the in-sample objective is; "" if unknown.
    matters : bool
        Whether in-sample thresholds lose detectably for some strategy, or are arbitrary.
    """

    text: str
    matters: bool


class _Bias(NamedTuple):
    """The in-sample bias of one strategy.

    ``gain`` is that of the better in-sample choice over the tuned threshold, ``values`` are the means on test rows of
    the highest and the middle in-sample threshold, and of the tuned one.
    """

    gain: Difference
    loses: bool
    in_sample_value: float
    values: tuple[float, float, float]
    wide: bool
    interval: tuple[float, float]

    @property
    def subject(self) -> str:
        """The name of the strategy."""
        return name_in_sentence(self.gain.model)

    @property
    def optimism(self) -> float:
        """In-sample objective minus the objective on test rows, with the better choice."""
        return self.in_sample_value - max(self.values[:2])

    @property
    def arbitrary(self) -> bool:
        """Whether many thresholds are equally good in sample, and much worse on test rows."""
        return self.wide and self.optimism > _LARGE


def in_sample_bias(outcomes: Outcomes) -> InSampleBias:
    """Describe the in-sample bias.

    Many thresholds may decide the training rows alike and other rows differently. No claim depends on which of them is
    chosen: a strategy loses detectably only if it does so with both the highest and the middle one, and single numbers
    are those of the better one.
    """
    biases = _biases(outcomes)
    if not biases:
        return InSampleBias("", False)
    largest = max(biases, key=lambda each: (each.arbitrary, each.optimism))
    if largest.wide:
        text = f"{_wide_interval_text(outcomes, largest)} {_both_choices_text(outcomes, biases)}"
    else:
        text = (
            f"With in-sample thresholds, chosen on the training rows, {_losses_text(outcomes, biases)}. In sample, "
            f"{largest.subject} {verb(largest.gain.model, 'appears', 'appear')} to reach "
            f"{outcomes.value_text(largest.in_sample_value)}; on test rows it is "
            f"{formatting.metric_value(max(largest.values[:2]))}."
        )
    return InSampleBias(text, any(each.loses or each.arbitrary for each in biases))


def _biases(outcomes: Outcomes) -> list[_Bias]:
    if outcomes.repeats < MIN_SPLITS:
        return []
    highest, middle = (
        {each.model: each for each in gains(outcomes, choice, "tuned") if each.interval.defined} for choice in _CHOICES
    )
    return [_bias(outcomes, highest[model], middle[model]) for model in highest if model in middle]


def _bias(outcomes: Outcomes, highest: Difference, middle: Difference) -> _Bias:
    in_sample = outcomes.results[highest.model].choices["in_sample"]
    low, high = (nanmean(np.where(np.isfinite(end), end, np.nan)).item() for end in in_sample.interval)
    at_highest, at_middle, tuned = (
        mean_objective(outcomes, highest.model, choice).mean for choice in (*_CHOICES, "tuned")
    )
    return _Bias(
        gain=max(highest, middle, key=lambda each: each.interval.mean),
        loses=all(each.detectable and each.interval.mean < 0 for each in (highest, middle)),
        in_sample_value=nanmean(in_sample.selection_value).item(),
        values=(at_highest, at_middle, tuned),
        wide=float(in_sample.interval_width.mean()) > _WIDE,
        interval=(low, high),
    )


def _wide_interval_text(outcomes: Outcomes, bias: _Bias) -> str:
    """Describe how many thresholds are equally good in sample, and what three thresholds reach on test rows."""
    low, high, highest, middle, tuned = map(formatting.metric_value, (*bias.interval, *bias.values))
    start = "In sample, many thresholds are equally good"
    if bias.arbitrary:
        memorized = bias.in_sample_value >= _MEMORIZED
        reason = "the model has memorized its training rows" if memorized else "many thresholds are equally good there"
        start = f"An in-sample threshold is arbitrary, because {reason}"
    return (
        f"{start}: {bias.subject} {verb(bias.gain.model, 'reaches', 'reach')} "
        f"{outcomes.value_text(bias.in_sample_value)} in sample at every threshold from about {low} to {high}; on "
        f"test rows the highest of these reaches {highest}, the middle one {middle}, and one chosen on held-out rows "
        f"{tuned}."
    )


def _both_choices_text(outcomes: Outcomes, biases: Sequence[_Bias]) -> str:
    """Count the strategies that lose detectably with both in-sample choices."""
    losing = _losing(biases)
    both = "detectably with both in-sample choices"
    if len(biases) == 1:
        return f"It {'loses' if losing else 'does not lose'} {both}."
    if not losing:
        return f"None of {_all_of(outcomes, biases)} loses {both}."
    return f"{_count_losing(outcomes, losing, biases)} {both}: {join_names([each.subject for each in losing])}."


def _losses_text(outcomes: Outcomes, biases: Sequence[_Bias]) -> str:
    """Count the strategies that lose detectably in sample, with the largest loss."""
    losing = _losing(biases)
    against = "detectably against a threshold chosen on held-out rows"
    if not losing and len(biases) == 1:
        return f"{biases[0].subject} {verb(biases[0].gain.model, 'does', 'do')} not lose {against}"
    if not losing:
        return f"none of {_all_of(outcomes, biases)} loses {against}"
    worst, gain = losing[0].subject, losing[0].gain
    loss = (
        f"{outcomes.value_text(gain.value)} instead of {formatting.metric_value(gain.reference_value)} ({gain.text}, "
        f"interval {gain.interval.signed_text})"
    )
    if len(biases) == 1:
        return f"{worst} {verb(gain.model, 'loses', 'lose')} {against}: {loss}"
    reaches = verb(gain.model, "reaches", "reach")
    return f"{_count_losing(outcomes, losing, biases)} {against}; the worst, {worst}, {reaches} {loss}"


def _count_losing(outcomes: Outcomes, losing: Sequence[_Bias], biases: Sequence[_Bias]) -> str:
    return f"{len(losing)} of {_all_of(outcomes, biases)} {'lose' if len(losing) > 1 else 'loses'}"


def _all_of(outcomes: Outcomes, biases: Sequence[_Bias]) -> str:
    """Say how many strategies are counted; other sentences count those besides the reference."""
    is_all = len(biases) == len(outcomes.models)
    return f"{len(biases)} strategies{', the reference included,' if is_all else ' with such thresholds'}"


def _losing(biases: Sequence[_Bias]) -> list[_Bias]:
    return sorted((each for each in biases if each.loses), key=lambda each: each.gain.interval.mean)
