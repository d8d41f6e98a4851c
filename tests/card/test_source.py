"""The card's script and style sheet as text."""

from __future__ import annotations

import json
import re

import pytest

from f1tools import palette
from f1tools.card import card_payload, component_loader, component_script, json_for_script, script, style
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.formatting.positives import name_positives


@pytest.mark.parametrize("forbidden", ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "Function(", "fetch("])
def test_the_script_neither_parses_markup_nor_loads(forbidden: str) -> None:
    """Names can only become text, and nothing is loaded."""
    assert forbidden not in component_script()


def test_the_only_url_is_the_svg_namespace() -> None:
    """Script and style sheet contain no other URL."""
    assert set(re.findall(r"https?://[^\"']+", component_script() + style())) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in style()


def test_one_script_for_all_hosts() -> None:
    """Streamlit gets the same script as a self-contained page, and each component has one default export."""
    assert component_script().startswith(script())
    assert component_script().count("export default") == component_loader().count("export default") == 1
    assert "export" not in script()


def test_colors_come_from_the_palette() -> None:
    """The style sheet has no colors of its own, only the palette's, light and dark."""
    for colors in (palette.LIGHT, palette.DARK):
        assert f"--recall:{colors['recall']};" in style()
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", style())) <= {*palette.LIGHT.values(), *palette.DARK.values()}


def test_a_rerun_is_small() -> None:
    """What Streamlit sends with the data, on every choice, is only the loader."""
    assert len(component_loader()) < 500


def test_json_stays_in_its_element() -> None:
    """No name in a payload can end its script element or open a comment; the payload can be read back."""
    curve = ThresholdCurve.from_predictions([1, 0, 1], [0.9, 0.5, 0.4])
    hostile = "</script><!--<script>&"
    payload = card_payload(curve, best(curve), positives=name_positives(hostile))
    text = json_for_script(payload)
    assert not set("<>&") & set(text)
    assert json.loads(text) == payload
