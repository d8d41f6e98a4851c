"""What the lab's classifiers share: two classes, of which the second is the positive one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target

from f1tools.core.counts import BoolArray


class DivergedError(ValueError):
    """The training diverged: the scores are not finite."""


class BinaryClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Base class of scikit-learn classifiers for two classes.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The labels, sorted; the second is the positive one.
    """

    classes_: NDArray[Any]

    def _encode(self, labels: NDArray[Any]) -> BoolArray:
        """Set ``classes_`` and return which labels are the positive one.

        Raises
        ------
        ValueError
            For more or fewer than two classes.
        """
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError(
                f"Only binary classification is supported. The type of the target is {type_of_target(labels)}."
            )
        if len(self.classes_) < 2:
            raise ValueError(f"Two classes are needed, got one class only: {self.classes_[0]}.")
        return np.asarray(codes == 1)

    def _decode(self, positive: ArrayLike) -> NDArray[Any]:
        """Return the labels of decisions."""
        labels: NDArray[Any] = self.classes_[np.asarray(positive).astype(np.intp)]
        return labels

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
