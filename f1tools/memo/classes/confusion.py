"""Which classes are taken for which: matrices of few classes, and the most frequent pairs."""

from __future__ import annotations

import numpy as np

from f1tools import formatting
from f1tools.classes import class_confusion, confused_pairs
from f1tools.classes.sentences import rule_name
from f1tools.core.counts import FloatArray, ratio
from f1tools.memo.classes.context import LARGEST_MATRIX, ClassMemoContext, percent_of
from f1tools.memo.context import LONGEST_CELL, name_text
from f1tools.memo.snapshot import Matrix, Section, Table

_MOST_PAIRS = 8
_LEVELS = 8
_LONGEST_HEAD = 14  # characters of a class in a matrix


def matrices(context: ClassMemoContext) -> tuple[Matrix, ...]:
    """Return the confusion matrix by the highest score alone, and by the rule where that is another one.

    There is none where rows have several labels, for many classes, and where it would reveal small counts.
    """
    decision = context.decision
    if not context.one_per_row or len(decision.classes) > LARGEST_MATRIX or not context.shows_precision:
        return ()
    shown = [_matrix(context, context.confusion, rule_name(decision, decision.chosen))]
    if decision.chosen != "default" and not context.suppresses:
        plain = class_confusion(decision.curves, decision.rules["default"])
        shown.insert(0, _matrix(context, plain, rule_name(decision, "default")))
    return tuple(shown)


def _matrix(context: ClassMemoContext, counts: FloatArray, rule: str) -> Matrix:
    shares = np.sqrt(ratio(counts, counts.sum(axis=1, keepdims=True)))  # so that a few errors can be seen
    levels = np.ceil(_LEVELS * shares).astype(int).tolist()
    texts = [[formatting.count(cell) for cell in row] for row in counts.tolist()]
    names = tuple(name_text(name, _LONGEST_HEAD) for name in context.decision.classes)
    return Matrix(f"By {rule}", names, tuple(map(tuple, texts)), tuple(map(tuple, levels)))


def confusion_section(context: ClassMemoContext) -> list[Section]:
    """Return the pairs that are confused most; nothing with suppression, and where nothing is confused."""
    pairs = [] if context.suppresses else confused_pairs(context.confusion, _MOST_PAIRS)
    if not pairs:
        return []
    names = [name_text(name, LONGEST_CELL) for name in context.decision.classes]
    positives = np.asarray(context.rule.counts.positives(), dtype=np.float64).tolist()
    pattern = "“{}” taken for “{}”" if context.one_per_row else "“{}” missed, “{}” flagged instead"
    rows = tuple(
        (
            pattern.format(names[pair.true], names[pair.decided]),
            formatting.count(pair.n),
            percent_of(pair.n, positives[pair.true]),
        )
        for pair in pairs
    )
    note = f"Share: of all cases of the first {context.nouns[0]}."
    if not context.one_per_row:
        note = f"These cases have the first label but do not get it, and get the second but do not have it. {note}"
    cases = "Cases" if context.decision.curves.sample_weight is None else "Sum of weights"
    head = "What is confused", cases, "Share"
    return [Section("confusion", "Most often confused", (), Table(head, rows), (note,))]
