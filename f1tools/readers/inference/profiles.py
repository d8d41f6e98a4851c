"""What each column of a sample holds: kind, range, distinct labels, and its likely role beside target and scores."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.readers.formats.cells import NumberFormat, is_missing, parse_numbers
from f1tools.readers.formats.table import Categorical, Sample
from f1tools.readers.inference import names
from f1tools.readers.models import ColumnKind, ColumnSummary

MAX_LABELS = 60
MAX_LABELS_SHOWN = 12
MAX_POINTS = 1000  # unique integers of a wider range are keys, unless their name is that of a score
N_EXAMPLES = 4
N_HEAD = 5
MAX_EXAMPLE = 40
_FIRST = 12  # rows that tell most columns apart
_ROUNDING = 0.0151  # of the sum of two numbers printed with two decimals
_COMPONENT = re.compile(r"(.+)\[\d+\]")


@dataclass(frozen=True, eq=False)
class ColumnProfile:
    """A column of the sample.

    Attributes
    ----------
    values : float64 array
        The cells as numbers; NaN where a cell is not a finite number.
    codes : int array
        Index into `labels` per row, -1 where the cell is missing; all -1 where there are too many labels.
    labels : tuple of str
        Distinct labels, most frequent first; empty where there are more than 60.
    counts : tuple of int
        How often each label occurs.
    n_distinct : int
        Number of distinct cells.
    low, high : float
        The range of the finite numbers; NaN for text.
    is_integer : bool
        Whether all numbers are integers.
    cells : list of str
        The cells themselves.
    number_format : NumberFormat
        How the numbers are written.
    separates_decision : bool
        Whether a threshold on this column reproduces a column of hard predictions, so that it is the score behind them.
    role : str
        The likely role beside target and score: a key of `vocabulary.ROLES`, "id" or ""; "ranked" where rows sort the
        numbers of several columns; or "role" or "amount", as chosen.
    class_label : str
        The class that a component of a vector belongs to, where another vector names the classes; else empty.
    operands : tuple of str or None
        The two columns that this one is the difference of; None for a column of the file.
    """

    name: str
    position: int
    kind: ColumnKind
    values: FloatArray
    codes: NDArray[np.int64]
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    n_distinct: int
    n_missing: int
    low: float
    high: float
    is_integer: bool
    cells: list[str]
    number_format: NumberFormat
    separates_decision: bool = False
    role: str = ""
    class_label: str = ""
    operands: tuple[str, str] | None = None

    @property
    def is_long(self) -> bool:
        """Whether the numbers are integers that a float64 cannot tell apart, as long ids are."""
        return _is_long(self.is_integer, self.low, self.high)

    @property
    def n_present(self) -> int:
        """Number of cells that are not missing."""
        return len(self.values) - self.n_missing

    @property
    def in_unit_interval(self) -> bool:
        """Whether all numbers lie in [0, 1]."""
        return self.kind == "number" and self.low >= 0 and self.high <= 1

    @property
    def numbers_rows(self) -> bool:
        """Whether the column is a row number or an integer key: consecutive, or unique and in order or far apart.

        Points from 0 to 100 are unique too in a few rows, but in no order.
        """
        if self.kind != "number" or not self.is_integer or self.n_present < 3:
            return False
        steps = np.diff(self.values[~np.isnan(self.values)])
        is_ordered = self.n_distinct > 20 and (np.all(steps > 0) or np.all(steps < 0))
        is_far_apart = self.n_distinct == self.n_present > 20 and self.high - self.low > MAX_POINTS
        return bool(np.all(steps == 1) or is_ordered or is_far_apart)

    @cached_property
    def ranks(self) -> FloatArray:
        """The rank of each number, ties with their mean rank; NaN where there is no number."""
        present = ~np.isnan(self.values)
        _, codes, counts = np.unique(self.values[present], return_inverse=True, return_counts=True)
        ranks = np.full(self.values.size, np.nan)
        ranks[present] = (np.cumsum(counts) - (counts - 1) / 2)[codes]
        return ranks

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return self.n_missing == 0 and self.n_distinct == self.n_present

    def rows_with(self, values: Sequence[str]) -> BoolArray:
        """Return which rows hold one of some labels."""
        return np.isin(self.codes, [code for code, label in enumerate(self.labels) if label in values])

    def part(self, rows: BoolArray) -> ColumnProfile:
        """Return the profile of some rows of the column, with the same role."""
        cells = [self.cells[row] for row in np.flatnonzero(rows).tolist()]
        return replace(_profile(self.name, self.position, cells, self.number_format), role=self.role)

    def examples(self, rows: BoolArray | None = None) -> tuple[str, ...]:
        """Return the first different cells, of some rows, as they are written."""
        cells = self.cells if rows is None else (self.cells[row] for row in np.flatnonzero(rows).tolist())
        present = islice((cell for cell in cells if not is_missing(cell)), 200)
        return tuple(dict.fromkeys(map(_shortened, present)))[:N_EXAMPLES]

    def summary(self, role: str) -> ColumnSummary:
        """Return the column as the public API describes it."""
        pairs = tuple(zip(self.labels, self.counts, strict=True))
        shown = pairs if role == "split" else pairs[:MAX_LABELS_SHOWN]
        low, high = (self.low, self.high) if self.kind == "number" else (None, None)
        head = tuple(map(_shortened, self.cells[:N_HEAD]))
        return ColumnSummary(
            self.name, self.kind, self.n_distinct, shown, low, high, self.n_missing, role, self.examples(), head
        )


def _shortened(cell: str) -> str:
    return cell if len(cell) <= MAX_EXAMPLE else f"{cell[: MAX_EXAMPLE - 3]}..."


def profile_columns(sample: Sample) -> list[ColumnProfile]:
    """Return a profile of each column of a sample."""
    formats = sample.number_formats()
    profiles = [_profile(name, at, cells, formats[name]) for at, (name, cells) in enumerate(sample.cells.items())]
    decisions = [
        each for each in profiles if len(each.labels) == 2 and names.is_decision_name(each.name) and each.counts[1] > 1
    ]
    profiles = [
        replace(each, separates_decision=any(_separates(each, other) for other in decisions), role=_role(each))
        for each in profiles
    ]
    return _with_classes_of_vectors(profiles)


def _with_classes_of_vectors(profiles: list[ColumnProfile]) -> list[ColumnProfile]:
    """Return the profiles with what a vector of labels says about vectors of as many numbers.

    If it is the same in all rows, it names the class of each number. Otherwise the numbers of a row are in order of
    size, so that only the first has a meaning of its own: the confidence in the first label.
    """
    vectors: dict[str, list[ColumnProfile]] = {}
    for profile in profiles:
        if (component := _COMPONENT.fullmatch(profile.name)) is not None:
            vectors.setdefault(component[1], []).append(profile)
    changed: dict[str, ColumnProfile] = {}
    for labels in vectors.values():
        is_constant = all(each.n_distinct == 1 and not each.n_missing for each in labels)
        names_classes = is_constant and len({each.labels for each in labels}) == len(labels)
        is_ranked = not is_constant and all(each.kind == "text" and each.labels for each in labels)
        for numbers in vectors.values() if names_classes or is_ranked else ():
            if len(numbers) == len(labels) and all(each.kind == "number" and each.n_distinct > 1 for each in numbers):
                for at, (each, label) in enumerate(zip(numbers, labels, strict=True)):
                    named = replace(each, class_label=label.labels[0])
                    changed[each.name] = named if names_classes else replace(each, role="ranked" if at else each.role)
    return [changed.get(each.name, each) for each in profiles]


def _separates(profile: ColumnProfile, decision: ColumnProfile) -> bool:
    if profile.kind != "number" or profile.n_distinct < 3 or profile.numbers_rows:
        return False
    rows = (decision.codes >= 0) & ~np.isnan(profile.values)
    return bool(rows.sum() >= 10) and is_separable(decision.codes[rows] == 0, profile.values[rows])


def _profile(name: str, position: int, cells: list[str], number_format: NumberFormat) -> ColumnProfile:
    values, is_plain = _parse(cells, number_format)
    is_number = ~np.isnan(values)
    count = int(np.count_nonzero(is_number))
    n_missing = len(cells) - count if is_plain else sum(map(is_missing, cells))
    n_present = len(cells) - n_missing
    kind: ColumnKind = "empty" if not n_present else "number" if count >= 0.9 * n_present else "text"
    finite = values[np.isfinite(values)] if kind == "number" else np.empty(0)
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (np.nan, np.nan)
    is_integer = bool(finite.size) and bool(np.all(finite == np.floor(finite)))
    labelled = _labels(cells, None if count < n_present or _is_long(is_integer, low, high) else values)
    values[np.isinf(values)] = np.nan
    return ColumnProfile(
        name, position, kind, values, *labelled, n_missing, low, high, is_integer, cells, number_format
    )


def _is_long(is_integer: bool, low: float, high: float) -> bool:
    return is_integer and max(abs(low), abs(high)) >= 2**53


def _parse(cells: list[str], number_format: NumberFormat) -> tuple[FloatArray, bool]:
    """Return the numbers in the cells, and whether each cell is a plain number or empty; give up early on text."""
    try:
        if not number_format.thousands and not any("_" in cell for cell in cells[:50]):
            return np.array([float(cell) if cell else np.nan for cell in cells]), True
    except ValueError:
        pass
    first = list(islice((cell for cell in cells if not is_missing(cell)), 200))
    trial, _ = parse_numbers(first, number_format)
    if np.count_nonzero(~np.isnan(trial)) < max(1, 0.5 * len(first)):
        return np.full(len(cells), np.nan), False
    return parse_numbers(cells, number_format)[0], False


def with_labels(profile: ColumnProfile, most: int) -> ColumnProfile:
    """Return a column with its labels where these are more than any column has by itself, but no more than ``most``."""
    if profile.labels or not MAX_LABELS < profile.n_distinct <= most:
        return profile
    codes, labels, counts, _ = _labels(profile.cells, None, most)
    return replace(profile, codes=codes, labels=labels, counts=counts)


def _labels(
    cells: list[str], numbers: FloatArray | None, most: int = MAX_LABELS
) -> tuple[NDArray[np.int64], tuple[str, ...], tuple[int, ...], int]:
    """Return codes, labels, label counts and number of distinct values of a column of text, or of numbers."""
    if numbers is not None and (n_distinct := np.unique(numbers[~np.isnan(numbers)]).size) > most:
        return np.full(len(cells), -1), (), (), n_distinct
    column = Categorical.from_cells(cells).normalized() if numbers is None else Categorical.from_numbers(numbers)
    n_distinct = len(column.labels)
    if n_distinct > most:
        return np.full(len(cells), -1), (), (), n_distinct
    counts = np.bincount(column.codes + 1, minlength=n_distinct + 1)[1:]
    order = np.argsort(-counts, kind="stable")
    codes = np.array([*np.argsort(order), -1])[column.codes]
    return codes, tuple(column.labels[at] for at in order), tuple(counts[order].tolist()), n_distinct


def _role(profile: ColumnProfile) -> str:
    suggested = names.suggested_role(profile.name)
    if suggested == "fold" and any(names.stage(label) for label in profile.labels):
        suggested = "part"  # a column called split holds folds, or training and test rows
    is_number = profile.kind == "number"
    has_few = 2 <= profile.n_distinct <= MAX_LABELS
    fits = {
        "weight": is_number,
        "weight?": is_number and profile.low >= 0 and profile.n_distinct > 2,
        "stack": has_few,
        "fold": has_few and (not is_number or profile.is_integer),
        "part": has_few and not is_number,
        "group": has_few,
        "id": profile.n_distinct > 2 and (profile.is_integer or not is_number),
    }
    if fits.get(suggested, False):
        return suggested
    return "id" if profile.numbers_rows and names.score_points(profile.name) < 2 else ""


def roc_auc(positive: BoolArray, score: FloatArray) -> float:
    """Return the area under the ROC curve, ties counted half; 0.5 without both classes."""
    high, low = np.sort(score[positive]), np.sort(score[~positive])
    if not high.size or not low.size:
        return 0.5
    below = np.searchsorted(low, high, "left").sum() + np.searchsorted(low, high, "right").sum()
    return float(below) / (2.0 * high.size * low.size)


def is_separable(positive: BoolArray, score: FloatArray) -> bool:
    """Return whether one threshold separates the classes without error, in either direction."""
    high, low = score[positive], score[~positive]
    if not high.size or not low.size:
        return False
    return bool(high.min() > low.max() or high.max() < low.min())


def rank_correlation(one: ColumnProfile, other: ColumnProfile) -> float:
    """Return how alike two columns order the rows that both have: Spearman's correlation; 0 where one is constant."""
    rows = ~np.isnan(one.ranks + other.ranks)
    deviations = [each.ranks[rows] - np.mean(each.ranks[rows]) if rows.any() else np.zeros(1) for each in (one, other)]
    scale = np.sqrt(np.prod([np.sum(each**2) for each in deviations]))
    return float(np.dot(*deviations) / scale) if scale > 0 else 0.0


