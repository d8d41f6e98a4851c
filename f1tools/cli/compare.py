"""``f1tools compare``: several models on the same rows, each at its own best threshold, as JSON or text."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from f1tools.cli.best import data_json, finite_or_none, model_json
from f1tools.cli.best_text import ModelResult
from f1tools.cli.compare_choices import comparable_candidates
from f1tools.cli.compare_text import to_text
from f1tools.cli.options import (
    add_columns,
    add_command,
    add_files,
    add_goal,
    finite_number,
    parse_choices,
    parse_goal,
)
from f1tools.cli.output import DONE
from f1tools.cli.reading import ChoiceRequired, choose_model, load_predictions, name_text, print_notes
from f1tools.core.types import InvalidPredictions
from f1tools.decision import Comparison, compare

if TYPE_CHECKING:
    from f1tools.comparison import ModelDifference, ModelDifferences
    from f1tools.core.counts import ConfusionCounts
    from f1tools.predictions import Predictions
    from f1tools.readers import Reading

DEFAULT_MARGIN = 0.02
"""The largest difference that does not matter, as on the page Compare."""

_EPILOG = """\
The models are the score columns of one file, or of several files that each hold the true labels and the scores of the
same rows. These are joined by columns that identify a row, such as id, else by their order if the labels are the same
in every row; a score that several files have is called like its file. Files of different rows are refused.

Constraints that a model can't meet are dropped for it, and a line says so.

With --interval, --margin or --cluster a paired bootstrap of the rows tells chance from difference: every model sees the
same resamples, and its threshold is tuned again in each. The intervals hold together for all models. The verdict is
same where both models are equal in every resample; as good where the interval lies within M of 0; better or worse where
it excludes 0; not worse where it lies above -M; else undecided. M is the margin, as on the page Compare. There are no
intervals with fewer than 10 rows of a class. --cluster names the column of the patient, user or document that several
rows belong to: clusters are resampled instead of rows, which would make the intervals too narrow.

The JSON is that of f1tools best, with {reference, cluster, margin} beside the models, and for each model {flagged,
at_0_5: {tn, fp, fn, tp, flagged, precision, recall, f1}, difference, not_met}: at_0_5 is null where scores are not
probabilities, difference is the value minus that of the reference, and not_met says which constraints were dropped.
With intervals each model but the reference has comparison {interval, pointwise_interval, verdict, detectable,
same_workload: {flagged_per_1000, more_caught_per_1000, interval}, confidence_level, n_resamples, random_state}.
detectable is the difference that rows like these mostly show; same_workload compares the models where both flag as many
rows as the reference at its own threshold, flagged_per_1000 of 1,000.

examples
  f1tools compare forest.csv logistic.csv boosting.csv
  f1tools compare scores.csv --reference baseline --interval
  f1tools compare old.csv new.csv --margin 0.02 --cluster patient --json

exit codes  0 done;  2 the files or the options can't be used;  3 please choose;  130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    command = add_command(
        commands, "compare", run,
        what="compare several models on the same rows",
        description="Compare several models on the same rows, each at its own best threshold.",
        epilog=_EPILOG,
    )  # fmt: skip
    add_files(command)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument("--reference", metavar="NAME", help="the model to compare with; by default the first")
    command.add_argument("--interval", action="store_true", help="add 95%% intervals of the differences, and verdicts")
    command.add_argument(
        "--margin", metavar="M", type=_margin,
        help=f"the largest difference that does not matter, by default {DEFAULT_MARGIN:g}; implies --interval",
    )  # fmt: skip
    command.add_argument("--cluster", metavar="C", help="a column whose values mark rows that belong together")
    add_columns(command)
    add_goal(command)


