"""A card and its host: which threshold counts, and when the host gets it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from f1tools.card import component_loader, component_script
from f1tools.formatting.positives import name_positives
from tests.browser.card.helpers import (
    DESKTOP,
    VECTOR_A,
    OpenCard,
    commits,
    current_threshold,
    grab_thumb,
    many_stops,
    payload_of,
    update,
)
from tests.browser.helpers import at_rest


def test_a_threshold_from_the_host_moves_the_marker(hosted: OpenCard) -> None:
    """A new threshold from the host is displayed and not committed; the focus does not change."""
    page = hosted(payload_of(*VECTOR_A))
    page.get_by_role("slider").focus()
    update(page, payload_of(*VECTOR_A, threshold=0.75))
    assert current_threshold(page) == "0.75"
    page.wait_for_timeout(300)
    assert commits(page) == []
    expect(page.get_by_role("slider")).to_be_focused()


def test_an_echo_moves_nothing(hosted: OpenCard) -> None:
    """Late responses, for thresholds that the user has left since, do not move the marker back."""
    page = hosted(payload_of(*VECTOR_A))
    for name in ("0.5", "Highest F1", "0.5"):
        page.get_by_role("button", name=name, exact=True).click()
    assert commits(page) == [0.5, 0.4, 0.5]
    for answer in (0.5, 0.4, 0.5):
        update(page, payload_of(*VECTOR_A, threshold=answer))
        assert current_threshold(page) == "0.5"
    update(page, payload_of(*VECTOR_A, threshold=0.2))  # not an echo
    assert current_threshold(page) == "0.2"


def test_a_repeated_threshold_changes_nothing(hosted: OpenCard) -> None:
    """A rerun for another reason, with the old threshold, does not undo the user's choice."""
    page = hosted(payload_of(*VECTOR_A, threshold=0.2))
    page.get_by_role("button", name="0.5", exact=True).click()
    update(page, payload_of(*VECTOR_A, threshold=0.2, chosen_on="valid"))
    assert current_threshold(page) == "0.5"
    expect(page.get_by_role("button", name="Highest F1 on valid")).to_be_visible()


def test_the_host_does_not_move_a_dragged_thumb(hosted: OpenCard) -> None:
    """While the user drags, a threshold from the host is ignored; the release commits."""
    page = hosted(many_stops())
    left, width, y = grab_thumb(page)
    page.mouse.move(left + width * 0.3, y, steps=3)
    position = current_threshold(page)
    update(page, many_stops() | {"current": 10})
    assert current_threshold(page) == position
    page.mouse.up()
    assert commits(page) == [float(position)]


def test_other_data(hosted: OpenCard) -> None:
    """Another model's curve replaces the first, with its own threshold, words and scale."""
    page = hosted(payload_of(*VECTOR_A))
    update(page, payload_of([0, 1, 0, 1], [-2.0, 0.5, 0.7, 3.0], positives=name_positives("other")))
    expect(page.locator(".sentence")).to_contain_text("“other”")
    expect(page.locator(".f1card")).to_have_count(1)
    expect(page.get_by_role("button", name="0.5", exact=True)).to_be_hidden()
    assert current_threshold(page) == "0"


@pytest.mark.parametrize("first", [0, 1])
def test_streamlit_components(context: Callable[..., BrowserContext], first: int) -> None:
    """However often Streamlit renders, in either order of script and data, there is one card and one commit per click.

    Streamlit unmounts what a render returns that a later one overtook before it returned: the card of the later one
    stays. Unmounting the last one removes it.
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
            const overtaken = [render(args), render(args)].map(async (leaving) => (await leaving)());
            const last = render(args);
            if (first === 0) await load(sources[1]);
            await Promise.all([...overtaken, last]);
            calls.push(host.querySelectorAll(".f1card").length);
            const leave = await render(args);
            calls.push(host.querySelectorAll(".f1card").length);
            host.querySelectorAll("button")[1].click();
            leave();
            return [...calls, host.childElementCount];
        }""",
        [[component_loader(), component_script()], first, payload_of(*VECTOR_A)],
    )
    assert calls == [1, 1, ["threshold", "0.5"], 0]


def test_sentences_about_another_threshold_are_dimmed(visit: Callable[..., Page]) -> None:
    """While the thumb moves, the page's own sentences are about the threshold before; after the release they follow."""
    page = visit("/", viewport=DESKTOP)
    at_rest(page)
    lines = [page.locator(f".st-key-{key}") for key in ("exchange", "line-expected")]
    for line in lines:
        expect(line).to_have_css("opacity", "1")
    left, width, y = grab_thumb(page)
    page.mouse.move(left + width * 0.8, y, steps=3)
    for line in lines:
        expect(line).to_have_css("opacity", "0.25")
    page.mouse.up()
    for line in lines:
        expect(line).to_have_css("opacity", "1")
    expect(lines[1]).to_contain_text(f"At {current_threshold(page)}, expect")


def test_in_the_app(visit: Callable[..., Page]) -> None:
    """In the dashboard a choice costs one small rerun, reaches the URL, and keeps thumb and focus."""
    received: list[int] = []
    page = visit("/methods", viewport=DESKTOP)
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    page.goto(page.url.removesuffix("methods"))
    slider = page.get_by_role("slider", name="Threshold")
    slider.focus()
    expect(page.locator(".sentence")).to_be_visible()
    at_rest(page)
    received.clear()
    slider.press("PageUp")
    chosen = current_threshold(page)
    expect(page).to_have_url(re.compile(rf"\?t={re.escape(chosen)}$"))
    page.wait_for_timeout(500)
    assert 0 < sum(received) < 60_000
    assert current_threshold(page) == chosen
    expect(slider).to_be_focused()
    slider.press("End")
    expect(page).to_have_url(re.compile(r"\?t=nothing$"))
    assert current_threshold(page) == "above all scores"
