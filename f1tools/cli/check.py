"""``f1tools check``: whether a decision still holds on new rows, for use in pipelines."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from f1tools.cli.options import (
    NOT_FLAGGED,
    BadOptions,
    Parser,
    add_cluster,
    add_command,
    add_files,
    add_unscored,
    column_name,
    file_name,
    finite_number,
    flagged_limit,
    metric_minimum,
)
from f1tools.cli.output import DIFFERS, DONE, check_output_path, escape_controls, write_text
from f1tools.cli.reading import ChoiceRequired, fingerprint_files, print_notes
from f1tools.cli.reread import NewRows, load_any_record, read_new_rows, reread_classes
from f1tools.core.metrics import metric
from f1tools.core.types import InvalidPredictions
from f1tools.predictions import Predictions

if TYPE_CHECKING:
    from f1tools.record import ClassRecord, DecisionRecord, Finding
    from f1tools.record.checks.groups import GroupOutcome

_DESCRIPTION = """\
Check a recorded decision on new rows with known truth, at its threshold: does it reach the required metrics, does it
meet its recorded constraints, does it perform as the record expects, is it still the best threshold, and have the share
of positives or the scores drifted?
"""
_EPILOG = """\
Each line has "ok", "warn" or "FAIL", the name of the check, and a sentence with the numbers. Metrics required by
--min-... and --max-flagged are compared as they are, or with --at lower-bound by the lower bound of their 95%
confidence interval, so that few rows can't pass by chance. With --by COLUMN they must be met in each group, too; of
--max-flagged only a share (20%), because a count (40) is about all rows. The worst group decides, and up to 20 groups
are listed. With fewer than ten of the rows that a requirement needs (recall: positives; precision: flagged rows; share
flagged: any rows) a group neither passes nor fails: the line warns. Rows without a value are the group "(no value)".
All other checks need no option:

  rows        fails when more than 5% were left out; warns of any, and when the rows are those of the record
  limits      the recorded constraints, such as recall at least 0.8; not for a threshold that was set by hand
  value       the recorded metric: compared with the evaluation set, else with what the record expects on new rows
  parity      a rate that the record makes alike in all groups, when it differs by more than the record allows
  threshold   the best threshold of these rows, by the ranges of both over resamples; only when keeping it costs
  prevalence  the share of positives, by Newcombe's interval of the difference
  scores      the population stability index, above --max-psi; with ten rows or more per bin of scores

The checks from limits to scores fail only when chance is an unlikely explanation (about 1% false alarms each, 1 to 3%
together), and never with fewer than ten positives or negatives: then they warn. They also warn when the record has
nothing to compare with: no estimate, or a metric without an interval.

A record with one threshold for each group is checked with them: the column of groups must exist, --by can only be this
column, and there is no line for the best threshold. Rows of groups that the record does not know have its one threshold
for all; the first line warns of them.

A record of several classes or labels is checked for each of them. One that no row has only warns: averages are then
compared without it, with what the record expects of the other ones.

The file is read as the record says. Rows with a label that is neither of the recorded ones are left out. Rows without
the recorded roles (valid, test) are all used. --json prints {record, file, model, threshold, n, n_pos, dropped,
unscored, passed, findings: [{kind, name, level, sentence}]}; n and n_pos count the rows that were checked, dropped
those left out by reason. unscored has {positives, negatives, counted} by score: rows without that score, and whether
they count as not flagged. With --by there are also by and groups: [{requirement, group, n, n_pos, n_flagged,
outcome, value, sentence}], where outcome is pass, fail or investigate; with thresholds of groups there are
thresholds: [{group, threshold}].

A record of several classes is checked on rows of all of them: the average compared with what the record expects, F1 of
each class (kind class), limits of labels, and for all classes together their shares and their scores. Each class must
meet the required metrics. What is tested for each class keeps about 1% of false alarms for all of them together, and a
class with fewer than ten rows only warns.

