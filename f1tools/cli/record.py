"""``f1tools record``: the decision as a file that can be read again, deployed, verified and checked."""

from __future__ import annotations

import argparse
from typing import Any

from f1tools.cli.decided import add_decision, decided
from f1tools.cli.options import add_command
from f1tools.cli.output import spared, written
from f1tools.cli.terminal import DONE

_DESCRIPTION = """\
Write the decision down as JSON: the threshold and its range, what decides (y_score >= threshold), the positive label,
the columns, the goal, all counts and intervals, what to expect on new rows, and fingerprints of the data. It holds no
rows. The dashboard opens it, and verify, check and snippets read it.
"""
_EPILOG = """\
What to expect on new rows is estimated from 2,000 resamples, always the same ones: the same file gives the same record,
but for the date. The JSON Schema of the record comes with the package: f1tools/record/decision.schema.json.

for example
  f1tools record scores.csv -o record.json
  f1tools record valid.csv test.csv --min-recall 0.8 -o record.json
  f1tools record scores.csv --truth y --score forest --threshold 0.4 > record.json

ends with  0 done;  2 the files or the options can't be used, or no threshold keeps the constraints;  3 please choose;
130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "write the decision down as a JSON file"
    command = add_command(commands, "record", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument("-o", "--output", metavar="FILE", help="where to write it; standard output if not given")
    add_decision(command)


def run(given: argparse.Namespace) -> int:
    """Write the record."""
    from f1tools.record import build_record, to_json

    spared(given.output, given.files)
    taken = decided(given)
    text = to_json(build_record(taken.decision, taken.source, estimate=taken.estimate)).rstrip("\n")
    if given.output is None:
        print(text)
    else:
        written(given.output, text + "\n")
    return DONE
