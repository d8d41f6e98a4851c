"""The size of a rerun does not depend on the number of rows."""

import re

from playwright.sync_api import expect

from tests.browser.helpers import Visit, at_rest, card_slider, csv, enter, listening, open_page, upload

MAX_RERUN = 60_000  # bytes


def test_a_rerun_of_explore_stays_small(visit: Visit) -> None:
    """With 100,000 scores a new threshold sends less than 60 KB to the browser."""
    page = visit("/methods")
    received = listening(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    open_page(page, "Data")
    lines = [f"{i % 7 % 3 % 2},{(i * 7919 % 100_003 + 20_000 * (i % 7 % 3 % 2)) / 120_003:.7f}" for i in range(100_000)]
    upload(page, csv("y_true,p_model", *lines))
    open_page(page, "Explore")
    expect(card_slider(page)).to_be_visible()
    at_rest(page)  # the estimate on new data is sent once, by a rerun of its own
    received.clear()
    enter(page, "Enter a value", "0.41")
    expect(card_slider(page)).to_have_attribute("aria-valuetext", re.compile(r"^0\.41:"))
    at_rest(page)
    assert 10_000 < sum(received) < MAX_RERUN