A threshold table is checked like the rows it was counted from. Where the recorded threshold lies inside one of its
bins, a check passes or fails if it does so with the worst and with the best counts that are possible there, and
otherwise warns: that is to be investigated.

examples
  f1tools check may.csv --record record.json
  f1tools check may.csv --record record.json --min-recall 0.8 --at lower-bound --junit check.xml
  f1tools check may.csv --record record.json --min-recall 0.7 --by region
  f1tools check may.csv --record record.json --min-precision 0.7 --max-flagged 5% --allow prevalence

exit codes  0 nothing fails;  1 something fails;  2 the record, the files or the options can't be used;  130 interrupted
"""
_KINDS = (
    "rows",
    "limits",
    "value",
    "class",
    "parity",
    "threshold",
    "prevalence",
    "scores",
)  # f1tools.record is slow to load for help
_FLOORS = {
    "recall": "R", "precision": "P", "f1": "F", "specificity": "S", "npv": "N", "accuracy": "A",
    "balanced-accuracy": "B", "mcc": "M", "kappa": "K", "jaccard": "J",
}  # fmt: skip
_MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}


def add(commands: Any) -> None:
    """Add the command."""
    what = "check a record on new rows, for use in pipelines"
    command = add_command(commands, "check", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    add_files(command)
    add_unscored(command, default="as in the record")
    add_cluster(command, default="that of the record, if these rows have it")
    command.add_argument(
        "--record", metavar="RECORD", type=file_name, required=True, help="a decision record from f1tools record"
    )
    command.add_argument("--junit", metavar="FILE", help="also write the findings as JUnit XML")
    command.add_argument("--json", action="store_true", help="print one JSON object")
    _add_requirements(command)


def _add_requirements(command: Parser) -> None:
    required = command.add_argument_group("required metrics")
    for name, bound in _FLOORS.items():
        floor = metric(name.replace("-", "_"))
        required.add_argument(
            f"--min-{name}", metavar=bound, type=partial(metric_minimum, floor.name), action="append", dest="floors",
            default=[], help=f"{floor.label}: {bound} or more, from 0 to 1",
        )  # fmt: skip
    required.add_argument(
        "--max-flagged", metavar="K|K%", type=flagged_limit, action="append", dest="floors",
        help="at most K rows flagged, or K%% of them",
    )  # fmt: skip
    required.add_argument(
        "--at", choices=("point", "lower-bound"), default="point",
        help="compare the value itself, or the lower bound of its 95%% confidence interval",
    )  # fmt: skip
    required.add_argument(
        "--by",
        metavar="C",
        type=column_name,
        help="required in each group as well: the values of column C; of flagged rows only a share (20%%)",
    )
    drift = command.add_argument_group("drift")
    drift.add_argument("--max-psi", metavar="X", type=_positive_number, default=0.25, help="by default 0.25")
    drift.add_argument(
        "--allow", metavar="KIND", choices=_KINDS, action="append", default=[],
        help=f"only warn of this kind: {', '.join(_KINDS[:-1])} or {_KINDS[-1]}; may be repeated",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Check the record on new rows."""
    from f1tools.record import ClassRecord

    check_output_path(args.junit, [*args.files, args.record])
    _check_by(args)
    _write_error(args.junit, "The check did not finish.")
    try:
        record = load_any_record(args.record)
        if isinstance(record, ClassRecord):
            return _check_classes(record, args)
        count_unscored = None if args.unscored is None else args.unscored == NOT_FLAGGED
        group = args.by if record.groups is None else record.groups.column
        columns = {"group": group, "cluster": args.cluster}
        rows = read_new_rows(record, args.files, count_unscored=count_unscored, **columns)
        findings = _findings(record, rows, args)
    except (BadOptions, InvalidPredictions, ChoiceRequired) as error:
        _write_error(args.junit, str(error))
        raise
    if args.junit is not None:
        write_text(args.junit, junit_xml(findings))
    print(_to_json(record, rows, findings, args) if args.json else _to_text(record, rows, findings, args))
    return DIFFERS if any(finding.level == "fail" for finding in findings) else DONE


