"""Sentences about thresholds between those of a table."""

from __future__ import annotations

from f1tools.core.bins import curve_from_bins
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import metric
from f1tools.core.optimum import best
from f1tools.formatting.bounds import bound_text, inside_bin_text

WIDE = curve_from_bins([0.1, 0.6], [0.4, 0.9], positives=[10, 20], negatives=[30, 1])
EXACT = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])


def test_nothing_is_said_where_all_is_known() -> None:
    """Of an exact curve, and of a bin that cannot hold a better threshold."""
    assert bound_text(best(EXACT)) == ""
    assert inside_bin_text(EXACT, 0.3, metric("f1")) == ""
    certain = curve_from_bins([0.1, 0.6, 0.9], [0.4, 0.6, 0.9], positives=[0, 20, 5], negatives=[30, 1, 0])
    assert bound_text(best(certain)) == ""
    assert inside_bin_text(certain, 0.5, metric("f1")) == ""


def test_how_much_better_it_could_be() -> None:
    """F1 with all positives of the best bin before its negative; unknown where the metric is not monotone."""
    assert bound_text(best(WIDE)) == f"Between the table's thresholds F1 could reach {2 * 30 / (2 * 30 + 1):.3f}."
    assert bound_text(best(WIDE, "npv")) == "Between the table's thresholds negative predictive value could be higher."
    narrow = curve_from_bins([0.2, 0.6], [0.2, 0.9], positives=[0, 100_000], negatives=[100_000, 1])
    assert bound_text(best(narrow)) == "Between the table's thresholds F1 could be less than 0.001 higher."
    text = inside_bin_text(WIDE, 0.3, metric("recall"))
    assert text.endswith("at 0.3, 21 to 61 cases are flagged, and recall is from 0.667 to 1.000.")


def test_the_lower_threshold_is_as_short_as_elsewhere() -> None:
    """It makes the decisions of the lowest score of the bin, which can have 16 digits."""
    long = curve_from_bins([0.1000024, 0.6000022025975897], [0.4, 0.9], positives=[10, 20], negatives=[30, 1])
    assert "This is the lower one, 0.6: at 0.75," in inside_bin_text(long, 0.75, metric("f1"))
