"""The findings about thresholds that are chosen on the rows that a model was trained on."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score

from f1tools.repeats import TRAIN, findings, outcomes
from f1tools.repeats.in_sample_bias import in_sample_bias
from tests.repeats.builders import around, build, interval_of, repeated

PLAIN = np.full(20, 0.6)
WIDE, NARROW = (0.008, 0.997), (0.5, 0.502)


def numbers(text: str) -> list[str]:
    return re.findall(r"[+−]?\d+\.\d+", text)


def test_narrow_intervals_name_the_largest_loss_and_the_largest_optimism() -> None:
    """The text counts who loses detectably, with the worst loss, and gives the largest in-sample optimism."""
    bias = {"plain": (around(0.598, 0.02), 0.99), "a": (around(0.55, 0.005), 0.8), "b": (around(0.62, 0.02), 0.9)}
    outcome = build({"plain": PLAIN, "a": PLAIN, "b": PLAIN}, None, bias)
    text = in_sample_bias(outcome).text
    low, high = interval_of(around(-0.05, 0.005), 3).split(" to ")
    assert "1 of the 3 strategies loses detectably" in text
    assert "the worst, a, reaches F1 0.550 instead of 0.600" in text
    assert "plain training appears to reach" in text
    assert numbers(text) == ["0.550", "0.600", "−0.050", low, high, "0.990", "0.598"]
    assert findings(outcome).details[0] == text


@pytest.mark.parametrize("values", [PLAIN, around(0.62, 0.03), around(0.599, 0.03)], ids=["same", "higher", "lower"])
def test_a_bias_without_a_detectable_loss_has_no_worst(values: Any) -> None:
    """Small or positive differences are not losses, and the text is not the first detail."""
    one = build({"plain": around(0.6, 0.02), "balanced_batches": PLAIN}, None, {"balanced_batches": (values, 0.7)})
    both = build({"plain": PLAIN, "b": PLAIN}, {"plain": PLAIN}, dict.fromkeys(("plain", "b"), (values, 0.7)))
    assert "balanced batches do not lose detectably" in in_sample_bias(one).text
    assert "balanced batches appear to reach F1 0.700" in in_sample_bias(one).text
    assert numbers(in_sample_bias(one).text) == ["0.700", f"{values.mean():.3f}"]
    assert "none of the 2 strategies loses detectably" in in_sample_bias(both).text
    assert findings(both).details[0] != in_sample_bias(both).text
    assert not in_sample_bias(both).matters


def test_a_single_strategy_that_loses() -> None:
    """Without others there is no worst one; two that lose are both counted."""
    text = in_sample_bias(build({"a": PLAIN}, None, {"a": (around(0.5, 0.02), 0.9)})).text
    assert "a loses detectably" in text
    assert "F1 0.500 instead of 0.600 (−0.100, interval " in text
    both = in_sample_bias(build({"a": PLAIN, "b": PLAIN}, None, dict.fromkeys("ab", (PLAIN - 0.1, 0.9)))).text
    assert "2 of the 2 strategies lose detectably" in both


MEMORIZED: dict[str, Any] = {"balanced_batches": (around(0.464, 0.01), 1.0), "plain": (around(0.6, 0.01), 0.62)}


@pytest.mark.parametrize(("middle", "loses"), [(around(0.6, 0.05), False), (around(0.5, 0.01), True)])
def test_memorized_rows_make_the_threshold_arbitrary(middle: Any, loses: bool) -> None:
    """Only a loss with both the highest and the middle threshold counts; the text comes first either way."""
    outcome = build(
        {"plain": PLAIN, "balanced_batches": around(0.62, 0.01)},
        None,
        MEMORIZED,
        middle={"balanced_batches": (middle, WIDE)},
    )
    text = in_sample_bias(outcome).text
    assert "arbitrary, because the model has memorized" in text
    assert "balanced batches reach F1 1.000 in sample" in text
    assert numbers(text) == ["1.000", "0.008", "0.997", "0.464", f"{middle.mean():.3f}", "0.620"]
    ending = "1 of the 2 strategies loses .*: balanced batches" if loses else "None of the 2 strategies loses .*"
    assert re.search(rf" {ending}\.$", text)
    assert in_sample_bias(outcome).matters
    assert findings(outcome).details[0] == text


@pytest.mark.parametrize(("top", "middle"), [(0.464, 0.62), (0.62, 0.464)])
def test_a_loss_with_only_one_of_both_thresholds_does_not_count(top: float, middle: float) -> None:
    """Whichever of the equally good thresholds is the bad one; the numbers are those of the better one."""
    for interval, start in ((WIDE, "It does not lose"), (NARROW, "plain training does not lose")):
        outcome = build(
            {"plain": PLAIN},
            None,
            {"plain": (around(top, 0.01), 0.7)},
            middle={"plain": (around(middle, 0.01), interval)},
        )
        text = in_sample_bias(outcome).text
        assert f"{start} detectably" in text
        assert interval == WIDE or numbers(text)[-1] == "0.620"
        assert not in_sample_bias(outcome).matters
    alone = build({"a": PLAIN}, None, {"a": (PLAIN - 0.1, 1.0)}, middle={"a": (PLAIN - 0.1, WIDE)})
    assert "It loses detectably" in in_sample_bias(alone).text


@pytest.mark.parametrize(
    ("in_sample", "start", "matters"),
    [
        (0.99, "An in-sample threshold is arbitrary, because the model has memorized its training rows", True),
        (0.85, "An in-sample threshold is arbitrary, because many thresholds are equally good", True),
        (0.65, "In sample, many thresholds are equally good", False),
    ],
)
def test_many_thresholds_are_equally_good(in_sample: float, start: str, matters: bool) -> None:
    """They are arbitrary only if the in-sample value is much too optimistic."""
    outcome = build({"a": PLAIN, "b": PLAIN}, None, {"a": (PLAIN, in_sample)}, middle={"a": (PLAIN, (0.2, 0.4))})
    text = in_sample_bias(outcome).text
    assert text.startswith(start)
    assert numbers(text) == [f"{in_sample:.3f}", "0.200", "0.400", "0.600", "0.600", "0.600"]
    assert in_sample_bias(outcome).matters == matters


def test_no_text_without_training_rows_or_with_few_splits() -> None:
    """Nothing is known then."""
    few = build({"a": [0.6] * 4}, None, {"a": ([0.2] * 4, 1.0)}, middle={"a": ([0.2] * 4, WIDE)})
    for outcome in (build({"a": PLAIN}), few):
        assert in_sample_bias(outcome).text == ""
        assert not in_sample_bias(outcome).matters


def test_from_predictions_to_the_text() -> None:
    """Training rows that are separated perfectly: the numbers are scikit-learn's F1."""
    drawn = repeated(6, train=True)
    scores = {"a": np.where(drawn.part == TRAIN, np.where(drawn.y_true, 0.98, 0.02), drawn.scores["score_plain"])}
    memorized = type(drawn)(drawn.y_true, scores, drawn.repeat, drawn.part)
    tests = [memorized.split(j).test for j in range(6)]
    at = [np.mean([f1_score(test.y_true, test.scores["a"] >= t) for test in tests]) for t in (0.98, 0.5)]
    text = in_sample_bias(outcomes(memorized)).text
    assert numbers(text)[:5] == ["1.000", "0.020", "0.980", f"{at[0]:.3f}", f"{at[1]:.3f}"]
