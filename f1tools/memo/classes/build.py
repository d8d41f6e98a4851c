"""Build the memo of a decision about several classes or labels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from f1tools import formatting
from f1tools.classes.sentences import by_hand_text, rule_name
from f1tools.memo.classes.confusion import confusion_section, matrices
from f1tools.memo.classes.context import ClassMemoContext
from f1tools.memo.classes.sections import exact_rule, provenance_section, warning_sections
from f1tools.memo.classes.table import class_table, rules_section
from f1tools.memo.context import name_text
from f1tools.memo.page import render_page
from f1tools.memo.snapshot import ClassSnapshot
from f1tools.memo.suppression import minimum_size
from f1tools.record import ClassSource, class_source
from f1tools.version import __version__

if TYPE_CHECKING:
    from f1tools.classes import ClassDecision, RuleEstimates

_AVERAGES = {
    "macro": "the mean of the {label} of all {nouns}: each counts alike, however rare it is.",
    "weighted": "the mean of the {label} of all {nouns}, each weighted by its number of cases.",
    "micro": "the {label} of all decisions together: frequent {nouns} count most.",
}


def build_class_snapshot(  # noqa: PLR0913 (keywords, each with a default)
    decision: ClassDecision,
    source: ClassSource,
    *,
    estimates: RuleEstimates | None = None,
    title: str | None = None,
    settings: Mapping[str, str] | None = None,
    link: str = "",
    suppress_below: int = 0,
    created: datetime | None = None,
) -> ClassSnapshot:
    """Build the content of a memo about all classes.

    Parameters
    ----------
    decision : ClassDecision
        From :func:`f1tools.decide_classes`.
    source : ClassSource
        Where the rows come from, from :func:`f1tools.record.class_source`.
    estimates : RuleEstimates, optional
        What to expect of its rules on new rows, from :func:`f1tools.estimate_rules`.
    title : str, optional
        The title of the data by default.
    settings : mapping of str to str, optional
        The URL parameters that open the same view; they are left out where small counts are suppressed, because limits
        and thresholds of single classes are among them.
    link : str
        The root address of the dashboard.
    suppress_below : int
        Suppress counts from 1 to one less than this and every number that reveals such a count.
    created : datetime, optional
        The current time by default.

    Raises
    ------
    InvalidPredictions
        When small counts are to be suppressed but rows are weighted, or every class has such a count.
    ValueError
        When source or estimates are about another decision.

    Examples
    --------
    >>> from f1tools.classes import ClassCurves, decide_classes
    >>> from f1tools.record import class_source
    >>> y_score = [[0.9, 0.1], [0.2, 0.4], [0.8, 0.3]]
    >>> curves = ClassCurves.from_predictions([[1, 0], [0, 1], [1, 0]], y_score, classes=["cat", "dog"])
    >>> build_class_snapshot(decide_classes(curves, rule="default"), class_source(curves)).sentences[0]
    'Each case gets every label whose score is 0.5 or more.'
    """
    if source.n != len(decision.curves.y_true):
        n = len(decision.curves.y_true)
        raise ValueError(f"The source has {source.n:,} rows, but the decision is about {n:,}.")
    if estimates is not None and estimates.decision.rules is not decision.rules:
        raise ValueError("The estimates are about another decision: compute them from the decision of the memo.")
    context = ClassMemoContext(
        decision=decision,
        source=source,
        estimates=estimates,
        created=(created or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        minimum=minimum_size(suppress_below),
    )
    context.check()
    writers = (warning_sections, rules_section, confusion_section, provenance_section)
    linked = not context.suppresses
    return ClassSnapshot(
        title=name_text(source.title if title is None else title),
        created=context.created,
        version=__version__,
        figure=_figure(context),
        sentences=(exact_rule(context), _value_text(context)),
        facts=_facts(context),
        classes=class_table(context),
        matrices=matrices(context),
        sections=tuple(section for write in writers for section in write(context)),
        settings=dict(settings or {}) if linked else {},
        link=formatting.single_line(link) if linked else "",
        suppress_below=context.minimum,
        glossary=_glossary(context),
    )


def check_class_suppression(decision: ClassDecision, suppress_below: int) -> None:
    """Check that small counts can be suppressed in a memo about several classes.

    Raises
    ------
    InvalidPredictions
        When rows are weighted, or every class has a small count.
    """
    source = class_source(decision.curves)
    ClassMemoContext(decision, source, None, "", minimum_size(suppress_below)).check()


def class_memo_html(snapshot: ClassSnapshot) -> str:
    """Render a memo about several classes as one HTML document, which loads nothing and has no script.

    Examples
    --------
    >>> from f1tools.classes import ClassCurves, decide_classes
    >>> from f1tools.record import class_source
    >>> curves = ClassCurves.from_predictions(["a", "<b>", "a"], [[0.1, 0.9], [0.6, 0.4], [0.2, 0.8]])
    >>> page = class_memo_html(build_class_snapshot(decide_classes(curves), class_source(curves)))
    >>> "&lt;b&gt;" in page, "<b>" in page, "<script" in page
    (True, False, False)
    """
    return render_page("classes.html", snapshot)


def _figure(context: ClassMemoContext) -> tuple[str, str, str]:
    """Return what is printed large: the value to expect, else the one on these rows."""
    decision = context.decision
    label, average = formatting.capitalized(context.average_label), decision.average
    if context.estimate is not None:
        return label, formatting.metric_value(context.estimate.values[average]), "expected on new cases"
    if not context.shows_precision:
        return "Accuracy", formatting.metric_value(_n_right(context) / len(decision.curves.y_true)), "on these cases"
    return label, formatting.metric_value(context.average_of(context.rule, average)), "on these cases"


def _n_right(context: ClassMemoContext) -> float:
    return float(np.trace(context.confusion))


def _value_text(context: ClassMemoContext) -> str:
    """Return what the rule achieves, as one sentence."""
    average = context.decision.average
    if context.estimate is not None:
        value, interval = context.estimate.values[average], context.estimate.intervals[average]
        text = f"On new cases, expect a {context.average_label} of {formatting.metric_value(value)}"
        return f"{text} ({interval.level_text} interval {interval.text}){_against(context)}."
    if not context.shows_precision:
        n = len(context.decision.curves.y_true)  # all that are right, and all that are wrong, are no small counts
        return f"{formatting.count(_n_right(context))} of these {n:,} cases get their class."
    value, shown, k = context.average_of(context.rule, average), len(context.shown), len(context.decision.classes)
    over = "" if shown == k else f", over the {shown:,} of {k:,} {context.nouns[1]} whose counts may be displayed"
    return f"On these cases the {context.average_label} is {formatting.metric_value(value)}{over}; 1 is perfect."


def _against(context: ClassMemoContext) -> str:
    """Return what the best other rule achieves on new rows, as the end of a sentence."""
    if context.estimates is None:
        return ""
    decision = context.decision
    values = {name: each.values[decision.average] for name, each in context.estimates.rules.items()}
    other = max((name for name in values if name != decision.chosen), key=values.__getitem__)
    return f", against {formatting.metric_value(values[other])} with {rule_name(decision, other)}"


def _facts(context: ClassMemoContext) -> tuple[tuple[str, str], ...]:
    decision = context.decision
    each = "exactly one a case" if context.one_per_row else "any number a case"
    rule = formatting.capitalized(rule_name(decision, decision.chosen))
    facts = [(context.nouns[1].capitalize(), f"{len(decision.classes):,}, {each}"), ("Rule", rule)]
    if decision.chosen != "default":
        by_hand = f", {by_hand_text(decision)}" if decision.by_hand else ""
        chosen = f"Highest {context.average_label} on {len(decision.curves.y_true):,} cases{by_hand}"
        facts.append(("Chosen", chosen))
    return tuple(facts)


def _glossary(context: ClassMemoContext) -> tuple[tuple[str, str], ...]:
    """Return explanations of the metrics, as a reader needs them for one class among several."""
    (noun, nouns), label = context.nouns, context.label
    average = _AVERAGES[context.decision.average].format(label=label, nouns=nouns)
    beta = "" if label == "F1" else f" Recall counts {context.decision.beta:g} times as much as precision."
    return (
        ("Recall", f"of the cases that have a {noun}, the share that gets it. 1 means that none is missed."),
        ("Precision", f"of the cases that get a {noun}, the share that has it. 1 means no false alarms."),
        (label, f"precision and recall in one number from 0 to 1. It is high only when both are high.{beta}"),
        (formatting.capitalized(context.average_label), average),
    )
