"""The pages at 2 million rows, in a browser: ``python -m benchmarks.pages [ROWS] [--page PAGE] [--checkout FOLDER]``.

Needs a Chromium, see ``tests/browser/chromium.py``. Each page is opened in a new session and a new browser profile: the
files have been read, nothing has been computed and no script is cached. A step is a click on the slider of thresholds.

A page opens while nothing is connected to the browser: for Playwright, V8 collects the position of each exception that
is caught, and parses Plotly's script four times more for it. That takes half a second of processor time.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import Error, sync_playwright

from benchmarks import timing
from benchmarks.data import write
from tests.browser.chromium import find_chromium
from tests.browser.conftest import PROJECT, QUIET, running_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

ROWS, ROUNDS, STEPS = 2_000_000, 3, 30
PAGES = ("", "explore", "what_if", "how_sure", "calibration", "share")
STEPPED = ("", "explore")
_NEIGHBORS = {"calibration": "how_sure"}  # pages that the navigation does not list, and the page that links to them

_ALONE = 10  # seconds in which a page is opened, usually
_IDLE = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
_FINAL = "!document.querySelector('.st-key-not-final')"  # no job is awaited
# Times of frames with a change: `first` of a widget, number or figure, `chart` the last one of a figure, `last` the
# last one at all. What is marked old was there before.
_WATCH = """
const CONTENT = ":is([data-testid=stMetric], .js-plotly-plot, .f1card, [data-testid=stWidgetLabel], " +
    "[data-testid=stButton], .f1table, [data-testid=stMarkdown] table):not([data-old])";
const CHART = ".js-plotly-plot, .f1card", NOT_SEEN = "[data-testid=stProgress], .f1card .live";
const painted = (work) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => work(performance.now());
    channel.port2.postMessage(0);
});
const inside = (node, selector) => {
    for (let at = node; at; at = at.parentNode ?? at.host) {
        if (at.matches?.(selector) || (at === node && at.querySelector?.(selector))) return true;
    }
    return false;
};
const seen = { first: undefined, chart: undefined, last: undefined, changed: 0, start: 0 };
window.benchmark = seen;
const onChange = (records) => {
    const nodes = records.flatMap((record) => [record.target, ...record.addedNodes])
        .filter((node) => inside(node, "[data-testid=stMain]") && !inside(node, NOT_SEEN));
    if (!nodes.length) return;
    const chart = nodes.some((node) => inside(node, CHART)), first = nodes.some((node) => inside(node, CONTENT));
    seen.changed = performance.now();
    if (chart) seen.chartChanged = seen.changed;
    painted((now) => {
        seen.last = now;
        if (chart) seen.chart = now;
        if (first) seen.first ??= now;
    });
};
const observer = new MutationObserver(onChange);
const options = { childList: true, subtree: true, characterData: true, attributes: true,
    attributeFilter: ["d", "x", "y", "transform", "width", "cx", "cy", "points", "aria-valuetext", "class"] };
