"""Offsets with few digits, inside of the plateau on which no row changes its class: against brute force."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.classes import ClassCurves, best_class_offsets
from f1tools.classes.offset_plateau import Plateau, roundest
from f1tools.classes.offset_search import OffsetSearch


@st.composite
def rounded(draw: st.DrawFn) -> ClassCurves:
    """Draw up to 60 rows of up to five classes, with scores on a grid so that many are equal or 0."""
    k, n, decimals = draw(st.integers(2, 5)), draw(st.integers(5, 60)), draw(st.integers(0, 2))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y_true = np.append(np.arange(k), rng.choice(k, n, p=rng.dirichlet(np.full(k, 2.0))))
    y_score = rng.normal(size=(y_true.size, k)) + np.eye(k)[y_true]
    if draw(st.booleans()):
        y_score = np.exp(y_score) / np.exp(y_score).sum(axis=1, keepdims=True)
    return ClassCurves.from_predictions(y_true, y_score.round(decimals))


@given(curves=rounded(), seed=st.integers(0, 1000))
def test_no_row_changes_its_class_inside(curves: ClassCurves, seed: int) -> None:
    """From any offsets, and when all are moved a little from where they end; never where rounding would decide."""
    k = len(curves.classes)
    rng = np.random.default_rng(seed)
    offsets, columns = rng.normal(size=k), np.arange(k)
    search = OffsetSearch.build(curves, "macro", 1.0)
    plateau = Plateau.around(search, offsets)
    inner = plateau.inner(offsets, columns)
    assert plateau.contains(inner, columns)
    for _ in range(20):
        near = inner + rng.uniform(-0.4, 0.4, k) * search.resolution
        np.testing.assert_array_equal(search.decide(near), search.decide(offsets))


@given(curves=rounded())
@settings(max_examples=50)
def test_found_offsets_are_not_on_an_edge(curves: ClassCurves) -> None:
    """The value is the same when offsets that differ are moved a little: rounding decides about no row."""
    found = best_class_offsets(curves, min_positives=0)
    search = OffsetSearch.build(curves, "macro", 1.0)
    decided, rng = found.decide(curves.y_score), np.random.default_rng(0)
    distinct, place = np.unique(found.offsets, return_inverse=True)
    for _ in range(20 if found.offsets.any() else 1):
        shift = rng.uniform(-0.4, 0.4, distinct.size) * search.resolution
        np.testing.assert_array_equal(search.decide((distinct + shift)[place]), decided)


def test_weights_have_as_few_digits_as_there_is_room_for() -> None:
    """The second row is right with more than 1.25 times the weight, the first one with less than 3 times."""
    curves = ClassCurves.from_predictions([0, 1, 1, 0], [[0.6, 0.2], [0.5, 0.4], [0.3, 0.7], [0.9, 0.1]])
    found = best_class_offsets(curves, min_positives=0)
    assert found.value() == 1
    assert 1.25 < found.weights[1] / found.weights[0] < 3
    assert all(len(f"{weight:g}") <= len("1.3") for weight in found.weights.tolist())


def test_equal_scores_of_classes_that_keep_theirs() -> None:
    """Where all classes have few rows, none has an offset, and the order of the classes decides about equal scores."""
    curves = ClassCurves.from_predictions([0, 1, 1], [[0.5, 0.5], [0.5, 0.5], [0.2, 0.8]])
    found = best_class_offsets(curves)
    assert found.kept == curves.classes
    assert not found.offsets.any()
    assert found.decide(curves.y_score).tolist() == [0, 0, 1]


@given(low=st.floats(-100, 100), width=st.floats(1e-6, 50))
def test_the_roundest_number_is_inside(low: float, width: float) -> None:
    """No number with fewer decimals is."""
    high = low + width
    found = roundest(low, high)
    assert low <= found <= high
    for digits in range(-3, 8):
        if round(found, digits) == found:
            break
        step = 10.0**-digits
        assert np.floor((high - 1e-9) / step) * step < low + 1e-9
