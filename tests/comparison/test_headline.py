"""Which model to take: every verdict has its words, and the numbers are those of the differences."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest

from f1tools.comparison import Lead, ModelDifferences, SameWorkload, headline, recommended
from f1tools.comparison.headline import Choice
from f1tools.core.counts import FloatArray
from f1tools.core.metrics import metric
from f1tools.uncertainty.intervals import Interval

_STEPS = np.linspace(-1, 1, 401)
SPREAD = _STEPS / _STEPS.std() / NormalDist().inv_cdf(0.975)
"""Differences of resamples, in units of half an interval."""


def found(
    forest: float, half_width: float, *, reference: str = "linear", third: float | None = None
) -> ModelDifferences:
    """Return a comparison of a forest with a linear model at F1 0.6, with the interval of the difference."""
    models, values = ["forest", "linear"], [forest, 0.6]
    columns: list[FloatArray] = [forest + half_width * SPREAD, np.full(SPREAD.size, 0.6)]
    if third is not None:
        models, values, columns = [*models, "third"], [*values, third], [*columns, np.full(SPREAD.size, third)]
    nothing = SameWorkload(0.5, 1, 1, 0.0, 0.0, Interval(np.nan, np.nan, 0.95))
    n = len(models)
    return ModelDifferences(
        metric("f1"),
        tuple(models),
        tuple(values),
        reference,
        np.column_stack(columns),
        np.zeros((SPREAD.size, n, n)),
        {(one, other): nothing for one in models for other in models},
        n_independent=100_000,
        clustered=False,
        confidence_level=0.95,
        random_state=0,
    )


@pytest.mark.parametrize(
    ("forest", "half_width", "model", "is_clear", "answer"),
    [
        (0.65, 0.03, "forest", True, "Take forest: F1 0.650, 0.050 above linear, which is more than chance explains."),
        (0.65, 0.30, "linear", False, "Neither model is clearly better: keep linear."),
        (0.65, 0.06, "linear", False, "Neither model is clearly better: keep linear."),
        (0.605, 0.01, "linear", False, "forest and linear are equally good (within 0.02): take either."),
        (0.50, 0.03, "linear", True, "Take linear: F1 0.600, 0.100 above forest, which is more than chance explains."),
        (0.60, 0.30, "linear", False, "Neither model is clearly better: keep linear."),
    ],
)
def test_every_verdict_has_its_answer(
    forest: float, half_width: float, model: str, is_clear: bool, answer: str
) -> None:
    """The reference, linear, is kept unless the forest is clearly better; where it is best, it is compared with it."""
    compared = found(forest, half_width)
    assert recommended(compared, 0.02) == model
    assert Choice.of(compared, 0.02).is_clear == is_clear
    assert headline(compared, 0.02).answer == answer


def test_a_lead_that_could_be_chance_is_in_the_support() -> None:
    """With its size, and where the model is not worse by more than the margin, with that."""
    assert headline(found(0.65, 0.30), 0.02).support.startswith(
        "The highest is forest: F1 0.650, 0.050 above linear, but this could be chance."
    )
    assert "this could be chance, but it is not worse by more than 0.02." in headline(found(0.65, 0.06), 0.02).support


def test_a_noisy_lead_does_not_hide_a_clear_one() -> None:
    """The forest is highest by chance; the third model is clearly better than the reference and is recommended."""
    compared = found(0.65, 0.3, third=0.63)
    assert recommended(compared, 0.0) == "third"
    answer, support = headline(compared, 0.0)
    assert answer == "Take third: F1 0.630, 0.030 above linear, the reference, which is more than chance explains."
    assert "forest may be as good." in support


def test_equally_good_models_beside_the_reference() -> None:
    """Forest and third differ in no resample, and could both lead the reference by chance: it is kept."""
    compared = found(0.6, 0.0, third=0.6)
    third = compared.replicates.copy()
    third[:, 1] += 0.3 * SPREAD
    answer, support = headline(replace(compared, replicates=third, values=(0.62, 0.6, 0.62)), 0.02)
    assert answer == (
        "No model is clearly better than linear: keep it; forest and third are equally good (within 0.02)."
    )
    assert support.startswith("The highest is forest: F1 0.620, 0.020 above linear, the reference, but")


def test_the_highest_of_many_models_is_partly_luck() -> None:
    """Said of eleven models, not of three, and not where the reference is the highest."""
    few = found(0.65, 0.3, third=0.6)
    n, names = 11, ("forest", "linear", *(f"m{place}" for place in range(9)))
    nothing = few.at_same_workload["forest", "linear"]
    many = replace(
        few,
        models=names,
        values=(0.65, *[0.6] * (n - 1)),
        replicates=np.column_stack([few.replicates[:, 0], *[0.6 + 0.1 * SPREAD] * (n - 1)]),
        caught_excess=np.zeros((SPREAD.size, n, n)),
        at_same_workload={(one, other): nothing for one in names for other in names},
    )
    assert "highest of 11 models favors the luckiest" in headline(many, 0.02).support
    assert recommended(many, 0.02) == "linear"
    assert "luckiest" not in headline(few, 0.02).support + headline(many.against("forest"), 0.02).support


def test_the_support_has_the_interval_and_what_would_go_unseen() -> None:
    """The smallest detectable difference is stated only where none was detected."""
    unsure = headline(found(0.65, 0.3), 0.02).support
    assert "95% interval of the difference: −0.250 to +0.350." in unsure
    assert "between these two would mostly go unseen" in unsure
    assert "unseen" not in headline(found(0.65, 0.03), 0.02).support
    assert "simultaneous for all models" in headline(found(0.65, 0.3, third=0.1), 0.02).support


def test_the_interval_has_the_sign_of_the_lead() -> None:
    """Where the reference is best, its lead over the runner-up is stated, not the other's lag."""
    support = headline(found(0.65, 0.04, reference="forest"), 0.01).support
    assert support.startswith("95% interval of the difference: +0.010 to +0.090.")


