"""Where data come from: uploaded files, the files of the command line, decision records and samples."""

import math
import os
from collections.abc import Sequence

import streamlit as st

from f1tools import formatting
from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.readers import Choices
from f1tools.readers.formats.source import regular_file
from f1tools.record import DecisionRecord, InvalidRecord, is_record, read_record, to_json
from f1tools.ui.components.layout import data_text, missing_file
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.launch import startup_files
from f1tools.ui.session import cache, state
from f1tools.ui.session.data import Dataset, Files, Sample, Upload, all_samples
from f1tools.ui.session.record_import import ImportedRecord

_MAX_DIFFERENCES = 12  # on the page


def current_data(data: Dataset) -> None:
    """Show which data set the other pages use, and link to them."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"Now showing {data_text(data)}", width="content")
        st.page_link("pages/decide.py", label="Decide →")
        st.page_link("pages/explore.py", label="Explore →")


def uploader() -> None:
    """Ask for files and read them."""
    if state.session().upload_is_missing:
        missing_file("here")
    about, drop_zone = st.columns([2, 3], gap="medium")
    about.markdown(
        "A table with one row per case: the true class and the scores of your models. CSV, JSON, Parquet, Arrow, "
        "NumPy, Excel or OpenDocument, also compressed."
    )
    about.markdown(
        small(
            "Two files at once: classes and scores, or the rows that tune the threshold and those that evaluate it. A "
            "decision record (JSON) reopens its decision."
        )
    )
    files = drop_zone.file_uploader(
        "Prediction files",
        accept_multiple_files=True,
        key=state.uploader_key(),
        help="Files stay in the memory of this session and are not sent anywhere else.",
    )
    if files:
        _accept(tuple((file.name, file.getvalue()) for file in files))
        st.rerun()
    if startup_files():
        label = f"Read {escape(_startup_names())} again"
        if st.button(label, help="The dashboard was started with these data. This reads them as they are now."):
            _read_startup_files()
            st.rerun()


def open_startup_files() -> None:
    """In a new session, read the files that the dashboard was started with, unless the link is about a sample.

    The Data page follows if they raise a question or cannot be read.
    """
    session = state.session()
    is_new, session.is_new = session.is_new, False
    if not is_new or not startup_files() or session.view.data in all_samples():
        return
    _read_startup_files()
    if session.upload_error or (session.last_upload is not None and not session.last_upload.is_readable):
        st.switch_page("pages/data.py")
    st.rerun()


def _read_startup_files() -> None:
    """Read the startup files as if they were uploaded now."""
    try:
        stats = [(path, regular_file(path, path.name)) for path in startup_files()]
        files = cache.file_contents(tuple((os.fsencode(path), each.st_mtime_ns, each.st_size) for path, each in stats))
    except InvalidPredictions as error:
        state.accept_upload(None, error=str(error))
    except OSError as error:  # between the check and the reading
        state.accept_upload(None, error=f"{_startup_names()} cannot be read: {error.strerror}.")
    else:
        _accept(files)


def _startup_names() -> str:
    return " + ".join(path.name for path in startup_files())


def _accept(files: Files) -> None:
    """Import a decision record, if there is one among the files, and read the others."""
    files = tuple((formatting.utf8_safe(name), content) for name, content in files)
    records = [file for file in files if is_record(file[1])]
    if not records:
        _read(files)
    elif len(records) > 1:
        state.accept_upload(None, error="Several decision records were uploaded at once. Upload one, with its data.")
    else:
        name, content = records[0]
        try:
            record = read_record(content, name=name)
        except InvalidRecord as error:
            state.accept_upload(state.session().last_upload, error=str(error))
        else:
            state.import_record(ImportedRecord.of(record))
            data = tuple(file for file in files if file[1] is not content) or _files_of(record)
            if data:
                _read(data)


def _files_of(record: DecisionRecord) -> Files:
    """Return the files of the session, if they are those of the record: it may need another column mapping."""
    upload, needed = state.session().upload, [file.sha256 for file in record.data.files]
    if upload is None or not state.session().upload_is_missing or [file.sha256 for file in upload.digests] != needed:
        return ()
    return upload.files


def _read(files: Files) -> None:
    """Read files that came now; if they cannot be read, keep the reason."""
    try:
        read_upload(files)
    except InvalidPredictions as error:
        state.accept_upload(None, error=str(error))


def read_upload(files: Files, choices: Choices | None = None) -> None:
    """Read files, by these choices if there are some, and keep the result.

    Raises
    ------
    InvalidPredictions
        If they cannot be read. What was read before is kept.
    """
    text = f"Reading {escape(' + '.join(name for name, _ in files))} …"
    bar = st.progress(0.0, text)

    def on_progress(fraction: float) -> None:
        bar.progress(min(fraction, 1.0), text)

    try:
        upload = _read_as_linked(files, choices, on_progress) or Upload.read(files, choices, on_progress)
    finally:
        bar.empty()
    state.accept_upload(upload)


def _read_as_linked(files: Files, choices: Choices | None, on_progress: OnProgress) -> Upload | None:
    """Read files with the column mapping of a link, if they are the files that the link needs."""
    awaited = state.awaited_files()
    if choices is not None or awaited is None or awaited.choices is None:
        return None
    try:
        upload = Upload.read(files, awaited.choices, on_progress)
    except InvalidPredictions:  # other files, then: reading them without the link's mapping says what is wrong, if
        return None  # anything is
    return upload if upload.id == awaited.id else None


def upload_problems() -> None:
    """Show why the files that were uploaded last could not be read, and which files a link still needs."""
    if state.session().upload_error:
        st.error(escape(state.session().upload_error))
    other = state.other_files_awaited()
    if other:
        st.warning(
            f"The link or record that you opened needs other data: {escape(other)}. You see the data that you "
            "uploaded, without the settings of the link. Upload the other data to see them."
        )
        st.button("Ignore the link", on_click=state.stop_waiting)


def imported_record() -> None:
    """Show the decision of an imported record, and whether the current data set agrees with it."""
    imported = state.session().record
    if imported is None:
        return
    record = imported.record
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader("Decision record", anchor=False)
            st.button("Close", key="close record", type="tertiary", on_click=state.close_record)
        st.markdown(
            f"**{escape(record.data.title)}** · model **{escape(record.model)}** · {_rule(record)} · decided on "
            f"{escape(record.created[:10])}"
        )
        if imported.unsupported:
            st.warning(
                f"The pages can't find {escape(' and '.join(imported.unsupported))}. They show the recorded "
                "threshold as if it was set by hand."
            )
        if state.session().upload_is_missing:
            st.markdown(small("Upload its data to see the decision."))
        elif state.dataset().id == imported.view.data:
            _verification(record)
        else:
            st.markdown(small("The pages show other data now."))


def _rule(record: DecisionRecord) -> str:
    """Return the recorded rule as Markdown."""
    label = f"**{escape(record.pos_label)}**"
    if math.isinf(record.threshold):
        return f"no score is {label}"
    return f"scores of **{formatting.exact_threshold(record.threshold)}** or more are {label}"


def _verification(record: DecisionRecord) -> None:
    """Show whether the current data set reproduces a record."""
    data = state.dataset()
    result = cache.verification(data.id, to_json(record), record, data.predictions, data.source.files)
    if result.agrees:
        st.success(f"{escape(data.title)} agrees with the record to the last count.")
    else:
        st.error(f"{escape(data.title)} differs from the record in {len(result.differences)} places.")
        for difference in result.differences[:_MAX_DIFFERENCES]:
            st.markdown(f"- {escape(str(difference))}")
    for note in result.notes:
        st.markdown(small(escape(note)))


def sample_picker() -> None:
    """Offer the samples; those with many strategies over many splits come last."""
    samples = all_samples().values()
    _offer([sample for sample in samples if not sample.lab])
    st.markdown("Many strategies over many splits: Strategies compares them, the other pages show the first split.")
    _offer([sample for sample in samples if sample.lab])


def _offer(samples: Sequence[Sample]) -> None:
    """Offer samples side by side, in boxes of the same height."""
    for column, sample in zip(st.columns(len(samples)), samples, strict=True):
        is_current = sample.id == state.dataset().id
        with column, st.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(f"**{escape(sample.title)}**  \n{escape(sample.sentence)}")
            st.markdown(small(escape(sample.source)))
            st.button(
                "Showing" if is_current else "Show",
                key=f"sample {sample.id}",
                disabled=is_current,
                on_click=state.select_data,
                args=(sample.id,),
            )
