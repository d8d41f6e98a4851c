"""The decision that a record or a memo is about: its options, and everything that is made from it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from f1tools.cli.options import FLAG_NOTHING, add_columns, add_files, add_goal, own_threshold, parse_choices, parse_goal
from f1tools.cli.output import escape_controls, print_message
from f1tools.cli.reading import (
    Counted,
    choose_model,
    fingerprint_files,
    name_text,
    print_notes,
    read_any,
    require_counted,
    require_rows,
)
from f1tools.cli.tables import table_notes
from f1tools.predictions import Predictions
from f1tools.readers import Reading
from f1tools.threshold_table import ThresholdTable

if TYPE_CHECKING:
    from f1tools.better_model import BetterModel
    from f1tools.comparison import ModelDifferences
    from f1tools.decision import Comparison, Decision
    from f1tools.record import DataSource
    from f1tools.uncertainty import TunedEstimate


@dataclass(frozen=True, eq=False)
class DecisionInputs:
    """A decision with everything that records and memos need."""

    decision: Decision
    source: DataSource
    estimate: TunedEstimate
    reading: Reading
    counted: Counted

    def require_rows(self, what: str) -> Predictions:
        """Return the rows that something needs, see :func:`f1tools.cli.reading.require_rows`."""
        return require_rows(self.reading, what)

    @cached_property
    def comparison(self) -> Comparison | None:
        """All models by the same metric, each at its own best threshold; None for a single model.

        None as well where the models of a threshold table were counted on different numbers of rows.
        """
        from f1tools.decision import compare

        if len(self.counted.models) < 2:
            return None
        if isinstance(self.counted, ThresholdTable) and len({each.n for each in self.counted.by_model.values()}) > 1:
            return None
        return compare(self.counted, self.decision.objective, constraints=self.decision.evaluation.constraints)

    @cached_property
    def differences(self) -> ModelDifferences | None:
        """The differences of the other models, with the resamples of ``f1tools compare``.

        None for a single model, and without rows.
        """
        from f1tools.comparison import model_differences

        if self.comparison is None or self.reading.predictions is None:
            return None
        reference = self.decision.curves.model
        return model_differences(self.reading.predictions, self.comparison.decisions, reference=reference)

    @cached_property
    def better(self) -> BetterModel | None:
        """The model with a higher value, if there is one."""
        from f1tools.better_model import better_model

        if self.comparison is None:
            return None
        others = [each for each in self.comparison.decisions if each.curves.model != self.decision.curves.model]
        return better_model(self.reading.predictions, self.decision, others)


def add_decision_options(command: argparse.ArgumentParser) -> None:
    """Add the files, the model, the threshold and the goal."""
    add_files(command)
    group = command.add_argument_group("the decision")
    group.add_argument(
        "--threshold", metavar=f"T|{FLAG_NOTHING}", type=own_threshold,
        help=f"your own threshold, or {FLAG_NOTHING} to flag nothing; by default the best threshold",
    )  # fmt: skip
    group.add_argument("--model", metavar="NAME", help="the model that the decision is about; by default the first")
    add_columns(command)
    add_goal(command)


def make_decision(
    args: argparse.Namespace, *, group: str | None = None, margin: float | None = None, reading: Reading | None = None
) -> DecisionInputs:
    """Read the files and decide as the options say; notes go to standard error.

    ``group`` names a column of groups; with ``margin`` models are compared, and a note says what that found. Files that
    were read already are in ``reading``.
    """
    from f1tools.decision import decide
    from f1tools.record import data_source
    from f1tools.uncertainty import tuned_estimate

    choices, goal = replace(parse_choices(args), group=group), parse_goal(args)
    reading = read_any(args.files, choices, extras=group is not None) if reading is None else reading
    counted = require_counted(reading, choices)
    print_notes(reading)
    model = choose_model(counted.models, args.model)
    curves = counted.curves(model)
    decision = decide(curves, goal.metric, constraints=goal.constraints, threshold=args.threshold)
    estimate = tuned_estimate(curves.tuning, goal.metric, constraints=goal.constraints)
    source = data_source(reading, fingerprint_files(args.files), model=model)
    inputs = DecisionInputs(decision, source, estimate, reading, counted)
    for note in table_notes(decision):
        print_message(f"f1tools: {escape_controls(note)}")
    if args.model is None and len(counted.models) > 1:
        _print_default_model(inputs, margin)
    return inputs


def _print_default_model(inputs: DecisionInputs, margin: float | None) -> None:
    """Note on standard error that the decision is about the first model, and which model does better."""
    models = inputs.counted.models
    found = inputs.better
    if found is not None and margin is not None:
        from f1tools.comparison.sentences import verdict_of_model

        judged = verdict_of_model(inputs.differences, found.name, margin)
        found = found if judged is None else found.judged(*judged)
    better = "" if found is None else f" {found.sentence}"
    note = f"This is about {name_text(models[0])}, the first of {len(models)} models; --model names another.{better}"
    print_message(f"f1tools: {escape_controls(note)}")
