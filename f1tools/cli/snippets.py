"""``f1tools snippets``: the decision as code."""

from __future__ import annotations

import argparse
from typing import Any

from f1tools.cli.again import record_in
from f1tools.cli.options import add_command
from f1tools.cli.terminal import DONE

_DESCRIPTION = """\
Print a decision as code that makes it: with scikit-learn, in plain Python and in SQL. All of it calls a row positive
when its score is greater than or equal to the threshold.
"""
_EPILOG = """\
for example
  f1tools snippets record.json
  f1tools snippets record.json --for sql > decision.sql

ends with  0 done;  2 the record can't be used;  130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "print a decision as code: scikit-learn, Python, SQL"
    command = add_command(commands, "snippets", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument("record", metavar="RECORD", help="a decision record, as f1tools record writes it")
    command.add_argument(
        "--for", choices=("scikit-learn", "python", "sql"), dest="only", help="this one alone, without a heading"
    )


def run(given: argparse.Namespace) -> int:
    """Print the snippets."""
    from f1tools.record import snippets

    texts = {name: text.rstrip("\n") for name, text in snippets(record_in(given.record)).items()}
    if given.only is None:
        print("\n\n".join(f"{name}\n{'-' * len(name)}\n{text}" for name, text in texts.items()))
    else:
        print(next(text for name, text in texts.items() if name.lower() == given.only))
    return DONE
