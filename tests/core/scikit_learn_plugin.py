"""A pytest plugin that replaces scikit-learn's counts at all thresholds by those of ThresholdCurve.

It is loaded before any test module, so that both scikit-learn's ranking metrics and its tests use the replacement.
scikit-learn's validation of labels, with its messages, is unchanged.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sklearn.metrics
from sklearn.metrics import _ranking
from sklearn.utils import assert_all_finite, check_consistent_length, column_or_1d
from sklearn.utils._param_validation import validate_params
from sklearn.utils.multiclass import type_of_target
from sklearn.utils.validation import _check_pos_label_consistency, _deprecate_positional_args

from f1tools.core.validation import as_weights
from tests.strategies import curve_of

CALLS = 0


def pytest_configure() -> None:
    """Replace the one function from which scikit-learn's curves and areas are made."""
    theirs = _ranking.confusion_matrix_at_thresholds
    checked = validate_params(theirs._skl_parameter_constraints, prefer_skip_nested_validation=True)
    ours = _deprecate_positional_args(version="1.11")(checked(confusion_matrix_at_thresholds))
    _ranking.confusion_matrix_at_thresholds = sklearn.metrics.confusion_matrix_at_thresholds = ours


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Report how often the curve was used."""
    terminalreporter.write_line(f"curves of f1tools: {CALLS}")


def confusion_matrix_at_thresholds(
    y_true: Any, y_score: Any, *, pos_label: Any = None, sample_weight: Any = None
) -> Any:
    """Count with a ThresholdCurve; its first point, where nothing is flagged, is not one of scikit-learn's."""
    global CALLS
    y_type = type_of_target(y_true, input_name="y_true")
    if not (y_type == "binary" or (y_type == "multiclass" and pos_label is not None)):
        raise ValueError(f"{y_type} format is not supported")
    check_consistent_length(y_true, y_score, sample_weight)
    pos_label = _check_pos_label_consistency(pos_label, y_true)
    positive, y_score = column_or_1d(np.asarray(y_true) == pos_label), column_or_1d(y_score)
    assert_all_finite(y_score)
    CALLS += 1
    weight = None if sample_weight is None else as_weights(sample_weight, positive.size)
    curve = curve_of(positive, y_score, weight)  # scikit-learn allows rows without positives
    counts = (curve.counts.tn, curve.counts.fp, curve.counts.fn, curve.counts.tp)
    return (*(np.asarray(count, dtype=np.float64)[1:] for count in counts), curve.thresholds[1:].astype(y_score.dtype))
