"""The table of all classes: a row each, with its curve, its threshold, and what it achieves by every rule."""

import math

import streamlit as st

from f1tools import formatting
from f1tools.card import Cell, ClassRow, classes_payload
from f1tools.classes import ClassOffsets, Rule, RuleEstimates
from f1tools.classes.sentences import threshold_texts, way_name
from f1tools.classes.sweeps import ClassProfiles, class_profiles
from f1tools.core.types import OnProgress
from f1tools.export import class_table_csv, file_name
from f1tools.ui.components.browser import class_table
from f1tools.ui.components.job_results import all_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.classes.answer import unknown_text
from f1tools.ui.sections.classes.context import ClassContext
from f1tools.ui.session import class_choices, state

_RULES: dict[bool, dict[Rule, str]] = {
    True: {"default": "{} at 0.5", "common": "{} common", "own": "{} own"},
    False: {"default": "{} highest score", "own": "{} {}"},
}


def table(context: ClassContext, profiles: ClassProfiles, found: RuleEstimates | None) -> None:
    """Show the table; a name opens its class on Decide."""
    rows = _rows(context, profiles, found)
    names = context.data.names
    heading = "Label" if context.of_labels else "Class"
    headings = _headings(context)
    only_wide = [headings[each] for each in ("precision", "recall", "common") if each in headings]
    payload = classes_payload(
        rows,
        list(headings.values()),
        heading=heading,
        curve=f"{context.label} curve",
        label=f"All {context.nouns}",
        only_wide=only_wide,
    )
    opened = class_table(
        payload,
        key="classes",
        data=context.data.id,
        on_open=lambda place: class_choices.select_class(names[place]),
        on_reset=lambda place: class_choices.reset_by_hand(context.data, names[place]),
    )
    if opened:
        st.switch_page("pages/decide.py")
    st.markdown(small(escape(_explanation(context))))
    _download(context, found)


def _download(context: ClassContext, found: RuleEstimates | None) -> None:
    """Offer the table as CSV, with what to expect if that is known."""
    st.download_button(
        "Download the table as CSV",
        lambda: class_table_csv(context.decision, found),
        f"{context.nouns}-{file_name(context.data.title)}.csv",
        "text/csv",
        on_click="ignore",
        help=f"Every {context.noun} with its counts and metrics in full precision.",
    )


def profiles_of(context: ClassContext) -> ClassProfiles | None:
    """Return the curves of all classes; None until they are counted."""
    decision = context.decision

    def work(on_progress: OnProgress) -> ClassProfiles:
        return class_profiles(decision.curves, decision.rule, on_progress=on_progress)

    job = state.session().jobs.get("class profiles", context.rule_key, work)
    return job.result() if all_done([job], f"Counting each {context.noun} at its thresholds …") else None


def _change(context: ClassContext) -> str:
    """Return what the classes of rows with one class have."""
    return way_name(context.decision.curves).capitalize()


def _headings(context: ClassContext) -> dict[str, str]:
    """Return the headings of the columns by what is in them."""
    label, change = context.label, _change(context)
    rules: dict[str, str] = {
        name: _RULES[context.of_labels][name].format(label, f"with {change.lower()}s")
        for name in context.decision.rules
    }
    now = {"now": f"{label} now"} if context.decision.by_hand and context.of_labels else {}
    return {
        "support": "Positives" if context.of_labels else "Rows",
        "threshold": "Threshold" if context.of_labels else change,
        "precision": "Precision",
        "recall": "Recall",
        **now,
        **rules,
        "expected": "Expected",
    }


def _rows(context: ClassContext, profiles: ClassProfiles, found: RuleEstimates | None) -> list[ClassRow]:
    decision, k = context.decision, len(context.data.names)
    rule, notes = decision.rule, _notes(context)
    columns: dict[str, list[Cell]] = {
        "support": [Cell(f"{n:,}", n) for n in decision.curves.supports.tolist()],
        "threshold": _thresholds(context),
        "precision": _metrics(rule.counts.precision(zero_division=math.nan).tolist()),
        "recall": _metrics(rule.counts.recall(zero_division=math.nan).tolist()),
        "now": _metrics(rule.each.tolist()),
        **{name: _metrics(each.each.tolist()) for name, each in decision.rules.items()},
        "expected": [Cell(unknown_text(context))] * k if found is None else _metrics(_expected(context, found)),
    }
    shown = _headings(context)
    by_hand = decision.by_hand if context.of_labels else {}
    shares, has_rows = profiles.shares.tolist(), decision.curves.has_rows.tolist()
    return [
        ClassRow(
            name,
            [columns[column][place] for column in shown],
            list(zip(shares, profiles.values[place].tolist(), strict=True)) if has_rows[place] else (),
            (float(profiles.at[place]), float(rule.each[place])),
            "by hand" if name in by_hand else notes.get(name, ""),
            by_hand=name in by_hand,
        )
        for place, name in enumerate(context.data.names)
    ]


def _notes(context: ClassContext) -> dict[str, str]:
    """Return what is special about classes with few positive rows, or none; below the table a sentence says more."""
    notes = dict.fromkeys(context.decision.few, "few positives")
    if context.decision.chosen == "own":
        notes |= dict.fromkeys(context.decision.rule.by.kept, "few positives, not tuned")
    return notes | dict.fromkeys(context.decision.curves.absent, "no rows")


def _expected(context: ClassContext, found: RuleEstimates) -> list[float]:
    """Return F-beta of each class on new rows; nan where a threshold was set by hand: nothing was resampled for it."""
    decision = context.decision
    by_hand = decision.by_hand if context.of_labels else {}
    each = zip(decision.classes, found.rules[decision.chosen].each.tolist(), strict=True)
    return [math.nan if name in by_hand else value for name, value in each]


def _metrics(values: list[float]) -> list[Cell]:
    return [Cell(formatting.metric_value(value), value) for value in values]


def _thresholds(context: ClassContext) -> list[Cell]:
    """Return the threshold of each label, as Decide writes it, or the weight or offset of each class."""
    by = context.decision.rule.by
    if isinstance(by, ClassOffsets):
        values = (by.weights if by.logarithmic else by.offsets).tolist()
        return [Cell(formatting.displayed_threshold(formatting.decimal(value)), value) for value in values]
    texts = threshold_texts(context.decision)
    return [
        Cell(text, value if math.isfinite(value) else math.nan)
        for text, value in zip(texts, by.thresholds.tolist(), strict=True)
    ]


def _explanation(context: ClassContext) -> str:
    label = context.label
    if context.of_labels:
        left, right = "low thresholds, which flag much,", "high ones"
    else:
        left, right = f"high {_change(context).lower()}s, which give a row the class easily,", "low ones"
    unknown = " n/a where a threshold was set by hand." if context.decision.by_hand else ""
    return (
        f"A name opens its {context.noun} on Decide. The curve, on wider screens, is {label} from {left} at the left "
        f"to {right} at the right, evenly spaced among the positive rows; the dot is the current one. Expected: "
        f"{label} on new rows.{unknown}"
    )
