"""The card in a browser: on a page of its own, opened from disk without a network, and in the hands of a host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from f1tools import palette
from f1tools.card import card_document, card_payload, component_loader, component_script, script, style
from f1tools.curve import ThresholdCurve
from f1tools.optimum import best

OpenCard = Callable[..., Page]
VECTOR_A = [1, 0, 1, 1, 0, 0, 1, 0, 0, 0], [0.9, 0.9, 0.8, 0.6, 0.6, 0.6, 0.4, 0.4, 0.2, 0.1]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def payload_of(y_true: Any, y_score: Any, **options: Any) -> dict[str, Any]:
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    options = {"model": "m", "pos_label": "1"} | options
    return card_payload(curve, best(curve), **options)


def many_stops(n: int = 30_000) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    y_true = rng.random(n) < 0.3
    y_score = 1 / (1 + np.exp(-rng.normal(size=n) - 2 * y_true + 1))
    return payload_of(y_true, y_score, max_points=1000)


@pytest.fixture
def context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Contexts without a network; a script error, a warning or a request fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def new(**options: Any) -> BrowserContext:
        made = browser.new_context(offline=True, **({"viewport": DESKTOP} | options))
        made.set_default_timeout(10_000)
        made.on("weberror", lambda error: complaints.append(f"script error: {error.error}"))
        made.on("console", lambda message: complaints.append(f"console: {message.text}"))
        made.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        made.on("request", lambda request: complaints.append(request.url))
        contexts.append(made)
        return made

    yield new
    for made in contexts:
        made.close()
    assert [one for one in complaints if not one.startswith(("file:///", "blob:"))] == []


@pytest.fixture
def open_card(context: Callable[..., BrowserContext], tmp_path: Path) -> OpenCard:
    """Open a card as a file of its own."""

    def opened(payload: dict[str, Any], **options: Any) -> Page:
        file = tmp_path / "card.html"
        file.write_text(card_document(payload), encoding="utf-8")
        page = context(**options).new_page()
        page.goto(file.as_uri())
        return page

    return opened


@pytest.fixture
def hosted(context: Callable[..., BrowserContext]) -> OpenCard:
    """Mount a card on an empty page whose host notes the commits in `window.commits`."""

    def mounted(payload: dict[str, Any]) -> Page:
        page = context().new_page()
        page.add_style_tag(content=style())
        page.evaluate(
            f"(payload) => {{ {script()}\n window.commits = [];"
            "window.card = mount(document.body, payload, (value) => window.commits.push(value)); }",
            payload,
        )
        return page

    return mounted


def at(page: Page) -> str:
    """Give the threshold in force, as it is printed once the next frame is drawn."""
    page.evaluate("new Promise(requestAnimationFrame)")
    return page.locator(".reading output").inner_text()


def commits(page: Page) -> list[float]:
    found: list[float] = page.evaluate("window.commits")
    return found


def update(page: Page, payload: dict[str, Any]) -> None:
    page.evaluate("(payload) => window.card.update(payload)", payload)


def press(page: Page, *keys: str) -> int:
    """Press keys on the slider without a pause, however busy the machine is; give back the commits so far."""
    made: int = page.get_by_role("slider").evaluate(
        "(slider, keys) => { for (const key of keys) slider.dispatchEvent(new KeyboardEvent('keydown', { key }));"
        "return window.commits.length; }",
        keys,
    )
    return made


def grab_thumb(page: Page) -> tuple[float, float, float]:
    """Press the mouse on the thumb; give back the slider's left, width and the height to drag at."""
    box = page.get_by_role("slider").bounding_box()
    assert box is not None
    share = float(page.get_by_role("slider").input_value())
    page.mouse.move(box["x"] + 14 + (box["width"] - 28) * share, box["y"] + 22)
    page.mouse.down()
    return box["x"] + 14, box["width"] - 28, box["y"] + 22


def test_says_what_the_best_threshold_means(open_card: OpenCard) -> None:
    """At first the card stands at the best threshold, with its sentence, figures, and exact counts."""
    page = open_card(payload_of(*VECTOR_A, model="the model", pos_label="fraud"))
    expect(page.locator(".who")).to_have_text("Model the model · real means fraud")
    expect(page.locator(".sentence")).to_have_text(
        "If we act on scores of 0.4 or more, about 5 in 10 flagged cases are real, and we catch all real cases."
    )
    expect(page.locator(".figure .value")).to_have_text(["0.500", "1.000", "0.667", "80.0%"])
    expect(page.locator(".figure .detail")).to_have_text(
        ["4 of 8 flagged", "4 of 4 real", "flag everything: 0.571", "8 of 10 cases"]
    )
    expect(page.locator(".cases tbody td")).to_have_text(["0", "0", "40", "4", "40", "4", "20", "2"])
    assert page.locator("g path.tp").count() == page.locator("g path.fp").count() == 40
    assert page.locator("g path.tn").count() == 20


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


