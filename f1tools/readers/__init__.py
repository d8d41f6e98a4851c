"""Read predictions from files of any layout; ask where the column mapping is ambiguous, refuse what is unusable."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from f1tools.readers.models import (
    SPLIT_INTO_MODELS,
    Candidate,
    Choices,
    ColumnSummary,
    DifferentRows,
    Reading,
    ReadingWarning,
)
from f1tools.readers.reader import read_files, read_predictions, stackable

if TYPE_CHECKING:
    from f1tools.readers.apart import read_apart
    from f1tools.readers.repeated_splits import read_repeated

__all__ = [
    "SPLIT_INTO_MODELS",
    "Candidate",
    "Choices",
    "ColumnSummary",
    "DifferentRows",
    "Reading",
    "ReadingWarning",
    "read_apart",
    "read_files",
    "read_predictions",
    "read_repeated",
    "stackable",
]


if not TYPE_CHECKING:  # a type checker would accept any name

    def __getattr__(name: str) -> Any:
        """Import what few files need only when it is used."""
        modules = {"read_apart": "apart", "read_repeated": "repeated_splits"}
        if name not in modules:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{modules[name]}"), name)
