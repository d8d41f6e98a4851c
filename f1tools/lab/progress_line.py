"""How far the lab is, on the terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import suppress

_PLAIN_STEP = 0.05  # where lines stay, one each time so much more is done


def _write(text: str) -> None:
    """Write to standard error; that nobody reads it is no reason to end a long run."""
    if sys.stderr is not None:
        with suppress(OSError):
            print(text, end="", file=sys.stderr, flush=True)


class ProgressLine:
    """Tells how far training is and how long it may take: one line that is rewritten, or plain lines in a log.

    Parameters
    ----------
    clock : callable
        Gives the seconds that have passed since some moment.

    Notes
    -----
    As a context manager it ends the line.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._start: tuple[float, float] | None = None
        self._told = -1.0
        self._live = sys.stderr is not None and sys.stderr.isatty()

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._live and self._start is not None:
            _write("\n")

    def __call__(self, done: float) -> None:
        """Tell that a share is done; what was done when it is first called took no time."""
        now = self._clock()
        if self._start is None:
            self._start = (done, now)
        if self._live:
            _write(f"\r{self._line(done, now)}\x1b[K")
        elif done >= 1 or done - self._told >= _PLAIN_STEP:
            self._told = done
            _write(f"{self._line(done, now)}\n")

    def _line(self, done: float, now: float) -> str:
        first, began = self._start or (done, now)
        line = f"Training: {int(100 * done)}%"
        if first < done < 1:
            line += f", about {in_words((now - began) * (1 - done) / (done - first))} left"
        return line


def in_words(seconds: float) -> str:
    """Write a time roughly.

    Examples
    --------
    >>> in_words(12.3), in_words(400), in_words(9000)
    ('13 s', '7 min', '2.5 h')
    """
    if seconds < 90:
        return f"{int(seconds) + 1} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
