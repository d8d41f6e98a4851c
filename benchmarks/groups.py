"""How often intervals about groups are right, by simulation: ``python -m benchmarks.groups [samples]``.

Gaps of rates between groups at a threshold chosen elsewhere, and what one threshold for each group gains.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np

from benchmarks import timing
from benchmarks.coverage import F1, Population, share_text
from f1tools.core.counts import ConfusionCounts
from f1tools.decision import decide
from f1tools.groups import by_group, own_thresholds
from f1tools.groups.gaps import RATES, rate_of
from f1tools.predictions import Predictions

SAMPLES, SAMPLES_AMONG_ALL = 300, 10
RESAMPLES, LEVEL = 1000, 0.05  # of the gaps
GAP_LINES = [(2, 200, 0.3), (2, 1000, 0.05), (5, 1000, 0.3), (5, 3000, 0.05), (10, 3000, 0.3)]
GAIN_LINES = [(2, 400, 0.3), (2, 1000, 0.05), (2, 1000, 0.3), (5, 1000, 0.3), (5, 3000, 0.05), (5, 3000, 0.3)]
ROLE_LINES = [(2, 1000, 0.3), (5, 3000, 0.3)]
FALL = 0.7  # size of a group as a share of the one before
SHIFT = 1.0  # of the scores of the last group, where groups differ; the others lie between 0 and this


@dataclass(frozen=True)
class Groups:
    """Groups of one population each, of falling sizes; their scores may be shifted."""

    population: Population
    shares: tuple[float, ...]
    shifts: tuple[float, ...]

    @classmethod
    def build(cls, n_groups: int, prevalence: float, shift: float) -> Groups:
        """Return groups whose scores are shifted by 0 to ``shift``."""
        sizes = FALL ** np.arange(n_groups)
        shifts = np.linspace(0, shift, n_groups)
        return cls(Population(prevalence), tuple((sizes / sizes.sum()).tolist()), tuple(shifts.tolist()))

    @property
    def names(self) -> list[str]:
        """The groups in the order of their sizes."""
        return [f"group {place}" for place in range(len(self.shares))]

    def sample(self, n: int, rng: np.random.Generator, *, roles: bool = False) -> Predictions:
        """Draw n rows with both classes; with roles, the first half of them tunes the threshold."""
        half = np.arange(n) < n // 2
        while True:
            y_true = rng.random(n) < self.population.prevalence
            if all(y_true[part].any() for part in (half, ~half)):
                break
        group = rng.choice(len(self.shares), n, p=self.shares)
        score = rng.normal(size=n) + self.population.distance * y_true + np.array(self.shifts)[group]
        names = np.array(self.names)[group]
        return Predictions.from_arrays(y_true, {"model": score}, group=names, tuning=half if roles else None)

    def counts(self, thresholds: Sequence[float]) -> list[ConfusionCounts]:
        """Return the true counts of each group at a threshold of its own, as shares of its rows."""
        return [self.population.counts(each - shift) for each, shift in zip(thresholds, self.shifts, strict=True)]

    def value(self, thresholds: Sequence[float]) -> float:
        """Return the true F1 of all rows, each group at a threshold of its own."""
        weighted = [
            [share * getattr(counts, cell) for cell in ("tn", "fp", "fn", "tp")]
            for share, counts in zip(self.shares, self.counts(thresholds), strict=True)
        ]
        return float(F1.evaluate(ConfusionCounts(*np.sum(weighted, axis=0))))


def draw(groups: Groups, n: int, samples: int, *, roles: bool = False) -> Iterator[Predictions]:
    """Draw samples of n rows, the same ones every time."""
    for seed in np.random.SeedSequence(n).spawn(samples):
        yield groups.sample(n, np.random.default_rng(seed), roles=roles)


def gap_lines(n_groups: int, n: int, prevalence: float, samples: int) -> Iterator[list[str]]:
    """Measure the gap of each rate: how often one is found where there is none, and how often it is covered."""
    found: dict[tuple[str, float], list[tuple[bool, bool, bool]]] = {}
    for shift in (0.0, SHIFT):
        groups = Groups.build(n_groups, prevalence, shift)
        threshold = groups.population.best_threshold(F1) + shift / 2
        counts = dict(zip(groups.names, groups.counts([threshold] * n_groups), strict=True))
        for run, predictions in enumerate(draw(groups, n, samples)):
            decision = decide(predictions.curves(), threshold=threshold)
            report = by_group(predictions, decision, n_resamples=RESAMPLES, random_state=run)
            for rate, gap in report.gaps.items():
                if gap.highest:
                    true = [float(rate_of(rate, counts[name])) for name in counts if name not in gap.left_out]
                    covers = gap.interval.low <= max(true) - min(true) <= gap.interval.high
                    claims = gap.interval.low > 0, gap.p_value <= LEVEL
                    found.setdefault((rate, shift), []).append((*claims, covers))
    for rate in RATES:
        equal, different = (tuple(zip(*found[rate, shift], strict=True)) for shift in (0.0, SHIFT))
        shares = [*equal[:2], *different[:2], different[2]]
        yield [f"{n_groups}", f"{n:,}", f"{prevalence:g}", rate, f"{len(different[2]):,}", *map(share_text, shares)]


def gain_line(n_groups: int, n: int, prevalence: float, samples: int, *, roles: bool = False) -> list[str]:
    """Measure the interval of what own thresholds gain, where all groups are alike and where they are not."""
    columns = []
    for shift in (0.0, SHIFT):
        groups = Groups.build(n_groups, prevalence, shift)
        outcomes, truths, gains, in_sample = [], [], [], []
        for run, predictions in enumerate(draw(groups, n, samples, roles=roles)):
            found = own_thresholds(predictions, decide(predictions.curves()), random_state=run)
            own = [found.thresholds.get(name, found.common_threshold) for name in groups.names]
            truth = groups.value(own) - groups.value([found.common_threshold] * n_groups)
            outcomes.append((found.interval.low > 0, found.interval.low <= truth <= found.interval.high))
            truths.append(truth)
            gains.append(found.gain)
            in_sample.append(found.in_sample)
        columns += [*map(share_text, zip(*outcomes, strict=True))]
        columns += [f"{mean(each):+.3f}" for each in (truths, gains, in_sample)]
    where = "evaluation set" if roles else "cross-fitting"
    return [f"{n_groups}", f"{n:,}", f"{prevalence:g}", where, f"{samples:,}", *columns]


def main(samples: int = SAMPLES_AMONG_ALL) -> None:
    """Print the tables."""
    parts = ["claims", "claims of the test"]
    head = ["groups", "rows", "positives", "rate", "samples", *(f"equal: {each}" for each in parts)]
    head += [*(f"different: {each}" for each in parts), "coverage"]
    _show("Gaps between groups, nominal 95 %", head, (row for line in GAP_LINES for row in gap_lines(*line, samples)))
    parts = ["claims", "coverage", "true gain", "expected gain", "gain in sample"]
    head = ["groups", "rows", "positives", "evaluated on", "samples"]
    head += [f"{groups}: {part}" for groups in ("alike", "different") for part in parts]
    lines = [*((line, False) for line in GAIN_LINES), *((line, True) for line in ROLE_LINES)]
    rows = (gain_line(*line, samples, roles=roles) for line, roles in lines)
    _show("What own thresholds gain in F1, nominal 95 %", head, rows)


def _show(title: str, head: list[str], rows: Iterable[list[str]]) -> None:
    """Print a table, and each line of it as soon as it is there."""
    shown = []
    for row in rows:
        shown.append(row)
        print(*row, sep=" | ", file=sys.stderr, flush=True)
    timing.show(title, head, shown)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
