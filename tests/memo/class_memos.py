"""Decisions about several classes, and snapshots of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from f1tools.classes import ClassCurves, ClassDecision, RuleEstimates, decide_classes, estimate_rules
from f1tools.memo import ClassSnapshot, build_class_snapshot
from f1tools.readers import Choices
from f1tools.record import FileDigest, class_source
from tests.memo.helpers import CREATED, HOSTILE
from tests.record.class_records import labels, one_class


@cache
def decided(kind: str, rule: Any = "own") -> ClassDecision:
    """Return a decision about several labels a row, or one class a row."""
    return decide_classes(labels() if kind == "labels" else one_class(), rule=rule)


@cache
def estimates(kind: str) -> RuleEstimates:
    return estimate_rules(decided(kind), n_resamples=20)


def memo_of(decision: ClassDecision, **options: Any) -> ClassSnapshot:
    return build_class_snapshot(decision, class_source(decision.curves), created=CREATED, **options)


def hostile_memo(name: str = HOSTILE) -> ClassSnapshot:
    """Return a memo in which every name is hostile."""
    names = [name, f"{name}2", f"={name}"]
    codes, score = np.arange(90) % 3, np.random.default_rng(0).random((90, 3))
    curves = ClassCurves.from_predictions(np.array(names)[codes], score, classes=names)
    file = FileDigest(name=f"{name}.csv", size=12, sha256="ab" * 32)
    read_as = Choices(truth=name, scores=tuple(names), classes=tuple(names))
    changes = {"read_as": read_as, "files": (file,), "dropped": {name: 2}}
    source = class_source(curves, title=name).model_copy(update=changes)
    return build_class_snapshot(decide_classes(curves), source, link="javascript:alert(1)")
