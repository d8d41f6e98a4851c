"""Which classes are taken for which, against scikit-learn and brute force."""

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from f1tools.classes import ClassCurves, class_confusion, confused_pairs, confusion, decide_classes
from tests.classes.test_decision import one_class, several_labels


@pytest.mark.parametrize("weighted", [False, True])
def test_one_class_is_scikit_learns_matrix(monkeypatch: pytest.MonkeyPatch, *, weighted: bool) -> None:
    """With and without offsets, in several blocks."""
    monkeypatch.setattr(confusion, "_BLOCK", 200)
    classes, score = one_class()
    weight = np.random.default_rng(0).random(classes.size) if weighted else None
    curves = ClassCurves.from_predictions(classes, score, sample_weight=weight)
    for rule in decide_classes(curves).rules.values():
        decided, progress = np.argmax(rule.decide(score), axis=1), list[float]()
        counted = class_confusion(curves, rule, on_progress=progress.append)
        np.testing.assert_allclose(counted, confusion_matrix(classes, decided, sample_weight=weight))
        assert progress == sorted(progress)
        assert progress[-1] == 1.0


@pytest.mark.parametrize("weighted", [False, True])
def test_labels_by_brute_force(*, weighted: bool) -> None:
    """Rows that miss one label and wrongly get another one."""
    y_true, score = several_labels()
    weight = np.random.default_rng(0).random(len(score)) if weighted else np.ones(len(score))
    curves = ClassCurves.from_predictions(y_true, score, sample_weight=weight if weighted else None)
    for rule in decide_classes(curves).rules.values():
        decided = rule.decide(score)
        expected = [
            [float(weight[y_true[:, i] & ~decided[:, i] & decided[:, j] & ~y_true[:, j]].sum()) for j in range(4)]
            for i in range(4)
        ]
        np.testing.assert_allclose(class_confusion(curves, rule), expected)


def test_pairs_are_the_largest_errors() -> None:
    """In descending order, without the diagonal and without zeros."""
    matrix = np.array([[50.0, 3, 0], [7, 20, 1], [0, 0, 9]])
    assert [tuple(pair) for pair in confused_pairs(matrix, 10)] == [(1, 0, 7.0), (0, 1, 3.0), (1, 2, 1.0)]
    assert len(confused_pairs(matrix, 2)) == 2
