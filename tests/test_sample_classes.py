"""The samples with ten classes are what their README says."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, precision_recall_curve
from sklearn.model_selection import StratifiedKFold

from f1tools import ClassCurves, best_class_offsets, best_vector, common_threshold, decide_classes, estimate_rules

FOLDER = Path(__file__).parents[1] / "sample_data"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
LABELS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
COUNTS = (178, 160, 130, 100, 80, 60, 40, 25, 15, 8)


def columns(file: str, names: tuple[str, ...]) -> NDArray[np.float64]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        return np.array([[float(row[name]) for name in names] for row in csv.DictReader(lines)])


@cache
def ten() -> ClassCurves:
    y_true = columns("digits_ten.csv", ("digit",))[:, 0].astype(int)
    return ClassCurves.from_predictions(y_true, columns("digits_ten.csv", tuple(f"prob_{each}" for each in range(10))))


@cache
def overlaid() -> ClassCurves:
    y_true = columns("digits_overlaid.csv", LABELS)
    return ClassCurves.from_predictions(
        y_true, columns("digits_overlaid.csv", tuple(f"pred_{each}" for each in LABELS)), classes=LABELS
    )


def f1(y_true: NDArray[np.generic], y_pred: NDArray[np.generic], average: str | None = "macro") -> NDArray[np.float64]:
    return np.asarray(f1_score(y_true, y_pred, average=average, zero_division=0))


def line_of(file: str) -> str:
    return next(line for line in README.splitlines() if line.startswith(f"| `{file}` |"))


def test_ten_classes_of_unequal_size() -> None:
    """Each row has one class and probabilities that sum to 1; no file names a row twice."""
    assert ten().supports.tolist() == [178, 182, 150, 120, 95, 75, 60, 45, 30, 15]
    assert np.abs(ten().y_score.sum(axis=1) - 1).max() < 1e-3
    assert columns("digits_ten.csv", ("id",))[:, 0].tolist() == list(range(1, 951))
    assert columns("digits_overlaid.csv", ("id",))[:, 0].tolist() == list(range(1, 701))


def test_offsets_matter_for_rare_classes() -> None:
    """The plain rule never predicts eights and nines; offsets do, and macro F1 and accuracy rise."""
    y_true, found = ten().y_true.argmax(axis=1), best_class_offsets(ten())
    plain, tuned = ten().y_score.argmax(axis=1), found.decide(ten().y_score)
    assert not np.isin(plain, (8, 9)).any()
    assert f1(y_true, tuned, None)[8:].min() > 0.4
    assert [round(weight) for weight in found.weights[8:]] == [3, 4]
    assert accuracy_score(y_true, tuned) > accuracy_score(y_true, plain) + 0.03
    assert f"{f1(y_true, plain):.3f}, the highest probability" in line_of("digits_ten.csv")
    assert f"| {f1(y_true, tuned):.3f} |" in line_of("digits_ten.csv")


def test_offsets_of_one_half_improve_the_other_half() -> None:
    """In both directions, by more than 0.02."""
    y_true, score = ten().y_true.argmax(axis=1), ten().y_score
    for tune, report in StratifiedKFold(2, shuffle=True, random_state=0).split(score, y_true):
        found = best_class_offsets(ClassCurves.from_predictions(y_true[tune], score[tune]), n_starts=2)
        plain = f1(y_true[report], score[report].argmax(axis=1))
        assert f1(y_true[report], found.decide(score[report])) > plain + 0.02


def test_labels_of_unequal_frequency() -> None:
    """An image shows none to five digits, and fewer than ten images show a nine."""
    assert tuple(overlaid().supports) == COUNTS
    assert np.bincount(overlaid().y_true.sum(axis=1)).tolist()[::5] == [200, 2]


def test_own_thresholds_beat_a_common_one_and_a_half() -> None:
    """Macro F1 at 0.5, at the best common threshold and at the best one of each label, by brute force."""
    y_true, score = overlaid().y_true, overlaid().y_score
    common = common_threshold(overlaid())
    values = {threshold: f1(y_true, score >= threshold) for threshold in np.unique(score)[::20]}
    at_common = f1(y_true, score >= common)
    assert at_common >= max(values.values())
    own = [_best_f1(y_true[:, j], score[:, j]) for j in range(9)] + [f1(y_true, score >= common, None)[9]]
    vector = best_vector(overlaid())
    assert vector.kept == ("nine",)
    assert vector.value() == pytest.approx(np.mean(own), rel=1e-12)
    half = f1(y_true, score >= 0.5)
    numbers = f"| {half:.3f} at 0.5 | {at_common:.3f} at {common:.3f} | {np.mean(own):.3f} |"
    assert numbers in line_of("digits_overlaid.csv")
    assert half + 0.1 < at_common < np.mean(own) - 0.05
    assert (f1(y_true, score >= 0.5, None) < 0.05).sum() == 4


def test_own_thresholds_are_better_on_new_rows_too() -> None:
    """What to expect of them exceeds even the value of the common threshold on these rows."""
    expected = estimate_rules(decide_classes(overlaid()))
    found = expected.rules["own"]
    assert line_of("digits_overlaid.csv").endswith(f"| about {found.values['macro']:.2f} |")
    assert found.intervals["macro"].low > f1(overlaid().y_true, overlaid().y_score >= common_threshold(overlaid()))
    assert expected.recommended() == "own"
    assert estimate_rules(decide_classes(overlaid(), "micro")).recommended() == "common"


def test_weights_are_better_on_new_rows_too() -> None:
    """By macro F1; by micro F1 the highest probability is to be taken."""
    expected = estimate_rules(decide_classes(ten()), n_resamples=20)
    value = float(line_of("digits_ten.csv").rpartition("about ")[2].rstrip(" |"))
    assert expected.rules["own"].values["macro"] == pytest.approx(value, abs=0.01)
    assert expected.recommended() == "own"
    assert estimate_rules(decide_classes(ten(), "micro")).recommended() == "default"


def test_micro_f1_gives_up_on_eights() -> None:
    """Its best vector flags no eight."""
    assert best_vector(overlaid(), "micro").thresholds[8] == np.inf


def _best_f1(y_true: NDArray[np.bool_], y_score: NDArray[np.float64]) -> float:
    precision, recall, _ = precision_recall_curve(y_true, y_score)
    return float((2 * precision * recall / np.maximum(precision + recall, 1e-300)).max())
