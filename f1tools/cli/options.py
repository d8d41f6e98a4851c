"""What the commands share: options for files, columns and goals, and what they mean."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from f1tools.core.constraints import Constraint
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.readers import SPLIT_INTO_MODELS, Choices


class BadOptions(ValueError):
    """The options don't make sense; the message is one sentence."""


@dataclass(frozen=True)
class Goal:
    """What the best threshold is best by, and the bounds that it must keep."""

    metric: Metric
    constraints: tuple[Constraint, ...]


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence instead of printing the usage."""

    def error(self, message: str) -> NoReturn:
        """Refuse the options."""
        raise BadOptions(f"{message}. See {self.prog} --help.")


def add_command(commands: Any, name: str, run: Any, *, what: str, description: str, epilog: str) -> Parser:
    """Add a command that is run by a function of its options, with a help that teaches it."""
    command: Parser = commands.add_parser(
        name,
        help=what,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(run=run)
    return command


def add_files(command: argparse.ArgumentParser) -> None:
    """Add the files with predictions."""
    command.add_argument(
        "files", metavar="FILE", nargs="+",
        help="CSV or the like (also gzip), Parquet or xlsx; or two that belong together: the truth and the scores, "
        "or rows to choose the threshold on and rows to report from",
    )  # fmt: skip


def add_columns(command: argparse.ArgumentParser) -> None:
    """Add what says which columns mean what."""
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


def choices_of(given: argparse.Namespace) -> Choices:
    """Understand which columns mean what; the rest is for the reader to find."""
    split, part = (given.split, SPLIT_INTO_MODELS) if given.split else given.only or (None, None)
    return Choices(
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


def _roles(given: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Understand the roles of rows; given more than once, each may have several values."""
    if len({column for column, _, _ in given}) > 1:
        raise BadOptions("argument --roles: name one column, and its values once or more.")
    columns, tune, report = (tuple(dict.fromkeys(each)) for each in zip(*given, strict=True)) if given else [()] * 3
    return {"role": columns[0], "tune": tuple(filter(None, tune)), "report": report} if columns else {}


def add_goal(command: argparse.ArgumentParser) -> None:
    """Add what is to be maximised, and within which bounds."""
    goal = command.add_argument_group("goal")
    goal.add_argument("--metric", metavar="M", help=f"what to maximise, f1 if not given: {', '.join(METRICS)}")
    goal.add_argument(
        "--beta", metavar="B", type=number, help="maximise F-beta: recall counts B times as much, 2 if not given"
    )
    for name, bound in (("recall", "R"), ("precision", "P"), ("specificity", "S")):
        text = f"keep the {name} at {bound} or more, from 0 to 1"
        goal.add_argument(f"--min-{name}", metavar=bound, type=AtLeast(name), help=text)
    goal.add_argument("--max-flagged", metavar="K|K%", type=at_most, help="flag at most K rows, or K%% of them")


def goal_of(given: argparse.Namespace) -> Goal:
    """Understand what is to be maximised.

    Raises
    ------
    BadOptions
        For a metric that is not known, or a beta that does not fit it.
    """
    try:
        wanted = metric(given.metric or ("f1" if given.beta is None else "fbeta"), given.beta)
    except ValueError as error:
        raise BadOptions(str(error)) from error
    bounds = (given.min_recall, given.min_precision, given.min_specificity, given.max_flagged)
    return Goal(wanted, tuple(filter(None, bounds)))


def number(text: str) -> float:
    """Read a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return value


class AtLeast:
    """Reads the lower bound of a metric."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, text: str) -> Constraint:
        """Read it."""
        bound = number(text)
        if not 0 <= bound <= 1:
            raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 1")
        return Constraint.at_least(self._name, bound)


def at_most(text: str) -> Constraint:
    """Read how many rows may be flagged, or how many percent of them."""
    bound = number(text.removesuffix("%"))
    if bound < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is below 0")
    if not text.endswith("%"):
        return Constraint.at_most("flagged", bound)
    if bound > 100:
        raise argparse.ArgumentTypeError(f"{text!r} is more than 100%")
    return Constraint.at_most("predicted_positive_rate", bound / 100)
