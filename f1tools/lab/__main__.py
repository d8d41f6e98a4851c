"""The lab's command line: ``python -m f1tools.lab data.csv --target y -o predictions.csv``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from f1tools.cli.options import BadOptions, Parser, finite_number
from f1tools.cli.output import DONE, UNUSABLE, escape_controls, fail, print_message, run_safely
from f1tools.core.extras import MissingExtra, needs_extra
from f1tools.core.types import InvalidPredictions
from f1tools.lab.task import Settings
from f1tools.repeats import STRATEGY_INFO

if TYPE_CHECKING:
    from f1tools.lab.task import Task

_DESCRIPTION = """\
Compare strategies for imbalanced classes on your data. The same network is trained with each strategy over repeated
stratified splits: on the unchanged rows, on resampled rows, with class weights, with other losses. All scores go into
one file that the dashboard opens; each strategy is evaluated at 0.5 and at a threshold chosen on out-of-fold scores.
"""
_EPILOG = """\
A .json beside the scores documents the run. Checkpoints are kept in FILE.checkpoints: an interrupted run resumes when
the same command is repeated, and the same data, settings and versions give the same file. No data leave this machine;
only --openml uses the network, to fetch the named data set from openml.org.

examples
  python -m f1tools.lab credit.csv --target default -o lab_credit.csv.gz
  python -m f1tools.lab visits.csv --target diagnosis --positive sick --group patient -o lab_visits.csv.gz
  python -m f1tools.lab credit.csv --target default --strategies plain smote --repeats 5 -o quick.csv
  python -m f1tools.lab --openml credit-g:1 --positive bad -o lab_credit_g.csv.gz