def test_nothing_flagged(open_card: OpenCard) -> None:
    """Above all scores precision is undefined: "n/a" and a gap in its line, neither 0 nor 1."""
    page = open_card(payload_of(*VECTOR_A))
    page.get_by_role("slider").press("End")
    expect(page.locator(".figure .value")).to_have_text(["n/a", "0.000", "0.000", "0%"])
    expect(page.locator(".sentence")).to_have_text(
        "If we act on no case at all, nothing is flagged: precision is undefined, and we catch none of the real cases."
    )
    assert at(page) == "above all scores"
    expect(page.locator("circle.precision")).to_be_hidden()
    ends = page.evaluate(
        "['precision', 'recall'].map((line) => document.querySelector(`path.${line}`).getBBox())"
        ".map((box) => box.x + box.width)"
    )
    assert ends[0] < ends[1] - 10


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


def test_no_half_for_scores_that_are_no_probabilities(open_card: OpenCard) -> None:
    """Where scores are log-odds 0.5 means nothing and is not offered."""
    page = open_card(payload_of([0, 1, 0, 1], [-2.0, 0.5, 0.7, 3.0]))
    expect(page.get_by_role("button")).to_have_text(["Best F1"])


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


def test_thumb_and_line_agree(open_card: OpenCard) -> None:
    """The thumb's middle is right under the line in the chart, at the ends and between, wide and narrow."""
    for viewport in (DESKTOP, PHONE):
        page = open_card(payload_of(*VECTOR_A), viewport=viewport)
        for key in ("Home", "ArrowRight", "End"):
            page.get_by_role("slider").press(key)
            page.wait_for_timeout(50)
            box, line = page.get_by_role("slider").bounding_box(), page.locator(".rule").bounding_box()
            assert box is not None
            assert line is not None
            share = float(page.get_by_role("slider").input_value())
            assert line["x"] + line["width"] / 2 == pytest.approx(box["x"] + 14 + (box["width"] - 28) * share, abs=1.5)


def test_touch(context: Callable[..., BrowserContext], open_card: OpenCard) -> None:
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
    expect(live).to_have_text(page.locator(".sentence").inner_text())
    assert page.evaluate("window.heard.length") == 1


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
    update(page, payload_of(*VECTOR_A, threshold=0.2, best_label="Best of all"))
    assert at(page) == "0.5"
    expect(page.get_by_role("button", name="Best of all")).to_be_visible()


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


def test_names_are_only_text(open_card: OpenCard) -> None:
    """Markup in names neither runs nor shows as anything but itself."""
    evil = "</script><img src=x onerror=alert(1)><!--<script>"
    page = open_card(payload_of(*VECTOR_A, model=evil, pos_label=evil, best_label=evil))
    expect(page.locator(".who")).to_have_text(f"Model {evil} · real means {evil}")
    expect(page.get_by_role("button", name=evil)).to_be_visible()
    assert page.locator("img").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_accessible(open_card: OpenCard, scheme: str, viewport: dict[str, int]) -> None:
    """No violation of WCAG 2.2 AA is found by axe, wide and narrow, light and dark."""
    page = open_card(many_stops(), color_scheme=scheme, viewport=viewport)
    expect(page.locator(".f1card")).to_have_attribute("data-theme", scheme)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    rules = {"page-has-heading-one": {"enabled": False}}  # a card is a part of a page
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}, "rules": rules})
    assert found.response["violations"] == [], found.generate_report()


def test_phone(open_card: OpenCard) -> None:
    """On a phone nothing sticks out, targets are at least 44 px, slider and sentence are on one screen."""
    page = open_card(many_stops(), viewport=PHONE, is_mobile=True, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    for target in [page.get_by_role("slider"), *page.get_by_role("button").all()]:
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["width"] >= 44
    expect(page.get_by_role("slider")).to_be_in_viewport(ratio=1)
    expect(page.locator(".sentence")).to_be_in_viewport(ratio=1)


def test_nothing_jumps(open_card: OpenCard) -> None:
    """The slider stays where it is while the threshold moves through all its sentences."""
    for viewport in (DESKTOP, PHONE):
        page = open_card(many_stops(), viewport=viewport)
        slider = page.get_by_role("slider")
        slider.press("Home")
        heights = set()
        for _ in range(11):
            page.wait_for_timeout(30)
            heights.add(page.evaluate("document.querySelector('input').getBoundingClientRect().top"))
            slider.press("PageUp")
        assert len(heights) == 1


def test_paper_is_light(open_card: OpenCard) -> None:
    """Printed from a dark screen the card is dark on light, without what cannot be used on paper."""
    page = open_card(payload_of(*VECTOR_A), color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("slider")).to_be_hidden()
    red, green, blue = (int(palette.LIGHT["ink"][at : at + 2], 16) for at in (1, 3, 5))
    expect(page.locator(".f1card")).to_have_css("color", f"rgb({red}, {green}, {blue})")


def test_far_off_scores(open_card: OpenCard) -> None:
    """A few far-off scores do not squeeze the others: stops are spaced evenly, and the card says so."""
    rng = np.random.default_rng(1)
    y_true = rng.random(2000) < 0.4
    y_score = np.append(rng.normal(size=1999) + y_true[1:], -3.2e5)
    page = open_card(payload_of(np.append(y_true[1:], 0), y_score))
    expect(page.get_by_text("Not to scale")).to_be_visible()
    assert 0.2 < float(page.get_by_role("slider").input_value()) < 0.8


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
