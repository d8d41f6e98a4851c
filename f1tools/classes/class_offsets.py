"""One of several classes a row: offsets of the scores under which the highest one decides best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from f1tools.classes.averages import Average, averaged
from f1tools.classes.curves import FEW_POSITIVES, ClassCurves
from f1tools.classes.offset_plateau import Plateau
from f1tools.classes.offset_rows import RowSample
from f1tools.classes.offset_search import OffsetSearch
from f1tools.classes.weighting import highest_class, weights_of
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.metrics import attains
from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress

_MOST_PLATEAUS = 5


@dataclass(frozen=True, eq=False)
class ClassOffsets:
    """Offsets by which the class with the highest score decides, with the counts on the rows they were chosen on.

    Parameters
    ----------
    classes : tuple of str
    offsets : ndarray of shape (k,)
        Added to the scores, or to the logarithms of probabilities; their mean is about 0 unless some are kept.
    logarithmic : bool
        Whether scores are probabilities: the exponentials of the offsets are then weights of them.
    counts, plain : ConfusionCounts
        Arrays of shape (k,): of each class against the others with the offsets, and without.
    average : {"macro", "weighted", "micro"}
        What was maximized.
    beta : float
    kept : tuple of str
        Classes with few rows or none, which keep their scores as they are: their offsets are 0.
    """

    classes: tuple[str, ...]
    offsets: FloatArray
    logarithmic: bool
    counts: ConfusionCounts
    plain: ConfusionCounts
    average: Average
    beta: float = 1.0
    kept: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return the values with and without the offsets."""
        return f"ClassOffsets({self.average}={self.value():.4f}, plain={self.plain_value():.4f})"

    @property
    def weights(self) -> FloatArray:
        """The weights of the probabilities that decide alike: the exponentials of the offsets.

        Raises
        ------
        ValueError
            When scores are not probabilities.
        """
        if not self.logarithmic:
            raise ValueError("The scores are not probabilities, so they have offsets and no weights.")
        return weights_of(self.offsets)

    def value(self, average: Average | None = None) -> float:
        """Return F-beta over all classes, by default as it was maximized; on these rows, so it is optimistic."""
        return float(averaged(self.counts, self.average if average is None else average, self.beta))

    def plain_value(self, average: Average | None = None) -> float:
        """Return the same without offsets."""
        return float(averaged(self.plain, self.average if average is None else average, self.beta))

    def decide(self, y_score: ArrayLike) -> NDArray[np.intp]:
        """Return the position of the class of each row, the first of several that are equally high."""
        return highest_class(y_score, self.offsets, logarithmic=self.logarithmic)


def best_class_offsets(
    curves: ClassCurves,
    average: Average = "macro",
    *,
    beta: float = 1.0,
    min_positives: int = FEW_POSITIVES,
    n_starts: int = 5,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> ClassOffsets:
    """Find offsets of the classes by coordinate ascent, each step an exact search over one of them.

    With the other offsets fixed, F-beta as a function of one offset changes only where a row changes its class, so all
    its values are known after one sort. The result is the best one found from several starts, not the best there is;
    it is never worse on these rows than the plain maximum of the scores. For calibrated probabilities micro F1, which
    is the accuracy here, is highest without offsets: tuning it can only fit these rows.

    The offsets are moved inside of the plateau on which they decide about all of these rows alike, to weights (or
    offsets, of scores that are no probabilities) with as few digits as it has room for. Rounding cannot change a
    decision there.

    More than 5,000 rows are searched on a part of them: rows that are close to a change of their class, each with the
    weight of the rows it stands for.

    Parameters
    ----------
    curves : ClassCurves
        With one class a row.
    average : {"macro", "weighted", "micro"}
    beta : float
    min_positives : int
        Classes with fewer rows have no offset: their own would mostly fit noise. 0 tunes all that have rows.
    n_starts : int
        The first start has no offsets, the second one makes up for the shares of the classes, the others are random.
    random_state : int
    on_progress : callable
        Called with the share of starts that are done.

    Raises
    ------
    InvalidPredictions
        When rows have several labels.

    Examples
    --------
    >>> y_true = ["a", "a", "b", "c", "b", "a"]
    >>> y_score = [[.6, .3, .1], [.5, .3, .2], [.5, .4, .1], [.6, .1, .3], [.4, .5, .1], [.7, .2, .1]]
    >>> found = best_class_offsets(ClassCurves.from_predictions(y_true, y_score), min_positives=0)
    >>> round(found.plain_value(), 4), found.value()
    (0.4722, 1.0)
    """
    if not curves.one_per_row:
        raise InvalidPredictions("Rows have several labels, and each decides by its own threshold. Use best_vector.")
    search = OffsetSearch.build(curves, average, beta)
    few = (curves.supports < min_positives) | ~curves.has_rows
    columns = np.flatnonzero(~few)
    rng = np.random.default_rng(random_state)
    plain = np.zeros(few.size)
    starts = [plain, -np.log(np.maximum(curves.supports, 1) / len(curves.y_true))]
    starts += [rng.normal(size=few.size) for _ in range(n_starts - 2)]
    rows = RowSample.near(search, plain).drawn()
    best, highest = plain, rows.value(plain)
    for start in range(n_starts if columns.size else 0):
        found, value = rows.ascend(np.where(few, 0.0, starts[start] - starts[start][columns].mean()), columns)
        if value > highest and not attains(highest, value, weighted=True):
            best, highest = found, value
        on_progress((start + 1) / n_starts)
    if best.any():
        best = _settled(search, rows, best - best.mean() if not few.any() else best, columns, rng)
    counts, without = (
        search.counts(highest_class(curves.y_score, each, logarithmic=curves.is_probability)) for each in (best, plain)
    )
    if attains(averaged(without, average, beta), averaged(counts, average, beta), weighted=True):
        best, counts = plain, without
    kept = tuple(name for name, is_few in zip(curves.classes, few, strict=True) if is_few)
    return ClassOffsets(curves.classes, best, curves.is_probability, counts, without, average, beta, kept)


def _settled(
    search: OffsetSearch,
    rows: OffsetSearch,
    offsets: FloatArray,
    columns: NDArray[np.intp],
    rng: np.random.Generator,
) -> FloatArray:
    """Return offsets with few digits, well inside of the plateau on which all rows are decided alike.

    Where rounding decides about some rows, the plateau has no inside, and the search goes on next to it.
    """
    for _ in range(_MOST_PLATEAUS):
        if rows is not search:  # again, with rows that these offsets may change
            rows = RowSample.near(search, offsets).drawn()
            offsets, _ = rows.ascend(offsets, columns)
        plateau = Plateau.around(search, offsets)
        inner = plateau.inner(offsets, columns)
        if plateau.contains(inner, columns):
            return inner
        away = np.zeros(offsets.size)
        away[columns] = rng.normal(scale=1000 * search.resolution, size=columns.size)
        offsets, _ = rows.ascend(offsets + away, columns)
    return np.zeros(offsets.size)
