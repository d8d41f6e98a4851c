"""``f1tools record``: the decision as a JSON file that can be opened, deployed, verified and checked."""

from __future__ import annotations

import argparse
from typing import Any

from f1tools.cli.options import add_command
from f1tools.cli.output import DONE, check_output_path, write_text
from f1tools.cli.reading import add_decision_options, make_decision

_DESCRIPTION = """\
Write the decision as JSON: the threshold and its equivalent range, the rule (y_score >= threshold), the positive label,
the columns, the goal, all counts and intervals, what to expect on new rows, and fingerprints of the data. It contains
no rows. The dashboard opens it, and verify, check and snippets read it.
"""
_EPILOG = """\
What to expect on new rows is estimated from 2,000 resamples with a fixed seed: the same file gives the same record,
except for the date. The JSON Schema of the record is part of the package: f1tools/record/decision.schema.json.

examples
  f1tools record scores.csv -o record.json
  f1tools record valid.csv test.csv --min-recall 0.8 -o record.json
  f1tools record scores.csv --truth y --score forest --threshold 0.4 > record.json

exit codes  0 done;  2 the files or the options can't be used, or no threshold meets the constraints;  3 please choose;
130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "write the decision as a JSON file"
    command = add_command(commands, "record", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument("-o", "--output", metavar="FILE", help="the file to write; by default standard output")
    add_decision_options(command)


def run(args: argparse.Namespace) -> int:
    """Write the record."""
    from f1tools.record import build_record, to_json

    check_output_path(args.output, args.files)
    inputs = make_decision(args)
    text = to_json(build_record(inputs.decision, inputs.source, estimate=inputs.estimate)).rstrip("\n")
    if args.output is None:
        print(text)
    else:
        write_text(args.output, text + "\n")
    return DONE
