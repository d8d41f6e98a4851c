"""The page with all curves: what its panels draw, and that each of them chooses thresholds; always offline."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sklearn.metrics import confusion_matrix, precision_recall_curve, roc_curve

from f1tools.card import card_payload, explorer_payload, explorer_script, explorer_style, kept_thresholds
from f1tools.core.curve import ThresholdCurve
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import best, plateau
from f1tools.formatting.positives import name_positives
from tests.browser.card.helpers import commits

RNG = np.random.default_rng(1)
Y_TRUE = RNG.random(400) < 0.3
Y_SCORE = np.round(1 / (1 + np.exp(-RNG.normal(size=400) - 2 * Y_TRUE + 1)), 3)
# Two in a thousand are positive, and nearly all scores are near 0.
RARE = RNG.random(20_000) < 0.002
SQUASHED = 0.5 / (1 + np.exp(8 - 1.5 * RNG.normal(size=20_000) - 4 * RARE))

Open = Callable[..., Page]


@pytest.fixture
def explore(context: Callable[..., BrowserContext]) -> Open:
    """Mount all curves of some rows on an empty page; commits go to `window.commits`."""

    def mount(y_true: Any = Y_TRUE, y_score: Any = Y_SCORE, zoom: tuple[float, float] | None = None) -> Page:
        curve = ThresholdCurve.from_predictions(y_true, y_score)
        optimum = best(curve)
        near = plateau(curve, optimum)
        payload = card_payload(curve, optimum, positives=name_positives("1"), keep=kept_thresholds(curve, near, zoom))
        page = context().new_page()
        page.add_style_tag(content=explorer_style())
        page.evaluate(
            f"(payload) => {{ {explorer_script()}\n window.commits = [];"
            "window.card = mountExplorer(document.body, payload, (value) => window.commits.push(value)); }",
            explorer_payload(payload, ModelCurves.from_curve(curve), near, zoom=zoom, about="<i>a</i>", file_name="m"),
        )
        return page

    return mount


def corners(page: Page, selector: str) -> list[tuple[float, float]]:
    """Return the corners of a path as shares of the plane that its panel draws."""
    found: list[list[float]] = page.evaluate(
        """(selector) => {
            const path = document.querySelector(selector);
            const panel = card.panels.find((each) => each.svg === path.ownerSVGElement);
            let [x, y] = [0, 0];
            return [...path.getAttribute("d").matchAll(/([MLHV])([\\d. -]+)/g)].map(([, kind, text]) => {
                const numbers = text.trim().split(" ").map(Number);
                if (kind === "H") [x] = numbers;
                else if (kind === "V") [y] = numbers;
                else [x, y] = numbers;
                const [left, right, low, high] = [panel.x(0), panel.x(1), panel.y(0), panel.y(1)];
                return [(x - left) / (right - left), panel.top * (y - low) / (high - low)];
            });
        }""",
        selector,
    )
    return [(x, y) for x, y in found]


def place(page: Page, panel: str, x: float, y: float) -> tuple[float, float]:
    """Return where a point of a plane is on the screen."""
    where: list[float] = page.evaluate(
        """([name, x, y]) => {
            const panel = card.panels.find((each) => each.name === name);
            panel.svg.scrollIntoView({ block: "center" });
            const box = panel.svg.getBoundingClientRect();
            return [box.left + panel.x(x), box.top + panel.y(y)];
        }""",
        [panel, x, y],
    )
    return where[0], where[1]


def current(page: Page) -> float:
    page.evaluate("new Promise(requestAnimationFrame)")
    return float((page.get_by_role("slider").get_attribute("aria-valuetext") or "").split(":")[0])


def test_curves_are_scikit_learns(explore: Open) -> None:
    """Every point of both curves is drawn to a pixel, and precision moves in steps."""
    page = explore()
    precision, recall, _ = precision_recall_curve(Y_TRUE, Y_SCORE)
    drawn = np.array(corners(page, ".precision-recall .line"))
    for point in zip(recall[:-1], precision[:-1], strict=True):
        assert np.abs(drawn - point).max(axis=1).min() < 0.005
    assert all(min(abs(x1 - x0), abs(y1 - y0)) < 1e-9 for (x0, y0), (x1, y1) in pairwise(drawn))
    false_positive_rate, true_positive_rate, _ = roc_curve(Y_TRUE, Y_SCORE, drop_intermediate=False)
    drawn = np.array(corners(page, ".roc .line"))
    for point in zip(false_positive_rate, true_positive_rate, strict=True):
        assert np.abs(drawn - point).max(axis=1).min() < 0.005


def test_every_panel_follows_the_slider(explore: Open) -> None:
    """Matrix, histogram and table have scikit-learn's counts while the thumb is moved, before anything is committed."""
    page = explore()
    for key in ("End", "PageDown", "ArrowLeft", "Home"):
        page.get_by_role("slider").press(key)
        if key == "End":
            expect(page.locator(".points tr.now th")).to_have_text("above all scores")
            continue
        threshold = current(page)
        counts = confusion_matrix(Y_TRUE, threshold <= Y_SCORE).ravel().tolist()
        expect(page.locator(".matrix .cell-count")).to_have_text([str(count) for count in counts])
        tn, fp, fn, tp = counts
        flagged = f"{fp} false alarm{'' if fp == 1 else 's'}"
        expect(page.locator(".corner")).to_have_text(
            [f"{fn} missed", f"{tp} caught", f"{tn} correctly not flagged", flagged]
        )
        expect(page.locator(".points tr.now td")).to_have_text(
            [re.compile(".*")] * 4 + [str(n) for n in (tp, fp, fn, tn)] + [re.compile("^Current")]
        )


