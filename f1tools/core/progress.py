"""Progress of long computations: a callback that receives the share done, from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

OnProgress: TypeAlias = Callable[[float], None]


def ignore_progress(done: float) -> None:
    """Ignore the progress."""