const attach = Element.prototype.attachShadow;
Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    observer.observe(root, options);
    return root;
};
observer.observe(document, options);
window.addEventListener("pointerup", () => { seen.start = performance.now(); }, true);
"""
_GO = """(path) => {
    const link = [...document.querySelectorAll("a")].find((each) => new URL(each.href).pathname === `/${path}`);
    if (!link) return false;
    document.querySelectorAll("*").forEach((each) => { each.dataset.old = ""; });
    Object.assign(benchmark, { first: undefined, chart: undefined, chartChanged: undefined, start: performance.now() });
    link.click();
    return true;
}"""
_TIMES = "[benchmark.first, benchmark.chart].map((time) => time === undefined ? -1 : time - benchmark.start)"


def wait(page: Page, quiet: str, milliseconds: int) -> None:
    """Wait until nothing of a kind has changed for a while, and nothing is awaited."""
    for _ in range(600):
        page.wait_for_timeout(100)
        if page.evaluate(f"{_IDLE} && {_FINAL} && performance.now() - benchmark.{quiet} > {milliseconds}"):
            return
    print("(a page did not come to rest within a minute)", file=sys.stderr)


@contextmanager
def new_browser(playwright: Playwright) -> Iterator[Callable[[], Browser]]:
    """Run a browser with an empty profile, and yield how to connect to it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    program = find_chromium() or playwright.chromium.executable_path
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        options = (f"--remote-debugging-port={port}", f"--user-data-dir={profile}", "--window-size=1440,900")
        process = subprocess.Popen(
            [program, "--headless", *QUIET, *options, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield lambda: _connected(playwright, port)
        finally:  # the program may be a script that starts the browser, so it is the browser that is told to end
            with suppress(Error):
                _connected(playwright, port).new_browser_cdp_session().send("Browser.close")
            process.wait(30)


def _connected(playwright: Playwright, port: int) -> Browser:
    for _ in range(300):
        with suppress(Error):  # the browser is starting
            return playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        time.sleep(0.1)
    raise RuntimeError("The browser did not start within 30 s.")


def opened(connect: Callable[[], Browser], url: str, path: str) -> tuple[Page, list[float]]:
    """Open a page in a new session that has read the file; return the milliseconds to first content and last chart."""
    browser = connect()
    page = browser.contexts[0].pages[0]
    page.add_init_script(_WATCH)
    page.goto(f"{url}/methods")
    wait(page, "changed", 1500)
    if path in _NEIGHBORS:
        page.evaluate(_GO, _NEIGHBORS[path])
        wait(page, "changed", 1500)
    assert page.evaluate(f"(path) => setTimeout({_GO}, 1000, path)", path)
    browser.close()  # disconnects, and leaves the page open
    time.sleep(_ALONE)
    page = connect().contexts[0].pages[0]
    wait(page, "changed", 1500)
    times: list[float] = page.evaluate(_TIMES)
    return page, times


def stepped(page: Page, steps: int) -> list[float]:
    """Click on the slider here and there; return the milliseconds from each release to the last change of the page."""
    wait(page, "changed", 1000)
    slider = page.get_by_role("slider", name="Threshold").first
    slider.scroll_into_view_if_needed()
    track = slider.locator("xpath=ancestor-or-self::*[@data-testid='stSlider' or contains(@class, 'track')][1]")
    box = track.bounding_box() or slider.bounding_box()
    assert box is not None
    height = slider.bounding_box() or box
    times: list[float] = []
    for place in 0.15 + 0.7 * np.random.default_rng(0).random(steps):
        page.mouse.click(box["x"] + box["width"] * float(place), height["y"] + height["height"] / 2)
        page.wait_for_timeout(300)
        wait(page, "changed", 1000)
        times.append(page.evaluate("benchmark.last - benchmark.start"))
    return times


def row(playwright: Playwright, url: str, path: str, rounds: int) -> list[str]:
    """Measure one page."""
    times: list[list[float]] = []
    steps: list[float] = []
    for _ in range(rounds):
        with new_browser(playwright) as connect:
            page, found = opened(connect, url, path)
            times.append(found)
            if path in STEPPED and not steps:
                steps = stepped(page, STEPS)
    milliseconds = [*np.median(np.array(times), axis=0).tolist(), *(np.percentile(steps, [50, 95]) if steps else [])]
    return [
        path or "decide",
        *(timing.ms(each / 1000) if each >= 0 else "" for each in milliseconds),
        *([] if steps else ["", ""]),
    ]


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="?", type=int, default=ROWS)
    parser.add_argument("--checkout", type=Path, default=PROJECT)
    parser.add_argument("--page", action="append", choices=PAGES)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args([] if arguments is None else arguments)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = write(Path(folder) / "predictions.csv", chosen.rows)
        command = (sys.executable, "-m", "f1tools", "app", str(file), "--no-browser")
        with running_server(*command, folder=chosen.checkout.resolve()) as url:
            rows = [row(playwright, url, path, chosen.rounds) for path in chosen.page or PAGES]
    title = f"Pages at {chosen.rows:,} rows, in a browser"
    timing.show(title, ["page", "first content", "last chart", "step of the slider, p50", "p95"], rows)


if __name__ == "__main__":
    main(sys.argv[1:])
