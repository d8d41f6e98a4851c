"""What is said of a decision record that came back."""

import streamlit as st

from f1tools import formatting
from f1tools.record import to_json
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.session import cache, state
from f1tools.ui.session.record_import import ImportedRecord

_MOST = 12  # differences on the page


def report() -> None:
    """Show which decision the record holds, and whether the data on the screen agree with it."""
    opened = state.imported_record()
    if opened is None:
        return
    record = opened.record
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Decision record", anchor=False)
            st.button("Close", key="close record", type="tertiary", on_click=state.close_record)
        at = formatting.decimal(record.threshold)
        st.markdown(
            f"**{plain(record.data.title)}** · model **{plain(record.model)}** · scores of **{at}** or more are "
            f"**{plain(record.pos_label)}** · decided on {plain(record.created[:10])}"
        )
        if opened.unsupported:
            st.warning(
                f"The pages can't look for {plain(' and '.join(opened.unsupported))}. They show the recorded "
                "threshold, as one set by hand."
            )
        if state.upload_is_missing():
            st.markdown(aside("Its data are not here yet."))
        elif state.dataset().id == opened.view.data:
            _agreement(opened)
        else:
            st.markdown(aside("Other data are on the screen now."))


def _agreement(opened: ImportedRecord) -> None:
    data = state.dataset()
    found = cache.verified(data.id, to_json(opened.record), opened.record, data.predictions, data.source.files)
    if found.agrees:
        st.success(f"{plain(data.title)} agrees with the record to the last count.")
    else:
        st.error(f"{plain(data.title)} differs from the record in {len(found.differences)} places.")
        for difference in found.differences[:_MOST]:
            st.markdown(f"- {plain(str(difference))}")
    for note in found.notes:
        st.markdown(aside(plain(note)))
