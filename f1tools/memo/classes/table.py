"""The table of all classes of a memo, and the rules side by side."""

from __future__ import annotations

import math

import numpy as np

from f1tools import formatting
from f1tools.classes import Average, ClassOffsets, ClassRule, Rule
from f1tools.classes.sentences import by_hand_text, recommendation_text, rule_name, threshold_texts, way_name
from f1tools.core.counts import FloatArray
from f1tools.memo.classes.context import ClassMemoContext
from f1tools.memo.context import LONGEST_CELL, WITHHELD, name_text
from f1tools.memo.snapshot import Bar, ClassTable, Section, Table
from f1tools.uncertainty.intervals import Interval

_MOST_ROWS = 60  # of the table of classes
_AVERAGES: tuple[Average, ...] = ("macro", "weighted", "micro")
_MARK = " *"
_FITS_A_PHONE = 5  # columns
_FIRST_RULE = 5  # after name, cases, threshold, recall and precision
_SHORT = {"default": ("highest score", "at 0.5"), "common": ("", "common"), "own": ("", "own")}


def class_table(context: ClassMemoContext) -> ClassTable:
    """Return a row for each class: how often it occurs, how it is decided, and how well.

    Of many classes only the most frequent ones are in it. With suppression some classes, or their precision, are
    withheld, and so are the other rules: a difference between two rules can be a count of its own.
    """
    places, rules = _places(context), _rules(context)
    head = [context.nouns[0].capitalize(), "Cases", context.way.capitalize(), "Recall"]
    head += ["Precision"] * context.shows_precision
    head += [_value_head(context, rule) for rule in rules]
    expected = context.estimate is not None
    head += [f"{context.label} on new cases", "95% interval"] * expected
    ways = _ways(context, places)
    rows = tuple(_row(context, place, way, rules) for place, way in zip(places, ways, strict=True))
    other = next((rule for rule in rules if rule.name != context.decision.chosen), None)
    bars = tuple(_bar(context, place, None if other is None else other.each) for place in places)
    mark = f", the line by {rule_name(context.decision, other.name)}" if other else ""
    narrow = _narrow(context, rules, len(head))
    legend = f"The bar is {context.label} on these cases{mark}." if context.shows_precision else ""
    return ClassTable(Table(tuple(head), rows), bars, legend, tuple(_notes(context, places)), narrow)


def _narrow(context: ClassMemoContext, rules: list[ClassRule], columns: int) -> tuple[int, ...]:
    """Return the columns for narrow screens: how a class is decided, its value before and after, and on new cases."""
    if columns <= _FITS_A_PHONE:
        return tuple(range(columns))
    by_rule = range(_FIRST_RULE, _FIRST_RULE + len(rules))
    after = by_rule[[rule.name for rule in rules].index(context.decision.chosen)]
    before = by_rule[0] if after != by_rule[0] else by_rule[-1]
    new = () if context.estimate is None else (by_rule.stop,)
    return tuple(sorted({0, 1, 2, before, after, *new}))


def _places(context: ClassMemoContext) -> list[int]:
    """Return the classes of the table, in their order."""
    supports = context.decision.curves.supports
    if len(supports) <= _MOST_ROWS:
        return list(range(len(supports)))
    return sorted(np.argsort(-supports, kind="stable")[:_MOST_ROWS].tolist())


def _rules(context: ClassMemoContext) -> list[ClassRule]:
    """Return the rules whose values are in the table, the simplest first; with suppression that of the memo at most."""
    if not context.shows_precision:
        return []
    decision = context.decision
    rules = [context.rule if name == decision.chosen else rule for name, rule in decision.rules.items()]
    return [context.rule] if context.suppresses else rules


def _value_head(context: ClassMemoContext, rule: ClassRule) -> str:
    """Return the heading of F-beta by a rule: by that of the memo it has no other name."""
    if rule.name == context.decision.chosen:
        return context.label
    if rule.name == "own" and context.one_per_row:
        return f"{context.label} with {way_name(context.decision.curves)}s"
    return f"{context.label} {_SHORT[rule.name][not context.one_per_row]}"


def _ways(context: ClassMemoContext, places: list[int]) -> list[str]:
    """Return the threshold, weight or offset of each class as text."""
    by = context.rule.by
    if isinstance(by, ClassOffsets):
        values = by.weights if by.logarithmic else by.offsets
        return [formatting.displayed_threshold(formatting.decimal(value)) for value in values[places].tolist()]
    texts = threshold_texts(context.decision)
    return [texts[place] for place in places]


