"""What a card does when its threshold is moved: keys, mouse, touch."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.card.cards import (
    PHONE,
    VECTOR_A,
    OpenCard,
    at,
    commits,
    grab_thumb,
    many_stops,
    payload_of,
    press,
)


def test_keyboard(open_card: OpenCard) -> None:
    """Arrows go stop by stop, Page keys a tenth of the way, Home and End to the ends; the slider says so."""
    page = open_card(payload_of(*VECTOR_A))
    slider = page.get_by_role("slider", name="Threshold")
    seen = []
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "Home", "PageUp", "PageDown", "ArrowLeft"):
        slider.press(key)
        seen.append(at(page))
    assert seen == ["0.5", "0.8", "0.5", "0.4", "0.1", "0.2", "0.1", "0.1"]
    expect(slider).to_have_attribute("aria-valuetext", "0.1: precision 0.400, recall 1.000, F1 0.571")
    expect(page.locator(".sentence")).to_contain_text("If we act on every case (scores of 0.1 or more), ")


def test_buttons(open_card: OpenCard) -> None:
    """One button leads to the best threshold and names the metric, one to 0.5; pressed where they lead to."""
    page = open_card(payload_of(*VECTOR_A, threshold=0.2))
    top, half = page.get_by_role("button", name="Best F1"), page.get_by_role("button", name="0.5", exact=True)
    half.click()
    assert at(page) == "0.5"
    expect(half).to_have_attribute("aria-pressed", "true")
    top.click()
    assert at(page) == "0.4"
    expect(top).to_have_attribute("aria-pressed", "true")
    expect(half).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".figure.drawn .delta")).to_have_text("the best")


@pytest.mark.parametrize("handle", ["slider", "chart"])
def test_dragging_redraws_at_once_and_commits_on_release(hosted: OpenCard, handle: str) -> None:
    """While thumb or line is dragged the card follows and the host hears nothing; on release it hears once."""
    page = hosted(many_stops())
    before = at(page)
    if handle == "slider":
        left, width, y = grab_thumb(page)
    else:
        box = page.locator("svg.chart").bounding_box()
        assert box is not None
        left, width, y = box["x"] + 34, box["width"] - 48, box["y"] + 100
        page.mouse.move(left + width / 3, y)
        page.mouse.down()
    page.mouse.move(left + width * 0.6, y, steps=8)
    expect(page.locator(".reading output")).not_to_have_text(before)
    assert float(at(page)) == pytest.approx(0.6 / 0.97, abs=0.01)
    assert commits(page) == []
    page.mouse.up()
    assert commits(page) == [float(at(page))]


def test_touch(open_card: OpenCard) -> None:
    """A tap on the slider's rail moves the threshold there."""
    page = open_card(many_stops(), viewport=PHONE, has_touch=True, is_mobile=True)
    box = page.get_by_role("slider").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 14 + (box["width"] - 28) * 0.75, box["y"] + 22)
    expect(page.locator(".reading output")).to_contain_text("0.7")


def test_keyboard_commits_after_a_pause(hosted: OpenCard) -> None:
    """Holding a key floods nobody: the host hears the last threshold, once, and not again when nothing changed."""
    page = hosted(many_stops())
    assert press(page, *["ArrowRight"] * 20) == 0
    page.wait_for_timeout(400)
    assert commits(page) == [float(at(page))]
    assert press(page, "ArrowRight", "ArrowLeft") == 1
    page.wait_for_timeout(400)
    assert len(commits(page)) == 1


def test_sentence_is_announced_when_it_comes_to_rest(hosted: OpenCard) -> None:
    """Screen readers hear the sentence politely, not at first and not for every step."""
    page = hosted(many_stops())
    live = page.locator("[aria-live=polite]")
    page.evaluate(
        "window.heard = []; new MutationObserver(() => window.heard.push(1))"
        ".observe(document.querySelector('[aria-live]'), { childList: true })"
    )
    press(page, *["ArrowRight"] * 10)
    at(page)
    expect(live).to_have_text(page.locator(".sentence").inner_text())
    assert page.evaluate("window.heard.length") == 1


def test_redraws_while_the_thumb_moves(hosted: OpenCard) -> None:
    """From a move of the mouse to the finished frame it takes at most 50 ms in 95 of 100 cases, with 1,000 stops."""
    page = hosted(many_stops())
    page.evaluate(
        """() => {
            window.took = [];
            const channel = new MessageChannel();
            let since;
            channel.port1.onmessage = () => window.took.push(performance.now() - since);
            document.querySelector("input").addEventListener("input", (event) => {
                const start = event.timeStamp;
                requestAnimationFrame(() => { since = start; channel.port2.postMessage(0); });
            });
        }"""
    )
    quickest = np.inf
    for _ in range(3):  # the machine may be busy with something else
        left, width, y = grab_thumb(page)
        for step in range(150):
            page.mouse.move(left + width * (0.5 + 0.45 * np.sin(step / 9)), y)
        page.mouse.up()
        took = page.evaluate("window.took.splice(0)")
        assert len(took) > 100
        quickest = min(quickest, float(np.percentile(took, 95)))
        if quickest <= 50:
            break
    assert quickest <= 50
