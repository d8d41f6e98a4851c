"""``f1tools record``: the decision as a JSON file that can be opened, deployed, verified and checked."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from f1tools import formatting
from f1tools.cli.class_options import add_class_options, decide_all, decides_about_all, parse_class_goal
from f1tools.cli.deciding import DecisionInputs, add_decision_options, make_decision
from f1tools.cli.options import (
    DEFAULT_MARGIN,
    BadOptions,
    add_command,
    add_margin,
    column_name,
    finite_number,
    parse_choices,
)
from f1tools.cli.output import DONE, check_output_path, escape_controls, print_message, write_text
from f1tools.cli.reading import fingerprint_files, name_text, print_notes, read_any

if TYPE_CHECKING:
    from f1tools.groups.parity import ParityRate
    from f1tools.readers import Reading
    from f1tools.record import ClassRecord, GroupThresholds

_DESCRIPTION = """\
Write the decision as JSON: the threshold and its equivalent range, the rule (y_score >= threshold), the positive label,
the columns, the goal, all counts and intervals, what to expect on new rows, and fingerprints of the data. It contains
no rows. The dashboard opens it, and verify, check and snippets read it.
"""
_EPILOG = """\
What to expect on new rows is estimated from 2,000 resamples with a fixed seed: the same file gives the same record,
except for the date. The JSON Schema of the record is part of the package: f1tools/record/decision.schema.json.

With --by COLUMN and --own-thresholds the record has one threshold for each value of the column, chosen together so
that the metric over all rows is highest; with --by COLUMN and --equal RATE the highest where the rate differs by no
more than --within between groups: recall (equal opportunity), false-positive-rate, or flagged, the share flagged
(demographic parity). Both are exact, for F1, F-beta and Jaccard, without constraints. Groups with fewer than ten
positives or negatives, and groups that come later, have the one threshold for all. verify, check and snippets apply
them.

--compare adds what f1tools compare --interval says of the other models: their values, differences from this model with
intervals, and verdicts. verify computes that again, too.

Of a file with several classes, or several labels a row, the record is about all of them: a threshold for each label, or
an offset for each class, tuned for the --average as f1tools best does.

examples
  f1tools record scores.csv -o record.json
  f1tools record models.csv --model forest --compare -o record.json
  f1tools record valid.csv test.csv --min-recall 0.8 -o record.json
  f1tools record scores.csv --truth y --score forest --threshold 0.4 > record.json
  f1tools record labels.csv --average macro -o record.json
  f1tools record scores.csv --by region --own-thresholds -o record.json
  f1tools record scores.csv --by region --equal recall --within 0.05 -o record.json

exit codes  0 done;  2 the files or the options can't be used, or no threshold meets the constraints;  3 please choose;
130 interrupted
"""
_RATES: Final[dict[str, ParityRate]] = {
    "recall": "recall",
    "false-positive-rate": "false_positive_rate",
    "flagged": "predicted_positive_rate",
}
_LISTED_RATES = ", ".join(_RATES)
_TOLERANCE = 0.05


def add(commands: Any) -> None:
    """Add the command."""
    what = "write the decision as a JSON file"
    command = add_command(commands, "record", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument("-o", "--output", metavar="FILE", help="the file to write; by default standard output")
    compared = command.add_argument_group("the other models")
    compared.add_argument("--compare", action="store_true", help="record how they compare with the model")
    add_margin(compared, implies="; implies --compare")
    add_decision_options(command)
    add_class_options(command)
    groups = command.add_argument_group("one threshold for each group")
    groups.add_argument("--by", metavar="C", type=column_name, help="the groups: the values of column C")
    how = groups.add_mutually_exclusive_group()
    how.add_argument("--own-thresholds", action="store_true", help="those with the highest metric over all rows")
    how.add_argument(
        "--equal", choices=_RATES, metavar="RATE", help=f"those that make a rate alike in all groups: {_LISTED_RATES}"
    )
    groups.add_argument(
        "--within", metavar="X", type=_share,
        help=f"the largest difference of the rate between groups, from 0 to 1, by default {_TOLERANCE}",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Write the record."""
    from f1tools.record import build_record, to_json

    check_output_path(args.output, args.files)
    _check_groups(args)
    reading = read_any(args.files, replace(parse_choices(args), group=args.by), extras=args.by is not None)
    if decides_about_all(reading, args):
        _write(to_json(_class_record(reading, args)), args)
        return DONE
    inputs = make_decision(args, group=args.by, margin=_margin(args), reading=reading)
    groups = None if args.by is None else _choose_thresholds(inputs, args)
    compared = _compared(inputs, args)
    record = build_record(inputs.decision, inputs.source, estimate=inputs.estimate, groups=groups, **compared)
    _write(to_json(record), args)
    return DONE


