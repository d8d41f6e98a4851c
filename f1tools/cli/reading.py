"""Read files for a command: ambiguities, notes, fingerprints, and the decision that a record or a memo is about."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from f1tools.cli.options import (
    FLAG_NOTHING,
    NOT_FLAGGED,
    BadOptions,
    add_columns,
    add_files,
    add_goal,
    choice_options,
    own_threshold,
    parse_choices,
    parse_goal,
)
from f1tools.cli.output import escape_controls, print_message, reason
from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.predictions import Predictions
from f1tools.readers import Choices, Reading, read_files
from f1tools.readers.reading_warnings import unused_cluster_text

if TYPE_CHECKING:
    from f1tools.better_model import BetterModel
    from f1tools.comparison import ModelDifferences
    from f1tools.decision import Comparison, Decision
    from f1tools.record import DataSource, FileDigest
    from f1tools.uncertainty import TunedEstimate

_MOST_LISTED = 12  # reasons, or models


def name_text(name: str) -> str:
    """Return a name from a file, short enough for a line, its control characters escaped."""
    return truncate(escape_controls(name), longest=60)


class ChoiceRequired(Exception):
    """The files can be read in several ways, and the user must choose one."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.reason)
        self.reading = reading

    def lines(self) -> list[str]:
        """Return what is ambiguous, and the options that resolve it."""
        candidates, ranked = self.reading.candidates, ", the most likely first" * self.reading.ranks_candidates
        return [
            f"f1tools: {self.reading.reason}",
            "Add the options of this line:"
            if len(candidates) == 1
            else f"Add the options of one of these lines{ranked}:",
            *(f"  {choice_options(each.choices)}   # {each.reason}" for each in candidates),
        ]


def load_predictions(
    files: Sequence[str], choices: Choices, *, names: Sequence[str | None] | None = None, extras: bool = False
) -> tuple[Reading, Predictions]:
    """Read files; groups and keys only with ``extras``.

    Raises
    ------
    InvalidPredictions
        When they can't be used.
    ChoiceRequired
        When they can be read in several ways.
    """
    reading = read_files(files, names=names, choices=choices, extras=extras)
    if reading.outcome == "ask":
        raise ChoiceRequired(reading)
    if reading.predictions is None:
        raise InvalidPredictions(reading.reason)
    return reading, reading.predictions


def reading_notes(reading: Reading) -> list[str]:
    """Return which rows were left out, and the warnings of the reader, as sentences."""
    unscored = [each.sentence for each in reading.warnings if each.kind == "unscored"]
    if unscored and reading.proposal is not None and not reading.proposal.count_unscored:
        unscored.append(f"--unscored {NOT_FLAGGED} counts rows without a score as not flagged.")
    dropped = {
        reason: rows
        for reason, rows in reading.dropped.items()
        if not (unscored and reason.startswith(("missing score", "unreadable score")))  # told by class
    }
    listed = _listed([f"{name_text(reason)} ({rows:,})" for reason, rows in dropped.items()])
    left_out = [f"{sum(dropped.values()):,} of {reading.n_rows:,} rows were left out: {listed}."] if dropped else []
    others = [each.sentence for each in reading.warnings if each.kind not in ("many_dropped", "unscored")]
    return [*left_out, *unscored, *others]


def unscored_json(reading: Reading) -> dict[str, dict[str, Any]]:
    """Return the positive and negative rows without a score, by model, and whether they count as not flagged."""
    counted = reading.proposal is not None and reading.proposal.count_unscored
    return {
        name: {"positives": n_pos, "negatives": n_neg, "counted": counted}
        for name, (n_pos, n_neg) in reading.unscored.items()
    }


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts[:_MOST_LISTED]) + (", ..." if len(texts) > _MOST_LISTED else "")


def print_notes(reading: Reading) -> None:
    """Print the notes on standard error."""
    for note in reading_notes(reading):
        print_message(f"f1tools: {note}")


