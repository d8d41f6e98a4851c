"""The lab's command line: ``python -m f1tools.lab data.csv --target y -o predictions.csv``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from f1tools.cli.options import BadOptions
from f1tools.cli.terminal import DONE, UNUSABLE, brief, end, say, whatever_happens
from f1tools.core.errors import InvalidPredictions
from f1tools.lab.options import parser, settings_of
from f1tools.lab.progress_line import ProgressLine
from f1tools.repeats import STRATEGY_INFO

if TYPE_CHECKING:
    from f1tools.lab.task import Task


def main(argv: Sequence[str] | None = None) -> int:
    """Run the lab.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments; those of the process if left out.

    Returns
    -------
    int
        0 when done; 2 where the data or the options can't be used; 130 when interrupted.
    """
    kept = "Interrupted. What is done is kept: the same command goes on from here."
    return whatever_happens(lambda: _ended(argv), interrupted=kept)


def _ended(argv: Sequence[str] | None) -> int:
    try:
        _run(parser().parse_args(argv))
    except SystemExit:  # help was asked for and is printed
        return DONE
    except (BadOptions, InvalidPredictions) as error:
        return end(str(error), UNUSABLE)
    return DONE


def _run(given: argparse.Namespace) -> None:
    if given.list:
        for name, known in STRATEGY_INFO.items():
            print(f"{name:18}{known.description}")
        return
    settings, output = settings_of(given), _output(given)
    from f1tools.lab.contenders import names_of, require_extra  # from here on it takes a while: scikit-learn is loaded
    from f1tools.lab.make import check, make
    from f1tools.lab.notes import notes_of
    from f1tools.lab.summary import summary

    require_extra()
    check(settings, output, strategies=given.strategies, restart=given.restart)
    task = _task(given)
    for note in notes_of(task, names_of(given.strategies)):
        say(f"f1tools: {note}")
    with ProgressLine() as line:
        names = make(task, settings, output, strategies=given.strategies, restart=given.restart, on_progress=line)
    print(summary(output, task, names))
    print(
        f"\nAll scores are in {brief(str(output), 200)}. To look at them, open the dashboard with that file: Data page."
    )


def _task(given: argparse.Namespace) -> Task:
    from f1tools.lab.table import read_task

    source, target, title = given.data, given.target, None
    if given.openml is not None:
        from f1tools.lab.openml import fetch

        source, found, title = fetch(given.openml)
        target = target or found
    if target is None:
        raise InvalidPredictions("This data set names no single target. Name one: --target COLUMN.")
    shape = None if given.image_shape is None else (given.image_shape[0], given.image_shape[1])
    return read_task(
        source, target, positive=given.positive, id_column=given.id, group=given.group, ignore=given.ignore,
        image_shape=shape, title=title,
    )  # fmt: skip


def _output(given: argparse.Namespace) -> Path:
    """Make sure that there is something to read, and something else to write."""
    from f1tools.lab.output import stem_of

    if (given.data is None) == (given.openml is None):
        raise InvalidPredictions("Name a table to learn from, or a data set with --openml. See --help.")
    if given.data is not None and given.target is None:
        raise InvalidPredictions("Name the column with the classes: --target COLUMN. See --help.")
    if given.output is None:
        raise InvalidPredictions("Name the file to write: -o FILE.csv.gz. See --help.")
    output = Path(given.output)
    for path in (output, stem_of(output).with_name(f"{stem_of(output).name}.json")):
        if given.data is not None and path.exists() and Path(given.data).exists() and path.samefile(given.data):
            raise InvalidPredictions(f"The output {path} is the file that is read. Write to another one.")
    return output


if __name__ == "__main__":
    sys.exit(main())
