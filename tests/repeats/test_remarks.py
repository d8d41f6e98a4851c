"""What is said beside the comparison: collapses, scores that are no probabilities, and the method."""

from __future__ import annotations

from typing import Any

import numpy as np

from f1tools.repeats import findings, method
from tests.repeats.making import around, made

PLAIN = np.full(20, 0.6)


def test_a_collapse_is_told() -> None:
    """Where the tuned threshold flags nearly every row, in a tenth of the splits or more."""
    tuned: dict[str, Any] = {"plain": PLAIN, "soft_f1": around(0.46, 0.0)}
    often, seldom = [0.97] * 7 + [0.5] * 13, [0.97] * 1 + [0.5] * 19
    (detail,) = [d for d in findings(made(tuned, tuned, flagged={"soft_f1": often})).details if "flags" in d]
    assert detail == (
        "At its tuned threshold soft F1 (in 7 of 20 splits) flags 95% of the rows or more: it hardly tells them apart "
        "there. Flagging every row gives F1 0.462."
    )
    two = made(tuned, tuned, flagged={"soft_f1": often, "plain": [0.99] * 20})
    (detail,) = [d for d in findings(two).details if "95% of the rows" in d]
    assert detail == (
        "At their tuned thresholds plain training (in 20 of 20 splits) and soft F1 (in 7 of 20 splits) flag 95% of the "
        "rows or more: they hardly tell them apart there. Flagging every row gives F1 0.462."
    )
    assert not [d for d in findings(made(tuned, tuned, flagged={"soft_f1": seldom})).details if "flags" in d]
    common = made(tuned, tuned, flagged={"soft_f1": often}, n_pos=900)
    assert not [d for d in findings(common).details if "flags" in d]
    once = findings(made({"plain": [0.6]}, flagged={"plain": [1.0]})).details
    assert once[0].startswith("At its tuned threshold plain training flags 95% of the rows or more")


def test_scores_that_are_no_probabilities_are_told() -> None:
    """All of them by name."""
    some = made({"plain": PLAIN, "ranknet": PLAIN, "svm": PLAIN}, {"plain": PLAIN})
    assert findings(some).details[-1] == (
        "There is no result at 0.5 for RankNet and svm: their scores are no probabilities, so 0.5 means nothing for "
        "them."
    )


def test_the_method_is_told() -> None:
    """How many splits of how many rows, and what the intervals allow for."""
    assert method(made({"a": PLAIN, "b": PLAIN, "c": PLAIN})) == (
        "Means over 20 splits: 2,000 rows to tune on, 1,000 to test on (300 positive). Thresholds are tuned on rows "
        "that had no part in the test. Intervals allow for what the splits share (Nadeau and Bengio 2003), and "
        "differences hold together at 95% (Bonferroni)."
    )
    assert "Bonferroni" not in method(made({"a": PLAIN, "b": PLAIN}))
    assert method(made({"a": [0.5]})) == (
        "One split: 2,000 rows to tune on, 1,000 to test on (300 positive). Thresholds are tuned on rows that had no "
        "part in the test."
    )
    assert "Intervals" not in method(made({"a": [0.5] * 4}))
    assert "Intervals" in method(made({"a": [0.5] * 5}))
