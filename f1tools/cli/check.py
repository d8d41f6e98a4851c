"""``f1tools check``: whether a decision still holds on new rows; a gate for pipelines."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from f1tools.cli.again import NewRows, new_rows, record_in
from f1tools.cli.options import AtLeast, BadOptions, Parser, add_command, add_files, at_most, number
from f1tools.cli.output import spared, written
from f1tools.cli.source import PleaseChoose, seen
from f1tools.cli.terminal import DIFFERS, DONE, visible
from f1tools.core.errors import InvalidPredictions
from f1tools.core.metrics import metric

if TYPE_CHECKING:
    from f1tools.record import DecisionRecord, Finding

_DESCRIPTION = """\
Judge new rows with known truth by a recorded decision, at its threshold: does it reach what is asked for, does it keep
the limits it was chosen within, is it worth what the record promises, is it still the best threshold, and have the
share of positives or the scores moved?
"""
_EPILOG = """\
A line an answer: "ok", "warn" or "FAIL", what was asked, and a sentence with the numbers. What --min-... and
--max-flagged ask for is compared as it is, or with --at lower-bound by the low end of its 95% interval, so that few
rows can't pass by luck. Everything else is asked without an option:

  rows        fails where more than 5% were left out; warns of any, and where the rows are those of the record
  limits      the recorded limits, such as recall at least 0.8; not of a threshold that was set by hand
  value       the recorded metric: what the rows that report had, else what the record expects on new rows
  threshold   the best threshold of these rows, by the ranges of both over resamples; only where keeping it costs
  prevalence  the share of positives, by Newcombe's interval of the difference
  scores      the population stability index, above --max-psi; with ten rows or more a bin of scores

From limits to scores each fails only where chance hardly explains it (about 1% of false alarms each, 1 to 3% of all
together), and never with fewer than ten positives or negatives among the rows: then it warns. So it does where the
record promises nothing: it has no estimate, or the metric has no interval.

The file is read as the record says. Rows whose label is neither of the recorded ones are left out. Rows without the
recorded roles (valid, test) are judged as a whole. --json prints {record, file, model, threshold, n, n_pos, dropped,
passed, findings: [{kind, name, level, sentence}]}; n and n_pos count the rows judged, dropped those left out by reason.

for example
  f1tools check may.csv --record record.json
  f1tools check may.csv --record record.json --min-recall 0.8 --at lower-bound --junit check.xml
  f1tools check may.csv --record record.json --min-precision 0.7 --max-flagged 5% --allow prevalence

