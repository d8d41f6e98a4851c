"""From the curves of several classes to a decision about all: by default, by one threshold, or by one for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from f1tools.classes.averages import Average, averaged, defined_fbeta
from f1tools.classes.class_offsets import ClassOffsets, best_class_offsets
from f1tools.classes.common import common_threshold
from f1tools.classes.curves import FEW_POSITIVES, ClassCurves
from f1tools.classes.vectors import ThresholdVector, best_vector, vector_at
from f1tools.core.constraints import Constraint
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray
from f1tools.core.types import InvalidPredictions, OnProgress, ignore_progress
from f1tools.formatting import parse_threshold, threshold_text

Rule: TypeAlias = Literal["default", "common", "own"]
"""How all classes are decided: by default (0.5 for each label, or the class with the highest score), by one threshold
for all labels, or by one for each label (an offset for each class)."""

RULES: tuple[Rule, ...] = ("default", "common", "own")
DEFAULT_THRESHOLD = 0.5
_FEWEST_POSITIVES = 2  # one row can't both tune a threshold and tell what that is worth


@dataclass(frozen=True, eq=False)
class ClassRule:
    """One way to decide about all classes, with the counts on the rows it was tuned on.

    Parameters
    ----------
    name : {"default", "common", "own"}
    by : ThresholdVector or ClassOffsets
        A threshold for each of several labels a row; or offsets, where a row has one class. Those of the default are 0.
        Thresholds are the shortest decimals that decide about these rows as the best ones do, so that a threshold that
        is copied from a page, a memo or code is the same number.
    counts : ConfusionCounts
        Arrays of shape (k,): of each class against the others.
    beta : float
    """

    name: Rule
    by: ThresholdVector | ClassOffsets
    counts: ConfusionCounts
    beta: float = 1.0

    @property
    def thresholds(self) -> FloatArray | None:
        """The threshold of each label; None where a row has one class."""
        return self.by.thresholds if isinstance(self.by, ThresholdVector) else None

    @property
    def never_flagged(self) -> BoolArray:
        """Which labels have the threshold +inf: whatever the rows are, none is flagged; shape (k,)."""
        thresholds = self.thresholds
        return np.zeros(len(self.by.classes), np.bool_) if thresholds is None else thresholds == np.inf

    @property
    def each(self) -> FloatArray:
        """F-beta of each class; shape (k,), nan where no row is of the class."""
        return defined_fbeta(self.counts, self.beta)

    def value(self, average: Average) -> float:
        """Return F-beta over all classes on the rows that the rule was tuned on."""
        return float(averaged(self.counts, average, self.beta))

    def decide(self, y_score: ArrayLike) -> BoolArray:
        """Return which classes each row gets; shape (n, k). Where a row has one class, exactly one."""
        if isinstance(self.by, ThresholdVector):
            return self.by.decide(y_score)
        return np.asarray(self.by.decide(y_score)[:, np.newaxis] == np.arange(len(self.by.classes)))


@dataclass(frozen=True, eq=False)
class ClassDecision:
    """All ways to decide about several classes, and the one that was chosen.

    Parameters
    ----------
    curves : ClassCurves
    average : {"macro", "weighted", "micro"}
        What thresholds and offsets maximize.
    beta : float
    rules : mapping of str to ClassRule
        By name, in the order of `RULES`. "default" is missing where labels have scores that are no probabilities: 0.5
        means nothing there. "common" is missing where a row has one class: the highest score decides.
    chosen : {"default", "common", "own"}
    by_hand : mapping of str to float
        Thresholds of labels that were set by hand, instead of those of the chosen rule.
    min_positives : int
        Classes with fewer positive rows are not tuned; at least 2.
    """

    curves: ClassCurves
    average: Average
    beta: float
    rules: Mapping[Rule, ClassRule]
    chosen: Rule
    by_hand: Mapping[str, float] = field(default_factory=dict)
    min_positives: int = FEW_POSITIVES

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes."""
        return self.curves.classes

    @property
    def rule(self) -> ClassRule:
        """The rule that decides: the chosen one, with the thresholds that were set by hand."""
        rule = self.rules[self.chosen]
        if not self.by_hand or not isinstance(rule.by, ThresholdVector):
            return rule
        own = zip(self.classes, rule.by.thresholds.tolist(), strict=True)
        thresholds = np.array([self.by_hand.get(name, threshold) for name, threshold in own])
        vector = vector_at(self.curves, thresholds, self.average, beta=self.beta)
        return replace(rule, by=replace(vector, kept=rule.by.kept, not_met=rule.by.not_met), counts=vector.counts)

    def with_thresholds(self, by_hand: Mapping[str, float]) -> ClassDecision:
        """Return the decision with thresholds of some labels that were set by hand.

        Raises
        ------
        InvalidPredictions
            When there is no such label, or a row has one class.
        """
        _require_labels(self.curves, by_hand)
        return replace(self, by_hand=dict(by_hand))

    @property
    def few(self) -> tuple[str, ...]:
        """Classes with so few positive rows, but some, that a threshold of their own would mostly fit noise."""
        rows = zip(self.classes, self.curves.supports.tolist(), self.curves.has_rows.tolist(), strict=True)
        return tuple(name for name, n, has_rows in rows if has_rows and n < FEW_POSITIVES)


