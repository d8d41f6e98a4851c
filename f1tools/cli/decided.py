"""What the commands share that write a decision down: which one, and how sure it is."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from f1tools.cli.options import add_columns, add_files, add_goal, choices_of, goal_of, number
from f1tools.cli.source import model_of, read, say_notes, seen

if TYPE_CHECKING:
    from f1tools.decision import Decision
    from f1tools.predictions import Predictions
    from f1tools.record import DataSource
    from f1tools.uncertainty import TunedEstimate


@dataclass(frozen=True, eq=False)
class Decided:
    """A decision with all that records and memos tell about it."""

    decision: Decision
    source: DataSource
    estimate: TunedEstimate
    predictions: Predictions


def add_decision(command: argparse.ArgumentParser) -> None:
    """Add the files, and which model and threshold it is about."""
    add_files(command)
    about = command.add_argument_group("the decision")
    about.add_argument("--threshold", metavar="T", type=number, help="one that you chose; the best one if not given")
    about.add_argument("--model", metavar="NAME", help="of several models the one it is about; the first if not given")
    add_columns(command)
    add_goal(command)


def decided(given: argparse.Namespace) -> Decided:
    """Read the files and take the decision that the options ask for; notes go to standard error."""
    from f1tools.decision import decide
    from f1tools.record import data_source
    from f1tools.uncertainty import tuned_estimate

    choices, goal = choices_of(given), goal_of(given)
    reading, predictions = read(given.files, choices)
    say_notes(reading)
    model = model_of(predictions, given.model)
    decision = decide(predictions.curves(model), goal.metric, constraints=goal.constraints, threshold=given.threshold)
    estimate = tuned_estimate(decision.curves.tuning, goal.metric, constraints=goal.constraints)
    return Decided(decision, data_source(reading, seen(given.files)), estimate, predictions)
