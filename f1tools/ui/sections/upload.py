"""Where data come from: uploaded files, the files of the command line, decision records and samples."""

import html
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.readers import Choices
from f1tools.readers.formats.source import FORMATS, regular_file
from f1tools.record import ClassRecord, DecisionRecord, InvalidRecord, file_digest, is_record, read_any_record
from f1tools.ui.components.browser import file_drop
from f1tools.ui.components.layout import data_text
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.launch import startup_files
from f1tools.ui.server import keep_minutes
from f1tools.ui.session import cache, state
from f1tools.ui.session.data import ClassData, Dataset, all_samples, default_sample
from f1tools.ui.session.link_names import model_in_link
from f1tools.ui.session.record_import import ImportedRecord
from f1tools.ui.session.uploads import Files, Upload
from f1tools.ui.session.view import View
from f1tools.ui.session.widget_echo import show, value_of

_DATA = "Data"
_EXAMPLE_ROWS = 40  # of the example file
_WITHOUT_UPLOAD = "Methods"


def current_data(data: Dataset | ClassData) -> None:
    """Show which data set the other pages use, and link to them."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"Now showing {data_text(data)}", width="content")
        if isinstance(data, ClassData):
            st.page_link("pages/classes.py", label="Classes →")
        st.page_link("pages/decide.py", label="Decide →")
        st.page_link("pages/explore.py", label="Explore →")
        if not data.is_sample:
            st.button(
                "Clear",
                key="clear upload",
                type="tertiary",
                on_click=state.clear_upload,
                help="Remove everything that you uploaded from the server's memory.",
            )
    if data.is_sample:
        st.markdown(small(escape(all_samples()[data.id].source)))


@contextmanager
def old_data_hidden(place: DeltaGenerator) -> Iterator[None]:
    """Hide what the page still shows of other data until it is complete: the browser keeps old elements up to then."""
    session, shown = state.session(), state.session().view.data
    # page.css hides, and page.js removes the class when the page is complete. Streamlit would not restore the class in
    # HTML that is the same for other data; and it loads its script for HTML when a page has some, which would be late.
    mark = "new-data" if session.shown_data != shown else ""
    place.html(f"<i class='{mark}' data-of='{html.escape(str(shown))}'></i>")
    yield
    session.shown_data = shown


def receive_files(page: str) -> DeltaGenerator:
    """Let files be dropped anywhere on a page, and read them.

    Return a place out of sight.

    Parameters
    ----------
    page : str
        Title of the page. One that shows no uploader gets one that appears while it uploads.
    """
    with st.container(key="dropped files", gap=None):
        place = st.empty()
        file_drop(key="file drop")
        if not has_uploader(page):
            _uploader(page)
    return place


def has_uploader(page: str) -> bool:
    """Return whether a page shows an uploader."""
    return page == _DATA or is_missing(page)


def is_missing(page: str) -> bool:
    """Return whether a page has nothing to show until an upload is there again."""
    return state.session().upload_is_missing and page != _WITHOUT_UPLOAD


def missing_files(page: str) -> None:
    """Ask for the files of a link, a record or an expired upload, in place of everything that would need them."""
    awaited = state.awaited_files()
    if awaited is None:
        raise RuntimeError("No files are missing; check is_missing first.")
    heading = st.header if page == _DATA else st.title
    heading(f"Load {escape(awaited.names)} to see this", anchor=False)
    st.markdown(
        f"What you opened is about **{escape(awaited.names)}**, which is not in the server's memory: links and records "
        f"contain no data, and an upload is kept for {keep_text()}. Choose the file, or drop it anywhere on this page."
    )
    if awaited.digests:
        subject = "Its SHA-256 digest begins" if len(awaited.digests) == 1 else "Their SHA-256 digests begin"
        st.markdown(small(f"{subject} with {' and '.join(awaited.digests)}."))
    _uploader(page)
    if page != _DATA:
        upload_problems()
    st.button("Show a sample instead", on_click=state.show_sample)


def pending_note(page: str) -> None:
    """Say on the other pages that the last upload waits for an answer, or that it could not be read."""
    session = state.session()
    upload, error = session.last_upload, session.upload_error
    with st.container():  # what stands below keeps its place when the note goes
        if page == _DATA or not (error or (upload is not None and not upload.is_readable)):
            return
        name = "Your last upload" if upload is None or error else escape(formatting.truncate(upload.title, 60))
        waits = upload is not None and not error and upload.reading.outcome == "ask"
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pending upload"):
            text = "waits for your answer." if waits else "could not be read."
            st.markdown(f"**{name}** {text}", width="content")
            st.page_link("pages/data.py", label="Answer on Data →" if waits else "See why on Data →")
            st.button("Discard", key="discard upload", type="tertiary", on_click=state.discard_last_upload)


def keep_text() -> str:
    """Say how long uploads are kept."""
    minutes = keep_minutes()
    if not minutes:
        return "as long as its page is open"
    return f"{minutes:g} minutes after its last use, for the browser that uploaded it"


def uploader() -> None:
    """Ask for files and read them."""
    _uploader(_DATA)
    if startup_files():
        label = f"Read {escape(_startup_names())} again"
        if st.button(label, help="The dashboard was started with these data. This reads them as they are now."):
            _read_startup_files()
            st.rerun()


def _uploader(page: str) -> None:
    """Show the uploader and read what arrives."""
    files = st.file_uploader(
        "Prediction files",
        accept_multiple_files=True,
        key=state.uploader_key(),
        help=f"Files stay in the memory of the server and are not sent anywhere else. They are kept for {keep_text()}.",
    )
    if files:
        awaited = state.awaited_files()
        _accept(tuple((file.name, file.getvalue()) for file in files))
        _go_on(page, awaited)


def _go_on(page: str, awaited: state.AwaitedFiles | None) -> NoReturn:
    """Open the page that shows what the files are about: the answer, unless there is a question or a problem first."""
    session = state.session()
    upload, record = session.last_upload, session.record
    is_read = upload is not None and upload.is_readable and not session.upload_error
    is_recorded = record is not None and record.view.data == session.view.data
    if upload is not None and is_read and not is_recorded and not state.other_files_awaited():
        if page == _DATA or awaited is None or awaited.id != session.view.data:
            st.switch_page(answer_page(upload))
    elif page != _DATA and not (session.upload_error and is_missing(page)):
        st.switch_page("pages/data.py")
    st.rerun()


def answer_page(upload: Upload) -> str:
    """Return the page with the answer: which model of several files, all classes, or where to draw the line."""
    if upload.reading.classes is not None:
        return "pages/classes.py"
    return "pages/compare.py" if upload.apart else "pages/decide.py"


def open_startup_files() -> None:
    """In a new session, read the files that the dashboard was started with, unless the link is about other data.

    The settings of a link that only names a model are for these files, if they have this model. The Data page follows
    if they raise a question or cannot be read.
    """
    session = state.session()
    is_new, session.is_new = session.is_new, False
    is_elsewhere = session.view.data in all_samples() or session.current_upload is not None
    if not is_new or not startup_files() or is_elsewhere:
        return
    linked, link = session.view, session.link
    _read_startup_files()
    if session.upload_error or (session.last_upload is not None and not session.last_upload.is_readable):
        st.switch_page("pages/data.py")
    models = () if session.current_upload is None else session.current_upload.models
    if linked.data is None and linked.model in [model_in_link(name) for name in models]:
        state.restore_settings(linked)
    if session.awaited is None:  # else the Data page says what the link needs
        session.link = link
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
        state.session().startup_files = files
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
            record = read_any_record(content, name=name)
        except InvalidRecord as error:
            state.accept_upload(state.session().last_upload, error=str(error))
        else:
            state.import_record(ImportedRecord.of(record))
            data = tuple(file for file in files if file[1] is not content) or _files_of(record)
            if data:
                _read(data)


def _files_of(record: DecisionRecord | ClassRecord) -> Files:
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
        name = files[0][0]
        is_named = len(files) > 1 or name in str(error)
        state.accept_upload(None, error=str(error) if is_named else f"{name}: {error}")


def read_upload(files: Files, choices: Choices | None = None, *, apart: bool = False) -> None:
    """Read files, by these choices if there are some, each alone if `apart`, and keep the result.

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
        linked = None if choices is not None or apart else _read_as_linked(files, on_progress)
        upload = linked or Upload.read(files, choices, on_progress, apart=apart)
    finally:
        bar.empty()
    state.accept_upload(upload)


