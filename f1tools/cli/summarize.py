"""``f1tools summarize``: rows that are too many for memory become a threshold table, counted by an engine."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from f1tools.cli.best import data_json, model_json
from f1tools.cli.best_text import ModelResult, data_lines
from f1tools.cli.options import (
    NOT_FLAGGED,
    BadOptions,
    add_command,
    add_constraints,
    add_unscored,
    column_name,
    file_name,
    finite_number,
    parse_constraints,
)
from f1tools.cli.output import (
    DONE,
    INTERRUPTED,
    check_output_path,
    escape_controls,
    fail,
    print_message,
    reason,
)
from f1tools.cli.reading import load_counted, name_text, reading_notes
from f1tools.cli.tables import certainty_text
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.decision import Decision, decide
from f1tools.formatting import at_threshold, constraints_end, lowercase_label, metric_value, threshold_range_text
from f1tools.readers import Choices

if TYPE_CHECKING:
    from f1tools.backends import FolderCheckpoints, OpenSource
    from f1tools.threshold_table import ThresholdTable

_DESCRIPTION = """\
Count the rows of a source at thresholds, in an engine that need not hold them in memory, and write the counts as a
threshold table: a Parquet file of a few megabytes without rows. The dashboard, best, compare, record, report, verify
and check open it like a file of rows. The best threshold is exact, the same as from the rows themselves.
"""
_EPILOG = """\
SOURCE is a Parquet or CSV file, a folder of such files, a pattern in quotes such as 'scores/*.parquet', or a DuckDB
database. dask and Spark also read addresses of a cluster's storage; install them with pip install f1tools[engines].

The first pass counts all rows in bins of the score. Further passes count the rows of bins that may hold the best
threshold for one of the metrics again, in finer bins, until each best threshold is exact, and the next lower score
known. Elsewhere counts are known between bins only, and commands say where that matters. Memory depends on the number
of bins, not of rows.

What is counted is kept beside FILE in the folder FILE.checkpoints until the table is written: a run that was stopped
resumes with the same command. With DuckDB each file of a folder is kept by itself, and a file that cannot be read is
named.

--json prints the JSON of f1tools best for the first metric, and {output, left_out}: rows left out by reason and score.

examples
  f1tools summarize scores.parquet -o table.parquet --truth y_true --score forest
  f1tools summarize 'scores/*.parquet' -o table.parquet --truth label --pos-label fraud --score new --score old
  f1tools summarize warehouse.duckdb -o table.parquet --table scored --truth y --score p --weight w --by region
  f1tools summarize scores/ -o table.parquet --truth y --score p --metric mcc --beta 0.5 --min-recall 0.9
  f1tools summarize s3://bucket/scores/ -o table.parquet --truth y --score p --engine spark --address spark://host:7077

exit codes  0 done;  2 the source, the columns or the options can't be used;  130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "count rows in DuckDB, dask or Spark, for all other commands"
    command = add_command(commands, "summarize", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument(
        "source", metavar="SOURCE", type=file_name, help="the rows: a file, folder, pattern or database"
    )
    command.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        type=file_name,
        required=True,
        help="the table to write, such as table.parquet",
    )
    command.add_argument("--json", action="store_true", help="print one JSON object")
    columns = command.add_argument_group("columns")
    columns.add_argument("--truth", metavar="C", required=True, help="the column with the two classes")
    columns.add_argument(
        "--score", metavar="C", action="append", required=True, help="a model's scores; may be repeated"
    )
    columns.add_argument("--pos-label", metavar="L", help="the positive class; not needed for 0 and 1")
    columns.add_argument("--weight", metavar="C", help="a column of sample weights")
    columns.add_argument("--by", metavar="C", type=column_name, help="count the rows of each value of column C, too")
    add_unscored(columns)
    _add_source_options(command)
    goal = command.add_argument_group("what is exact")
    goal.add_argument(
        "--metric", metavar="M", action="append", default=[],
        help=f"a metric whose best threshold is to be exact; may be repeated; by default F1, F0.5 and all others with "
        f"bounds: {', '.join(METRICS)}",
    )  # fmt: skip
    goal.add_argument(
        "--beta", metavar="B", type=finite_number, action="append", default=[],
        help="F-beta is to be exact for this beta; may be repeated",
    )  # fmt: skip
    add_constraints(goal)
    goal.add_argument(
        "--bins",
        metavar="N",
        type=_n_bins,
        default=65_536,
        help="bins of the first pass, a power of two, by default 65536",
    )


