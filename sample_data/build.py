"""Build the sample files from scikit-learn's bundled data: ``python sample_data/build.py``.

Every score is out of fold: the model that scored a row was not trained on it. Seeds are fixed. README.md describes the
files and how closely another machine reproduces them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_predict
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

FOLDER = Path(__file__).parent
_SEED = 20240229
_CLASS_SIZES = (178, 182, 150, 120, 95, 75, 60, 45, 30, 15)
_LABEL_COUNTS = {
    "zero": 178, "one": 160, "two": 130, "three": 100, "four": 80, "five": 60, "six": 40, "seven": 25, "eight": 15,
    "nine": 8,
}  # fmt: skip
_Columns: TypeAlias = Mapping[str, Sequence[Any] | NDArray[Any]]


def main() -> None:
    """Write all files beside this one."""
    for name, build in BUILDERS.items():
        (FOLDER / name).write_text(build(), encoding="utf-8", newline="\n")


def build_diabetes() -> str:
    """442 patients; positive: disease progression after a year above the 70th percentile."""
    data = load_diabetes(scaled=False)
    positive = data.target > np.quantile(data.target, 0.7)
    ages = data.data[:, data.feature_names.index("age")]
    models = {
        "prob_forest": RandomForestClassifier(80, min_samples_leaf=10, random_state=_SEED),
        "prob_logistic": _logistic(C=0.1),
        "prob_logistic_balanced": _logistic(C=0.1, class_weight="balanced"),
    }
    return _csv(
        {
            "id": [f"patient {number:03d}" for number in range(1, positive.size + 1)],
            "age_group": np.where(ages < 50, "under 50", "50 and over"),
            "progression": np.where(positive, "fast", "slow"),
        },
        _out_of_fold(models, data.data, positive),
    )


def build_digits() -> str:
    """1,797 handwritten digits of 8 x 8 pixels with added noise; positive: an eight."""
    data = load_digits()
    positive = data.target == 8
    noise = np.random.default_rng(_SEED).normal(scale=0.4, size=data.data.shape)
    models = {
        "prob_logistic": _logistic(C=0.01),
        "prob_logistic_balanced": _logistic(C=0.01, class_weight="balanced"),
        "prob_forest": RandomForestClassifier(40, min_samples_leaf=10, random_state=_SEED),
    }
    return _csv(
        {"id": range(1, positive.size + 1), "digit": np.where(positive, "eight", "other")},
        _out_of_fold(models, data.data / 16 + noise, positive),
    )


def build_digits_faded() -> str:
    """1,797 digits with less noise, about half of them faded; one of two models is trained on clear ones only."""
    data = load_digits()
    positive = data.target == 8
    rng = np.random.default_rng(_SEED)
    faded = rng.random(positive.size) < 0.5
    pixels = data.data / 16
    images = np.where(faded[:, np.newaxis], 0.3 + 0.5 * pixels, pixels) + rng.normal(scale=0.1, size=pixels.shape)
    models = {"prob_trained_on_clear": _logistic(C=0.001), "prob_trained_on_both": _logistic(C=0.001)}
    return _csv(
        {
            "id": range(1, positive.size + 1),
            "source": np.where(faded, "faded", "clear"),
            "y_true": np.where(positive, "eight", "other"),
        },
        _out_of_fold(models, images, positive, weights={"prob_trained_on_clear": np.where(faded, 0.0, 1.0)}),
    )


def build_breast_cancer() -> str:
    """569 biopsies; positive: malignant. The scores are margins, not probabilities."""
    data = load_breast_cancer()
    positive = data.target == data.target_names.tolist().index("malignant")
    models = {
        "margin_svm": make_pipeline(StandardScaler(), LinearSVC(C=0.01, dual=False, tol=1e-8)),
        "margin_logistic": _logistic(C=0.1),
    }
    return _csv(
        {"id": range(1, positive.size + 1), "diagnosis": np.where(positive, "malignant", "benign")},
        _out_of_fold(models, data.data, positive),
    )


def build_digits_ten() -> str:
    """950 digits with added noise, the higher the rarer; ten classes, one class a row."""
    data, rng = load_digits(), np.random.default_rng(_SEED)
    rows = np.sort(np.concatenate([_drawn(data, digit, size, rng) for digit, size in enumerate(_CLASS_SIZES)]))
    images = data.data[rows] / 16 + rng.normal(scale=0.4, size=(rows.size, data.data.shape[1]))
    folds = StratifiedKFold(5, shuffle=True, random_state=_SEED)
    scores = cross_val_predict(_logistic(C=0.01), images, data.target[rows], cv=folds, method="predict_proba")
    return _csv(
        {"id": range(1, rows.size + 1), "digit": data.target[rows]},
        {f"prob_{digit}": _written(column) for digit, column in enumerate(scores.T)},
    )


def build_digits_overlaid() -> str:
    """700 images of no, one or several digits on top of each other; ten labels, and each digit is used once."""
    data, rng, n = load_digits(), np.random.default_rng(_SEED), 700
    labels = np.zeros((n, len(_LABEL_COUNTS)), dtype=np.intp)
    images = np.zeros((n, data.data.shape[1]))
    for digit, size in enumerate(_LABEL_COUNTS.values()):
        rows = rng.choice(n, size, replace=False)
        labels[rows, digit] = 1
        images[rows] = np.maximum(images[rows], data.data[_drawn(data, digit, size, rng)] / 16)
    images += rng.normal(scale=0.1, size=images.shape)
    folds = KFold(5, shuffle=True, random_state=_SEED)
    model = OneVsRestClassifier(_logistic(C=0.01))
    scores = cross_val_predict(model, images, labels, cv=folds, method="predict_proba")
    return _csv(
        {"id": range(1, n + 1), **dict(zip(_LABEL_COUNTS, labels.T, strict=True))},
        {f"pred_{name}": _written(column) for name, column in zip(_LABEL_COUNTS, scores.T, strict=True)},
    )


BUILDERS: Mapping[str, Callable[[], str]] = {
    "diabetes.csv": build_diabetes,
    "digits_eight.csv": build_digits,
    "digits_faded.csv": build_digits_faded,
    "breast_cancer.csv": build_breast_cancer,
    "digits_ten.csv": build_digits_ten,
    "digits_overlaid.csv": build_digits_overlaid,
}


def _logistic(**options: Any) -> Any:
    # A tight tolerance, so that the last written digit does not depend on the solver's path.
    return make_pipeline(StandardScaler(), LogisticRegression(tol=1e-6, max_iter=10_000, **options))


def _drawn(data: Any, digit: int, size: int, rng: np.random.Generator) -> NDArray[np.intp]:
    return rng.choice(np.flatnonzero(data.target == digit), size, replace=False)


def _written(scores: NDArray[np.float64]) -> list[str]:
    return [f"{score:.4f}" for score in scores]


def _out_of_fold(
    models: Mapping[str, Any],
    features: NDArray[Any],
    positive: NDArray[np.bool_],
    *,
    weights: Mapping[str, NDArray[Any]] | None = None,
) -> _Columns:
    """Score every row by a model that is trained on the other four folds; rows of weight 0 train nothing."""
    folds = StratifiedKFold(5, shuffle=True, random_state=_SEED)
    columns: dict[str, list[str]] = {}
    for name, model in models.items():
        method = "predict_proba" if name.startswith("prob") else "decision_function"
        weight = (weights or {}).get(name)
        params = None if weight is None else {f"{step}__sample_weight": weight for step, _ in model.steps}
        scores = cross_val_predict(model, features, positive, cv=folds, method=method, params=params)
        scores = scores[:, 1] if scores.ndim == 2 else scores
        columns[name] = [f"{score:.6g}" for score in scores]
    return columns


def _csv(rows: _Columns, scores: _Columns) -> str:
    columns = {**rows, **scores}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return text.getvalue()


if __name__ == "__main__":
    main()
