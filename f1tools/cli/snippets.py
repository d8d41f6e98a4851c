"""``f1tools snippets``: the decision as code."""

from __future__ import annotations

import argparse
from typing import Any

from f1tools.cli.options import add_command, file_name
from f1tools.cli.output import DONE
from f1tools.cli.reread import load_any_record

_DESCRIPTION = """\
Print code that applies a decision: with scikit-learn, in plain Python and in SQL. All of it predicts positive when the
score is greater than or equal to the threshold. Of a record of several classes it decides about all of them: by the
threshold of each label, or by the highest score after each was weighted or shifted, of equal ones the first.
"""
_EPILOG = """\
examples
  f1tools snippets record.json
  f1tools snippets record.json --for sql > decision.sql

exit codes  0 done;  2 the record can't be used;  130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "print the decision as code: scikit-learn, Python, SQL"
    command = add_command(commands, "snippets", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument("record", metavar="RECORD", type=file_name, help="a decision record from f1tools record")
    command.add_argument(
        "--for", choices=("scikit-learn", "python", "sql"), dest="only", help="print only this one, without a heading"
    )


def run(args: argparse.Namespace) -> int:
    """Print the snippets."""
    from f1tools.record import snippets

    texts = {name: text.rstrip("\n") for name, text in snippets(load_any_record(args.record)).items()}
    if args.only is None:
        print("\n\n".join(f"{name}\n{'-' * len(name)}\n{text}" for name, text in texts.items()))
    else:
        print(next(text for name, text in texts.items() if name.lower() == args.only))
    return DONE
