"""The figures of Classes: averages at a common threshold, what becomes of each label, and what is confused."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from f1tools import formatting
from f1tools.classes import class_confusion, confused_pairs
from f1tools.classes.confusion import outcome_shares
from f1tools.classes.sentences import rule_name, way_name
from f1tools.classes.sweeps import CommonSweep, common_sweep
from f1tools.core.counts import FloatArray
from f1tools.core.types import OnProgress
from f1tools.plots import plot_averages, plot_confusion, plot_outcomes
from f1tools.ui.components import figures
from f1tools.ui.components.html_table import figures_table
from f1tools.ui.components.job_results import all_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.classes.context import ClassContext
from f1tools.ui.session import state

_MOST_BARS = 25
_MOST_CELLS = 25  # classes of a confusion matrix that can be read
_MOST_PAIRS = 10
_COUNTING = "Counting which are confused …"


def common_threshold(context: ClassContext) -> None:
    """Show the averages where all labels have one threshold."""
    decision = context.decision
    marks = {name: decision.rules[name].thresholds for name in ("common", "default") if name in decision.rules}
    names = {"common": "best", "default": "default"}
    lines = [(float(each[0]), names[name]) for name, each in marks.items() if each is not None]

    def work(on_progress: OnProgress) -> CommonSweep:
        keep = tuple(x for x, _ in lines)
        return common_sweep(decision.curves, decision.beta, keep=keep, on_progress=on_progress)

    job = state.session().jobs.get("class sweep", (*context.key, "sweep"), work)
    if all_done([job], "Counting at common thresholds …"):
        sweep = job.result()
        figure = plot_averages(
            sweep.thresholds,
            dict(sweep.values),
            context.label,
            average=decision.average,
            lines=lines,
            theme="streamlit",
        )
        figures.show(figure, "common threshold", _about(context))


def confusion(context: ClassContext) -> None:
    """Show which classes are confused: by the chosen rule for labels, before and after for classes."""
    decision = context.decision
    rules = [decision.rule] if context.of_labels else [decision.rules["default"], decision.rules["own"]]

    def work(on_progress: OnProgress) -> list[FloatArray]:
        def count(place: int) -> FloatArray:
            def report(share: float) -> None:
                on_progress((place + share) / len(rules))

            return class_confusion(decision.curves, rules[place], on_progress=report)

        return [count(place) for place in range(len(rules))]

    key = context.rule_key if context.of_labels else context.key
    job = state.session().jobs.get("class confusion", key, work)
    if context.of_labels:
        _outcomes(context)
    if not all_done([job], _COUNTING):
        return
    if context.of_labels:
        _label_pairs(context, job.result()[0])
    elif len(context.data.names) <= _MOST_CELLS:
        _matrices(context, job.result())
    else:
        _class_pairs(context, job.result())


def _outcomes(context: ClassContext) -> None:
    rule, names = context.decision.rule, context.data.names
    errors = np.asarray(rule.counts.fp + rule.counts.fn)
    places = np.arange(len(names))
    if len(names) > _MOST_BARS:
        places = np.sort(np.argsort(-errors, kind="stable")[:_MOST_BARS])
    shares = {cell: each[places] for cell, each in outcome_shares(rule).items()}
    counts = {cell: np.asarray(getattr(rule.counts, cell))[places] for cell in ("tp", "fn", "fp", "tn")}
    figure = plot_outcomes([names[place] for place in places.tolist()], shares, counts, theme="streamlit")
    figures.show(figure, "outcomes", _about(context))
    if len(names) > _MOST_BARS:
        st.markdown(small(f"The {_MOST_BARS} labels with the most errors, of {len(names):,}."))


def _label_pairs(context: ClassContext, matrix: FloatArray) -> None:
    st.header("Labels that are confused", anchor=False)
    pairs = confused_pairs(matrix, _MOST_PAIRS)
    if not pairs:
        st.markdown("No row misses one label and wrongly gets another one.")
        return
    names = [formatting.truncate(name) for name in context.data.names]
    rows = [
        (f"“{names[each.true]}” missed, “{names[each.decided]}” flagged instead", [_rows(each.n)]) for each in pairs
    ]
    figures_table("Labels that are confused", ("Rows that miss one label and wrongly get another", "Rows"), rows)


def _matrices(context: ClassContext, found: Sequence[FloatArray]) -> None:
    titles = ("Confusion matrix: highest score", f"Confusion matrix: with {way_name(context.decision.curves)}s")
    for column, title, matrix, key in zip(st.columns(2), titles, found, ("before", "after"), strict=True):
        figure = plot_confusion(matrix, context.data.names, title, theme="streamlit")
        with column:
            figures.show(figure, f"confusion {key}", _about(context))


def _class_pairs(context: ClassContext, found: Sequence[FloatArray]) -> None:
    st.header("Classes that are confused", anchor=False)
    before, after = found
    names = [formatting.truncate(name) for name in context.data.names]
    header = (
        "The most confused classes",
        *(formatting.capitalized(rule_name(context.decision, rule)) for rule in ("default", "own")),
    )
    rows = [
        (
            f"“{names[each.true]}” taken for “{names[each.decided]}”",
            [_rows(before[each.true, each.decided].item()), _rows(after[each.true, each.decided].item())],
        )
        for each in confused_pairs(before + after, _MOST_PAIRS)
    ]
    figures_table("Classes that are confused", header, rows)


def _rows(n: float) -> str:
    return formatting.count(n)


def _about(context: ClassContext) -> str:
    return escape(f"{formatting.truncate(context.data.title, 40)}")
