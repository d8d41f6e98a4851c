"""``f1tools verify``: whether a record agrees with its data."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from f1tools.cli.options import add_command, add_files, file_name
from f1tools.cli.output import DIFFERS, DONE, escape_controls, print_message
from f1tools.cli.reading import fingerprint_files
from f1tools.cli.reread import load_any_record, reread_classes, reread_recorded

if TYPE_CHECKING:
    from f1tools.record import ClassRecord, DecisionRecord, FileDigest, Verification

_DESCRIPTION = """\
Recompute a decision record from its data: the rows and those left out, the best threshold, all counts, metrics and
intervals, the distribution of the scores, and what to expect on new rows. Every difference is printed.
"""
_EPILOG = """\
The files are read as the record says; a file with the recorded content may have another name. What to expect on new
rows must agree exactly, too. Only with another numpy version than the record's (1.26 is not 2.0), or when weighted rows
come from a file with other bytes, may it differ by as much as other resamples would make it differ.

What people chose or wrote can't be recomputed and is not compared: the metric and its constraints, the date, the
versions, the title, the names of the files, the what-ifs, and that rows trained the model.

Of a record of several classes the thresholds or offsets of all classes are computed again. Where a search finds other
offsets in a file with other bytes, they are a difference only if they are better or worse. Where they were searched, or
new rows estimated, in another way than now, a note says so: the offsets are then only judged by their counts.

examples
  f1tools verify record.json scores.csv

exit codes  0 it agrees;  1 it differs, one line per difference;  2 the record or the files can't be used;
130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "recompute a record from its data and report differences"
    command = add_command(commands, "verify", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument("record", metavar="RECORD", type=file_name, help="a decision record from f1tools record")
    add_files(command)


def run(args: argparse.Namespace) -> int:
    """Recompute the record and print the differences."""
    record = load_any_record(args.record)
    fingerprints = fingerprint_files(args.files)
    result = _verify(record, args.files, fingerprints)
    for note in result.notes:
        print_message(f"f1tools: {note}")
    for difference in result.differences:
        print(escape_controls(str(difference)))
    if result.differences:
        return DIFFERS
    print(escape_controls(f"{args.record} agrees with {' + '.join(args.files)}."))
    return DONE


def _verify(
    record: DecisionRecord | ClassRecord, files: Sequence[str], fingerprints: Sequence[FileDigest]
) -> Verification:
    from f1tools.record import ClassRecord, verify, verify_classes

    if isinstance(record, ClassRecord):
        reading, curves = reread_classes(record, files, fingerprints)
        return verify_classes(record, curves, fingerprints, left_out=reading.dropped)
    reading = reread_recorded(record, files, fingerprints)
    assert reading.counted is not None  # noqa: S101 - files that can't be read were refused
    return verify(
        record,
        reading.counted,
        fingerprints,
        left_out=reading.dropped,
        unscored=reading.unscored,
        columns=None if reading.table is not None else [column.name for column in reading.columns],
    )
