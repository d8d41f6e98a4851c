"""The card as text: what is handed to a browser."""

from __future__ import annotations

import json
import re

import pytest

from f1tools import palette
from f1tools.card import card_payload, component_loader, component_script, json_for_script, script, style
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best


@pytest.mark.parametrize("forbidden", ["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "Function(", "fetch("])
def test_the_script_neither_parses_markup_nor_loads(forbidden: str) -> None:
    """Names can only become text, and nothing is requested."""
    assert forbidden not in component_script()


def test_the_script_names_no_address_but_the_one_of_svg() -> None:
    """The only URL in script and style sheet is the name of SVG."""
    assert set(re.findall(r"https?://[^\"']+", component_script() + style())) == {"http://www.w3.org/2000/svg"}
    assert "url(" not in style()


def test_one_script_for_all_hosts() -> None:
    """Streamlit gets the very script of the page without a server, and one default export a component."""
    assert component_script().startswith(script())
    assert component_script().count("export default") == component_loader().count("export default") == 1
    assert "export" not in script()


def test_colours_are_the_palettes() -> None:
    """The style sheet itself has no colours: roles come from the palette, light and dark."""
    for colors in (palette.LIGHT, palette.DARK):
        assert f"--recall:{colors['recall']};" in style()
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", style())) <= {*palette.LIGHT.values(), *palette.DARK.values()}


def test_a_rerun_is_small() -> None:
    """What Streamlit sends together with the data, on every choice, is a few lines that fetch the script."""
    assert len(component_loader()) < 500


def test_data_in_a_page_cannot_leave_its_element() -> None:
    """No name in a payload can end the element that holds it or open a comment; what is read back is the same."""
    curve = ThresholdCurve.from_predictions([1, 0, 1], [0.9, 0.5, 0.4])
    evil = "</script><!--<script>&"
    payload = card_payload(curve, best(curve), model=evil, pos_label=evil)
    held = json_for_script(payload)
    assert not set("<>&") & set(held)
    assert json.loads(held) == payload
