"""Which rows two models decide differently, and which of the two is right about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from f1tools import formatting
from f1tools.comparison.differences import counted_rows
from f1tools.core.clusters import ClusteredRows
from f1tools.core.counts import BoolArray, ConfusionCounts
from f1tools.core.extras import needs_extra
from f1tools.predictions import Predictions
from f1tools.uncertainty.design_effect import design_effect
from f1tools.uncertainty.proportions import Proportion

_CONFIDENCE_LEVEL = 0.95
_FIXED = Proportion(("tp",), (("fn", 1.0),))  # fixed rows among all flips


class Classifier(NamedTuple):
    """A model and its threshold: rows with ``y_score >= threshold`` are flagged, none for +inf."""

    model: str
    threshold: float


@dataclass(frozen=True, eq=False)
class Flips:
    """The rows of the evaluation set that exactly one of two models decides correctly.

    Make them with :func:`find_flips`.

    Parameters
    ----------
    reference, other : Classifier
    rows : ndarray of int of shape (k,)
        Positions of the rows in the predictions, in their order.
    is_fixed : ndarray of bool of shape (k,)
        True where the reference is wrong and the other model right, False where it is the reverse.
    both_wrong : int
        Rows that both models decide wrongly.
    interval : (float, float) or None
        95% confidence interval of the share of fixed rows among all flips; None without any. Exact for independent
        rows; rows in clusters count as fewer, see :func:`find_flips`.
    clustered : bool
        Whether several flips are of one cluster.
    """

    reference: Classifier
    other: Classifier
    rows: NDArray[np.intp]
    is_fixed: BoolArray
    both_wrong: int
    interval: tuple[float, float] | None
    clustered: bool = False

    @property
    def n_fixed(self) -> int:
        """Number of rows that the reference decides wrongly and the other model correctly."""
        return int(np.count_nonzero(self.is_fixed))

    @property
    def n_broken(self) -> int:
        """Number of rows that the reference decides correctly and the other model wrongly."""
        return self.rows.size - self.n_fixed

    @property
    def sentence(self) -> str:
        """The counts, and what they say about the number of errors."""
        reference, other = (formatting.truncate(each.model) for each in (self.reference, self.other))
        n_wrong = formatting.count(self.both_wrong) if self.both_wrong else "no"
        wrong = f"{n_wrong} {'rows are' if self.both_wrong > 1 else 'row is'} wrong in both."
        if self.interval is None:
            return f"From {reference} to {other}, no row changes between right and wrong; {wrong}"
        low, high = self.interval
        rows = "1 flipped row" if self.rows.size == 1 else f"{formatting.count(self.rows.size)} flipped rows"
        share, ends = formatting.percent(self.n_fixed / self.rows.size), map(formatting.percent, self.interval)
        fewer = "fewer errors" if low > 0.5 else "more errors"
        verdict = (
            "so either model may make fewer errors on new rows"
            if low <= 0.5 <= high
            else f"so {other} makes {fewer}, beyond chance"
        )
        return (
            f"From {reference} to {other}, {formatting.count(self.n_fixed)} fixed (wrong before, correct now) and "
            f"{formatting.count(self.n_broken)} broken (the reverse): {share} of {rows} fixed, 95% interval "
            f"{' to '.join(ends)}, {verdict}. {wrong[0].upper()}{wrong[1:]}"
        )


def find_flips(predictions: Predictions, reference: Classifier, other: Classifier) -> Flips:
    """Find the rows of the evaluation set that exactly one of two models decides correctly.

    Rows are counted, whatever their weights; rows of weight 0 are left out, as everywhere.

    Parameters
    ----------
    predictions : Predictions
    reference, other : Classifier
        Their thresholds are treated as constants.

    Raises
    ------
    KeyError
        For an unknown model.

    Notes
    -----
    Where rows are in clusters, n flips are as uncertain as n / design effect independent ones, of which the same share
    is fixed; the exact interval is that of these numbers.

    References
    ----------
    Korn and Graubard, *Confidence intervals for proportions with small expected number of positive counts estimated
    from survey data*, Survey Methodology 1998.

    Examples
    --------
    >>> scores = {"forest": [0.9, 0.4, 0.2, 0.1], "linear": [0.8, 0.7, 0.6, 0.3]}
    >>> rows = Predictions.from_arrays([1, 1, 0, 0], scores)
    >>> flips = find_flips(rows, Classifier("forest", 0.5), Classifier("linear", 0.5))
    >>> flips.rows.tolist(), flips.is_fixed.tolist(), flips.both_wrong
    ([1, 2], [True, False], 0)
    """
    used = counted_rows(predictions)
    right = [
        (predictions.scores[each.model] >= each.threshold) == predictions.y_true
        if each.threshold < np.inf
        # Nothing reaches an infinite threshold, whatever its score.
        else ~predictions.y_true
        for each in (reference, other)
    ]
    rows = np.flatnonzero(used & (right[0] != right[1]))
    is_fixed = right[1][rows]
    both_wrong = int(np.count_nonzero(used & ~right[0] & ~right[1]))
    codes = predictions.cluster_codes
    clusters = None if codes is None else _clusters(is_fixed, codes[rows])
    interval = _interval(is_fixed, clusters) if rows.size else None
    return Flips(reference, other, rows, is_fixed, both_wrong, interval, clustered=clusters is not None)


def _clusters(is_fixed: BoolArray, codes: NDArray[np.intp]) -> ClusteredRows | None:
    """Return the flips in their clusters, as positives that are flagged where they are fixed."""
    return ClusteredRows.build(np.ones_like(is_fixed), is_fixed.astype(np.float64), None, codes)


def _interval(is_fixed: BoolArray, clusters: ClusteredRows | None) -> tuple[float, float]:
    fixed, trials = int(np.count_nonzero(is_fixed)), is_fixed.size
    products = None if clusters is None else clusters.products(np.array([0.5]))[0]
    counts = ConfusionCounts(tn=0, fp=0, fn=trials - fixed, tp=fixed)
    effect = float(design_effect(_FIXED, counts, None, products))
    return clopper_pearson(fixed / effect, trials / effect)


def clopper_pearson(
    successes: float, trials: float, *, confidence_level: float = _CONFIDENCE_LEVEL
) -> tuple[float, float]:
    """Return the exact confidence interval of a proportion: coverage is never below the confidence level.

    Parameters
    ----------
    successes, trials : float
        ``0 <= successes <= trials``, with at least one trial. Effective numbers need not be whole.
    confidence_level : float

    References
    ----------
    Clopper and Pearson, *The use of confidence or fiducial limits illustrated in the case of the binomial*,
    Biometrika 1934.

    Examples
    --------
    >>> [round(end, 4) for end in clopper_pearson(3, 10)]
    [0.0667, 0.6525]
    """
    with needs_extra("app"):
        from scipy.special import betaincinv  # slow to import, and only intervals need it

    tail, failures = (1 - confidence_level) / 2, trials - successes
    low = float(betaincinv(successes, failures + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, failures, 1 - tail)) if failures else 1.0
    return low, high
