"""The pages in Streamlit's own test runner, without a browser."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import streamlit.testing.v1.app_test
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import AppTest, local_script_runner

from f1tools.ui import server
from f1tools.ui.components import decision_notes
from f1tools.ui.sections.classes import figures, table
from f1tools.ui.sections.compare import answer, group_thresholds
from f1tools.ui.sections.what_if import costs, prevalence
from f1tools.ui.session import cache as page_cache
from f1tools.ui.session import state
from tests.computed_once import once

PROJECT = Path(__file__).parents[2]

Open = Callable[..., AppTest]

# What pages compute in the background: most tests show the same sample.
JOBS = [
    (module, name, once(getattr(module, name)))
    for module, name in (
        (answer, "aligned_differences"),
        (answer, "model_differences"),
        (answer, "unpaired_differences"),
        (costs, "tuned_estimate"),
        (decision_notes, "by_group"),
        (decision_notes, "tuned_estimate"),
        (figures, "common_sweep"),
        (group_thresholds, "own_thresholds"),
        (page_cache, "by_group"),
        (prevalence, "tuned_sweep"),
        (table, "class_profiles"),
    )
]


class _NavigatedPages(PagesManager):
    """Pages routed by `st.navigation`: AppTest would reset that before every run, the server never does."""


_scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
_one_script_cache = cache(ScriptCache)
_look_for_the_end = local_script_runner.require_widgets_deltas


def _wait_for_the_end(runner: local_script_runner.LocalScriptRunner, timeout: float) -> None:
    """Wait until a run has ended, without a look at it in every millisecond; one that takes too long fails as ever."""
    if runner._script_thread is not None:
        runner._script_thread.join(timeout)
    _look_for_the_end(runner, 0.01)


@pytest.fixture(autouse=True)
def _compute_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compute equal results of background jobs once."""
    for module, name, function in JOBS:
        monkeypatch.setattr(module, name, function)


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return a function that opens the app in a new session: on a page, with the parameters of a link.

    When the test ends, so do the background jobs of its sessions.
    """
    monkeypatch.setattr(streamlit.testing.v1.app_test, "PagesManager", _NavigatedPages)
    # The installed packages are read once, as a server does, instead of in every session.
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", _scan_component_manifests)
    # So is each script: AppTest would compile app.py and the page again in every run.
    monkeypatch.setattr(local_script_runner, "ScriptCache", _one_script_cache)
    monkeypatch.setattr(streamlit.testing.v1.app_test, "ScriptCache", _one_script_cache)
    monkeypatch.setattr(local_script_runner, "require_widgets_deltas", _wait_for_the_end)
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
