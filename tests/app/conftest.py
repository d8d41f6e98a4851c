"""The pages in Streamlit's own test runner, without a browser."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit.testing.v1.app_test
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from f1tools.ui import server
from f1tools.ui.session import state

PROJECT = Path(__file__).parents[2]

Open = Callable[..., AppTest]


class _NavigatedPages(PagesManager):
    """Pages routed by `st.navigation`: AppTest would reset that before every run, the server never does."""


_scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that opens the app in a new session: on a page, with the parameters of a link.

    When the test ends, so do the background jobs of its sessions.
    """
    monkeypatch.setattr(streamlit.testing.v1.app_test, "PagesManager", _NavigatedPages)
    # The installed packages are read once, as a server does, instead of in every session.
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", _scan_component_manifests)
    # AppTest's cookies are mocks: as visitors they would all be kept, each compared with all others in every run.
    monkeypatch.setattr(state, "visitor", lambda: None)
    server.override_defaults()
    opened: list[AppTest] = []

    def start(page: str = "decide", **link: str) -> AppTest:
        app = AppTest.from_file(PROJECT / "app.py", default_timeout=20)
        opened.append(app)
        for key, value in link.items():
            app.query_params[key] = value
        if page != "decide":
            app.switch_page(f"pages/{page}.py")
        return app.run()

    yield start
    for app in opened:
        if "session" in app.session_state:
            app.session_state["session"].jobs.clear()
