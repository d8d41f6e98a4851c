"""``f1tools best``: the best threshold, and what it does."""

from __future__ import annotations

import argparse
from typing import Any

from f1tools.cli import best_answer
from f1tools.cli.best_answer import Answer
from f1tools.cli.options import Goal, add_columns, add_command, add_files, add_goal, choices_of, goal_of
from f1tools.cli.source import read, say_notes
from f1tools.cli.terminal import DONE, brief
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import ConstraintsNotMet
from f1tools.decision import decide

_EPILOG = """\
Nothing needs to be named that the file shows by itself. Where it does not, the command says what could be meant,
likeliest first, each as the options that choose it, and ends with 3.

The JSON holds {file, truth, pos_label, n, n_pos, dropped, roles, models: [{score, metric, value, threshold,
threshold_interval, tn, fp, fn, tp, precision, recall, f1, roc_auc, average_precision, f1_at_0_5}]}. n counts the rows
used, dropped those left out. roles is null, or with --roles {column, tune, report, n_tune, n_report}: threshold and
threshold_interval are then found on the rows to tune, all figures are those of the rows to report, and each model has
value_where_tuned as well. With --interval each model has expected {value, optimism, interval, threshold_interval,
confidence_level, n_resamples, random_state}: what to expect of value on new rows, the .632 estimate; with --roles,
interval: that of value. Rows with a score >= threshold are called positive, and every threshold t with
low < t <= high decides like it, where threshold_interval is [low, high]. null stands for what is not finite: a
threshold above all scores (nothing is flagged), and a low end without limit (everything is flagged). Of equally good
thresholds the lowest is given. With weights the counts are sums of weights, n and n_pos are still rows.

for example
  f1tools best scores.csv
  f1tools best scores.csv --min-recall 0.8 --interval
  f1tools best valid.csv test.csv --json

ends with  0 done;  2 the file or the options can't be used, or no threshold keeps the constraints;  3 please choose;
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
    command.add_argument("--json", action="store_true", help="one JSON object on standard output")
    command.add_argument("--interval", action="store_true", help="say what to expect on new rows, with 95%% intervals")
    add_columns(command)
    add_goal(command)


def run(given: argparse.Namespace) -> int:
    """Find the best threshold of every model, and print it."""
    choices, goal = choices_of(given), goal_of(given)
    reading, predictions = read(given.files, choices)
    answers = (_answer(predictions.curves(model), goal, interval=given.interval) for model in predictions.models)
    if given.json:
        say_notes(reading)
        print(best_answer.as_json(" + ".join(given.files), reading, answers))
    else:
        from f1tools.cli.best_text import as_text  # who wants JSON need not wait for it

        print(as_text(reading, answers, in_sample=not given.interval))
    return DONE


def _answer(curves: ModelCurves, goal: Goal, *, interval: bool) -> Answer:
    """Decide for one model; on rows that did not choose the threshold the usual interval holds."""
    try:
        decision = decide(curves, goal.metric, constraints=goal.constraints)
    except ConstraintsNotMet as error:
        raise ConstraintsNotMet(f"{brief(curves.model)}: {error}", error.closest) from error
    if not interval:
        return Answer(decision)
    from f1tools.uncertainty import metric_interval, tuned_estimate  # random numbers are slow to load

    metric, point = decision.objective, decision.evaluation.point
    if curves.has_roles:
        return Answer(decision, interval=metric_interval(metric, point.counts, squares=point.squares))
    return Answer(decision, expected=tuned_estimate(curves.tuning, metric, constraints=goal.constraints))
