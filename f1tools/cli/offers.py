"""The options that lead to given choices, ready for a shell."""

from __future__ import annotations

import shlex

from f1tools.readers import SPLIT_INTO_MODELS, Choices


def options_for(choices: Choices) -> str:
    """Write the options that lead to given choices, ready for a shell.

    Examples
    --------
    >>> options_for(Choices(truth="First Attempt", scores=("p",), pos_label="-1"))
    "--truth 'First Attempt' --score p --pos-label=-1"
    """
    named = [
        ("--truth", choices.truth),
        *(("--score", name) for name in choices.scores),
        ("--pos-label", choices.pos_label),
        *(("--drop-label", label) for label in choices.dropped_truth),
        ("--weight", choices.weight),
        *(("--flip", name) for name in choices.flipped),
        ("--predicted", choices.predicted),
    ]
    words = [_option(option, value) for option, value in named if value is not None]
    if choices.split is not None and choices.split_value == SPLIT_INTO_MODELS:
        words.append(_option("--split", choices.split))
    elif choices.split is not None and choices.split_value is not None:
        words.append(f"--only {_quoted(choices.split)} {_quoted(choices.split_value)}")
    for at in range(max(len(choices.tune), len(choices.report))):
        sides = (side[min(at, len(side) - 1)] for side in (choices.tune or ("",), choices.report))
        words.append(" ".join(["--roles", *map(_quoted, (choices.role or "", *sides))]))
    return " ".join(words)


def _option(option: str, value: str) -> str:
    return f"{option}={_quoted(value)}" if value.startswith("-") else f"{option} {_quoted(value)}"


def _quoted(text: str) -> str:
    """Quote for a shell; what a terminal must not see goes into its $'...' form."""
    if text.isprintable():
        return shlex.quote(text)
    escaped = "".join(
        char if char.isprintable() and char not in "\\'" else "".join(f"\\x{byte:02x}" for byte in char.encode())
        for char in text
    )
    return f"$'{escaped}'"
