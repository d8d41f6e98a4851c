"""``f1tools verify``: whether a record is right."""

from __future__ import annotations

import argparse
from typing import Any

from f1tools.cli.again import as_recorded, record_in
from f1tools.cli.options import add_command, add_files
from f1tools.cli.source import seen
from f1tools.cli.terminal import DIFFERS, DONE, say, visible

_DESCRIPTION = """\
Work out a decision record again from its data: the rows and those left out, the best threshold, all counts, metrics and
intervals, how the scores lie, and what to expect on new rows. It agrees to the last count, or every difference is told.
"""
_EPILOG = """\
The files are read as the record says; a file with the recorded content may have another name. What is expected on new
rows must come out exactly, too. Only with another numpy than the record's (1.26 is not 2.0), or where weighted rows
come from a file with other bytes, it may be as far away as other resamples bring it.

What somebody asked for or told can't be worked out and is not compared: the metric and its limits, the date, the
versions, the title, the files' names, what was supposed, and that rows trained the model.

for example
  f1tools verify record.json scores.csv

ends with  0 it agrees;  1 it does not, a line a difference;  2 the record or the files can't be used;  130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "work a record out again from its data and say whether it agrees"
    command = add_command(commands, "verify", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument("record", metavar="RECORD", help="a decision record, as f1tools record writes it")
    add_files(command)


def run(given: argparse.Namespace) -> int:
    """Work the record out again."""
    from f1tools.record import verify

    record = record_in(given.record)
    files = seen(given.files)
    reading = as_recorded(record, given.files, files)
    assert reading.predictions is not None  # noqa: S101 - what could not be read was refused
    found = verify(record, reading.predictions, files, left_out=reading.dropped)
    for note in found.notes:
        say(f"f1tools: {note}")
    for each in found.differences:
        print(visible(str(each)))
    if found.differences:
        return DIFFERS
    print(visible(f"{given.record} agrees with {' + '.join(given.files)}."))
    return DONE
