"""What can be asked for on the command line: the options, and the options that lead to given choices."""

from __future__ import annotations

import argparse
import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from f1tools.constraints import Constraint
from f1tools.metrics import METRICS, Metric, metric
from f1tools.reading import SPLIT_INTO_MODELS, Choices

_EPILOG = """\
Nothing needs to be named that the file shows by itself. Where it does not, the command says what could be meant,
likeliest first, each as the options that choose it, and ends with 3.

The JSON holds {file, truth, pos_label, n, n_pos, dropped, roles, models: [{score, metric, value, threshold,
threshold_interval, tn, fp, fn, tp, precision, recall, f1, roc_auc, average_precision, f1_at_0_5}]}. n counts the rows
used, dropped those left out. roles is null, or with --roles {column, tune, report, n_tune, n_report}: threshold and
threshold_interval are then found on the rows to tune, all figures are those of the rows to report, and each model has
value_where_tuned as well. With --interval each model has expected {value, optimism, interval, threshold_interval,
confidence_level, n_resamples, random_state}: what to expect of value on new rows, the .632 estimate; with --roles,
interval: that of value. Rows with a score >= threshold are called positive, and every threshold t with
low < t <= high decides like it, where threshold_interval is [low, high]. null stands for what is not finite: a
threshold above all scores (nothing is flagged), and a low end without limit (everything is flagged). Of equally good
thresholds the lowest is given. With weights the counts are sums of weights, n and n_pos are still rows.

ends with  0 done;  2 the file or the options can't be used, or no threshold keeps the constraints;  3 please choose;
130 interrupted
"""


class BadOptions(ValueError):
    """The options don't make sense; the message is one sentence."""


