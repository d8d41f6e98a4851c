"""The command line: ``f1tools best FILE`` and its options.

Only numpy and pyarrow are loaded for text and Parquet: that is most of the time a small file takes.
"""

from __future__ import annotations

import io
import math
import os
import sys
from collections.abc import Sequence
from typing import Any, TextIO

from f1tools import cli_output
from f1tools.cli_options import BadOptions, Request, options_for, parse
from f1tools.cli_output import Answer
from f1tools.curve import ThresholdCurve
from f1tools.errors import InvalidPredictions
from f1tools.optimum import ConstraintsNotMet, Optimum, best, transferred
from f1tools.plateau import plateau
from f1tools.predictions import Predictions
from f1tools.probability import is_probability
from f1tools.reading import read_predictions

DONE, UNUSABLE, PLEASE_CHOOSE, INTERRUPTED = 0, 2, 3, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        The arguments after the command's name; those of the process if left out.

    Returns
    -------
    int
        0 when done; 2 for a refused file, bad options or constraints that can't be met; 3 when the user must choose;
        130 when interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character must not stop us
    try:
        code = _run(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        return _end("Interrupted.", INTERRUPTED)
    except MemoryError:
        return _end("There is not enough memory for this file.", UNUSABLE)
    except OSError as error:
        _give_up(sys.stdout)
        if isinstance(error, BrokenPipeError):  # whoever reads has seen enough
            return DONE
        return _end(f"The file can't be read or the output can't be written: {error.strerror or error}.", UNUSABLE)
    return code


def _run(argv: Sequence[str] | None) -> int:
    try:
        return _best(parse(argv))
    except (BadOptions, InvalidPredictions, ConstraintsNotMet) as error:
        return _end(str(error), UNUSABLE)
    except SystemExit:  # help was asked for and is printed
        return DONE


def _best(request: Request) -> int:
    reading = read_predictions(request.file, choices=request.choices, extras=False)
    if reading.outcome == "refuse":
        return _end(reading.reason, UNUSABLE)
    if reading.outcome == "ask":
        _say(f"f1tools: {reading.reason}")
        _say("Add the options of one of these lines, the likeliest is first:")
        for candidate in reading.candidates:
            _say(f"  {options_for(candidate.choices)}   # {candidate.reason}")
        return PLEASE_CHOOSE
    assert reading.predictions is not None  # noqa: S101 - the reader was sure
    predictions = reading.predictions
    parts = predictions.part("tune"), predictions.part("report")
    answers = [_answer(name, parts, request) for name in predictions.models]
    if request.as_json:
        for note in cli_output.notes(reading):
            _say(f"f1tools: {note}")
        print(cli_output.as_json(request, reading, answers))
    else:
        from f1tools.cli_text import as_text  # who wants JSON need not wait for it

        print(as_text(reading, answers))
    return DONE


def _answer(score: str, parts: tuple[Predictions, Predictions], request: Request) -> Answer:
    """Choose on one part and measure on the other; without roles they are one, which is counted once."""
    tune, report = parts
    tuned = tune.curve(score)
    curve = tuned if report is tune else report.curve(score)
    try:
        chosen = best(tuned, request.metric, constraints=request.constraints)
    except ConstraintsNotMet as error:
        raise ConstraintsNotMet(f"{score}: {error}", error.closest) from error
    low, high = chosen.interval
    near = None if request.as_json or math.isinf(high) else plateau(tuned, chosen)
    return Answer(
        score,
        chosen if curve is tuned else transferred(chosen, curve),
        curve.roc_auc(),
        curve.average_precision(),
        half=curve.at(0.5).counts,
        everything=curve.at(-math.inf).counts,
        probabilities=all(is_probability(each) for each in (tuned, curve)),
        alike=(max(low, curve.next_below(high)), high),
        value_where_tuned=None if curve is tuned else chosen.value,
        **(_how_sure(curve, chosen, tuned is curve) if request.interval else {}),
        nearby=near,
        at_round=None if near is None else curve.at(near.round_threshold).counts,
    )


def _how_sure(curve: ThresholdCurve, chosen: Optimum, in_sample: bool) -> dict[str, Any]:
    """Tell what to expect on new rows; on rows that did not choose the threshold the usual interval holds."""
    from f1tools.uncertainty import metric_interval, tuned_estimate  # random numbers are slow to load

    if in_sample:
        return {"expected": tuned_estimate(curve, chosen.metric, constraints=chosen.constraints)}
    point = curve.at(chosen.point.threshold)
    return {"interval": metric_interval(chosen.metric, point.counts, squares=point.squares)}


def _end(sentence: str, code: int) -> int:
    _say(f"f1tools: {sentence}")
    return code


def _say(line: str) -> None:
    if sys.stderr is None:
        return
    try:
        print(cli_output.visible(line), file=sys.stderr)
    except OSError:
        _give_up(sys.stderr)


def _give_up(stream: TextIO | None) -> None:
    """Lead what is still to be written nowhere: else Python fails on it once more when it ends."""
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
