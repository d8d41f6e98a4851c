"""Several classes or labels as CSV: the decision about each row, and the numbers of each class."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.classes import ClassCurves, ClassDecision, ClassOffsets, RuleEstimates
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.core.metrics import metric
from f1tools.export.cells import cell, field
from f1tools.formatting import utf8_safe

_BLOCK = 1 << 21  # cells that are formatted at a time


def class_decisions_csv(decision: ClassDecision) -> Iterator[bytes]:
    """Yield the decision about each row, in blocks of lines.

    Rows are named by their id, or by their number among the rows that were read, from 1. Where rows have several
    labels, each label has its truth, its score and whether it is flagged; where they have one class, there are the true
    class, the decided one, and the one with the highest score.

    Parameters
    ----------
    decision : ClassDecision

    Examples
    --------
    >>> from f1tools.classes import decide_classes
    >>> y_score = [[0.9, 0.1], [0.2, 0.4], [0.8, 0.3]]
    >>> curves = ClassCurves.from_predictions([[1, 0], [0, 1], [1, 0]], y_score, classes=["cat", "dog"])
    >>> print(b"".join(class_decisions_csv(decide_classes(curves, rule="default"))).decode().splitlines()[:2])
    ['row,true cat,score cat,flagged cat,true dog,score dog,flagged dog', '1,1,0.9,1,0,0.1,0']
    """
    curves, rule = decision.curves, decision.rule
    head = ["row" if curves.ids is None else "id"]
    names = np.array([cell(utf8_safe(name)) for name in decision.classes], dtype=object)
    if curves.one_per_row:
        head += ["true class", "decided class", "class with the highest score"]
    else:
        head += [f"{what} {name}" for name in decision.classes for what in ("true", "score", "flagged")]
    yield f"{','.join(map(field, head))}\n".encode()
    size = max(1, _BLOCK // len(names))
    for start in range(0, len(curves.y_true), size):
        rows = slice(start, start + size)
        score, y_true = curves.y_score[rows], curves.y_true[rows]
        if curves.one_per_row:
            decided = rule.decide(score), decision.rules["default"].decide(score)
            columns = [names[np.argmax(each, axis=1)] for each in (y_true, *decided)]
        else:
            columns = _of_labels(y_true, score, rule.decide(score))
        yield _lines([_keys(curves, rows), *columns])


def _keys(curves: ClassCurves, rows: slice) -> NDArray[Any]:
    """Return what rows are called."""
    if curves.ids is None:
        return np.arange(rows.start + 1, min(rows.stop, len(curves.y_true)) + 1)
    return np.array([cell(utf8_safe(str(key))) for key in curves.ids[rows].tolist()], dtype=object)


def _of_labels(y_true: BoolArray, score: FloatArray, flagged: BoolArray) -> list[NDArray[Any]]:
    labels = range(y_true.shape[1])
    return [
        np.ascontiguousarray(each)
        for label in labels
        for each in (y_true[:, label].astype(np.int8), score[:, label], flagged[:, label].astype(np.int8))
    ]


def _lines(columns: list[NDArray[Any]]) -> bytes:
    """Return columns as lines of CSV; texts are quoted, and numbers are as short as they are exact."""
    import pyarrow as pa
    from pyarrow import csv  # slow to load

    arrays = [pa.array(each, pa.string() if each.dtype == object else None) for each in columns]
    file = io.BytesIO()
    table = pa.Table.from_arrays(arrays, [str(place) for place in range(len(arrays))])
    csv.write_csv(table, file, csv.WriteOptions(include_header=False))
    return file.getvalue()


def class_table_csv(decision: ClassDecision, estimates: RuleEstimates | None = None) -> bytes:
    """Return a line for each class: its positives, how it is decided, its counts and its metrics.

    Parameters
    ----------
    decision : ClassDecision
    estimates : RuleEstimates, optional
        For three columns more: F-beta to expect on new rows with its interval, empty where it is unknown, and where a
        threshold was set by hand.

    Examples
    --------
    >>> from f1tools.classes import decide_classes
    >>> y_score = [[0.9, 0.1], [0.2, 0.4], [0.8, 0.3]]
    >>> curves = ClassCurves.from_predictions([[1, 0], [0, 1], [1, 0]], y_score, classes=["cat", "dog"])
    >>> print(class_table_csv(decide_classes(curves, rule="default")).decode())
    class,positives,threshold,tn,fp,fn,tp,precision,recall,f1,f1_default,f1_common,f1_own
    cat,2,0.5,1,0,0,2,1.0,1.0,1.0,1.0,1.0,1.0
    dog,1,0.5,2,0,1,0,,0.0,0.0,0.0,1.0,1.0
    <BLANKLINE>
    """
    rule, counts = decision.rule, decision.rule.counts
    label = metric("fbeta", decision.beta).label.lower()
    columns: dict[str, NDArray[Any]] = {"positives": decision.curves.supports, _way(decision)[0]: _way(decision)[1]}
    columns |= {name: np.asarray(getattr(counts, name)) for name in ("tn", "fp", "fn", "tp")}
    columns |= {"precision": np.asarray(counts.precision(np.nan)), "recall": np.asarray(counts.recall(np.nan))}
    columns[label] = rule.each
    columns |= {f"{label}_{name}": each.each for name, each in decision.rules.items()}
    if estimates is not None:
        columns |= _expected(decision, estimates, label)
    cells = zip(map(field, decision.classes), *(map(_number, each.tolist()) for each in columns.values()), strict=True)
    lines = [",".join(["class", *columns]), *map(",".join, cells)]
    return "".join(f"{line}\n" for line in lines).encode()


def _expected(decision: ClassDecision, estimates: RuleEstimates, label: str) -> dict[str, NDArray[Any]]:
    """Return what to expect of the rule on new rows."""
    found = estimates.rules[decision.chosen]
    tuned = ~np.isin(decision.classes, list(decision.by_hand))
    values = {"": found.each, "_low": found.each_interval.low, "_high": found.each_interval.high}
    return {f"{label}_expected{name}": np.where(tuned, each, np.nan) for name, each in values.items()}


def _way(decision: ClassDecision) -> tuple[str, FloatArray]:
    """Return how the rule decides about each class, with the name of the column: threshold, weight or offset."""
    by = decision.rule.by
    if isinstance(by, ClassOffsets):
        return ("weight", by.weights) if by.logarithmic else ("offset", by.offsets)
    return "threshold", by.thresholds


def _number(value: float) -> str:
    return "" if math.isnan(value) else repr(value)
