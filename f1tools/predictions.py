"""Predictions of one or several models for labeled rows, valid by construction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.clusters import ClusteredRows, cluster_codes
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.model_curves import ModelCurves
from f1tools.core.tally import tally
from f1tools.core.types import InvalidPredictions
from f1tools.core.validation import (
    as_amounts,
    as_column,
    as_mask,
    as_scores,
    as_weights,
    binarize_labels,
    class_names,
    only_one_class,
    require_scores,
    require_weight,
)


@dataclass(frozen=True, eq=False)
class Predictions:
    """The scores of one or several models for rows whose labels are known.

    Use :meth:`from_arrays` or :meth:`from_estimator`, or :func:`f1tools.read_predictions` for a file.

    Parameters
    ----------
    y_true : ndarray of bool of shape (n,)
        Whether a row is positive. Both classes occur.
    scores : mapping from model name to ndarray of shape (n,)
        Float64 scores; higher means more likely positive. Finite, or -inf for a row without a score, which no threshold
        flags: a case that a detector never proposed, or a pair that was never compared.
    pos_label, neg_label : str
        Names of the two classes; several negative labels are joined.
    sample_weight : ndarray of shape (n,) or None
        Finite, not negative, with a positive sum in each class.
    group, ids : ndarray of shape (n,) or None
        The group that each row belongs to, and its identifier.
    tuning : ndarray of bool of shape (n,) or None
        True for the tuning set, on which thresholds are chosen; the other rows are the evaluation set, which all
        numbers describe. Each holds both classes, with weight. None: the rows have no roles.
    role_names : (str, str)
        Names of the tuning set and of the evaluation set.
    amount : ndarray of shape (n,) or None
        The cost of missing each row: finite, not negative.
    cluster : ndarray of shape (n,) or None
        The patient, user or document that each row belongs to, where several rows belong to one and are alike. They are
        resampled together, and all confidence intervals allow for it.
    """

    y_true: BoolArray
    scores: Mapping[str, FloatArray]
    pos_label: str = "1"
    neg_label: str = "0"
    sample_weight: FloatArray | None = None
    group: NDArray[Any] | None = None
    ids: NDArray[Any] | None = None
    tuning: BoolArray | None = None
    role_names: tuple[str, str] = ("tune", "report")
    amount: FloatArray | None = None
    cluster: NDArray[Any] | None = None

    def __post_init__(self) -> None:
        if not self.scores:
            raise InvalidPredictions("There is no score column. Name at least one.")
        for name, score in self.scores.items():
            require_scores(as_scores(score, self.n, f"the score {name!r}"), f"the score {name!r}")
        for name, values in (("group", self.group), ("ids", self.ids)):
            if values is not None and as_column(values, name).size != self.n:
                raise InvalidPredictions(f"y_true has {self.n:,} rows and {name} has {values.size:,}. Pass one each.")
        if self.n_pos in (0, self.n):
            only = self.pos_label if self.n_pos else self.neg_label
            raise only_one_class(self.n, only)
        if self.sample_weight is not None:
            weight = as_weights(self.sample_weight, self.n)
            for label, rows in self._classes():
                require_weight(weight, rows, label)
        if self.tuning is not None:
            as_mask(self.tuning, self.n)
            self._check_roles()
        if self.amount is not None:
            as_amounts(self.amount, self.n)
        _ = self.cluster_codes  # raises where they are invalid
        self._check_scored()

    def _check_roles(self) -> None:
        """Check that the tuning set and the evaluation set both hold both classes, with weight."""
        for name, members in self._sets():
            for label, rows in self._classes():
                chosen = members & rows
                weighted = chosen if self.sample_weight is None else chosen & (self.sample_weight > 0)
                if not weighted.any():
                    raise InvalidPredictions(
                        f"The set {name!r} has no {'weight on any row' if chosen.any() else 'row'} with the label "
                        f"{label!r}. Both sets need both classes: choose other sets, or none."
                    )

    def _check_scored(self) -> None:
        """Check that each class has a row with a score, with weight, in the tuning set and in the evaluation set."""
        for name, score in self.scores.items():
            if score.min() != -np.inf:
                continue
            used = score != -np.inf if self.sample_weight is None else (score != -np.inf) & (self.sample_weight > 0)
            for set_name, members in self._sets():
                for label, rows in self._classes():
                    if not (used & members & rows).any():
                        raise InvalidPredictions(
                            f"No row with the label {label!r}{set_name and f' in the set {set_name!r}'} has a score of "
                            f"{name!r}, so no threshold can be judged. Choose another score, or other rows."
                        )

    def _sets(self) -> list[tuple[str, BoolArray]]:
        """Return the tuning set and the evaluation set by name; all rows without roles."""
        if self.tuning is None:
            return [("", np.ones(self.n, np.bool_))]
        return list(zip(self.role_names, (self.tuning, ~self.tuning), strict=True))

    def _classes(self) -> tuple[tuple[str, BoolArray], tuple[str, BoolArray]]:
        return (self.pos_label, self.y_true), (self.neg_label, ~self.y_true)

    def __repr__(self) -> str:
        """Return what the predictions are about, not the rows."""
        return f"Predictions(n={self.n}, n_pos={self.n_pos}, pos_label={self.pos_label!r}, models={self.models!r})"

    @classmethod
    def from_arrays(  # noqa: PLR0913 (one argument per column)
        cls,
        y_true: ArrayLike,
        y_score: ArrayLike | Mapping[str, ArrayLike],
        *,
        sample_weight: ArrayLike | None = None,
        pos_label: object = None,
        group: ArrayLike | None = None,
        ids: ArrayLike | None = None,
        tuning: ArrayLike | None = None,
        amount: ArrayLike | None = None,
        cluster: ArrayLike | None = None,
    ) -> Predictions:
        """Build predictions from arrays, lists or columns of a table.

        Parameters
        ----------
        y_true : array-like of shape (n,)
            Labels.
        y_score : array-like of shape (n,), or mapping from model name to such
            The scores of one model, or of several.
        sample_weight : array-like of shape (n,), optional
        pos_label : bool, number or str, optional
            The positive label; not needed for {0, 1}, {-1, 1} and booleans.
        group, ids : array-like of shape (n,), optional
        tuning : array-like of bool of shape (n,), optional
            True for the rows of the tuning set.
        amount : array-like of shape (n,), optional
            The cost of missing each row.
        cluster : array-like of shape (n,), optional
            The patient, user or document that each row belongs to: numbers or text, none missing.

        Raises
        ------
        InvalidPredictions
            When a column is invalid; the message says what was found, where, and how to correct it.

        Examples
        --------
        >>> predictions = Predictions.from_arrays(["no", "yes", "yes"], [0.2, 0.7, 0.4], pos_label="yes")
        >>> predictions.n, predictions.n_pos, predictions.models
        (3, 2, ('score',))
        """
        positive = binarize_labels(y_true, pos_label)
        positive_name, negative_name = class_names(np.asarray(y_true).ravel(), positive)
        by_model = y_score if isinstance(y_score, Mapping) else {"score": y_score}
        return cls(
            y_true=positive,
            scores={
                str(name): as_scores(score, positive.size, f"the score {name!r}").astype(np.float64, copy=False)
                for name, score in by_model.items()
            },
            pos_label=positive_name,
            neg_label=negative_name,
            sample_weight=None if sample_weight is None else as_weights(sample_weight, positive.size),
            group=None if group is None else as_column(group, "group"),
            ids=None if ids is None else as_column(ids, "ids"),
            tuning=None if tuning is None else as_mask(tuning, positive.size),
            amount=None if amount is None else as_amounts(amount, positive.size),
            cluster=None if cluster is None else as_column(cluster, "cluster"),
        )

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,  # noqa: N803 (scikit-learn's name)
        y: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        pos_label: object = None,
    ) -> Predictions:
        """Compute the scores of a fitted scikit-learn classifier for rows that it was not trained on.

        Parameters
        ----------
        estimator : fitted binary classifier
            With ``classes_`` and ``predict_proba`` or ``decision_function``; probabilities are preferred.
        X : array-like of shape (n, n_features)
        y : array-like of shape (n,)
        sample_weight : array-like of shape (n,), optional
        pos_label : bool, number or str, optional
            By default the last of the estimator's classes, as in scikit-learn.

        Raises
        ------
        InvalidPredictions
            When the estimator is not a fitted binary classifier, lacks ``pos_label`` or cannot compute scores.
        """
        fitted = getattr(estimator, "classes_", None)
        classes = fitted.tolist() if isinstance(fitted, np.ndarray) else []
        if len(classes) != 2:
            raise InvalidPredictions(f"A fitted binary classifier is needed, got one with the classes {fitted}.")
        positive = classes[-1] if pos_label is None else pos_label
        if positive not in classes:
            raise InvalidPredictions(f"pos_label {positive!r} is not one of the estimator's classes {classes}.")
        if hasattr(estimator, "predict_proba"):
            score = np.asarray(estimator.predict_proba(X))[:, classes.index(positive)]
        elif hasattr(estimator, "decision_function"):
            score = np.asarray(estimator.decision_function(X)) * (1 if positive == classes[-1] else -1)
        else:
            raise InvalidPredictions("The estimator has neither predict_proba nor decision_function.")
        return cls.from_arrays(y, {type(estimator).__name__: score}, sample_weight=sample_weight, pos_label=positive)

    @property
    def n(self) -> int:
        """The number of rows."""
        return self.y_true.size

    @property
    def n_pos(self) -> int:
        """The number of positive rows."""
        return int(np.count_nonzero(self.y_true))

    @property
    def models(self) -> tuple[str, ...]:
        """The names of the models."""
        return tuple(self.scores)

    @cached_property
    def cluster_codes(self) -> NDArray[np.intp] | None:
        """The cluster of each row as a number; None where rows are independent."""
        return None if self.cluster is None else cluster_codes(self.cluster, self.n)

    @property
    def weighted(self) -> bool:
        """Whether counts are sums of weights."""
        return self.sample_weight is not None

    @property
    def unscored(self) -> dict[str, tuple[int, int]]:
        """The number of positive and of negative rows without a score, by model; only models with such rows."""
        unscored = {name: score == -np.inf for name, score in self.scores.items() if score.min() == -np.inf}
        return {
            name: (int(np.count_nonzero(rows & self.y_true)), int(np.count_nonzero(rows & ~self.y_true)))
            for name, rows in unscored.items()
        }

    def with_roles(self, tuning: ArrayLike | None, names: tuple[str, str] = ("tune", "report")) -> Predictions:
        """Return the same rows with other roles; None removes the roles.

        Parameters
        ----------
        tuning : array-like of bool of shape (n,) or None
            True for the rows of the tuning set.
        names : (str, str)
            Names of the tuning set and of the evaluation set.

        Raises
        ------
        InvalidPredictions
            When a set lacks one of the classes.
        """
        return replace(self, tuning=None if tuning is None else as_mask(tuning, self.n), role_names=names)

    def subset(self, rows: ArrayLike) -> Predictions:
        """Return some of the rows, without roles.

        Parameters
        ----------
        rows : array-like of bool of shape (n,)

        Raises
        ------
        InvalidPredictions
            When one of the classes has no row left.
        """
        mask = as_mask(rows, self.n, "rows")

        def part(column: NDArray[Any] | None) -> NDArray[Any] | None:
            return None if column is None else column[mask]

        scores = {name: score[mask] for name, score in self.scores.items()}
        return Predictions(
            self.y_true[mask], scores, self.pos_label, self.neg_label, part(self.sample_weight), part(self.group),
            part(self.ids), amount=part(self.amount), cluster=part(self.cluster),
        )  # fmt: skip

    @property
    def tuning_set(self) -> Predictions:
        """The rows that thresholds are chosen on; all rows without roles.

        Examples
        --------
        >>> predictions = Predictions.from_arrays(
        ...     [1, 0, 1, 0], [0.9, 0.2, 0.4, 0.6], tuning=[True, True, False, False]
        ... )
        >>> predictions.tuning_set.scores["score"], predictions.evaluation_set.scores["score"]
        (array([0.9, 0.2]), array([0.4, 0.6]))
        """
        return self if self.tuning is None else self.subset(self.tuning)

    @property
    def evaluation_set(self) -> Predictions:
        """The rows that all numbers describe; all rows without roles."""
        return self if self.tuning is None else self.subset(~self.tuning)

    def curve(self, model: str | None = None) -> ThresholdCurve:
        """Return the threshold curve of a model over all rows; of the first model when none is named."""
        return self._count(model, None)

    def curves(self, model: str | None = None) -> ModelCurves:
        """Return the threshold curves of a model on the tuning set and on the evaluation set.

        Parameters
        ----------
        model : str, optional
            The first one when it is left out.

        Raises
        ------
        KeyError
            For an unknown model.
        """
        names = self.models[0] if model is None else model, self.pos_label, self.neg_label
        if self.tuning is None:
            curve = self._count(model, None)
            return ModelCurves(curve, curve, (self.n, self.n), *names)
        tuning, evaluation = self._count(model, self.tuning), self._count(model, ~self.tuning)
        n_tuning = int(np.count_nonzero(self.tuning))
        return ModelCurves(tuning, evaluation, (n_tuning, self.n - n_tuning), *names, self.role_names)

    def _count(self, model: str | None, rows: BoolArray | None) -> ThresholdCurve:
        score = self.scores[self.models[0] if model is None else model]
        y_true, weight, clusters = self.y_true, self.sample_weight, self.cluster_codes
        if rows is not None:
            y_true, score = y_true[rows], score[rows]
            weight = None if weight is None else weight[rows]
            clusters = None if clusters is None else clusters[rows]
        return ThresholdCurve(
            *tally(y_true, score, weight), clusters=ClusteredRows.build(y_true, score, weight, clusters)
        )
