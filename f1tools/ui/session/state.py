"""The session: the view with its URL, the visitor's data and the background jobs.

The `View` is the truth; the URL mirrors it. Widgets show a field of it and change it in their callback, so a field
looks the same on every page, in every link and after a reload.
"""

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from f1tools.readers import Choices
from f1tools.ui.session import cache, link
from f1tools.ui.session.data import Dataset, Upload, all_samples, default_sample
from f1tools.ui.session.jobs import Jobs
from f1tools.ui.session.record_import import ImportedRecord
from f1tools.ui.session.view import View

_KEY = "session"
MODEL_FIELDS: dict[str, Any] = dict.fromkeys(("threshold", "zoom_low", "zoom_high", "triage_low", "triage_high"))
"""Fields of the view that mean nothing for the scores of another model, with their defaults."""


@dataclass
class _Session:
    """What is kept between two runs of a page.

    Attributes
    ----------
    view
        As a visitor or a link set it; its data may be missing.
    upload
        The upload that the pages can show.
    last_upload, upload_error
        The files that were uploaded last, readable or not, and why they could not be read at all.
    n_uploads
        How often the uploader was used.
    awaited
        View of a link or record whose files are still missing, while other data are shown.
    record
        The decision record that was imported last.
    unknown_data
        Whether a link named data that do not exist.
    """

    view: View = field(default_factory=View)
    upload: Upload | None = None
    last_upload: Upload | None = None
    upload_error: str = ""
    n_uploads: int = 0
    awaited: View | None = None
    record: ImportedRecord | None = None
    unknown_data: bool = False
    jobs: Jobs = field(default_factory=Jobs)


@dataclass(frozen=True)
class AwaitedFiles:
    """Files that a link or record needs: their id, a description, and how to read them."""

    id: str
    description: str
    choices: Choices | None


def _session() -> _Session:
    session: _Session = st.session_state.setdefault(_KEY, _Session())
    return session


def restore() -> None:
    """Take the view from the URL if it holds one, else from the session, and normalize both.

    Navigation drops the parameters of the URL, which is why the session remembers them.
    """
    session = _session()
    linked = View.from_query(st.query_params)
    if linked is not None:
        session.view = linked
    now, data = view(), dataset()
    if now.data not in (None, data.id):
        now = replace(now, data=None)
        session.unknown_data = True
    if now.model is not None:
        by_link = {link.model_in_link(name): name for name in data.predictions.models}
        now = replace(now, model=by_link.get(link.model_in_link(now.model)))
    if not upload_is_missing():
        session.view = now
    _write_url()


def _write_url() -> None:
    query = _session().view.to_query()
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def view() -> View:
    """Return the view as it applies to the current data set.

    A link to an upload that this session does not have refers to other scores: only the metric and the open scenario
    are kept.
    """
    now = _session().view
    return _without_data(now) if upload_is_missing() else now


def _without_data(now: View) -> View:
    return View(metric=now.metric, beta=now.beta, scenario=now.scenario)


def update(**changes: Any) -> None:
    """Change fields of the view, and the URL with it. For callbacks."""
    session = _session()
    session.unknown_data = False
    session.awaited = _awaited()
    session.view = replace(view(), **changes)
    _write_url()


def select_data(data: str | None, **about: str | None) -> None:
    """Show other data. Choices that were made for the old scores are reset, unless a link asked for these data.

    `about` are the fields of the view that say which files they are and how to read them.
    """
    session = _session()
    if session.view.data != data:
        session.view = _without_data(view())
    update(data=data, **about)


def import_record(record: ImportedRecord) -> None:
    """Show what a record asks for; as with a link, its data may still be missing. Then empty the uploader."""
    session = _session()
    session.record, session.view = record, record.view
    session.unknown_data, session.upload_error = False, ""
    session.n_uploads += 1
    _write_url()


def imported_record() -> ImportedRecord | None:
    """Return the record that was imported last, if any."""
    return _session().record


def close_record() -> None:
    """Forget the imported record. For callbacks."""
    _session().record = None


def _awaited() -> View | None:
    """Return the view of the link or record whose files are still missing."""
    session = _session()
    return session.view if upload_is_missing() else session.awaited


def awaited_files() -> AwaitedFiles | None:
    """Return the files that a link or record needs and this session does not have."""
    awaited, imported = _awaited(), imported_record()
    if awaited is None or awaited.data is None:
        return None
    description = "" if awaited.files is None else link.files_text(awaited.files)
    if imported is not None and imported.view.data == awaited.data:
        choices: Choices | None = imported.record.data.read_as
    else:
        choices = None if awaited.read_as is None else Choices.from_json(awaited.read_as)
    return AwaitedFiles(awaited.data, description, choices)


def other_files_awaited() -> str:
    """Return which files a link needs while an upload with other files is shown; empty where there are none."""
    awaited = None if upload_is_missing() else awaited_files()
    return "" if awaited is None else awaited.description or "an uploaded file"


def stop_waiting() -> None:
    """Forget the files that a link needs. For callbacks."""
    _session().awaited = None


def upload_is_missing() -> bool:
    """Return whether the view is about an upload that this session does not have."""
    data = _session().view.data
    return data is not None and data.startswith(Upload.PREFIX) and _current_upload() is None


def data_is_unknown() -> bool:
    """Return whether a link named data that do not exist; until something is chosen."""
    return _session().unknown_data


def _current_upload() -> Upload | None:
    held, data = _session().upload, _session().view.data
    return held if held is not None and held.id == data else None


def upload() -> Upload | None:
    """Return the upload that the pages can show, if any."""
    return _session().upload


def dataset() -> Dataset:
    """Return the current data set: the upload of the view, else a sample."""
    held = _current_upload()
    if held is not None:
        return Dataset(held.id, held.source, held.predictions, is_sample=False, choices=held.choices)
    sample = all_samples().get(_session().view.data or "", default_sample())
    data = cache.read_sample(sample.id)
    return Dataset(sample.id, data.source, data.predictions, is_sample=True)


def model(data: Dataset) -> str:
    """Return the name of the current score column."""
    return view().model or data.predictions.models[0]


def last_upload() -> Upload | None:
    """Return the files that were uploaded last, readable or not."""
    return _session().last_upload


def upload_error() -> str:
    """Return why the last files could not be read at all; empty if they could."""
    return _session().upload_error


def accept_upload(new: Upload | None, error: str = "") -> None:
    """Keep uploaded files, and show them if the reader is sure about them. Then empty the uploader."""
    session, awaited = _session(), _awaited()
    session.last_upload, session.upload_error = new, error
    session.n_uploads += 1
    if new is not None and new.is_readable and not error:
        session.upload = new
        session.jobs.clear()  # they hold on to data that are no longer shown
        session.awaited = awaited
        if awaited is not None and awaited.data == new.id:
            session.view, session.awaited = awaited, None
        select_data(new.id, files=link.files_in_link(new.seen), read_as=link.choices_in_link(new.choices))


def uploader_key() -> str:
    """Return the key of the uploader. It changes with every upload: a file that it holds is copied at each rerun."""
    return f"uploader {_session().n_uploads}"


def jobs() -> Jobs:
    """Return the background jobs of this session."""
    return _session().jobs