def run(args: argparse.Namespace) -> int:
    """Print all models and their differences from the reference."""
    choices, goal = replace(parse_choices(args), group=args.cluster), parse_goal(args)
    try:
        reading, predictions = load_predictions(args.files, choices, extras=args.cluster is not None)
    except ChoiceRequired as required:
        candidates = comparable_candidates(required.reading.candidates)
        raise ChoiceRequired(replace(required.reading, candidates=candidates)) from None
    if len(predictions.models) < 2:
        raise InvalidPredictions(
            f"There is one model only, {name_text(predictions.models[0])}. Add files of the same rows with other "
            "models, or name further columns with --score."
        )
    reference = choose_model(predictions, args.reference)
    comparison = compare(predictions, goal.metric, constraints=goal.constraints)
    differences, margin = None, None
    if args.interval or args.margin is not None or args.cluster is not None:
        margin = DEFAULT_MARGIN if args.margin is None else args.margin
        differences = _differences(predictions, comparison, reference, args.cluster)
    if args.json:
        print_notes(reading)
        options = {"reference": reference, "cluster": args.cluster, "margin": margin}
        print(_to_json(args.files, reading, predictions, comparison, differences, options))
    else:
        print(to_text(reading, predictions, comparison, reference, differences, margin or 0.0))
    return DONE


def _margin(text: str) -> float:
    """Parse a margin."""
    value = finite_number(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is negative")
    return value


def _differences(
    predictions: Predictions, comparison: Comparison, reference: str, cluster: str | None
) -> ModelDifferences:
    from f1tools.comparison import model_differences  # slow to load

    clusters = None if cluster is None else predictions.group
    if clusters is not None and (n_missing := int((clusters == "").sum())):
        raise InvalidPredictions(
            f"{n_missing:,} of {predictions.n:,} rows have no {name_text(cluster or '')}, so their cluster is unknown. "
            "Fill these cells, or leave out --cluster."
        )
    return model_differences(predictions, comparison.decisions, reference=reference, clusters=clusters)


def _to_json(
    files: Sequence[str], reading: Reading, predictions: Predictions, comparison: Comparison,
    differences: ModelDifferences | None, options: dict[str, Any],
) -> str:  # fmt: skip
    """Return strict JSON: numbers in full precision, null for infinite and undefined values."""
    values = {each.curves.model: each.evaluation.value for each in comparison.decisions}
    compared = {} if differences is None else {each.model: each for each in differences.differences}
    models = []
    for decision in comparison.decisions:
        name, counts = decision.curves.model, decision.evaluation.point.counts
        half = decision.curves.counts_at_half
        model = {
            **model_json(ModelResult(decision)),
            "flagged": counts.tp + counts.fp,
            "at_0_5": None if half is None else _counts_json(half),
            "difference": finite_or_none(values[name] - values[options["reference"]]),
            "not_met": decision.tuning.not_met,
        }
        if differences is not None and name in compared:
            model["comparison"] = _difference_json(compared[name], differences, options["margin"] or 0.0)
        models.append(model)
    content = {**data_json(files, reading, predictions), **options, "models": models}
    return json.dumps(content, indent=2, allow_nan=False)


def _counts_json(counts: ConfusionCounts) -> dict[str, Any]:
    metrics = {name: float(getattr(counts, name)()) for name in ("precision", "recall", "f1")}
    return {**vars(counts), "flagged": counts.tp + counts.fp, **metrics}


def _difference_json(difference: ModelDifference, differences: ModelDifferences, margin: float) -> dict[str, Any]:
    workload = difference.same_workload
    intervals = (difference.simultaneous, difference.interval, workload.interval)
    together, alone, caught = ([finite_or_none(float(end)) for end in (each.low, each.high)] for each in intervals)
    return {
        "interval": together,
        "pointwise_interval": alone,
        "verdict": difference.verdict(margin),
        "detectable": finite_or_none(difference.detectable),
        "same_workload": {
            "flagged_per_1000": finite_or_none(workload.flagged_cases),
            "more_caught_per_1000": finite_or_none(workload.more_caught),
            "interval": caught,
        },
        "confidence_level": differences.confidence_level,
        "n_resamples": differences.n_resamples,
        "random_state": differences.random_state,
    }
