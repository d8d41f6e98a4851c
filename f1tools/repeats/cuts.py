"""One strategy on the test rows of every repeat, at thresholds that were chosen in several ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import Metric, defined_values

CutName: TypeAlias = Literal["half", "tuned", "in_sample", "in_sample_middle"]


@dataclass(frozen=True, eq=False)
class Cut:
    """One way to choose a threshold, over the J repeats.

    Parameters
    ----------
    threshold : ndarray of shape (J,)
        The one of each repeat; +inf where flagging nothing was best.
    counts : ConfusionCounts
        Arrays of shape (J,): what it does on the test rows.
    promised : ndarray of shape (J,) or None
        The objective on the rows that the threshold was chosen on; None for 0.5, which is not chosen.
    alike : (ndarray, ndarray) or None
        Low and high of each repeat: thresholds above low, up to high, decide alike on the rows that the threshold was
        chosen on. Low is -inf where everything is flagged there, high is +inf where nothing is. None for 0.5.
    """

    threshold: FloatArray
    counts: ConfusionCounts
    promised: FloatArray | None = None
    alike: tuple[FloatArray, FloatArray] | None = None

    @property
    def width(self) -> FloatArray:
        """How far apart thresholds are that look equally good, in each repeat: 0 where they have an end that is none.

        Examples
        --------
        >>> nothing = ConfusionCounts(tn=0, fp=0, fn=0, tp=0)
        >>> Cut(np.array([0.9, 0.5]), nothing, alike=(np.array([0.25, -np.inf]), np.array([0.75, 0.5]))).width
        array([0.5, 0. ])
        """
        if self.alike is None:
            return np.zeros_like(self.threshold)
        low, high = self.alike
        with np.errstate(over="ignore"):
            return np.where(np.isfinite(low) & np.isfinite(high), high - low, 0.0)

    def value(self, wanted: Metric) -> FloatArray:
        """Give a metric on the test rows of each repeat; nan where it asks of rows that are not there."""
        return defined_values(wanted, self.counts)


@dataclass(frozen=True, eq=False)
class ModelOutcomes:
    """What one strategy reaches on the test rows.

    Parameters
    ----------
    model : str
        The name of its score.
    half : Cut or None
        At 0.5; None where the scores of any part are no probabilities, so that 0.5 means nothing.
    tuned : Cut
        At the best threshold of the rows to tune on, which the model was not trained on.
    in_sample : Cut or None
        At the best threshold of the rows that the model was trained on; None where these are not there.
    in_sample_middle : Cut or None
        In the middle of all thresholds that decide like it on those rows, which may be far apart: where a model has
        learned its rows by heart, nearly every threshold parts them. The threshold itself where one end is infinite.
    roc_auc, average_precision : ndarray of shape (J,)
        Of the test rows.
    """

    model: str
    half: Cut | None
    tuned: Cut
    in_sample: Cut | None
    in_sample_middle: Cut | None
    roc_auc: FloatArray
    average_precision: FloatArray

    def cut(self, name: CutName) -> Cut | None:
        """Give a cut by its name."""
        cuts: dict[CutName, Cut | None] = {
            "half": self.half,
            "tuned": self.tuned,
            "in_sample": self.in_sample,
            "in_sample_middle": self.in_sample_middle,
        }
        return cuts[name]
