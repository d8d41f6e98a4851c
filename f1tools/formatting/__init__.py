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
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.optimum import Optimum
from f1tools.formatting.thresholds import (
    ABOVE_ALL_SCORES,
    at_threshold,
    best_threshold_text,
    decimal,
    displayed_threshold,
    exact_threshold,
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
    "constrained_value",
    "constraints_end",
    "count",
    "decimal",
    "difference",
    "displayed_threshold",
    "exact_threshold",
    "frequency_base",
    "lower_scores_text",
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
    "using_threshold",
    "utf8_safe",
    "with_article",
    "with_minus_signs",
]

UNDEFINED = "n/a"
IN_SAMPLE = (
    "The best threshold was tuned on this data, so its value here is optimistic. Expect less on new data, and check it "
    "on rows that were not used to choose it."
)

_HALF_UP = Context(prec=400, rounding=ROUND_HALF_UP)
_LARGEST_BASE = 1_000_000
_PROPER_NAMES = ("Matthews", "Cohen", "Youden", "Jaccard")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # they can reverse the rest of a line


def metric_value(value: float) -> str:
    """Format a metric: three decimals, with a minus sign where it is negative, or "n/a" where it is undefined.

    Examples
    --------
    >>> metric_value(2 / 3), metric_value(float("nan"))
    ('0.667', 'n/a')
    """
    return UNDEFINED if math.isnan(value) else _fixed(value, 3).replace("-", "−")


def difference(value: float, reference: float) -> str:
    """Format the difference of a metric from a reference, with its sign; "±0" where both display the same.

    Examples
    --------
    >>> difference(0.7129, 0.6921), difference(0.5, 0.75), difference(float("nan"), 0.5)
    ('+0.021', '−0.250', 'n/a')
    """
    if math.isnan(value) or math.isnan(reference):
        return UNDEFINED
    gap = Decimal(_fixed(value, 3)) - Decimal(_fixed(reference, 3))
    return f"{gap:+.3f}".replace("-", "−") if gap else "±0"


def price(best: float, value: float) -> str:
    """Say what another threshold than the best one costs, by the metric; on other rows it may gain something.

    Examples
    --------
    >>> price(0.664, 0.658), price(0.5, 0.5), price(0.5, 0.49999), price(0.61, 0.63)
    ('costs 0.006', 'costs nothing', 'costs less than 0.001', 'gains 0.020')
    """
    if abs(best - value) < 1e-12:
        return "costs nothing"
    gap = difference(max(best, value), min(best, value)).removeprefix("+")
    return f"{'costs' if best > value else 'gains'} {'less than 0.001' if gap == '±0' else gap}"


def count(value: float) -> str:
    """Format a number of rows, or a sum of their weights.

    Examples
    --------
    >>> count(1234567), count(1234.56), count(0.04567)
    ('1,234,567', '1,234.6', '0.0457')
    """
    if value == math.floor(value):
        return f"{int(value):,}"
    if value >= 100:
        return f"{Decimal(_fixed(value, 1)):,}"
    return _significant(value, 3)


def percent(share: float) -> str:
    """Format a share between 0 and 1 as a percentage; "100%" and "0%" mean exactly all and none.

    Examples
    --------
    >>> percent(0.16894), percent(0.00369), percent(0.99999), percent(1)
    ('16.9%', '0.37%', '>99.9%', '100%')
    """
    value = share * 100
    if value in (0, 100):
        return f"{value:.0f}%"
    if value < 1:
        return f"{_significant(value, 2)}%"
    text = _fixed(value, 1)
    return ">99.9%" if text == "100.0" else f"{text}%"


def natural_frequency(share: float, base: int = 10) -> str:
    """Format a share strictly between 0 and 1 as a natural frequency.

    Examples
    --------
    >>> natural_frequency(0.713), natural_frequency(0.0032, 1000), natural_frequency(0.06), natural_frequency(0.97)
    ('about 7 in 10', 'about 3 in 1,000', 'fewer than 1 in 10', 'more than 9 in 10')
    """
    if share * base < 1:  # "about 1" would be up to twice as many
        return f"fewer than 1 in {base:,}"
    cases = math.floor(share * base + 0.5)
    return f"about {cases:,} in {base:,}" if cases < base else f"more than {base - 1:,} in {base:,}"


