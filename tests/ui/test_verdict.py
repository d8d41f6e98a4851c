"""The best threshold in words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import Plateau, plateau
from f1tools.decision import Decision, decide
from f1tools.ui.sections.explore import verdict_sentences


def verdict(curve: ThresholdCurve, objective: str = "f1", *constraints: Constraint, within: float = 0.01) -> list[str]:
    decision = decide(ModelCurves.from_curve(curve), objective, constraints=constraints)
    return verdict_sentences(with_plateau(decision, plateau(curve, decision.tuning, within)))


def with_plateau(decision: Decision, plateau: Plateau) -> Decision:
    """Return the decision with another plateau than its own."""
    decision.__dict__["plateau"] = plateau  # where cached_property keeps it
    return decision


def test_value_equivalent_thresholds_and_plateau() -> None:
    """The numbers of the usual case: value, threshold, same decisions, nearly as good, cost of the round number."""
    y_true = [1, 1, 0, 1, 0, 1, 0, 0, 0, 0]
    y_score = [0.9, 0.8, 0.72, 0.617, 0.55, 0.3312, 0.32, 0.2, 0.15, 0.1]
    # F1 is 8/10 with all four positives and two others; at 0.3 there is one more false alarm: 8/11.
    text = " ".join(verdict(ThresholdCurve.from_predictions(y_true, y_score), within=0.1))
    numbers = [float(number) for number in re.findall(r"\d+\.\d+", text.replace("F1", ""))]
    assert numbers == [0.8, 0.33, 0.3207, 0.331, 0.208, 0.33, 0.1, 0.3, 0.073]


@pytest.mark.parametrize(
    ("y_true", "y_score", "objective", "expected"),
    [
        ([1, 1, 1, 0], [0.1, 0.2, 0.3, 0.4], "f1", ("up to 0.1", "flags all scores seen here", "below 0.1")),
        ([0, 1, 1], [0.9, 0.2, 0.1], "specificity", ("1.000, reached by flagging nothing", "above 0.9 flags nothing")),
        ([1, 0, 0, 1], [0.9, 0.8, 0.4, 0.3], "f1", ("lowest of 2 thresholds",)),
    ],
)
def test_flagging_everything_flagging_nothing_and_ties(
    y_true: list[int], y_score: list[float], objective: str, expected: tuple[str, ...]
) -> None:
    """Infinite ends are never printed, and ties are counted."""
    text = " ".join(verdict(ThresholdCurve.from_predictions(y_true, y_score), objective))
    assert all(each in text for each in expected)
    assert "inf" not in text


@pytest.mark.parametrize(
    ("cost", "text"), [(0.0, "as high."), (0.0001, "less than 0.001 lower."), (0.0042, "0.004 lower.")]
)
def test_cost_of_a_round_number(cost: float, text: str) -> None:
    """It is the difference between the two values as they are printed."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.35, 0.1])
    decision = decide(ModelCurves.from_curve(curve))
    near = with_plateau(decision, Plateau(0.1, 0.35, 0.01, 0.2, cost))
    assert verdict_sentences(near)[-1].endswith(f"at the round number 0.2 it is {text}")


@given(st.lists(st.tuples(st.booleans(), st.integers(-(10**6), 10**6)), min_size=2, max_size=30), st.integers(-8, 3))
def test_printed_thresholds_make_the_same_decisions(rows: list[tuple[bool, int]], scale: int) -> None:
    """Both ends of the printed range decide like the optimum, however close the scores are."""
    y_true = [True, False, *(label for label, _ in rows)]
    y_score = [score * 10.0**scale for score in (7, 3, *(score for _, score in rows))]
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    counts = decide(ModelCurves.from_curve(curve)).tuning.point.counts
    match = re.search(r"from (\S+) to (\S+) make the same decisions", " ".join(verdict(curve)))
    for text in match.groups() if match else ():
        printed = curve.at(float(text.replace("−", "-"))).counts
        assert (printed.tp, printed.fp) == (counts.tp, counts.fp)


def test_constraints_are_named() -> None:
    """The best threshold under constraints is not called the best of all."""
    curve = ThresholdCurve.from_predictions([1, 0, 0, 1], [0.9, 0.8, 0.4, 0.3])
    constraints = (Constraint.at_least("recall", 0.8), Constraint.at_most("flagged", 4))
    assert f"({constraints[0]}, {constraints[1]}) is 0.500" in verdict(curve, "precision", *constraints)[0]
