"""``f1tools best`` for several classes: the thresholds or weights of all, as text or JSON."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from f1tools import formatting
from f1tools.classes import ClassDecision, ClassOffsets, ClassRule, RuleEstimates, ThresholdVector, estimate_rules
from f1tools.classes.estimates import AVERAGES
from f1tools.classes.sentences import (
    average_name,
    caution_sentences,
    problem_text,
    recommendation_text,
    rule_name,
    threshold_texts,
)
from f1tools.cli.best_text import align_columns
from f1tools.cli.class_options import decide_all, parse_class_goal
from f1tools.cli.output import escape_controls, finite_or_none
from f1tools.cli.reading import classes_noun, name_text, print_notes, reading_notes
from f1tools.core.metrics import defined_values, metric
from f1tools.formatting import count, metric_value

if TYPE_CHECKING:
    from f1tools.readers import Reading
    from f1tools.uncertainty import Interval

_IN_SAMPLE = (
    "All values are on the rows that were used for tuning, so they are optimistic. --interval adds what to expect on "
    "new rows, and which rule to take."
)


def print_best(reading: Reading, args: argparse.Namespace) -> None:
    """Print the decision about all classes."""
    decision = decide_all(reading, parse_class_goal(reading, args))
    estimates = estimate_rules(decision) if args.interval else None
    if args.json:
        print_notes(reading)
        print(json.dumps(_to_json(args.files, reading, decision, estimates), indent=2, allow_nan=False))
    else:
        blocks = _blocks(reading, decision, estimates)
        print("\n\n".join("\n".join(map(escape_controls, block)) for block in blocks))


def _blocks(reading: Reading, decision: ClassDecision, estimates: RuleEstimates | None) -> Iterator[list[str]]:
    """Yield the blocks of the text: what was read, the classes, the rules, and what to take."""
    n, k = len(decision.curves.y_true), len(decision.classes)
    read = f"{name_text(reading.name)} ({reading.layout}): {count(n)} rows, {count(k)} {classes_noun(reading)}."
    others = tuple(each for each in reading.warnings if each.kind != "few_positives")  # said below
    yield [f"{read} {problem_text(decision.curves)}", *reading_notes(replace(reading, warnings=others))]
    value = f"{average_name(decision)} {metric_value(decision.rule.value(decision.average))}"
    name = formatting.capitalized(rule_name(decision, decision.chosen))
    yield [f"{name}: {value} on these rows", *_class_table(decision, estimates)]
    yield _rule_table(decision, estimates)
    closing = [*caution_sentences(decision), *_unmet(decision)]
    yield [*closing, _IN_SAMPLE] if estimates is None else [" ".join(recommendation_text(estimates)), *closing]


def _unmet(decision: ClassDecision) -> list[str]:
    by = decision.rule.by
    reasons = by.not_met if isinstance(by, ThresholdVector) else {}
    return [f"{name_text(name)} is tuned without its limit: {reason}" for name, reason in reasons.items()]


def _cuts(rule: ClassRule) -> tuple[str, list[float]]:
    """Return what each class has, a threshold, a weight or an offset, and its values."""
    if not isinstance(rule.by, ClassOffsets):
        return "threshold", rule.by.thresholds.tolist()
    if rule.by.logarithmic:
        return "weight", rule.by.weights.tolist()
    return "offset", rule.by.offsets.tolist()


def _cut_texts(decision: ClassDecision, cuts: Sequence[float]) -> list[str]:
    """Return thresholds, weights and offsets as the dashboard and the memo write them."""
    rule = decision.rule
    if isinstance(rule.by, ClassOffsets):
        return [formatting.displayed_threshold(formatting.decimal(cut)) for cut in cuts]
    return threshold_texts(decision)


def _class_table(decision: ClassDecision, estimates: RuleEstimates | None) -> list[str]:
    """Return the lines of the table of classes."""
    rule, objective = decision.rule, metric("fbeta", decision.beta)
    what, cuts = _cuts(rule)
    texts = _cut_texts(decision, cuts)
    metrics = (metric("precision"), metric("recall"), objective)
    values = [np.asarray(defined_values(each, rule.counts), np.float64).tolist() for each in metrics]
    head = ["", "positives", what, *(each.label for each in metrics)]
    columns = [
        list(map(name_text, decision.classes)),
        list(map(count, decision.curves.supports.tolist())),
        texts,
        *(list(map(metric_value, each)) for each in values),
    ]
    if estimates is not None:
        found = estimates.rules[decision.chosen]
        lows, highs = (np.asarray(each).tolist() for each in (found.each_interval.low, found.each_interval.high))
        head += ["expected", f"{found.each_interval.level_text} interval"]
        columns.append(list(map(metric_value, found.each.tolist())))
        columns.append([_range_text(low, high) for low, high in zip(lows, highs, strict=True)])
    return align_columns([head, *map(list, zip(*columns, strict=True))])


def _rule_table(decision: ClassDecision, estimates: RuleEstimates | None) -> list[str]:
    """Return the lines of the table of rules: all averages, and what to expect of the one that is maximized."""
    rows = [["", *(average_name(decision, average) for average in AVERAGES)]]
    if estimates is not None:
        rows[0] += [f"expected {average_name(decision)}", f"{_interval(decision, estimates).level_text} interval"]
    for name, rule in decision.rules.items():
        row = [rule_name(decision, name), *(metric_value(rule.value(average)) for average in AVERAGES)]
        if estimates is not None:
            interval = estimates.rules[name].intervals[decision.average]
            row += [metric_value(estimates.rules[name].values[decision.average]), interval.text]
        rows.append(row)
    return align_columns(rows)


def _interval(decision: ClassDecision, estimates: RuleEstimates) -> Interval:
    return estimates.rules[decision.chosen].intervals[decision.average]


def _range_text(low: float, high: float) -> str:
    return f"{metric_value(low)} to {metric_value(high)}"


def _to_json(
    files: Sequence[str], reading: Reading, decision: ClassDecision, estimates: RuleEstimates | None
) -> dict[str, Any]:
    """Return numbers in full precision, null for infinite and undefined values."""
    content: dict[str, Any] = {
        "file": " + ".join(files),
        "one_per_row": decision.curves.one_per_row,
        "n": len(decision.curves.y_true),
        "dropped": sum(reading.dropped.values()),
        "average": decision.average,
        "beta": decision.beta,
        "rule": decision.chosen,
        "value": decision.rule.value(decision.average),
        "rules": {name: _rule_json(decision, rule, estimates) for name, rule in decision.rules.items()},
        "recommended": None if estimates is None else estimates.recommended(),
        "classes": _classes_json(decision, estimates),
    }
    if estimates is not None:
        content["resamples"] = {
            "confidence_level": estimates.confidence_level,
            "n_resamples": estimates.n_resamples,
            "random_state": estimates.random_state,
        }
    return content


def _rule_json(decision: ClassDecision, rule: ClassRule, estimates: RuleEstimates | None) -> dict[str, Any]:
    values: dict[str, Any] = {average: rule.value(average) for average in AVERAGES}
    if estimates is not None:
        found = estimates.rules[rule.name]
        interval = found.intervals[decision.average]
        values["expected"] = _expected_json(found.values[decision.average], interval.low, interval.high)
    return values


def _classes_json(decision: ClassDecision, estimates: RuleEstimates | None) -> list[dict[str, Any]]:
    rule = decision.rule
    is_own, (what, cuts) = decision.chosen == "own", _cuts(rule)
    kept = rule.by.kept if is_own else ()
    not_met = rule.by.not_met if is_own and isinstance(rule.by, ThresholdVector) else {}
    supports, counts = decision.curves.supports.tolist(), rule.counts
    cells = {cell: np.asarray(values).tolist() for cell, values in vars(counts).items()}
    metrics = {"precision": counts.precision(), "recall": counts.recall(np.nan), "fbeta": rule.each}
    found, content = None if estimates is None else estimates.rules[decision.chosen], []
    for place, name in enumerate(decision.classes):
        each = {
            "class": name,
            "positives": supports[place],
            what: finite_or_none(cuts[place]),
            **{cell: values[place] for cell, values in cells.items()},
            **{key: finite_or_none(float(np.asarray(values)[place])) for key, values in metrics.items()},
            "kept": name in kept,
            "not_met": not_met.get(name, ""),
        }
        if found is not None:
            low, high = (np.asarray(bound)[place] for bound in (found.each_interval.low, found.each_interval.high))
            each["expected"] = _expected_json(found.each[place], low, high)
        content.append(each)
    return content


def _expected_json(value: Any, low: Any, high: Any) -> dict[str, Any]:
    return {"value": finite_or_none(float(value)), "interval": [finite_or_none(float(each)) for each in (low, high)]}
