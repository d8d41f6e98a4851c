"""Checks of drift: the best threshold, the prevalence and the scores fail only where they have changed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn import metrics

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.predictions import Predictions
from f1tools.record import check
from f1tools.record.checks.drift import SCORES_LEVEL
from f1tools.record.drift_statistics import psi_quantile
from tests.record.helpers import changed, concatenated, levels, one, recorded, scored

RECORD = recorded(scored(2000))


def in_f1(best: float, kept: float) -> str:
    """Return the change of F1, which agrees with both values as they are shown."""
    return f"F1 {round(kept, 3) - round(best, 3):+.3f}".replace("-", "−")


def test_the_best_threshold_moves_with_the_scores() -> None:
    """The cost of keeping the recorded threshold is scikit-learn's."""
    new = scored(2000, seed=1, shift=1.0)
    finding = one("threshold", check(RECORD, new))
    precision, recall, _ = metrics.precision_recall_curve(new.y_true, new.scores["score"])
    best = float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-300)))
    kept = float(metrics.f1_score(new.y_true, new.scores["score"] >= RECORD.threshold))
    assert finding.level == "fail"
    assert (
        f"keeping the threshold {formatting.exact_threshold(RECORD.threshold)}: {in_f1(best, kept)}."
        in finding.sentence
    )


def test_few_rows_do_not_move_it() -> None:
    """A best threshold outside the recorded interval is not significant where its own interval is wide."""
    findings = [one("threshold", check(RECORD, scored(40, seed=seed))) for seed in range(8)]
    assert {each.level for each in findings} <= {"ok", "warn"}
    assert any("due to chance" in each.sentence for each in findings)


def test_a_record_without_an_estimate_only_warns() -> None:
    """Neither the interval of the threshold nor the expected value is known."""
    record = recorded(scored(2000), n_resamples=0)
    threshold = formatting.decimal(record.objective.best_threshold)
    for new in (scored(2000, seed=1, shift=1.0), scored(2000)):
        findings = check(record, new)
        assert [one(kind, findings).level for kind in ("threshold", "value")] == ["warn", "warn"]
        assert f"the recorded one is {threshold}" in one("threshold", findings).sentence
        assert "no estimate" in one("value", findings).sentence
    assert f"The best threshold of these rows is {threshold};" in one("threshold", findings).sentence


def test_constraints_that_no_threshold_meets_any_more() -> None:
    """The check warns where no threshold meets the constraints on the new rows."""
    limits = [Constraint.at_least("recall", 0.8), Constraint.at_least("precision", 0.6)]
    finding = one("threshold", check(recorded(scored(2000), constraints=limits), scored(share=0.1)))
    assert finding.level == "warn"
    assert "recall at least 0.8 and precision at least 0.6" in finding.sentence


def test_only_a_cost_fails() -> None:
    """A recorded threshold that violates the constraints may be better than any that meets them."""
    record = recorded(scored(1500), constraints=[Constraint.at_least("recall", 0.95)])
    new = scored(1500, seed=1, shift=-1)
    y_score = new.scores["score"]
    precision, recall, _ = metrics.precision_recall_curve(new.y_true, y_score)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    best, kept = f1[recall >= 0.95].max(), metrics.f1_score(new.y_true, y_score >= record.threshold)
    findings = check(record, new)
    assert kept - best > 0.01
    assert (one("threshold", findings).level, one("limits", findings).level) == ("warn", "fail")
    assert f"{in_f1(best, kept)}, outside the constraints." in one("threshold", findings).sentence


def test_the_same_decision_costs_nothing() -> None:
    """A cost is stated only where keeping the recorded threshold is another decision than the best one."""
    sentence = one("threshold", check(RECORD, scored(2000))).sentence
    assert "same decisions" in sentence
    assert "F1" not in sentence
    flag_nothing = changed(RECORD, threshold=math.inf)
    new = scored(2000)
    precision, recall, _ = metrics.precision_recall_curve(new.y_true, new.scores["score"])
    best = float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-300)))
    assert f"flagging nothing: {in_f1(best, 0.0)}." in one("threshold", check(flag_nothing, new)).sentence


def test_flagging_nothing_is_still_best() -> None:
    """By accuracy, where positives are rare and the scores say nothing: the recorded decision is the best one."""
    rows = Predictions.from_arrays(np.arange(600) % 20 == 0, np.arange(600) % 7 / 7)
    sentence = one("threshold", check(recorded(rows, objective="accuracy"), rows)).sentence
    assert "above all scores" in sentence
    assert "same decisions" in sentence
    assert "keeping" not in sentence


