"""What to expect on new rows of every way to decide about several classes, and which way to take."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, get_args

import numpy as np

from f1tools.classes.averages import CELLS, Average, averaged, defined_fbeta
from f1tools.classes.decision import RULES, ClassDecision, ClassRule, Rule
from f1tools.classes.intervals import SHARE_OF_TUNING, RuleIntervals, interval_of_average
from f1tools.classes.offset_resampling import resample_offsets
from f1tools.classes.resampling import RuleCounts, resample_thresholds
from f1tools.classes.vectors import ThresholdVector
from f1tools.core.counts import BoolArray, ConfusionCounts, FloatArray, ratio
from f1tools.core.types import OnProgress, ignore_progress
from f1tools.uncertainty.intervals import Interval, normal_quantile

AVERAGES: tuple[Average, ...] = get_args(Average)
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class ClassEstimate:
    """What to expect of one way to decide about several classes on new rows.

    Parameters
    ----------
    rule : ClassRule
        Its own values are those on the rows it was tuned on, which are optimistic.
    values : mapping of str to float
        F-beta over all classes to expect on new rows, by average; over those whose value under every rule is known.
    intervals : mapping of str to Interval
        Around these values.
    each : ndarray of shape (k,)
        F-beta of each class to expect on new rows; nan where no resample has enough of its rows, or no row is of it.
    each_interval : Interval
        Around these, with bounds of shape (k,).
    """

    rule: ClassRule
    values: Mapping[Average, float]
    intervals: Mapping[Average, Interval]
    each: FloatArray
    each_interval: Interval

    def __repr__(self) -> str:
        """Return the rule and its averages, not the arrays."""
        values = ", ".join(f"{average}={value:.4f}" for average, value in self.values.items())
        return f"ClassEstimate({self.rule.name}: {values})"

    def optimism(self, average: Average) -> float:
        """Return by how much the value on the rows that the rule was tuned on exceeds the one to expect."""
        return self.rule.value(average) - self.values[average]


@dataclass(frozen=True)
class RuleDifference:
    """By how much one rule is better than another one on new rows.

    Parameters
    ----------
    value : float
        The difference of their estimates.
    interval : Interval
        From resamples of the same rows for both.
    """

    value: float
    interval: Interval

    @property
    def is_gain(self) -> bool:
        """Whether the rule is better beyond chance: the whole interval is above 0, and not by rounding alone."""
        return bool(self.interval.low > _ROUNDING)


class _Values(NamedTuple):
    """An average in each resample: as all rows decide on the rows drawn, and tuned on these on all rows."""

    fixed: FloatArray
    shifted: FloatArray


@dataclass(frozen=True, eq=False)
class RuleEstimates:
    """What to expect of every rule of a decision on new rows; the same resamples for all, so that they can be compared.

    Parameters
    ----------
    decision : ClassDecision
    rules : mapping of str to ClassEstimate
        By name, in the order of the decision.
    n_resamples, random_state : int
    confidence_level : float
    """

    decision: ClassDecision
    rules: Mapping[Rule, ClassEstimate]
    n_resamples: int
    random_state: int
    confidence_level: float
    _resamples: Mapping[Rule, Mapping[Average, _Values]] = field(repr=False)

    def difference(self, rule: Rule, other: Rule, average: Average | None = None) -> RuleDifference:
        """Return by how much a rule is better than another one on new rows, by default in what is maximized."""
        average = self.decision.average if average is None else average
        value = self.rules[rule].values[average] - self.rules[other].values[average]
        (one, shifted), (another, also_shifted) = (self._resamples[each][average] for each in (rule, other))
        by_rows, by_tuning = _variances(_Values(one - another, shifted - also_shifted))
        margin = normal_quantile(self.confidence_level) * math.sqrt(by_rows + SHARE_OF_TUNING * by_tuning)
        return RuleDifference(value, Interval(value - margin, value + margin, self.confidence_level))

    def recommended(self, average: Average | None = None) -> Rule:
        """Return the rule to take: the simplest one, unless another one is better on new rows beyond chance.

        Simplest is the default, then one threshold for all, then one for each. Where thresholds of labels have to
        satisfy constraints, only "own" does.
        """
        own = self.rules["own"].rule.by
        if isinstance(own, ThresholdVector) and own.constraints:
            return "own"
        simplest, *others = (rule for rule in RULES if rule in self.rules)
        for rule in others:
            if self.difference(rule, simplest, average).is_gain:
                simplest = rule
        return simplest


def estimate_rules(
    decision: ClassDecision,
    *,
    n_resamples: int = 200,
    confidence_level: float = 0.95,
    random_state: int = 0,
    on_progress: OnProgress = ignore_progress,
) -> RuleEstimates:
    """Estimate what every rule of a decision is worth on new rows, by each average and for each class.

    Rows are drawn with replacement, whole rows for all classes. In each resample the common threshold and those of the
    labels, or the offsets of the classes, are tuned again, and decide about the rows that were not drawn. The
    counts of all resamples together give a recall and a false-positive rate for each class, from which the estimate
    follows. The default is not tuned, so its estimate is its value on these rows; what it differs by on the rows that
    were not drawn is chance, and is subtracted for all rules. A label that is never flagged is worth 0 for certain.

    Parameters
    ----------
    decision : ClassDecision
    n_resamples : int
        At least 2.
    confidence_level : float
        Between 0 and 1.
    random_state : int
    on_progress : callable
        Called with the share of resamples that are done.

    Raises
    ------
    ValueError
        When there are fewer than two resamples, or the confidence level is not between 0 and 1.

    Notes
    -----
    The interval of an average reaches from the estimate by the square root of a sum. Its first term is the variance,
    over the resamples, of the value as all rows decide, times the squared normal quantile, but at least the squared
    margin that independent classes would have: rows without errors have resamples without errors. The second one is
    half of the variance, on all rows, of the value as the resamples decide, times the same: what tuning on other rows
    would change. As the estimate is taken over resamples of these rows, it follows their thresholds, and only a part of
    this is its error; half was enough in simulations, where ``benchmarks/classes.py`` measures bias and coverage. The
    interval of a class is that of a fixed threshold, see :func:`f1tools.metric_interval`, around the estimate, and its
    variance larger by the same ratio.

    The .632 bootstrap, which is right for one threshold, is too optimistic for many: it adds a share of the value on
    these rows, whose optimism grows with the number of labels.

    References
    ----------
    Breiman, *Out-of-bag estimation*, 1996. Forman and Scholz, *Apples-to-apples in cross-validation studies: pitfalls
    in classifier performance measurement*, SIGKDD Explorations 12, 2010 (F1 from counts together). Zou and Donner,
    *Construction of confidence limits about effect measures: a general approach*, Statistics in Medicine 2008.

    Examples
    --------
    >>> from f1tools.classes import ClassCurves, decide_classes
    >>> rng = np.random.default_rng(0)
    >>> y_true = rng.random((500, 3)) < [0.3, 0.1, 0.05]
    >>> y_score = 1 / (1 + np.exp(2.5 - 2 * y_true - rng.normal(size=(500, 3))))
    >>> decision = decide_classes(ClassCurves.from_predictions(y_true.astype(int), y_score))
    >>> estimates = estimate_rules(decision, n_resamples=50)
    >>> estimates.rules["own"].optimism("macro") > estimates.rules["common"].optimism("macro") > 0
    True
    >>> estimates.difference("own", "default").is_gain, estimates.recommended()
    (True, 'common')
    """
    if n_resamples < 2:
        raise ValueError(f"n_resamples must be at least 2, got {n_resamples}.")
    normal_quantile(confidence_level)  # checks it before the work
    resample = resample_offsets if decision.curves.one_per_row else resample_thresholds
    counts = resample(decision, n_resamples, random_state, on_progress)
    resamples = {
        rule: {average: _values(found, average, decision.beta) for average in AVERAGES}
        for rule, found in counts.items()
    }
    expected = _expected(decision, counts)
    # Averages of all rules are over the same classes, so that they can be compared.
    known = np.all([~np.isnan(new.tp) for new in expected.values()], axis=0)
    rules = {
        rule: _estimate(decision, rule, new, known, counts[rule], resamples[rule], confidence_level)
        for rule, new in expected.items()
    }
    return RuleEstimates(decision, rules, n_resamples, random_state, confidence_level, resamples)


class _Rates(NamedTuple):
    """The recall and the false-positive rate of each class; nan where no row tells."""

    recall: FloatArray
    fpr: FloatArray


def _rates(new: ConfusionCounts) -> _Rates:
    """Return the rates from the counts of all resamples together; counts of shape (r, k) may be nan."""
    together = ConfusionCounts(*(np.nansum(getattr(new, cell), axis=0) for cell in CELLS))
    return _Rates(ratio(together.tp, together.positives(), np.nan), ratio(together.fp, together.negatives(), np.nan))


def _shift(decision: ClassDecision, counts: Mapping[Rule, RuleCounts]) -> _Rates:
    """Return how much better the default is on these rows than on those that were not drawn: this is chance alone."""
    if "default" not in counts:
        zero = np.zeros(len(decision.classes))
        return _Rates(zero, zero)
    on_all, left = decision.rules["default"].counts, _rates(counts["default"].new)
    shift = on_all.recall() - left.recall, on_all.false_positive_rate() - left.fpr
    return _Rates(*(np.nan_to_num(each) for each in shift))


def _values(counts: RuleCounts, average: Average, beta: float) -> _Values:
    return _Values(averaged(counts.fixed, average, beta), averaged(counts.shifted, average, beta))


def _variances(values: _Values) -> tuple[float, float]:
    """Return the variances by the rows, and by tuning on them."""
    return float(np.var(values.fixed, ddof=1)), float(np.var(values.shifted, ddof=1))


def _expected(decision: ClassDecision, counts: Mapping[Rule, RuleCounts]) -> dict[Rule, ConfusionCounts]:
    """Return the counts to expect of each rule on as many rows as were tuned on; nan where no resample tells."""
    shift = _shift(decision, counts)
    return {
        name: rule.counts if name == "default" else _expected_counts(rule, _rates(counts[name].new), shift)
        for name, rule in decision.rules.items()
    }


def _estimate(
    decision: ClassDecision,
    name: Rule,
    new: ConfusionCounts,
    known: BoolArray,
    counts: RuleCounts,
    resamples: Mapping[Average, _Values],
    confidence_level: float,
) -> ClassEstimate:
    """Return the estimate of one rule from the counts to expect and its resamples; averages of the known classes."""
    rule = decision.rules[name]
    at_fixed = RuleIntervals.build(decision, rule, confidence_level)
    each = defined_fbeta(new, decision.beta)
    of_known = ConfusionCounts(*(np.asarray(getattr(new, cell))[known] for cell in CELLS))
    values = {
        average: float(averaged(of_known, average, decision.beta)) if known.any() else math.nan for average in AVERAGES
    }
    margins = at_fixed.independent_margins(np.where(known, each, np.nan), values)
    intervals = {
        average: interval_of_average(value, *_variances(resamples[average]), margins[average], confidence_level)
        for average, value in values.items()
    }
    fixed, shifted = (np.var(part.fbeta(decision.beta), axis=0, ddof=1) for part in (counts.fixed, counts.shifted))
    effect = 1 + SHARE_OF_TUNING * np.divide(shifted, fixed, out=np.zeros(each.size), where=fixed > 0)
    return ClassEstimate(rule, values, intervals, each, at_fixed.of_classes(each, effect))


def _expected_counts(rule: ClassRule, found: _Rates, shift: _Rates) -> ConfusionCounts:
    """Return the counts that the rates to expect would give on as many rows as were tuned on; nan where none tells."""
    counts = rule.counts
    never, rates = rule.never_flagged, zip(found, shift, strict=True)
    recall, fpr = (np.where(never, 0.0, np.clip(rate + by, 0.0, 1.0)) for rate, by in rates)
    recall = np.where(counts.positives() > 0, recall, 0.0)  # a class without rows only has false alarms
    tp, fp = counts.positives() * recall, counts.negatives() * fpr
    unknown = 0.0 * (tp + fp)
    return ConfusionCounts(
        tn=counts.negatives() - fp + unknown, fp=fp + unknown, fn=counts.positives() - tp + unknown, tp=tp + unknown
    )
