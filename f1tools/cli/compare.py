"""``f1tools compare``: several models on the same rows, each at its own best threshold, as JSON or text."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from f1tools.cli.best import data_json, model_json
from f1tools.cli.best_text import ModelResult
from f1tools.cli.compare_aligned import AlignedModels, align, aligned_json
from f1tools.cli.compare_reading import ComparedRows, read_compared
from f1tools.cli.compare_text import to_text
from f1tools.cli.options import (
    DEFAULT_MARGIN,
    add_columns,
    add_command,
    add_files,
    add_goal,
    add_margin,
    parse_choices,
    parse_goal,
)
from f1tools.cli.output import DONE, finite_or_none
from f1tools.cli.reading import choose_model, print_notes, print_unused_cluster
from f1tools.decision import Comparison, comparable_values, compare

if TYPE_CHECKING:
    from f1tools.comparison import ModelDifference, ModelDifferences
    from f1tools.core.counts import ConfusionCounts

_EPILOG = """\
The models are the score columns of one file, or of several files that each hold the true labels and the scores of the
same rows. These are joined by columns that identify a row, such as id, else by their order if the labels are the same
in every row; a score that several files have is called like its file. Rows that a key joins must have the same label.
Files of different rows are compared unpaired, and the output says so: each file is read and resampled on its own.

Constraints that a model can't meet, and others can, are dropped for it: it is shown without a difference, and a line
says so. With intervals a model that misses them in more than 5% of the resamples has no difference, either.

With --interval, --margin or --cluster a paired bootstrap of the rows tells chance from difference: every model sees the
same resamples, and its threshold is tuned again in each. The intervals hold together for all models. The verdict is
same where both models are equal in every resample; as good where the interval lies within M of 0; better or worse where
it excludes 0; not worse where it lies above -M; else undecided. M is the margin, as on the page Compare. There are no
intervals with fewer than 10 rows of a class, or 10 clusters. --cluster names a column of patients, users or documents
that several rows belong to: clusters are resampled instead of rows, which would make the intervals too narrow.

The JSON is that of f1tools best, with {paired, reference, margin} beside the models, and for each model
{flagged, at_0_5: {tn, fp, fn, tp, flagged, precision, recall, f1}, difference, not_met}: at_0_5 is null where scores
are not probabilities, difference is the value minus that of the reference, and not_met says which constraints were
dropped.
With intervals each model but the reference has comparison {interval, pointwise_interval, verdict, detectable,
same_workload: {flagged_per_1000, more_caught_per_1000, interval}, confidence_level, n_resamples, random_state}.
detectable is the difference that rows like these mostly show; same_workload compares the models where both flag as many
rows as the reference at its own threshold, flagged_per_1000 of 1,000; it is null where rows differ. Unpaired, files
has {file, truth, pos_label, n, n_pos, dropped, unscored, roles} of each file, and each model has file.
With --align, aligned is {by, models: [counts at aligned thresholds, null where none reaches the reference],
differences: [{metric, model, difference, interval, verdict}]}.

With --align the models stand also where they catch, hit or flag as much as the reference at its own threshold: with
intervals, the difference in precision at the same recall, in recall at the same precision or number flagged, and in the
metric itself. These are what to expect on new rows, without the optimism of a threshold tuned on these.

examples
  f1tools compare forest.csv logistic.csv boosting.csv
  f1tools compare scores.csv --reference baseline --interval --align recall
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
    add_margin(command, implies="; implies --interval")
    command.add_argument(
        "--align", choices=("recall", "precision", "flagged", "threshold"),
        help="compare the models also where they have this in common with the reference at its own threshold",
    )  # fmt: skip
    add_columns(command)
    add_goal(command)


def run(args: argparse.Namespace) -> int:
    """Print all models and their differences from the reference."""
    choices, goal = parse_choices(args), parse_goal(args)
    compared = read_compared(args.files, choices)
    reference = choose_model([name for each in compared for name in each.counted.models], args.reference)
    comparisons = [compare(each.counted, goal.metric, constraints=goal.constraints) for each in compared]
    differences, margin = None, None
    if args.interval or args.margin is not None or args.cluster is not None:
        margin = DEFAULT_MARGIN if args.margin is None else args.margin
        differences = _differences(compared, comparisons, reference)
        for each in compared:
            print_unused_cluster(each.reading)
    aligned = None
    if args.align is not None:
        decisions = [decision for comparison in comparisons for decision in comparison.decisions]
        aligned = align(compared, decisions, reference, args.align, intervals=differences is not None)
    if args.json:
        for each in compared:
            print_notes(each.reading)
        options = {"reference": reference, "margin": margin}
        print(_to_json(compared, comparisons, differences, aligned, options))
    else:
        print(to_text(compared, comparisons, reference, differences, aligned, margin or 0.0))
    return DONE


def _differences(
    compared: Sequence[ComparedRows], comparisons: Sequence[Comparison], reference: str
) -> ModelDifferences:
    from f1tools.comparison import model_differences, unpaired_differences  # slow to load

    if len(compared) > 1:
        samples = [(each.predictions, one.decisions) for each, one in zip(compared, comparisons, strict=True)]
        return unpaired_differences(samples, reference=reference)
    return model_differences(compared[0].predictions, comparisons[0].decisions, reference=reference)


def _to_json(
    compared: Sequence[ComparedRows], comparisons: Sequence[Comparison], differences: ModelDifferences | None,
    aligned: AlignedModels | None, options: dict[str, Any],
) -> str:  # fmt: skip
    """Return strict JSON: numbers in full precision, null for infinite and undefined values."""
    of_model = {each.model: each for each in (() if differences is None else differences.differences)}
    values = comparable_values([decision for one in comparisons for decision in one.decisions])
    is_paired = len(compared) == 1
    models = []
    for rows, comparison in zip(compared, comparisons, strict=True):
        for decision in comparison.decisions:
            name, counts = decision.curves.model, decision.evaluation.point.counts
            half = decision.curves.counts_at_half
            model = {
                **model_json(ModelResult(decision), with_bounds=rows.reading.table is not None),
                **({} if is_paired else {"file": rows.files[0]}),
                "flagged": counts.tp + counts.fp,
                "at_0_5": None if half is None else _counts_json(half),
                "difference": finite_or_none(values[name] - values[options["reference"]]),
                "not_met": decision.tuning.not_met,
            }
            if differences is not None and name in of_model:
                model["comparison"] = _difference_json(of_model[name], differences, options["margin"] or 0.0)
            models.append(model)
    data = [data_json(each.files, each.reading, each.counted) for each in compared]
    content = {**(data[0] if is_paired else {"files": data}), "paired": is_paired, **options, "models": models}
    if aligned is not None:
        content["aligned"] = aligned_json(aligned, options["margin"] or 0.0)
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
        "same_workload": None
        if not workload.is_known
        else {
            "flagged_per_1000": finite_or_none(workload.flagged_cases),
            "more_caught_per_1000": finite_or_none(workload.more_caught),
            "interval": caught,
        },
        "confidence_level": differences.confidence_level,
        "n_resamples": differences.n_resamples,
        "random_state": differences.random_state,
    }
