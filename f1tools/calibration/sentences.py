"""Sentences about calibration, the same on pages and in memos."""

from __future__ import annotations

from f1tools import formatting
from f1tools.calibration.assessment import CalibrationAssessment

_NOTABLE_FACTOR, _GROSS_FACTOR = 1.1, 10  # on the odds


def verdict_texts(assessment: CalibrationAssessment, positive: str = "positive") -> tuple[str, str]:
    """Return the verdict on the calibration as a title, and what supports it: the bins that miss, and the largest gap.

    Parameters
    ----------
    assessment : CalibrationAssessment
    positive : str
        How sentences name the positive class after "were".

    Returns
    -------
    tuple of str
        Title without a full stop, and sentences.
    """
    misses, gap = misses_text(assessment), gap_text(assessment, positive)
    if not assessment.is_significant:
        if not assessment.bins.missed.any():
            return "No evidence that the scores are off", f"{misses} {_power_text(assessment)}".strip()
        could_be_chance = f"{misses} Together that could be chance. {gap} {_power_text(assessment)}".strip()
        return "No clear evidence that the scores are off", could_be_chance
    stated = assessment.bins.missed.any() or assessment.trend
    together = "" if stated else " Together, chance does not explain the deviations."
    if not assessment.is_small:
        return "The scores are not calibrated", f"{gap} {misses}{together}"
    small = "With so many cases even small deviations are significant: recalibration hardly changes anything."
    return "The scores are slightly off", f"{gap} {misses}{together} {small}"


def short_verdict(assessment: CalibrationAssessment) -> str:
    """Return the verdict on the calibration in a few words, for a table."""
    if not assessment.is_significant:
        return "no sign of being off"
    return "slightly off" if assessment.is_small else "not calibrated"


def gap_text(assessment: CalibrationAssessment, positive: str = "positive") -> str:
    """Describe the largest deviation of the share of positives from the mean score, in a sentence."""
    bins, worst = assessment.bins, assessment.worst
    n, low, high = (float(each[worst]) for each in (bins.positives + bins.negatives, bins.lowest, bins.highest))
    mean, observed = (formatting.percent(float(each[worst])) for each in (bins.mean_score, bins.observed))
    low_text, high_text = (_rounded_percent(score, (high - low) / 20) for score in (low, high))
    if low == high:
        scores = f"Scores of {low_text}"
    elif worst == 0:
        scores = f"Scores up to {high_text}"
    else:
        scores = f"Scores from {low_text} to {high_text}"
    is_count = n > 1 and n == float(bins.trials[worst])
    cases = f" of these {formatting.count(n)} cases" if is_count else ""
    return f"{scores} average {mean}, {'and' if mean == observed else 'but'} {observed}{cases} were {positive}."


def misses_text(assessment: CalibrationAssessment) -> str:
    """Say in how many bins the interval misses the mean score, with the p-value of the test and what decided it."""
    missed, p_value = assessment.bins.missed, assessment.p_value
    test = f" (test: p {'< 0.001' if p_value < 0.001 else f'= {p_value:.{3 if p_value < 0.1 else 2}f}'})"
    trend, chance = "", "; by chance about 1 in 20 does"
    if assessment.is_significant and assessment.trend:
        trend, test = f"Over the whole range, scores are {assessment.trend}{test}. ", ""
        chance = ""  # this test decides, and the bins may be as expected by chance
    if not missed.any():
        where = "the only bin" if missed.size == 1 else f"each of {missed.size} bins"
        return f"{trend}In {where} the 95% interval contains the mean score{test}."
    bins = f"{int(missed.sum())} of {missed.size} bin{'s' if missed.size > 1 else ''}"
    return f"{trend}In {bins} the 95% interval misses the mean score{chance}{test}."


def _power_text(assessment: CalibrationAssessment) -> str:
    """Say which deviations the test would not find; empty where it finds small ones."""
    factor = assessment.detectable_factor
    if factor < _NOTABLE_FACTOR:
        return ""
    if factor > _GROSS_FACTOR:
        return "These cases are too few to tell: only gross deviations would show."
    bins = assessment.bins
    score = _one_digit(float(bins.positives.sum() / (bins.positives + bins.negatives).sum()))
    odds = factor * score / (1 - score)
    score_text, actual_text = (formatting.percent(each) for each in (score, odds / (1 + odds)))
    return (
        f"With so few cases, even a score of {score_text} where {actual_text} of the cases are positive could go "
        "undetected."
    )


def _one_digit(share: float) -> float:
    """Return a share with one significant digit of its distance to 0 or 1, whichever is closer."""
    return float(f"{share:.1g}") if share < 0.9 else 1 - float(f"{1 - share:.1g}")


def _rounded_percent(score: float, tolerance: float) -> str:
    """Return a score as a percentage with two significant digits, or as many as the tolerance requires."""
    candidates = (float(f"{100 * score:.{digits}g}") for digits in range(2, 18))
    percentage = next((each for each in candidates if abs(each - 100 * score) <= 100 * tolerance), 100 * score)
    return f"{formatting.decimal(percentage)}%"