def _row(context: ClassMemoContext, place: int, way: str, rules: list[ClassRule]) -> tuple[str, ...]:
    decision, counts = context.decision, context.rule.counts
    name = name_text(decision.classes[place], LONGEST_CELL)
    if place not in context.shown:
        return name, WITHHELD, way, *[WITHHELD] * (3 if context.shows_precision else 1)
    few = _MARK if decision.classes[place] in decision.few and not context.suppresses else ""
    metrics = [counts.recall(math.nan), counts.precision(math.nan), *(rule.each for rule in rules)]
    shown = metrics if context.shows_precision else metrics[:1]
    values = [formatting.metric_value(float(np.asarray(each)[place])) for each in shown]
    return name + few, f"{decision.curves.supports[place]:,}", way, *values, *_expected(context, place)


def _expected(context: ClassMemoContext, place: int) -> tuple[str, ...]:
    if context.estimate is None:
        return ()
    bounds = context.estimate.each_interval
    interval = Interval(float(bounds.low[place]), float(bounds.high[place]), bounds.confidence_level)
    return formatting.metric_value(float(context.estimate.each[place])), interval.text


def _bar(context: ClassMemoContext, place: int, compared: FloatArray | None) -> Bar | None:
    if place not in context.shown or not context.shows_precision or math.isnan(context.rule.each[place]):
        return None
    return Bar(float(context.rule.each[place]), None if compared is None else float(compared[place]))


def _notes(context: ClassMemoContext, places: list[int]) -> list[str]:
    decision, (_, nouns) = context.decision, context.nouns
    notes = []
    absent = [name_text(name, LONGEST_CELL) for name in decision.curves.absent]
    if absent:
        notes.append(f"No case is of {formatting.join_names(absent)}: cases that get such a class are errors.")
    if len(places) < len(decision.classes):
        notes.append(f"The {len(places):,} most frequent of {len(decision.classes):,} {nouns}.")
    if not context.suppresses and any(decision.classes[place] in decision.few for place in places):
        notes.append("* fewer than ten positive cases: these numbers are uncertain.")
    if decision.curves.sample_weight is not None:
        notes.append("All metrics count cases by their weights.")
    if len(context.shown) < len(decision.classes):
        notes.append(f"“{WITHHELD}”: the number would reveal a count below {context.minimum:,}.")
    if not context.shows_precision:
        notes.append(
            f"Precision and {context.label} are withheld, because they would reveal how few cases of one class are "
            "taken for another."
        )
    return notes


def rules_section(context: ClassMemoContext) -> list[Section]:
    """Return all rules side by side, with what to expect of each on new rows; nothing with suppression."""
    decision, estimates = context.decision, context.estimates
    if context.suppresses or len(decision.rules) < 2:
        return []
    rows = []
    for name, rule in decision.rules.items():
        is_it = name == decision.chosen and not decision.by_hand
        title = formatting.capitalized(rule_name(decision, name)) + " (this memo)" * is_it
        rows.append((title, *_new_cases(context, name), *_here(context, rule)))
    if decision.by_hand:
        unknown = (formatting.UNDEFINED,) * (2 if estimates is not None else 0)
        rows.append((f"With {by_hand_text(decision)} (this memo)", *unknown, *_here(context, context.rule)))
    label = formatting.capitalized(context.average_label)
    head = [f"{formatting.capitalized(context.label_of(average))} on these cases" for average in _averages(context)]
    if estimates is not None:
        head[:0] = [f"{label} on new cases", "95% interval"]
    return [Section("rules", "Compared with the other rules", _answer(context), Table(("Rule", *head), tuple(rows)))]


def _new_cases(context: ClassMemoContext, rule: Rule) -> tuple[str, ...]:
    """Return what to expect of a rule on new cases, with its interval; nothing where that is unknown."""
    if context.estimates is None:
        return ()
    found, average = context.estimates.rules[rule], context.decision.average
    return formatting.metric_value(found.values[average]), found.intervals[average].text


def _here(context: ClassMemoContext, rule: ClassRule) -> list[str]:
    return [formatting.metric_value(rule.value(average)) for average in _averages(context)]


def _averages(context: ClassMemoContext) -> list[Average]:
    return [context.decision.average, *(each for each in _AVERAGES if each != context.decision.average)]


def _answer(context: ClassMemoContext) -> tuple[str, ...]:
    return () if context.estimates is None else recommendation_text(context.estimates, rows="cases")