def test_equal_models_are_equally_good() -> None:
    """Models that differ in no resample are no case of chance."""
    answer, support = headline(found(0.6, 0.0), 0.02)
    assert "equally good" in answer
    assert "chance" not in answer + support


def test_more_than_two_models() -> None:
    """The other model of a lead is named with what it is; of equally good models each is named, the best one first."""
    assert "0.050 above linear, the reference, which is" in headline(found(0.65, 0.01, third=0.1), 0.0).answer
    assert (
        "0.050 above linear, the next best, which is"
        in headline(found(0.65, 0.01, third=0.1, reference="forest"), 0.0).answer
    )
    all_equal = headline(found(0.605, 0.01, third=0.602), 0.05)
    assert all_equal.answer == "forest, third and linear are equally good (within 0.05): take any of them."
    assert all_equal.support.startswith("The highest is forest: F1 0.605, 0.005 above linear, the reference. 95%")
    beside = headline(found(0.65, 0.01, third=0.645), 0.02)
    assert beside.answer == (
        "forest and third are equally good (within 0.02) and clearly better than linear: take either."
    )
    assert "0.050 above linear, the reference, which is more than chance explains." in beside.support


def test_no_margin() -> None:
    """Nothing is equally good then, and nothing not worse."""
    assert headline(found(0.605, 0.01), 0.0).answer == "Neither model is clearly better: keep linear."


def test_without_an_interval() -> None:
    """Nothing is said about chance."""
    comparison = found(0.65, np.nan)
    assert headline(comparison, 0.02) == (
        "The highest is forest: F1 0.650, 0.050 above linear.",
        "Too few rows of a class for a confidence interval.",
    )
    clustered = replace(found(0.65, 0.03), n_independent=9, clustered=True)
    assert headline(clustered, 0.02).support == "Too few rows of a class, or clusters, for a confidence interval."


def test_an_undefined_value_is_the_reason() -> None:
    """Precision, say, has no value where nothing is flagged: that many rows would not change."""
    comparison = replace(found(0.65, 0.03, third=0.62), values=(0.65, np.nan, 0.62))
    comparison.replicates[:, 1] = np.nan
    assert headline(comparison, 0.02) == (
        "The highest is forest: F1 0.650, which is undefined for linear, the reference.",
        "No confidence interval: F1 is undefined for linear.",
    )
    nothing = replace(comparison, values=(np.nan, np.nan, np.nan))
    assert headline(nothing, 0.02) == ("F1 is undefined for every model.", "")


def test_the_lead() -> None:
    """The reference wins ties, and an undefined value is the lowest."""
    assert Lead.of({"a": 0.5, "b": 0.5, "c": 0.4}, "b").best == "b"
    assert Lead.of({"a": float("nan"), "b": 0.1}, "a")[:4] == pytest.approx(("b", 0.1, "a", float("nan")), nan_ok=True)
    text = Lead.of({"a": float("nan"), "b": 0.1}, "a").text(metric("precision"))
    assert text == "Take b: precision 0.100, which is undefined for a"
