"""Tests of the findings about thresholds that are chosen on the rows a model was trained on."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score

from f1tools.repeats import TRAIN, findings, outcomes
from f1tools.repeats.in_sample_bias import in_sample_bias
from tests.repeats.builders import PLAIN, around, build, interval_of, numbers, repeated

WIDE, NARROW = (0.008, 0.997), (0.5, 0.502)


def test_worst_loss_and_largest_optimism_are_given() -> None:
    """Strategies that lose detectably are counted, with the worst loss; then comes the largest optimism."""
    bias = {"plain": (around(0.598, 0.02), 0.99), "a": (around(0.55, 0.005), 0.8), "b": (around(0.62, 0.02), 0.9)}
    outcome = build({"plain": PLAIN, "a": PLAIN, "b": PLAIN}, None, bias)
    text = in_sample_bias(outcome).text
    low, high = interval_of(around(-0.05, 0.005), 3).split(" to ")
    assert "1 of 3 strategies, the reference included, loses detectably" in text
    assert "the worst, a," in text
    assert numbers(text) == ["0.550", "0.600", "−0.050", low, high, "0.990", "0.598"]
    assert findings(outcome).details[0] == text


@pytest.mark.parametrize("values", [PLAIN, around(0.62, 0.03), around(0.599, 0.03)], ids=["same", "higher", "lower"])
def test_optimism_without_a_detectable_loss(values: Any) -> None:
    """Small or positive differences are not losses, and the text is not the first detail."""
    single = build({"plain": around(0.6, 0.02), "balanced_batches": PLAIN}, None, {"balanced_batches": (values, 0.7)})
    both = build({"plain": PLAIN, "b": PLAIN}, {"plain": PLAIN}, dict.fromkeys(("plain", "b"), (values, 0.7)))
    assert "balanced batches do not lose detectably" in in_sample_bias(single).text
    assert numbers(in_sample_bias(single).text) == ["0.700", f"{values.mean():.3f}"]
    assert "none of 2 strategies, the reference included, loses detectably" in in_sample_bias(both).text
    assert findings(both).details[0] != in_sample_bias(both).text
    assert not in_sample_bias(both).matters


def test_strategies_that_lose_are_counted() -> None:
    """A single strategy is named without a worst one, also when many thresholds are equivalent; two are counted."""
    text = in_sample_bias(build({"a": PLAIN}, None, {"a": (around(0.5, 0.02), 0.9)})).text
    assert "a loses detectably" in text
    assert numbers(text)[:3] == ["0.500", "0.600", "−0.100"]
    loss = PLAIN - 0.1
    both = build({"a": PLAIN, "b": PLAIN}, None, dict.fromkeys("ab", (loss, 0.9)))
    assert "2 of 2 strategies, the reference included, lose detectably" in in_sample_bias(both).text
    equivalent = build({"a": PLAIN}, None, {"a": (loss, 1.0)}, middle={"a": (loss, WIDE)})
    assert "It loses detectably" in in_sample_bias(equivalent).text


@pytest.mark.parametrize(("middle", "loses"), [(around(0.6, 0.05), False), (around(0.5, 0.01), True)])
def test_memorized_rows_make_the_threshold_arbitrary(middle: Any, loses: bool) -> None:
    """Only a loss with both the highest and the middle threshold counts; the text comes first either way."""
    outcome = build(
        {"plain": PLAIN, "balanced_batches": around(0.62, 0.01)},
        None,
        {"balanced_batches": (around(0.464, 0.01), 1.0), "plain": (around(0.6, 0.01), 0.62)},
        middle={"balanced_batches": (middle, WIDE)},
    )
    text = in_sample_bias(outcome).text
    assert "arbitrary, because the model has memorized" in text
    assert numbers(text) == ["1.000", "0.008", "0.997", "0.464", f"{middle.mean():.3f}", "0.620"]
    counted = "of 2 strategies, the reference included, loses .*"
    ending = f"1 {counted}: balanced batches" if loses else f"None {counted}"
    assert re.search(rf" {ending}\.$", text)
    assert in_sample_bias(outcome).matters
    assert findings(outcome).details[0] == text


@pytest.mark.parametrize(("top", "middle"), [(0.464, 0.62), (0.62, 0.464)])
@pytest.mark.parametrize("interval", [WIDE, NARROW])
def test_a_loss_with_one_of_two_equivalent_thresholds_does_not_count(
    top: float, middle: float, interval: tuple[float, float]
) -> None:
    """Whichever of the equally good thresholds is worse, the numbers are those of the better one."""
    in_sample = {"plain": (around(top, 0.01), 0.7)}
    outcome = build({"plain": PLAIN}, None, in_sample, middle={"plain": (around(middle, 0.01), interval)})
    text = in_sample_bias(outcome).text
    assert "does not lose detectably" in text
    assert interval == WIDE or numbers(text)[-1] == "0.620"
    assert not in_sample_bias(outcome).matters


@pytest.mark.parametrize(
    ("in_sample", "kind", "matters"),
    [
        (0.99, "arbitrary, because the model has memorized", True),
        (0.85, "arbitrary, because many thresholds are equally good", True),
        (0.65, "In sample, many thresholds are equally good", False),
    ],
)
def test_many_equally_good_thresholds(in_sample: float, kind: str, matters: bool) -> None:
    """The threshold is arbitrary only if the in-sample value is much too optimistic."""
    outcome = build({"a": PLAIN, "b": PLAIN}, None, {"a": (PLAIN, in_sample)}, middle={"a": (PLAIN, (0.2, 0.4))})
    text = in_sample_bias(outcome).text
    assert kind in text
    assert numbers(text) == [f"{in_sample:.3f}", "0.200", "0.400", "0.600", "0.600", "0.600"]
    assert in_sample_bias(outcome).matters == matters


def test_no_text_without_training_rows_or_with_few_splits() -> None:
    """Without an in-sample choice, or without an interval, nothing is claimed."""
    few = build({"a": [0.6] * 4}, None, {"a": ([0.2] * 4, 1.0)}, middle={"a": ([0.2] * 4, WIDE)})
    for outcome in (build({"a": PLAIN}), few):
        assert in_sample_bias(outcome).text == ""
        assert not in_sample_bias(outcome).matters


def test_numbers_equal_scikit_learn() -> None:
    """For training rows that are separated perfectly, the numbers are scikit-learn's F1 on the test rows."""
    drawn = repeated(6, train=True)
    scores = {"a": np.where(drawn.part == TRAIN, np.where(drawn.y_true, 0.98, 0.02), drawn.scores["score_plain"])}
    memorized = type(drawn)(drawn.y_true, scores, drawn.repeat, drawn.part)
    tests = [memorized.split(j).test for j in range(6)]
    expected = [np.mean([f1_score(test.y_true, test.scores["a"] >= t) for test in tests]) for t in (0.98, 0.5)]
    text = in_sample_bias(outcomes(memorized)).text
    assert numbers(text)[:5] == ["1.000", "0.020", "0.980", *(f"{value:.3f}" for value in expected)]