def _add_source_options(command: argparse.ArgumentParser) -> None:
    source = command.add_argument_group("the engine")
    source.add_argument("--engine", choices=("duckdb", "dask", "spark"), default="duckdb", help="by default duckdb")
    source.add_argument("--address", metavar="A", help="a dask scheduler or Spark master; by default this machine")
    part = source.add_mutually_exclusive_group()
    part.add_argument("--table", metavar="T", help="the table or view of a DuckDB database")
    part.add_argument("--query", metavar="SQL", help="a SELECT statement in its place")
    source.add_argument("--threads", metavar="N", type=_n_threads, help="threads of DuckDB; all cores by default")
    source.add_argument(
        "--memory", metavar="M", help="memory of DuckDB, such as 2GB; four fifths of the machine's by default"
    )


def run(args: argparse.Namespace) -> int:
    """Count the rows, and write and describe the table."""
    from f1tools.backends import FolderCheckpoints, open_source

    _check_folder(args.output, args.source)
    _check_apart(args.output, args.source)
    metrics = _metrics(args)
    options = {"engine": args.engine, "table": args.table, "query": args.query, "address": args.address}
    with open_source(args.source, **options, n_threads=args.threads, memory_limit=args.memory) as opened:
        checkpoints = FolderCheckpoints(Path(args.output), opened.fingerprints)
        progress = _Progress()
        try:
            with progress:
                table = _count(args, opened, metrics, checkpoints, progress)
        except (KeyboardInterrupt, InvalidPredictions) as error:
            if isinstance(error, InvalidPredictions) and not progress.interrupted:
                raise
            kept = "Run the same command again to resume." if checkpoints.folder.is_dir() else "Nothing was kept."
            return fail(f"Interrupted. {kept}", INTERRUPTED)
    try:
        table.to_parquet(args.output)
    except OSError as error:
        raise BadOptions(f"{args.output} can't be written: {reason(error)}.") from error
    checkpoints.delete()
    if checkpoints.n_resumed:
        print_message(f"f1tools: {checkpoints.n_resumed:,} counts of an earlier run were used.")
    _print_result(args, (metrics or [metric("f1")])[0])
    return DONE


def _count(
    args: argparse.Namespace,
    opened: OpenSource,
    metrics: Sequence[Metric],
    checkpoints: FolderCheckpoints,
    on_progress: OnProgress,
) -> ThresholdTable:
    from f1tools.backends import parse_label, summarize

    first = next(iter(opened.parts.values()))
    return summarize(
        opened.parts,
        y_true=args.truth,
        y_score=tuple(dict.fromkeys(args.score)),
        sample_weight=args.weight,
        group=args.by,
        pos_label=None if args.pos_label is None else parse_label(first, args.truth, args.pos_label),
        **({"objectives": metrics} if metrics else {}),
        constraints=parse_constraints(args),
        count_unscored=args.unscored == NOT_FLAGGED,
        n_bins=args.bins,
        name=_public_name(args.source),
        checkpoints=checkpoints,
        on_progress=on_progress,
    )


def _public_name(source: str) -> str:
    """Return the name of a source without the folders of this machine, because tables and records travel."""
    return Path(source).name if Path(source).is_absolute() else source


class _Progress:
    """Prints the share that is done on standard error, and remembers Ctrl-C, which engines may swallow or report.

    It is one line of a terminal, else a line every tenth.
    """

    def __init__(self) -> None:
        self.interrupted = False
        self._in_place = sys.stderr is not None and sys.stderr.isatty()
        self._printed = 0
        self._previous: Any = None

    def __enter__(self) -> None:
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._interrupt)

    def __exit__(self, *_: object) -> None:
        if self._previous is not None:
            signal.signal(signal.SIGINT, self._previous)
        if self._in_place:
            print(file=sys.stderr)

    def __call__(self, done: float) -> None:
        if self.interrupted:
            raise KeyboardInterrupt
        percent = int(100 * done)
        if self._in_place:
            print(f"\rf1tools: {percent} % counted", end="", file=sys.stderr, flush=True)
        elif percent >= self._printed + 10:
            print_message(f"f1tools: {percent} % counted")
            self._printed = percent

    def _interrupt(self, *_: object) -> None:
        self.interrupted = True
        raise KeyboardInterrupt


