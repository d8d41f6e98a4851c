"""Resamples of whole rows, in each of which the thresholds or offsets of all rules are tuned again."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from f1tools.classes.averages import CELLS, Average
from f1tools.classes.common import common_values
from f1tools.classes.curves import ClassCurves
from f1tools.classes.decision import ClassDecision, Rule
from f1tools.classes.vectors import ThresholdVector, chosen_counts, micro_choices
from f1tools.core.constraints import Constraint, feasible_values
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import attains, metric
from f1tools.core.optimum import best
from f1tools.core.types import OnProgress
from f1tools.uncertainty.cells import candidate_thresholds
from f1tools.uncertainty.tables import FEW_ROWS, Rows, SortedRows, Table, UnitSums, deal_rows, draw_units

Item = TypeVar("Item")
Result = TypeVar("Result")

_MAX_CANDIDATES = 256  # thresholds of a label, and common ones, that resamples choose from
_FEWEST_CANDIDATES = 32
_ALL_CANDIDATES = 1 << 13  # of all labels together
_GRID = 4096  # common thresholds that are evaluated to find candidates
_BATCH = 1 << 22  # counts of a batch of resamples
_SHARE_OF_BUILDING = 0.3  # of the time, to arrange the rows of all labels


class RuleCounts(NamedTuple):
    """What a rule does in r resamples; counts are arrays of shape (r, k).

    Parameters
    ----------
    new : ConfusionCounts
        Tuned on the rows drawn, and counted on the others; nan where a class has no row to be tuned on.
    fixed : ConfusionCounts
        The rows drawn, decided as by the rule that was tuned on all rows.
    shifted : ConfusionCounts
        All rows, decided as by the rule that is tuned on the rows drawn.
    """

    new: ConfusionCounts
    fixed: ConfusionCounts
    shifted: ConfusionCounts


def resample_thresholds(
    decision: ClassDecision, n_resamples: int, random_state: int, on_progress: OnProgress
) -> dict[Rule, RuleCounts]:
    """Draw rows with replacement, the same for all labels, and tune the common threshold and those of the labels.

    Labels that keep the common threshold have that of the resample. Constraints that no threshold satisfies in a
    resample are dropped there.
    """
    dealer, rng = map(np.random.default_rng, np.random.SeedSequence(random_state).spawn(2))
    with _products_in_one_thread(), ThreadPoolExecutor(os.cpu_count()) as pool:
        labels = _Labels.build(decision, dealer, pool, lambda share: on_progress(_SHARE_OF_BUILDING * share))
        size = max(1, min(n_resamples, _BATCH // max(labels.n_cells, labels.n_units)))
        parts: list[dict[Rule, RuleCounts]] = []
        for start in range(0, n_resamples, size):
            drawn = draw_units(labels.n_units, min(size, n_resamples - start), rng)

            def report(share: float, start: int = start, n: int = len(drawn)) -> None:
                on_progress(_SHARE_OF_BUILDING + (1 - _SHARE_OF_BUILDING) * (start + share * n) / n_resamples)

            parts.append(labels.resample(drawn, pool, report))
    return {rule: joined([part[rule] for part in parts]) for rule in decision.rules}


def _products_in_one_thread() -> AbstractContextManager[Any]:
    """Return a context without threads inside of matrix products: those of a pool would mostly wait for each other."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        return nullcontext()
    limit: AbstractContextManager[Any] = threadpool_limits(1, user_api="blas")
    return limit


def joined(parts: Sequence[RuleCounts]) -> RuleCounts:
    """Return the resamples of several batches together."""
    return RuleCounts(
        *(
            ConfusionCounts(*(np.concatenate([getattr(each, cell) for each in batch]) for cell in CELLS))
            for batch in zip(*parts, strict=True)
        )
    )


def _mapped(
    pool: ThreadPoolExecutor, function: Callable[[Item], Result], items: Sequence[Item], on_progress: OnProgress
) -> list[Result]:
    """Return the results for all items; one that is not begun when `on_progress` raises never begins."""
    found = []
    for each in pool.map(function, items):
        found.append(each)
        on_progress(len(found) / len(items))
    return found


class _Label(NamedTuple):
    """The rows of one label at the thresholds that resamples choose from, descending.

    Parameters
    ----------
    table : Table
    everywhere : ConfusionCounts
        Of all rows, once; arrays of shape (1, m).
    common : ndarray of int of shape (c,)
        The positions of the candidates for the common threshold.
    at : mapping of str to int
        The position of the threshold of each rule.
    constraints : sequence of Constraint
    """

    table: Table
    everywhere: ConfusionCounts
    common: NDArray[np.intp]
    at: dict[Rule, int]
    constraints: Sequence[Constraint]


