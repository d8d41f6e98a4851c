"""A card on a page of its own, or in the hands of a host; never with a network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from f1tools.card import script, style
from tests.browser.card.cards import DESKTOP, OpenCard, alone


@pytest.fixture
def context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Contexts without a network; a script error, a warning or a request fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def new(**options: Any) -> BrowserContext:
        made = browser.new_context(offline=True, **({"viewport": DESKTOP} | options))
        made.set_default_timeout(10_000)
        made.on("weberror", lambda error: complaints.append(f"script error: {error.error}"))
        made.on("console", lambda message: complaints.append(f"console: {message.text}"))
        made.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        made.on("request", lambda request: complaints.append(request.url))
        contexts.append(made)
        return made

    yield new
    for made in contexts:
        made.close()
    assert [one for one in complaints if not one.startswith(("file:///", "blob:"))] == []


@pytest.fixture
def open_card(context: Callable[..., BrowserContext], tmp_path: Path) -> OpenCard:
    """Open a card as a file of its own."""

    def opened(payload: dict[str, Any], **options: Any) -> Page:
        file = tmp_path / "card.html"
        file.write_text(alone(payload), encoding="utf-8")
        page = context(**options).new_page()
        page.goto(file.as_uri())
        return page

    return opened


@pytest.fixture
def hosted(context: Callable[..., BrowserContext]) -> OpenCard:
    """Mount a card on an empty page whose host notes the commits in `window.commits`."""

    def mounted(payload: dict[str, Any]) -> Page:
        page = context().new_page()
        page.add_style_tag(content=style())
        page.evaluate(
            f"(payload) => {{ {script()}\n window.commits = [];"
            "window.card = mount(document.body, payload, (value) => window.commits.push(value)); }",
            payload,
        )
        return page

    return mounted
