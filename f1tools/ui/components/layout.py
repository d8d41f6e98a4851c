"""What is around every page: its name in the browser, and what Streamlit's theme leaves unsaid."""

import streamlit as st

# Streamlit shows no focus on its links, and leaves much room above a heading. Its test ids are all that names them.
_STYLE = """
<style>
a:is([data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"], [data-testid="stPageLink-NavLink"]):focus-visible {
  outline: 3px solid currentColor;
  outline-offset: -3px;
}
[data-testid="stMarkdownContainer"] a:focus-visible { outline: 3px solid currentColor; outline-offset: 2px; }
[data-testid="stHeading"] h1 { padding-top: 0; }
</style>
"""


def set_page(title: str) -> None:
    """Give the page in force its name and the common style."""
    st.set_page_config(page_title=f"{title} · f1tools", page_icon="🎯", layout="wide")
    st.html(_STYLE)