def read_keeping(upload: Upload, choices: Choices, kept: View) -> None:
    """Read an upload by other choices that leave its scores alone, and go on with these settings.

    If that is impossible, say so right here, where the choice was made.
    """
    try:
        read_upload(upload.files, choices, apart=bool(upload.apart))
    except InvalidPredictions as error:
        st.error(escape(str(error)))
        return
    state.restore_settings(kept)
    st.rerun()


def _read_as_linked(files: Files, on_progress: OnProgress) -> Upload | None:
    """Read files with the column mapping of a link, together or apart, if they are the files that the link needs."""
    awaited = state.awaited_files()
    if awaited is None:
        return None
    ways = [False, True] if len(files) > 1 else [False] * (awaited.choices is not None)
    problem: InvalidPredictions | None = None
    for apart in ways:
        try:
            upload = Upload.read(files, awaited.choices, on_progress, apart=apart)
        except InvalidPredictions as error:
            problem = error
            continue
        if upload.id == awaited.id:
            return upload
    if problem is not None and _are_recorded(files, awaited):
        raise problem
    return None  # other files, then: reading them without the link's mapping says what is wrong, if anything is


def _are_recorded(files: Files, awaited: state.AwaitedFiles) -> bool:
    """Return whether these are, byte for byte, the files of the record that waits for them."""
    imported = state.session().record
    if imported is None or imported.view.data != awaited.id:
        return False
    recorded = sorted(each.sha256 for each in imported.record.data.files)
    return recorded == sorted(file_digest(name, content).sha256 for name, content in files)


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


