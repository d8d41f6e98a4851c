"""What people do with the dashboard, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import IDLE, ROWS, Visit, at_rest, card_slider, csv, open_page, save, upload

STRANGE = ["<img src=x onerror=alert(1)>", "**bold**", "$x$", ":material/home:", "[a](http://x)"]


def test_back_leads_to_the_page_before(visit: Visit, server: str) -> None:
    """A page is one entry of the history, however much is changed there, and keeps what is set by then."""
    page = visit("/_stcore/health")
    page.goto(f"{server}/?metric=accuracyy")  # the address is corrected in place
    expect(page.get_by_text("metric=accuracyy (F1 is used instead)")).to_be_visible()
    slider = card_slider(page)
    for _ in range(2):
        before = page.url
        slider.press("ArrowRight")
        expect(page).not_to_have_url(before)
    open_page(page, "Explore")
    field = page.get_by_role("spinbutton").first
    for threshold in ("0.3", "0.6"):
        field.fill(threshold)
        field.press("Enter")
        expect(page).to_have_url(f"{server}/explore?t={threshold}")
    for lead, title, path in (
        (page.go_back, "Decide", "/"),
        (page.go_forward, "Explore", "/explore"),
        (page.go_back, "Decide", "/"),
    ):
        lead()
        expect(page).to_have_title(f"{title} · f1tools")
        expect(page).to_have_url(f"{server}{path}?t=0.6")
        expect(page.locator(IDLE)).to_be_attached()
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^0\.6\b"))
    page.go_back()
    expect(page.get_by_text("ok", exact=True)).to_be_visible()
    page.go_forward()  # a new session, by the address
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"^0\.6\b"))


@pytest.mark.parametrize("path", ["/", "/explore"])
def test_an_invalid_link_opens(visit: Visit, path: str) -> None:
    """The page shows the sample, and the URL is clean again."""
    invalid = (
        f"?t=1e999&beta=-1&metric=x&data=../../etc/passwd&model=<script>alert(1)</script>&from=nan&long={'m' * 9000}"
    )
    page = visit(path + invalid)
    expect(page.get_by_text("Sample").first).to_be_visible()
    expect(page).to_have_url(re.compile(rf"127\.0\.0\.1:\d+{path}$"))


def test_names_from_files_are_escaped(visit: Visit) -> None:
    """No column, label or file name becomes an image, a link, bold text, a formula or an icon."""
    page = visit("/data")
    label = " ".join(STRANGE)
    lines = [f"{label if row[0] == '1' else 'no'},{row[2:]},{row[2:]}" for row in ROWS]
    upload(page, csv(f"{label} truth,{label} p,{label} q", *lines, name="**bold** $x$ :material∕home:.csv"))
    for path in ("Data", "Decide", "Explore", "What if", "Trust", "Calibration", "Share"):
        open_page(page, path)
        expect(page.get_by_text("bold").first).to_be_visible()
        at_rest(page)
        for trace in ("img[src=x]", ".katex", "a[href='http://x']", "strong:text-is('bold')"):
            expect(page.locator(trace)).to_have_count(0)
        expect(page.get_by_test_id("stIconMaterial").get_by_text("home", exact=True)).to_have_count(0)


def test_decide_does_not_load_plotly(visit: Visit) -> None:
    """The first pages load fast: Plotly is loaded on What if."""
    loaded: list[str] = []
    page = visit("/methods")
    page.on("request", lambda request: loaded.append(request.url))
    open_page(page, "Decide")
    expect(card_slider(page)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert not [url for url in loaded if "plotly" in url.lower()]


def test_the_table_can_be_downloaded(visit: Visit, tmp_path: Path) -> None:
    """The CSV contains every threshold with its counts, in full precision."""
    page = visit("/explore")
    header, first, *rest = save(page, "Download all as CSV", tmp_path).read_text().splitlines()
    assert header == "model,threshold,tn,fp,fn,tp,precision,recall,f1"
    assert first.startswith("prob_forest,inf,")
    assert len(rest) > 400
