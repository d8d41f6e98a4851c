"""The threshold curve: every distinct score with the confusion counts at that threshold."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.core.counts import ConfusionCounts
from f1tools.core.cumulative import cumulative_counts
from f1tools.core.extras import needs_extra
from f1tools.core.operating_point import ClassMix, OperatingPoint
from f1tools.core.tally import Unscored, tally
from f1tools.core.threshold_counts import ThresholdCounts
from f1tools.core.validation import as_scores, as_weights, binarize_labels, require_weight

if TYPE_CHECKING:
    import pandas as pd

_LARGEST_WEIGHT = 1e150  # of a class


@dataclass(frozen=True, eq=False)
class ThresholdCurve(ThresholdCounts):
    """The exact confusion counts at every threshold.

    Between two neighboring scores all thresholds make the same decisions, so the distinct scores, and +inf for
    "nothing is predicted positive", represent all thresholds. Metrics, optima, figures and what-ifs need only the
    curve, not the rows. Use :meth:`from_predictions` or :meth:`from_counts`.

    Parameters
    ----------
    thresholds : ndarray of shape (k,)
        Descending; the first is +inf.
    tp, fp : ndarray of shape (k,)
        True and false positives at each threshold, starting at 0: integers, or floats where rows are weighted. The
        last values are the totals of the rows with a score, which are all predicted positive at the lowest one.
    tp_squares, fp_squares : ndarray of shape (k,), optional
        Sums of the squared weights of the same rows, from which the variance of a weighted count follows. None where
        rows are not weighted: every weight is then its own square.
    unscored : Unscored
        The rows without a score: no threshold of the curve flags them, so they are false or true negatives at each.
    class_mix : {"measured", "reweighted", "assumed"}
        Where the share of positives comes from: from the rows, from :meth:`reweighted`, or from
        :func:`f1tools.at_prevalence`, which assumes it.
    clusters : ClusteredRows or None
        The same rows, where several of them belong to one patient, user or document; confidence intervals and resamples
        then keep those together.
    highest : ndarray of shape (k,), optional
        Where rows were counted in bins: the highest score in each bin, whose lowest is the threshold. None where every
        threshold is one distinct score. See :func:`f1tools.core.bins.curve_from_bins`.

    Examples
    --------
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> curve.thresholds
    array([inf, 0.9, 0.4, 0.1])
    >>> curve.counts.tp
    array([0, 1, 2, 2])
    >>> float(curve.at(0.3).counts.f1())
    0.8
    """

    def __repr__(self) -> str:
        """Return the size of the curve, not its arrays."""
        return f"ThresholdCurve(n_scores={len(self) - 1}, positives={self.positives:g}, negatives={self.negatives:g})"

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_score: ArrayLike,
        *,
        sample_weight: ArrayLike | None = None,
        pos_label: object = None,
    ) -> ThresholdCurve:
        """Build the curve from labels and scores.

        Parameters
        ----------
        y_true : array-like of shape (n,)
            Labels.
        y_score : array-like of shape (n,)
            Finite scores of any range: higher means more likely positive. -inf marks a row without a score, which no
            threshold flags: a case that a detector never proposed, or a pair that was never compared.
        sample_weight : array-like of shape (n,), optional
            Finite weights, not negative. Rows of weight 0 are ignored.
        pos_label : bool, number or str, optional
            The positive label; not needed for {0, 1}, {-1, 1} and booleans.

        Raises
        ------
        InvalidPredictions
            When the columns differ in length or hold invalid values, or no row has a score.

        Examples
        --------
        >>> curve = ThresholdCurve.from_predictions([1, 0, 1], [0.9, 0.4, -np.inf])
        >>> curve.thresholds, curve.counts.fn
        (array([inf, 0.9, 0.4]), array([2, 1, 1]))
        """
        positive = binarize_labels(y_true, pos_label)
        score = as_scores(y_score, positive.size)
        weight = None if sample_weight is None else as_weights(sample_weight, positive.size)
        if weight is not None:
            require_weight(weight, positive, 1 if pos_label is None else pos_label)
        return cls(*tally(positive, score, weight))

    @classmethod
    def from_counts(  # noqa: PLR0913 (one argument per column or total)
        cls,
        thresholds: ArrayLike,
        tp: ArrayLike,
        fp: ArrayLike,
        *,
        positives: float | None = None,
        negatives: float | None = None,
        tp_squares: ArrayLike | None = None,
        fp_squares: ArrayLike | None = None,
        positive_squares: float | None = None,
        negative_squares: float | None = None,
    ) -> ThresholdCurve:
        """Build the curve from cumulative counts, such as a database computes them.

        Parameters
        ----------
        thresholds : array-like of shape (k,)
            The distinct scores in any order; +inf may be among them.
        tp, fp : array-like of shape (k,)
            Positive and negative rows with a score at or above each threshold, or the sums of their weights.
            Thresholds where neither changes are dropped: no row has that score.
        positives, negatives : float, optional
            All rows of each class, or the sums of their weights, with those without a score, which no threshold flags:
            cases that a detector never proposed, or pairs that were never compared. By default every row has a score.
        tp_squares, fp_squares : array-like of shape (k,), optional
            The same sums of squared weights; required if counts are not whole numbers.
        positive_squares, negative_squares : float, optional
            Sums of all squared weights of each class, to be passed with ``tp_squares`` and ``positives`` or
            ``negatives``.

        Raises
        ------
        InvalidPredictions
            When the columns differ in length or hold invalid values, when a threshold occurs twice, when a count is
            negative, not finite or falls as the threshold falls, or when a total is below the counts at the lowest
            threshold.

        Examples
        --------
        >>> curve = ThresholdCurve.from_counts([0.1, 0.4, 0.9], tp=[2, 2, 1], fp=[2, 1, 0])
        >>> curve.thresholds.tolist(), curve.tp.tolist(), curve.fp.tolist()
        ([inf, 0.9, 0.4, 0.1], [0, 1, 2, 2], [0, 0, 1, 2])
        >>> ThresholdCurve.from_counts([0.4, 0.9], tp=[2, 1], fp=[1, 0], positives=5).at(0.4).counts.fn
        3
        """
        totals = {
            "positives": positives, "negatives": negatives,
            "positive_squares": positive_squares, "negative_squares": negative_squares,
        }  # fmt: skip
        counts = {"tp": tp, "fp": fp, "tp_squares": tp_squares, "fp_squares": fp_squares}
        return cls(*cumulative_counts(thresholds, counts, totals))

    def at(self, threshold: float) -> OperatingPoint:
        """Return the operating point at any threshold.

        Inside a bin of several scores it is the point at the lowest of them, whose counts are known.

        Raises
        ------
        ValueError
            When the threshold is nan.
        """
        positions = self.positions([threshold])
        inside = self.is_inside_bin(threshold)
        counts, squares, products = self.counts_of(positions), self.squares_of(positions), self.products_of(positions)
        return OperatingPoint(
            float(self.thresholds[positions[0]]) if inside else float(threshold),
            counts.item(),
            None if squares is None else squares.item(),
            self.class_mix,
            None if products is None else products[0],
        )

    def at_each(self, thresholds: Iterable[float]) -> ConfusionCounts:
        """Return the counts at many thresholds, in their order.

        Raises
        ------
        ValueError
            When a threshold is nan.
        """
        return self.counts_of(self.positions(thresholds))

    def positions(self, thresholds: Iterable[float]) -> NDArray[np.intp]:
        """Return for each threshold the position of the curve's threshold with the same decisions.

        It is the lowest one that is not below the given threshold; inside a bin of several scores the lowest of these.

        Raises
        ------
        ValueError
            When a threshold is nan.
        """
        return np.array([self._position(threshold) for threshold in thresholds], dtype=np.intp)

    def is_inside_bin(self, threshold: float) -> bool:
        """Return whether a threshold lies inside a bin of several scores, above the lowest of them.

        The counts there are not known exactly; :func:`f1tools.core.bins.bracket` returns between which they lie.
        """
        position = self._position(threshold)
        return float(self.thresholds[position]) < threshold

    def _position(self, threshold: float) -> int:
        if math.isnan(threshold):
            raise ValueError("A threshold must be a number, got nan.")
        position = bisect_right(self.thresholds, -threshold, key=lambda score: -score) - 1
        following = position + 1
        return following if following < len(self) and threshold <= self._highest_of(following) else position

    def _highest_of(self, position: int) -> float:
        return float((self.thresholds if self.highest is None else self.highest)[position])

    def next_below(self, threshold: float) -> float:
        """Return the next lower score, -inf if there is none: all thresholds above it make the same decisions."""
        following = self._position(threshold) + 1
        return self._highest_of(following) if following < len(self) else -math.inf

    def roc_auc(self) -> float:
        """Return the area under the ROC curve by the trapezoidal rule, from the exact counts.

        It is the probability that a positive row scores higher than a negative one, ties counted half; nan when one
        class is missing. Rows without a score are tied with each other below all scores.
        """
        if not (self.positives and self.negatives):
            return math.nan
        area = sum(
            float((np.diff(counts.fp) * (counts.tp[1:] + 1.0 * counts.tp[:-1])).sum())
            for _, counts in self.blocks(overlap=1)
        )
        area += float(self.unscored.negatives * (self.positives + 1.0 * self.tp[-1].item()))
        return area / 2 / float(self.positives) / float(self.negatives)

    def average_precision(self) -> float:
        """Return the mean precision over the positives, without interpolation; 0 without positives.

        The precision of a positive row is that of its score as threshold, and 0 where it has no score.
        """
        steps = (float((np.diff(counts.tp) * counts.precision()[1:]).sum()) for _, counts in self.blocks(overlap=1))
        return sum(steps) / float(self.positives) if self.positives else 0.0

    def frame(self) -> pd.DataFrame:
        """Return all thresholds with counts, precision, recall and F1 as a DataFrame."""
        with needs_extra("app"):
            import pandas as pd  # slow to load, and only this method needs it

        counts = self.counts
        cells = {name: getattr(counts, name) for name in ("tn", "fp", "fn", "tp")}
        metrics = {"precision": counts.precision(zero_division=np.nan), "recall": counts.recall(), "f1": counts.f1()}
        return pd.DataFrame({"threshold": self.thresholds} | cells | metrics)

    def reweighted(self, positive: float, negative: float) -> ThresholdCurve:
        """Return the curve with every positive row weighted by ``positive`` and every negative one by ``negative``.

        Different weights change the share of positives. Confidence intervals take into account that it still depends
        on the numbers of rows, unless the share is an assumption.

        Raises
        ------
        ValueError
            When a weight is not a number above 0 whose square a double can represent.

        Examples
        --------
        >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]).reweighted(3, 0.5)
        >>> curve.tp.tolist(), curve.fp.tolist()
        ([0.0, 3.0, 6.0, 6.0], [0.0, 0.0, 0.5, 1.0])
        """
        if not all(1 / _LARGEST_WEIGHT <= weight <= _LARGEST_WEIGHT for weight in (positive, negative)):
            raise ValueError(f"Weights of the classes must be finite and above 0, got {positive} and {negative}.")
        tp_squares = self.tp if self.tp_squares is None else self.tp_squares
        fp_squares = self.fp if self.fp_squares is None else self.fp_squares
        squares = tp_squares * float(positive) ** 2, fp_squares * float(negative) ** 2
        factors = positive, negative, positive**2, negative**2
        unscored = Unscored(*(float(factor) * total for factor, total in zip(factors, self.unscored, strict=True)))
        tp, fp = self.tp * float(positive), self.fp * float(negative)
        mix: ClassMix = "reweighted" if self.class_mix == "measured" and positive != negative else self.class_mix
        return ThresholdCurve(self.thresholds, tp, fp, *squares, unscored, mix, self.clusters, self.highest)

    def take(self, positions: NDArray[np.intp]) -> ThresholdCurve:
        """Return the curve at some positions only; the last one, which counts all scores, must be among them."""
        squares = [None if each is None else each[positions] for each in (self.tp_squares, self.fp_squares)]
        columns = {name: getattr(self, name)[positions] for name in ("thresholds", "tp", "fp")}
        # The bins between two positions become one, whose highest score is that of the first of them.
        highest = None if self.highest is None else self.highest[np.append(0, positions[:-1] + 1)]
        return replace(self, **columns, tp_squares=squares[0], fp_squares=squares[1], highest=highest)

    def thinned(self, max_points: int = 1000, *, keep: Iterable[float] = ()) -> ThresholdCurve:
        """Return a curve of at most about ``max_points`` thresholds, for a drawing or a slider.

        The remaining points are exact: real scores with their real counts. Kept are both ends, and for each threshold
        in ``keep`` the score that decides there and the next lower one, so that the counts at ``keep`` do not change.
        The rest is spread evenly over the range of scores, over the distinct scores and over the rows of each class,
        so that neither a narrow range of scores nor a rare class is lost.
        """
        if len(self) <= max_points:
            return self
        last = len(self) - 1
        kept = self.positions(keep).tolist()
        fixed = {0, 1, last, *kept, *(min(position + 1, last) for position in kept)}
        steps = np.linspace(0.0, 1.0, max((max_points - len(fixed)) // 4, 0))
        high, low = self.thresholds[1], self.thresholds[-1]
        spread = [self.positions(high * (1 - steps) + low * steps), (steps * last).astype(np.intp)]
        for cumulative in (self.tp, self.fp):
            spread.append(np.searchsorted(cumulative, (steps * cumulative[-1]).astype(cumulative.dtype)))
        return self.take(np.unique(np.concatenate([np.array(sorted(fixed)), *spread])))
