"""Files on their way in: the uploader, what was recognised, and the questions where it was not."""

import streamlit as st

from f1tools.errors import InvalidPredictions
from f1tools.reading import Choices
from f1tools.ui import state, uploads
from f1tools.ui.choosing import choices_form
from f1tools.ui.recognised import candidate_text, recognised_text
from f1tools.ui.texts import aside, plain
from f1tools.ui.uploads import Files, Upload


def uploader() -> None:
    """Ask for files and read them as they come."""
    st.markdown(
        "A table with one row per case: the true class and the score your model gave it. CSV, TSV, Parquet and Excel, "
        "also gzipped. Several score columns are several models. Truth and scores may come in two files, and so may "
        "the rows to choose the threshold on and the rows to report from."
    )
    files = st.file_uploader(
        "Prediction files",
        accept_multiple_files=True,
        key=state.uploader_key(),
        help="Files stay in the memory of this session and go nowhere else.",
    )
    if files:
        _read(tuple((file.name, file.getvalue()) for file in files))


def _read(files: Files, choices: Choices | None = None, before: Upload | None = None) -> None:
    """Read and keep what comes out; where nothing does, keep what was there before, and say why."""
    names = plain(" + ".join(name for name, _ in files))
    bar = st.progress(0.0, f"Reading {names} …")

    def progress(done: float) -> None:
        bar.progress(min(done, 1.0), f"Reading {names} …")

    try:
        upload = uploads.read(files, choices, progress)
    except InvalidPredictions as error:
        state.arrive(before, refusal=str(error))
    else:
        state.arrive(upload)
    st.rerun()


def report() -> None:
    """Show what became of the files that came last."""
    arrival, refusal = state.arrival(), state.refusal()
    if refusal:
        st.error(plain(refusal))
    if arrival is None:
        return
    if arrival.reading.outcome == "refuse":
        st.error(plain(arrival.reading.reason))
    elif arrival.reading.outcome == "ask":
        _ask(arrival)
    else:
        _recognised(arrival)
    if arrival.reading.columns:
        _change(arrival)


def _ask(arrival: Upload) -> None:
    st.warning(plain(arrival.reading.reason))
    for number, candidate in enumerate(arrival.reading.candidates):
        with st.container(border=True):
            likeliest = ":blue-badge[Likeliest]  \n" if number == 0 else ""
            st.markdown(likeliest + candidate_text(arrival.reading, candidate))
            if st.button("Read it this way", key=f"candidate {number}"):
                _read(arrival.files, candidate.choices, before=arrival)


def _recognised(arrival: Upload) -> None:
    reading = arrival.reading
    with st.container(border=True):
        st.subheader("What was recognised", anchor=False)
        st.markdown(aside(f"{plain(arrival.title)} · {plain(reading.layout)} · {reading.n_rows:,} rows"))
        st.markdown(recognised_text(arrival))
        for reason, rows in reading.dropped.items():
            st.markdown(f"{rows:,} rows left out: {plain(reason)}")
    for warning in reading.warnings:
        st.warning(plain(warning.sentence))


def _change(arrival: Upload) -> None:
    with st.expander("Change what was recognised" if arrival.is_readable else "Choose the columns yourself"):
        wanted = choices_form(arrival.reading, arrival.id)
        if wanted is not None:
            _read(arrival.files, wanted, before=arrival)
