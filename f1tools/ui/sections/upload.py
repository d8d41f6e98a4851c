"""Files on their way in: the uploader, what was recognised, and the questions where it was not."""

import streamlit as st

from f1tools.core.errors import InvalidPredictions
from f1tools.core.progress import OnProgress
from f1tools.readers import Choices
from f1tools.record import DecisionRecord, InvalidRecord, read_record
from f1tools.ui.components import data_bar
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.sections import opened_record
from f1tools.ui.sections.column_mapping import choices_form
from f1tools.ui.sections.mapping_summary import candidate_text, recognised_text
from f1tools.ui.session import state
from f1tools.ui.session.data import Files, Upload
from f1tools.ui.session.record_import import ImportedRecord


def uploader() -> None:
    """Ask for files and read them as they come."""
    st.markdown(
        "A table with one row per case: the true class and the score your model gave it. CSV, TSV, Parquet and Excel, "
        "also gzipped. Several score columns are several models. Truth and scores may come in two files, and so may "
        "the rows to choose the threshold on and the rows to report from. A decision record (JSON) shows its decision "
        "again."
    )
    if state.upload_is_missing():
        data_bar.missing_file("here")
    files = st.file_uploader(
        "Prediction files",
        accept_multiple_files=True,
        key=state.uploader_key(),
        help="Files stay in the memory of this session and go nowhere else.",
    )
    if files:
        _take(tuple((file.name, file.getvalue()) for file in files))


def _take(files: Files) -> None:
    """Open a decision record, if there is one among the files, and read the others."""
    records = [file for file in files if file[1].lstrip()[:1] == b"{"]
    if not records:
        _read(files)
    elif len(records) > 1:
        state.accept_upload(
            None, error="Several decision records came at once. Bring one, with its data if you have them."
        )
    else:
        name, content = records[0]
        try:
            record = read_record(content, name=name)
        except InvalidRecord as error:
            state.accept_upload(state.last_upload(), error=str(error))
        else:
            state.import_record(ImportedRecord.of(record))
            data = tuple(file for file in files if file[1] is not content) or _held(record)
            if data:
                _read(data)
    st.rerun()


def _held(record: DecisionRecord) -> Files:
    """Give the files that are there already, if they are the record's: it may read them another way."""
    held, wanted = state.upload(), [file.sha256 for file in record.data.files]
    same = held is not None and state.upload_is_missing() and [file.sha256 for file in held.seen] == wanted
    return held.files if same and held is not None else ()


def _read(files: Files, choices: Choices | None = None, before: Upload | None = None) -> None:
    """Read and keep what comes out; where nothing does, keep what was there before, and say why."""
    names = plain(" + ".join(name for name, _ in files))
    bar = st.progress(0.0, f"Reading {names} …")

    def progress(done: float) -> None:
        bar.progress(min(done, 1.0), f"Reading {names} …")

    try:
        upload = _as_the_link_says(files, choices, progress) or Upload.read(files, choices, progress)
    except InvalidPredictions as error:
        state.accept_upload(before, error=str(error))
    else:
        state.accept_upload(upload)
    st.rerun()


def _as_the_link_says(files: Files, choices: Choices | None, progress: OnProgress) -> Upload | None:
    """Read files the way that a link asks for, if they are the ones that it was made for."""
    wanted = state.awaited_files()
    if choices is not None or wanted is None or wanted.choices is None:
        return None
    try:
        upload = Upload.read(files, wanted.choices, progress)
    except InvalidPredictions:  # they are others, then; the reader says better what is wrong with them, if anything is
        return None
    return upload if upload.id == wanted.id else None


def report() -> None:
    """Show what became of the files that came last."""
    arrival, refusal = state.last_upload(), state.upload_error()
    if refusal:
        st.error(plain(refusal))
    if state.other_files_awaited():
        st.warning(
            f"The link or record that you opened needs another file, {plain(state.other_files_awaited())}. You see "
            "the file that you uploaded, without the settings of the link. Upload the other one to see them."
        )
        st.button("Wait for it no longer", on_click=state.stop_waiting)
    opened_record.report()
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
        box = st.info if warning.kind == "repeats" else st.warning
        box(plain(warning.sentence))


def _change(arrival: Upload) -> None:
    with st.expander("Change what was recognised" if arrival.is_readable else "Choose the columns yourself"):
        wanted = choices_form(arrival.reading, arrival.id)
        if wanted is not None:
            _read(arrival.files, wanted, before=arrival)
