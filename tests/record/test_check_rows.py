"""Which rows a gate judges, what few of them can show, and what the record promises of its metric."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics

from f1tools.core.constraints import Constraint
from f1tools.decision import decide
from f1tools.predictions import Predictions
from f1tools.record import DecisionRecord, FileSeen, record_of, source_of
from f1tools.record.check import check
from f1tools.record.limits import as_share, limits_of
from f1tools.record.moved import SCORES_LEVEL
from f1tools.record.stability import psi_by_chance
from tests.record.test_check import RECALL, RECORD, found, recorded, rows


def exactly(tp: int, fn: int, fp: int, tn: int, threshold: float = 0.5, **more: Any) -> Predictions:
    """Make rows with these counts at a threshold, scored a little above or below it."""
    y_true = np.repeat([True, True, False, False], [tp, fn, fp, tn])
    y_score = np.repeat([threshold + 0.1, threshold - 0.1, threshold + 0.1, threshold - 0.1], [tp, fn, fp, tn])
    return Predictions.from_arrays(y_true, y_score, **more)


def by_hand(predictions: Predictions, threshold: float, objective: str = "recall", **more: Any) -> DecisionRecord:
    """Record a threshold that somebody set."""
    return record_of(decide(predictions.curves(), objective, threshold=threshold, **more), source_of(predictions))


def newcombe(hits: int, n: int, others: int, m: int) -> float:
    """Give the upper end of the 99 % interval of a difference of two shares, from Wilson's intervals of scipy."""
    one, two = hits / n, others / m
    high = binomtest(hits, n).proportion_ci(confidence_level=0.99, method="wilson").high
    low = binomtest(others, m).proportion_ci(confidence_level=0.99, method="wilson").low
    return float(one - two + math.hypot(high - one, two - low))


def test_a_fall_of_the_metric_fails_where_newcombe_says_so() -> None:
    """Of a share the difference of the two intervals is Newcombe's; both numbers are named."""
    record = by_hand(exactly(160, 40, 100, 300), 0.5)
    levels = {}
    for hits in range(40, 100):
        one = found("value", check(record, exactly(hits, 100 - hits, 50, 150)))
        levels[hits] = one.level
        assert f"Recall is {hits / 100:.3f} at 0.5; the recorded rows had 0.800" in one.sentence
        assert one.name == "recall as recorded"
    assert levels == {hits: "fail" if newcombe(hits, 100, 160, 200) < 0 else "ok" for hits in levels}
    assert set(levels.values()) == {"ok", "fail"}


def test_what_is_promised_is_what_to_expect_on_new_rows() -> None:
    """Not what the threshold reaches on the rows that chose it, unless other rows chose it or a person did."""
    new = rows(seed=1)
    value = metrics.f1_score(new.y_true, new.scores["score"] >= RECORD.threshold)
    assert RECORD.expected is not None
    assert RECORD.expected.value is not None
    sentence = found("value", check(RECORD, new)).sentence
    assert f"F1 is {value:.3f} at " in sentence
    assert f"the record expects {RECORD.expected.value:.3f}" in sentence
    apart = rows(2000).with_roles(np.arange(2000) < 1000)
    report = apart.evaluation_set
    record = recorded(apart)
    reported = metrics.f1_score(report.y_true, report.scores["score"] >= record.threshold)
    assert f"the rows that report had {reported:.3f}" in found("value", check(record, new)).sentence


def test_a_fall_can_be_allowed_and_a_little_one_warns() -> None:
    """Half a hundredth that a million rows prove is worth a word, and no failure."""
    record = by_hand(exactly(800_000, 200_000, 10, 90), 0.5)
    little = found("value", check(record, exactly(796_000, 204_000, 10, 90)))
    assert newcombe(796_000, 10**6, 800_000, 10**6) < 0
    assert (little.level, "by less than a hundredth" in little.sentence) == ("warn", True)
    worse = exactly(700_000, 300_000, 10, 90)
    assert found("value", check(record, worse)).level == "fail"
    assert found("value", check(record, worse, allow=["value"])).level == "warn"


@pytest.mark.parametrize(("hits", "level"), [(85, "ok"), (78, "ok"), (60, "warn")])
def test_a_metric_without_an_interval_never_fails(hits: int, level: str) -> None:
    """Its numbers are told; a fall by more than a tenth warns."""
    record = by_hand(exactly(80, 20, 50, 250), 0.45, "mcc")
    new = exactly(hits, 100 - hits, 50, 250)
    value = metrics.matthews_corrcoef(new.y_true, new.scores["score"] >= 0.5)
    one = found("value", check(record, new))
    assert (one.level, one.name) == (level, "Matthews correlation as recorded")
    assert f"is {value:.3f} at 0.45; the recorded rows had {record.metrics['mcc'].value:.3f}" in one.sentence


