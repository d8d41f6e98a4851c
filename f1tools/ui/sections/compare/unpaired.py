"""Models on files of different rows: the offer to compare them unpaired, and the notes on it."""

from collections.abc import Sequence

import streamlit as st

from f1tools import formatting
from f1tools.comparison.sentences import unpaired_text
from f1tools.core.types import InvalidPredictions
from f1tools.readers import Reading
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.compare.standings import Standings
from f1tools.ui.sections.upload import answer_page, read_upload
from f1tools.ui.session import state
from f1tools.ui.session.data import Dataset


def offer_apart() -> None:
    """Offer to compare the models of two files that were taken for the tuning and the evaluation set of one model."""
    upload = state.session().current_upload
    if upload is None or all(each.kind != "stacked_files" for each in upload.reading.warnings):
        return
    about = "Each file is then read alone, and Compare shows their models, unpaired."
    if not st.button("Compare them as two models", key=f"apart {upload.id}", help=about):
        return
    try:
        read_upload(upload.files, apart=True)
    except InvalidPredictions as error:
        st.error(escape(str(error)))
        return
    now = state.session().last_upload
    st.switch_page("pages/data.py" if now is None or not now.is_readable else answer_page(now))


def note(standings: Standings) -> None:
    """Say that files of different rows are compared unpaired, what that means, and which rows have no score."""
    if standings.paired:
        return
    shares = [(formatting.truncate(each.title), _share_positive(each)) for each in standings.datasets]
    st.markdown(small(escape(unpaired_text(shares))))
    sentences = [
        f"{formatting.truncate(reading.name)}: {warning.sentence}"
        for reading in readings()
        for warning in reading.warnings
        if warning.kind == "unscored"
    ]
    if sentences:
        st.markdown(small(escape(" ".join(sentences))))


def _share_positive(data: Dataset) -> float:
    return data.counted.n_pos / data.counted.n


def readings() -> Sequence[Reading]:
    """Return what the current upload was read as: each of several files of different rows."""
    upload = state.session().current_upload
    return () if upload is None else upload.apart or (upload.reading,)


def other_pages_text(standings: Standings) -> str:
    """Say how to decide on a threshold of another file than the first one; empty where rows are common."""
    if standings.paired:
        return ""
    shown = formatting.truncate(state.dataset().title)
    return f"The other pages show {shown}: to decide on the threshold of another file's model, upload that file alone."
