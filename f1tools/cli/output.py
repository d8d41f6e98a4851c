"""What leaves a command: exit codes, messages on standard error, files, and names that can't control the terminal."""

from __future__ import annotations

import io
import math
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from f1tools.cli.options import BadOptions

DONE, DIFFERS, UNUSABLE, CHOICE_REQUIRED, INTERRUPTED = 0, 1, 2, 3, 130


def run_safely(run: Callable[[], int], *, interrupted: str = "Interrupted.") -> int:
    """Run a command and return its exit code; interruptions and system errors become one sentence.

    Parameters
    ----------
    run : callable
        The command; returns its exit code.
    interrupted : str
        The message after Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # the terminal's encoding may lack characters
    try:
        code = run()
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return fail(interrupted, INTERRUPTED)
    except MemoryError:
        return fail("There is not enough memory for this file.", UNUSABLE)
    except OSError as error:
        discard_output(sys.stdout)
        if isinstance(error, BrokenPipeError):  # the reader, such as head, has all it wants
            return DONE
        return fail(f"The file can't be read or the output can't be written: {error.strerror or error}.", UNUSABLE)
    return code


def fail(sentence: str, code: int) -> int:
    """Print why the command ends, and return the exit code."""
    print_message(f"f1tools: {sentence}")
    return code


def print_message(line: str) -> None:
    """Print a line on standard error; a closed standard error is ignored."""
    if sys.stderr is None:
        return
    try:
        print(escape_controls(line), file=sys.stderr)
    except OSError:
        discard_output(sys.stderr)


def discard_output(stream: TextIO | None) -> None:
    """Redirect a stream that can't be written to the null device; Python would fail on it again when it exits."""
    if stream is not None:
        with suppress(io.UnsupportedOperation):  # a stream without a file descriptor
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def check_output_path(output: str | None, inputs: Sequence[str]) -> None:
    """Check that the output is a file, and not one of the inputs.

    Raises
    ------
    BadOptions
        When it is not.
    """
    if output == "-":
        raise BadOptions("- is not a file name. Name a file, such as ./- or /dev/stdout.")
    for file in inputs:
        try:
            same = output is not None and os.path.samefile(output, file)  # noqa: PTH121 - names may not be valid paths
        except (OSError, ValueError):  # a missing file is reported when it is read or written
            same = False
        if same:
            raise BadOptions(f"The output {output} is one of the input files. Write to another file.")


def write_text(output: str, content: str) -> None:
    """Write a text file.

    Raises
    ------
    BadOptions
        When it can't be written.
    """
    try:
        Path(output).write_text(content, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        raise BadOptions(f"{output} can't be written: {reason(error)}.") from error


def finite_or_none(value: float) -> float | None:
    """Return a number as JSON has it: null where it is infinite or undefined."""
    return value if math.isfinite(value) else None


def reason(error: Exception) -> str:
    """Return why a file can't be read or written."""
    return str(getattr(error, "strerror", None) or error)


def escape_controls(text: str) -> str:
    r"""Escape characters that are not printable, so that a name in a file can't control the terminal.

    Examples
    --------
    >>> print(escape_controls("red\x1b[31m"))
    red\x1b[31m
    """
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
