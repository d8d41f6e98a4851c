"""Widgets bound to fields of the view, and how an echo of the browser is distinguished from a choice."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import streamlit as st

from f1tools.ui.session import state
from f1tools.ui.session.view import View

_KEY = "widget echo"
_NOTHING = object()  # None is what an emptied widget reports
_ECHO_SECONDS = 2.0  # within which a browser may still send what a widget showed before


@dataclass(frozen=True)
class _Displayed:
    """The value that a widget was set to, the one before, and the time of the change."""

    value: Any
    previous: Any
    since: float


class WidgetEcho:
    """Remembers what the widgets of a session display.

    When a page reruns by itself, the browser sends what its widgets show at that moment, which may be older than what
    the server has just set. Such an echo is not a choice.
    """

    def __init__(self) -> None:
        self._displayed: dict[str, _Displayed] = {}
        self._rerun = 0.0

    def set(self, key: str, value: Any) -> None:
        """Note that the server sets a widget to a value."""
        last = self._displayed.get(key)
        if last is None or last.value != value:
            self._displayed[key] = _Displayed(value, _NOTHING if last is None else last.value, monotonic())

    def note_rerun(self) -> None:
        """Note that the page reruns by itself."""
        self._rerun = monotonic()

    def is_choice(self, key: str, value: Any) -> bool:
        """Return whether a reported value is a visitor's choice and not an echo."""
        displayed = self._displayed.get(key)
        if displayed is None:
            return True
        recent = monotonic() - _ECHO_SECONDS
        is_echo = value == displayed.previous and displayed.since > recent and self._rerun > recent
        return bool(value != displayed.value and not is_echo)


def _echo() -> WidgetEcho:
    echo: WidgetEcho = st.session_state.setdefault(_KEY, WidgetEcho())
    return echo


def note_rerun() -> None:
    """Note that the page reruns by itself, to look for a result."""
    _echo().note_rerun()


def value_of(key: str) -> Any:
    """Return what a widget was just set to. For callbacks."""
    return st.session_state[key]


def choice_of(key: str, name: str) -> Any:
    """Return what was just chosen in a component; None where its page was left at that moment. For callbacks."""
    return st.session_state.get(key, {}).get(name)


def show(key: str, value: Any) -> str:
    """Make the widget of this key show a value, whatever it showed before, and return the key."""
    st.session_state[key] = value
    _echo().set(key, value)
    return key


def bind(
    key: str, value: Any, field: str, parse: Callable[[Any], Any] = lambda value: value, **also: Any
) -> dict[str, Any]:
    """Bind a widget to a field of the view: return its `key` and `on_change` arguments.

    Parameters
    ----------
    key : str
        Key of the widget.
    value : object
        What it shows.
    field : str
        Field of the view that changes with the widget. An emptied widget restores the field's default.
    parse : callable
        Turns the widget's value into the field's.
    **also
        Fields of the view that change along.
    """

    def changed() -> None:
        chosen = value_of(key)
        if _echo().is_choice(key, chosen):
            state.update(**{field: getattr(View(), field) if chosen is None else parse(chosen)}, **also)

    return {"key": show(key, value), "on_change": changed}
