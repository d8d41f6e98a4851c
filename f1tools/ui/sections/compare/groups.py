"""The groups of a column at the current threshold: which column, and the answer."""

from dataclasses import replace

import streamlit as st

from f1tools import formatting
from f1tools.core.types import InvalidPredictions
from f1tools.groups import GroupReport
from f1tools.groups.grouping import MAX_GROUPS
from f1tools.groups.headline import headline as headline_of
from f1tools.readers import ColumnSummary
from f1tools.ui.components import decision_notes
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections import explore
from f1tools.ui.sections.upload import read_keeping
from f1tools.ui.session import cache, state
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import COMPARED, GROUP_ORDERS
from f1tools.ui.session.widget_echo import bind

_TABS = {"models": "Models", "groups": "Groups"}
_ORDERS = {"name": "Name", "value": "Value"}
_TABLE_WITHOUT_GROUPS = (
    "This threshold table has no groups. Count the rows by group, f1tools summarize --group COLUMN, and upload that "
    "table, or upload a file of rows with a column of groups."
)
_USED_OTHERWISE = ("truth", "score", "weight", "id", "split", "role", "amount", "cluster", "hard prediction")


def tabs() -> None:
    """Ask whether models or groups are compared."""
    st.segmented_control(
        "Compare",
        COMPARED,
        format_func=_TABS.__getitem__,
        required=True,
        label_visibility="collapsed",
        **bind("compared", state.view().compared, "compared"),
    )


def toolbar(context: PageContext) -> None:
    """Ask for the column of groups, and where there is one for the objective and the order of the groups."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _group_by(context)
        if not context.data.is_grouped:
            return
        explore.objective(context)
        st.selectbox(
            "Sort groups by",
            GROUP_ORDERS,
            format_func=_ORDERS.__getitem__,
            width=160,
            help="By the value that is drawn, groups with few rows come last, whatever their value is.",
            **bind("group order", context.view.group_order, "group_order"),
        )


def _group_by(context: PageContext) -> None:
    """Ask for the column; choosing another one reads the file again."""
    current, offered = context.data.source.read_as.group, _columns(context)
    if not offered or context.data.table is not None:
        return
    chosen = st.selectbox(
        "Group by",
        offered,
        None if current is None else offered.index(current),
        format_func=formatting.truncate,
        placeholder="Choose a column",
        width=230,
        key=f"group by {context.data.id}",
        help="The column that says which group each row belongs to.",
    )
    upload = state.session().current_upload
    if upload is not None and upload.reading.proposal is not None and chosen not in (None, current):
        read_keeping(upload, replace(upload.reading.proposal, group=chosen), context.view)


def _columns(context: PageContext) -> list[str]:
    """Return the columns that may name groups, that of the groups first: few distinct values, and no other use."""
    choices, upload = context.data.source.read_as, state.session().current_upload
    columns = () if upload is None else upload.reading.columns
    used = {*choices.columns(), *context.models}
    names = [each.name for each in columns if each.name not in used and _may_be_groups(each)]
    return names if choices.group is None else [choices.group, *names]


def _may_be_groups(column: ColumnSummary) -> bool:
    has_few = 2 <= column.n_distinct <= MAX_GROUPS and (bool(column.labels) or column.kind == "text")
    return has_few and column.role not in _USED_OTHERWISE


def report(context: PageContext) -> GroupReport | None:
    """Compare the groups at the current threshold; say what to do where there are none, or too many."""
    if not context.data.is_grouped:
        _without_groups(context)
        return None
    try:
        return cache.group_report(
            context.best_key, context.point.threshold, context.view.seed, context.decision, context.data.counted
        )
    except InvalidPredictions as error:
        st.error(escape(str(error)))
        return None


def _without_groups(context: PageContext) -> None:
    if context.data.table is not None:
        st.info(_TABLE_WITHOUT_GROUPS)
        return
    if _columns(context):
        st.info("Choose the column that says which group each row belongs to.")
        return
    st.info(
        "This data has no column of groups. Upload a file in which a column, such as region or age group, says which "
        f"group each row belongs to: at most {MAX_GROUPS} groups."
    )
    st.page_link("pages/data.py", label="Data: upload a file →")


def headline(context: PageContext, found: GroupReport) -> None:
    """State whether the groups differ, and at which threshold."""
    decision_notes.data_warnings(context)
    answer, support = headline_of(found)
    with st.container(key="stated"):
        st.markdown(f"**{escape(answer)}**")
        if support:
            st.markdown(small(escape(support)))
    name = formatting.truncate(context.model)
    label = formatting.best_label(context.decision.evaluation, chosen_on=context.tuning_set)
    label = formatting.lowercase_label(label) if context.decision.is_best else "as chosen"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="line groups"):
        text = f"{name} {formatting.at_threshold(context.decision.threshold_text)} for all groups ({label})."
        st.markdown(small(escape(text)), width="content")
        st.page_link("pages/decide.py", label="Change the threshold →")
