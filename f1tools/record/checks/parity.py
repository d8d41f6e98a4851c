"""Whether a rate that a record makes alike in all groups still is on new rows."""

from __future__ import annotations

import math
from collections.abc import Collection

from f1tools import formatting
from f1tools.groups.gaps import gaps
from f1tools.groups.grouping import points_of
from f1tools.groups.parity import ParityRate
from f1tools.groups.sentences import counted_rows, rate_label
from f1tools.record.checks.new_data import MIN_CLASS_SIZE, JudgedGroups, Level, Verdict
from f1tools.record.diff import quoted
from f1tools.record.drift_statistics import CONFIDENCE_LEVEL

_N_RESAMPLES = 2000


def check_parity(judged: JudgedGroups, listed: Collection[str | None], rate: ParityRate, tolerance: float) -> Verdict:
    """Test whether a rate differs between groups by more than the record allows and chance explains.

    Parameters
    ----------
    judged : JudgedGroups
    listed : collection of str or None
        The groups with a threshold of their own; others are not compared, nor are those with fewer than ten of the rows
        that the rate is a share of.
    rate : {"recall", "false_positive_rate", "predicted_positive_rate"}
    tolerance : float
        The largest difference that the record allows.
    """
    label = rate_label(rate)
    compared = [code for code, value in enumerate(judged.groups.values) if value in listed]
    points, _ = points_of(judged.rows, judged.thresholds)
    found = gaps(
        [judged.groups.names[code] for code in compared],
        [points[code] for code in compared],
        min_rows=MIN_CLASS_SIZE,
        n_resamples=_N_RESAMPLES,
        confidence_level=CONFIDENCE_LEVEL,
        random_state=0,
    )
    gap = next(each for each in found if each.rate == rate)
    allowed = f"the record allows {formatting.decimal(tolerance)}"
    if math.isnan(gap.difference):
        counted = counted_rows(gap)
        return "warn", f"The {label} cannot be compared: fewer than two groups have enough {counted}; {allowed}."
    between = f" between {quoted(gap.highest)} and {quoted(gap.lowest)}" if gap.difference else ""
    sentence = f"The {label} differs by {formatting.metric_value(gap.difference)}{between}; {allowed}"
    level: Level = "ok"
    if gap.difference <= tolerance:
        return level, f"{sentence}."
    if gap.interval.low <= tolerance:
        return level, f"{sentence}, and the difference may be due to chance."
    return "fail", f"{sentence}, and the difference is larger than chance explains."
