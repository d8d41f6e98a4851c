"""``f1tools verify``: whether a record agrees with its data."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from f1tools.cli.options import add_command, add_files, file_name
from f1tools.cli.output import DIFFERS, DONE, escape_controls, print_message
from f1tools.cli.reading import fingerprint_files
from f1tools.cli.reread import load_any_record, reread_classes, reread_recorded
from f1tools.formatting import counted, join_names

if TYPE_CHECKING:
    from f1tools.record import ClassRecord, DecisionRecord, FileDigest, RecordDifference, Verification

_MOST_LINES = 20
_MOST_CLASSES = 5
_DESCRIPTION = """\
Recompute a decision record from its data: the rows and those left out, the best threshold, all counts, metrics and
intervals, the distribution of the scores, and what to expect on new rows. Every difference is printed; of several
classes that differ in many values, one line for each of the first five.
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

--json prints all differences: {record, file, agrees, differences: [{what, recorded, computed, of}], notes}, where of is
the class, if the value is of one.

examples
  f1tools verify record.json scores.csv

exit codes  0 it agrees;  1 it differs;  2 the record or the files can't be used;
130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "recompute a record from its data and report differences"
    command = add_command(commands, "verify", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument("record", metavar="RECORD", type=file_name, help="a decision record from f1tools record")
    add_files(command)
    command.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Recompute the record and print the differences."""
    record = load_any_record(args.record)
    fingerprints = fingerprint_files(args.files)
    result = _verify(record, args.files, fingerprints)
    for note in result.notes:
        print_message(f"f1tools: {note}")
    file = " + ".join(args.files)
    if args.json:
        differences = [vars(difference) for difference in result.differences]
        content = {"record": args.record, "file": file, "agrees": result.agrees, "differences": differences}
        print(json.dumps(content | {"notes": result.notes}, indent=2))
    else:
        lines = [f"{args.record} agrees with {file}."] if result.agrees else _lines(result.differences)
        print("\n".join(map(escape_controls, lines)))
    return DONE if result.agrees else DIFFERS


def _lines(differences: Sequence[RecordDifference]) -> list[str]:
    """Return a line for each difference; where classes have many, a line for each of some classes."""
    from f1tools.record.diff import quoted

    if len(differences) <= _MOST_LINES or not any(each.of for each in differences):
        return [*map(str, differences)]
    by_class: dict[str, list[RecordDifference]] = {}
    for each in differences:
        by_class.setdefault(each.of, []).append(each)
    lines = [*map(str, by_class.pop("", ()))]
    lines += [_line_of_class(found) for found in [*by_class.values()][:_MOST_CLASSES]]
    if others := [*by_class][_MOST_CLASSES:]:
        kind = counted(len(others), "other class", "other classes")
        lines.append(f"Values of {kind} differ: {join_names(map(quoted, others))}.")
    return [*lines, f"--json prints all {len(differences):,} differences."]


def _line_of_class(found: Sequence[RecordDifference]) -> str:
    """Return the first difference of a class that says something, and how many more there are."""
    first = next((each for each in found if not each.what.startswith("Table of counts")), found[0])
    n = len(found) - 1
    return f"{first}; {counted(n, 'more value')} of it {'differs' if n == 1 else 'differ'}" if n else str(first)


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
