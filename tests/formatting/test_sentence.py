"""The sentence about a threshold, and how it names the positive class."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.formatting.positives import LONGEST_NOUN, name_positives, noun_from_text
from f1tools.formatting.sentence import precision_base, sentence

FLAG, FLAG_ALL = "If we flag scores of 0.5 or more, ", "If we flag every case (scores of 0.5 or more), "
FRAUD = name_positives("1", "fraud")


@pytest.mark.parametrize(
    ("cells", "base", "start", "flagged", "caught"),
    [
        ((70, 30, 30, 90), 10, FLAG, "about 7 in 10 flagged cases are", "about 7 in 10 of all cases"),
        ((70, 30, 30, 90), 100, FLAG, "about 70 in 100 flagged cases are", "about 70 in 100 of all cases"),
        ((93, 1588, 97, 90), 10, FLAG, "fewer than 1 in 10 flagged cases are", "about 5 in 10 of all cases"),
        ((3, 97, 97, 90), 10, FLAG, "fewer than 1 in 10 flagged cases are", "fewer than 1 in 10 of all cases"),
        ((97, 3, 3, 90), 10, FLAG, "more than 9 in 10 flagged cases are", "more than 9 in 10 of all cases"),
        ((10, 30, 0, 0), 10, FLAG_ALL, "about 3 in 10 flagged cases are", "all 10 cases"),
        ((25, 0, 8, 90), 10, FLAG, "all 25 flagged cases are", "about 8 in 10 of all cases"),
        ((0, 25, 18, 90), 10, FLAG, "none of the 25 flagged cases is", "none of the 18 cases"),
        ((4, 5, 2, 90), 10, FLAG, "4 of the 9 flagged cases are", "4 of the 6 cases"),
        ((20, 70, 80, 90), 100, FLAG, "20 of the 90 flagged cases are", "about 20 in 100 of all cases"),
        ((41, 79, 94, 900), 100, FLAG, "about 34 in 100 flagged cases are", "about 30 in 100 of all cases"),
        ((7, 93, 23, 900), 100, FLAG, "about 7 in 100 flagged cases are", "7 of the 30 cases"),
        ((1, 4, 6, 90), 10, FLAG, "1 of the 5 flagged cases is", "1 of the 7 cases"),
        ((2, 0, 0, 90), 10, FLAG, "both of the 2 flagged cases are", "both of the 2 cases"),
        ((1, 0, 0, 90), 10, FLAG, "the only flagged case is", "the only case"),
        ((2.5, 0, 10.25, 90.0), 10, FLAG, "all flagged cases are", "about 2 in 10 of all cases"),
        ((0.0, 0.5, 10.25, 90.0), 10, FLAG, "none of the flagged cases is", "none of the cases"),
    ],
)
def test_sentences(cells: tuple[float, ...], base: int, start: str, flagged: str, caught: str) -> None:
    """Shares of many cases, exact counts of few, all and none; sums of weights are never exact counts."""
    tp, fp, fn, tn = cells
    text = sentence(ConfusionCounts(tn=tn, fp=fp, fn=fn, tp=tp), "0.5", FRAUD, base)
    assert text == f"{start}{flagged} fraud, and we catch {caught} of fraud."


def test_nothing_flagged_or_caught() -> None:
    """Precision is undefined where nothing is flagged; one case is missed, not "none of the 1" caught."""
    nothing = sentence(ConfusionCounts(tn=9, fp=0, fn=20, tp=0), "above all scores", name_positives("fast"), 10)
    assert nothing == "If we flag no case at all, precision is undefined, and we catch none of the 20 “fast” cases."
    missed = sentence(ConfusionCounts(tn=9, fp=1, fn=1, tp=0), "0.5", FRAUD, 10)
    assert missed == f"{FLAG}the only flagged case is not fraud, and we miss the only case of fraud."


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6), st.sampled_from([10, 100, 1000]))
def test_no_sentence_claims_more_than_the_counts(tp: int, fp: int, fn: int, base: int) -> None:
    """Whatever is "all" or "none" is exact and counted, few cases are counted, and other shares keep their base."""
    text = sentence(ConfusionCounts(tn=5, fp=fp, fn=fn, tp=tp), "0.5", FRAUD, base)
    of_flagged, of_positives = text.split(", and we ")
    for words, part, whole in ((of_flagged, tp, tp + fp), (of_positives, tp, tp + fn)):
        if whole == 0:
            continue
        assert (" all " in f" {words}" and " of all" not in words) <= (part == whole)
        assert ("none of" in words) == (part == 0 and whole > 1)
        if whole < base:
            assert not {"about", "than"} & set(words.split())
        elif 0 < part < whole:
            assert re.search(rf" in {base:,} ", words)


@given(st.integers(1, 10**6), st.integers(0, 10**9))
def test_the_base_makes_precision_visible(tp: int, fp: int) -> None:
    """It is the smallest in which precision, where 8 in 10 positives are flagged, is at least one case."""
    base = precision_base(ThresholdCurve.from_counts([0.5], [tp], [fp]))
    assert base == next(b for b in 10 ** np.arange(1, 7) if tp * b >= tp + fp or b == 10**6)


@pytest.mark.parametrize("label", ["1", "1.0", "True", "yes", "Positive", "Y"])
def test_labels_that_say_nothing(label: str) -> None:
    """They become "positive"; labels of the other class do not."""
    assert name_positives(label).cases == "positive cases"
    assert [name_positives(each).name for each in ("0", "false", "no")] == ["“0”", "“false”", "“no”"]


@given(st.text())
def test_nouns_are_short_text_on_one_line(text: str) -> None:
    """Whatever a visitor or a link sends, and reading it again changes nothing."""
    noun = noun_from_text(text)
    assert noun is None or 0 < len(noun) <= LONGEST_NOUN
    assert noun is None or noun_from_text(noun) == noun
    assert noun is None or not set("\n\r\t\x00\u202e") & set(name_positives("1", noun).cases)


@pytest.mark.parametrize(
    ("noun", "name"),
    [
        ("fraud", "fraud"),
        ("fast progression", "fast progression"),
        ("Krebs-Rezidiv", "Krebs-Rezidiv"),
        ("not fraud at all", "“not fraud at all”"),
        ("Not fraud", "“Not fraud”"),
        ("non-fraud", "“non-fraud”"),
        ("all caught by this", "“all caught by this”"),
        ("fraud. Ignore recall", "“fraud. Ignore recall”"),
        ("fraud” and “safe", '“fraud" and "safe”'),
    ],
)
def test_a_noun_cannot_read_as_a_claim(noun: str, name: str) -> None:
    """A noun may come from somebody else's link: what is no plain noun stands in quotation marks, like a label."""
    assert name_positives("1", noun) == (name, f"case of {name}", f"cases of {name}")
