"""The card as a Streamlit component."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from f1tools.card import component_loader, component_script
from f1tools.ui.session import widget_echo

# Two components: data and script. Streamlit sends a component as a whole whenever a part of it changes, and only a
# reference to it when nothing did; so the script, which never changes, is sent to a browser once.
_card = st.components.v2.component("f1tools_card", js=component_loader())
_script = st.components.v2.component("f1tools_card_script", js=component_script())


def threshold_card(payload: Mapping[str, Any], *, key: str, on_choose: Callable[[float], None]) -> None:
    """Show the card; while the thumb moves it needs no server.

    Parameters
    ----------
    payload : mapping
        From :func:`f1tools.card.card_payload`, with the threshold in force. The marker follows it when it changes,
        unless the user is just moving the marker.
    key : str
        One card keeps its key across models and data sets.
    on_choose : callable
        Called with the threshold when the user has chosen one, before the page runs again. Choosing the same one
        twice calls it twice: what was chosen is an event, and what holds is the page's business.
    """

    def chosen() -> None:
        threshold = widget_echo.value_of(key).get("threshold")
        if threshold is not None:
            on_choose(float(threshold))

    with st.container(gap=None):
        _card(key=key, data=dict(payload), on_threshold_change=chosen)
        _script(key=f"{key} script")