def example_file() -> None:
    """Show what a file looks like, and offer a small one."""
    sample = default_sample()
    with sample.path.open("rb") as file:
        content = b"".join(islice(file, 1 + _EXAMPLE_ROWS))
    st.markdown(
        "A table with one row per case: the true class, and the scores of your models; of several classes or labels, "
        "the scores of each. "
        f"{FORMATS}, also compressed. Column names hardly matter. Drop it anywhere on any page."
    )
    st.code(b"".join(content.splitlines(keepends=True)[:4]).decode() + "…", language=None, wrap_lines=True)
    st.download_button("Download an example file", content, "example.csv", "text/csv", on_click="ignore")
    st.markdown(
        small(
            "Several files at once: models of the same rows, classes and scores, or the rows that tune the threshold "
            "and those that evaluate it. A threshold table has counts instead of rows: f1tools summarize makes one of "
            "a database. A decision record (JSON) reopens its decision."
        )
    )


def open_next_page() -> None:
    """Open the page that the sample just chosen leads to: the overview, if it has many classes."""
    session = state.session()
    page, session.next_page = session.next_page, ""
    if page:
        st.switch_page(page)


def sample_picker() -> None:
    """Offer the samples in a list; those with many strategies over many splits come last."""
    samples = all_samples()
    current = state.dataset().view_id

    def choose() -> None:
        if (chosen := value_of("sample")) is not None:
            state.select_data(chosen)
            state.session().next_page = "pages/classes.py" if isinstance(state.whole_data(), ClassData) else ""

    st.radio(
        "Sample",
        list(samples),
        format_func=lambda name: escape(samples[name].title),
        captions=[escape(each.sentence) for each in samples.values()],
        key=show("sample", current if current in samples and not state.session().upload_is_missing else None),
        on_change=choose,
        label_visibility="collapsed",
    )
    st.markdown(small("Of a sample with many strategies the pages show the first split; Learn compares them all."))