def decide_classes(
    curves: ClassCurves,
    average: Average = "macro",
    *,
    beta: float = 1.0,
    rule: Rule = "own",
    constraints: Mapping[str, Sequence[Constraint]] | None = None,
    min_positives: int = FEW_POSITIVES,
    on_progress: OnProgress = ignore_progress,
) -> ClassDecision:
    """Decide about several classes: tune thresholds, or offsets, and keep what they are compared with.

    Parameters
    ----------
    curves : ClassCurves
    average : {"macro", "weighted", "micro"}
    beta : float
    rule : {"default", "common", "own"}
        The rule that decides. Where it does not exist, "own".
    constraints : mapping of label to sequence of Constraint, optional
        What the threshold of a label must satisfy, where labels have their own.
    min_positives : int
        Labels with fewer positive rows keep the best common threshold, and classes with fewer rows have no offset. So
        do those with a single one, of which no rows are left to tell what tuning is worth.
    on_progress : callable
        Called with the share that is done.

    Raises
    ------
    InvalidPredictions
        When a constraint is for an unknown label, or a row has one class.

    Examples
    --------
    >>> y_true = [[1, 0], [0, 1], [1, 0], [0, 1], [0, 0]]
    >>> y_score = [[0.9, 0.1], [0.2, 0.4], [0.8, 0.3], [0.7, 0.3], [0.1, 0.2]]
    >>> decision = decide_classes(ClassCurves.from_predictions(y_true, y_score), min_positives=0)
    >>> {name: round(rule.value("macro"), 3) for name, rule in decision.rules.items()}
    {'default': 0.4, 'common': 0.8, 'own': 0.9}
    """
    constraints, min_positives = constraints or {}, max(min_positives, _FEWEST_POSITIVES)
    _require_labels(curves, constraints)
    if curves.one_per_row:
        rules = _offset_rules(curves, average, beta, min_positives, on_progress)
    else:
        rules = _threshold_rules(curves, average, beta, constraints, min_positives, on_progress)
    chosen: Rule = rule if rule in rules else "own"
    return ClassDecision(curves, average, beta, rules, chosen, min_positives=min_positives)


def _require_labels(curves: ClassCurves, names: Iterable[str]) -> None:
    """Raise where names are no labels, or labels have no thresholds."""
    for name in names:
        if name not in curves.classes:
            raise InvalidPredictions(f"There is no label {name!r}. The labels are {', '.join(curves.classes)}.")
        if curves.one_per_row:
            raise InvalidPredictions(
                f"Each row has one class, that with the highest score, so {name!r} has no threshold to set or limit."
            )


def _offset_rules(
    curves: ClassCurves, average: Average, beta: float, min_positives: int, on_progress: OnProgress
) -> dict[Rule, ClassRule]:
    found = best_class_offsets(curves, average, beta=beta, min_positives=min_positives, on_progress=on_progress)
    plain = replace(found, offsets=np.zeros(len(curves.classes)), counts=found.plain)
    return {
        "default": ClassRule("default", plain, found.plain, beta),
        "own": ClassRule("own", found, found.counts, beta),
    }


def _threshold_rules(
    curves: ClassCurves,
    average: Average,
    beta: float,
    constraints: Mapping[str, Sequence[Constraint]],
    min_positives: int,
    on_progress: OnProgress,
) -> dict[Rule, ClassRule]:
    k, rules = len(curves.classes), {}
    common = common_threshold(curves, average, beta=beta, on_progress=lambda share: on_progress(share / 2))
    common = float(_shortest(curves, np.full(k, common), together=True)[0])
    if curves.is_probability:
        rules["default"] = vector_at(curves, np.full(k, DEFAULT_THRESHOLD), average, beta=beta)
    rules["common"] = vector_at(curves, np.full(k, common), average, beta=beta)
    own = best_vector(
        curves, average, beta=beta, constraints=constraints, min_positives=min_positives, common=common,
        on_progress=lambda share: on_progress((1 + share) / 2),
    )  # fmt: skip
    kept = np.isin(curves.classes, own.kept)  # these have the common one
    rules["own"] = replace(own, thresholds=np.where(kept, own.thresholds, _shortest(curves, own.thresholds)))
    names: tuple[Rule, ...] = RULES
    return {name: ClassRule(name, rules[name], rules[name].counts, beta) for name in names if name in rules}


def _shortest(curves: ClassCurves, thresholds: FloatArray, *, together: bool = False) -> FloatArray:
    """Return the shortest decimals that decide about each label as its threshold does; ``together`` one for all."""
    below = np.empty(thresholds.size)
    for place, threshold in enumerate(thresholds.tolist()):
        score = curves.y_score[:, place]
        below[place] = score.max(initial=-np.inf, where=score < threshold)
    if together:
        below[:] = below.max()
    pairs = zip(below.tolist(), thresholds.tolist(), strict=True)
    return np.array([parse_threshold(threshold_text(*each)) for each in pairs])
