"""The session: the view with its URL, the visitor's data and the background jobs.

The `View` is the truth; the URL mirrors it. Widgets show a field of it and change it in their callback, so a field
looks the same on every page, in every link and after a reload.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import streamlit as st

from f1tools.formatting import join_names
from f1tools.readers import Choices
from f1tools.ui.session import cache
from f1tools.ui.session.data import ClassData, Dataset, all_samples, best_model, default_sample
from f1tools.ui.session.jobs import Jobs
from f1tools.ui.session.link_names import by_class_in_link, choices_in_link, files_in_link, linked_files, model_in_link
from f1tools.ui.session.link_note import ignored_text, unknown_parameters
from f1tools.ui.session.record_import import ImportedRecord, recorded_choices
from f1tools.ui.session.upload_store import STORE, visitor
from f1tools.ui.session.uploads import Files, Upload
from f1tools.ui.session.view import View

_KEY = "session"
MODEL_FIELDS: dict[str, Any] = dict.fromkeys(("threshold", "zoom_low", "zoom_high", "triage_low", "triage_high"))
"""Fields of the view that mean nothing for the scores of another model, with their defaults."""


@dataclass
class Session:
    """What is kept between two runs of a page.

    Attributes
    ----------
    view
        As a visitor or a link set it; its data may be missing.
    upload
        The upload that the pages can show, if any.
    last_upload, upload_error
        The files that were uploaded last, readable or not, and why they could not be read at all.
    n_uploads
        How often files were read.
    startup_files, startup_upload
        The files that the server was started with, as this session read them, and the upload that they became.
    is_new
        Whether no page was shown yet.
    page
        Title of the page that was shown last.
    shown_data
        The data of the view of the last page that was complete.
    next_page
        The page that a choice leads to: callbacks cannot open it. Empty for the same page.
    awaited
        View of a link or record whose files are still missing, while other data are shown.
    record
        The decision record that was imported last.
    link
        Parameters of the link that opened the session, until something is chosen.
    instead
        What is used instead of the values of that link that do not exist or are not valid, by field of the view.
    jobs
        The background jobs.
    """

    view: View = field(default_factory=View)
    upload: Upload | None = None
    last_upload: Upload | None = None
    upload_error: str = ""
    n_uploads: int = 0
    startup_files: Files = ()
    startup_upload: Upload | None = None
    is_new: bool = True
    page: str = ""
    shown_data: str | None = None
    next_page: str = ""
    awaited: View | None = None
    record: ImportedRecord | None = None
    link: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    jobs: Jobs = field(default_factory=Jobs)

    @property
    def link_note(self) -> str:
        """What does not exist or is not valid in the link that opened the session."""
        return ignored_text(self.view.missing_from(self.link), self.instead, unknown_parameters(self.link))

    @property
    def current_upload(self) -> Upload | None:
        """The upload of the view; None where it is a sample or missing."""
        return self.upload if self.upload is not None and self.upload.id == self.view.data else None

    @property
    def upload_is_missing(self) -> bool:
        """Whether the view is about an upload that this session does not have."""
        data = self.view.data
        return data is not None and data.startswith(Upload.PREFIX) and self.current_upload is None

    @property
    def awaited_view(self) -> View | None:
        """The view of the link or record whose files are still missing."""
        return self.view if self.upload_is_missing else self.awaited


@dataclass(frozen=True)
class AwaitedFiles:
    """Files that a link or record needs.

    Attributes
    ----------
    id
        Their fingerprint with that of the reading.
    names
        Their names, for people.
    digests
        The start of the SHA-256 digest of each, where the link has them.
    choices
        How to read them.
    """

    id: str
    names: str
    digests: tuple[str, ...]
    choices: Choices | None


def session() -> Session:
    """Return the state of this session."""
    state: Session = st.session_state.setdefault(_KEY, Session())
    return state


def open_link() -> None:
    """Take the view from the URL when the session starts, and the upload that a reload or another upload replaced."""
    state = session()
    if state.is_new:
        state.link = st.query_params.to_dict()
        state.view = View.from_query(state.link) or state.view
    _restore_upload()


def go_back(page: str) -> None:
    """Take the view from the URL where a visitor goes back to a page about other data, and run the page with them.

    By the navigation a page opens without a query; on the page that was shown last, the URL may be older than the view.
    """
    state, linked = session(), View.from_query(st.query_params.to_dict())
    last, state.page = state.page, page
    if last not in ("", page) and linked is not None and linked.data not in (None, state.view.data):
        state.link, state.view = {}, linked
        st.rerun()


def restore() -> None:
    """Make the view fit the data, and the URL show the view on every page.

    The URL only follows: it is old where a visitor goes back to a page about these data, and empty on another page.
    """
    state = session()
    now, data = view(), dataset()
    if now.data not in (None, data.view_id):
        now = _without_data(now)
    now = _without_missing_classes(now, data.classes)
    if now.model is not None:
        by_link = {model_in_link(name): name for name in data.models}
        now = replace(now, model=by_link.get(model_in_link(now.model)))
    if data.rows is None or data.rows.amount is None:
        now = replace(now, use_amounts=False)
    if not state.upload_is_missing:
        state.view = now
    title = "a sample" if data.is_sample else data.title
    state.instead |= {"data": title, "model": model(data), "metric": now.objective.label}
    _write_url()


def _without_missing_classes(now: View, classes: ClassData | None) -> View:
    """Return a view without a class, or thresholds and limits of classes, that the data do not have."""
    if classes is None:
        return replace(now, one_class=None, class_thresholds=None, class_limits=None)
    thresholds, limits = (
        _without_missing(text, values, classes)
        for text, values in (
            (now.class_thresholds, now.thresholds_of_classes), (now.class_limits, now.limits_of_classes),
        )
    )  # fmt: skip
    name = now.one_class if now.one_class in classes.with_rows else None
    return replace(now, one_class=name, class_thresholds=thresholds, class_limits=limits)


def _without_missing(text: str | None, values: Mapping[str, Any], classes: ClassData) -> str | None:
    """Return the text of a link with values by class, without those of classes that the data do not have."""
    kept = {name: value for name, value in values.items() if name in classes.names}
    return text if len(kept) == len(values) else by_class_in_link(kept)


def drop_unknown(instead: Mapping[str, str]) -> None:
    """Reset fields of the view that name what does not exist; the note on the link says what is used instead."""
    state = session()
    state.instead |= instead
    nothing: dict[str, Any] = dict.fromkeys(instead)
    state.view = replace(state.view, **nothing)
    _write_url()


def _restore_upload() -> None:
    """Take the upload of the view from where it is kept if the session has another one, or none; note that it is used.

    The visitor's store outlives a reload. It has no startup files, which a reload reads again.
    """
    state, name = session(), visitor()
    if state.upload_is_missing and state.view.data is not None:
        started, found = state.startup_upload, None
        if started is not None and started.id == state.view.data:
            found = started
        elif name is not None:
            found = STORE.get(name, state.view.data)
        if found is not None:
            state.upload = state.last_upload = found
            state.jobs.clear()
    upload = state.current_upload
    if upload is None:
        return
    if all(file in state.startup_files for file in upload.files):
        state.startup_upload = upload
    elif name is not None:
        STORE.keep(name, upload)


def clear_upload() -> None:
    """Forget everything that this visitor uploaded, and show a sample. For callbacks."""
    state = session()
    if (name := visitor()) is not None:
        STORE.clear(name)
    state.upload = state.last_upload = state.startup_upload = state.record = state.awaited = None
    state.upload_error = ""
    state.jobs.clear()
    cache.clear()
    show_sample()


def show_sample() -> None:
    """Show the first sample, without the settings that were made for other data. For callbacks."""
    state = session()
    state.view, state.awaited, state.link = _without_data(state.view), None, {}
    _write_url()


def _write_url() -> None:
    query = session().view.to_query()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def view() -> View:
    """Return the view as it applies to the current data set.

    A link to an upload that this session does not have refers to other scores: only the metric, the open scenario and
    the open tab of Compare are kept.
    """
    state = session()
    return _without_data(state.view) if state.upload_is_missing else state.view


def _without_data(now: View) -> View:
    return View(metric=now.metric, beta=now.beta, scenario=now.scenario, compared=now.compared)


def update(**changes: Any) -> None:
    """Change fields of the view, and the URL with it. For callbacks."""
    state = session()
    state.link = {}
    state.awaited = state.awaited_view
    state.view = replace(view(), **changes)
    _write_url()


def select_data(data: str | None, **about: str | None) -> None:
    """Show other data. Choices that were made for the old scores are reset, unless a link asked for these data.

    `about` are the fields of the view that say which files they are and how to read them.
    """
    state = session()
    if state.view.data != data:
        state.view = _without_data(view())
    update(data=data, **about)


def restore_settings(kept: View) -> None:
    """Set everything as in a view but the data, after its files were read again with other choices."""
    about_data = ("data", "files", "read_as")
    update(**{each.name: getattr(kept, each.name) for each in fields(View) if each.name not in about_data})


def import_record(record: ImportedRecord) -> None:
    """Show what a record asks for; as with a link, its data may still be missing. Then empty the uploader."""
    state = session()
    state.record, state.view = record, record.view
    state.link, state.upload_error = {}, ""
    state.n_uploads += 1
    _write_url()


def discard_last_upload() -> None:
    """Forget the files that were uploaded last and could not be shown. For callbacks."""
    state = session()
    state.last_upload, state.upload_error = state.current_upload, ""


def close_record() -> None:
    """Forget the imported record. For callbacks."""
    session().record = None


def accept_upload(new: Upload | None, error: str = "") -> None:
    """Keep uploaded files, and show them if the reader is sure about them. Then empty the uploader."""
    state = session()
    awaited = state.awaited_view
    state.last_upload, state.upload_error = new, error
    state.n_uploads += 1
    if new is not None and new.is_readable and not error:
        state.upload = new
        state.jobs.clear()  # they hold on to data that are no longer shown
        state.awaited = awaited
        about = {"files": files_in_link(new.digests), "read_as": choices_in_link(new.choices)}
        if awaited is not None and awaited.data == new.id:
            state.view, state.awaited = awaited, None
        elif new.id != state.view.data:
            best = best_model(new.counted) if new.models else None
            about["model"] = None if not new.models or best == new.models[0] else best
        select_data(new.id, **about)


def awaited_files() -> AwaitedFiles | None:
    """Return the files that a link or record needs and this session does not have."""
    awaited, imported = session().awaited_view, session().record
    if awaited is None or awaited.data is None:
        return None
    files = linked_files(awaited.files) if awaited.files else [("an uploaded file", "")]
    names, digests = join_names(name for name, _ in files), tuple(digest for _, digest in files if digest)
    if imported is not None and imported.view.data == awaited.data:
        return AwaitedFiles(awaited.data, names, digests, recorded_choices(imported.record))
    choices = Choices.from_json(awaited.read_as) if awaited.read_as else None
    return AwaitedFiles(awaited.data, names, digests, choices)


def other_files_awaited() -> str:
    """Return the names of files that a link needs while an upload with other files is shown; empty without any."""
    awaited = None if session().upload_is_missing else awaited_files()
    return "" if awaited is None else awaited.names


def stop_waiting() -> None:
    """Forget the files that a link needs. For callbacks."""
    session().awaited = None


def dataset() -> Dataset:
    """Return the current data set: the upload of the view, else a sample."""
    data = whole_data()
    return data if isinstance(data, Dataset) else cache.one_class(data.id, one_class(data), data)


def whole_data() -> Dataset | ClassData:
    """Return the current data set, with all classes where it has several."""
    upload = session().current_upload
    if upload is not None:
        return upload.data()
    return cache.read_sample(all_samples().get(session().view.data or "", default_sample()).id)


def one_class(data: ClassData) -> str:
    """Return the class that the pages show against all others."""
    name = view().one_class
    return name if name is not None and name in data.with_rows else data.with_rows[0]


def model(data: Dataset) -> str:
    """Return the name of the current score column."""
    return view().model or data.models[0]


def uploader_key() -> str:
    """Return the key of the uploader. It changes with every upload: a file that it holds is copied at each rerun."""
    return f"uploader {session().n_uploads}"
