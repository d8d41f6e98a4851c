"""What the data support, in words."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from f1tools.repeats import differences, findings, label, outcomes
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
    assert [detail[:26] for detail in found.details[1:]] == ["There is no result at 0.5 "]


@pytest.mark.parametrize(
    ("spreads", "told"),
    [
        ((0.3, 0.08, 0.02), True),  # a large difference that varies much, beside others that vary less
        ((0.3, 0.35, 0.4), False),  # below what could typically have been seen
    ],
)
def test_a_large_difference_that_varies_much_is_told_as_such(spreads: tuple[float, ...], told: bool) -> None:
    """What exceeds the typical resolution is not said to be too small to be seen."""
    others = {f"m{k}": around(0.42 if k == 0 else 0.6, spread) for k, spread in enumerate(spreads)}
    ends = [f"{-0.18 + side * reach(0.3, 3):+.3f}".replace("-", "−") for side in (-1, 1)]
    start = f"The largest difference is that of m0, −0.180 ({ends[0]} to {ends[1]})"
    assert (sorted(reach(spread, 3) for spread in spreads)[1] < 0.18) == told
    assert findings(made({"plain": PLAIN} | others)).details[0] == (
        f"{start}, though its results vary too much from split to split to tell it from chance."
        if told
        else f"{start}; one of less than about {figure(reach(0.35, 3))} would mostly have gone unseen here."
    )


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
    assert findings(made({"plain": PLAIN, "same": PLAIN})).details[0].startswith("There is no result at 0.5")


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
        "Choosing the threshold takes plain training from F1 0.500 at 0.5 to 0.600, +0.100, which with so few splits "
        "may be chance.",
        "There is no result at 0.5 for c: its scores are no probabilities, so 0.5 means nothing for them.",
    )
    assert findings(made({"plain": [0.6] * 3, "smote": [0.569] * 3})).headline == (
        "There are only 3 splits, too few to tell a difference from chance: at tuned thresholds SMOTE differs by "
        "−0.031 from plain training (F1 0.600). Take more splits to learn more."
    )


@pytest.mark.parametrize(
    ("half", "told"),
    [
        (0.5, "Choosing the threshold detectably improves plain training: from F1 0.500 at 0.5 to 0.600, +0.100"),
        (0.7, "Choosing the threshold detectably worsens plain training: from F1 0.700 at 0.5 to 0.600, −0.100"),
        (
            0.595,
            "Choosing the threshold moves plain training from F1 0.595 at 0.5 to 0.600, +0.005",
        ),
    ],
)
def test_what_tuning_does_for_the_reference(half: float, told: str) -> None:
    """From 0.5 to the tuned threshold, with the interval of the gain."""
    (detail,) = findings(made({"plain": PLAIN}, {"plain": around(half, 0.02)})).details
    ends = [f"{0.6 - half + side * reach(0.02):+.3f}".replace("-", "−") for side in (-1, 1)]
    seen = ": no more than chance can do" if " moves " in told else ""
    assert detail == f"{told} (95% interval {ends[0]} to {ends[1]}){seen}."


def test_tuning_that_moves_nothing_is_told_without_a_move() -> None:
    """Where both are written alike."""
    (detail,) = findings(made({"plain": PLAIN}, {"plain": around(0.6001, 0.02)})).details
    assert detail.startswith("Choosing the threshold leaves plain training at F1 0.600, as at 0.5: ±0 (95% interval −")


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
            "(−0.100).",
        ),
        (
            {"a": 0.5, "b": 0.601, "c": 0.6},
            "1 of the 3 others falls detectably short of plain training at its tuned threshold: a (−0.100).",
        ),
    ],
)
def test_strategies_left_at_half(halves: dict[str, float], told: str) -> None:
    """Against the reference at its tuned threshold: what a better training is worth without tuning."""
    tuned = {"plain": PLAIN} | {name: around(0.6, 0.005) for name in halves}
    found = findings(made(tuned, {name: around(mean, 0.005) for name, mean in halves.items()}))
    assert f"Left at 0.5, {told}" in found.details


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
        assert re.fullmatch(r"[A-Z].*\.", text)
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
