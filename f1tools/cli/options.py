"""Options that commands share: files, columns and the goal, and the choices they stand for."""

from __future__ import annotations

import argparse
import math
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from f1tools.core.constraints import Constraint, parse_flagged_limit
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.readers import SPLIT_INTO_MODELS, Choices
from f1tools.readers.formats.source import FORMATS
from f1tools.readers.models import SPLIT_INTO_CLASSES

FLAG_NOTHING = "nothing"  # as in links
DEFAULT_MARGIN = 0.02
"""The largest difference that does not matter, as on the page Compare."""
UNSCORED = _, NOT_FLAGGED = ("left-out", "not-flagged")


class BadOptions(ValueError):
    """The options can't be used; the message is one sentence."""


@dataclass(frozen=True)
class Goal:
    """The metric to maximize and the constraints to meet."""

    metric: Metric
    constraints: tuple[Constraint, ...]


class Parser(argparse.ArgumentParser):
    """An argument parser that explains an error in one sentence instead of printing the usage."""

    def error(self, message: str) -> NoReturn:
        """Raise ``BadOptions``."""
        raise BadOptions(f"{message}. See {self.prog} --help.")


def add_command(commands: Any, name: str, run: Any, *, what: str, description: str, epilog: str) -> Parser:
    """Add a command to the subparsers; ``run`` is called with the parsed options."""
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
        "files", metavar="FILE", nargs="+", type=file_name,
        help=f"{FORMATS}, also compressed; or several files that "
        "belong together: models of the same rows, the truth and the scores, or a tuning set and an evaluation set",
    )  # fmt: skip


def add_columns(command: argparse.ArgumentParser) -> None:
    """Add the options that say how columns are used."""
    columns = command.add_argument_group("columns")
    columns.add_argument("--truth", metavar="C", help="the column with the two classes")
    columns.add_argument(
        "--score", metavar="C", action="append", default=[],
        help="a model's scores, or the difference of two columns as 'a - b'; may be repeated",
    )  # fmt: skip
    columns.add_argument("--pos-label", metavar="L", help="the positive class, as written in the file")
    columns.add_argument("--weight", metavar="C", help="a column of sample weights")
    add_cluster(columns)
    columns.add_argument(
        "--roles", metavar=("C", "TUNE", "REPORT"), nargs=3, action="append", default=[],
        help="choose the threshold on rows with TUNE in column C, and evaluate it on rows with REPORT; may be repeated",
    )  # fmt: skip
    columns.add_argument(
        "--class", metavar="NAME", dest="one_class", type=class_name,
        help="of a file of several classes or labels: take this one against all others",
    )  # fmt: skip
    columns.add_argument(
        "--class-score", metavar=("NAME", "C"), nargs=2, action="append", default=[],
        help="the column with the scores of one of several classes; name it for each class",
    )  # fmt: skip
    columns.add_argument(
        "--label", metavar=("NAME", "TRUTH", "C"), nargs=3, action="append", default=[],
        help="the columns with truth and scores of one of several labels; name them for each label",
    )  # fmt: skip
    rare = command.add_argument_group("columns, rarely needed")
    rare.add_argument("--drop-label", metavar="L", action="append", default=[], help="drop rows with this truth")
    rare.add_argument("--flip", metavar="C", action="append", default=[], help="low values of this score are positive")
    rare.add_argument("--predicted", metavar="C", help="the score is the confidence in the label in this column")
    add_unscored(rare)
    parts = rare.add_mutually_exclusive_group()
    parts.add_argument("--split", metavar="C", help="each value of this column marks the rows of another model")
    parts.add_argument("--classes-in", metavar="C", help="each row is about one class or label, named in this column")
    parts.add_argument("--only", metavar=("C", "V"), nargs=2, help="use only rows with the value V in column C")


def add_cluster(group: argparse._ArgumentGroup | argparse.ArgumentParser, *, default: str = "") -> None:
    """Add the option that names the column of clusters."""
    group.add_argument(
        "--cluster", metavar="C", type=column_name,
        help="the column of the patient, user or document that several rows belong to: intervals keep these together"
        f"{default and f'; by default {default}'}",
    )  # fmt: skip