def test_an_undefined_metric_warns() -> None:
    """Where nothing is flagged nobody knows the precision."""
    one = found("value", check(by_hand(exactly(80, 20, 50, 250), 0.45, "precision"), exactly(0, 100, 0, 300)))
    assert (one.level, "Precision is undefined at 0.45" in one.sentence) == ("warn", True)


@pytest.mark.parametrize(("positives", "negatives", "fails"), [(9, 300, False), (300, 9, False), (10, 300, True)])
def test_few_rows_fail_nothing_but_floors(positives: int, negatives: int, fails: bool) -> None:
    """Below ten of a class findings that would fail warn and say so; floors are judged as they are asked."""
    record = by_hand(exactly(160, 40, 100, 300), 0.5)
    new = exactly(0, positives, 0, negatives)
    findings = check(record, new, floors=[Constraint.at_least("recall", 0.5)])
    assert found("floor", findings).level == "fail"
    others = [each for each in findings if each.kind != "floor"]
    assert any(each.level == "fail" for each in others) == fails
    assert ("fewer than 10 positives or negatives" in found("rows", findings).sentence) != fails
    assert found("rows", findings).level == ("ok" if fails else "warn")
    if not fails:
        assert found("value", findings).level == "warn"
        assert found("value", findings).sentence.endswith("So few rows can't fail by that.")


def test_rows_without_weight_do_not_count() -> None:
    """Ten positives of which one weighs nothing are nine."""
    many = exactly(160, 40, 100, 300)
    record = by_hand(replace(many, sample_weight=np.ones(many.n)), 0.5)
    new = exactly(5, 5, 100, 300)
    weight = np.ones(new.n)
    assert "fewer than 10" not in found("rows", check(record, replace(new, sample_weight=weight))).sentence
    weight[0] = 0
    assert "fewer than 10" in found("rows", check(record, replace(new, sample_weight=weight))).sentence


@pytest.mark.parametrize(("out", "level"), [(0, "ok"), (1, "warn"), (52, "warn"), (53, "fail")])
def test_rows_that_were_left_out(out: int, level: str) -> None:
    """Any warn, more than 5 % of all fail unless that is allowed; of 1,000 that are used 52 are just below."""
    new = rows(seed=1)
    left_out = {"missing score": out} if out else {}
    findings = check(RECORD, new, left_out=left_out)
    assert (findings[0].kind, findings[0].level) == ("rows", level)
    assert findings[0].sentence.startswith(f"1,000 rows are judged, {new.n_pos} of them (")
    assert ("none was left out" if not out else f"{out} more were left out: missing score ({out})") in findings[
        0
    ].sentence
    allowed = check(RECORD, new, left_out=left_out, allow=["rows"])
    assert allowed[0].level == ("warn" if level == "fail" else level)


def test_the_recorded_rows_are_no_new_ones() -> None:
    """Known by their bytes, or by their labels and scores in any order."""
    files = (FileSeen("may.csv", 3, "ab" * 32),)
    record = replace(RECORD, source=replace(RECORD.source, files=files))
    again = found("rows", check(record, rows(seed=1), files=files))
    assert (again.level, "“may.csv” are those that the decision was made on" in again.sentence) == ("warn", True)
    assert found("rows", check(record, rows(seed=1), files=[FileSeen("may.csv", 3, "cd" * 32)])).level == "ok"
    old = rows(2000)
    backwards = Predictions.from_arrays(old.y_true[::-1], old.scores["score"][::-1])
    assert "rows that the decision was made on" in found("rows", check(RECORD, backwards)).sentence


def test_a_bound_on_flagged_rows_is_a_share_of_those_that_chose() -> None:
    """200 of the 2,000 rows that tune are a tenth, however many report; 200 of 500 would be 0.4."""
    both = rows(2500).with_roles(np.arange(2500) < 2000)
    limit = Constraint.at_most("flagged", 200)
    record = recorded(both, constraints=[limit])
    assert as_share(limit, record).bound == pytest.approx(200 / 2000)
    weighted = recorded(replace(both, sample_weight=np.full(2500, 3.0)), constraints=[limit])
    assert as_share(limit, weighted).bound == pytest.approx(200 / 6000)
    assert as_share(limit, recorded(rows(2000), constraints=[limit])).bound == pytest.approx(0.1)


