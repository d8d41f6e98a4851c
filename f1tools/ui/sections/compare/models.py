"""The models side by side: what to compare them by, the table with the curves, and what is missing."""

import math
from collections.abc import Iterable, Mapping

import streamlit as st

from f1tools import formatting
from f1tools.card import Cell, ComparedModel, comparison_payload
from f1tools.comparison.alignment import may_fit_better
from f1tools.core.metrics import defined_values, reported_metrics
from f1tools.formatting.bounds import known_value, reachable_text
from f1tools.ui.components.browser import model_comparison
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections import explore
from f1tools.ui.sections.compare.standings import NOT_COMPARED, Standing, Standings
from f1tools.ui.sections.compare.unpaired import offer_apart, other_pages_text, readings
from f1tools.ui.session import state
from f1tools.ui.session.data import ClassData
from f1tools.ui.session.link_names import models_in_link
from f1tools.ui.session.view import ALIGNMENTS, MARGIN_RANGE
from f1tools.ui.session.widget_echo import bind

_ALIGN_BY = {
    "best": "Own best threshold",
    "recall": "Same recall",
    "precision": "Same precision",
    "flagged": "Same number flagged",
    "threshold": "Same threshold",
}
_AXES = {False: "Threshold", True: "Share flagged"}
_PENDING = "…"
_MOST_NAMED = 6


def toolbar(standings: Standings) -> None:
    """Ask for the reference, the objective, what thresholds have in common, the margin, and the axis of the curves."""
    view, models = standings.context.view, list(standings.by_model)
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare toolbar"):
        st.selectbox(
            "Reference",
            models,
            format_func=formatting.truncate,
            width=230,
            help="The model that the others are compared with, such as the one in use.",
            **bind("reference", standings.reference.name, "compared_with", lambda name: models_in_link([name])),
        )
        explore.objective(standings.context)
        if standings.paired:
            st.selectbox(
                "Align by",
                ALIGNMENTS,
                format_func=_ALIGN_BY.__getitem__,
                width=210,
                help="Each model at its own best threshold, or all of them where they have as much in common as "
                "possible with the reference at its current threshold.",
                **bind("align by", view.align_by, "align_by"),
            )
        st.number_input(
            "Equal within",
            *MARGIN_RANGE,
            step=0.01,
            format="%g",
            width=150,
            help="Models whose metrics differ by no more than this are equally good for your purpose. 0 is no margin.",
            **bind("margin", view.margin, "margin"),
        )
        st.selectbox(
            "Curves against", _AXES, format_func=_AXES.__getitem__, width=160, **bind("axis", view.by_share, "by_share")
        )


def table(standings: Standings, intervals: Mapping[str, str] | None) -> None:
    """Show the table and the curves.

    Parameters
    ----------
    standings : Standings
    intervals : mapping of str to str, or None
        The interval of the difference to the reference by model; None while it is computed.
    """
    context = standings.context
    columns = [_cells(standings, each, intervals) for each in standings.by_model.values()]
    payload = comparison_payload(
        [
            ComparedModel(each.name, list(cells.values()), each.summary.drawn, each.point)
            for each, cells in zip(standings.by_model.values(), columns, strict=True)
        ],
        list(columns[0]),
        standings.objective,
        reference=standings.reference.name,
        highlighted=standings.highlighted,
        sort_by=standings.objective.label,
        axis="flagged" if context.view.by_share else "threshold",
        about=formatting.truncate(" + ".join(data.title for data in standings.datasets), 40),
    )
    names = list(standings.by_model)
    model_comparison(
        payload,
        key="models",
        data=state.dataset().id,
        on_highlight=lambda places: state.update(highlighted=models_in_link(names[place] for place in places)),
    )


def _cells(standings: Standings, each: Standing, intervals: Mapping[str, str] | None) -> dict[str, Cell]:
    """Return the row of a model by heading."""
    objective, summary = standings.objective, each.summary
    cells = {"Threshold": _threshold(each), objective.label: _metric(each.value)}
    cells["Difference"] = _difference(standings, each, intervals)
    for metric in reported_metrics(objective)[1:]:
        value = math.nan if each.point is None else float(defined_values(metric, each.point.counts))
        cells[metric.label] = _metric(value)
    cells["Flagged"] = _flagged(each)
    if not standings.paired or standings.data_of[each.name].rows_differ:
        n_rows, _ = standings.data_of[each.name].n_evaluation_rows(each.name)
        cells["Rows"] = Cell(f"{n_rows:,}", n_rows)
    if any(other.summary.is_probability for other in standings.by_model.values()):
        half = summary.at_half
        cells[f"{objective.label} at 0.5"] = _metric(
            math.nan if half is None else float(defined_values(objective, half))
        )
        cells["Brier score"] = Cell(known_value(*summary.brier_bounds), summary.brier)
        cells["Calibration"] = Cell(summary.calibration or formatting.UNDEFINED)
    cells["ROC AUC"] = Cell(known_value(*summary.roc_auc_bounds), summary.roc_auc)
    cells["Average precision"] = Cell(known_value(*summary.average_precision_bounds), summary.average_precision)
    return cells


