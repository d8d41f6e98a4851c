"""From a file to the answer, and what becomes of an upload afterwards, in a real browser."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import running_server
from tests.browser.helpers import MINE, ROWS, Visit, at_rest, card_slider, choose, csv, drop, enter, open_page, upload

BETTER = csv("y_true,p_poor,p_good", *(f"{row[0]},{i * 7 % 10 / 10},{row[2:]}" for i, row in enumerate(ROWS)))
LINK = re.compile(r"/explore\?data=file-[0-9a-f]{24}&file=mine\.csv\.[0-9a-f]{16}&t=0\.31$")

# Collects all text that is visible now, and in each frame from the one on that names a file.
FRAMES = """name => {
  const shown = { opacityProperty: true, visibilityProperty: true };
  const isText = (node) =>
    node.nodeType === Node.TEXT_NODE && node.data.trim() && node.parentElement.checkVisibility(shown);
  const texts = (root) => [...root.querySelectorAll(":not(.st-key-background-jobs *)")].flatMap((element) =>
    element.shadowRoot ? texts(element.shadowRoot) : [...element.childNodes].filter(isText).map((node) => node.data));
  window.visibleTexts = () => texts(document.querySelector("[data-testid=stMain]"));
  const frames = window.frames = [visibleTexts()];
  const look = () => {
    if (document.querySelector(".st-key-data-bar p")?.textContent.includes(name)) frames.push(visibleTexts());
    if (window.frames === frames) requestAnimationFrame(look);
  };
  look();
}"""


def test_a_dropped_file_leads_to_the_answer(visit: Visit) -> None:
    """No click is needed: Decide shows the best model and says how the file was read."""
    page = visit("/")
    expect(page.get_by_text("Positive: “fast”")).to_be_visible()
    expect(page.get_by_text("Expect an F1 of about 0.643")).to_be_visible()
    drop(page, BETTER)
    expect(page.get_by_text("Positive: “1”")).to_be_visible()
    expect(card_slider(page)).to_be_visible()
    expect(page).to_have_url(re.compile(r"&model=p_good$"))
    expect(page.get_by_text("Read as: truth y_true, scores p_poor and p_good, positive = 1 · 300 rows")).to_be_visible()
    page.get_by_role("link", name="Check or change").click()
    expect(page.get_by_role("heading", name="How the file was read")).to_be_visible()
    expect(page.get_by_text("about 0.643")).to_have_count(0)


def test_no_frame_shows_old_numbers_below_a_new_name(visit: Visit) -> None:
    """From the frame on that names a new file, nothing that only the data before it had is visible."""
    page = visit("/", reduced_motion="no-preference")  # nor what fades slowly
    expect(page.get_by_text("Expect an F1 of about 0.643")).to_be_visible()
    for file in (MINE, csv("y_true,p_other", *reversed(ROWS[50:]), name="other.csv")):
        expect(card_slider(page)).to_be_visible()
        at_rest(page)
        page.evaluate(FRAMES, file["name"])
        upload(page, file)
        expect(page.locator(".st-key-data-bar")).to_contain_text(file["name"])
        at_rest(page)
        old, *frames = (set(texts) for texts in page.evaluate("[...frames, visibleTexts()]"))
        gone = old - frames[-1]
        assert len(gone) > 5
        assert [frame & gone for frame in frames if frame & gone] == []


def test_a_reload_keeps_the_upload_of_this_visitor_only(visit: Visit) -> None:
    """The same browser finds it again by its cookie until it is cleared; others do not, whatever they send.

    So does Back, after another upload.
    """
    page = visit("/data")
    upload(page, MINE)
    open_page(page, "Explore")
    enter(page, "Enter a value", "0.31")
    expect(page).to_have_url(LINK)
    page.reload()
    expect(page.get_by_role("spinbutton", name="Enter a value")).to_have_value("0.31")
    link = page.url
    (cookie,) = [each for each in page.context.cookies() if each["name"] == "f1tools_visitor"]
    assert cookie["httpOnly"]
    assert page.evaluate("document.cookie.includes('f1tools_visitor')") is False

    asked = "Load mine.csv to see this"
    for forged in (None, "x", "A" * 43):
        guest = visit("/methods")
        (own,) = [each for each in guest.context.cookies() if each["name"] == "f1tools_visitor"]
        assert own["value"] != cookie["value"]
        if forged is not None:
            guest.context.add_cookies([{"name": cookie["name"], "value": forged, "url": link}])
        guest.goto(link)
        expect(guest.get_by_role("heading", level=1)).to_have_text(asked)
        expect(guest.get_by_text("p_model")).to_have_count(0)
    choose(guest, csv("y_true,p_other", *ROWS, name="other.csv"))
    expect(guest.get_by_text("needs other data: mine.csv")).to_be_visible()
    guest.goto(link)  # a visitor with an upload finds that one only
    expect(guest.get_by_role("heading", level=1)).to_have_text(asked)

    upload(page, csv("y_true,p_other", *ROWS, name="other.csv"))
    page.go_back()
    expect(page.get_by_role("spinbutton", name="Enter a value")).to_have_value("0.31")
    expect(page).to_have_url(LINK)
    open_page(page, "Data")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Now showing Sample")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(asked)
    choose(page, MINE)
    expect(page.get_by_role("spinbutton", name="Enter a value")).to_have_value("0.31")
    expect(page).to_have_url(LINK)


def test_files_that_cannot_be_uploaded(visit: Visit) -> None:
    """A file above the limit and a folder are refused in a sentence; text that is dragged is ignored."""
    with running_server(SERVER_MAX_UPLOAD_SIZE="1") as small:
        page = visit("/methods", at=small)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        drop(page, csv("y_true,p", *ROWS * 900, name="big.csv"))
        expect(page.get_by_text("File must be 1.0MB or smaller.")).to_be_visible()
    page = visit("/methods")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.evaluate("DataTransferItem.prototype.webkitGetAsEntry = () => ({ isDirectory: true })")
    drop(page, MINE)
    expect(page.get_by_text("That is a folder.")).to_be_visible()
    expect(page.get_by_text("That is a folder.")).to_be_hidden()
    page.evaluate(
        """() => {
          const held = new DataTransfer();
          held.setData("text/plain", "text");
          const event = new DragEvent("dragover", { dataTransfer: held, bubbles: true, cancelable: true });
          document.body.dispatchEvent(event);
        }"""
    )
    expect(page.get_by_text("Drop your file")).to_be_hidden()