@pytest.mark.parametrize(("more", "text"), [(12, "0.5 changes F1 by less than 0.001."), (20, "0.5: F1 −0.001.")])
def test_the_cost_is_a_difference_of_exact_values(more: int, text: str) -> None:
    """0.7778 and 0.7786 differ by 0.001 when they are rounded, and by less when they are not."""
    y_true = np.repeat([True, False, True, True, False], [7000, 1000, more, 3000 - more, 9000])
    y_score = np.repeat([0.9, 0.9, 0.3, 0.1, 0.1], [7000, 1000, more, 3000 - more, 9000])
    best, kept = (metrics.f1_score(y_true, y_score >= threshold) for threshold in (0.3, 0.5))
    assert (best - kept < 0.001) == (more == 12)
    assert round(best, 3) - round(kept, 3) == pytest.approx(0.001)
    findings = check(changed(RECORD, threshold=0.5), Predictions.from_arrays(y_true, y_score))
    assert text in one("threshold", findings).sentence


@pytest.mark.parametrize(
    ("n", "share", "level"), [(1000, 0.3, "ok"), (1000, 0.4, "fail"), (30, 0.4, "ok"), (60_000, 0.314, "warn")]
)
def test_prevalence(n: int, share: float, level: str) -> None:
    """A significant change fails; one that only many rows reveal warns."""
    record = RECORD if n < 10_000 else recorded(scored(60_000, seed=3), n_resamples=0)
    assert one("prevalence", check(record, scored(n, seed=2, share=share))).level == level


@pytest.mark.parametrize(
    ("n", "shift", "level"),
    [
        (1000, 0.0, "ok"),
        (1000, 0.7, "warn"),
        (1000, 1.5, "fail"),
        (12, 0.5, "ok"),
        (99, 2.5, "warn"),
        (100, 2.5, "fail"),
    ],
)
def test_scores(n: int, shift: float, level: str) -> None:
    """The check fails where the index is large and significant, and there are ten rows per bin."""
    new = scored(n, seed=4, shift=shift)
    assert one("scores", check(RECORD, new)).level == level
    if shift == 0.7:
        assert one("scores", check(RECORD, new, max_psi=0.1)).level == "fail"


@pytest.mark.parametrize(("n_recorded", "n"), [(1000, 100), (200, 100), (1000, 300), (5000, 200), (200, 2000)])
def test_scores_without_drift_rarely_exceed_the_quantile(n_recorded: int, n: int) -> None:
    """About 1 % of samples from the recorded distribution exceed the quantile."""
    random = np.random.default_rng(0)
    bins = random.dirichlet(np.full(10, n_recorded / 10), size=20_000)  # probability between quantiles of a sample
    held = np.maximum(random.multinomial(n, bins) / n, 0.5 / n)
    index = ((held - 0.1) * np.log(held / 0.1)).sum(axis=1)
    rate = float((index > psi_quantile(10, n_recorded, n, confidence_level=SCORES_LEVEL)).mean())
    assert 0.003 < rate < 0.014


def test_kinds_that_are_allowed_to_fail_only_warn() -> None:
    """Each kind can be allowed by itself; requirements cannot be allowed to fail."""
    new = scored(2000, seed=1, shift=1.5, share=0.5)
    floor = Constraint.at_least("precision", 0.99)
    failing = {"floor": "fail", "threshold": "fail", "prevalence": "fail", "scores": "fail"}
    assert levels(check(RECORD, new, floors=[floor])) == {"rows": "ok", "value": "ok", **failing}
    allowed = check(RECORD, new, floors=[floor], allow=("prevalence", "scores"))
    assert levels(allowed) == {"rows": "ok", "value": "ok", **failing, "prevalence": "warn", "scores": "warn"}
    assert "allowed" in one("scores", allowed).sentence


def test_rows_with_roles() -> None:
    """The evaluation rows are judged; the best threshold is that of the tuning rows."""
    both = concatenated(scored(800, seed=5, shift=1.0), scored(600, seed=6))
    assert levels(check(RECORD, both)) == {
        "rows": "ok", "value": "ok", "threshold": "fail", "prevalence": "ok", "scores": "ok",
    }  # fmt: skip
