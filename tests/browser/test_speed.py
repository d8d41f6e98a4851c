"""The size of a rerun does not depend on the number of rows."""

from collections.abc import Callable

from playwright.sync_api import Page, WebSocket, expect

from tests.browser.test_journeys import csv, upload

Visit = Callable[..., Page]
MAX_RERUN = 60_000  # bytes
IDLE = "[data-testid='stApp'][data-test-script-state='notRunning']"


def listening(page: Page) -> list[int]:
    """Reload a page, and return a list that collects the sizes of what the server sends."""
    received: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: received.append(len(frame)))

    page.on("websocket", listen)
    page.reload()
    return received


def test_a_rerun_of_explore_stays_small(visit: Visit) -> None:
    """With 100,000 scores a new threshold sends less than 60 KB to the browser."""
    page = visit("/methods")
    received = listening(page)
    page.get_by_role("link", name="Data", exact=True).first.click()
    lines = [f"{i % 7 % 3 % 2},{(i * 7919 % 100_003 + 20_000 * (i % 7 % 3 % 2)) / 120_003:.7f}" for i in range(100_000)]
    upload(page, csv("y_true,p_model", *lines))
    page.get_by_role("link", name="Explore →").click()
    expect(page.locator(".js-plotly-plot")).to_have_count(5)
    expect(page.get_by_text("On new rows expect")).to_be_visible()  # sent once, by a rerun of its own
    expect(page.locator(IDLE)).to_be_attached()  # nor is the rest of that run part of what is measured
    received.clear()
    field = page.get_by_role("spinbutton", name="Exactly")
    field.fill("0.41")
    field.press("Enter")
    expect(page.get_by_text("now 0.41").first).to_be_visible()
    expect(page.locator(IDLE)).to_be_attached()
    assert 10_000 < sum(received) < MAX_RERUN