def _print_result(args: argparse.Namespace, objective: Metric) -> None:
    """Print what the written table says: its rows, and the best threshold of each model."""
    reading, table = load_counted([args.output], Choices())
    assert reading.table is not None  # noqa: S101 - it was just written
    constraints = parse_constraints(args)
    decisions = [
        decide(table.curves(model), objective, constraints=constraints, on_unmet="relax") for model in table.models
    ]
    if args.json:
        content = {
            **data_json([args.source], reading, table),
            "output": args.output,
            "left_out": {name: dict(each.dropped) for name, each in reading.table.by_model.items()},
            "models": [model_json(ModelResult(each), with_bounds=True) for each in decisions],
        }
        print(json.dumps(content, indent=2, allow_nan=False))
        return
    lines = [*data_lines(reading, table), *reading_notes(reading), *_best_lines(decisions)]
    print("\n".join(map(escape_controls, lines)))


def _best_lines(decisions: Sequence[Decision]) -> Iterator[str]:
    """Yield the best threshold of each model, and whether another one could be better."""
    for decision in decisions:
        best = decision.tuning
        label, model = lowercase_label(best.metric.label), name_text(decision.curves.model)
        same = threshold_range_text(*best.interval)
        yield (
            f"{model}: highest {label}{constraints_end(best)} {metric_value(best.value)} "
            f"{at_threshold(decision.best_threshold_text)}; every threshold{same} makes the same decisions."
        )
        yield from filter(None, [best.not_met, certainty_text(best, decision.curves.tuning)])


def _metrics(args: argparse.Namespace) -> list[Metric]:
    """Return the metrics that are to be exact; none for the default ones.

    Raises
    ------
    BadOptions
        For an unknown metric, or a beta out of range.
    """
    try:
        return [*map(metric, args.metric), *(metric("fbeta", beta) for beta in args.beta)]
    except ValueError as error:
        raise BadOptions(str(error)) from error


def _check_folder(output: str, source: str) -> None:
    """Check that the table can be written before the rows are counted, and that it is not part of them.

    Raises
    ------
    BadOptions
        When it is not.
    """
    folder = Path(output).absolute().parent
    if not folder.is_dir():
        raise BadOptions(f"{output} can't be written: there is no folder {folder}.")
    if Path(output).is_dir():
        raise BadOptions(f"{output} is a folder. Name a file, such as table.parquet.")
    if Path(source).is_dir() and folder.resolve().is_relative_to(Path(source).resolve()):
        raise BadOptions(f"The output {output} would be a part of the source. Write to another folder.")


def _check_apart(output: str, source: str) -> None:
    """Check that the table replaces no file of the source, and would not be one the next time.

    Raises
    ------
    BadOptions
        When it does or would.
    """
    from f1tools.backends.source_files import SourceFiles

    files = SourceFiles.find(source)
    check_output_path(output, files.paths)
    if files.paths != (source,) and not Path(source).exists() and _matches(output, source):
        raise BadOptions(
            f"The output {output} would be a part of the source the next time, because {source} matches its name. "
            "Write to another folder."
        )


def _matches(path: str, pattern: str) -> bool:
    """Return whether a pattern for files matches a path, whether or not it exists."""
    parts, patterns = Path(path).absolute().parts, Path(pattern).absolute().parts
    if "**" in patterns:  # any folders
        return fnmatch("/".join(parts), "/".join(patterns).replace("**/", "*"))
    return len(parts) == len(patterns) and all(map(fnmatch, parts, patterns))


def _n_bins(text: str) -> int:
    """Parse the number of bins."""
    value = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    if not (2 <= value <= 1 << 20 and value & (value - 1) == 0):
        raise argparse.ArgumentTypeError(f"{text!r} is not a power of two from 2 to {1 << 20}")
    return value


def _n_threads(text: str) -> int:
    """Parse the number of threads."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 1024):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 1024")
    return int(text)
