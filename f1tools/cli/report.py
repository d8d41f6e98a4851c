"""``f1tools report``: the decision for people, as one HTML file."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from f1tools.cli.class_options import add_class_options, decide_all, decides_about_all, parse_class_goal
from f1tools.cli.deciding import DecisionInputs, add_decision_options, make_decision
from f1tools.cli.options import DEFAULT_MARGIN, BadOptions, add_command, add_margin, column_name, parse_choices
from f1tools.cli.output import DONE, check_output_path, write_text
from f1tools.cli.reading import fingerprint_files, print_notes, read_any
from f1tools.formatting import single_line
from f1tools.formatting.positives import LONGEST_NOUN, noun_from_text

if TYPE_CHECKING:
    from f1tools.readers import Reading

_DESCRIPTION = """\
Write a memo that explains the decision to people who were not involved: one HTML file that needs no server and no
network. It says what the threshold does, how certain the numbers are, and what to keep in mind, and it lets readers
try other thresholds. It contains counts at some thresholds, and no rows.
"""
_EPILOG = """\
The memo is about the model that --model names, and compares it with the other models, each at its own best threshold,
with the intervals and verdicts of f1tools compare. --by COLUMN adds the numbers of each group at the threshold.
For sensitive data, --suppress-below 10 leaves out every count from 1 to 9 and every number that would reveal one.
Of a file with several classes, or several labels a row, the memo is about all of them, tuned for the --average as
f1tools best does; --class NAME makes it about one against the rest.

examples
  f1tools report scores.csv -o memo.html
  f1tools report scores.csv -o memo.html --title "Alerts, May" --noun fraud --min-precision 0.7
  f1tools report models.csv -o memo.html --truth y --score forest --score linear --model linear
  f1tools report scores.csv -o memo.html --by region --suppress-below 10
  f1tools report labels.csv -o memo.html --average macro

exit codes  0 done;  2 the files or the options can't be used, or no threshold meets the constraints;  3 please choose;
130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "write a memo about the decision, one HTML file"
    command = add_command(commands, "report", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument("-o", "--output", metavar="FILE", required=True, help="the file to write, such as memo.html")
    command.add_argument("--title", metavar="T", help="the title of the data; by default the name of the file")
    command.add_argument(
        "--noun", metavar="N", type=_noun, help='what a positive case is called: a word that fits after "cases of"'
    )
    command.add_argument(
        "--suppress-below", metavar="K", type=_minimum, default=0, help="keep counts from 1 to K - 1 out of the memo"
    )
    include = command.add_argument_group("what it includes")
    include.add_argument(
        "--by", metavar="C", type=column_name, help="the numbers of each group: the values of column C"
    )
    include.add_argument("--no-comparison", action="store_true", help="no section about the other models")
    add_margin(include)
    add_decision_options(command)
    add_class_options(command)


def run(args: argparse.Namespace) -> int:
    """Write the memo."""
    check_output_path(args.output, args.files)
    reading = read_any(args.files, replace(parse_choices(args), group=args.by), extras=args.by is not None)
    if decides_about_all(reading, args):
        write_text(args.output, _class_memo(reading, args))
    else:
        inputs = make_decision(args, group=args.by, margin=_margin(args), reading=reading)
        write_text(args.output, _memo(inputs, args))
    return DONE


def _class_memo(reading: Reading, args: argparse.Namespace) -> str:
    """Return the memo about all classes of a file."""
    from f1tools.classes import estimate_rules
    from f1tools.memo import build_class_snapshot, class_memo_html
    from f1tools.record import class_source

    if args.noun is not None:
        raise BadOptions("argument --noun: the classes have names of their own. Leave it out, or add --class NAME.")
    decision = decide_all(reading, parse_class_goal(reading, args))
    print_notes(reading)
    snapshot = build_class_snapshot(
        decision,
        class_source(reading, fingerprint_files(args.files)),
        estimates=None if args.suppress_below > 1 else estimate_rules(decision),
        title=args.title,
        suppress_below=args.suppress_below,
    )
    return class_memo_html(snapshot)


def _memo(inputs: DecisionInputs, args: argparse.Namespace) -> str:
    from f1tools.groups import by_group
    from f1tools.groups.grouping import FEW
    from f1tools.memo import build_snapshot, memo_html

    if args.margin is not None:
        inputs.require_rows("A comparison by a margin")
    margin = _margin(args)
    snapshot = build_snapshot(
        inputs.decision,
        inputs.source,
        estimate=inputs.estimate,
        comparison=inputs.comparison,
        differences=None if margin is None else inputs.differences,
        margin=0.0 if margin is None else margin,
        show_comparison=not args.no_comparison,
        groups=None if args.by is None else by_group(inputs.counted, inputs.decision, min_rows=FEW),
        better=inputs.better,
        title=args.title,
        noun=args.noun,
        suppress_below=args.suppress_below,
    )
    return memo_html(snapshot)


def _margin(args: argparse.Namespace) -> float | None:
    """Return the margin by which the memo compares the models; None where it has no differences."""
    if args.no_comparison or args.suppress_below > 1:
        return None
    return DEFAULT_MARGIN if args.margin is None else float(args.margin)


def _noun(text: str) -> str:
    """Parse what positive cases are called."""
    noun = noun_from_text(text)
    if noun is None or noun != single_line(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a word or a few, of at most {LONGEST_NOUN} characters")
    return noun


def _minimum(text: str) -> int:
    """Parse the smallest count to display."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)
