"""The findings about the strategies as sentences: kinds of claims, names and numbers."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.repeats import RepeatedPredictions, differences, findings, label, method, outcomes
from f1tools.repeats.strategy_names import join_names, name_in_sentence
from tests.repeats.builders import around, build, half_width, interval_of, repeated, signed

NAN = math.nan
PLAIN = np.full(20, 0.6)
OTHERS = {"smote": around(0.621, 0.02), "class_weight": around(0.585, 0.01), "undersample": around(0.6, 0.03)}
TUNED = "With every strategy at its own tuned threshold, "


def detail(outcome: Any, word: str) -> str:
    """Return the only detail with a word."""
    (actual,) = [each for each in findings(outcome).details if word in each]
    return actual


def test_no_detectable_difference_comes_with_the_resolution() -> None:
    """The largest difference and the typical resolution: strategies are never called equal."""
    outcome = build({"score_plain": PLAIN} | {f"score_{name}": values for name, values in OTHERS.items()})
    actual = findings(outcome)
    assert actual.headline == f"{TUNED}none of the 3 others differs detectably from plain training (F1 0.600)."
    assert actual.details[0].startswith(
        f"The largest difference is that of SMOTE, +0.021 ({interval_of(around(0.021, 0.02), 3)}); "
    )
    assert f"below about {half_width(around(0, 0.02), 3):.3f} would mostly go undetected" in actual.details[0]
    assert [each[:24] for each in actual.details[1:]] == ["There is no result at 0."]


@pytest.mark.parametrize(
    ("spreads", "noisy"),
    [
        ((0.3, 0.08, 0.02), True),  # a large difference with a large variance, beside others that vary less
        ((0.3, 0.35, 0.4), False),  # below the typical resolution
    ],
)
def test_a_large_difference_with_a_large_variance(spreads: tuple[float, ...], noisy: bool) -> None:
    """A difference above the typical resolution is not called too small to detect."""
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
        (0.621, 0.02, "SMOTE does not differ detectably from plain training (F1 0.600)."),
        (0.65, 0.01, "SMOTE is detectably better than plain training (F1 0.600): +0.050 (95% interval {})."),
        (0.5, 0.01, "SMOTE is detectably worse than plain training (F1 0.600): −0.100 (95% interval {})."),
    ],
)
def test_a_single_other_strategy_is_named(mean: float, spread: float, claim: str) -> None:
    """The headline names it, with the interval of a detectable difference."""
    actual = findings(build({"plain": PLAIN, "smote": around(mean, spread)}))
    assert actual.headline == TUNED + claim.format(interval_of(around(mean - 0.6, spread)))
    assert ("The difference is +0.021" in actual.details[0]) == (mean == 0.621)


@pytest.mark.parametrize(
    ("others", "claim"),
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
def test_detectable_differences_are_named(others: dict[str, float], claim: str) -> None:
    """The largest first; the other strategies are counted."""
    actual = findings(build({"plain": PLAIN} | {name: around(mean, 0.005) for name, mean in others.items()}))
    assert actual.headline == TUNED + claim


def test_strategies_that_decide_alike() -> None:
    """Nothing varies, so no resolution is given."""
    actual = findings(build({"plain": PLAIN, "same": PLAIN, "too": PLAIN}))
    assert "none of the 2 others differs detectably" in actual.headline
    assert actual.details[0].startswith("There is no result at 0.5")


def test_another_reference() -> None:
    """Any strategy can be the reference; an unknown one raises."""
    outcome = build({"plain": PLAIN, "smote": around(0.7, 0.005)})
    assert "plain is detectably worse than SMOTE (F1 0.700): −0.100" in findings(outcome, "smote").headline
    with pytest.raises(KeyError):
        findings(outcome, "nobody")


def test_a_single_strategy() -> None:
    """Its value is given, with an interval if there are enough splits."""
    margin = half_width(around(0.6, 0.05))
    headline = findings(build({"plain": around(0.6, 0.05)})).headline
    assert f"plain training reaches F1 0.600 (95% interval {0.6 - margin:.3f} to {0.6 + margin:.3f});" in headline
    assert "interval" not in findings(build({"plain": [0.6]})).headline


@pytest.mark.parametrize("splits", [1, 2, 4])
def test_few_splits_give_no_claims(splits: int) -> None:
    """However large the differences are."""
    values = {"plain": [0.6] * splits, "b": [0.7] * splits, "c": [0.5] * splits}
    outcome = build(values, {name: [0.5] * splits for name in ("plain", "b")})
    actual = findings(outcome)
    assert actual.headline.startswith("There is one split," if splits == 1 else f"There are only {splits} splits,")
    assert "the best of the 2 others is b (+0.100) against plain training (F1 0.600)." in actual.headline
    assert "from F1 0.500 at 0.5 to 0.600, +0.100; with so few splits" in actual.details[0]
    assert not any(each.detectable for each in differences(outcome))
    assert not any("detectably" in each for each in actual.details)
    one = findings(build({"plain": [0.6] * splits, "smote": [0.569] * splits})).headline
    assert "SMOTE differs by −0.031 from plain training (F1 0.600)." in one


@pytest.mark.parametrize(
    ("half", "effect"),
    [
        (0.5, "detectably improves plain training: from F1 0.500 at 0.5 to 0.600, +0.100 (95% interval {})."),
        (0.7, "detectably worsens plain training: from F1 0.700 at 0.5 to 0.600, −0.100 (95% interval {})."),
        (0.595, "changes plain training from F1 0.595 at 0.5 to 0.600, +0.005 (95% interval {}): not detectably."),
        (0.6001, "leaves plain training at F1 0.600, as at 0.5: ±0 (95% interval {})."),
    ],
)
def test_the_effect_of_tuning_the_reference(half: float, effect: str) -> None:
    """From 0.5 to the tuned threshold, with the interval of the gain."""
    (text,) = findings(build({"plain": PLAIN}, {"plain": around(half, 0.02)})).details
    assert text == f"Tuning the threshold {effect.format(interval_of(around(0.6 - half, 0.02)))}"


@pytest.mark.parametrize(
    ("halves", "claim"),
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
def test_other_strategies_at_the_default_threshold(halves: dict[str, float], claim: str) -> None:
    """Compared with the reference at its tuned threshold."""
    tuned = {"plain": PLAIN} | {name: around(0.6, 0.005) for name in halves}
    actual = findings(build(tuned, {name: around(mean, 0.005) for name, mean in halves.items()}))
    assert f"Left at 0.5, {claim}" in actual.details


def test_a_collapse_is_reported() -> None:
    """If the tuned threshold flags nearly every row in a tenth of the splits or more, unless positives are common."""
    tuned: dict[str, Any] = {"plain": PLAIN, "soft_f1": around(0.46, 0.0)}
    often, seldom = [0.97] * 7 + [0.5] * 13, [0.97] * 1 + [0.5] * 19
    text = detail(build(tuned, tuned, flagged={"soft_f1": often}), "flags 95% of the rows or more")
    assert text.startswith("At its tuned threshold soft F1 (in 7 of 20 splits) flags")
    assert text.endswith("F1 0.462.")
    two = detail(build(tuned, tuned, flagged={"soft_f1": often, "plain": [0.99] * 20}), "flag 95% of the rows or more")
    assert "plain training (in 20 of 20 splits) and soft F1 (in 7 of 20 splits) flag" in two
    for none in (
        build(tuned, tuned, flagged={"soft_f1": seldom}),
        build(tuned, flagged={"soft_f1": often}, n_pos=900),
    ):
        assert not any("95% of the rows" in each for each in findings(none).details)
    once = findings(build({"plain": [0.6]}, flagged={"plain": [1.0]})).details
    assert once[0].startswith("At its tuned threshold plain training flags")


def test_scores_that_are_not_probabilities_are_named() -> None:
    """They have no result at 0.5."""
    outcome = build({"plain": PLAIN, "ranknet": PLAIN, "svm": PLAIN}, {"plain": PLAIN})
    assert findings(outcome).details[-1].startswith("There is no result at 0.5 for RankNet and svm: their scores")


def test_the_method() -> None:
    """Numbers of splits and rows, and what the intervals account for, if there are any."""
    several = method(build({"a": PLAIN, "b": PLAIN, "c": PLAIN}))
    assert several.startswith("Means over 20 splits: 2,000 tuning rows, 1,000 test rows (300 positive).")
    assert "Nadeau and Bengio 2003" in several
    assert "Bonferroni" in several
    assert "Bonferroni" not in method(build({"a": PLAIN, "b": PLAIN}))
    assert method(build({"a": [0.5]})).startswith("One split: 2,000 tuning rows")
    assert ["Intervals" in method(build({"a": [0.5] * splits})) for splits in (4, 5)] == [False, True]


def test_names_in_sentences() -> None:
    """A few names are listed, many are cut; labels are short single lines and never empty."""
    assert join_names(["a", "b"]) == "a and b"
    assert join_names(list("abcde")) == "a, b, c, d and e"
    assert join_names(list("abcdef")) == "a, b, c, d and 2 more"
    assert name_in_sentence("PLAIN") == "PLAIN training"
    for model, name in {
        "score_balanced_batches": "balanced batches",
        "score_metacost": "MetaCost",
        "evil\u202e\nname": "evil name",
        "x" * 50: "x" * 23 + "…",
        "score_": "score",
        "_": "_",
    }.items():
        assert label(model) == name


MEANS = st.lists(st.integers(380, 820).map(lambda k: k / 1000), min_size=1, max_size=7)


@settings(max_examples=60)
@given(MEANS, st.sampled_from([0.0, 0.002, 0.02, 0.3]))
def test_no_sentence_claims_more_than_the_intervals(means: list[float], spread: float) -> None:
    """Every text is a sentence on one line without undefined numbers, and claims exactly the detectable differences."""
    others = {f"m{k}": around(mean, spread) for k, mean in enumerate(means)}
    outcome = build({"plain": PLAIN} | others, {"plain": around(0.5, spread)})
    actual = findings(outcome)
    for text in (actual.headline, *actual.details):
        assert re.fullmatch(r"[A-Z].*\.", text)
        assert not re.search(r"nan|n/a|equal\b|\bsame\b|inf|None", text)
    detected = [each for each in differences(outcome) if each.detectable]
    if len(means) > 1:
        counted = [int(n) for n in re.findall(r"(\d+)(?: of the \d+ others)? (?:is|are) detectably", actual.headline)]
        assert sum(counted) == len(detected)
    assert bool(detected) != ("not differ detectably from" in actual.headline or "none of" in actual.headline)


def test_malicious_names_stay_on_one_line() -> None:
    """From predictions to sentences, for several objectives: names are cleaned and cut."""
    drawn = repeated(4, train=True)
    evil = {f"score_{name}\n\u202e<b>{'x' * 40}": score for name, score in drawn.scores.items()}
    for objective in ("f1", "precision", "npv", "mcc", "accuracy"):
        actual = findings(outcomes(type(drawn)(drawn.y_true, evil, drawn.repeat, drawn.part), objective))
        assert not re.search("\n|\u202e|x{24}", "".join((actual.headline, *actual.details)))
    assert len(label(next(iter(evil)))) == 24


def test_a_difference_and_its_interval_use_the_same_splits() -> None:
    """Splits where one side is undefined are ignored, and this is stated."""
    plain = [0.3, 0.31, 0.29, 0.3, 0.3, 0.32] + [0.98] * 14
    other = [0.5, 0.5, 0.5, 0.5, 0.51, 0.5] + [NAN] * 14
    actual = findings(build({"plain": plain, "x": other}, {"plain": plain}))
    before, after = (round(float(np.mean(values[:6])), 3) for values in (plain, other))
    assert actual.headline == (
        f"{TUNED}x is detectably better than plain training (F1 {before:.3f}): {signed(after - before)} "
        f"(95% interval {interval_of(np.array(other[:6]) - plain[:6])})."
    )
    assert actual.details[-1].startswith("F1 is undefined in some splits of x: ")


def test_too_few_common_values_give_no_claim() -> None:
    """However many splits there are."""
    actual = findings(build({"plain": [0.9] * 20, "x": [0.5, 0.6] + [NAN] * 18})).headline
    assert actual.startswith("Fewer than 5 of 20 splits")
    assert "x differs by −0.350 from plain training (F1 0.900)." in actual
    never = findings(build({"plain": [0.9] * 20, "x": [NAN] * 20})).headline
    assert "at tuned thresholds plain training reaches F1 0.900." in never


def test_tuning_is_described_over_the_common_splits() -> None:
    """Both means are over the splits where both have a value, so that the numbers add up."""
    tuned, half = [0.9, 0.5, 0.52, 0.5, 0.51, 0.5], [NAN, 0.3, 0.3, 0.31, 0.3, 0.3]
    actual = findings(build({"plain": tuned}, {"plain": half}))
    before, after = (round(float(np.mean(values[1:])), 3) for values in (half, tuned))
    assert actual.details[0].endswith(
        f"from F1 {before:.3f} at 0.5 to {after:.3f}, {signed(after - before)} "
        f"(95% interval {interval_of(np.subtract(tuned[1:], half[1:]))})."
    )
    assert actual.details[-1].startswith("F1 is undefined in some splits of plain training: ")
    nowhere = findings(build({"plain": [0.9] * 5}, {"plain": [NAN] * 5})).details
    assert not any("Tuning" in each for each in nowhere)


VALUES = st.lists(st.one_of(st.just(NAN), st.integers(0, 10_000).map(lambda k: k / 10_000)), min_size=6, max_size=6)


@settings(max_examples=60)
@given(VALUES, VALUES)
def test_the_written_difference_lies_within_its_interval(plain: list[float], other: list[float]) -> None:
    """Whichever values are undefined, and however narrow the interval is."""
    outcome = build({"plain": plain, "x": other})
    (each,) = differences(outcome)
    text = each.text
    if math.isnan(each.interval.mean):
        assert text == "n/a"
    else:
        number = float(text.replace("−", "-").replace("±", ""))
        assert number == pytest.approx(each.interval.mean, abs=0.0011)
        if not math.isnan(each.interval.low):
            assert each.interval.low - 0.00051 <= number <= each.interval.high + 0.00051
    for sentence in (findings(outcome).headline, *findings(outcome).details):
        assert not re.search(r"nan\b|n/a \(", sentence)


def test_precision_of_a_strategy_that_rarely_flags() -> None:
    """From predictions to sentences: nothing is flagged in 18 of 20 test sets."""
    rng = np.random.default_rng(3)
    rows = 40
    y_true = np.tile(np.arange(rows) < 12, 40)
    part = np.repeat(["tune", "test"] * 20, rows)
    repeat = np.repeat(np.arange(20), 2 * rows)
    plain = np.clip(0.3 * y_true + 0.7 * rng.random(y_true.size), 0, 1).round(2)
    rare = np.where((part == "test") & (repeat > 1), 0.1, plain)
    outcome = outcomes(
        RepeatedPredictions.from_arrays(y_true, {"plain": plain, "rare": rare}, repeat, part), "precision"
    )
    assert np.isnan(outcome.results["rare"].choices["tuned"].value(outcome.objective)).sum() >= 16
    actual = findings(outcome)
    assert actual.headline.startswith("Fewer than 5 of 20 splits")
    assert "Precision is undefined in some splits of rare: " in actual.details[-1]
