"""The best threshold in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum, best
from f1tools.core.plateau import Plateau, plateau
from f1tools.ui.components.verdict import verdict
from f1tools.ui.session.cache import Best


def said(curve: ThresholdCurve, objective: str = "f1", within: float = 0.01) -> str:
    found = best(curve, objective)
    low, high = found.interval
    written = formatting.shortest_decimal(max(low, high - 1), high) if high < float("inf") else "1"
    return " ".join(verdict(Best(found, found, plateau(curve, found, within), (written,), written)))


def test_the_usual_case() -> None:
    """Value, place, what decides alike, what comes close and what a round number costs."""
    y_true = [1, 1, 0, 1, 0, 1, 0, 0, 0, 0]
    y_score = [0.9, 0.8, 0.72, 0.617, 0.55, 0.3312, 0.32, 0.2, 0.15, 0.1]
    # F1 is 8/10 with all four positives and two others; at 0.3 there is one more false alarm: 8/11.
    assert said(ThresholdCurve.from_predictions(y_true, y_score), within=0.1) == (
        "The best F1 is 0.800, at 0.33. From 0.3207 to 0.331 all thresholds make the same decisions. "
        "Anything from 0.208 to 0.33 comes within 0.1 of it; the round number 0.3 costs you 0.073."
    )


def test_flagging_everything_is_best() -> None:
    """There is no lower end, and the sentence doesn't invent one."""
    text = said(ThresholdCurve.from_predictions([1, 1, 1, 0], [0.1, 0.2, 0.3, 0.4]))
    assert "Every threshold up to 0.1 flags everything as well." in text
    assert "inf" not in text


def test_flagging_nothing_is_best() -> None:
    """Where every flag is a mistake, specificity is best without any."""
    text = said(ThresholdCurve.from_predictions([0, 1, 1], [0.9, 0.2, 0.1]), "specificity")
    assert text.startswith("The best Specificity is 1.000, reached by flagging nothing.")
    assert "So does every threshold above 0.9." in text
    assert "inf" not in text


def test_ties_are_counted() -> None:
    """When several thresholds reach the best value, the reader hears of it."""
    text = said(ThresholdCurve.from_predictions([1, 0, 0, 1], [0.9, 0.8, 0.4, 0.3]))
    assert "the lowest of 2 thresholds that reach it" in text


@pytest.mark.parametrize(
    ("cost", "words_for_it"),
    [(0.0, "costs you nothing."), (0.0001, "costs you less than 0.001."), (0.0042, "costs you 0.004.")],
)
def test_what_a_round_number_costs(cost: float, words_for_it: str) -> None:
    """The cost is the difference between the two values as they are written."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.35, 0.1])
    found = best(curve)
    shown = Best(found, found, Plateau(0.1, 0.35, 0.01, 0.3, cost), ("0.3",), "0.3")
    assert verdict(shown)[-1].endswith(words_for_it)


@given(st.lists(st.tuples(st.booleans(), st.integers(-(10**6), 10**6)), min_size=2, max_size=30), st.integers(-8, 3))
def test_the_thresholds_that_are_named_make_the_same_decisions(rows: list[tuple[bool, int]], scale: int) -> None:
    """Both ends of the printed range decide like the optimum, however close the scores lie."""
    y_true = [True, False, *(label for label, _ in rows)]
    y_score = [score * 10.0**scale for score in (7, 3, *(score for _, score in rows))]
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    optimum: Optimum = best(curve)
    match = re.search(r"From (\S+) to (\S+) all thresholds", said(curve))
    if match is not None:
        for text in match.groups():
            decided = curve.at(float(text)).counts
            assert (decided.tp, decided.fp) == (optimum.point.counts.tp, optimum.point.counts.fp)


def test_limits_are_named_with_the_best_that_keeps_them() -> None:
    """What is best within limits is not called the best of all."""
    curve = ThresholdCurve.from_predictions([1, 0, 0, 1], [0.9, 0.8, 0.4, 0.3])
    limits = (Constraint.at_least("recall", 0.8), Constraint.at_most("flagged", 4))
    found = best(curve, "precision", constraints=limits)
    text = verdict(Best(found, found, plateau(curve, found), ("0.3",), "0.3"))[0]
    assert text == "The best Precision within your limits (recall at least 0.8, at most 4 flagged) is 0.500, at 0.3."
