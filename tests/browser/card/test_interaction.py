"""Moving the threshold by keys, mouse and touch."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.card.helpers import (
    PHONE,
    VECTOR_A,
    OpenCard,
    commits,
    current_threshold,
    grab_thumb,
    many_stops,
    payload_of,
    press,
)


def test_keyboard(open_card: OpenCard) -> None:
    """Arrows move by a stop, Page keys by a tenth, Home and End to the ends; the slider has a text value."""
    page = open_card(payload_of(*VECTOR_A))
    slider = page.get_by_role("slider", name="Threshold")
    thresholds = []
    for key in ("ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "Home", "PageUp", "PageDown", "ArrowLeft"):
        slider.press(key)
        thresholds.append(current_threshold(page))
    assert thresholds == ["0.5", "0.8", "0.5", "0.4", "0.1", "0.2", "0.1", "0.1"]
    expect(slider).to_have_attribute("aria-valuetext", "0.1: precision 0.400, recall 1.000, F1 0.571")
    expect(page.locator(".sentence")).to_contain_text("If we flag every case (scores of 0.1 or more), ")


def test_buttons(open_card: OpenCard) -> None:
    """One button leads to the best threshold and names the metric, others to 0.5 and to a round number."""
    page = open_card(payload_of(*VECTOR_A, threshold=0.2, round_threshold=0.8))
    top, half = page.get_by_role("button", name="Highest F1"), page.get_by_role("button", name="0.5", exact=True)
    half.click()
    assert current_threshold(page) == "0.5"
    expect(half).to_have_attribute("aria-pressed", "true")
    top.click()
    assert current_threshold(page) == "0.4"
    expect(top).to_have_attribute("aria-pressed", "true")
    expect(half).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Round: 0.8 (F1 −0.096)").click()
    assert current_threshold(page) == "0.8"
    top.click()
    expect(page.locator(".figure.drawn .delta")).to_have_text("Highest F1")


@pytest.mark.parametrize("handle", ["slider", "chart"])
def test_dragging_commits_on_release(hosted: OpenCard, handle: str) -> None:
    """While thumb or line is dragged the card follows without a commit; the release commits once."""
    page = hosted(many_stops())
    before = current_threshold(page)
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
    assert float(current_threshold(page)) == pytest.approx(0.6 / 0.97, abs=0.01)
    assert commits(page) == []
    page.mouse.up()
    assert commits(page) == [float(current_threshold(page))]


def test_touch(open_card: OpenCard) -> None:
    """A tap on the slider's rail or on the chart moves the threshold there; a finger that scrolls does not."""
    page = open_card(many_stops(), viewport=PHONE, has_touch=True, is_mobile=True)
    box = page.get_by_role("slider").bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 14 + (box["width"] - 28) * 0.75, box["y"] + 22)
    expect(page.locator(".reading output")).to_contain_text("0.7")
    chart = page.locator("svg.chart")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    page.touchscreen.tap(box["x"] + 34 + (box["width"] - 48) * 0.3, box["y"] + 80)
    expect(page.locator(".reading output")).to_contain_text("0.3")
    scrolled = current_threshold(page)
    for kind in ("pointerdown", "pointercancel"):
        chart.dispatch_event(kind, {"pointerType": "touch", "clientX": box["x"] + 200, "button": 0, "pointerId": 1})
    assert current_threshold(page) == scrolled


def test_keyboard_commits_after_a_pause(hosted: OpenCard) -> None:
    """Holding a key commits the last threshold once, and nothing when it did not change."""
    page = hosted(many_stops())
    assert press(page, *["ArrowRight"] * 20) == 0
    page.wait_for_timeout(400)
    assert commits(page) == [float(current_threshold(page))]
    assert press(page, "ArrowRight", "ArrowLeft") == 1
    page.wait_for_timeout(400)
    assert len(commits(page)) == 1


def test_the_sentence_is_announced_after_a_pause(hosted: OpenCard) -> None:
    """The live region gets the sentence once, not at first and not for every step."""
    page = hosted(many_stops())
    live = page.locator("[aria-live=polite]")
    page.evaluate(
        "window.announcements = []; new MutationObserver(() => window.announcements.push(1))"
        ".observe(document.querySelector('[aria-live]'), { childList: true })"
    )
    press(page, *["ArrowRight"] * 10)
    current_threshold(page)
    expect(live).to_have_text(page.locator(".sentence").inner_text())
    assert page.evaluate("window.announcements.length") == 1