@pytest.mark.parametrize("panel", ["precision-recall", "roc"])
def test_a_point_of_a_curve_chooses_its_threshold(explore: Open, panel: str) -> None:
    """A click at a recall commits a threshold with that recall, once; so does a row of the table."""
    page = explore()
    index = int(np.argmin(np.abs(np.sort(Y_SCORE[Y_TRUE])[::-1] - 0.6)))
    threshold = float(np.sort(Y_SCORE[Y_TRUE])[::-1][index])
    flagged = threshold <= Y_SCORE
    precision, recall, fall_out = Y_TRUE[flagged].mean(), flagged[Y_TRUE].mean(), flagged[~Y_TRUE].mean()
    x, y = (recall, precision) if panel == "precision-recall" else (fall_out, recall)
    page.mouse.click(*place(page, panel, float(x), float(y)))
    assert np.count_nonzero(current(page) <= Y_SCORE) == flagged.sum()
    assert [float(value) for value in commits(page)] == [current(page)]
    row = page.locator(".points tbody tr:not(.now)").nth(3)
    row.get_by_role("button").click()
    expect(row).to_have_attribute("aria-current", "true")
    expect(row.locator(".mark")).to_have_text("Current")
    assert [float(value) for value in commits(page)][1:] == [float(row.get_by_role("button").inner_text())]


def test_rare_positives_with_squashed_scores(explore: Open) -> None:
    """The score axis is logarithmic from the start; on a linear one the shares are. The slider stays below its line."""
    page = explore(RARE, SQUASHED)
    note = page.get_by_text("Logarithmic score axis.")
    scores, shares = (page.get_by_role("button", name=name) for name in ("Log scores", "Log shares"))
    visible_bars = "[...document.querySelectorAll('.bar')].filter((bar) => bar.getBBox().height > 3).length"
    expect(note).to_be_visible()
    expect(scores).to_have_attribute("aria-pressed", "true")
    spread = page.evaluate(visible_bars)
    scores.click()
    expect(note).to_be_hidden()
    expect(shares).to_have_attribute("aria-pressed", "true")
    logarithmic = page.evaluate(visible_bars)
    shares.click()
    expect(shares).to_have_attribute("aria-pressed", "false")
    assert page.evaluate(visible_bars) < logarithmic < spread
    for key in ("Home", "PageUp", "PageUp"):
        page.get_by_role("slider").press(key)
        page.evaluate("new Promise(requestAnimationFrame)")
        line, thumb = page.evaluate(
            """() => {
                const box = document.querySelector(".stage .rule").getBoundingClientRect();
                const track = document.querySelector(".track input").getBoundingClientRect();
                return [box.left + box.width / 2, track.left + 14 + (track.width - 28) * card.slider.value];
            }"""
        )
        assert abs(line - thumb) < 1.5


def test_a_zoom_keeps_the_slider_inside(explore: Open) -> None:
    """The chart and the slider go from one end of the zoom to the other."""
    page = explore(zoom=(0.3, 0.5))
    page.get_by_role("slider").press("Home")
    assert 0.3 <= current(page) < 0.31
    page.get_by_role("slider").press("End")
    assert 0.49 < current(page) <= 0.5


def test_a_saved_image_has_its_own_colors_and_only_text_from_names(explore: Open, tmp_path: Path) -> None:
    """It needs no style sheet, and a hostile name is text."""
    page = explore()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save Metrics by threshold as SVG").click()
    assert download.value.suggested_filename == "metrics-m.svg"
    file = tmp_path / "saved.svg"
    download.value.save_as(file)
    root = ElementTree.parse(file).getroot()  # noqa: S314 - it is our own
    texts = ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Metrics by threshold", "<i>a</i>", "Precision", "Recall"} <= set(texts)
    colors = {element.attrib.get("stroke") for element in root.iter("{http://www.w3.org/2000/svg}path")}
    assert not any("var(" in str(color) for color in colors)
    assert len(colors) >= 4