def frequency_base(share: float, start: int = 100, least: int = 2) -> int:
    """Return a base, 100, 1,000 ... 1,000,000, of which a share is at least ``least`` cases.

    Examples
    --------
    >>> frequency_base(0.3), frequency_base(0.004), frequency_base(0.004, least=10)
    (100, 1000, 10000)
    """
    base = start
    while share * base < least and base < _LARGEST_BASE:
        base *= 10
    return base


def apportion(counts: Sequence[float], total: int) -> list[int]:
    """Scale counts to whole numbers that add up to ``total``, by the largest remainder method.

    Of equal remainders the first is rounded up.

    Examples
    --------
    >>> apportion([1, 1, 1], 100)
    [34, 33, 33]
    """
    all_counts = sum(counts)
    exact = [total * each / all_counts for each in counts]
    rounded = [math.floor(each) for each in exact]
    by_remainder = sorted(range(len(rounded)), key=lambda index: rounded[index] - exact[index])
    for index in by_remainder[: total - sum(rounded)]:
        rounded[index] += 1
    return rounded


def amount(value: float, digits: int = 4) -> str:
    """Format an amount, of money or of cases per day, with some significant digits and no power of ten.

    Examples
    --------
    >>> amount(1234567.8), amount(-0.051239), amount(12.0), amount(0)
    ('1,235,000', '−0.05124', '12', '0')
    """
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value + 0.0)).normalize()
    return f"{rounded:,f}".replace("-", "−")


def of_cases(part: float, total: float, cases: float) -> str:
    """Format how many of so many cases a part of the counted ones is: whole, with one decimal below 10.

    It is computed from the counts, in exact arithmetic, so that every place rounds the same number, halves up.

    Examples
    --------
    >>> of_cases(203, 400, 1000), of_cases(1, 3, 10_000), of_cases(1, 400, 1000), of_cases(1, 500, 1000)
    ('508', '3,333', '2.5', '2')
    """
    exact = Fraction(float(part)) * Fraction(float(cases)) / Fraction(float(total))
    if exact >= 10:
        return count(math.floor(exact + Fraction(1, 2)))
    return amount(math.floor(10 * exact + Fraction(1, 2)) / 10)


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


def truncate(name: str, longest: int = 24) -> str:
    """Shorten a name from a file to one line of limited length; its end remains, where similar names differ.

    Examples
    --------
    >>> truncate("valid"), truncate("random_forest_with_weights_2", longest=20)
    ('valid', 'random_fores…ights_2')
    """
    short = single_line(name)
    if len(short) <= longest:
        return short
    n_last = (longest - 1) * 2 // 5
    return f"{short[: longest - 1 - n_last]}…{short[len(short) - n_last :]}"


def single_line(name: str) -> str:
    r"""Return a name from a file on one line, without control characters and marks of the writing direction.

    Examples
    --------
    >>> single_line("two\n lines"), single_line("\u202eevil"), single_line("red\x1b[31m"), single_line("\udcff")
    ('two lines', 'evil', 'red[31m', '?')
    """
    spaced = " ".join(_DIRECTIONS.sub("", name).split())
    return utf8_safe(" ".join(_CONTROLS.sub("", spaced).split()))


def utf8_safe(text: str) -> str:
    r"""Replace lone surrogates, which file names may contain and UTF-8 cannot encode.

    Examples
    --------
    >>> utf8_safe("scores\udcff.csv")
    'scores?.csv'
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def _fixed(value: float, decimals: int) -> str:
    """Round the exact binary value, halves away from zero, as JavaScript's ``toFixed`` does."""
    rounded = Decimal(value).quantize(Decimal((0, (1,), -decimals)), context=_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def _significant(value: float, digits: int) -> str:
    """Round to significant digits, halves away from zero, as JavaScript's ``toPrecision`` does."""
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(Decimal(value))
    padded = rounded.quantize(Decimal((0, (1,), rounded.adjusted() - digits + 1)), context=_HALF_UP)
    return str(padded).lower()