def column_name(text: str) -> str:
    """Parse the name of a column."""
    if not text:
        raise argparse.ArgumentTypeError("the name of the column is empty")
    return text


def class_name(text: str) -> str:
    """Parse the name of a class."""
    if not text:
        raise argparse.ArgumentTypeError("the name of the class is empty")
    return text


def add_unscored(group: argparse._ArgumentGroup | argparse.ArgumentParser, *, default: str = "left-out") -> None:
    """Add the option that says what rows without a score are."""
    group.add_argument(
        "--unscored", choices=UNSCORED, metavar="|".join(UNSCORED), default=None,
        help=f"leave out rows without a score, or count them as not flagged; by default {default}",
    )  # fmt: skip


def parse_choices(args: argparse.Namespace) -> Choices:
    """Return the column choices that the options stand for; the reader infers the rest.

    Raises
    ------
    BadOptions
        When ``--roles`` names several columns, or a row were to have one class and several labels.
    """
    split, value = (args.split, SPLIT_INTO_MODELS) if args.split else args.only or (None, None)
    if args.classes_in:
        split, value = args.classes_in, SPLIT_INTO_CLASSES
    if args.class_score and args.label:
        raise BadOptions("argument --label: a row has one class or any number of labels. Leave out --class-score.")
    named = args.class_score or args.label
    return Choices(
        truth=args.truth,
        scores=tuple(dict.fromkeys((*args.score, *(each[-1] for each in named)))),
        classes=tuple(each[0] for each in named),
        truths=tuple(each[1] for each in args.label),
        pos_label=args.pos_label,
        dropped_truth=tuple(args.drop_label),
        weight=args.weight,
        split=split,
        split_value=value,
        flipped=tuple(args.flip),
        predicted=args.predicted,
        cluster=args.cluster,
        count_unscored=args.unscored == NOT_FLAGGED,
        one_class=args.one_class,
        **_parse_roles(args.roles),
    )


def _parse_roles(roles: Sequence[Sequence[str]]) -> dict[str, Any]:
    if not roles:
        return {}
    columns, tuning, evaluation = (tuple(dict.fromkeys(values)) for values in zip(*roles, strict=True))
    if len(columns) > 1:
        raise BadOptions("argument --roles: name one column, and its values once or more.")
    return {"role": columns[0], "tune": tuple(filter(None, tuning)), "report": evaluation}


def choice_options(choices: Choices) -> str:
    """Return the options that stand for column choices, quoted for a shell: the inverse of :func:`parse_choices`.

    Examples
    --------
    >>> choice_options(Choices(truth="First Attempt", scores=("p",), pos_label="-1"))
    "--truth 'First Attempt' --score p --pos-label=-1"
    """
    values = [
        ("--truth", choices.truth),
        *(("--score", name) for name in choices.scores if not choices.classes),
        ("--pos-label", choices.pos_label),
        *(("--drop-label", label) for label in choices.dropped_truth),
        ("--weight", choices.weight),
        ("--cluster", choices.cluster),
        *(("--flip", name) for name in choices.flipped),
        ("--predicted", choices.predicted),
        ("--class", choices.one_class),
    ]
    words = [_option(option, value) for option, value in values if value is not None] + _class_words(choices)
    if choices.split is not None and choices.split_value == SPLIT_INTO_CLASSES:
        words.append(_option("--classes-in", choices.split))
    elif choices.split is not None and choices.split_value == SPLIT_INTO_MODELS:
        words.append(_option("--split", choices.split))
    elif choices.split is not None and choices.split_value is not None:
        words.append(f"--only {_quote(choices.split)} {_quote(choices.split_value)}")
    words += [f"--unscored {NOT_FLAGGED}"] if choices.count_unscored else []
    tuning, evaluation = choices.tune or ("",), choices.report
    for place in range(max(len(choices.tune), len(evaluation))):
        values_of_role = (values[min(place, len(values) - 1)] for values in (tuning, evaluation))
        words.append(" ".join(["--roles", *map(_quote, (choices.role or "", *values_of_role))]))
    return " ".join(words)