def test_a_missed_limit_is_judged_by_as_many_rows_as_chose_it() -> None:
    """The limit was kept on 300 positives, though only 30 report; where it fails is Newcombe's for 300."""
    tune, report = exactly(240, 60, 100, 600), exactly(24, 6, 10, 60)
    both = Predictions.from_arrays(
        np.concatenate([tune.y_true, report.y_true]),
        np.concatenate([tune.scores["score"], report.scores["score"]]),
        tuning=np.arange(1100) < 1000,
    )
    record = recorded(both, estimated=False, constraints=[RECALL])
    assert record.counts.tp == 24
    levels = {}
    for hits in range(120, 160):
        new = exactly(hits, 200 - hits, 100, 600, record.threshold)
        levels[hits] = found("limits", check(record, new)).level
    assert levels == {hits: "fail" if newcombe(hits, 200, 240, 300) < 0 else "ok" for hits in levels}
    assert set(levels.values()) == {"ok", "fail"}


def test_limits_are_not_asked_of_a_threshold_set_by_hand() -> None:
    """Whoever set it did not keep them; a limit that is recorded twice is asked once."""
    record = by_hand(rows(2000), 0.9, "f1", constraints=[RECALL])
    assert "limits" not in {each.kind for each in check(record, rows(seed=1))}
    assert limits_of(record) == (RECALL,)
    twice = recorded(rows(2000), constraints=[RECALL, RECALL])
    assert len([each for each in check(twice, rows(seed=1)) if each.kind == "limits"]) == 1


def test_only_a_cost_fails() -> None:
    """A recorded threshold that breaks the limits now may be better than any that keeps them."""
    record = recorded(rows(1500), constraints=[Constraint.at_least("recall", 0.95)])
    new = rows(1500, seed=1, shift=-1)
    y_score = new.scores["score"]
    precision, recall, _ = metrics.precision_recall_curve(new.y_true, y_score)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    gains = float(metrics.f1_score(new.y_true, y_score >= record.threshold)) - float(f1[recall >= 0.95].max())
    one = found("threshold", check(record, new))
    assert gains > 0.01
    assert (one.level, f"gains {gains:.3f} in F1, outside of the limits." in one.sentence) == ("warn", True)
    assert found("limits", check(record, new)).level == "fail"


@pytest.mark.parametrize(("more", "told"), [(12, "costs less than 0.001 in F1"), (20, "costs 0.001 in F1")])
def test_the_cost_is_a_difference_of_exact_figures(more: int, told: str) -> None:
    """0.7778 and 0.7786 are written 0.001 apart, and are less."""
    y_true = np.repeat([True, False, True, True, False], [7000, 1000, more, 3000 - more, 9000])
    y_score = np.repeat([0.9, 0.9, 0.3, 0.1, 0.1], [7000, 1000, more, 3000 - more, 9000])
    record = replace(RECORD, threshold=0.5)
    best, kept = (metrics.f1_score(y_true, y_score >= threshold) for threshold in (0.3, 0.5))
    assert (best - kept < 0.001) == (more == 12)
    assert round(best, 3) - round(kept, 3) == pytest.approx(0.001)
    assert told in found("threshold", check(record, Predictions.from_arrays(y_true, y_score))).sentence


@pytest.mark.parametrize(("then", "now"), [(1000, 100), (200, 100), (1000, 300), (5000, 200), (200, 2000)])
def test_scores_that_have_not_moved_rarely_seem_to(then: int, now: int) -> None:
    """Of samples from one distribution of scores some 1 % exceed what chance is said to give."""
    random = np.random.default_rng(0)
    bins = random.dirichlet(np.full(10, then / 10), size=20_000)  # what lies between quantiles of recorded scores
    held = np.maximum(random.multinomial(now, bins) / now, 0.5 / now)
    index = ((held - 0.1) * np.log(held / 0.1)).sum(axis=1)
    often = float((index > psi_by_chance(10, then, now, confidence_level=SCORES_LEVEL)).mean())
    assert 0.003 < often < 0.014


def test_scores_of_few_rows_a_bin_only_warn() -> None:
    """Ten bins of 99 rows: the index is what chance makes of them too often."""
    for n, level in ((99, "warn"), (100, "fail")):
        assert found("scores", check(RECORD, rows(n, seed=4, shift=2.5))).level == level