class _Labels(NamedTuple):
    """All labels, ready to be resampled."""

    labels: list[_Label]
    average: Average
    beta: float
    kept: NDArray[np.intp]
    n_units: int

    @classmethod
    def build(
        cls, decision: ClassDecision, rng: np.random.Generator, pool: ThreadPoolExecutor, on_progress: OnProgress
    ) -> _Labels:
        curves, own = decision.curves, decision.rules["own"].by
        assert isinstance(own, ThresholdVector)  # noqa: S101
        n = int(np.clip(_ALL_CANDIDATES // len(curves.classes), _FEWEST_CANDIDATES, _MAX_CANDIDATES))
        dealt = deal_rows(curves.y_true[:, 0], curves.sample_weight, None, rng)
        rules = {name: rule.thresholds for name, rule in decision.rules.items() if rule.thresholds is not None}
        common = _common_candidates(decision, n, lambda share: on_progress(share / 4))

        def label(place: int) -> _Label:
            name, at = curves.classes[place], {rule: float(each[place]) for rule, each in rules.items()}
            constraints = own.constraints.get(name, ())
            thresholds = np.union1d(common, list(at.values()))
            if name not in own.kept:
                curve = curves.curve(name)
                thresholds = np.union1d(thresholds, _own_candidates(curve, at["own"], own, constraints, n))
            thresholds = thresholds[::-1]
            rows = Rows(np.ascontiguousarray(curves.y_true[:, place]), curves.sample_weight, dealt.unit, dealt.n_units)
            build = SortedRows.build if len(curves.y_true) <= FEW_ROWS else UnitSums.build
            table = build(rows, np.ascontiguousarray(curves.y_score[:, place]), thresholds)
            once = table.counts(np.ones((1, dealt.n_units), np.int32))
            found = {rule: int(_positions(thresholds, each)) for rule, each in at.items()}
            return _Label(table, once, _positions(thresholds, common), found, constraints)

        labels = _mapped(pool, label, range(len(curves.classes)), lambda share: on_progress((1 + 3 * share) / 4))
        kept = np.flatnonzero(np.isin(curves.classes, own.kept))
        return cls(labels, decision.average, decision.beta, kept, dealt.n_units)

    @property
    def n_cells(self) -> int:
        """The number of counts of a resample."""
        return sum(label.everywhere.tp.size for label in self.labels)

    def resample(
        self, drawn: NDArray[np.int32], pool: ThreadPoolExecutor, on_progress: OnProgress
    ) -> dict[Rule, RuleCounts]:
        """Return what the rules do in a batch of resamples; ``drawn`` has the shape (b, n_units)."""
        not_drawn = (drawn == 0).astype(np.int32)
        inside = _mapped(pool, lambda label: label.table.counts(drawn), self.labels, lambda x: on_progress(x / 2))
        everywhere = [_repeated(label.everywhere, len(drawn)) for label in self.labels]
        common = self._common(inside)
        fixed = {rule: [np.full(len(drawn), label.at[rule]) for label in self.labels] for rule in self.labels[0].at}
        chosen = {**fixed, "common": common, "own": self._own(inside, common)}

        def outside(place: int) -> ConfusionCounts:
            """Return the counts at the thresholds of the rules alone: those at all, of all labels, take much memory."""
            positions = np.stack([chosen[rule][place] for rule in fixed], axis=1)
            counts = self.labels[place].table.counts(not_drawn)
            return ConfusionCounts(*(np.take_along_axis(getattr(counts, c), positions, axis=1) for c in CELLS))

        places = range(len(self.labels))
        left = _mapped(pool, outside, places, lambda share: on_progress((1 + share) / 2))
        without = np.stack([np.broadcast_to(each.positives()[:, 0], len(drawn)) == 0 for each in inside], axis=-1)
        without[:, self.kept] = False
        found = {}
        for column, (rule, as_tuned) in enumerate(fixed.items()):
            new = chosen_counts(left, [np.full(len(drawn), column)] * len(left))
            if rule == "own":
                new = ConfusionCounts(*(np.where(without, np.nan, getattr(new, cell)) for cell in CELLS))
            found[rule] = RuleCounts(new, chosen_counts(inside, as_tuned), chosen_counts(everywhere, chosen[rule]))
        return found

    def _common(self, inside: Sequence[ConfusionCounts]) -> list[NDArray[np.intp]]:
        """Return the position of the best common threshold for each label, in each resample."""
        pairs = list(zip(inside, self.labels, strict=True))
        if self.average == "micro":
            sums = (sum(getattr(counts, cell)[:, label.common] for counts, label in pairs) for cell in CELLS)
            values = ConfusionCounts(*sums).fbeta(self.beta)
        else:
            parts = (_at(counts, label.common) for counts, label in pairs)
            values = sum((1.0 if self.average == "macro" else e.positives()) * e.fbeta(self.beta) for e in parts)
        chosen = _last_best(np.asarray(values, np.float64))
        return [label.common[chosen] for label in self.labels]

    def _own(self, inside: Sequence[ConfusionCounts], common: list[NDArray[np.intp]]) -> list[NDArray[np.intp]]:
        """Return the position of the threshold of each label, in each resample."""
        objective, values = metric("fbeta", self.beta), []
        for place, (label, counts) in enumerate(zip(self.labels, inside, strict=True)):
            possible = feasible_values(objective, counts, (), weighted=True)
            if label.constraints:
                limited = feasible_values(objective, counts, label.constraints, weighted=True)
                unmet = limited.max(axis=1) == -np.inf
                possible = np.where(unmet[:, np.newaxis], possible, limited)
            if place in self.kept:
                is_common = np.arange(possible.shape[1]) == common[place][:, np.newaxis]
                possible = np.where(is_common, possible, -np.inf)
            values.append(possible)
        if self.average == "micro":
            return micro_choices(inside, self.beta, allowed=[each > -np.inf for each in values])
        return [_last_best(each) for each in values]


def _own_candidates(
    curve: ThresholdCurve, own: float, vector: ThresholdVector, constraints: Sequence[Constraint], n: int
) -> FloatArray:
    """Return thresholds of a label near the one that it has: the best of all labels together may be elsewhere."""
    optimum = best(curve, "fbeta", beta=vector.beta, constraints=constraints, on_unmet="relax")
    if vector.average == "micro":
        point = curve.at(own)
        optimum = replace(optimum, point=point, value=float(optimum.metric.evaluate(point.counts)))
    return candidate_thresholds(curve, optimum, n)


def _common_candidates(decision: ClassDecision, n: int, on_progress: OnProgress) -> FloatArray:
    """Return thresholds for all labels: all of few, else half of them where the average is close to the best."""
    curves = decision.curves
    scores = _sampled_scores(curves)
    if scores.size > n:
        scores = scores[np.unique(np.linspace(0, scores.size - 1, _GRID).astype(np.intp))]
        thresholds = np.append(np.inf, scores[::-1])
        values = common_values(curves, thresholds, decision.average, decision.beta, on_progress)[:0:-1]
        close = scores[values >= 0.9 * values.max()]
        scores = np.union1d(*(each[:: -(-each.size // (n // 2))] for each in (close, scores)))
    return np.union1d(scores, [curves.y_score.min(), np.inf])


def _sampled_scores(curves: ClassCurves) -> FloatArray:
    """Return scores of all labels, ascending: half of them those of positive rows, of every label alike."""
    n_each = max(4 * _GRID // len(curves.classes), 16)
    parts = []
    for positive, score in zip(curves.y_true.T, curves.y_score.T, strict=True):
        parts += [each[:: max(each.size // n_each, 1)] for each in (score[positive], score)]
    return np.unique(np.concatenate(parts))


def _positions(thresholds: FloatArray, wanted: FloatArray | float) -> NDArray[np.intp]:
    return np.searchsorted(-thresholds, -np.asarray(wanted)).astype(np.intp)


def _at(counts: ConfusionCounts, positions: NDArray[np.intp]) -> ConfusionCounts:
    return ConfusionCounts(*(getattr(counts, cell)[:, positions] for cell in CELLS))


def _repeated(counts: ConfusionCounts, times: int) -> ConfusionCounts:
    return ConfusionCounts(*(np.broadcast_to(getattr(counts, c), (times, counts.tp.shape[1])) for c in CELLS))


def _last_best(values: FloatArray) -> NDArray[np.intp]:
    """Return the position of the lowest of the best thresholds in each row."""
    near: BoolArray = attains(values, values.max(axis=1, keepdims=True), weighted=True)
    return np.asarray(values.shape[1] - 1 - np.argmax(near[:, ::-1], axis=1))
