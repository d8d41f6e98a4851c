"""Advice on the best threshold of a curve, and what tests read from it."""

from __future__ import annotations

import re

import numpy as np

from f1tools.advice import Advice, advise
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import Metric
from f1tools.core.optimum import best, plateau


def advice(
    curve: ThresholdCurve,
    objective: str | Metric = "f1",
    *,
    beta: float | None = None,
    constraints: tuple[Constraint, ...] = (),
    out_of_sample: bool = False,
    expected: float | None = None,
) -> list[Advice]:
    """Return the advice on the best threshold."""
    optimum = best(curve, objective, beta=beta, constraints=constraints)
    return advise(curve, optimum, plateau(curve, optimum), out_of_sample=out_of_sample, expected=expected)


def kinds(advice: list[Advice]) -> list[tuple[str, str]]:
    """Return the kind and level of each piece of advice."""
    return [(one.kind, one.level) for one in advice]


def numbers(one: Advice) -> list[str]:
    """Return all numbers in a piece of advice."""
    return re.findall(r"−?\d+(?:\.\d+)?%?", re.sub(r"\bF\d", "", one.sentence))


def two_groups(positives: int, negatives: int, mixed: int) -> ThresholdCurve:
    """Return a curve of margins in which some positives and as many negatives score like the other class."""
    y_true = [1] * positives + [0] * negatives
    middles = [5.0] * (positives - mixed) + [-5.0] * mixed + [-5.0] * (negatives - mixed) + [5.0] * mixed
    jitter = np.random.default_rng(2).normal(0, 1, len(y_true))
    return ThresholdCurve.from_predictions(y_true, np.array(middles) + jitter)
