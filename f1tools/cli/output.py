"""What a command writes into a file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from f1tools.cli.options import BadOptions


def spared(output: str | None, files: Sequence[str]) -> None:
    """Make sure that the output is a file, and none of those that are read.

    Raises
    ------
    BadOptions
        When it is not.
    """
    if output == "-":
        raise BadOptions("- is no file to write to. Name one, such as ./- or /dev/stdout.")
    for file in files:
        try:
            same = output is not None and os.path.samefile(output, file)  # noqa: PTH121 - names that are no paths too
        except (OSError, ValueError):  # one of them is not there: reading or writing will tell
            same = False
        if same:
            raise BadOptions(f"The output {output} is a file that is read. Write to another one.")


def written(output: str, content: str) -> None:
    """Write a text file.

    Raises
    ------
    BadOptions
        When it can't be written.
    """
    try:
        Path(output).write_text(content, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise BadOptions(f"{output} can't be written: {why}.") from error
