"""Resamples of rows that have one class each: in every one the offsets of the classes are tuned again."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import numpy as np
from numpy.typing import NDArray

from f1tools.classes.averages import CELLS, stacked_counts
from f1tools.classes.class_offsets import ClassOffsets
from f1tools.classes.decision import ClassDecision, Rule
from f1tools.classes.offset_rows import RowSample
from f1tools.classes.offset_search import OffsetSearch
from f1tools.classes.resampling import RuleCounts
from f1tools.core.counts import ConfusionCounts, FloatArray
from f1tools.core.types import OnProgress
from f1tools.uncertainty.tables import deal_rows, draw_units


def resample_offsets(
    decision: ClassDecision, n_resamples: int, random_state: int, on_progress: OnProgress
) -> dict[Rule, RuleCounts]:
    """Draw rows with replacement, and tune the offsets in each resample.

    The search starts in turns from the offsets of all rows and from none. From those of all rows, which know the rows
    that were not drawn, estimates are somewhat too high, and from none too low: half from each is closest to the truth.
    """
    own = decision.rules["own"].by
    assert isinstance(own, ClassOffsets)  # noqa: S101
    search = OffsetSearch.build(decision.curves, decision.average, decision.beta)
    columns = np.flatnonzero(~np.isin(own.classes, own.kept))
    plain = np.zeros(len(own.classes))
    rows = RowSample.near(search, own.offsets)
    decided = {name: np.argmax(rule.decide(decision.curves.y_score), axis=1) for name, rule in decision.rules.items()}
    dealer, rng = map(np.random.default_rng, np.random.SeedSequence(random_state).spawn(2))
    dealt = deal_rows(decision.curves.y_true[:, 0], None, None, dealer)

    def resample(start: FloatArray, drawn: NDArray[np.int32]) -> dict[Rule, list[ConfusionCounts]]:
        times = drawn[dealt.unit]
        found, _ = rows.drawn(times).ascend(start, columns)
        left, inside = (times == 0).astype(np.float64), times.astype(np.float64)
        tuned: dict[Rule, NDArray[np.intp]] = {"default": decided["default"], "own": search.decide(found)}
        counts = {
            rule: [search.counts(each, left), search.counts(decided[rule], inside), search.counts(each)]
            for rule, each in tuned.items()
        }
        without = counts["own"][1].positives() == 0
        without[np.isin(own.classes, own.kept)] = False
        counts["own"][0] = ConfusionCounts(
            *(np.where(without, np.nan, getattr(counts["own"][0], cell)) for cell in CELLS)
        )
        return counts

    units = (draw_units(dealt.n_units, 1, rng)[0] for _ in range(n_resamples))
    found = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, each in enumerate(pool.map(resample, cycle((own.offsets, plain)), units), 1):
            found.append(each)
            on_progress(done / n_resamples)
    return {
        rule: RuleCounts(*(stacked_counts([each[rule][i] for each in found]) for i in range(3))) for rule in found[0]
    }
