"""A card and its host: who decides, who is told, and when."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from f1tools.card import component_loader, component_script
from tests.browser.card.cards import (
    DESKTOP,
    VECTOR_A,
    OpenCard,
    at,
    commits,
    grab_thumb,
    many_stops,
    payload_of,
    update,
)


def test_a_threshold_from_elsewhere_moves_the_marker(hosted: OpenCard) -> None:
    """The host's new threshold is shown and not handed back; focus stays where it was."""
    page = hosted(payload_of(*VECTOR_A))
    page.get_by_role("slider").focus()
    update(page, payload_of(*VECTOR_A, threshold=0.75))
    assert at(page) == "0.75"
    page.wait_for_timeout(300)
    assert commits(page) == []
    expect(page.get_by_role("slider")).to_be_focused()


def test_an_echo_moves_nothing(hosted: OpenCard) -> None:
    """Answers that arrive late, for thresholds the user has left since, do not pull the marker back."""
    page = hosted(payload_of(*VECTOR_A))
    for name in ("0.5", "Best F1", "0.5"):
        page.get_by_role("button", name=name, exact=True).click()
    assert commits(page) == [0.5, 0.4, 0.5]
    for answer in (0.5, 0.4, 0.5):
        update(page, payload_of(*VECTOR_A, threshold=answer))
        assert at(page) == "0.5"
    update(page, payload_of(*VECTOR_A, threshold=0.2))  # and this is no echo
    assert at(page) == "0.2"


def test_the_host_repeating_itself_changes_nothing(hosted: OpenCard) -> None:
    """A rerun for another reason, still with the old threshold, does not undo what the user just did."""
    page = hosted(payload_of(*VECTOR_A, threshold=0.2))
    page.get_by_role("button", name="0.5", exact=True).click()
    update(page, payload_of(*VECTOR_A, threshold=0.2, chosen_on="valid"))
    assert at(page) == "0.5"
    expect(page.get_by_role("button", name="Best F1 on valid")).to_be_visible()


def test_nobody_pulls_at_a_held_thumb(hosted: OpenCard) -> None:
    """While the user drags, a threshold from elsewhere waits; the release decides."""
    page = hosted(many_stops())
    left, width, y = grab_thumb(page)
    page.mouse.move(left + width * 0.3, y, steps=3)
    held = at(page)
    update(page, many_stops() | {"current": 10})
    assert at(page) == held
    page.mouse.up()
    assert commits(page) == [float(held)]


def test_other_data(hosted: OpenCard) -> None:
    """Another model's curve takes the place of the first, with its own threshold, names and scale."""
    page = hosted(payload_of(*VECTOR_A))
    update(page, payload_of([0, 1, 0, 1], [-2.0, 0.5, 0.7, 3.0], model="other"))
    expect(page.locator(".who")).to_contain_text("Model other")
    expect(page.locator(".f1card")).to_have_count(1)
    expect(page.get_by_role("button", name="0.5", exact=True)).to_be_hidden()
    assert at(page) == "0"


@pytest.mark.parametrize("first", [0, 1])
def test_streamlits_side(context: Callable[..., BrowserContext], first: int) -> None:
    """Streamlit may call as often as it likes: one card, one commit for one click; leaving cleans up.

    It may also bring script and data in either order.
    """
    page = context().new_page()
    calls = page.evaluate(
        """async ([sources, first, payload]) => {
            const load = (source) => import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
            const host = document.body.attachShadow({ mode: "open" });
            const calls = [];
            const setTriggerValue = (...call) => calls.push(call);
            const early = await load(sources[first]);
            const render = first === 0 ? early.default : (await load(sources[0])).default;
            const args = { data: payload, parentElement: host, setTriggerValue };
            const rendered = [render(args), render(args)];
            if (first === 0) await load(sources[1]);
            rendered.push(render(args));
            const leave = (await Promise.all(rendered))[2];
            calls.push(host.querySelectorAll(".f1card").length);
            host.querySelectorAll("button")[1].click();
            leave();
            return [...calls, host.childElementCount];
        }""",
        [[component_loader(), component_script()], first, payload_of(*VECTOR_A)],
    )
    assert calls == [1, ["threshold", 0.5], 0]


def test_in_the_app(visit: Callable[..., Page]) -> None:
    """In the dashboard a choice costs one small rerun, reaches the address, and leaves thumb and focus alone."""
    received: list[int] = []
    page = visit("/methods", viewport=DESKTOP)
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    page.goto(page.url.removesuffix("methods"))
    slider = page.get_by_role("slider", name="Threshold")
    slider.focus()
    expect(page.locator(".sentence")).to_be_visible()
    page.wait_for_load_state("networkidle")
    received.clear()
    slider.press("PageUp")
    chosen = at(page)
    expect(page).to_have_url(re.compile(rf"\?t={re.escape(chosen)}$"))
    page.wait_for_timeout(500)
    assert 0 < sum(received) < 60_000
    assert at(page) == chosen
    expect(slider).to_be_focused()