ends with  0 nothing fails;  1 something does;  2 the record, the files or the options can't be used;  130 interrupted
"""
_KINDS = ("rows", "limits", "value", "threshold", "prevalence", "scores")  # slow to import for the help alone
_FLOORS = {
    "recall": "R", "precision": "P", "f1": "F", "specificity": "S", "npv": "N", "accuracy": "A",
    "balanced-accuracy": "B", "mcc": "M", "kappa": "K", "jaccard": "J",
}  # fmt: skip
_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


def add(commands: Any) -> None:
    """Add the command."""
    what = "judge new rows by a record: a gate for pipelines"
    command = add_command(commands, "check", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    add_files(command)
    command.add_argument("--record", metavar="RECORD", required=True, help="the record, as f1tools record writes it")
    command.add_argument("--junit", metavar="FILE", help="write the answers as JUnit XML, too")
    command.add_argument("--json", action="store_true", help="one JSON object on standard output")
    _add_questions(command)


def _add_questions(command: Parser) -> None:
    floors = command.add_argument_group("what is asked for")
    for name, bound in _FLOORS.items():
        wanted = metric(name.replace("-", "_"))
        floors.add_argument(
            f"--min-{name}", metavar=bound, type=AtLeast(wanted.name), action="append", dest="floors", default=[],
            help=f"{wanted.label}: {bound} or more, from 0 to 1",
        )  # fmt: skip
    floors.add_argument(
        "--max-flagged", metavar="K|K%", type=at_most, action="append", dest="floors",
        help="at most K rows flagged, or K%% of them",
    )  # fmt: skip
    floors.add_argument(
        "--at", choices=("point", "lower-bound"), default="point",
        help="what must reach it: the value, or the low end of its 95%% interval",
    )  # fmt: skip
    moved = command.add_argument_group("what may move")
    moved.add_argument("--max-psi", metavar="X", type=_above_0, default=0.25, help="0.25 if not given")
    moved.add_argument(
        "--allow", metavar="KIND", choices=_KINDS, action="append", default=[],
        help=f"only warn of this: {', '.join(_KINDS[:-1])} or {_KINDS[-1]}; may be repeated",
    )  # fmt: skip


def run(given: argparse.Namespace) -> int:
    """Judge new rows."""
    spared(given.junit, [*given.files, given.record])
    _write_error(given.junit, "The check did not come to its end.")
    try:
        record = record_in(given.record)
        new = new_rows(record, given.files)
        findings = _findings(record, new, given)
    except (InvalidPredictions, PleaseChoose) as error:
        _write_error(given.junit, str(error))
        raise
    if given.junit is not None:
        from f1tools.cli.junit import findings_xml

        written(given.junit, findings_xml(findings) + "\n")
    print(_as_json(record, new, findings, given) if given.json else _as_text(findings))
    return DIFFERS if any(each.level == "fail" for each in findings) else DONE


def refuse(argv: Sequence[str], sentence: str) -> None:
    """Leave no earlier result behind where the options can't be used: whoever reads it would take it for this one's.

    A file that the options name once more is left alone: it may be one that is read.
    """
    junit, others = _junit_in(argv)
    with suppress(BadOptions):  # what is wrong with the other options is what people must know
        spared(junit, others)
        _write_error(junit, sentence)


def _junit_in(argv: Sequence[str]) -> tuple[str | None, list[str]]:
    """Find the file after --junit, whatever else is wrong with the options, and give the other words."""
    words = [part for each in argv for part in (each.split("=", 1) if each.startswith("--") else [each])]
    at = words.index("--junit") + 1 if "--junit" in words else len(words)
    junit = next((each for each in words[at : at + 1] if not each.startswith("-")), None)
    return junit, words[: at - 1] + words[at + 1 :]


def _write_error(junit: str | None, sentence: str) -> None:
    if junit is not None:
        from f1tools.cli.junit import error_xml

        written(junit, error_xml(sentence) + "\n")


def _findings(record: DecisionRecord, new: NewRows, given: argparse.Namespace) -> tuple[Finding, ...]:
    from f1tools.record import check

    return check(
        record,
        new.predictions,
        floors=given.floors or (),
        at=given.at,
        max_psi=given.max_psi,
        allow=given.allow,
        left_out=new.left_out,
        files=seen(given.files),
    )


def _as_text(findings: Sequence[Finding]) -> str:
    widest = max(len(each.name) for each in findings)
    lines = (f"{_MARKS[each.level]}  {each.name.ljust(widest)}  {each.sentence}" for each in findings)
    return "\n".join(map(visible, lines))


def _as_json(record: DecisionRecord, new: NewRows, findings: Sequence[Finding], given: argparse.Namespace) -> str:
    judged = new.predictions.evaluation_set
    answer = {
        "record": given.record,
        "file": " + ".join(given.files),
        "model": record.model,
        "threshold": record.threshold,
        "n": judged.n,
        "n_pos": judged.n_pos,
        "dropped": new.left_out,
        "passed": all(each.level != "fail" for each in findings),
        "findings": [
            {"kind": each.kind, "name": each.name, "level": each.level, "sentence": each.sentence} for each in findings
        ],
    }
    return json.dumps(answer, indent=2, allow_nan=False)


def _above_0(text: str) -> float:
    """Read a number above 0."""
    value = number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0")
    return value
