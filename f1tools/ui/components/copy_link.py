"""The button that copies a link to what is on the screen."""

from pathlib import Path

import streamlit as st

_SCRIPT = Path(__file__).with_suffix(".js")
_HTML = '<button type="button"></button><input readonly hidden aria-label="Link"><output></output>'
_STYLE = """
:host, div { display: flex; align-items: center; gap: 0.5rem; }
button {
  font: inherit; font-size: 0.875rem; min-height: 2rem; padding: 0 0.75rem; white-space: nowrap; cursor: pointer;
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

_button = st.components.v2.component(
    "f1tools_copy_link", html=_HTML, css=_STYLE, js=_SCRIPT.read_text(encoding="utf-8")
)


def copy_link(*, key: str, label: str = "Copy link", page: str | None = None) -> None:
    """Offer to copy the address.

    Parameters
    ----------
    key : str
    label : str
        On the button, which says "Copied" for a moment after that.
    page : str, optional
        The page that the link leads to, by the name in its address; the one on the screen when it is left out.
    """
    _button(key=key, data={"label": label, "page": page}, width="content")
