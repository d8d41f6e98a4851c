"""``f1tools best``: the best threshold of each model, as JSON or text."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from f1tools.cli.best_text import ModelResult, to_text
from f1tools.cli.class_options import add_class_options, decides_about_all
from f1tools.cli.options import Goal, add_columns, add_command, add_files, add_goal, parse_choices, parse_goal
from f1tools.cli.output import DONE, finite_or_none
from f1tools.cli.reading import (
    Counted,
    name_text,
    print_notes,
    print_unused_cluster,
    read_any,
    require_counted,
    unscored_json,
)
from f1tools.cli.tables import bounds_json, table_json
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import ConstraintsNotMet
from f1tools.decision import decide
from f1tools.threshold_table import ThresholdTable

if TYPE_CHECKING:
    from f1tools.predictions import Predictions
    from f1tools.readers import Choices, Reading

_EPILOG = """\
What the file shows by itself need not be named. Where it is ambiguous, the command lists the possible readings, the
most likely first, each as the options that choose it, and exits with 3.

The JSON has {file, truth, pos_label, n, n_pos, dropped, unscored, roles, cluster, models: [{score, metric, value,
threshold, threshold_interval, ties: {n, flag_nothing}, tn, fp, fn, tp, precision, recall, f1, roc_auc,
average_precision, f1_at_0_5}]}. n counts the rows used, dropped the rows left out. unscored has {positives, negatives,
counted} by score: rows without that score, and whether they count as not flagged; then they are among n, and in fn or
tn at every threshold. cluster is null, or with --cluster {column, n}, n of its values: all intervals keep their rows
together. roles is null, or with --roles {column, tune, report, n_tune, n_report}: threshold and threshold_interval are
then chosen on the tuning set, all metrics describe the evaluation set, and each model also has value_where_tuned. With
--interval each model has expected {value, optimism, interval, threshold_interval, confidence_level, n_resamples,
random_state}: the value to expect on new rows, the .632 estimate; with --roles it has interval, the confidence interval
of value. Rows with score >= threshold are predicted positive, and every threshold t with low < t <= high makes the same
decisions, where threshold_interval is [low, high]. null stands for an infinite value: a threshold above all scores
(nothing is flagged), and a missing lower bound (every score is flagged). Of equally good thresholds the lowest is
returned; ties has the number of the others, and whether flagging nothing is one of them. With weights the counts are
sums of weights; n and n_pos still count rows. precision is 0 where nothing is flagged.

Of a file with several classes, or several labels a row, the thresholds of all labels or the weights of all classes
are tuned together for the --average. --class NAME takes one of them against all others. The JSON then has {file,
one_per_row, n, dropped, average, beta, rule, value, rules: {default, common, own: {macro, micro, weighted}},
recommended, classes: [{class, positives, threshold (or weight, or offset), tn, fp, fn, tp, precision, recall, fbeta,
kept, not_met}]}: kept is whether it has too few positives to be tuned, not_met why a --limit could not hold. With
--interval rules and classes also have expected {value, interval}, and recommended is the rule to take: the simplest,
unless another one is better beyond chance.

A threshold table, from f1tools summarize or another tool, is read like a file of rows. Its JSON also has table {source,
engine, counted, n_bins, exact, group}, and each model {thresholds, bound, roc_auc_bounds, average_precision_bounds}: no
threshold, also none between those of the table, has a value above bound, which is null if unknown. f1_at_0_5 is null
where the counts at 0.5 are not known.

examples
  f1tools best scores.csv
  f1tools best scores.csv --min-recall 0.8 --interval
  f1tools best valid.csv test.csv --json
  f1tools best labels.csv --average macro --interval
  f1tools best labels.csv --average micro --limit 'threat:precision>=0.8'

exit codes  0 done;  2 the file or the options can't be used, or no threshold meets the constraints;  3 please choose;
130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    command = add_command(
        commands, "best", run,
        what="find the best threshold for the predictions in a file",
        description="Find the best threshold for the predictions in a file, exactly: every distinct score is tried.",
        epilog=_EPILOG,
    )  # fmt: skip
    add_files(command)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.add_argument("--interval", action="store_true", help="add what to expect on new data, with 95%% intervals")
    add_columns(command)
    add_goal(command)
    add_class_options(command)


