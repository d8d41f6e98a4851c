"""What reaches the terminal: exit codes, one sentence on standard error, names that can't steer it."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

DONE, DIFFERS, UNUSABLE, PLEASE_CHOOSE, INTERRUPTED = 0, 1, 2, 3, 130


def end(sentence: str, code: int) -> int:
    """Say why the command ends, and give the exit code back."""
    say(f"f1tools: {sentence}")
    return code


def whatever_happens(run: Callable[[], int], *, interrupted: str = "Interrupted.") -> int:
    """Run a command and give its exit code; what ends it from outside is told in one sentence.

    Parameters
    ----------
    run : callable
        The command; gives its exit code.
    interrupted : str
        What to say when somebody stops it.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character must not stop us
    try:
        code = run()
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return end(interrupted, INTERRUPTED)
    except MemoryError:
        return end("There is not enough memory for this file.", UNUSABLE)
    except OSError as error:
        give_up(sys.stdout)
        if isinstance(error, BrokenPipeError):  # whoever reads has seen enough
            return DONE
        return end(f"The file can't be read or the output can't be written: {error.strerror or error}.", UNUSABLE)
    return code


def say(line: str) -> None:
    """Print a line on standard error, where it does not disturb the output; if nobody reads it, that is no error."""
    if sys.stderr is None:
        return
    try:
        print(visible(line), file=sys.stderr)
    except OSError:
        give_up(sys.stderr)


def give_up(stream: TextIO | None) -> None:
    """Lead what is still to be written nowhere: else Python fails on it once more when it ends."""
    if stream is not None:
        with suppress(io.UnsupportedOperation):  # a stream without a file behind it won't fail
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def visible(text: str) -> str:
    r"""Make control characters visible, so that a name in a file can't steer the terminal.

    Examples
    --------
    >>> print(visible("red\x1b[31m"))
    red\x1b[31m
    """
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def brief(name: str, longest: int = 60) -> str:
    """Make a name from a file visible and short enough for a line.

    Examples
    --------
    >>> brief("forest"), brief("a" * 30, longest=5)
    ('forest', 'aaaa…')
    """
    shown = visible(name)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
