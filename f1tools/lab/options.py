"""What the lab can be asked for on the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from f1tools.cli.options import BadOptions, Parser, number
from f1tools.lab.settings import MOST_UNITS, NETWORK_BOUNDS, Settings

_DESCRIPTION = """\
Which remedy for imbalance is worth it on your data? The same network is trained with each strategy over repeated
stratified splits: plainly, on resampled rows, with weights, with other losses. All scores go into one file that the
dashboard opens; each strategy is judged at 0.5 and at a threshold chosen on rows that its model was not trained on.
"""
_EPILOG = """\
Beside the scores a .json says how they were made. What is done so far is kept in FILE.parts: a run that was stopped
goes on when it is started again in the same way, and the same data, settings and versions give the same file.
Nothing leaves this machine, but for --openml, which fetches the named data set from openml.org.

for example
  python -m f1tools.lab credit.csv --target default -o lab_credit.csv.gz
  python -m f1tools.lab visits.csv --target diagnosis --positive sick --group patient -o lab_visits.csv.gz
  python -m f1tools.lab credit.csv --target default --strategies plain smote --repeats 5 -o quick.csv
  python -m f1tools.lab --openml credit-g:1 --positive bad -o lab_credit_g.csv.gz

ends with  0 done;  2 the data or the options can't be used;  130 interrupted
"""


def parser() -> Parser:
    """Give the parser of the lab's command line."""
    made = Parser(
        prog="python -m f1tools.lab", description=_DESCRIPTION, epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
    )  # fmt: skip
    made.add_argument("data", metavar="DATA", nargs="?", help="a table with features and classes: CSV, Parquet or xlsx")
    made.add_argument("-o", "--output", metavar="FILE", help="where to write the scores: .csv or .csv.gz")
    made.add_argument("--list", action="store_true", help="list the strategies")
    made.add_argument("--restart", action="store_true", help="begin anew instead of going on with a stopped run")
    _add_columns(made)
    _add_protocol(made)
    _add_network(made)
    return made


def _add_columns(made: argparse.ArgumentParser) -> None:
    columns = made.add_argument_group("data")
    columns.add_argument("--target", metavar="C", help="the column with the classes; all others are features")
    columns.add_argument("--positive", metavar="L", help="the positive class; all others are negative")
    columns.add_argument("--id", metavar="C", help="a column that names the rows")
    columns.add_argument("--group", metavar="C", help="rows with one value here stay on one side of every split")
    columns.add_argument("--ignore", metavar="C", nargs="+", action="extend", default=[], help="these are no features")
    columns.add_argument(
        "--image-shape", metavar=("H", "W"), nargs=2, type=_whole, help="the features are pixels: train a CNN"
    )
    columns.add_argument(
        "--openml", metavar="NAME[:VERSION]", help="instead of DATA, fetch a data set from openml.org over the network"
    )


def _add_protocol(made: argparse.ArgumentParser) -> None:
    usual = Settings()
    protocol = made.add_argument_group("protocol")
    protocol.add_argument(
        "--strategies", metavar="S", nargs="+", action="extend", default=[], help="only these; see --list"
    )
    for name, kind, text in (
        ("repeats", _whole, "how often the rows are split"),
        ("test-size", number, "share of the rows that test"),
        ("folds", _whole, "inner folds, by which training rows are scored by models that did not see them"),
        ("seed", _whole, "of all randomness"),
        ("decimals", _whole, "of the scores in the file"),
    ):
        value = getattr(usual, name.replace("-", "_"))
        protocol.add_argument(f"--{name}", metavar="N", type=kind, default=value, help=f"{text}; {value} if not given")
    protocol.add_argument(
        "--positive-cost", metavar="W", type=_cost, default=usual.positive_cost,
        help="what a missed positive costs where a false alarm costs 1, or balanced, which is usual",
    )  # fmt: skip
    protocol.add_argument(
        "--no-in-sample", action="store_true", help="leave out the scores that models give the rows they learned from"
    )


def _add_network(made: argparse.ArgumentParser) -> None:
    network = made.add_argument_group("network, the same for all strategies")
    network.add_argument("--updates", metavar="N", type=_whole, help="steps of training, however many rows there are")
    network.add_argument("--hidden", metavar="N", type=_whole, nargs="+", help="units of each hidden layer")


def settings_of(given: argparse.Namespace) -> Settings:
    """Understand how the lab is to run.

    Raises
    ------
    BadOptions
        For a number that makes no sense.
    """
    network: dict[str, Any] = {}
    if given.updates is not None:
        network["n_updates"] = _within("updates", [given.updates], NETWORK_BOUNDS["n_updates"])[0]
    if given.hidden is not None:
        network["hidden"] = tuple(_within("hidden", given.hidden, (1, MOST_UNITS)))
    return Settings(
        repeats=given.repeats, test_size=given.test_size, folds=given.folds, seed=given.seed,
        in_sample=not given.no_in_sample, decimals=given.decimals, positive_cost=given.positive_cost, network=network,
    )  # fmt: skip


def _within(name: str, values: Sequence[int], bounds: tuple[float, float]) -> Sequence[int]:
    low, high = bounds
    for value in values:
        if not low <= value <= high:
            raise BadOptions(f"{name} must be from {low} to {high:,}, got {value}. Choose another one.")
    return values


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 up")
    return int(text)


def _cost(text: str) -> float | str:
    return text if text == "balanced" else number(text)
