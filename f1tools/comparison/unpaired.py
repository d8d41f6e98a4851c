"""Differences of models that were evaluated on different rows: each file is resampled on its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from f1tools.comparison.differences import (
    ModelDifferences,
    check_options,
    draw_differences,
    n_independent,
    unmet_shares,
)
from f1tools.comparison.workload import SameWorkload, same_workloads
from f1tools.core.clusters import cluster_codes
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.decision import Decision
from f1tools.predictions import Predictions


def unpaired_differences(
    samples: Sequence[tuple[Predictions, Sequence[Decision]]],
    *,
    reference: str | None = None,
    clusters: Sequence[ArrayLike] | None = None,
    n_resamples: int = 2000,
    confidence_level: float = 0.95,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> ModelDifferences:
    """Compare models on different rows: the rows of each sample are resampled on their own.

    Parameters
    ----------
    samples : sequence of (Predictions, sequence of Decision)
        Two or more sets of rows that have no row in common, each with one decision per model; all by the same metric.
        No two models have the same name.
    clusters : sequence of array-like, optional
        The cluster of each row, one array per sample, by default those of the predictions; see
        :func:`model_differences`.
    reference, n_resamples, confidence_level, random_state, on_progress
        As for :func:`model_differences`.

    Returns
    -------
    ModelDifferences
        Without the positives caught at the same workload between samples, which needs common rows.

    Raises
    ------
    InvalidPredictions, ValueError
        As for :func:`model_differences`.

    Notes
    -----
    Samples are independent, so the difference of any resample of one and any resample of another is a resample of the
    difference. Intervals are therefore wider than those of :func:`model_differences`, where the noise that models share
    cancels. Models of the same sample see the same resamples, as there. With fewer than 10 rows of a class in one of
    the samples there are no intervals.

    A difference may also be one of the rows: F1 and precision are higher where more rows are positive.

    Examples
    --------
    >>> from f1tools.decision import compare
    >>> rng = np.random.default_rng(0)
    >>> samples = []
    >>> for name, shift in {"last year": 0.5, "this year": 2}.items():
    ...     y_true = rng.random(300) < 0.3
    ...     rows = Predictions.from_arrays(y_true, {name: rng.normal(size=300) + shift * y_true})
    ...     samples.append((rows, compare(rows).decisions))
    >>> compared = unpaired_differences(samples, n_resamples=200)
    >>> compared.difference("this year").verdict(), compared.paired
    ('better', False)
    """
    every = [decision for _, decisions in samples for decision in decisions]
    models, reference = check_options(every, reference, n_resamples, random_state, confidence_level)
    seeds = np.random.SeedSequence(random_state).spawn(len(samples))
    replicates, unmet = np.empty((n_resamples, len(models))), np.empty(len(models))
    caught_excess = np.full((n_resamples, len(models), len(models)), np.nan)
    workloads: dict[tuple[str, str], SameWorkload] = {}
    fewest, start = [], 0
    for place, ((predictions, decisions), seed) in enumerate(zip(samples, seeds, strict=True)):

        def report(done: float, place: int = place) -> None:
            on_progress((place + done) / len(samples))

        codes = predictions.cluster_codes
        if clusters is not None:
            codes = cluster_codes(clusters[place], predictions.n, "clusters")
        fewest.append(n_independent(predictions, codes))
        own = slice(start, start + len(decisions))
        replicates[:, own], caught_excess[:, own, own], unmet[own] = draw_differences(
            predictions, decisions, codes, n_resamples, seed, report
        )
        workloads |= same_workloads(decisions)
        start = own.stop
    return ModelDifferences(
        metric=every[0].objective,
        models=models,
        values=tuple(float(decision.evaluation.value) for decision in every),
        reference=reference,
        replicates=replicates,
        caught_excess=caught_excess,
        at_same_workload=workloads,
        n_independent=min(fewest),
        clustered=clusters is not None or any(each.cluster_codes is not None for each, _ in samples),
        confidence_level=confidence_level,
        random_state=random_state,
        paired=len(samples) == 1,
        unmet=unmet_shares(every, unmet),
    )
