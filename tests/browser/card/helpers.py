"""Payloads, pages with a card, and actions on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from playwright.sync_api import Page

from f1tools import palette
from f1tools.card import card_payload, json_for_script, script, style
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.formatting.positives import name_positives

OpenCard = Callable[..., Page]
VECTOR_A = [1, 0, 1, 1, 0, 0, 1, 0, 0, 0], [0.9, 0.9, 0.8, 0.6, 0.6, 0.6, 0.4, 0.4, 0.2, 0.1]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


def payload_of(y_true: Any, y_score: Any, **options: Any) -> dict[str, Any]:
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    options = {"positives": name_positives("1")} | options
    return card_payload(curve, best(curve), **options)


def card_page(payload: dict[str, Any]) -> str:
    """Return a page with nothing but a card, which can load nothing."""
    dark = f"body{{background:{palette.DARK['background']}}}"
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; \
style-src 'unsafe-inline'">
<title>A card</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 24px clamp(16px, 4vw, 48px) 48px; background: {palette.LIGHT["background"]}; }}
main {{ max-width: 1240px; margin: auto; }}
@media (prefers-color-scheme: dark) {{ @media not print {{ {dark} }} }}
{style()}</style>
<main id="card"></main>
<script type="application/json" id="payload">{json_for_script(payload)}</script>
<script type="module">{script()}
mount(document.getElementById("card"), JSON.parse(document.getElementById("payload").textContent), () => {{}});
</script>
</html>
"""


def many_stops(n: int = 30_000) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    y_true = rng.random(n) < 0.3
    y_score = 1 / (1 + np.exp(-rng.normal(size=n) - 2 * y_true + 1))
    return payload_of(y_true, y_score)


def current_threshold(page: Page) -> str:
    """Return the current threshold as displayed once the next frame is drawn."""
    page.evaluate("new Promise(requestAnimationFrame)")
    return page.locator(".reading output").inner_text()


def commits(page: Page) -> list[float]:
    thresholds: list[float] = page.evaluate("window.commits")
    return thresholds


def update(page: Page, payload: dict[str, Any]) -> None:
    page.evaluate("(payload) => window.card.update(payload)", payload)


def press(page: Page, *keys: str) -> int:
    """Press keys on the slider without a pause, however busy the machine is; return the number of commits so far."""
    committed: int = page.get_by_role("slider").evaluate(
        "(slider, keys) => { for (const key of keys) slider.dispatchEvent(new KeyboardEvent('keydown', { key }));"
        "return window.commits.length; }",
        keys,
    )
    return committed


def grab_thumb(page: Page) -> tuple[float, float, float]:
    """Press the mouse on the thumb; return the slider's left end, its width and the height to drag at."""
    box = page.get_by_role("slider").bounding_box()
    assert box is not None
    share = float(page.get_by_role("slider").input_value())
    page.mouse.move(box["x"] + 14 + (box["width"] - 28) * share, box["y"] + 22)
    page.mouse.down()
    return box["x"] + 14, box["width"] - 28, box["y"] + 22