def order_alike(one: FloatArray, other: FloatArray) -> bool:
    """Return whether two columns never order two rows differently; ties in one of them may be resolved by the other."""
    first, second = one[:_FIRST], other[:_FIRST]
    if np.any((first[:, np.newaxis] < first) & (second[:, np.newaxis] > second)):
        return False
    keep = ~np.isnan(one + other)
    ordered = other[keep][np.lexsort((other[keep], one[keep]))]
    return bool(np.all(ordered[:-1] <= ordered[1:]))


def monotone_columns(values: FloatArray, columns: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """Return the columns that only rise, or only fall, with some values; the first rows rule out most of them."""
    first = np.array([each.values[:_FIRST] for each in columns]).reshape(len(columns), values[:_FIRST].size)
    above = first[:, :, np.newaxis] < first[:, np.newaxis]
    rises = values[:_FIRST, np.newaxis] < values[:_FIRST]
    is_possible = ~np.any(above & rises, axis=(1, 2)) | ~np.any(above & rises.T, axis=(1, 2))
    possible = [columns[at] for at in np.flatnonzero(is_possible).tolist()]
    return [each for each in possible if any(order_alike(values, sign * each.values) for sign in (1, -1))]


def are_complements(one: FloatArray, other: FloatArray) -> bool:
    """Return whether two columns sum to 1 in each row, up to the rounding of printed numbers."""
    if np.any(np.abs(one[:_FIRST] + other[:_FIRST] - 1) >= _ROUNDING):
        return False
    total = one + other
    error = np.abs(total[~np.isnan(total)] - 1)
    return bool(error.size) and bool(np.all(error < _ROUNDING)) and bool(np.mean(error < 0.0011) > 0.5)
