"""How numbers, thresholds, labels and names from files are formatted: the same on pages, in files and the terminal.

These rules apply to pages, the command line and the card (``card/format.js`` mirrors this file and is tested against
it, word for word):

- a metric has three decimals, halves away from zero; an undefined one is "n/a", never 0 or 1;
- a difference is taken between the displayed numbers, so that the arithmetic on the screen adds up;
- a count has thousands separators; a sum of weights that is not whole has one decimal, or three significant
  digits below 100;
- a share is a percentage with one decimal, two significant digits below 1 %;
- a natural frequency is "7 in 10" or "3 in 1,000": its base stays the same at every threshold of a curve;
- a threshold is the shortest decimal that makes the same decisions as the exact score.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.optimum import Optimum
from f1tools.formatting.names import join_names, single_line, truncate, utf8_safe, with_kind
from f1tools.formatting.numbers import (
    UNDEFINED,
    amount,
    apportion,
    common_decimals,
    count,
    counted,
    difference,
    difference_within,
    frequency_base,
    metric_value,
    natural_frequency,
    of_cases,
    percent,
    price,
)
from f1tools.formatting.thresholds import (
    ABOVE_ALL_SCORES,
    at_threshold,
    best_threshold_text,
    column_of_thresholds,
    decimal,
    displayed_threshold,
    exact_threshold,
    is_one_threshold,
    lower_threshold_text,
    parse_threshold,
    rounded_threshold,
    shortest_decimal,
    slider_bounds,
    threshold_range_text,
    threshold_text,
    using_threshold,
    with_minus_signs,
)

__all__ = [
    "ABOVE_ALL_SCORES",
    "IN_SAMPLE",
    "UNDEFINED",
    "amount",
    "apportion",
    "at_threshold",
    "best_label",
    "best_threshold_text",
    "capitalized",
    "column_of_thresholds",
    "common_decimals",
    "constrained_value",
    "constraints_end",
    "constraints_text",
    "count",
    "counted",
    "decimal",
    "difference",
    "difference_within",
    "displayed_threshold",
    "exact_threshold",
    "frequency_base",
    "is_one_threshold",
    "join_names",
    "lower_scores_text",
    "lower_threshold_text",
    "lowercase_label",
    "metric_value",
    "natural_frequency",
    "of_cases",
    "parse_threshold",
    "percent",
    "price",
    "rounded_threshold",
    "shortest_decimal",
    "single_line",
    "slider_bounds",
    "threshold_range_text",
    "threshold_text",
    "trivial_optimum_text",
    "truncate",
    "under_constraints",
    "using_threshold",
    "utf8_safe",
    "with_article",
    "with_kind",
    "with_minus_signs",
]

IN_SAMPLE = (
    "The best threshold was tuned on this data, so its value here is optimistic. Expect less on new data, and check it "
    "on rows that were not used to choose it."
)

_PROPER_NAMES = ("Matthews", "Cohen", "Youden", "Jaccard")


def every_case(*, has_unscored: bool) -> str:
    """Return what the lowest threshold flags: every case, or every case with a score where some have none.

    Examples
    --------
    >>> every_case(has_unscored=False), every_case(has_unscored=True)
    ('every case', 'every case with a score')
    """
    return "every case with a score" if has_unscored else "every case"


def all_flagged(*, has_unscored: bool) -> str:
    """Return the label of a baseline at the lowest threshold."""
    return "all with a score flagged" if has_unscored else "all flagged"


def lowercase_label(label: str) -> str:
    """Return the label of a metric for use inside a sentence: in lower case, except names and abbreviations.

    Examples
    --------
    >>> [lowercase_label(label) for label in ("Balanced accuracy", "Cohen's kappa", "F0.5", "G-mean")]
    ['balanced accuracy', "Cohen's kappa", 'F0.5', 'G-mean']
    """
    if label.startswith(_PROPER_NAMES) or not label[1:2].islower():
        return label
    return label[0].lower() + label[1:]


def capitalized(text: str) -> str:
    """Return a text for the start of a sentence.

    Examples
    --------
    >>> capitalized("at 0.4")
    'At 0.4'
    """
    return text[:1].upper() + text[1:]


def with_article(label: str) -> str:
    """Return the label of a metric for use inside a sentence, with "a" or "an".

    Examples
    --------
    >>> with_article("F1"), with_article("Accuracy"), with_article("Matthews correlation")
    ('an F1', 'an accuracy', 'a Matthews correlation')
    """
    lowercase = lowercase_label(label)
    vowel = lowercase[:1] in tuple("aeioAEIO") or (lowercase[:1] == "F" and lowercase[1:2].isdigit())
    return f"{'an' if vowel else 'a'} {lowercase}"


def best_label(optimum: Optimum, *, chosen_on: str = "") -> str:
    """Return the name of the best threshold, by its metric.

    Examples
    --------
    >>> from f1tools.core.curve import ThresholdCurve
    >>> from f1tools.core.optimum import best
    >>> best_label(best(ThresholdCurve.from_predictions([0, 1], [0.3, 0.9]), "accuracy"), chosen_on="valid")
    'Highest accuracy on valid'
    """
    where = f" on {truncate(chosen_on)}" if chosen_on else ""
    return f"Highest {lowercase_label(optimum.metric.label)}{constraints_end(optimum)}{where}"


def constraints_end(optimum: Optimum) -> str:
    """Return the end of a phrase about the best threshold: whether it meets constraints, or they had to be dropped.

    Examples
    --------
    >>> from f1tools.core.curve import ThresholdCurve
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([0, 1, 0, 1], [0.1, 0.3, 0.6, 0.9])
    >>> constraints_end(best(curve, constraints=[Constraint.at_least("precision", 0.9)]))
    ' under constraints'
    >>> both = [Constraint.at_least(name, 1) for name in ("precision", "recall")]
    >>> constraints_end(best(curve, constraints=both, on_unmet="relax")), constraints_end(best(curve))
    (' without constraints', '')
    """
    if optimum.not_met:
        return " without constraints"
    return " under constraints" if optimum.constraints else ""


def constraints_text(constraints: Iterable[Constraint]) -> str:
    """Return constraints as a list.

    Examples
    --------
    >>> constraints_text([Constraint.at_least("recall", 0.8), Constraint.at_most("flagged", 100)])
    'recall at least 0.8, at most 100 flagged'
    """
    return ", ".join(map(str, constraints))


def under_constraints(constraints: Sequence[Constraint]) -> str:
    """Return the sentence that states the constraints on the best threshold; empty without any."""
    return f"Under your constraints: {constraints_text(constraints)}." if constraints else ""


def trivial_optimum_text(optimum: Optimum, threshold: str) -> str:
    """Say where the best threshold flags nothing or everything, or is as good as flagging nothing; empty elsewhere.

    Parameters
    ----------
    optimum : Optimum
        With its interval and its ties where it was chosen.
    threshold : str
        As displayed.

    Examples
    --------
    >>> from f1tools.core.curve import ThresholdCurve
    >>> from f1tools.core.optimum import best
    >>> curve = ThresholdCurve.from_predictions([0, 0, 1], [0.9, 0.4, 0.3])
    >>> trivial_optimum_text(best(curve, "accuracy"), "above all scores")
    'By accuracy it is best to flag nothing: no new case is flagged either, whatever its score.'
    >>> curve = ThresholdCurve.from_predictions([0, 1], [0.9, 0.3])
    >>> trivial_optimum_text(best(curve, "accuracy"), "0.3")
    'This flags all scores seen here; new cases with a score below 0.3 are not flagged. Flagging nothing is as good by \
accuracy.'
    """
    label = lowercase_label(optimum.metric.label)
    if math.isinf(optimum.point.threshold):
        return f"By {label} it is best to flag nothing: no new case is flagged either, whatever its score."
    parts = []
    if math.isinf(optimum.interval[0]):
        parts.append(f"This flags all scores seen here; {lower_scores_text(threshold)}")
    if math.isinf(optimum.ties[0]):
        parts.append(f"Flagging nothing is as good by {label}.")
    return " ".join(parts)


def lower_scores_text(threshold: str) -> str:
    """Say what becomes of lower scores where a threshold flags all cases that were seen."""
    return f"new cases with a score below {displayed_threshold(threshold)} are not flagged."


def constrained_value(constraint: Constraint, counts: ConfusionCounts) -> str:
    """Format the value that a constraint bounds, at one point.

    Examples
    --------
    >>> counts = ConfusionCounts(tn=5, fp=1, fn=3, tp=7)
    >>> [constrained_value(Constraint.at_least(name, 0.8), counts) for name in ("recall", "flagged")]
    ['0.700', '8']
    """
    value = float(constraint.measure(counts))
    return count(value) if constraint.counts_rows else metric_value(value)
