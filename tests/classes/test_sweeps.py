"""Small curves of classes and averages at common thresholds have scikit-learn's values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, f1_score, fbeta_score

from f1tools.classes import ClassCurves, ClassDecision, decide_classes
from f1tools.classes.class_offsets import ClassOffsets
from f1tools.classes.sweeps import class_profiles, common_sweep, counts_at


def labels(seed: int, n: int = 80, k: int = 3, *, weighted: bool = False) -> ClassCurves:
    """Return rows with any number of labels, with ties among the scores."""
    rng = np.random.default_rng(seed)
    y_true = rng.random((n, k)) < np.linspace(0.1, 0.6, k)
    y_true[:2] = [[True] * k, [False] * k]
    y_score = np.round(1 / (1 + np.exp(-rng.normal(y_true * 1.5))), 2)
    weight = rng.uniform(0.5, 3, n) if weighted else None
    return ClassCurves.from_predictions(y_true.astype(int), y_score, sample_weight=weight)


def one_class_a_row(seed: int, n: int = 60) -> ClassDecision:
    """Return the decision about rows of one of three classes, by weights."""
    rng = np.random.default_rng(seed)
    y_true = np.append(np.arange(3), rng.choice(3, n, p=[0.6, 0.3, 0.1]))
    logits = rng.normal(size=(n + 3, 3)) + 1.5 * (y_true[:, np.newaxis] == np.arange(3))
    y_score = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return decide_classes(ClassCurves.from_predictions(y_true, y_score), min_positives=0)


@given(st.integers(0, 10**6), st.booleans())
def test_counts_at_any_thresholds(seed: int, weighted: bool) -> None:
    """They are those of scikit-learn's confusion matrix, also at thresholds beyond all scores and between them."""
    curves = labels(seed, weighted=weighted)
    thresholds = np.array([-1.0, 0.0, 0.3, 0.305, 0.5, 2.0])
    counts = counts_at(curves.y_true[:, 0], curves.y_score[:, 0], thresholds, curves.sample_weight)
    for place, threshold in enumerate(thresholds):
        flagged = curves.y_score[:, 0] >= threshold
        expected = confusion_matrix(curves.y_true[:, 0], flagged, sample_weight=curves.sample_weight).ravel()
        found = [counts.tn[place], counts.fp[place], counts.fn[place], counts.tp[place]]
        assert found == pytest.approx(expected.tolist(), abs=1e-9)


@given(st.integers(0, 10**6), st.booleans())
def test_profiles_of_labels(seed: int, weighted: bool) -> None:
    """A profile ends at the lowest and the highest score of a positive row, and has F1 at real scores between them."""
    curves = labels(seed, weighted=weighted)
    rule = decide_classes(curves, min_positives=0).rule
    profiles = class_profiles(curves, rule, n_points=5)
    for place in range(3):
        y_true, score = curves.y_true[:, place], curves.y_score[:, place]
        own = np.sort(score[y_true])
        for share, value in zip(profiles.shares, profiles.values[place], strict=True):
            threshold = own[int(np.ceil(share * (own.size - 1)))]
            expected = f1_score(y_true, score >= threshold, sample_weight=curves.sample_weight)
            assert value == pytest.approx(expected)
        assert rule.thresholds is not None
        threshold = rule.thresholds[place]
        assert profiles.at[place] == pytest.approx(np.mean(own < threshold))


def test_profiles_of_classes_change_one_offset() -> None:
    """F1 of a class is that of scikit-learn where its offset is minus the threshold and the others stay."""
    decision = one_class_a_row(3)
    curves, by = decision.curves, decision.rule.by
    assert isinstance(by, ClassOffsets)
    profiles = class_profiles(curves, decision.rule, n_points=4)
    total = np.log(curves.y_score) + by.offsets
    true = np.argmax(curves.y_true, axis=1)
    for place in range(3):
        others = np.delete(total, place, axis=1).max(axis=1)
        own = np.sort((np.log(curves.y_score[:, place]) - others)[true == place])
        for share, value in zip(profiles.shares, profiles.values[place], strict=True):
            threshold = own[int(np.ceil(share * (own.size - 1)))]
            offsets = by.offsets.copy()
            offsets[place] = -threshold + 1e-9  # ties go to the class
            decided = np.argmax(np.log(curves.y_score) + offsets, axis=1)
            assert value == pytest.approx(f1_score(true == place, decided == place))


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("beta", [1.0, 2.0])
def test_averages_at_common_thresholds(weighted: bool, beta: float) -> None:
    """Macro, micro and weighted F-beta are those of scikit-learn, also at the thresholds that were asked for."""
    curves = labels(7, weighted=weighted)
    sweep = common_sweep(curves, beta, keep=(0.123, np.inf), n_points=20)
    assert 0.123 in sweep.thresholds
    assert np.isfinite(sweep.thresholds).all()
    assert (np.diff(sweep.thresholds) > 0).all()
    for average, values in sweep.values.items():
        for threshold, value in zip(sweep.thresholds, values, strict=True):
            decided = curves.y_score >= threshold
            expected = fbeta_score(
                curves.y_true, decided, beta=beta, average=average, sample_weight=curves.sample_weight, zero_division=0
            )
            assert value == pytest.approx(expected)
