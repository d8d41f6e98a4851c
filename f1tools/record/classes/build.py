"""Building the record of a decision about several classes."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from f1tools.classes import ClassCurves, ClassDecision, ClassEstimate, ClassRule, RuleEstimates, ThresholdVector
from f1tools.classes.curves import FEW_POSITIVES
from f1tools.core.constraints import Constraint
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import utf8_safe
from f1tools.readers import Choices, Reading
from f1tools.record.classes.model import (
    BY_LOG_OFFSET,
    BY_OFFSET,
    BY_THRESHOLD,
    CLASSES_SCHEMA,
    MAX_CLASSES,
    MAX_LOG_OFFSET,
    METHOD,
    ClassRecord,
    ClassSource,
    Expectation,
    RecordedClass,
    RecordedRule,
    Resamples,
    RuleText,
)
from f1tools.record.drift_statistics import score_bins
from f1tools.record.fields import RecordedCells
from f1tools.record.fingerprint import table_digest
from f1tools.record.objective import RecordedConstraint
from f1tools.record.source import FileDigest
from f1tools.version import __version__

_CELLS = ("tn", "fp", "fn", "tp")
_FEW_CLASSES = 100


def class_source(
    data: Reading | ClassCurves, files: Sequence[FileDigest] = (), *, title: str | None = None
) -> ClassSource:
    """Describe where rows of several classes come from.

    Parameters
    ----------
    data : Reading or ClassCurves
        What was read from files, or what never was in a file.
    files : sequence of FileDigest
        See :func:`f1tools.file_digest`.
    title : str, optional
        Name of the data, for people; by default the name of what was read.

    Raises
    ------
    InvalidPredictions
        When no several classes were read.
    """
    if isinstance(data, ClassCurves):
        read_as = Choices(scores=data.classes, classes=data.classes)
        return ClassSource(
            title=utf8_safe(title or "data"), files=tuple(files), read_as=read_as, n=len(data.y_true), dropped={}
        )
    if data.classes is None or data.proposal is None:
        raise InvalidPredictions(data.reason)
    return ClassSource(
        title=utf8_safe(data.name if title is None else title),
        files=tuple(files),
        read_as=data.proposal,
        n=len(data.classes.y_true),
        dropped=dict(data.dropped),
    )


def build_class_record(
    decision: ClassDecision,
    source: ClassSource,
    *,
    estimates: RuleEstimates | None = None,
    limits: Mapping[str, Sequence[Constraint]] | None = None,
    min_positives: int = FEW_POSITIVES,
) -> ClassRecord:
    """Return the record of a decision about several classes.

    It is the download of *Share* for all classes, and what ``f1tools record FILE --average macro`` writes;
    :func:`f1tools.to_json` writes it, and :func:`f1tools.snippets` returns its code.

    Parameters
    ----------
    decision : ClassDecision
    source : ClassSource
        See :func:`class_source`.
    estimates : RuleEstimates, optional
        What to expect of the rules of this decision on new rows, from :func:`f1tools.estimate_rules`.
    limits : mapping of label to sequence of Constraint, optional
        What the thresholds of labels had to satisfy, also where they could not.
    min_positives : int
        As in :func:`f1tools.decide_classes`.

    Raises
    ------
    InvalidPredictions
        When a name is not text, there are more than 1,000 classes, or an offset is beyond 700.
    ValueError
        When the parts belong to different decisions.

    Examples
    --------
    >>> from f1tools.classes import decide_classes
    >>> curves = ClassCurves.from_predictions(["cat", "dog", "cat"], [[0.8, 0.2], [0.4, 0.6], [0.3, 0.7]])
    >>> record = build_class_record(decide_classes(curves), class_source(curves))
    >>> record.rule, record.names, record.chosen
    ('argmax(log(y_score) + offset)', ('cat', 'dog'), 'own')
    """
    curves, rule = decision.curves, decision.rule
    if source.n != len(curves.y_true):
        raise ValueError(f"The source has {source.n:,} rows, the decision {len(curves.y_true):,}: they differ.")
    if estimates is not None and estimates.decision.curves is not curves:
        raise ValueError("The estimates are of another decision: make them from the same curves.")
    if len(curves.classes) > MAX_CLASSES:
        raise InvalidPredictions(
            f"A record holds up to {MAX_CLASSES:,} classes, and there are {len(curves.classes):,}. Leave some out."
        )
    _check_names(decision, source)
    cuts = _cuts(rule)
    if _rule_text(rule) == BY_LOG_OFFSET and max(map(abs, cuts.values())) > MAX_LOG_OFFSET:
        raise InvalidPredictions(
            f"An offset is beyond {MAX_LOG_OFFSET:g}, which is the limit: some probabilities are 0, or next to it. "
            "Keep them above 1e-200, or record the default rule."
        )
    return ClassRecord(
        schema=CLASSES_SCHEMA,
        created=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        versions={"f1tools": __version__, "python": platform.python_version(), "numpy": np.__version__},
        method=METHOD,
        one_per_row=curves.one_per_row,
        rule=_rule_text(rule),
        average=decision.average,
        beta=float(decision.beta),
        chosen=decision.chosen,
        thresholds={} if curves.one_per_row else cuts,
        offsets=cuts if curves.one_per_row else {},
        by_hand=tuple(name for name in curves.classes if name in decision.by_hand),
        limits={name: _recorded(constraints) for name, constraints in (limits or {}).items()},
        min_positives=min_positives,
        weighted=curves.sample_weight is not None,
        classes=_recorded_classes(decision, estimates),
        rules={name: _recorded_rule(decision, each, estimates) for name, each in decision.rules.items()},
        resamples=None
        if estimates is None
        else Resamples(
            confidence_level=estimates.confidence_level,
            n_resamples=int(estimates.n_resamples),
            random_state=int(estimates.random_state),
        ),
        data=source,
    )


def _check_names(decision: ClassDecision, source: ClassSource) -> None:
    """Refuse names with lone surrogates, which JSON in UTF-8 cannot hold."""
    try:
        json.dumps([decision.classes, source.read_as.chosen()], ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        near = ascii(error.object[max(error.start - 20, 0) : error.end])
        raise InvalidPredictions(
            f"A name holds a lone surrogate, near {near}, which is not text. Rename the column or the class."
        ) from None


def _rule_text(rule: ClassRule) -> RuleText:
    if isinstance(rule.by, ThresholdVector):
        return BY_THRESHOLD
    return BY_LOG_OFFSET if rule.by.logarithmic else BY_OFFSET


def _cuts(rule: ClassRule) -> dict[str, Any]:
    """Return the thresholds, None where nothing is flagged, or the offsets."""
    cuts = rule.by.thresholds if isinstance(rule.by, ThresholdVector) else rule.by.offsets
    finite = (each if math.isfinite(each) else None for each in cuts.tolist())
    return dict(zip(rule.by.classes, finite, strict=True))


def _recorded(constraints: Sequence[Constraint]) -> tuple[RecordedConstraint, ...]:
    return tuple(RecordedConstraint(metric=each.name, sense=each.sense, bound=each.bound) for each in constraints)


def _recorded_rule(decision: ClassDecision, rule: ClassRule, estimates: RuleEstimates | None) -> RecordedRule:
    found = None if estimates is None else estimates.rules.get(rule.name)
    expected = None
    if found is not None:
        interval = found.intervals[decision.average]
        expected = _expectation(found.values[decision.average], float(interval.low), float(interval.high))
    return RecordedRule(value=rule.value(decision.average), expected=expected)


def _recorded_classes(decision: ClassDecision, estimates: RuleEstimates | None) -> tuple[RecordedClass, ...]:
    curves, rule = decision.curves, decision.rule
    found = None if estimates is None else estimates.rules.get(decision.chosen)
    own = decision.chosen == "own"
    kept = getattr(rule.by, "kept", ()) if own else ()
    not_met = rule.by.not_met if own and isinstance(rule.by, ThresholdVector) else {}
    values, supports, recorded = rule.each.tolist(), curves.supports.tolist(), []
    cells = np.stack([getattr(rule.counts, cell) for cell in _CELLS]).astype(np.float64).T.tolist()
    for place, (name, curve) in enumerate(zip(curves.classes, curves.each(), strict=True)):
        recorded.append(
            RecordedClass(
                name=name,
                positives=supports[place],
                counts=RecordedCells(**dict(zip(_CELLS, cells[place], strict=True))),
                value=None if math.isnan(values[place]) else values[place],
                expected=None if found is None or name in decision.by_hand else _of_class(found, place),
                kept=name in kept,
                not_met=not_met.get(name, ""),
                scores=score_bins(curve, number_of_bins(len(supports))),
                table=table_digest(curve),
            )
        )
    return tuple(recorded)


def number_of_bins(n_classes: int) -> int:
    """Return in how many bins the scores of a class are counted: fewer of many classes, so that records stay small."""
    return 10 if n_classes <= _FEW_CLASSES else 5


def _of_class(found: ClassEstimate, place: int) -> Expectation:
    low, high = (float(np.asarray(bound)[place]) for bound in (found.each_interval.low, found.each_interval.high))
    return _expectation(float(found.each[place]), low, high)


def _expectation(value: float, low: float, high: float) -> Expectation:
    is_known = math.isfinite(low) and math.isfinite(high)
    return Expectation(value=value if math.isfinite(value) else None, interval=(low, high) if is_known else None)
