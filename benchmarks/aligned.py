"""How often intervals of models on different rows, and of models at aligned thresholds, are right, by simulation.

``python -m benchmarks.aligned [samples]``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from benchmarks import timing
from benchmarks.comparison import RESAMPLES, SAMPLES, SIZES, Models
from benchmarks.coverage import F1, Population, share_text
from f1tools.comparison import (
    ALIGN_BY,
    AlignBy,
    ModelDifference,
    aligned_differences,
    unpaired_differences,
)
from f1tools.core.counts import ConfusionCounts
from f1tools.decision import Decision, compare, decide
from f1tools.predictions import Predictions

OWN_THRESHOLD = 1.0  # of a reference that is not at its best threshold
DIGITS = 1  # of tied scores


@dataclass(frozen=True)
class Setting:
    """How the models of a line are compared: by what they are aligned, whether the reference is tuned, and ties."""

    by: AlignBy
    is_tuned: bool = True
    is_tied: bool = False

    @property
    def text(self) -> str:
        """What the line is about."""
        ties = ", tied scores" if self.is_tied else ""
        return f"same {self.by}, {'best' if self.is_tuned else 'fixed'} threshold{ties}"


def _bisect(reaches: Callable[[float], bool]) -> float:
    """Return the highest threshold that reaches something that lower ones reach as well."""
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if reaches(middle) else (low, middle)
    return low


def _aligned(population: Population, reference: ConfusionCounts, by: AlignBy, threshold: float) -> ConfusionCounts:
    """Return the counts of new rows of a model that is aligned with a reference on them."""
    found = {
        "threshold": lambda: threshold,
        "recall": lambda: _bisect(lambda at: population.counts(at).tp >= reference.tp),
        "flagged": lambda: _bisect(lambda at: population.counts(at).flagged() >= reference.flagged()),
        "precision": lambda: _bisect(lambda at: population.counts(at).precision() <= reference.precision()),
    }[by]()
    return population.counts(found)


def aligned_outcome(models: Models, setting: Setting, n: int, run: int, rng: np.random.Generator) -> list[bool]:
    """Return whether the objective and the compared metric exclude 0, and whether they cover the truth.

    Nothing where there is no interval: with few rows of a class, or where no threshold reaches the precision.
    """
    predictions = models.sample(n, rng)
    if setting.is_tied:
        scores = {name: np.round(score, DIGITS) for name, score in predictions.scores.items()}
        predictions = replace(predictions, scores=scores)
    decisions = list(compare(predictions).decisions)
    if not setting.is_tuned:
        decisions[0] = decide(predictions.curves(predictions.models[0]), threshold=OWN_THRESHOLD)
    found = aligned_differences(predictions, decisions, setting.by, n_resamples=RESAMPLES, random_state=run)
    threshold = decisions[0].point.threshold - setting.is_tied * 0.5 * 10**-DIGITS
    reference = models.first.counts(threshold)
    other = _aligned(models.others, reference, setting.by, threshold)
    result = []
    for one in (found.objective, found.compared):
        if not (one.enough_rows and one.differences):
            return []
        [difference] = one.differences
        truth = float(one.metric.evaluate(other) - one.metric.evaluate(reference))
        result += [difference.excludes_zero, _covers(difference, truth)]
    return result


def unpaired_outcome(models: Models, n: int, run: int, rng: np.random.Generator) -> list[bool]:
    """Return whether the interval of models on different rows excludes 0, and whether it covers the truth."""
    samples: list[tuple[Predictions, tuple[Decision, ...]]] = []
    for place in (0, 1):
        drawn = models.sample(n, rng)
        name = drawn.models[place]
        rows = replace(drawn, scores={name: drawn.scores[name]})
        samples.append((rows, compare(rows).decisions))
    found = unpaired_differences(samples, n_resamples=RESAMPLES, random_state=run)
    if not found.enough_rows:
        return []
    [difference] = found.differences
    first, other = (decisions[0].tuning.point.threshold for _, decisions in samples)
    truth = models.others.value(F1, other) - models.first.value(F1, first)
    return [difference.excludes_zero, _covers(difference, truth)]


def _covers(difference: ModelDifference, truth: float) -> bool:
    return bool(difference.simultaneous.low <= truth <= difference.simultaneous.high)


def line(n: int, prevalence: float, samples: int, setting: Setting | None) -> list[str]:
    """Measure two equal models, and two of which the second is better; on different rows without a setting."""
    columns = []
    for equal in (True, False):
        models = Models.build(prevalence, 2, equal=equal)
        outcomes = []
        for run, seed in enumerate(np.random.SeedSequence(n).spawn(samples)):
            rng = np.random.default_rng(seed)
            one = (
                unpaired_outcome(models, n, run, rng)
                if setting is None
                else aligned_outcome(models, setting, n, run, rng)
            )
            outcomes += [one] if one else []
        columns += [share_text(tuple(each)) for each in zip(*outcomes, strict=True)]
    empty = [] if setting else ["–", "–"]
    what = "different rows" if setting is None else setting.text
    return [what, f"{n:,}", f"{prevalence:g}", f"{samples:,}", *columns[: len(columns) // 2], *empty,
            *columns[len(columns) // 2 :], *empty]  # fmt: skip


def lines(samples: int) -> Iterator[list[str]]:
    """Yield the lines of the table, each as soon as it is there."""
    for size in SIZES:
        yield line(*size, samples, None)
    for by in ALIGN_BY:
        for size in SIZES[1:]:  # of the smallest samples half have too few positives
            yield line(*size, samples, Setting(by))
        yield line(*SIZES[-1], samples, Setting(by, is_tuned=False))
        yield line(*SIZES[-1], samples, Setting(by, is_tied=True))


def main(samples: int = SAMPLES) -> None:
    """Print the table."""
    columns = [f"{which}: {each}" for which in ("objective", "compared") for each in ("claims", "coverage")]
    head = [
        "what",
        "rows",
        "positives",
        "samples",
        *(f"{kind}, {each}" for kind in ("equal", "better") for each in columns),
    ]
    rows = []
    for row in lines(samples):
        rows.append(row)
        print(*row, sep=" | ", file=sys.stderr, flush=True)
    timing.show(f"Models on different rows and at aligned thresholds, nominal 95 %, {RESAMPLES} resamples", head, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES)
