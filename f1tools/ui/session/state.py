"""The session and the URL: the only place that touches `st.session_state` and `st.query_params`.

A `View` is the truth; the URL mirrors it. Widgets show a field of it and change it in their callback, so a field
looks the same on every page, in every link and after a reload.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from f1tools.readers import Choices
from f1tools.ui.session import cache, link, samples
from f1tools.ui.session.dataset import Dataset
from f1tools.ui.session.jobs import Jobs
from f1tools.ui.session.record_import import Opened
from f1tools.ui.session.uploads import Upload
from f1tools.ui.session.view import View
from f1tools.ui.session.widget_echo import WidgetEcho

_VIEW, _UPLOAD, _ARRIVAL, _REFUSAL, _ROUND = "view", "upload", "arrival", "refusal", "uploads so far"
_JOBS, _TOLD, _WANTED = "jobs", "told to show", "wanted by a link"
_RECORD = "record"
OF_ONE_MODEL: dict[str, Any] = dict.fromkeys(("threshold", "low", "high", "sure_no", "sure_yes"))
"""Fields of the view that mean nothing for another model's scores."""
_UNKNOWN = "asked for data that does not exist"


@dataclass(frozen=True)
class Expected:
    """Files that a link was made for: their id, what to call them, and how to read them if not as the reader would."""

    id: str
    files: str
    choices: Choices | None


def restore() -> None:
    """Take the view from the URL if it holds one, else from the session, and write it back in order.

    Navigation drops the parameters of the URL, which is why the session remembers.
    """
    linked = link.from_query(st.query_params)
    if linked is not None:
        st.session_state[_VIEW] = linked
    now, data = current(), dataset()
    if now.data not in (None, data.id):
        now = replace(now, data=None)
        st.session_state[_UNKNOWN] = True
    if now.model is not None:
        named = {link.in_link(name): name for name in data.predictions.models}
        now = replace(now, model=named.get(link.in_link(now.model)))
    if not misses_upload():
        st.session_state[_VIEW] = now
    _mirror()


def _mirror() -> None:
    wanted = link.to_query(_stored())
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)


def _stored() -> View:
    stored: View = st.session_state.setdefault(_VIEW, View())
    return stored


def current() -> View:
    """Give the view as it applies to the data on the screen.

    A link to an upload that this session does not hold speaks of other scores: only the metric and the open question
    are kept.
    """
    stored = _stored()
    kept = View(metric=stored.metric, beta=stored.beta, question=stored.question)
    return kept if misses_upload() else stored


def choose(**changes: Any) -> None:
    """Change fields of the view, and the URL with it. For callbacks."""
    st.session_state[_UNKNOWN] = False
    st.session_state[_WANTED] = _wanted()
    st.session_state[_VIEW] = replace(current(), **changes)
    _mirror()


def show_data(data: str | None, **about: str | None) -> None:
    """Turn to other data. What was chosen for the old scores is forgotten, unless a link asked for these ones.

    `about` are the fields of the view that say which files they are and how to read them.
    """
    now = current()
    if _stored().data != data:
        st.session_state[_VIEW] = View(metric=now.metric, beta=now.beta, question=now.question)
    choose(data=data, **about)


def open_record(record: Opened) -> None:
    """Turn to all that a record asks for; its data may still have to come, as with a link. Then empty the uploader."""
    st.session_state[_RECORD], st.session_state[_VIEW] = record, record.view
    st.session_state[_UNKNOWN], st.session_state[_REFUSAL] = False, ""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    _mirror()


def record() -> Opened | None:
    """Give the record that came last, if any."""
    return st.session_state.get(_RECORD)


def close_record() -> None:
    """Forget the record. For callbacks."""
    st.session_state[_RECORD] = None


def _wanted() -> View | None:
    """Give the view of the link or record whose files are still missing; others may have come in between."""
    wanted: View | None = _stored() if misses_upload() else st.session_state.get(_WANTED)
    return wanted


def expected() -> Expected | None:
    """Give what a link or a record asks for, where this session does not hold the uploaded file it was made for."""
    wanted, opened = _wanted(), record()
    if wanted is None or wanted.data is None:
        return None
    files = "" if wanted.file is None else link.files_text(wanted.file)
    if opened is not None and opened.view.data == wanted.data:
        return Expected(wanted.data, files, opened.record.source.read_as)
    return Expected(wanted.data, files, None if wanted.read is None else Choices.from_json(wanted.read))


