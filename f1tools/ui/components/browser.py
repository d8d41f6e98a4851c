"""Components with a script of their own, which runs in the browser: the threshold card, buttons, files to drop."""

import html
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from f1tools.card import component_loader, component_script
from f1tools.plots import TITLE_HEIGHT
from f1tools.ui.session.widget_echo import choice_of

_FOLDER = Path(__file__).parent
_COPY_LINK_HTML = '<button type="button">Copy link</button><input readonly hidden aria-label="Link"><output></output>'
_COPY_LINK_STYLE = """
:host, div { display: flex; align-items: center; gap: 0.5rem; }
button {
  font: inherit; font-size: 0.875rem; min-height: 2rem; padding: 0 0.625rem; white-space: nowrap; cursor: pointer;
  color: var(--st-text-color); background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.375rem);
}
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible, input:focus-visible { outline: 3px solid var(--st-text-color); outline-offset: 1px; }
input {
  font: inherit; font-size: 0.875rem; width: 16rem; max-width: 100%; padding: 0.25rem 0.5rem;
  color: var(--st-text-color); background: var(--st-secondary-background-color);
  border: 1px solid var(--st-border-color);
}
input[hidden] { display: none; }
output { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""
_FILE_DROP_STYLE = """
[popover] { margin: 0; padding: 0; border: 0; width: 100vw; height: 100vh; max-width: none; max-height: none; }
[popover] { pointer-events: none; background: color-mix(in srgb, var(--st-background-color) 80%, transparent); }
[popover]:popover-open { display: grid; place-items: center; visibility: visible; }
p {
  margin: 1rem; padding: 2rem 3rem; font: 600 1.375rem var(--st-font, sans-serif);
  color: var(--st-text-color); background: var(--st-background-color);
  border: 3px dashed var(--st-primary-color); border-radius: 0.5rem;
}
"""


def _script(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


# The card is two components, data and script. Streamlit sends a component as a whole whenever a part of it changes, and
# only a reference to it when nothing did; so the script, which never changes, is sent to a browser once.
_card = st.components.v2.component("f1tools_card", js=component_loader())
_card_script = st.components.v2.component("f1tools_card_script", js=component_script())
_copy_link = st.components.v2.component(
    "f1tools_copy_link", html=_COPY_LINK_HTML, css=_COPY_LINK_STYLE, js=_script("copy_link.js")
)
_file_drop = st.components.v2.component(
    "f1tools_file_drop",
    html='<div popover="manual"><p role="status"></p></div>',
    css=_FILE_DROP_STYLE,
    js=_script("file_drop.js"),
)
_save_buttons = st.components.v2.component("f1tools_image_export", js=_script("image_export.js"))


def threshold_card(payload: Mapping[str, Any], *, key: str, data: str, on_choose: Callable[[float], None]) -> None:
    """Show the card; while its slider moves it needs no server.

    Parameters
    ----------
    payload : mapping
        From :func:`f1tools.card.card_payload`, with the current threshold. The slider follows it when it changes,
        unless the user is moving the slider.
    key : str
        Stays the same across models and data sets.
    data : str
        Fingerprint of the data. Other data get another card: a card shows its old numbers until its script has run.
    on_choose : callable
        Called with the threshold that the user chose, before the page reruns.
    """
    card_key = f"{key} {data}"

    def chosen() -> None:
        threshold = choice_of(card_key, "threshold")
        if threshold is not None:
            on_choose(float(threshold))

    with st.container(gap=None):
        _card(key=card_key, data=dict(payload), on_threshold_change=chosen)
        _card_script(key=f"{key} script")


def model_comparison(
    payload: Mapping[str, Any], *, key: str, data: str, on_highlight: Callable[[list[int]], None]
) -> None:
    """Show a table of models and their curves; sorting and highlighting need no server.

    Parameters
    ----------
    payload : mapping
        From :func:`f1tools.card.comparison_payload`.
    key : str
    data : str
        Fingerprint of the data, as for :func:`threshold_card`.
    on_highlight : callable
        Called with the positions of the models that the user highlighted, before the page reruns.
    """
    data_key = f"{key} {data}"

    def chosen() -> None:
        places = choice_of(data_key, "models")
        if places is not None:
            on_highlight([int(place) for place in places])

    with st.container(gap=None):
        _card(key=data_key, data=dict(payload), on_models_change=chosen)
        _card_script(key=f"{key} script")


def class_table(
    payload: Mapping[str, Any], *, key: str, data: str, on_open: Callable[[int], None], on_reset: Callable[[int], None]
) -> bool:
    """Show a table of classes; sorting and searching need no server. Return whether a class was just opened.

    Parameters
    ----------
    payload : mapping
        From :func:`f1tools.card.classes_payload`.
    key : str
    data : str
        Fingerprint of the data, as for :func:`threshold_card`.
    on_open, on_reset : callable
        Called with the position of the class that the user opened, or whose threshold is to be reset, before the page
        reruns.
    """
    data_key = f"{key} {data}"

    def changed(name: str, act: Callable[[int], None]) -> None:
        place = choice_of(data_key, name)
        if place is not None:
            act(int(place))

    with st.container(gap=None):
        table = _card(
            key=data_key,
            data=dict(payload),
            on_open_change=lambda: changed("open", on_open),
            on_reset_change=lambda: changed("reset", on_reset),
        )
        _card_script(key=f"{key} script")
    return table.open is not None


def copy_link(*, key: str, label: str = "Copy link", page: str | None = None) -> None:
    """Show a button that copies a link.

    Parameters
    ----------
    key : str
    label : str
        Text of the button.
    page : str, optional
        Page that the link leads to, by its name in the URL; by default the current one.
    """
    _copy_link(key=key, data={"label": label, "page": page}, width="content")


def file_drop(*, key: str) -> None:
    """Hand files that are dropped anywhere on the page to its uploader, of which there must be one."""
    _file_drop(key=key)


def save_buttons(key: str, title: str, name: str, about: str) -> None:
    """Show two buttons that save a figure as PNG and as SVG; the browser draws the image.

    Parameters
    ----------
    key : str
        Key of the figure.
    title : str
        Title of the figure in Plotly's markup; it is drawn above the image.
    name : str
        File name without its ending.
    about : str
        What the figure is about, in plain text; it is drawn below the title.
    """
    data = {"key": key, "title": title, "label": html.unescape(title), "name": name, "about": html.escape(about)}
    _save_buttons(key=f"{key} saving", data=data | {"titleHeight": TITLE_HEIGHT})
