"""What the data support, in words."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from f1tools.repeats import differences, findings, label, method, outcomes
from f1tools.repeats.naming import listed, training
from tests.repeats.making import around, made, repeated


def reach(spread: float, compared: int = 1, repeats: int = 20) -> float:
    """Half the width of an interval of differences with this spread, out of so many that hold together."""
    quantile = stats.t.ppf(1 - 0.05 / compared / 2, repeats - 1)
    return float(quantile * math.sqrt(1 / repeats + 3 / 7) * spread)


def around_text(difference: float, compared: int = 1) -> str:
    """Write the ends of an interval of a difference whose spread is 0.02."""
    ends = (difference - reach(0.02, compared), difference + reach(0.02, compared))
    return " to ".join(f"{end:+.3f}".replace("-", "−") for end in ends)


def figure(value: float) -> str:
    return f"{value:.3f}"


PLAIN = np.full(20, 0.6)
OTHERS = {"smote": around(0.621, 0.02), "class_weight": around(0.585, 0.01), "undersample": around(0.6, 0.03)}


def test_no_detectable_difference_says_what_could_have_been_seen() -> None:
    """The largest difference, and how large one would have had to be: never that they are equal."""
    found = findings(made({"score_plain": PLAIN} | {f"score_{name}": values for name, values in OTHERS.items()}))
    assert found.headline == (
        "With every strategy at its own tuned threshold, none of the 3 others differs detectably from plain training "
        "(F1 0.600)."
    )
    assert found.details[0] == (
        f"The largest difference is that of SMOTE, +0.021 ({around_text(0.021, 3)}); one of less than about "
        f"{figure(reach(0.02, 3))} would mostly have gone unseen here."
    )
    assert [detail[:26] for detail in found.details[1:]] == ["0.5 has no meaning for pla"]


def test_one_other_strategy_is_named() -> None:
    """Without a group to speak of."""
    alike = findings(made({"plain": PLAIN, "smote": OTHERS["smote"]}))
    assert alike.headline == (
        "With every strategy at its own tuned threshold, SMOTE does not differ detectably from plain training "
        "(F1 0.600)."
    )
    assert alike.details[0] == (
        f"The difference is +0.021 ({around_text(0.021)}); one of less than about {figure(reach(0.02))} would mostly "
        "have gone unseen here."
    )
    ends = [0.65 - 0.6 - reach(0.01), 0.65 - 0.6 + reach(0.01)]
    assert findings(made({"plain": PLAIN, "smote": around(0.65, 0.01)})).headline == (
        "With every strategy at its own tuned threshold, SMOTE is detectably better than plain training (F1 0.600): "
        f"+0.050 (95% interval +{ends[0]:.3f} to +{ends[1]:.3f})."
    )
    worse = findings(made({"plain": PLAIN, "smote": around(0.5, 0.01)})).headline
    assert "SMOTE is detectably worse than plain training (F1 0.600): −0.100 (95% interval −0." in worse


def test_strategies_that_decide_alike() -> None:
    """Nothing varies, so nothing is said about what could have been seen."""
    assert findings(made({"plain": PLAIN, "same": PLAIN, "too": PLAIN})).headline == (
        "With every strategy at its own tuned threshold, none of the 2 others differs detectably from plain training "
        "(F1 0.600)."
    )
    assert findings(made({"plain": PLAIN, "same": PLAIN})).details[0].startswith("0.5 has no meaning")


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (
            {"a": 0.7, "b": 0.65, "c": 0.601},
            "2 of the 3 others are detectably better than plain training (F1 0.600), a (+0.100) and b (+0.050); "
            "the other does not differ detectably.",
        ),
        (
            {"a": 0.5, "b": 0.601, "c": 0.602},
            "1 of the 3 others is detectably worse than plain training (F1 0.600), a (−0.100); "
            "the other 2 do not differ detectably.",
        ),
        (
            {"a": 0.5, "b": 0.7, "c": 0.4},
            "1 of the 3 others is detectably better than plain training (F1 0.600), b (+0.100); "
            "2 are detectably worse, c (−0.200) and a (−0.100).",
        ),
    ],
)
def test_what_differs_is_named(others: dict[str, float], told: str) -> None:
    """The farthest first; what does not differ detectably is counted."""
    found = findings(made({"plain": PLAIN} | {name: around(mean, 0.005) for name, mean in others.items()}))
    assert found.headline == f"With every strategy at its own tuned threshold, {told}"


def test_another_reference() -> None:
    """Any strategy can be what the others are compared with; an unknown one fails."""
    some = made({"plain": PLAIN, "smote": around(0.7, 0.005)})
    assert "plain is detectably worse than SMOTE (F1 0.700): −0.100" in findings(some, "smote").headline
    with pytest.raises(KeyError):
        findings(some, "nobody")


def test_one_strategy_has_nothing_to_be_compared_with() -> None:
    """What it reaches is told, with its interval where there are repeats."""
    ends = f"{figure(0.6 - reach(0.05))} to {figure(0.6 + reach(0.05))}"
    assert findings(made({"plain": around(0.6, 0.05)})).headline == (
        f"At its tuned threshold plain training reaches F1 0.600 (95% interval {ends}); there is no other strategy to "
        "compare it with."
    )
    assert "reaches F1 0.600; there is no other" in findings(made({"plain": [0.6]})).headline


def test_one_repeat_is_told_as_chance() -> None:
    """No interval, nothing detectable."""
    half: dict[str, list[float]] = {"plain": [0.5], "b": [0.1]}
    found = findings(made({"plain": [0.6], "b": [0.7], "c": [0.5]}, half, {"b": ([0.2], 1.0)}))
    assert found.headline == (
        "There is one split, too few to tell a difference from chance: at tuned thresholds the best of the 2 others "
        "is b (+0.100) against plain training (F1 0.600). Take more splits to learn more."
    )
    assert found.details == (
        "Choosing the threshold takes plain training from F1 0.500 at 0.5 to 0.600, +0.100.",
        "0.5 has no meaning for c: its scores are no chances from 0 to 1, so only a tuned threshold counts.",
    )
    assert "the other strategy is b (−0.100)" in findings(made({"plain": [0.6], "b": [0.5]})).headline


@pytest.mark.parametrize(
    ("half", "told"),
    [
        (0.5, "Choosing the threshold detectably improves plain training: from F1 0.500 at 0.5 to 0.600, +0.100"),
        (0.7, "Choosing the threshold detectably worsens plain training: from F1 0.700 at 0.5 to 0.600, −0.100"),
        (
            0.595,
            "Choosing the threshold makes no detectable difference for plain training: F1 0.595 at 0.5 and 0.600 "
            "tuned, +0.005",
        ),
    ],
)
def test_what_tuning_does_for_the_reference(half: float, told: str) -> None:
    """From 0.5 to the tuned threshold, with the interval of the gain."""
    (detail,) = findings(made({"plain": PLAIN}, {"plain": around(half, 0.02)})).details
    ends = [f"{0.6 - half + side * reach(0.02):+.3f}".replace("-", "−") for side in (-1, 1)]
    assert detail == f"{told} (95% interval {ends[0]} to {ends[1]})."


@pytest.mark.parametrize(
    ("halves", "told"),
    [
        ({"a": 0.5}, "a falls detectably short of plain training at its tuned threshold (−0.100)."),
        ({"a": 0.7}, "a is detectably above plain training at its tuned threshold (+0.100)."),
        ({"a": 0.601}, "a does not differ detectably from plain training at its tuned threshold (+0.001)."),
        ({"a": 0.6, "b": 0.6}, "none of the 2 others falls detectably short of plain training at its tuned threshold."),
        (
            {"a": 0.7, "b": 0.6},
            "none of the 2 others falls detectably short of plain training at its tuned threshold; detectably above "
            "it: a (+0.100).",
        ),
        (
            {"a": 0.5, "b": 0.601, "c": 0.4},
            "2 of the 3 others fall detectably short of plain training at its tuned threshold: c (−0.200) and a "
            "(−0.100); b does not.",
        ),
        (
            {"a": 0.5, "b": 0.601, "c": 0.6},
            "1 of the 3 others falls detectably short of plain training at its tuned threshold: a (−0.100); b and c "
            "do not.",
        ),
    ],
)
def test_strategies_left_at_half(halves: dict[str, float], told: str) -> None:
    """Against the reference at its tuned threshold: what a better training is worth without tuning."""
    tuned = {"plain": PLAIN} | {name: around(0.6, 0.005) for name in halves}
    found = findings(made(tuned, {name: around(mean, 0.005) for name, mean in halves.items()}))
    assert f"Left at 0.5, {told}" in found.details


def test_the_trap_is_told_for_the_worst() -> None:
    """How many lose by thresholds chosen in sample, what that costs the worst, and what such rows promise."""
    trap = {"plain": (around(0.598, 0.02), 0.99), "a": (around(0.55, 0.005), 0.8), "b": (around(0.62, 0.02), 0.9)}
    some = made({"plain": PLAIN, "a": around(0.6, 0.0), "b": around(0.6, 0.0)}, None, trap)
    ends = [f"{-0.05 + side * reach(0.005, 3):+.3f}".replace("-", "−") for side in (-1, 1)]
    assert findings(some).details[0] == (
        "With the threshold chosen on the very rows that a model was trained on, 1 of the 3 strategies loses "
        "detectably against one chosen on rows held back; the worst, a, reaches F1 0.550 instead of 0.600 (−0.050, "
        f"interval {ends[0]} to {ends[1]}). Of plain training such rows promise 0.990, and the test rows give 0.598."
    )
    alone = findings(made({"a": PLAIN}, None, {"a": (around(0.598, 0.02), 0.99)})).details[0]
    assert "trained on, a does not lose detectably against one chosen on rows held back; it reaches F1 0.598" in alone
    harmless = findings(made({"a": PLAIN, "b": PLAIN}, None, {"a": (PLAIN, 0.6), "b": (PLAIN, 0.6)})).details[0]
    assert "none of the 2 strategies loses detectably against one chosen on rows held back. Of" in harmless
    both = findings(made({"a": PLAIN, "b": PLAIN}, None, dict.fromkeys("ab", (PLAIN - 0.1, 0.9)))).details[0]
    assert "2 of the 2 strategies lose detectably" in both


def test_a_collapse_is_told() -> None:
    """Where the tuned threshold flags nearly every row, in a tenth of the splits or more."""
    tuned: dict[str, Any] = {"plain": PLAIN, "soft_f1": around(0.46, 0.0)}
    often, seldom = [0.97] * 7 + [0.5] * 13, [0.97] * 1 + [0.5] * 19
    (detail,) = [d for d in findings(made(tuned, tuned, flagged={"soft_f1": often})).details if "flags" in d]
    assert detail == (
        "In 7 of 20 splits, at its tuned threshold soft F1 flags 95% of the rows or more: it hardly tells them apart "
        "there. Flagging every row gives F1 0.462."
    )
    assert not [d for d in findings(made(tuned, tuned, flagged={"soft_f1": seldom})).details if "flags" in d]
    common = made(tuned, tuned, flagged={"soft_f1": often}, n_pos=900)
    assert not [d for d in findings(common).details if "flags" in d]
    once = findings(made({"plain": [0.6]}, flagged={"plain": [1.0]})).details
    assert once[0].startswith("At its tuned threshold plain training flags 95% of the rows or more")


def test_scores_that_are_no_chances_are_told() -> None:
    """All of them by name."""
    some = made({"plain": PLAIN, "ranknet": PLAIN, "svm": PLAIN}, {"plain": PLAIN})
    assert findings(some).details[-1] == (
        "0.5 has no meaning for RankNet and svm: their scores are no chances from 0 to 1, so only a tuned threshold "
        "counts."
    )


def test_the_method_is_told() -> None:
    """How many splits of how many rows, and what the intervals allow for."""
    assert method(made({"a": PLAIN, "b": PLAIN, "c": PLAIN})) == (
        "Means over 20 splits with 2,333 rows to learn from and 1,000 to test on, 300 of them positive. Tuned "
        "thresholds were chosen on rows that had no part in the test. The 95% intervals allow for the overlap of the "
        "splits, which share most of their rows (Nadeau and Bengio 2003), and those of several differences hold "
        "together (Bonferroni)."
    )
    assert "Bonferroni" not in method(made({"a": PLAIN, "b": PLAIN}))
    assert method(made({"a": [0.5]})).startswith("One split with 2,333 rows")


def test_names_are_listed() -> None:
    """Some by name; of many the first, and how many more."""
    assert listed(["a", "b"]) == "a and b"
    assert listed(list("abcde")) == "a, b, c, d and e"
    assert listed(list("abcdef")) == "a, b, c, d and 2 more"
    assert training("PLAIN") == "PLAIN training"


MEANS = st.lists(st.integers(380, 820).map(lambda k: k / 1000), min_size=1, max_size=7)


@settings(max_examples=60)
@given(MEANS, st.sampled_from([0.0, 0.002, 0.02, 0.3]))
def test_no_sentence_claims_more_than_the_intervals(means: list[float], spread: float) -> None:
    """Whatever comes out: one line, nothing undefined, nothing equal, and as many detectable as there are."""
    others = {f"m{k}": around(mean, spread) for k, mean in enumerate(means)}
    some = made({"plain": PLAIN} | others, {"plain": around(0.5, spread)})
    found = findings(some)
    for text in (found.headline, *found.details):
        assert re.fullmatch(r"[A-Z0].*\.", text)
        assert not re.search(r"nan|n/a|equal|\bsame\b|inf|None", text)
    detected = [each for each in differences(some) if each.detectable]
    if len(means) > 1:
        told = [int(n) for n in re.findall(r"(\d+)(?: of the \d+ others)? (?:is|are) detectably", found.headline)]
        assert sum(told) == len(detected)
    assert bool(detected) != ("not differ detectably from" in found.headline or "none of" in found.headline)


def test_real_splits_are_told_whole() -> None:
    """From predictions to sentences, with evil names: they stay on one line and are cut."""
    drawn = repeated(4, train=True)
    evil = {f"score_{name}\n\u202e<b>{'x' * 40}": score for name, score in drawn.scores.items()}
    for objective in ("f1", "precision", "npv", "mcc", "accuracy"):
        found = findings(outcomes(type(drawn)(drawn.y_true, evil, drawn.repeat, drawn.part), objective))
        for text in (found.headline, *found.details):
            assert "\n" not in text
            assert "\u202e" not in text
            assert "x" * 24 not in text
    assert len(label(next(iter(evil)))) == 24


@pytest.mark.parametrize("splits", [1, 2, 4])
def test_few_splits_prove_nothing(splits: int) -> None:
    """However far apart strategies are, fewer than five splits call no difference detectable."""
    some = made({"plain": [0.5 + 0.001 * j for j in range(splits)], "b": [0.9] * splits}, {"plain": [0.1] * splits})
    found = findings(some)
    assert "too few to tell a difference from chance" in found.headline
    assert not any(each.detectable for each in differences(some))
    assert not any("detectably" in detail for detail in found.details)
