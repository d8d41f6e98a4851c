"""The decision record that was imported last: what it decided, and whether the current data set agrees with it."""

import math

import streamlit as st

from f1tools import formatting
from f1tools.core.metrics import metric
from f1tools.core.types import InvalidPredictions
from f1tools.record import ClassRecord, DecisionRecord, GroupThresholds, Verification, to_json
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.session import cache, state
from f1tools.ui.session.data import ClassData, Dataset

_MAX_DIFFERENCES = 12  # on the page


def imported_record() -> None:
    """Show the decision of an imported record, and whether the current data set agrees with it."""
    imported = state.session().record
    if imported is None:
        return
    record = imported.record
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header("Decision record", anchor=False)
            st.button("Close", key="close record", type="tertiary", on_click=state.close_record)
        what = _classes(record) if isinstance(record, ClassRecord) else _rule(record)
        st.markdown(f"**{escape(record.data.title)}** · {what} · decided on {escape(record.created[:10])}")
        if imported.unsupported:
            st.warning(
                f"The pages can't find {escape(' and '.join(imported.unsupported))}. They show what "
                "the record has as if it was set by hand, where a threshold can be."
            )
        if isinstance(record, DecisionRecord) and record.groups is not None:
            st.info(_groups_text(record, record.groups))
        if state.session().upload_is_missing:
            st.markdown(small("Upload its data to see the decision."))
        elif state.dataset().view_id == imported.view.data:
            _show(record)
        else:
            st.markdown(small("The pages show other data now."))


def _rule(record: DecisionRecord) -> str:
    """Return the recorded rule as Markdown."""
    label, model = f"**{escape(record.pos_label)}**", f"model **{escape(record.model)}**"
    if math.isinf(record.threshold):
        return f"{model} · no score is {label}"
    return f"{model} · scores of **{formatting.exact_threshold(record.threshold)}** or more are {label}"


def _classes(record: ClassRecord) -> str:
    """Return what a record of several classes decides, as Markdown."""
    what = "classes, one a row" if record.one_per_row else "labels, any number a row"
    label = metric("fbeta", record.beta).label
    rule = {"default": "not tuned", "common": "one threshold for all", "own": "tuned"}[record.chosen]
    return f"**{len(record.classes):,} {what}** · {rule} for {record.average} {label}"


def _groups_text(record: DecisionRecord, groups: GroupThresholds) -> str:
    """Return as Markdown that the pages show one threshold, and where those of groups are."""
    column, n = escape(formatting.truncate(groups.column)), len(groups.thresholds)
    shown = formatting.using_threshold(formatting.exact_threshold(record.threshold))
    return (
        f"The record has one threshold for each of {n} groups of {column}; Share chooses them again from its data. The "
        f"other pages show {escape(shown)}, which applies to all other rows."
    )


def _show(record: DecisionRecord | ClassRecord) -> None:
    """Show whether the current data set reproduces a record."""
    data = state.whole_data()
    try:
        result = _verification(record, data)
    except InvalidPredictions as error:  # thresholds of groups, and a table without rows
        st.error(escape(str(error)))
        return
    if result.agrees:
        st.success(f"{escape(data.title)} agrees with the record to the last count.")
    else:
        n = len(result.differences)
        st.error(f"{escape(data.title)} differs from the record in {n:,} {'place' if n == 1 else 'places'}.")
        for difference in result.differences[:_MAX_DIFFERENCES]:
            st.markdown(f"- {escape(str(difference))}")
    for note in result.notes:
        st.markdown(small(escape(note)))


def _verification(record: DecisionRecord | ClassRecord, data: Dataset | ClassData) -> Verification:
    if isinstance(record, ClassRecord):
        if isinstance(data, Dataset):
            raise InvalidPredictions("These data have two classes, and the record is about several.")
        return cache.class_verification(data.id, to_json(record), record, data.curves, data.files)
    if isinstance(data, ClassData):
        data = cache.one_class(data.id, record.data.read_as.one_class or state.one_class(data), data)
    return cache.verification(data.id, to_json(record), record, data.counted, data.source.files)
