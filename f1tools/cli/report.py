"""``f1tools report``: the decision for people, one HTML file."""

from __future__ import annotations

import argparse
from typing import Any

from f1tools.cli.decided import Decided, add_decision, decided
from f1tools.cli.options import add_command
from f1tools.cli.output import spared, written
from f1tools.cli.terminal import DONE

_DESCRIPTION = """\
Write a memo about the decision for people who were not there: one HTML file that needs no server and no network. It
says what the threshold does, lets readers try others, and says how sure all that is and what to be careful with. It
holds counts at some thresholds, and no rows.
"""
_EPILOG = """\
Of several models it compares all, each at its own best threshold, and is about the one that --model names. Where even
counts are delicate, --suppress-below 10 keeps every count from 1 to 9 out of it, also those that could be worked out.

for example
  f1tools report scores.csv -o memo.html
  f1tools report scores.csv -o memo.html --title "Fraud alerts, May" --min-precision 0.7
  f1tools report models.csv -o memo.html --truth y --score forest --score linear --model linear

ends with  0 done;  2 the files or the options can't be used, or no threshold keeps the constraints;  3 please choose;
130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "write a memo about the decision, one HTML file"
    command = add_command(commands, "report", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument("-o", "--output", metavar="FILE", required=True, help="where to write it, such as memo.html")
    command.add_argument("--title", metavar="T", help="what to call the data; the file's name if not given")
    command.add_argument(
        "--suppress-below", metavar="K", type=_rows, default=0, help="keep counts from 1 to K - 1 out of the memo"
    )
    add_decision(command)


def run(given: argparse.Namespace) -> int:
    """Write the memo."""
    spared(given.output, given.files)
    written(given.output, _memo(decided(given), given))
    return DONE


def _memo(taken: Decided, given: argparse.Namespace) -> str:
    from f1tools.comparison import compare
    from f1tools.memo import build_snapshot, memo_html

    decision = taken.decision
    constraints = decision.evaluation.constraints
    several = len(taken.predictions.models) > 1
    snapshot = build_snapshot(
        decision,
        taken.source,
        estimate=taken.estimate,
        comparison=compare(taken.predictions, decision.objective, constraints=constraints) if several else None,
        title=given.title,
        suppress_below=given.suppress_below,
    )
    return memo_html(snapshot)


def _rows(text: str) -> int:
    """Read a number of rows."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)
