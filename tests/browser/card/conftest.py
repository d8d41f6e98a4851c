"""Cards on their own page, and cards in a host; always offline."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from f1tools.card import script, style
from tests.browser.card.helpers import DESKTOP, OpenCard, card_page
from tests.browser.conftest import TIMEOUT


@pytest.fixture
def context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a factory of offline contexts; a script error, a warning or a request fails the test."""
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def new(**options: Any) -> BrowserContext:
        context = browser.new_context(offline=True, **({"viewport": DESKTOP} | options))
        context.set_default_timeout(TIMEOUT)
        context.on("weberror", lambda error: problems.append(f"script error: {error.error}"))
        context.on("console", lambda message: problems.append(f"console: {message.text}"))
        context.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
        context.on("request", lambda request: problems.append(request.url))
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
    assert [problem for problem in problems if not problem.startswith(("file:///", "blob:"))] == []


@pytest.fixture
def open_card(context: Callable[..., BrowserContext], tmp_path: Path) -> OpenCard:
    """Open a card as a file."""

    def open_page(payload: dict[str, Any], **options: Any) -> Page:
        file = tmp_path / "card.html"
        file.write_text(card_page(payload), encoding="utf-8")
        page = context(**options).new_page()
        page.goto(file.as_uri())
        return page

    return open_page


@pytest.fixture
def hosted(context: Callable[..., BrowserContext]) -> OpenCard:
    """Mount a card on an empty page whose host records commits in `window.commits`."""

    def mount(payload: dict[str, Any]) -> Page:
        page = context().new_page()
        page.add_style_tag(content=style())
        page.evaluate(
            f"(payload) => {{ {script()}\n window.commits = [];"
            "window.card = mount(document.body, payload, (value) => window.commits.push(value)); }",
            payload,
        )
        return page

    return mount