def _threshold(each: Standing) -> Cell:
    if each.point is None:
        return Cell("none")
    threshold = each.point.threshold
    return Cell(formatting.displayed_threshold(each.threshold), threshold if math.isfinite(threshold) else math.nan)


def _metric(value: float) -> Cell:
    return Cell(formatting.metric_value(value), value)


def _difference(standings: Standings, each: Standing, intervals: Mapping[str, str] | None) -> Cell:
    reference = standings.reference
    if each is reference:
        return Cell("–", 0.0)
    if {each.name, reference.name} & standings.unmet or (intervals or {}).get(each.name) == NOT_COMPARED:
        return Cell(NOT_COMPARED, math.nan)
    text = formatting.difference(each.value, reference.value)
    interval = _PENDING if intervals is None else intervals.get(each.name, "")
    return Cell(f"{text} ({interval})" if interval else text, each.value - reference.value)


def _flagged(each: Standing) -> Cell:
    if each.point is None:
        return Cell(formatting.UNDEFINED)
    counts = each.point.counts
    n, share = float(counts.tp + counts.fp), float(counts.predicted_positive_rate())
    return Cell(f"{formatting.count(n)} ({formatting.percent(share)})", n)


def notes(standings: Standings) -> None:
    """State in small print what limits the table: constraints, models that cannot be aligned, columns left out."""
    lines = [
        _constraints_text(standings), _bounds_text(standings), _unaligned_text(standings), _left_out_text(),
        other_pages_text(standings),
    ]  # fmt: skip
    text = " ".join(line for line in lines if line)
    if text:
        st.markdown(small(escape(text)))


def _constraints_text(standings: Standings) -> str:
    text = formatting.under_constraints(standings.context.view.constraints)
    dropped = [each.name for each in standings.by_model.values() if each.summary.not_met]
    if not (text and dropped):
        return text
    note = " These are not compared." if standings.unmet else ""
    return f"{text} No threshold satisfies all of them, so they were dropped, for {_names(dropped)}.{note}"


def _bounds_text(standings: Standings) -> str:
    """Say how good thresholds between those of a threshold table could be."""
    if standings.align_by != "best":
        return _better_fit_text(standings)
    label, could = formatting.lowercase_label(standings.objective.label), []
    for each in standings.by_model.values():
        if each.summary.is_uncertain:
            could.append(f"{reachable_text(each.value, each.summary.bound)} for {formatting.truncate(each.name)}")
    return f"Between the table's thresholds {label} could {formatting.join_names(could)}." if could else ""


def _better_fit_text(standings: Standings) -> str:
    """Name the models of a threshold table that may be more comparable between its thresholds."""
    by, reference = standings.aligned_by, standings.context.decision.point
    tables = {name: data.table for name, data in standings.data_of.items() if name != standings.reference.name}
    names = [
        name for name, table in tables.items() if table and by and may_fit_better(table.curve(name), reference, by)
    ]
    return f"Thresholds between those of the table may fit better for {_names(names)}." if names else ""


def _unaligned_text(standings: Standings) -> str:
    missing = [each.name for each in standings.by_model.values() if each.point is None]
    if not missing:
        return ""
    reference = formatting.truncate(standings.reference.name)
    return f"No threshold reaches the {standings.align_by} of {reference}: {_names(missing)}."


def _left_out_text() -> str:
    """Name the columns of numbers in the file that were not read as anything."""
    numbers = list(dict.fromkeys(name for each in readings() if each.proposal for name in each.other_numbers))
    return f"Columns of numbers that were not read as scores: {_names(numbers)}." if numbers else ""


def _names(names: Iterable[str]) -> str:
    shown = [formatting.truncate(name) for name in names]
    more = len(shown) - _MOST_NAMED
    return ", ".join(shown) if more <= 1 else f"{', '.join(shown[:_MOST_NAMED])} and {more} more"


def only_one_of_classes(classes: ClassData) -> None:
    """Say how models can be compared where the data have several classes, with scores of one model."""
    one, many = ("class", "classes") if classes.curves.one_per_row else ("label", "labels")
    st.info(
        f"This data has the scores of one model for several {many}. To compare models for one {one}, upload a file "
        "with two classes and a column of scores for each model."
    )
    st.page_link("pages/classes.py", label=f"All {many} →")
    st.page_link("pages/data.py", label="Data: upload a file →")


def only_one(model: str) -> None:
    """Say what to upload in order to compare models."""
    text = (
        f"This data has one model, {formatting.truncate(model)}. To compare models, upload one file with a column of "
        "scores for each of them, or several files. Models on different rows are compared unpaired."
    )
    st.info(escape(text))
    offer_apart()
    if left_out := _left_out_text():
        st.markdown(small(escape(left_out)))
    st.page_link("pages/data.py", label="Data: upload a file →")