def _check_classes(record: ClassRecord, args: argparse.Namespace) -> int:
    """Check a record of several classes on new rows."""
    from f1tools.record import check_classes

    for option, value in (("--by", args.by), ("--unscored", args.unscored), ("--cluster", args.cluster)):
        if value is not None:
            raise BadOptions(f"argument {option}: {args.record} decides about several classes, and this is for one.")
    fingerprints = fingerprint_files(args.files)
    reading, curves = reread_classes(record, args.files, fingerprints, are_new=True)
    # Both are findings, and here no threshold is tuned to few rows.
    found = ("few_positives", "classes_without_rows")
    warnings = tuple(each for each in reading.warnings if each.kind not in found)
    print_notes(replace(reading, warnings=warnings))
    findings = check_classes(
        record, curves, floors=args.floors or (), at=args.at, max_psi=args.max_psi, allow=args.allow,
        left_out=reading.dropped, files=fingerprints,
    )  # fmt: skip
    if args.junit is not None:
        write_text(args.junit, junit_xml(findings))
    if args.json:
        content = {
            "record": args.record,
            "file": " + ".join(args.files),
            "classes": list(record.names),
            "n": len(curves.y_true),
            "dropped": dict(reading.dropped),
            "passed": all(finding.level != "fail" for finding in findings),
            "findings": [vars(finding) for finding in findings],
        }
        print(json.dumps(content, indent=2, allow_nan=False))
    else:
        print("\n".join(map(escape_controls, _lines(findings))))
    return DIFFERS if any(finding.level == "fail" for finding in findings) else DONE


def _lines(findings: Sequence[Finding]) -> list[str]:
    width = max(len(finding.name) for finding in findings)
    return [f"{_MARKS[finding.level]}  {finding.name.ljust(width)}  {finding.sentence}" for finding in findings]


def _check_by(args: argparse.Namespace) -> None:
    """Check that ``--by`` has something to require of each group.

    Raises
    ------
    BadOptions
        When it has not.
    """
    if args.by is None or any(not floor.counts_rows for floor in args.floors or ()):
        return
    if args.floors:
        raise BadOptions(
            "argument --by: a number of flagged rows can't be required of each group, a share can. Use a percentage, "
            "such as --max-flagged 20%, or add a metric, such as --min-recall 0.7."
        )
    raise BadOptions("argument --by: nothing is required of each group. Add a metric, such as --min-recall 0.7.")


def report_bad_options(argv: Sequence[str], sentence: str) -> None:
    """Write an error to the JUnit file when the options can't be used, so that no earlier result stays there.

    A file that occurs twice in the options is not written: it may be an input.
    """
    words = [part for word in argv for part in (word.split("=", 1) if word.startswith("--") else [word])]
    place = words.index("--junit") + 1 if "--junit" in words else len(words)
    junit = next((word for word in words[place : place + 1] if not word.startswith("-")), None)
    with suppress(BadOptions):  # the first error is the one to report
        check_output_path(junit, words[: place - 1] + words[place + 1 :])
        _write_error(junit, sentence)


def _write_error(junit: str | None, sentence: str) -> None:
    if junit is not None:
        write_text(junit, junit_xml([], error=sentence))


