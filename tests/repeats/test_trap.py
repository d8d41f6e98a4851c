"""What is said about thresholds that are chosen on the very rows that a model was trained on."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score

from f1tools.repeats import TRAIN, findings, outcomes
from f1tools.repeats.trap import trap_bites, trap_text
from tests.repeats.making import around, made, repeated

PLAIN = np.full(20, 0.6)
VARIED = around(0.6, 0.02)
WIDE, NARROW = (0.008, 0.997), (0.5, 0.502)


def ends(mean: float, spread: float, compared: int) -> str:
    """Write the interval of a mean of 20 splits, out of so many that hold together."""
    half = stats.t.ppf(1 - 0.05 / compared / 2, 19) * math.sqrt(1 / 20 + 3 / 7) * spread
    return " to ".join(f"{mean + side * half:+.3f}".replace("-", "−") for side in (-1, 1))


def test_what_narrow_intervals_promise() -> None:
    """How many lose, what that costs the worst, and what the rows promise where least of it is kept."""
    trap = {"plain": (around(0.598, 0.02), 0.99), "a": (around(0.55, 0.005), 0.8), "b": (around(0.62, 0.02), 0.9)}
    some = made({"plain": PLAIN, "a": PLAIN, "b": PLAIN}, None, trap)
    assert trap_text(some) == (
        "With the threshold chosen on the very rows that a model was trained on, 1 of the 3 strategies loses "
        "detectably against one chosen on rows held back; the worst, a, reaches F1 0.550 instead of 0.600 (−0.050, "
        f"interval {ends(-0.05, 0.005, 3)}). On those rows plain training seems to reach F1 0.990; on test rows it is "
        "0.598."
    )
    assert findings(some).details[0] == trap_text(some)


def test_what_costs_nothing_has_no_worst() -> None:
    """Neither where some happen to be a little lower, nor where all are higher; it is told late."""
    for others in (PLAIN, around(0.62, 0.03), around(0.599, 0.03)):
        some = made({"plain": VARIED, "balanced_batches": PLAIN}, {"plain": PLAIN}, {"balanced_batches": (others, 0.7)})
        both = made({"plain": PLAIN, "b": PLAIN}, {"plain": PLAIN}, dict.fromkeys(("plain", "b"), (others, 0.7)))
        for text in (trap_text(some), trap_text(both)):
            assert "worst" not in text
            assert not any(each.startswith("With the threshold") for each in findings(both).details[:1])
        assert trap_text(some) == (
            "With the threshold chosen on the very rows that a model was trained on, balanced batches do not lose "
            "detectably against one chosen on rows held back. On those rows balanced batches seem to reach F1 0.700; "
            f"on test rows it is {others.mean():.3f}."
        )
        assert "none of the 2 strategies loses detectably against one chosen on rows held back. On" in trap_text(both)
        assert not trap_bites(both)


def test_one_strategy_that_loses() -> None:
    """It needs no worst."""
    text = trap_text(made({"a": PLAIN}, None, {"a": (around(0.5, 0.02), 0.9)}))
    assert (
        "a loses detectably against one chosen on rows held back: F1 0.500 instead of 0.600 (−0.100, interval " in text
    )
    both = trap_text(made({"a": PLAIN, "b": PLAIN}, None, dict.fromkeys("ab", (PLAIN - 0.1, 0.9))))
    assert "2 of the 2 strategies lose detectably" in both


BY_HEART: dict[str, Any] = {"balanced_batches": (around(0.464, 0.01), 1.0), "plain": (around(0.6, 0.01), 0.62)}


def test_rows_learned_by_heart_promise_the_same_at_any_threshold() -> None:
    """Then no loss is claimed that only the highest of these thresholds has; it comes first all the same."""
    middle = {"balanced_batches": (around(0.6, 0.05), WIDE)}
    some = made({"plain": PLAIN, "balanced_batches": around(0.62, 0.01)}, None, BY_HEART, middle=middle)
    assert findings(some).details[0] == (
        "Chosen on the very rows that the model was trained on, a threshold is a guess once these are learned by "
        "heart: they promise F1 1.000 for balanced batches at every threshold from about 0.008 to 0.997; on test rows "
        "the highest of these reaches 0.464, the middle one 0.600, and one chosen on rows held back 0.620. None of the "
        "2 strategies loses detectably with both of these choices."
    )


@pytest.mark.parametrize(("top", "middle"), [(0.464, 0.62), (0.62, 0.464)])
def test_a_loss_with_one_of_both_thresholds_is_none(top: float, middle: float) -> None:
    """Whichever of equally good thresholds is the bad one."""
    some = made(
        {"plain": PLAIN}, None, {"plain": (around(top, 0.01), 0.7)}, middle={"plain": (around(middle, 0.01), WIDE)}
    )
    assert trap_text(some).endswith(" It does not lose detectably with both of these choices.")
    assert not trap_bites(some)
    narrow = made(
        {"plain": PLAIN}, None, {"plain": (around(top, 0.01), 0.7)}, middle={"plain": (around(middle, 0.01), NARROW)}
    )
    assert "plain training does not lose detectably" in trap_text(narrow)
    assert trap_text(narrow).endswith("on test rows it is 0.620.")


def test_a_loss_with_both_thresholds_is_one() -> None:
    """It is told by name."""
    middle = {"balanced_batches": (around(0.5, 0.01), WIDE)}
    some = made({"plain": PLAIN, "balanced_batches": around(0.62, 0.01)}, None, BY_HEART, middle=middle)
    assert trap_text(some).endswith(
        " 1 of the 2 strategies loses detectably with both of these choices: balanced batches."
    )
    assert trap_bites(some)
    alone = made({"a": PLAIN}, None, {"a": (PLAIN - 0.1, 1.0)}, middle={"a": (PLAIN - 0.1, WIDE)})
    assert trap_text(alone).endswith(" It loses detectably with both of these choices.")


@pytest.mark.parametrize(
    ("promised", "start", "bites"),
    [
        (
            0.99,
            "the model was trained on, a threshold is a guess once these are learned by heart: they promise F1",
            True,
        ),
        (0.85, "the model was trained on, a threshold is a guess where many look equally good: they promise", True),
        (0.65, "On the very rows that a model was trained on, many thresholds look equally good: they promise", False),
    ],
)
def test_many_thresholds_look_equally_good(promised: float, start: str, bites: bool) -> None:
    """A guess where the promise is not kept; else only what they give."""
    some = made({"a": PLAIN, "b": PLAIN}, None, {"a": (PLAIN, promised)}, middle={"a": (PLAIN, (0.2, 0.4))})
    assert start in trap_text(some)
    assert "from about 0.200 to 0.400; on test rows the highest of these reaches 0.600, the middle" in trap_text(some)
    assert trap_bites(some) == bites


def test_where_there_is_nothing_to_say() -> None:
    """Without rows that a model was trained on, or with too few splits."""
    assert trap_text(made({"a": PLAIN})) == ""
    assert not trap_bites(made({"a": PLAIN}))
    few = made({"a": [0.6] * 4}, None, {"a": ([0.2] * 4, 1.0)}, middle={"a": ([0.2] * 4, WIDE)})
    assert trap_text(few) == ""
    assert not trap_bites(few)


def test_training_rows_parted_perfectly_are_told_from_their_scores() -> None:
    """From rows to sentences: whatever is between the two classes promises the same."""
    drawn = repeated(6, train=True)
    scores = {"a": np.where(drawn.part == TRAIN, np.where(drawn.y_true, 0.98, 0.02), drawn.scores["score_plain"])}
    learned = type(drawn)(drawn.y_true, scores, drawn.repeat, drawn.part)
    some, tests = outcomes(learned), [learned.split(j).test for j in range(6)]
    at = [np.mean([f1_score(test.y_true, test.scores["a"] >= t) for test in tests]) for t in (0.98, 0.5)]
    assert trap_text(some).startswith(
        "Chosen on the very rows that the model was trained on, a threshold is a guess once these are learned by "
        "heart: they promise F1 1.000 for a at every threshold from about 0.020 to 0.980; on test rows the highest of "
        f"these reaches {at[0]:.3f}, the middle one {at[1]:.3f}, and one chosen on rows held back "
    )