def _class_words(choices: Choices) -> list[str]:
    """Return the options that name the columns of several classes; one column may have the scores of all."""
    scores = choices.scores * len(choices.classes) if len(choices.scores) == 1 else choices.scores
    columns = zip(choices.truths, scores, strict=True) if choices.truths else ((name,) for name in scores)
    option = "--label" if choices.truths else "--class-score"
    of_class = zip(choices.classes, columns, strict=bool(choices.classes))
    return [" ".join([option, *map(_quote, (name, *each))]) for name, each in of_class]


def _option(option: str, value: str) -> str:
    return f"{option}={_quote(value)}" if value.startswith("-") else f"{option} {_quote(value)}"


def _quote(text: str) -> str:
    """Quote a word for a shell; characters that are not printable are escaped as $'...'."""
    if text.isprintable():
        return shlex.quote(text)
    escaped = "".join(
        char if char.isprintable() and char not in "\\'" else "".join(f"\\x{byte:02x}" for byte in char.encode())
        for char in text
    )
    return f"$'{escaped}'"


def add_goal(command: argparse.ArgumentParser) -> None:
    """Add the metric to maximize and the constraints to meet."""
    goal = command.add_argument_group("goal")
    goal.add_argument("--metric", metavar="M", help=f"the metric to maximize, by default f1: {', '.join(METRICS)}")
    goal.add_argument(
        "--beta", metavar="B", type=finite_number,
        help="maximize F-beta: recall counts B times as much as precision, by default 2",
    )  # fmt: skip
    add_constraints(goal)


def add_constraints(goal: argparse._ArgumentGroup) -> None:
    """Add the constraints to meet."""
    for name, bound in (("recall", "R"), ("precision", "P"), ("specificity", "S")):
        text = f"keep the {name} at {bound} or more, from 0 to 1"
        goal.add_argument(f"--min-{name}", metavar=bound, type=partial(metric_minimum, name), help=text)
    goal.add_argument("--max-flagged", metavar="K|K%", type=flagged_limit, help="flag at most K rows, or K%% of them")


def parse_goal(args: argparse.Namespace) -> Goal:
    """Return the goal that the options stand for.

    Raises
    ------
    BadOptions
        For an unknown metric, or a beta that does not fit it.
    """
    try:
        objective = metric(args.metric or ("f1" if args.beta is None else "fbeta"), args.beta)
    except ValueError as error:
        raise BadOptions(str(error)) from error
    return Goal(objective, parse_constraints(args))


def parse_constraints(args: argparse.Namespace) -> tuple[Constraint, ...]:
    """Return the constraints that the options stand for."""
    return tuple(filter(None, (args.min_recall, args.min_precision, args.min_specificity, args.max_flagged)))


def file_name(text: str) -> str:
    """Parse the name of a file; an empty one, such as an unset variable, would stand for the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("the name of the file is empty")
    return text


def add_margin(group: argparse._ArgumentGroup | argparse.ArgumentParser, *, implies: str = "") -> None:
    """Add the largest difference between models that does not matter; None where it is not named."""
    group.add_argument(
        "--margin", metavar="M", type=_margin,
        help=f"the largest difference between models that does not matter, by default {DEFAULT_MARGIN:g}{implies}",
    )  # fmt: skip


def _margin(text: str) -> float:
    """Parse a margin."""
    value = finite_number(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 1")
    return value


def own_threshold(text: str) -> float:
    """Parse a threshold: a number, or ``nothing``, infinity, which flags nothing."""
    return math.inf if text == FLAG_NOTHING else finite_number(text)


def finite_number(text: str) -> float:
    """Parse a finite number."""
    try:
        value = float(text.replace("−", "-"))  # as it is printed
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number")
    return value


def metric_minimum(name: str, text: str) -> Constraint:
    """Parse the lower bound of a metric."""
    bound = finite_number(text)
    if not 0 <= bound <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 1")
    return Constraint.at_least(name, bound)


def flagged_limit(text: str) -> Constraint:
    """Parse how many rows, or which percentage of them, may be flagged."""
    try:
        return parse_flagged_limit(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
