"""The card's script and style sheet as text, ready to be handed to a browser."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from f1tools import palette

# In this order each part uses only those before it, and functions of later ones at run time.
_PARTS = ("dom", "metrics", "words", "scale", "chart", "cases", "figures", "controls", "card")
_ROLES: tuple[palette.Role, ...] = (
    "precision",
    "recall",
    "fbeta",
    "positive",
    "negative",
    "muted",
    "ink",
    "grid",
    "background",
)


@cache
def script() -> str:
    """Give the card's script: it defines ``mount(root, payload, onCommit)`` and does nothing by itself."""
    return "".join(_slim(_read(f"{part}.js")) for part in _PARTS)


@cache
def component_script() -> str:
    """Give the ES module of a Streamlit component that shows nothing: it brings script and style sheet."""
    return f"{script()}const STYLE = {json.dumps(style())};\n{_slim(_read('streamlit.js'))}"


@cache
def component_loader() -> str:
    """Give the ES module of the Streamlit component that shows a payload, once the other one is there."""
    return _slim(_read("loader.js"))


@cache
def style() -> str:
    """Give the style sheet with the palette's colours, light and dark; paper is always light."""
    dark = f'.f1card[data-theme="dark"]{{{variables(palette.DARK)}}}'
    light = f".f1card{{{variables(palette.LIGHT)}}}"
    return f"{light}\n@media not print{{{dark}}}\n{_slim(_read('card.css'))}"


def json_for_script(payload: Mapping[str, Any]) -> str:
    """Write JSON that may stand inside a script element: no character in it can end that element or open a comment."""
    text = json.dumps(payload, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def variables(colors: palette.Colors, roles: Iterable[palette.Role] = _ROLES) -> str:
    """Write colours as variables of a style sheet: those of the card, or of more roles."""
    return "".join(f"--{role}:{colors[role]};" for role in roles)


def _read(name: str) -> str:
    return files("f1tools.card").joinpath(name).read_text(encoding="utf-8")


def _slim(text: str) -> str:
    """Drop indentation and whole-line comments: Streamlit sends the script again with every change of the data."""
    lines = (line.strip() for line in text.splitlines())
    return "".join(f"{line}\n" for line in lines if line and not line.startswith(("//", "/*")))