def print_unused_cluster(reading: Reading) -> None:
    """Note on standard error that intervals take rows for independent that may belong together."""
    if name := reading.unused_cluster:
        note = f"{unused_cluster_text(name_text(name))} --cluster {shlex.quote(name)} keeps them together."
        print_message(f"f1tools: {escape_controls(note)}")


def fingerprint_files(files: Sequence[str]) -> tuple[FileDigest, ...]:
    """Return name, size and digest of files, without their folders.

    Raises
    ------
    InvalidPredictions
        When one can't be read.
    """
    from f1tools.record import file_digest

    fingerprints = []
    for file in files:
        try:
            fingerprints.append(file_digest(Path(file).name, Path(file)))
        except (OSError, ValueError) as error:
            raise InvalidPredictions(f"{file} cannot be read: {reason(error)}.") from error
    return tuple(fingerprints)


def choose_model(models: Sequence[str], model: str | None) -> str:
    """Return the model that the command is about: the first one if none was chosen.

    Raises
    ------
    BadOptions
        When there is no such model.
    """
    if model is not None and model not in models:
        listed = _listed([*map(name_text, models)])
        raise BadOptions(f"There is no model {name_text(repr(model))}. The models are: {listed}.")
    return models[0] if model is None else model


@dataclass(frozen=True, eq=False)
class DecisionInputs:
    """A decision with everything that records and memos need."""

    decision: Decision
    source: DataSource
    estimate: TunedEstimate
    predictions: Predictions

    @cached_property
    def comparison(self) -> Comparison | None:
        """All models by the same metric, each at its own best threshold; None for a single model."""
        from f1tools.decision import compare

        if len(self.predictions.models) < 2:
            return None
        return compare(self.predictions, self.decision.objective, constraints=self.decision.evaluation.constraints)

    @cached_property
    def differences(self) -> ModelDifferences | None:
        """The differences of the other models, with the resamples of ``f1tools compare``; None for a single model."""
        from f1tools.comparison import model_differences

        if self.comparison is None:
            return None
        reference = self.decision.curves.model
        return model_differences(self.predictions, self.comparison.decisions, reference=reference)

    @cached_property
    def better(self) -> BetterModel | None:
        """The model with a higher value, if there is one."""
        from f1tools.better_model import better_model

        if self.comparison is None:
            return None
        others = [each for each in self.comparison.decisions if each.curves.model != self.decision.curves.model]
        return better_model(self.predictions, self.decision, others)


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


def make_decision(args: argparse.Namespace, *, group: str | None = None, margin: float | None = None) -> DecisionInputs:
    """Read the files and decide as the options say; notes go to standard error.

    ``group`` names a column of groups; with ``margin`` models are compared, and a note says what that found.
    """
    from f1tools.decision import decide
    from f1tools.record import data_source
    from f1tools.uncertainty import tuned_estimate

    choices, goal = replace(parse_choices(args), group=group), parse_goal(args)
    reading, predictions = load_predictions(args.files, choices, extras=group is not None)
    print_notes(reading)
    curves = predictions.curves(choose_model(predictions.models, args.model))
    decision = decide(curves, goal.metric, constraints=goal.constraints, threshold=args.threshold)
    estimate = tuned_estimate(curves.tuning, goal.metric, constraints=goal.constraints)
    source = data_source(reading, fingerprint_files(args.files))
    inputs = DecisionInputs(decision, source, estimate, predictions)
    if args.model is None and len(predictions.models) > 1:
        _print_default_model(inputs, margin)
    return inputs


def _print_default_model(inputs: DecisionInputs, margin: float | None) -> None:
    """Note on standard error that the decision is about the first model, and which model does better."""
    models = inputs.predictions.models
    found = inputs.better
    if found is not None and margin is not None:
        from f1tools.comparison.sentences import verdict_of_model

        judged = verdict_of_model(inputs.differences, found.name, margin)
        found = found if judged is None else found.judged(*judged)
    better = "" if found is None else f" {found.sentence}"
    note = f"This is about {name_text(models[0])}, the first of {len(models)} models; --model names another.{better}"
    print_message(f"f1tools: {escape_controls(note)}")
