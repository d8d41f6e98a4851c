"""Options of the commands that write a decision down, and the decision they stand for."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from f1tools.cli.options import add_columns, add_files, add_goal, finite_number, parse_choices, parse_goal
from f1tools.cli.reading import choose_model, fingerprint_files, load_predictions, print_notes

if TYPE_CHECKING:
    from f1tools.decision import Decision
    from f1tools.predictions import Predictions
    from f1tools.record import DataSource
    from f1tools.uncertainty import TunedEstimate


@dataclass(frozen=True, eq=False)
class DecisionInputs:
    """A decision with everything that records and memos need."""

    decision: Decision
    source: DataSource
    estimate: TunedEstimate
    predictions: Predictions


def add_decision_options(command: argparse.ArgumentParser) -> None:
    """Add the files, the model, the threshold and the goal."""
    add_files(command)
    group = command.add_argument_group("the decision")
    group.add_argument("--threshold", metavar="T", type=finite_number, help="your own threshold; by default the best")
    group.add_argument("--model", metavar="NAME", help="the model that the decision is about; by default the first")
    add_columns(command)
    add_goal(command)


def make_decision(args: argparse.Namespace) -> DecisionInputs:
    """Read the files and decide as the options say; notes go to standard error."""
    from f1tools.decision import decide
    from f1tools.record import data_source
    from f1tools.uncertainty import tuned_estimate

    choices, goal = parse_choices(args), parse_goal(args)
    reading, predictions = load_predictions(args.files, choices)
    print_notes(reading)
    curves = predictions.curves(choose_model(predictions, args.model))
    decision = decide(curves, goal.metric, constraints=goal.constraints, threshold=args.threshold)
    estimate = tuned_estimate(curves.tuning, goal.metric, constraints=goal.constraints)
    return DecisionInputs(decision, data_source(reading, fingerprint_files(args.files)), estimate, predictions)
