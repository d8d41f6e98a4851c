"""Decisions about several classes to record: labels with a rare one, or one class a row, with and without weights."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from f1tools.classes import ClassCurves, ClassDecision, Rule, decide_classes, estimate_rules
from f1tools.core.constraints import Constraint
from f1tools.record import ClassRecord, build_class_record, class_source

LIMITS = {"b": (Constraint.at_least("precision", 0.7),)}


class RecordedClasses(NamedTuple):
    """A record with the decision that it is about."""

    record: ClassRecord
    decision: ClassDecision


def labels(n: int = 400, *, weighted: bool = False, scale: float = 1.0, seed: int = 0) -> ClassCurves:
    """Return rows with any number of four labels; the last one has few positives."""
    rng = np.random.default_rng(seed)
    y_true = rng.random((n, 4)) < [0.4, 0.2, 0.1, 0.01]
    y_true[:2] = [[True] * 4, [False] * 4]
    y_score = scale * (1 / (1 + np.exp(2 - 2 * y_true - rng.normal(size=y_true.shape)))).round(3)
    weight = rng.integers(1, 5, n) / 2 if weighted else None
    return ClassCurves.from_predictions(y_true.astype(int), y_score, classes=list("abcd"), sample_weight=weight)


def one_class(n: int = 400, *, weighted: bool = False, logits: bool = False, seed: int = 0) -> ClassCurves:
    """Return rows of one of three classes each."""
    rng = np.random.default_rng(seed)
    codes = rng.choice(3, n, p=[0.6, 0.3, 0.1])
    codes[:3] = range(3)
    score = rng.normal(size=(n, 3)) + 1.2 * np.eye(3)[codes]
    if not logits:
        score = np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
    weight = rng.integers(1, 5, n) / 2 if weighted else None
    return ClassCurves.from_predictions(np.array(["x", "y", "z"])[codes], score.round(3), sample_weight=weight)


def with_an_absent_class(n: int = 400, *, weighted: bool = False) -> ClassCurves:
    """Return rows of one of three classes each, with probabilities of a fourth one, which some rows have as highest."""
    curves = one_class(n, weighted=weighted)
    codes, extra = np.argmax(curves.y_true, axis=1), np.random.default_rng(1).random((n, 1)) ** 4
    score = np.hstack([curves.y_score * (1 - extra), extra]).round(3)
    return ClassCurves.from_predictions(
        np.array(["x", "y", "z"])[codes], score, classes=list("xyzw"), sample_weight=curves.sample_weight
    )


def without(curves: ClassCurves, place: int) -> ClassCurves:
    """Return rows of which none has a class: where each has one, they are left out."""
    truth = curves.y_true.copy()
    truth[:, place] = False
    rows = truth.any(axis=1) if curves.one_per_row else np.ones(len(truth), np.bool_)
    weight = None if curves.sample_weight is None else curves.sample_weight[rows]
    return replace(curves, y_true=truth[rows], y_score=curves.y_score[rows], sample_weight=weight)


def record_classes(
    curves: ClassCurves,
    rule: Rule = "own",
    by_hand: dict[str, float] | None = None,
    *,
    limited: bool = False,
    n_resamples: int = 0,
) -> RecordedClasses:
    """Decide, with limits and thresholds by hand where requested, and record the decision."""
    limits = LIMITS if limited else {}
    decision = decide_classes(curves, rule=rule, constraints=limits)
    decision = decision if not by_hand else decision.with_thresholds(by_hand)
    estimates = estimate_rules(decision, n_resamples=n_resamples) if n_resamples else None
    record = build_class_record(decision, class_source(curves), estimates=estimates, limits=limits)
    return RecordedClasses(record, decision)
