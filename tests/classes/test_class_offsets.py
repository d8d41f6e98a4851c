"""Offsets of classes against scikit-learn and against brute force over all decisions that offsets can make."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, fbeta_score

from f1tools.classes import Average, ClassCurves, best_class_offsets
from f1tools.classes import offset_rows as module
from f1tools.classes.offset_search import OffsetSearch
from tests.helpers import constants, rejected

AVERAGES: tuple[Average, ...] = ("macro", "weighted", "micro")


@st.composite
def classified(draw: st.DrawFn) -> ClassCurves:
    """Draw up to 12 rows of 2 or 3 classes that all occur, with logits or probabilities that may be tied or 0."""
    k = draw(st.integers(2, 3))
    n = draw(st.integers(k, 12))
    y_true = np.array(draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n)))
    y_true[:k] = np.arange(k)
    drawn = draw(st.lists(st.lists(st.integers(0, 6), min_size=k, max_size=k), min_size=n, max_size=n))
    y_score = np.array(drawn, dtype=float)
    if draw(st.booleans()):
        total = y_score.sum(axis=1, keepdims=True)
        y_score = np.divide(y_score, total, out=np.full(y_score.shape, 1 / k), where=total > 0)
    return ClassCurves.from_predictions(y_true, y_score)


@given(curves=classified(), average=st.sampled_from(AVERAGES), beta=st.sampled_from([0.5, 1.0]))
def test_values_are_those_of_scikit_learn(curves: ClassCurves, average: Average, beta: float) -> None:
    """With the offsets and without, and never worse with them."""
    found = best_class_offsets(curves, average, beta=beta, n_starts=3, min_positives=0)
    y_true = np.argmax(curves.y_true, axis=1)
    labels = np.arange(len(curves.classes))
    for each in AVERAGES:
        right = fbeta_score(
            y_true, found.decide(curves.y_score), beta=beta, average=each, labels=labels, zero_division=0
        )
        assert found.value(each) == pytest.approx(right, abs=1e-12)
        plain = np.argmax(curves.y_score, axis=1)
        right = fbeta_score(y_true, plain, beta=beta, average=each, labels=labels, zero_division=0)
        assert found.plain_value(each) == pytest.approx(right, abs=1e-12)
    assert found.value() >= found.plain_value()


@given(curves=classified().filter(lambda curves: len(curves.classes) == 2), average=st.sampled_from(AVERAGES))
def test_two_classes_are_searched_exactly(curves: ClassCurves, average: Average) -> None:
    """With two classes one offset decides, so the result is the best there is."""
    found = best_class_offsets(curves, average, n_starts=1, min_positives=0)
    y_true = np.argmax(curves.y_true, axis=1)
    score = np.log(np.maximum(curves.y_score, 1e-300)) if found.logarithmic else curves.y_score
    flips = score[:, 0] - score[:, 1]
    finite = np.unique(flips[np.abs(flips) < 600])  # a probability of 0 never decides
    offsets = [0.0, *(finite[:-1] + np.diff(finite) / 2), *(finite + 1e-9), *(finite - 1e-9)]
    offsets += [finite[0] - 1, finite[-1] + 1] if finite.size else []
    values = [
        f1_score(
            y_true, np.argmax(score + np.array([0, offset]), axis=1), average=average, labels=[0, 1], zero_division=0
        )
        for offset in offsets
    ]
    assert found.value() >= max(values) - 1e-12


@given(
    seed=st.integers(0, 2**32 - 1), average=st.sampled_from(AVERAGES), beta=st.sampled_from([0.5, 1.0, 2.0]),
    kind=st.sampled_from(["probabilities", "rounded", "logits"]), weighted=st.booleans(),
)  # fmt: skip
@settings(max_examples=30)
def test_no_other_offset_of_one_class_is_better(
    seed: int, average: Average, beta: float, kind: str, weighted: bool
) -> None:
    """Where the ascent ends, every offset of every single class is tried: between all places where a row flips."""
    rng = np.random.default_rng(seed)
    y_true = np.append(np.arange(4), rng.choice(4, 36, p=[0.5, 0.3, 0.1, 0.1]))
    score = rng.normal(size=(40, 4)) + np.eye(4)[y_true]
    if kind != "logits":
        score = np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
    score = score.round(1) if kind == "rounded" else score
    curves = ClassCurves.from_predictions(y_true, score, sample_weight=rng.integers(1, 4, 40) if weighted else None)
    search = OffsetSearch.build(curves, average, beta)
    offsets, value = search.ascend(rng.normal(size=4), np.arange(4))
    assert value == pytest.approx(search.value(offsets), abs=1e-12)
    for column in range(4):
        others = search.score + offsets
        others[:, column] = -np.inf
        flips = np.unique((others.max(axis=1) - search.score[:, column]).round(8))
        tried = [flips[0] - 1, *((flips[:-1] + flips[1:]) / 2)[np.diff(flips) > 1e-6], flips[-1] + 1]
        for offset in tried:
            changed = offsets.copy()
            changed[column] = offset
            assert search.value(changed) <= value + 1e-12


def test_share_of_runs_that_find_the_best() -> None:
    """Of small cases with three classes, most runs find the best of a fine grid of offsets."""
    grid = np.arange(-4, 4.01, 0.1)
    n_best, runs = 0, 20
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        y_true = np.append([0, 1, 2], rng.choice(3, 27, p=[0.6, 0.3, 0.1]))
        score = rng.normal(size=(30, 3)) + 1.2 * np.eye(3)[y_true]
        curves = ClassCurves.from_predictions(y_true, score)
        truth = y_true[:, np.newaxis, np.newaxis]
        offsets = np.stack(np.broadcast_arrays(0, grid[:, np.newaxis], grid), axis=-1)
        decided = np.argmax(score[:, np.newaxis, np.newaxis] + offsets, axis=-1)
        f1 = np.zeros(decided.shape[1:])
        for k in range(3):
            tp = ((decided == k) & (truth == k)).sum(axis=0)
            f1 += 2 * tp / ((decided == k).sum(axis=0) + (y_true == k).sum()) / 3
        n_best += best_class_offsets(curves, n_starts=10, min_positives=0).value() >= f1.max() - 1e-12
    assert n_best >= 0.8 * runs


def test_several_labels_have_no_offsets() -> None:
    """Rows with several labels are refused, with what to use instead."""
    curves = ClassCurves.from_predictions([[1, 0], [0, 1], [1, 1]], [[0.3, 0.2], [0.1, 0.4], [0.3, 0.3]])
    with rejected("Use best_vector"):
        best_class_offsets(curves)
    logits = ClassCurves.from_predictions([0, 1, 1], [[0.3, 2.2], [0.1, 0.4], [0.3, 0.3]])
    with pytest.raises(ValueError, match="not probabilities"):
        _ = best_class_offsets(logits).weights


def test_weighted_rows() -> None:
    """Rows with whole weights count like copies."""
    rng = np.random.default_rng(5)
    y_true, times = np.append([0, 1, 2], rng.integers(0, 3, 40)), rng.integers(1, 4, 43)
    score = rng.normal(size=(43, 3)) + np.eye(3)[y_true]
    weighted = best_class_offsets(ClassCurves.from_predictions(y_true, score, sample_weight=times), min_positives=0)
    right = f1_score(y_true, weighted.decide(score), average="macro", sample_weight=times)
    assert weighted.value() == pytest.approx(right, abs=1e-12)


def test_many_rows_are_searched_on_those_that_stand_for_others() -> None:
    """The value is that of all rows by scikit-learn, and nearly what a search on all of them reaches."""
    rng, shares = np.random.default_rng(6), np.array([0.9, 0.09, 0.01])
    y_true = np.append([0, 1, 2], rng.choice(3, 5997, p=shares))
    score = rng.normal(size=(6000, 3)) + 1.5 * np.eye(3)[y_true] + np.log(shares) / 1.5
    curves = ClassCurves.from_predictions(y_true, score, sample_weight=rng.integers(1, 3, 6000))
    exact = best_class_offsets(curves)
    with constants(module, MANY_ROWS=300):
        found = best_class_offsets(curves)
    right = f1_score(y_true, found.decide(score), average="macro", sample_weight=curves.sample_weight)
    assert found.value() == pytest.approx(right, abs=1e-12)
    assert exact.value() - 0.005 < found.value()
    assert found.value() > found.plain_value() + 0.05


@pytest.mark.parametrize("weighted", [False, True])
def test_rows_that_stand_for_others_keep_the_weight_of_each_class(weighted: bool) -> None:
    """Whatever was drawn, every class has the same weight in all rows and in those that are searched."""
    rng = np.random.default_rng(7)
    y_true, times = np.append([0, 1, 2], rng.integers(0, 3, 997)), rng.poisson(1, 1000).astype(np.int32)
    weight = rng.random(1000) if weighted else None
    curves = ClassCurves.from_predictions(y_true, rng.normal(size=(1000, 3)), sample_weight=weight)
    sample = module.RowSample.near(OffsetSearch.build(curves, "macro", 1.0), np.zeros(3), 100)
    assert 50 < sample.first.size <= 100
    for drawn in (None, times):
        searched = sample.drawn(drawn)
        counted = (1 if weight is None else weight) * (np.ones(1000) if drawn is None else drawn)
        assert searched.weight is not None
        np.testing.assert_allclose(np.bincount(searched.codes, searched.weight), np.bincount(y_true, counted))
