"""Options for files of several classes: what is maximized over all of them, by which rule, within which limits."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from f1tools.classes import RULES, Average, ClassDecision, Rule, decide_classes
from f1tools.classes.curves import FEW_POSITIVES
from f1tools.cli.options import BadOptions, finite_number
from f1tools.cli.output import print_message
from f1tools.cli.reading import classes_noun, name_text
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import LARGEST_BETA, METRICS, SMALLEST_BETA
from f1tools.core.types import InvalidPredictions

if TYPE_CHECKING:
    from f1tools.readers import Reading

_AVERAGES: tuple[Average, ...] = ("macro", "micro", "weighted")
_LIMIT = re.compile(r"(?P<label>.+):\s*(?P<metric>[A-Za-z0-9_-]+)\s*(?P<sense>>=|<=)\s*(?P<bound>\S+)", re.DOTALL)
_OF_ONE_CLASS = (
    *("threshold", "model", "by", "compare", "margin"),
    *("min_recall", "min_precision", "min_specificity", "max_flagged"),
)


@dataclass(frozen=True)
class ClassGoal:
    """What is maximized over all classes, and how.

    Parameters
    ----------
    average : {"macro", "weighted", "micro"}
    beta : float
    rule : {"default", "common", "own"}
    limits : mapping of str to tuple of Constraint
        What the thresholds of labels must satisfy.
    min_positives : int
        Classes with fewer positive rows are not tuned.
    """

    average: Average
    beta: float
    rule: Rule
    limits: Mapping[str, tuple[Constraint, ...]]
    min_positives: int


def add_class_options(command: argparse.ArgumentParser) -> None:
    """Add the options for all classes of a file together."""
    group = command.add_argument_group("several classes, or several labels a row")
    group.add_argument(
        "--average", choices=_AVERAGES, help="how F1 of the classes becomes the number to maximize, by default macro"
    )
    group.add_argument(
        "--rule", choices=RULES,
        help="default: 0.5 for each label, or the class with the highest score; common: one threshold for all labels; "
        "own: one for each label, or a weight for each class. By default own",
    )  # fmt: skip
    group.add_argument(
        "--limit", metavar="LABEL:METRIC>=V", type=_limit, action="append", dest="limits", default=[],
        help="what the threshold of a label must satisfy, such as 'threat:precision>=0.8'; may be repeated",
    )  # fmt: skip
    group.add_argument(
        "--min-positives", metavar="N", type=_count,
        help=f"tune only classes with N positive rows or more, by default {FEW_POSITIVES}; 0 tunes all that "
        "have at least two",
    )  # fmt: skip


def _limit(text: str) -> tuple[str, Constraint]:
    """Parse the limit of a label."""
    found = _LIMIT.fullmatch(text.replace("≥", ">=").replace("≤", "<="))
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not written like 'threat:precision>=0.8'")
    name = found["metric"].replace("-", "_").lower()
    if name not in (*METRICS, "flagged") or name == "fbeta":
        raise argparse.ArgumentTypeError(f"{found['metric']!r} is not a metric, such as precision or recall")
    bound = finite_number(found["bound"])
    if bound < 0 or (bound > 1 and name not in ("flagged", "lift")):
        raise argparse.ArgumentTypeError(f"{found['bound']!r} is not between 0 and 1")
    return found["label"], Constraint(name, "at least" if found["sense"] == ">=" else "at most", bound)


def _count(text: str) -> int:
    """Parse a number of rows."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)


def decides_about_all(reading: Reading, args: argparse.Namespace) -> bool:
    """Return whether a file of several classes is decided as a whole.

    Raises
    ------
    InvalidPredictions
        When it has two classes, or one is taken against all others, and an option is about several classes.
    """
    options = {
        "--average": args.average, "--rule": args.rule, "--limit": args.limits, "--min-positives": args.min_positives
    }  # fmt: skip
    named = [option for option, value in options.items() if value not in (None, [])]
    if reading.classes is not None and args.one_class is None:
        return True
    if named:
        what = "is read as two classes" if args.one_class is None else f"is read as {name_text(args.one_class)} alone"
        raise InvalidPredictions(
            f"{name_text(reading.name)} {what}, and {named[0]} is for several classes together. Leave it out."
        )
    return False


def parse_class_goal(reading: Reading, args: argparse.Namespace) -> ClassGoal:
    """Return the goal that the options stand for, and say on standard error where the average is assumed.

    Raises
    ------
    BadOptions
        When an option is for one class only.
    """
    for name in _OF_ONE_CLASS:
        if getattr(args, name, None) not in (None, False):
            option = f"--{name.replace('_', '-')}"
            raise BadOptions(
                f"argument {option}: {name_text(reading.name)} has several {classes_noun(reading)}, and this is for "
                "one of them. Add --class NAME, or limit a label such as --limit 'threat:precision>=0.8'."
            )
    if args.metric not in (None, "f1", "fbeta"):
        raise BadOptions(
            f"argument --metric: over several classes F1 is averaged, or F-beta with --beta, not {args.metric}."
        )
    beta = args.beta if args.beta is not None else 2.0 if args.metric == "fbeta" else 1.0
    if not SMALLEST_BETA <= beta <= LARGEST_BETA:
        raise BadOptions(f"argument --beta: beta must be from {SMALLEST_BETA} to {LARGEST_BETA:,}, got {beta:g}.")
    if args.limits and args.rule in ("default", "common"):
        raise BadOptions(
            f"argument --limit: with --rule {args.rule} no label has a threshold of its own that could be limited. "
            "Leave one of the two out."
        )
    if args.average is None:
        print_message("f1tools: Macro F1 is maximized, which counts every class alike; --average names another.")
    limits: dict[str, tuple[Constraint, ...]] = {}
    for label, constraint in args.limits:
        limits[label] = (*limits.get(label, ()), constraint)
    few = FEW_POSITIVES if args.min_positives is None else args.min_positives
    return ClassGoal(args.average or "macro", beta, args.rule or "own", limits, few)


def decide_all(reading: Reading, goal: ClassGoal) -> ClassDecision:
    """Decide about all classes of a file.

    Raises
    ------
    BadOptions
        When the rule does not exist for these classes.
    """
    assert reading.classes is not None  # noqa: S101 - the file has several classes
    decision = decide_classes(
        reading.classes, goal.average, beta=goal.beta, rule=goal.rule, constraints=goal.limits,
        min_positives=goal.min_positives,
    )  # fmt: skip
    if decision.chosen != goal.rule:
        why = (
            "each row has one class, and the highest score decides"
            if decision.curves.one_per_row
            else "the scores are not probabilities, so 0.5 means nothing"
        )
        raise BadOptions(f"argument --rule: there is no rule {goal.rule} here, because {why}. Choose another one.")
    return decision