@dataclass(frozen=True)
class Request:
    """What was asked for.

    Parameters
    ----------
    file : str
        As given.
    choices : Choices
        What was named; the rest is for the reader to find.
    metric : Metric
    constraints : tuple of Constraint
    as_json : bool
    interval : bool
        Whether to say what to expect on new rows.
    """

    file: str
    choices: Choices
    metric: Metric
    constraints: tuple[Constraint, ...]
    as_json: bool
    interval: bool


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence instead of printing the usage."""

    def error(self, message: str) -> NoReturn:
        raise BadOptions(f"{message}. See {self.prog} --help.")


def parse(argv: Sequence[str] | None) -> Request:
    """Understand the command line.

    Raises
    ------
    BadOptions
        When it makes no sense.
    SystemExit
        With 0, when help was asked for and has been printed.
    """
    given = _parser().parse_args(argv)
    name = given.metric or ("f1" if given.beta is None else "fbeta")
    try:
        wanted = metric(name, given.beta)
    except ValueError as error:
        raise BadOptions(str(error)) from error
    split, part = (given.split, SPLIT_INTO_MODELS) if given.split else given.only or (None, None)
    choices = Choices(
        truth=given.truth,
        scores=tuple(dict.fromkeys(given.score)),
        pos_label=given.pos_label,
        dropped_truth=tuple(given.drop_label),
        weight=given.weight,
        split=split,
        split_value=part,
        flipped=tuple(given.flip),
        predicted=given.predicted,
        **_roles(given.roles),
    )
    bounds = (given.min_recall, given.min_precision, given.min_specificity, given.max_flagged)
    return Request(given.file, choices, wanted, tuple(filter(None, bounds)), given.json, given.interval)


def _roles(given: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Understand the roles of rows; given more than once, each may have several values."""
    if len({column for column, _, _ in given}) > 1:
        raise BadOptions("argument --roles: name one column, and its values once or more.")
    columns, tune, report = (tuple(dict.fromkeys(each)) for each in zip(*given, strict=True)) if given else [()] * 3
    return {"role": columns[0], "tune": tune, "report": report} if columns else {}


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="f1tools", description="Choose the threshold of a binary classifier.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="command", required=True, metavar="best", parser_class=_Parser)
    command = commands.add_parser(
        "best",
        help="find the best threshold for the predictions in a file",
        description="Find the best threshold for the predictions in a file, exactly: every distinct score is tried.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_argument("file", metavar="FILE", help="CSV or the like (also gzip), Parquet or xlsx")
    command.add_argument("--json", action="store_true", help="one JSON object on standard output")
    command.add_argument("--interval", action="store_true", help="say what to expect on new rows, with 95%% intervals")
    _add_columns(command)
    _add_goal(command)
    return parser


def _add_columns(command: argparse.ArgumentParser) -> None:
    columns = command.add_argument_group("columns")
    columns.add_argument("--truth", metavar="C", help="the column with the two classes")
    columns.add_argument("--score", metavar="C", action="append", default=[], help="a model's scores; may be repeated")
    columns.add_argument("--pos-label", metavar="L", help="the positive class, as written in the file")
    columns.add_argument("--weight", metavar="C", help="a column of sample weights")
    columns.add_argument(
        "--roles", metavar=("C", "TUNE", "REPORT"), nargs=3, action="append", default=[],
        help="find the threshold on rows with TUNE in the column C, measure it on those with REPORT; may be repeated",
    )  # fmt: skip
    rare = command.add_argument_group("columns, rarely needed")
    rare.add_argument("--drop-label", metavar="L", action="append", default=[], help="leave out rows with this truth")
    rare.add_argument("--flip", metavar="C", action="append", default=[], help="low values of this score are positive")
    rare.add_argument("--predicted", metavar="C", help="the score is the confidence in the label in this column")
    parts = rare.add_mutually_exclusive_group()
    parts.add_argument("--split", metavar="C", help="each value of this column marks another model's rows")
    parts.add_argument("--only", metavar=("C", "V"), nargs=2, help="only rows with the value V in the column C")


def _add_goal(command: argparse.ArgumentParser) -> None:
    goal = command.add_argument_group("goal")
    goal.add_argument("--metric", metavar="M", help=f"what to maximise, f1 if not given: {', '.join(METRICS)}")
    goal.add_argument(
        "--beta", metavar="B", type=_number, help="maximise F-beta: recall counts B times as much, 2 if not given"
    )
    for name, bound in (("recall", "R"), ("precision", "P"), ("specificity", "S")):
        text = f"keep the {name} at {bound} or more, from 0 to 1"
        goal.add_argument(f"--min-{name}", metavar=bound, type=_AtLeast(name), help=text)
    goal.add_argument("--max-flagged", metavar="K|K%", type=_at_most, help="flag at most K rows, or K%% of them")


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return value


class _AtLeast:
    """Reads the lower bound of a metric."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, text: str) -> Constraint:
        bound = _number(text)
        if not 0 <= bound <= 1:
            raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 1")
        return Constraint.at_least(self._name, bound)


def _at_most(text: str) -> Constraint:
    bound = _number(text.removesuffix("%"))
    if bound < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is below 0")
    if not text.endswith("%"):
        return Constraint.at_most("flagged", bound)
    if bound > 100:
        raise argparse.ArgumentTypeError(f"{text!r} is more than 100%")
    return Constraint.at_most("predicted_positive_rate", bound / 100)


def options_for(choices: Choices) -> str:
    """Write the options that lead to given choices, ready for a shell.

    Examples
    --------
    >>> options_for(Choices(truth="First Attempt", scores=("p",), pos_label="-1"))
    "--truth 'First Attempt' --score p --pos-label=-1"
    """
    named = [
        ("--truth", choices.truth),
        *(("--score", name) for name in choices.scores),
        ("--pos-label", choices.pos_label),
        *(("--drop-label", label) for label in choices.dropped_truth),
        ("--weight", choices.weight),
        *(("--flip", name) for name in choices.flipped),
        ("--predicted", choices.predicted),
    ]
    words = [_option(option, value) for option, value in named if value is not None]
    if choices.split is not None and choices.split_value == SPLIT_INTO_MODELS:
        words.append(_option("--split", choices.split))
    elif choices.split is not None and choices.split_value is not None:
        words.append(f"--only {_quoted(choices.split)} {_quoted(choices.split_value)}")
    for at in range(max(len(choices.tune), len(choices.report))):
        sides = (side[min(at, len(side) - 1)] for side in (choices.tune, choices.report))
        words.append(" ".join(["--roles", *map(_quoted, (choices.role or "", *sides))]))
    return " ".join(words)


def _option(option: str, value: str) -> str:
    return f"{option}={_quoted(value)}" if value.startswith("-") else f"{option} {_quoted(value)}"


def _quoted(text: str) -> str:
    """Quote for a shell; what a terminal must not see goes into its $'...' form."""
    if text.isprintable():
        return shlex.quote(text)
    escaped = "".join(
        char if char.isprintable() and char not in "\\'" else "".join(f"\\x{byte:02x}" for byte in char.encode())
        for char in text
    )
    return f"$'{escaped}'"
