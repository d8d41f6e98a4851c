"""Tests of the findings about strategies: which claims are made, and with which names and numbers."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.formatting import join_names
from f1tools.repeats import RepeatedPredictions, differences, findings, label, method, outcomes
from f1tools.repeats.strategy_names import name_in_sentence
from tests.repeats.builders import NAN, PLAIN, around, build, half_width, interval_of, numbers, repeated, signed

VERSUS = "plain training (F1 0.600)"


def strategies(means: dict[str, float], spread: float = 0.005) -> dict[str, Any]:
    """Return the values of plain training, and of other strategies around their means."""
    return {"plain": PLAIN} | {name: around(mean, spread) for name, mean in means.items()}


def test_no_detectable_difference_is_stated_with_the_resolution() -> None:
    """The largest difference and the typical resolution are given; strategies are never called equal."""
    others = {"smote": around(0.621, 0.02), "class_weight": around(0.585, 0.01), "undersample": around(0.6, 0.03)}
    result = findings(build({"score_plain": PLAIN} | {f"score_{name}": values for name, values in others.items()}))
    assert f"none of the 3 others differs detectably from {VERSUS}." in result.headline
    assert f"SMOTE, +0.021 ({interval_of(around(0.021, 0.02), 3)})" in result.details[0]
    assert f"below about {half_width(around(0, 0.02), 3):.3f} would" in result.details[0]
    assert [detail[:24] for detail in result.details[1:]] == ["There is no result at 0."]


@pytest.mark.parametrize(("spreads", "noisy"), [((0.3, 0.08, 0.02), True), ((0.3, 0.35, 0.4), False)])
def test_a_large_difference_with_a_large_variance(spreads: tuple[float, ...], noisy: bool) -> None:
    """A difference above the typical resolution is not called too small to detect; one below it is."""
    others = {f"m{k}": around(0.42 if k == 0 else 0.6, spread) for k, spread in enumerate(spreads)}
    text = findings(build({"plain": PLAIN} | others)).details[0]
    typical = sorted(half_width(around(0, spread), 3) for spread in spreads)[1]
    assert (typical < 0.18) == noisy
    assert f"m0, −0.180 ({interval_of(around(-0.18, 0.3), 3)})" in text
    assert ("too much between splits" in text) == noisy
    assert (f"below about {typical:.3f}" in text) != noisy


@pytest.mark.parametrize(
    ("mean", "spread", "claim"),
    [
        (0.621, 0.02, "does not differ detectably from"),
        (0.65, 0.01, "is detectably better than"),
        (0.5, 0.01, "is detectably worse than"),
    ],
)
def test_a_single_other_strategy(mean: float, spread: float, claim: str) -> None:
    """It is named; a detectable difference has its interval in the headline, another one in the details."""
    result = findings(build({"plain": PLAIN, "smote": around(mean, spread)}))
    text = result.details[0] if "not" in claim else result.headline
    assert f"SMOTE {claim} {VERSUS}" in result.headline
    assert signed(mean - 0.6) in text
    assert interval_of(around(mean - 0.6, spread)) in text


@pytest.mark.parametrize(
    ("others", "parts"),
    [
        (
            {"a": 0.7, "b": 0.65, "c": 0.601},
            ["2 of the 3 others are detectably better", "a (+0.100) and b (+0.050); the other does not differ"],
        ),
        (
            {"a": 0.5, "b": 0.601, "c": 0.602},
            ["1 of the 3 others is detectably worse", "a (−0.100); the other 2 do not differ"],
        ),
        (
            {"a": 0.5, "b": 0.7, "c": 0.4},
            ["1 of the 3 others is detectably better", "b (+0.100); 2 are detectably worse, c (−0.200) and a (−0.100)"],
        ),
    ],
)
def test_detectable_differences_are_named(others: dict[str, float], parts: list[str]) -> None:
    """The largest difference is first, and the other strategies are counted."""
    headline = findings(build(strategies(others))).headline
    assert [part for part in [*parts, VERSUS] if part not in headline] == []


def test_references_and_missing_intervals() -> None:
    """Any strategy can be the reference, an unknown one raises, and equal decisions have no resolution."""
    outcome = build(strategies({"smote": 0.7}))
    assert "plain is detectably worse than SMOTE (F1 0.700): −0.100" in findings(outcome, "smote").headline
    with pytest.raises(KeyError):
        findings(outcome, "unknown")
    equal = findings(build({"plain": PLAIN, "same": PLAIN, "too": PLAIN}))
    assert "none of the 2 others differs detectably" in equal.headline
    assert "at 0.5" in equal.details[0]
    ranking = build({"plain": PLAIN, "ranknet": PLAIN, "svm": PLAIN}, {"plain": PLAIN})
    assert "no result at 0.5 for RankNet and svm" in findings(ranking).details[-1]


def test_a_single_strategy() -> None:
    """Its value has an interval if there are enough splits."""
    margin = half_width(around(0.6, 0.05))
    headline = findings(build({"plain": around(0.6, 0.05)})).headline
    assert f"F1 0.600 (95% interval {0.6 - margin:.3f} to {0.6 + margin:.3f})" in headline
    assert "interval" not in findings(build({"plain": [0.6]})).headline


@pytest.mark.parametrize("splits", [1, 2, 4])
def test_few_splits_give_no_claims(splits: int) -> None:
    """However large a difference is, it is not called detectable."""
    values = {"plain": [0.6] * splits, "b": [0.7] * splits, "c": [0.5] * splits}
    outcome = build(values, {name: [0.5] * splits for name in ("plain", "b")})
    result = findings(outcome)
    assert result.headline.startswith("There is one split," if splits == 1 else f"There are only {splits} splits,")
    assert f"the best of the 2 others is b (+0.100) against {VERSUS}" in result.headline
    assert numbers(result.details[0])[:4] == ["0.500", "0.5", "0.600", "+0.100"]
    assert not any(difference.detectable for difference in differences(outcome))
    assert not any("detectably" in detail for detail in result.details)
    single = findings(build({"plain": [0.6] * splits, "smote": [0.569] * splits})).headline
    assert f"SMOTE differs by −0.031 from {VERSUS}" in single


@pytest.mark.parametrize(
    ("half", "before", "difference", "claim"),
    [
        (0.5, "0.500", "+0.100", "detectably improves"),
        (0.7, "0.700", "−0.100", "detectably worsens"),
        (0.595, "0.595", "+0.005", "not detectably"),
        (0.6001, "0.600", "±0", "leaves"),
    ],
)
def test_the_effect_of_tuning_the_reference(half: float, before: str, difference: str, claim: str) -> None:
    """The text holds the value at 0.5 and the difference with its interval."""
    (text,) = findings(build({"plain": PLAIN}, {"plain": around(half, 0.02)})).details
    assert claim in text
    assert f"F1 {before}" in text
    assert f"{difference} (95% interval {interval_of(around(0.6 - half, 0.02))})" in text


@pytest.mark.parametrize(
    ("halves", "claim"),
    [
        ({"a": 0.5}, r"a falls detectably short .*\(−0.100\)"),
        ({"a": 0.7}, r"a is detectably above .*\(\+0.100\)"),
        ({"a": 0.601}, r"a does not differ detectably .*\(\+0.001\)"),
        ({"a": 0.6, "b": 0.6}, r"none of the 2 others falls detectably short [^:]*"),
        ({"a": 0.7, "b": 0.6}, r"none of the 2 others falls detectably short .*; detectably above it: a \(\+0.100\)"),
        ({"a": 0.5, "b": 0.601, "c": 0.4}, r"2 of the 3 others fall .*: c \(−0.200\) and a \(−0.100\)"),
        ({"a": 0.5, "b": 0.601, "c": 0.6}, r"1 of the 3 others falls .*: a \(−0.100\)"),
    ],
)
def test_other_strategies_at_the_default_threshold(halves: dict[str, float], claim: str) -> None:
    """Their results at 0.5 are compared with plain training at its tuned threshold."""
    half = {name: around(mean, 0.005) for name, mean in halves.items()}
    details = findings(build(strategies(dict.fromkeys(halves, 0.6)), half)).details
    assert [detail for detail in details if re.fullmatch(rf"Left at 0\.5, {claim}\.", detail)]


def collapse_details(outcome: Any) -> list[str]:
    """Return the details about thresholds that flag nearly every row."""
    return [detail for detail in findings(outcome).details if "95% of the rows or more" in detail]


def test_a_collapse_is_reported() -> None:
    """A tuned threshold that flags nearly every row in a tenth of the splits is named, unless positives are common."""
    tuned: dict[str, Any] = {"plain": PLAIN, "soft_f1": around(0.46, 0.0)}
    often, rarely = [0.97] * 7 + [0.5] * 13, [0.97] * 1 + [0.5] * 19
    (text,) = collapse_details(build(tuned, tuned, flagged={"soft_f1": often}))
    assert "soft F1 (in 7 of 20 splits) flags" in text
    assert numbers(text)[-1] == "0.462"
    (both,) = collapse_details(build(tuned, tuned, flagged={"soft_f1": often, "plain": [0.99] * 20}))
    assert "plain training (in 20 of 20 splits) and soft F1 (in 7 of 20 splits) flag" in both
    assert collapse_details(build(tuned, tuned, flagged={"soft_f1": rarely})) == []
    assert collapse_details(build(tuned, flagged={"soft_f1": often}, n_pos=900)) == []
    (single,) = collapse_details(build({"plain": [0.6]}, flagged={"plain": [1.0]}))
    assert "plain training flags" in single


def test_method() -> None:
    """It states the numbers of splits and rows, and the corrections of the intervals if there are any."""
    several = method(build({"a": PLAIN, "b": PLAIN, "c": PLAIN}))
    for part in ("20 splits: 2,000 tuning rows, 1,000 test rows (300 positive)", "Nadeau and Bengio", "Bonferroni"):
        assert part in several
    assert "Bonferroni" not in method(build({"a": PLAIN, "b": PLAIN}))
    assert method(build({"a": [0.5]})).startswith("One split: 2,000 tuning rows")
    assert ["Intervals" in method(build({"a": [0.5] * splits})) for splits in (4, 5)] == [False, True]


def test_names_in_sentences() -> None:
    """Few names are listed and many are truncated; labels are short single lines and never empty."""
    assert join_names(["a", "b"]) == "a and b"
    assert join_names(list("abcde")) == "a, b, c, d and e"
    assert join_names(list("abcdef")) == "a, b, c, d and 2 more"
    assert name_in_sentence("PLAIN") == "PLAIN training"
    for model, name in {
        "score_balanced_batches": "balanced batches",
        "score_metacost": "MetaCost",
        "evil\u202e\nname": "evil name",
        "x" * 50: "x" * 14 + "…" + "x" * 9,
        "score_": "score",
        "_": "_",
    }.items():
        assert label(model) == name


MEANS = st.lists(st.integers(380, 820).map(lambda k: k / 1000), min_size=1, max_size=7)


@settings(max_examples=60)
@given(MEANS, st.sampled_from([0.0, 0.002, 0.02, 0.3]))
def test_claims_agree_with_the_intervals(means: list[float], spread: float) -> None:
    """Every text is one sentence per line without undefined numbers, and claims exactly the detectable differences."""
    others = {f"m{k}": around(mean, spread) for k, mean in enumerate(means)}
    outcome = build({"plain": PLAIN} | others, {"plain": around(0.5, spread)})
    result = findings(outcome)
    for text in (result.headline, *result.details):
        assert re.fullmatch(r"[A-Z].*\.", text)
        assert not re.search(r"nan|n/a|equal\b|\bsame\b|inf|None", text)
    detected = [difference for difference in differences(outcome) if difference.detectable]
    if len(means) > 1:
        counted = [int(n) for n in re.findall(r"(\d+)(?: of the \d+ others)? (?:is|are) detectably", result.headline)]
        assert sum(counted) == len(detected)
    assert bool(detected) != ("not differ detectably from" in result.headline or "none of" in result.headline)


@pytest.mark.parametrize("objective", ["f1", "precision", "npv", "mcc", "accuracy"])
def test_malicious_names_stay_on_one_line(objective: str) -> None:
    """Names are cleaned and truncated in every sentence."""
    drawn = repeated(4, train=True)
    evil = {f"score_{name}\n\u202e<b>{'x' * 40}": score for name, score in drawn.scores.items()}
    result = findings(outcomes(type(drawn)(drawn.y_true, evil, drawn.repeat, drawn.part), objective))
    assert not re.search("\n|\u202e|x{24}", "".join((result.headline, *result.details)))


def test_a_difference_and_its_interval_use_the_same_splits() -> None:
    """Splits where one value is undefined are ignored, in comparisons and for tuning, and this is stated."""
    plain = [0.3, 0.31, 0.29, 0.3, 0.3, 0.32] + [0.98] * 14
    other = [0.5, 0.5, 0.5, 0.5, 0.51, 0.5] + [NAN] * 14
    compared = findings(build({"plain": plain, "x": other}, {"plain": plain}))
    tuning = findings(build({"plain": other}, {"plain": plain}))
    before, after = (round(float(np.mean(values[:6])), 3) for values in (plain, other))
    interval = interval_of(np.subtract(other[:6], plain[:6]))
    assert f"x is detectably better than plain training (F1 {before:.3f})" in compared.headline
    assert f"{signed(after - before)} (95% interval {interval})" in compared.headline
    assert f"from F1 {before:.3f} at 0.5 to {after:.3f}, {signed(after - before)}" in tuning.details[0]
    assert f"(95% interval {interval})" in tuning.details[0]
    for result, name in ((compared, "x"), (tuning, "plain training")):
        assert f"undefined in some splits of {name}" in result.details[-1]
    assert not any("Tuning" in text for text in findings(build({"plain": [0.9] * 5}, {"plain": [NAN] * 5})).details)


@pytest.mark.parametrize("other", [[0.5, 0.6], []])
def test_too_few_common_values_give_no_claim(other: list[float]) -> None:
    """A claim needs five common values, however many splits there are."""
    headline = findings(build({"plain": [0.9] * 20, "x": other + [NAN] * (20 - len(other))})).headline
    assert ("x differs by −0.350 from plain training" in headline) == bool(other)
    assert "F1 0.900" in headline
    assert "detectably" not in headline


VALUES = st.lists(st.one_of(st.just(NAN), st.integers(0, 10_000).map(lambda k: k / 10_000)), min_size=6, max_size=6)


@settings(max_examples=60)
@given(VALUES, VALUES)
def test_formatted_difference_lies_within_its_interval(plain: list[float], other: list[float]) -> None:
    """The text of a difference agrees with its interval, whichever values are undefined and however narrow it is."""
    outcome = build({"plain": plain, "x": other})
    (difference,) = differences(outcome)
    text, interval = difference.text, difference.interval
    if math.isnan(interval.mean):
        assert text == "n/a"
    else:
        number = float(text.replace("−", "-").replace("±", ""))
        assert number == pytest.approx(interval.mean, abs=0.0011)
        assert math.isnan(interval.low) or interval.low - 0.00051 <= number <= interval.high + 0.00051
    for sentence in (findings(outcome).headline, *findings(outcome).details):
        assert not re.search(r"nan\b|n/a \(", sentence)


def test_precision_of_a_strategy_that_rarely_flags() -> None:
    """Nothing is flagged in 18 of 20 test sets, so precision is undefined there and no claim is made."""
    rng = np.random.default_rng(3)
    rows = 40
    y_true = np.tile(np.arange(rows) < 12, 40)
    part, repeat = np.repeat(["tune", "test"] * 20, rows), np.repeat(np.arange(20), 2 * rows)
    plain = np.clip(0.3 * y_true + 0.7 * rng.random(y_true.size), 0, 1).round(2)
    scores = {"plain": plain, "rare": np.where((part == "test") & (repeat > 1), 0.1, plain)}
    outcome = outcomes(RepeatedPredictions.from_arrays(y_true, scores, repeat, part), "precision")
    assert np.isnan(outcome.results["rare"].choices["tuned"].value(outcome.objective)).sum() >= 16
    result = findings(outcome)
    assert "Fewer than 5 of 20 splits" in result.headline
    assert "undefined in some splits of rare" in result.details[-1]