def other_than() -> str:
    """Say which files a link asked for when others came; empty where none did."""
    wanted = None if misses_upload() else expected()
    return "" if wanted is None else wanted.files or "an uploaded file"


def forget_wanted() -> None:
    """Wait no longer for the files of a link. For callbacks."""
    st.session_state[_WANTED] = None


def misses_upload() -> bool:
    """Whether the link was made for an uploaded file that this session does not hold."""
    data = _stored().data
    return data is not None and data.startswith(Upload.PREFIX) and _held(data) is None


def misses_sample() -> bool:
    """Whether the link asked for data that does not exist; until something is chosen."""
    missing: bool = st.session_state.get(_UNKNOWN, False)
    return missing


def _held(data: str | None) -> Upload | None:
    upload: Upload | None = st.session_state.get(_UPLOAD)
    return upload if upload is not None and upload.id == data else None


def upload() -> Upload | None:
    """Give the upload this session holds and can show, if any."""
    return st.session_state.get(_UPLOAD)


def dataset() -> Dataset:
    """Give the data on the screen: the upload of the view, else a sample."""
    data = _stored().data
    held = _held(data)
    if held is not None:
        return Dataset(held.id, held.source, held.predictions, is_sample=False, by_hand=held.by_hand)
    sample = samples.all_samples().get(data or "", samples.default_sample())
    read = cache.read_sample(sample.id)
    return Dataset(sample.id, read.source, read.predictions, is_sample=True)


def model(data: Dataset) -> str:
    """Give the name of the score column on the screen."""
    return current().model or data.predictions.models[0]


def arrival() -> Upload | None:
    """Give the files that came last, understood or not."""
    return st.session_state.get(_ARRIVAL)


def refusal() -> str:
    """Say why the files that came last could not be read at all; empty if they could."""
    sentence: str = st.session_state.get(_REFUSAL, "")
    return sentence


def arrive(upload: Upload | None, refusal: str = "") -> None:
    """Keep files that came; show them at once if the reader is sure about them. Then empty the uploader."""
    wanted = _wanted()
    st.session_state[_ARRIVAL], st.session_state[_REFUSAL] = upload, refusal
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    if upload is not None and upload.is_readable and not refusal:
        st.session_state[_UPLOAD] = upload
        jobs().clear()  # what they hold is as large as the data that are gone
        st.session_state[_WANTED] = wanted
        if wanted is not None and wanted.data == upload.id:
            st.session_state[_VIEW], st.session_state[_WANTED] = wanted, None
        show_data(upload.id, file=link.files_in_link(upload.seen), read=link.choices_in_link(upload.by_hand))


def uploader_key() -> str:
    """Give the uploader's key. It changes with every arrival: a file it holds is copied at each rerun."""
    return f"uploader {st.session_state.get(_ROUND, 0)}"


def controlled(key: str, value: Any) -> str:
    """Make the widget of this key show a value of the view, whatever it showed before; gives back the key."""
    st.session_state[key] = value
    _told().tell(key, value)
    return key


def look() -> None:
    """Note that the page looks for a result by itself. The browser then sends what its widgets show at that moment."""
    _told().look()


def _told() -> WidgetEcho:
    told: WidgetEcho = st.session_state.setdefault(_TOLD, WidgetEcho())
    return told


def value_of(key: str) -> Any:
    """Give what a widget was just set to. For callbacks."""
    return st.session_state[key]


def jobs() -> Jobs:
    """Give what this session works on in the background."""
    held: Jobs = st.session_state.setdefault(_JOBS, Jobs())
    return held


def choosing(
    key: str, field: str, read: Callable[[Any], Any] = lambda value: value, **with_it: Any
) -> Callable[[], None]:
    """Make the callback that puts a widget's value into the view; `with_it` are fields that change along.

    A widget that is clicked away while it appears can report the very value that it was told to show: no choice. A
    field that was emptied goes back to its default.
    """

    def chosen() -> None:
        value = value_of(key)
        if _told().is_choice(key, value):
            choose(**{field: getattr(View(), field) if value is None else read(value)}, **with_it)

    return chosen
