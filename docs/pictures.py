"""Take the pictures of the pages that the README and the documentation show: ``python docs/pictures.py [NAME ...]``.

Needs a Chromium, see ``tests/browser/chromium.py``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.browser.chromium import find_chromium
from tests.browser.conftest import QUIET, running_server
from tests.browser.helpers import IDLE, PHONE

FOLDER = Path(__file__).parent
PAGES = {
    "decide": ("", 1000),
    "explore": ("explore", 1500),
    "classes": ("classes?data=digits_overlaid", 1080),
    "compare": ("compare", 1150),
    "groups": ("compare?data=digits_faded&tab=groups", 1300),
    "what_if": ("what_if?prevalence=0.1", 1400),
    "how_sure": ("how_sure", 1150),
    "strategies": ("strategies", 1780),
}
"""Path and height by picture."""


def _at_rest(page: Page) -> None:
    expect(page.locator("h1").first).to_be_visible()
    expect(page.locator(IDLE)).to_be_attached()
    expect(page.get_by_test_id("stProgress")).to_have_count(0)
    page.wait_for_timeout(2000)  # until figures and fonts have settled


def _picture(browser: Browser, address: str, file: Path, before: Callable[[Page], Any], **options: Any) -> None:
    page = browser.new_page(**options)
    page.set_default_timeout(60_000)
    page.goto(address)
    before(page)
    page.screenshot(path=file)
    page.close()


def _memo(browser: Browser, url: str, file: Path) -> None:
    page = browser.new_page()
    page.goto(f"{url}/share")
    _at_rest(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the memo").click()
    memo = download.value.path().rename(file.with_suffix(".html"))
    page.close()
    size = ViewportSize(width=1280, height=1560)
    _picture(browser, memo.as_uri(), file, lambda page: page.wait_for_timeout(1000), viewport=size)
    memo.unlink()


def main(names: list[str]) -> None:
    """Take the named pictures, or all of them."""
    expect.set_options(timeout=60_000)
    chosen = names or [*PAGES, "phone", "memo"]
    with sync_playwright() as playwright, running_server() as url:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        for name in chosen:
            file = FOLDER / f"{name}.png"
            if name == "memo":
                _memo(browser, url, file)
            elif name == "phone":
                _picture(browser, url, file, _at_rest, **PHONE, color_scheme="dark")
            else:
                path, height = PAGES[name]
                size = ViewportSize(width=1440, height=height)
                _picture(browser, f"{url}/{path}", file, _at_rest, viewport=size)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