exit codes  0 done;  2 the data or the options can't be used;  130 interrupted
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the lab.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process by default.

    Returns
    -------
    int
        0 if done; 2 if the data or the options can't be used; 130 if interrupted.
    """
    interrupted = "Interrupted. The checkpoints are kept: the same command resumes the run."
    return run_safely(lambda: _exit_code(argv), interrupted=interrupted)


def _exit_code(argv: Sequence[str] | None) -> int:
    try:
        args = build_parser().parse_args(argv)
        with needs_extra("lab"):
            _run(args)
    except SystemExit:  # after printing the help
        return DONE
    except (BadOptions, InvalidPredictions, MissingExtra) as error:
        return fail(str(error), UNUSABLE)
    return DONE


def _run(args: argparse.Namespace) -> None:
    if args.list:
        for name, info in STRATEGY_INFO.items():
            print(f"{name:18}{info.description}")
        return
    settings, output = _settings(args), _output_path(args)
    from f1tools.lab import experiment  # slow: imports scikit-learn
    from f1tools.lab.summary import summary

    experiment.require_packages()
    strategies = experiment.select_strategies(args.strategies)
    experiment.check_output(settings, output, restart=args.restart)
    task = _read_task(args)
    for note in experiment.experiment_notes(task, strategies):
        print_message(f"f1tools: {note}")
    with experiment.progress_bar() as on_progress:
        names = experiment.run_experiment(
            task, settings, output, strategies=strategies, restart=args.restart, on_progress=on_progress
        )
    print(summary(output, task, names))
    print(f"\nAll scores are in {escape_controls(str(output))}. To explore them, open this file on the Data page.")


def _read_task(args: argparse.Namespace) -> Task:
    from f1tools.lab.table import fetch_openml_table, read_task

    source, target, title = args.data, args.target, None
    if args.openml is not None:
        source, default_target, title = fetch_openml_table(args.openml)
        target = target or default_target
    if target is None:
        raise InvalidPredictions("This data set has no single target. Choose one: --target COLUMN.")
    shape = None if args.image_shape is None else (args.image_shape[0], args.image_shape[1])
    return read_task(
        source, target, positive=args.positive, id_column=args.id, group=args.group, ignore=args.ignore,
        image_shape=shape, title=title,
    )  # fmt: skip


def _output_path(args: argparse.Namespace) -> Path:
    """Check that there is an input and that the output does not overwrite it."""
    from f1tools.lab.output import metadata_path

    if (args.data is None) == (args.openml is None):
        raise InvalidPredictions("Name a table to train on, or a data set with --openml. See --help.")
    if args.data is not None and args.target is None:
        raise InvalidPredictions("Name the column with the classes: --target COLUMN. See --help.")
    if args.output is None:
        raise InvalidPredictions("Name the file to write: -o FILE.csv.gz. See --help.")
    output = Path(args.output)
    for path in (output, metadata_path(output)):
        if args.data is not None and path.exists() and Path(args.data).exists() and path.samefile(args.data):
            raise InvalidPredictions(f"The output {path} would overwrite the input. Choose another output.")
    return output


def _settings(args: argparse.Namespace) -> Settings:
    network = {"n_updates": args.updates, "hidden": None if args.hidden is None else tuple(args.hidden)}
    return Settings(
        repeats=args.repeats, test_size=args.test_size, folds=args.folds, seed=args.seed,
        in_sample=not args.no_in_sample, decimals=args.decimals, positive_cost=args.positive_cost,
        network={name: value for name, value in network.items() if value is not None},
    )  # fmt: skip


def build_parser() -> Parser:
    """Return the parser of the lab's command line."""
    parser = Parser(
        prog="python -m f1tools.lab", description=_DESCRIPTION, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument(
        "data", metavar="DATA", nargs="?", help="a table of features and classes, such as CSV or Parquet"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="the file to write the scores to: .csv or .csv.gz")
    parser.add_argument("--list", action="store_true", help="list the strategies")
    parser.add_argument("--restart", action="store_true", help="start again instead of resuming an interrupted run")
    data = parser.add_argument_group("data")
    data.add_argument("--target", metavar="C", help="the column with the classes; all others are features")
    data.add_argument("--positive", metavar="L", help="the positive class; all others are negative")
    data.add_argument("--id", metavar="C", help="a column with row identifiers")
    data.add_argument("--group", metavar="C", help="rows with the same value here stay on one side of every split")
    data.add_argument("--ignore", metavar="C", nargs="+", action="extend", default=[], help="columns to leave out")
    data.add_argument("--image-shape", metavar=("H", "W"), nargs=2, type=_natural, help="train a CNN on pixels")
    data.add_argument("--openml", metavar="NAME[:VERSION]", help="fetch a data set from openml.org instead of DATA")
    _add_protocol(parser.add_argument_group("protocol"))
    network = parser.add_argument_group("network, the same for all strategies")
    network.add_argument("--updates", metavar="N", type=_natural, help="training updates, whatever the number of rows")
    network.add_argument("--hidden", metavar="N", type=_natural, nargs="+", help="units of each hidden layer")
    return parser


def _add_protocol(group: Any) -> None:
    defaults = Settings()
    group.add_argument(
        "--strategies", metavar="S", nargs="+", action="extend", default=[], help="only these; see --list"
    )
    for name, kind, text in (
        ("repeats", _natural, "number of splits into training and test rows"),
        ("test-size", finite_number, "share of the test rows"),
        ("folds", _natural, "inner folds that give the training rows out-of-fold scores"),
        ("seed", _natural, "seed of all randomness"),
        ("decimals", _natural, "decimals of the scores in the file"),
    ):
        default = getattr(defaults, name.replace("-", "_"))
        group.add_argument(f"--{name}", metavar="N", type=kind, default=default, help=f"{text}; default {default}")
    group.add_argument(
        "--positive-cost", metavar="W", type=_cost, default=defaults.positive_cost,
        help="cost of a missed positive relative to a false alarm, or balanced (the default)",
    )  # fmt: skip
    group.add_argument("--no-in-sample", action="store_true", help="leave out the in-sample scores of training rows")


def _natural(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)


def _cost(text: str) -> float | str:
    return text if text == "balanced" else finite_number(text)


if __name__ == "__main__":
    sys.exit(main())
