"""Types that all packages share: the error that users see, and the callback that reports progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias


class InvalidPredictions(ValueError):
    """The predictions cannot be used.

    The message is a text for the user: what was found, where, and what to do about it.
    """


OnProgress: TypeAlias = Callable[[float], None]
"""Receives the share of a long computation that is done, from 0 to 1."""


def ignore_progress(done: float) -> None:
    """Ignore the progress."""
