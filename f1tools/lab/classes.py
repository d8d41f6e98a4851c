"""The two classes that a classifier of the lab is taught."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from f1tools.core.counts import BoolArray


def two_classes(labels: NDArray[Any]) -> tuple[NDArray[Any], BoolArray]:
    """Give the two labels, sorted, and which rows have the second one, the positive.

    Raises
    ------
    ValueError
        For other than two labels.

    Examples
    --------
    >>> two_classes(np.array(["no", "yes", "no"]))
    (array(['no', 'yes'], dtype='<U3'), array([False,  True, False]))
    """
    check_classification_targets(labels)
    classes, codes = np.unique(labels, return_inverse=True)
    if len(classes) > 2:
        raise ValueError(
            f"Only binary classification is supported. The type of the target is {type_of_target(labels)}."
        )
    if len(classes) < 2:
        raise ValueError(f"Two classes are needed, got one class only: {classes[0]}.")
    return classes, codes == 1
