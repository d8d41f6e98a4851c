"""One threshold for all groups or one for each, in the record and the code on Share."""

from typing import cast

import streamlit as st

from f1tools import formatting
from f1tools.core.types import OnProgress
from f1tools.groups.parity import ParityRate
from f1tools.record import GroupThresholds, group_thresholds
from f1tools.record.groups import check_applicable, values_text
from f1tools.ui.components.job_results import all_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.compare.group_thresholds import parity_choices
from f1tools.ui.session import state
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import THRESHOLDS
from f1tools.ui.session.widget_echo import bind

_LABELS = {"all": "One for all", "own": "Each its own", "parity": "With similar rates"}


def choose(context: PageContext) -> None:
    """Ask whether each group has a threshold of its own, where the data has groups."""
    view, column = context.view, context.data.source.read_as.group
    if not _has_groups(context) or column is None:
        return
    st.segmented_control(
        "Thresholds of groups in the record and the code",
        THRESHOLDS,
        format_func=_LABELS.__getitem__,
        required=True,
        help=f"Each value of {escape(formatting.truncate(column))} can have a threshold of its own. Together they "
        "reach the highest metric over all rows; with similar rates, the highest at which recall, the share flagged or "
        "the false-positive rate differs little between groups.",
        **bind("thresholds for", view.thresholds_for, "thresholds_for"),
    )
    if view.thresholds_for == "parity":
        parity_choices(context)


def are_chosen(context: PageContext) -> bool:
    """Return whether each group is to have a threshold of its own."""
    return context.view.thresholds_for != "all" and _has_groups(context)


def _has_groups(context: PageContext) -> bool:
    return context.data.rows is not None and context.data.rows.group is not None


def thresholds(context: PageContext) -> GroupThresholds | None:
    """Return the thresholds of groups; None until they are known, with a note that they are being chosen.

    Raises
    ------
    InvalidPredictions
        When they cannot be chosen by the metric or under the constraints, or no group has enough rows.
    """
    check_applicable(context.best)
    job = _job(context)
    return job.result() if all_done([job], "Choosing one threshold for each group …") else None


def _job(context: PageContext) -> Job[GroupThresholds]:
    predictions, decision, view = context.data.predictions, context.decision, context.view
    column = context.data.source.read_as.group or ""
    equal = cast("ParityRate", view.parity_rate) if view.thresholds_for == "parity" else None
    tolerance = view.parity_tolerance

    def work(_: OnProgress) -> GroupThresholds:
        return group_thresholds(predictions, decision, column, equal=equal, tolerance=tolerance)

    key = context.best_key, context.point.threshold, equal, tolerance if equal else None
    return state.session().jobs.get("thresholds of groups", key, work)


def summary(context: PageContext, groups: GroupThresholds) -> None:
    """State what the thresholds of groups give on these rows, and where to see whether that holds on new ones."""
    text, few = values_text(groups, context.decision), len(groups.too_few)
    if few:
        text += f" {few} {'group has' if few == 1 else 'groups have'} too few rows, and the threshold for all."
    st.markdown(small(escape(text)))
    st.page_link("pages/compare.py", label="Whether that is worth it: Groups on Compare →")
