"""The in-sample bias: what it costs to choose a threshold on the rows that the model was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from f1tools import formatting
from f1tools.repeats.comparison import MIN_SPLITS, Difference, common_means, gains
from f1tools.repeats.corrected import nanmean
from f1tools.repeats.formatting import difference_interval_text, difference_text, mean_value, objective_text
from f1tools.repeats.outcomes import ChoiceName, Outcomes
from f1tools.repeats.strategy_names import join_names, name_in_sentence, verb

_WIDE = 0.1  # of the score range: width of the interval of thresholds that are equally good in sample
_LARGE = 0.1  # of the objective: difference between in sample and test rows
_MEMORIZED = 0.99  # in-sample objective of a model that has memorized its training rows
_CHOICES: tuple[ChoiceName, ChoiceName] = ("in_sample", "in_sample_middle")


class _Bias(NamedTuple):
    """The in-sample bias of one strategy; its numbers are those of the better in-sample choice."""

    gain: Difference
    choice: ChoiceName
    loses: bool
    in_sample_value: float
    test_value: float
    wide: bool
    interval: tuple[float, float]

    @property
    def optimism(self) -> float:
        """In-sample objective minus the objective on test rows."""
        return self.in_sample_value - self.test_value

    @property
    def arbitrary(self) -> bool:
        """Whether many thresholds are equally good in sample, and much worse on test rows."""
        return self.wide and self.optimism > _LARGE


def in_sample_bias_text(outcomes: Outcomes) -> str:
    """Describe what in-sample thresholds cost and how optimistic the in-sample objective is; "" if unknown.

    Many thresholds may decide the training rows alike and other rows differently. No claim depends on which of them is
    chosen: a strategy loses detectably only if it does so with both the highest and the middle one, and single numbers
    are those of the better one.
    """
    biases = _biases(outcomes)
    if not biases:
        return ""
    largest = max(biases, key=lambda each: (each.arbitrary, each.optimism))
    if largest.wide:
        return f"{_wide_interval_text(outcomes, largest)} {_both_choices_text(biases)}"
    model = largest.gain.model
    return (
        f"With in-sample thresholds, chosen on the training rows, {_losses_text(outcomes, biases)}. In sample, "
        f"{name_in_sentence(model)} {verb(model, 'appears', 'appear')} to reach "
        f"{objective_text(outcomes, largest.in_sample_value)}; on test rows it is "
        f"{formatting.metric_value(largest.test_value)}."
    )


def in_sample_bias_matters(outcomes: Outcomes) -> bool:
    """Return whether in-sample thresholds lose detectably for some strategy, or are arbitrary."""
    return any(each.loses or each.arbitrary for each in _biases(outcomes))


def _biases(outcomes: Outcomes) -> list[_Bias]:
    if outcomes.repeats < MIN_SPLITS:
        return []
    highest, middle = (
        {each.model: each for each in gains(outcomes, choice, "tuned") if each.interval.defined} for choice in _CHOICES
    )
    return [_bias(outcomes, highest[model], middle[model]) for model in highest if model in middle]


def _bias(outcomes: Outcomes, highest: Difference, middle: Difference) -> _Bias:
    better = int(middle.interval.mean > highest.interval.mean)
    in_sample = outcomes.results[highest.model].choices["in_sample"]
    low, high = (nanmean(np.where(np.isfinite(end), end, np.nan)).item() for end in in_sample.interval)
    return _Bias(
        gain=(highest, middle)[better],
        choice=_CHOICES[better],
        loses=all(each.detectable and each.interval.mean < 0 for each in (highest, middle)),
        in_sample_value=nanmean(in_sample.selection_value).item(),
        test_value=max(mean_value(outcomes, highest.model, choice) for choice in _CHOICES),
        wide=float(in_sample.interval_width.mean()) > _WIDE,
        interval=(low, high),
    )


def _wide_interval_text(outcomes: Outcomes, bias: _Bias) -> str:
    """Describe how many thresholds are equally good in sample, and what three thresholds reach on test rows."""
    model, (low, high) = bias.gain.model, map(formatting.metric_value, bias.interval)
    highest, middle, tuned = (
        formatting.metric_value(mean_value(outcomes, model, choice)) for choice in (*_CHOICES, "tuned")
    )
    start = "In sample, many thresholds are equally good"
    if bias.arbitrary:
        memorized = bias.in_sample_value >= _MEMORIZED
        reason = "the model has memorized its training rows" if memorized else "many thresholds are equally good there"
        start = f"An in-sample threshold is arbitrary, because {reason}"
    return (
        f"{start}: {name_in_sentence(model)} {verb(model, 'reaches', 'reach')} "
        f"{objective_text(outcomes, bias.in_sample_value)} in sample at every threshold from about {low} to {high}; on "
        f"test rows the highest of these reaches {highest}, the middle one {middle}, and one chosen on held-out rows "
        f"{tuned}."
    )


def _both_choices_text(biases: Sequence[_Bias]) -> str:
    """Count the strategies that lose detectably with both in-sample choices."""
    losing = _losing(biases)
    both = "detectably with both in-sample choices"
    if len(biases) == 1:
        return f"It {'loses' if losing else 'does not lose'} {both}."
    if not losing:
        return f"None of the {len(biases)} strategies loses {both}."
    names = join_names([name_in_sentence(each.gain.model) for each in losing])
    return f"{_count_losing(losing, biases)} {both}: {names}."


def _losses_text(outcomes: Outcomes, biases: Sequence[_Bias]) -> str:
    """Count the strategies that lose detectably in sample, with the largest loss."""
    losing = _losing(biases)
    against = "detectably against a threshold chosen on held-out rows"
    if not losing:
        model = biases[0].gain.model
        if len(biases) == 1:
            return f"{name_in_sentence(model)} {verb(model, 'does', 'do')} not lose {against}"
        return f"none of the {len(biases)} strategies loses {against}"
    worst = losing[0]
    model = worst.gain.model
    in_sample, tuned = common_means(outcomes, worst.gain, worst.choice, "tuned")
    loss = (
        f"{objective_text(outcomes, in_sample)} instead of {formatting.metric_value(tuned)} "
        f"({difference_text(outcomes, worst.gain, worst.choice, 'tuned')}, "
        f"interval {difference_interval_text(worst.gain.interval)})"
    )
    if len(biases) == 1:
        return f"{name_in_sentence(model)} {verb(model, 'loses', 'lose')} {against}: {loss}"
    worst_text = f"the worst, {name_in_sentence(model)}, {verb(model, 'reaches', 'reach')} {loss}"
    return f"{_count_losing(losing, biases)} {against}; {worst_text}"


def _count_losing(losing: Sequence[_Bias], biases: Sequence[_Bias]) -> str:
    return f"{len(losing)} of the {len(biases)} strategies {'lose' if len(losing) > 1 else 'loses'}"


def _losing(biases: Sequence[_Bias]) -> list[_Bias]:
    return sorted((each for each in biases if each.loses), key=lambda each: each.gain.interval.mean)
