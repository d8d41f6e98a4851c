"""A memo opened from disk: its size, and how long a redraw takes while it is dragged: ``python -m benchmarks.memo``.

Needs a Chromium, see ``tests/browser/chromium.py``.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import timing
from benchmarks.data import predictions
from f1tools.decision import decide
from f1tools.memo import build_snapshot, memo_html
from f1tools.predictions import Predictions
from f1tools.readers import Choices
from f1tools.record import DataSource
from tests.browser.chromium import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Page

SIZES = (10**3, 10**5, 10**6)
MOVES, ROUNDS = 150, 3

# From the event of a move to the first task after the frame that shows it.
_WATCH = """() => {
    window.took = [];
    const channel = new MessageChannel();
    let since;
    channel.port1.onmessage = () => window.took.push(performance.now() - since);
    document.querySelector("input").addEventListener("input", (event) => {
        const start = event.timeStamp;
        requestAnimationFrame(() => { since = start; channel.port2.postMessage(0); });
    });
}"""


def memo(n: int, *, weighted: bool) -> str:
    """Write the memo of n rows."""
    y_true, y_score = predictions(n)
    weight = np.random.default_rng(0).random(n) if weighted else None
    rows = Predictions.from_arrays(y_true, y_score, sample_weight=weight)
    source = DataSource(
        title="benchmark", files=(), read_as=Choices(), n=rows.n, n_pos=rows.n_pos, dropped={}, trained=""
    )
    return memo_html(build_snapshot(decide(rows.curves()), source))


def dragged(page: Page) -> list[float]:
    """Drag the slider back and forth; return the milliseconds of every redraw."""
    page.evaluate(_WATCH)
    page.locator("input").scroll_into_view_if_needed()
    box = page.locator("input").bounding_box()
    assert box is not None
    left, width, y = box["x"] + 14, box["width"] - 28, box["y"] + box["height"] / 2
    page.mouse.move(left + width * float(page.locator("input").input_value()), y)
    page.mouse.down()
    for step in range(MOVES):
        page.mouse.move(left + width * (0.5 + 0.45 * np.sin(step / 9)), y)
    page.mouse.up()
    took: list[float] = page.evaluate("window.took")
    return took


def main() -> None:
    """Print the table."""
    from playwright.sync_api import sync_playwright  # a dependency of tests and of this benchmark only

    rows = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        for n, weighted in [(n, False) for n in SIZES] + [(10**6, True)]:
            file = Path(folder) / "memo.html"
            file.write_text(memo(n, weighted=weighted), encoding="utf-8")
            times = []
            for _ in range(ROUNDS):
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(file.as_uri())
                times.append(dragged(page))
                page.close()
            middle, high = (min(float(np.percentile(took, share)) for took in times) for share in (50, 95))
            size = f"{file.stat().st_size / 1e3:,.0f} KB"
            rows.append(
                [timing.power_of_ten(n) + (", weighted" * weighted), size, f"{middle:.0f} ms", f"{high:.0f} ms"]
            )
        browser.close()
    head = ["rows", "file", "redraw, median", "redraw, 95th percentile"]
    timing.show(f"A memo dragged in Chromium (the fastest of {ROUNDS} rounds)", head, rows)


if __name__ == "__main__":
    main()