def run(args: argparse.Namespace) -> int:
    """Print the best threshold of every model."""
    choices, goal = parse_choices(args), parse_goal(args)
    reading = read_any(args.files, choices)
    if decides_about_all(reading, args):
        from f1tools.cli.best_classes import print_best  # slow to load

        print_best(reading, args)
        return DONE
    counted = require_counted(reading, choices)
    if args.interval:
        print_unused_cluster(reading)
    results = (_result(counted.curves(model), goal, interval=args.interval) for model in counted.models)
    if args.json:
        print_notes(reading)
        print(_to_json(args.files, reading, counted, results))
    else:
        print(to_text(reading, counted, results, in_sample=not args.interval))
    return DONE


def _result(curves: ModelCurves, goal: Goal, *, interval: bool) -> ModelResult:
    try:
        decision = decide(curves, goal.metric, constraints=goal.constraints)
    except ConstraintsNotMet as error:
        raise ConstraintsNotMet(f"{name_text(curves.model)}: {error}", error.closest) from error
    if not interval:
        return ModelResult(decision)
    from f1tools.uncertainty import metric_interval, tuned_estimate  # slow to load
    from f1tools.uncertainty.intervals import widening

    metric, point = decision.objective, decision.evaluation.point
    if curves.has_roles:
        return ModelResult(decision, interval=metric_interval(metric, point), widening=widening(metric, point))
    return ModelResult(decision, expected=tuned_estimate(curves.tuning, metric, constraints=goal.constraints))


def _to_json(files: Sequence[str], reading: Reading, counted: Counted, results: Iterable[ModelResult]) -> str:
    """Return strict JSON: numbers in full precision, null for infinite values."""
    of_table = reading.table is not None
    models = [model_json(result, with_bounds=of_table) for result in results]
    content = {**data_json(files, reading, counted), "models": models}
    return json.dumps(content, indent=2, allow_nan=False)


def data_json(files: Sequence[str], reading: Reading, counted: Counted) -> dict[str, Any]:
    """Return what was read: files, labels, numbers of rows and roles; of a threshold table also what counted it."""
    content = {
        "file": " + ".join(files),
        "truth": None if reading.proposal is None else reading.proposal.truth_column,
        "pos_label": counted.pos_label,
        "n": counted.n,
        "n_pos": counted.n_pos,
        "dropped": sum(reading.dropped.values()),
        "unscored": unscored_json(reading),
        "roles": None,
        "cluster": None,
    }
    if isinstance(counted, ThresholdTable):
        return {**content, "truth": counted.source.y_true or None, "table": table_json(counted)}
    assert reading.proposal is not None  # noqa: S101 - the files were read
    return {**content, "roles": _roles(counted, reading.proposal), "cluster": _clusters(counted, reading.proposal)}


def _clusters(predictions: Predictions, choices: Choices) -> dict[str, Any] | None:
    if predictions.cluster_codes is None:
        return None
    return {"column": choices.cluster, "n": int(predictions.cluster_codes.max()) + 1}


def _roles(predictions: Predictions, choices: Choices) -> dict[str, Any] | None:
    if predictions.tuning is None:
        return None
    n_tune = int(predictions.tuning.sum())
    values = {"tune": list(choices.tune), "report": list(choices.report)}
    return {"column": choices.role, **values, "n_tune": n_tune, "n_report": predictions.n - n_tune}


def model_json(result: ModelResult, *, with_bounds: bool = False) -> dict[str, Any]:
    """Return the best threshold of a model with its metrics; with the bounds of what a threshold table knows."""
    curves, best = result.decision.curves, result.decision.evaluation
    counts = best.point.counts
    value: dict[str, Any] = {"score": curves.model, "metric": best.metric.name, "value": finite_or_none(best.value)}
    if curves.has_roles:
        value["value_where_tuned"] = finite_or_none(result.decision.tuning.value)
    if result.interval is not None:
        value["interval"] = [finite_or_none(float(bound)) for bound in (result.interval.low, result.interval.high)]
    if result.expected is not None:
        from f1tools.record.build import expected_performance  # slow to load

        value["expected"] = expected_performance(result.expected).model_dump(mode="json")
    content = {
        **value,
        "threshold": finite_or_none(best.point.threshold),
        "threshold_interval": [finite_or_none(bound) for bound in best.interval],
        "ties": {"n": len(best.ties) - 1, "flag_nothing": len(best.ties) > 1 and math.isinf(best.ties[0])},
        **vars(counts),
        "precision": float(counts.precision()),
        "recall": float(counts.recall()),
        "f1": float(counts.f1()),
        "roc_auc": curves.roc_auc,
        "average_precision": curves.average_precision,
        "f1_at_0_5": float(curves.evaluation.at(0.5).counts.f1()),
    }
    if not with_bounds:
        return content
    if curves.evaluation.is_inside_bin(0.5):
        content["f1_at_0_5"] = None
    return {**content, **bounds_json(best, curves.evaluation)}
