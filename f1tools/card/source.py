"""The script and the style sheet of the card as text, for a browser."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from f1tools import palette

# In this order: a part uses constants and classes only of the parts before it.
_PARTS = ("dom", "metrics", "format", "scale", "chart", "cases", "figures", "controls", "card")
_DASHBOARD = (
    "image",
    "panels",
    "explorer",
    "labels",
    "table",
    "comparison",
    "classes",
)  # only in the dashboard: a memo stays small
_ROLES: tuple[palette.Role, ...] = (
    *("precision", "recall", "fbeta", "positive", "negative", "other_2", "other_3"),
    *("muted", "ink", "grid", "background"),
)


@cache
def script() -> str:
    """Return the script of the card, which only defines ``mount(root, payload, onCommit)``."""
    return "".join(_minified(_read(f"{part}.js")) for part in _PARTS)


@cache
def explorer_script() -> str:
    """Return the script of the card, of the explorer, of the comparison and of the table of classes.

    It defines ``mountExplorer``, ``mountComparison`` and ``mountClasses`` as well.
    """
    return script() + "".join(_minified(_read(f"{part}.js")) for part in _DASHBOARD)


@cache
def explorer_style() -> str:
    """Return the style sheet of the card, of the explorer, of the comparison and of the table of classes."""
    more = "".join(_minified(_read(f"{part}.css")) for part in ("explorer", "comparison", "classes"))
    return f"{style()}{more}{edge_style()}"


@cache
def edge_style(selector: str = ".edge") -> str:
    """Return the style sheet of what scrolls sideways: it fades out where more follows."""
    return _minified(_read("edge.css")).replace(".edge", selector)


@cache
def component_script() -> str:
    """Return the ES module of the invisible Streamlit component that provides script and style sheet."""
    return f"{explorer_script()}const STYLE = {json.dumps(explorer_style())};\n{_minified(_read('streamlit.js'))}"


@cache
def component_loader() -> str:
    """Return the ES module of the Streamlit component that displays a payload once the script is loaded."""
    return _minified(_read("loader.js"))


@cache
def style() -> str:
    """Return the style sheet with the colors of the palette, light and dark; print is always light."""
    dark = f'.f1card[data-theme="dark"]{{{variables(palette.DARK)}}}'
    light = f".f1card{{{variables(palette.LIGHT)}}}"
    return f"{light}\n@media not print{{{dark}}}\n{_minified(_read('card.css'))}"


def json_for_script(payload: Mapping[str, Any]) -> str:
    """Return JSON for a script element: no character in it can end the element or open a comment."""
    text = json.dumps(payload, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def variables(colors: palette.Colors, roles: Iterable[palette.Role] = _ROLES) -> str:
    """Return colors as CSS variables, by default those that the card uses."""
    return "".join(f"--{role}:{colors[role]};" for role in roles)


def _read(name: str) -> str:
    return files("f1tools.card").joinpath(name).read_text(encoding="utf-8")


def _minified(text: str) -> str:
    """Return text without indentation and full-line comments, because Streamlit sends the script with the page."""
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith(("//", "/*")))