def _class_record(reading: Reading, args: argparse.Namespace) -> ClassRecord:
    """Return the record of a decision about all classes of a file."""
    from f1tools.classes import estimate_rules
    from f1tools.record import build_class_record, class_source

    goal = parse_class_goal(reading, args)
    decision = decide_all(reading, goal)
    print_notes(reading)
    return build_class_record(
        decision, class_source(reading, fingerprint_files(args.files)), estimates=estimate_rules(decision),
        limits=goal.limits, min_positives=goal.min_positives,
    )  # fmt: skip


def _write(text: str, args: argparse.Namespace) -> None:
    if args.output is None:
        print(text.rstrip("\n"))
    else:
        write_text(args.output, text)


def _check_groups(args: argparse.Namespace) -> None:
    """Check that the options say what the groups are and how their thresholds are chosen.

    Raises
    ------
    BadOptions
        When one of the two is missing.
    """
    is_chosen = args.own_thresholds or args.equal is not None
    if args.by is not None and not is_chosen:
        raise BadOptions("argument --by: add --own-thresholds, or a rate to make alike, such as --equal recall.")
    if args.by is None and is_chosen:
        option = "--own-thresholds" if args.own_thresholds else "--equal"
        raise BadOptions(f"argument {option}: name the column of groups, such as --by region.")
    if args.within is not None and args.equal is None:
        raise BadOptions("argument --within: name the rate that is alike, such as --equal recall.")


def _choose_thresholds(inputs: DecisionInputs, args: argparse.Namespace) -> GroupThresholds:
    """Choose one threshold for each group, and say on standard error what that gains or costs."""
    from f1tools.groups import own_thresholds, parity_thresholds
    from f1tools.groups.sentences import own_thresholds_text, parity_text
    from f1tools.record import group_thresholds
    from f1tools.record.groups import values_text

    predictions, decision = inputs.require_rows("One threshold for each group"), inputs.decision
    if args.equal is None:
        found = group_thresholds(predictions, decision, args.by)
        by_hand = not decision.is_best  # then its threshold is not the one that own_thresholds compares with
        sentence = (
            values_text(found, decision) if by_hand else own_thresholds_text(own_thresholds(predictions, decision))
        )
    else:
        rate, tolerance = _RATES[args.equal], _TOLERANCE if args.within is None else args.within
        found = group_thresholds(predictions, decision, args.by, equal=rate, tolerance=tolerance)
        sentence = parity_text(parity_thresholds(predictions, decision, rate=rate, tolerance=tolerance))
    print_message(f"f1tools: {escape_controls(sentence)}")
    if found.too_few:
        few = formatting.join_names(
            "rows without a value" if each is None else name_text(each) for each in found.too_few
        )
        print_message(f"f1tools: Too few rows for a threshold of their own, so they have the one for all: {few}.")
    return found


def _share(text: str) -> float:
    """Parse a number from 0 to 1."""
    value = finite_number(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 1")
    return value


def _compared(inputs: DecisionInputs, args: argparse.Namespace) -> dict[str, Any]:
    """Return the differences from the other models with their margin, if the record is to have them."""
    margin = _margin(args)
    if margin is None:
        return {}
    inputs.require_rows("A comparison with intervals")
    if inputs.differences is None:
        raise BadOptions(
            "argument --compare: there is one model only. Name further scores with --score, or leave it out."
        )
    return {"differences": inputs.differences, "margin": margin}


def _margin(args: argparse.Namespace) -> float | None:
    """Return the margin of the comparison with other models; None where the record is to have none."""
    return (DEFAULT_MARGIN if args.compare else None) if args.margin is None else float(args.margin)
