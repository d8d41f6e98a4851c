"""Links, memos and records: from the dashboard and back."""

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, FilePayload, expect

from f1tools import formatting
from tests.browser.helpers import MINE, Visit, card_slider, choose, enter, open_page, save, upload


def test_a_copied_link_shows_the_same(visit: Visit) -> None:
    """By keyboard: the button confirms, and the link restores page, model and threshold."""
    page = visit("/explore?t=0.25", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("combobox", name="Model").click()
    page.get_by_role("option").nth(1).click()
    expect(page).to_have_url(re.compile("model="))
    enter(page, "Enter a value", "0.31")
    expect(page).to_have_url(re.compile(r"t=0\.31"))
    button = page.get_by_role("button", name="Copy link")
    button.focus()
    button.press("Enter")
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    other = visit(link[link.index("/explore") :])
    expect(other.get_by_role("spinbutton", name="Enter a value")).to_have_value("0.31")
    expect(card_slider(other)).to_have_attribute("aria-valuetext", re.compile(r"^0\.31:"))


def test_share_copies_a_link_to_decide(visit: Visit) -> None:
    """It opens the card, with the same threshold and scenario."""
    page = visit("/share?t=0.25&prevalence=0.05", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link to Decide").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url.replace("/share", "/")


def test_what_is_left_out_of_the_memo_is_shown(visit: Visit) -> None:
    """The field shows what was picked, after picking, on another page and back, and after a reload."""
    page = visit("/share")
    field = page.get_by_role("combobox", name="Counts of cases")
    expect(field).to_have_value("show all")
    for size in ("5", "10"):
        field.click()
        page.get_by_role("option", name=f"leave out those below {size}", exact=True).click()
        expect(page).to_have_url(re.compile(f"hide={size}$"))
        expect(field).to_have_value(f"leave out those below {size}")
    open_page(page, "Explore")
    open_page(page, "Share")
    expect(field).to_have_value("leave out those below 10")
    page.reload()
    expect(field).to_have_value("leave out those below 10")


def test_without_a_clipboard_the_link_can_be_copied_by_hand(visit: Visit) -> None:
    """A browser that denies the clipboard shows the link in a field, selected."""
    page = visit("/explore?t=0.25")
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')); }")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("textbox", name="Link")).to_have_value(page.url)
    expect(page.get_by_role("textbox", name="Link")).to_be_focused()


def test_memo_and_record_of_an_upload(visit: Visit, browser: Browser, tmp_path: Path) -> None:
    """Both contain what the page shows; the memo opens without a network, the record restores the decision."""
    page = visit("/data")
    upload(page, MINE)
    sentence = page.locator(".f1card .sentence").inner_text()
    open_page(page, "Share")
    expect(page.get_by_text(sentence)).to_be_visible()
    memo = save(page, "Download the memo", tmp_path)
    record = save(page, "Download the record", tmp_path)
    content = json.loads(record.read_text(encoding="utf-8"))

    context = browser.new_context(offline=True)
    offline = context.new_page()
    offline.goto(memo.as_uri())
    expect(offline.locator("main")).to_contain_text(sentence)
    figures = [formatting.metric_value(content["metrics"][name]["value"]) for name in ("precision", "recall", "f1")]
    expect(offline.locator(".f1card .figure .value")).to_have_text([*figures, re.compile("%")])
    expect(offline.locator("main")).to_contain_text(content["data"]["files"][0]["sha256"][:16])
    context.close()

    other = visit("/data")
    payload: FilePayload = {"name": record.name, "mimeType": "application/json", "buffer": record.read_bytes()}
    choose(other, payload, MINE)
    expect(other.get_by_text("mine.csv agrees with the record to the last count.")).to_be_visible()
    other.get_by_role("link", name="Decide →").click()
    expect(other.locator(".f1card .sentence")).to_have_text(sentence)