def junit_xml(findings: Sequence[Finding], *, error: str = "") -> str:
    """Return findings as JUnit XML, which continuous integration servers display.

    Failures are failures, and warnings are the output of a passed test. An error stands for a check that could not be
    done, so that no earlier result is mistaken for its result.

    Examples
    --------
    >>> from f1tools.record import Finding
    >>> print(junit_xml([Finding("scores", "scores", "fail", "They lie < differently.")]))
    <?xml version="1.0" encoding="utf-8"?>
    <testsuites>
      <testsuite name="f1tools check" tests="1" failures="1" errors="0" skipped="0">
        <testcase classname="f1tools.scores" name="scores">
          <failure type="scores" message="They lie &lt; differently." />
        </testcase>
      </testsuite>
    </testsuites>
    <BLANKLINE>
    """
    from xml.etree import ElementTree as ET

    cases: list[tuple[str, ...]] = [(each.kind, each.name, each.level, each.sentence) for each in findings]
    if error:
        cases.append(("files", "files and options", "error", error))
    levels = [level for _, _, level, _ in cases]
    root = ET.Element("testsuites")
    totals = {"tests": len(cases), "failures": levels.count("fail"), "errors": levels.count("error"), "skipped": 0}
    suite = ET.SubElement(root, "testsuite", {"name": "f1tools check", **{key: str(n) for key, n in totals.items()}})
    for kind, name, level, sentence in cases:
        # Characters that XML cannot represent are escaped.
        case = ET.SubElement(suite, "testcase", classname=f"f1tools.{kind}", name=escape_controls(name))
        text = escape_controls(sentence)
        if level == "fail":
            ET.SubElement(case, "failure", type=kind, message=text)
        elif level == "error":
            ET.SubElement(case, "error", type="unusable", message=text)
        else:
            ET.SubElement(case, "system-out").text = f"warning: {text}" if level == "warn" else text
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _findings(record: DecisionRecord, rows: NewRows, args: argparse.Namespace) -> tuple[Finding, ...]:
    from f1tools.record import check

    return check(
        record,
        rows.predictions,
        floors=args.floors or (),
        at=args.at,
        max_psi=args.max_psi,
        allow=args.allow,
        left_out=rows.left_out,
        files=fingerprint_files(args.files),
        by=args.by or "",
    )


def _to_text(record: DecisionRecord, rows: NewRows, findings: Sequence[Finding], args: argparse.Namespace) -> str:
    from f1tools.record.checks.groups import value_lines

    lines: list[str] = []
    outcomes = _group_outcomes(record, rows, args)
    required = iter([each for each in dict.fromkeys(args.floors or ()) if not each.counts_rows])
    for finding, line in zip(findings, _lines(findings), strict=True):
        lines.append(line)
        if finding.kind == "group":
            floor = next(required)
            of_floor = [each for each in outcomes if each.requirement == floor.check_name]
            lines += [f"      {line}" for line in value_lines(floor, of_floor)]
    return "\n".join(map(escape_controls, lines))


def _group_outcomes(record: DecisionRecord, rows: NewRows, args: argparse.Namespace) -> tuple[GroupOutcome, ...]:
    from f1tools.record.checks.groups import group_outcomes

    if args.by is None or not isinstance(rows.predictions, Predictions):
        return ()
    return group_outcomes(record, rows.predictions, args.floors, args.at)


def _to_json(record: DecisionRecord, rows: NewRows, findings: Sequence[Finding], args: argparse.Namespace) -> str:
    checked = rows.predictions.evaluation_set if isinstance(rows.predictions, Predictions) else rows.predictions
    content = {
        "record": args.record,
        "file": " + ".join(args.files),
        "model": record.model,
        "threshold": _finite(record.threshold),
        "n": checked.n,
        "n_pos": checked.n_pos,
        "dropped": rows.left_out,
        "unscored": rows.unscored,
        "passed": all(finding.level != "fail" for finding in findings),
        "findings": [vars(finding) for finding in findings],
    }
    if record.groups is not None:
        thresholds = ((each.group, _finite(each.threshold)) for each in record.groups.thresholds)
        content["thresholds"] = [{"group": group, "threshold": threshold} for group, threshold in thresholds]
    if args.by is not None:
        content |= {"by": args.by, "groups": [vars(each) for each in _group_outcomes(record, rows, args)]}
    return json.dumps(content, indent=2, allow_nan=False)


def _finite(threshold: float) -> float | None:
    """Return a threshold for JSON: None where it is above all scores."""
    return threshold if math.isfinite(threshold) else None


def _positive_number(text: str) -> float:
    """Parse a number above 0."""
    value = finite_number(text)
    if value <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not above 0")
    return value
