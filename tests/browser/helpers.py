"""What the browser tests share: files to upload, pages at rest, downloads, and what the server sends."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, FrameLocator, Locator, Page, WebSocket, expect

Visit = Callable[..., Page]
IDLE = "[data-testid='stApp'][data-test-script-state='notRunning']"
# Drawn by the last run of the page, without jobs to wait for, and with the scripts of all its parts.
AT_REST = f"{IDLE}:not(:has(.st-key-not-final, [data-stale=true], [data-testid=stSkeleton]))"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ROWS = [f"{int(i % 3 == 0)},{((i * 37) % 100 + 30 * (i % 3 == 0)) / 140:.3f}" for i in range(300)]


def csv(*lines: str, name: str = "mine.csv") -> FilePayload:
    """Return a CSV file."""
    return {"name": name, "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}


MINE = csv("y_true,p_model", *ROWS)


def at_rest(page: Page | FrameLocator) -> None:
    """Wait until nothing changes a page any more: call it before looks, places and sizes are checked.

    A page that waits for a job is complete as well, but a rerun of its own is to come, in which all of it fades.
    """
    expect(page.locator(AT_REST)).to_be_attached()


def choose(page: Page | FrameLocator, *files: FilePayload) -> None:
    """Choose files on any page at rest: while pages change, the field may still be that of the last one."""
    field = page.locator("input[type=file]")
    expect(field).to_have_count(1)
    at_rest(page)
    field.set_input_files(list(files))


def upload(page: Page, *files: FilePayload) -> None:
    """Upload files that the reader is sure about, on any page: they lead to Decide."""
    choose(page, *files)
    expect(page).to_have_title("Decide · f1tools")
    expect(card_slider(page)).to_be_visible()


def drop(page: Page, *files: FilePayload) -> None:
    """Drag files over the page, so that it says what to do, and drop them."""
    expect(page.locator("[popover=manual]")).to_be_attached()
    page.evaluate(
        """files => {
          const held = new DataTransfer();
          for (const {name, text} of files) held.items.add(new File([text], name));
          const send = type => document.body.dispatchEvent(
            new DragEvent(type, { dataTransfer: held, bubbles: true, cancelable: true })
          );
          const dragging = setInterval(send, 50, "dragover"); // as browsers do
          window.dropFiles = () => { clearInterval(dragging); send("drop"); };
        }""",
        [{"name": file["name"], "text": file["buffer"].decode()} for file in files],
    )
    expect(page.get_by_text("Drop your file")).to_be_visible()
    page.evaluate("dropFiles()")


def open_page(page: Page, title: str) -> None:
    """Open another page by the navigation, once the page before is complete."""
    expect(page.locator(IDLE)).to_be_attached()
    page.get_by_role("link", name=title, exact=True).first.click()
    expect(page).to_have_title(f"{title} · f1tools")


def card_slider(page: Page) -> Locator:
    """Return the slider of the card."""
    return page.get_by_role("slider", name="Threshold")


def enter(page: Page, name: str, value: str) -> Locator:
    """Enter a number into a field of a page at rest, and return the field: a rerun writes its own number into it."""
    at_rest(page)
    field = page.get_by_role("spinbutton", name=name)
    field.fill(value)
    field.press("Enter")
    return field


def save(page: Page, button: str, folder: Path) -> Path:
    """Press a download button with the keyboard, on a page at rest, and return the file."""
    at_rest(page)
    target = page.get_by_role("button", name=button, exact=True)
    target.focus()
    expect(target).to_be_focused()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    return file


def listening(page: Page) -> list[int]:
    """Reload a page, and return a list that collects the sizes of what the server sends."""
    received: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: received.append(len(frame)))

    page.on("websocket", listen)
    page.reload()
    return received
