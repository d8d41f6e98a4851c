"""Files of the zoo that hold the same rows again and again: repeated splits, resamples, nested folds, seeds."""

from __future__ import annotations

import gzip

import numpy as np

from tests.readers.making import table
from tests.readers.repeating import lab, resampled
from tests.readers.zoo_base import N, P, Q, Right, Y, add

WIDE = "score_plain + score_ranknet + score_soft_f1 + score_soft_f2"

add("lab", table(lab()), Right("y_true", WIDE, "fast"))
add(
    "lab, packed, with the rows of the training",
    gzip.compress(table(lab(train=True)), mtime=0),
    Right("y_true", WIDE, "fast"),
)
add("lab, one repeat", table(lab(repeats=1)), Right("y_true", WIDE, "fast"))
add(
    "lab, one strategy",
    table({name: cells for name, cells in lab().items() if name[:6] != "score_" or name == "score_plain"}),
    Right("y_true", "score_plain", "fast"),
)
add(
    "lab, without an id",
    table({name: cells for name, cells in lab().items() if name != "id"}),
    Right("y_true", WIDE, "fast"),
)
add(
    "R resample",
    table(
        resampled(
            "Resample", [f"Resample{i}" for i in (1, 2, 3)], ("calibration", "holdout"), key="rowIndex", truth="obs"
        )
    ),
    Right("obs", "glm_prob + rf_prob"),
)
add(
    "mlr outer folds with inner predictions",
    table(resampled("fold", range(1, 6), ("validation", "test"), key="row_ids", truth="truth", every=5)),
    Right("truth", "glm_prob + rf_prob"),
)
_REPEATED_FOLDS = {
    "repeat": np.repeat([0, 1], 2 * N),
    "fold": np.tile(np.r_[np.arange(N) % 5, (np.arange(N) + 1) % 5], 2),
    "set": np.tile(np.repeat(["valid", "test"], N), 2),
    "y_true": np.tile(Y, 4),
    "lr_proba": np.r_[P, Q, np.round((P + Q) / 2, 6), np.round((3 * P + Q) / 4, 6)],
    "rf_proba": np.r_[Q, P, np.round((3 * P + Q) / 4, 6), np.round((P + 3 * Q) / 4, 6)],
}
add(
    "scikit-learn, repeat and fold without an id",
    table(_REPEATED_FOLDS),
    Right("y_true", "lr_proba + rf_proba", sure=False),
)
add(
    "scikit-learn, training and test rows of every repeat",
    table(
        {
            **_REPEATED_FOLDS,
            "set": np.where(_REPEATED_FOLDS["set"] == "valid", "train", "test"),
            "id": np.tile(np.arange(N), 4),
        }
    ),
    Right("y_true", "lr_proba + rf_proba", sure=False),
)
add(
    "repeated cross-validation of two models",
    table(
        {
            "sample_id": np.tile([f"s{i}" for i in range(N)], 2),
            "repeat": np.repeat([1, 2], N),
            "fold": np.r_[np.arange(N) % 5, np.arange(N) % 4],
            "y": np.tile(Y, 2),
            "prob_a": np.r_[P, Q],
            "prob_b": np.r_[Q, P],
        }
    ),
    Right("y", "prob_a + prob_b"),
)
add(
    "runs of other rows each",
    table(
        {
            "id": range(4 * N),
            "run": np.repeat([1, 2], 2 * N),
            "set": np.tile(["valid", "test"], 2 * N),
            "y_true": np.tile(Y, 4),
            "prob_a": np.r_[P, Q, P, Q],
            "prob_b": np.r_[Q, Q, P, P],
        }
    ),
    Right("y_true", "prob_a + prob_b", sure=False),
)
