"""The pages in Streamlit's own test runner, without a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit.testing.v1.app_test
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from f1tools.ui import server

PROJECT = Path(__file__).parents[2]

Open = Callable[..., AppTest]


class _NavigatedPages(PagesManager):
    """Pages routed by `st.navigation`: AppTest would reset that before every run, the server never does."""


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens the app in a new session: on a page, with the parameters of a link."""
    monkeypatch.setattr(streamlit.testing.v1.app_test, "PagesManager", _NavigatedPages)
    server.override_defaults()

    def start(page: str = "decide", **link: str) -> AppTest:
        app = AppTest.from_file(PROJECT / "app.py", default_timeout=20)
        for key, value in link.items():
            app.query_params[key] = value
        if page != "decide":
            app.switch_page(f"pages/{page}.py")
        return app.run()

    return start
