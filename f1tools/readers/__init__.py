"""Reading predictions: from a file of any shape to Predictions, or to a question, or to a clear no."""

from __future__ import annotations

from f1tools.readers.join import join_predictions
from f1tools.readers.read import read_predictions
from f1tools.readers.repeats import read_repeated
from f1tools.readers.result import SPLIT_INTO_MODELS, Candidate, Choices, ColumnSeen, Reading, ReadingWarning
from f1tools.readers.several import read_several
from f1tools.readers.stack import stack_predictions, stackable

__all__ = [
    "SPLIT_INTO_MODELS",
    "Candidate",
    "Choices",
    "ColumnSeen",
    "Reading",
    "ReadingWarning",
    "join_predictions",
    "read_predictions",
    "read_repeated",
    "read_several",
    "stack_predictions",
    "stackable",
]
