"""The colours of the project: roles, not values, for light and dark.

This is the one home of every colour: figures, the card's style sheet and Streamlit's theme all take theirs from
here. Lines keep a contrast of at least 3:1 and text of at least 4.5:1 (WCAG 2.2) on both the page and its surfaces,
and roles that meet in one picture stay apart for people who confuse red and green, or blue and yellow.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

Theme: TypeAlias = Literal["light", "dark", "streamlit"]
Role: TypeAlias = Literal[
    "precision",
    "recall",
    "fbeta",
    "positive",
    "negative",
    "other_1",
    "other_2",
    "other_3",
    "other_4",
    "muted",
    "ink",
    "grid",
    "background",
    "surface",
]
Colors: TypeAlias = Mapping[Role, str]

CATEGORICAL: tuple[Role, ...] = (
    "precision",
    "recall",
    "fbeta",
    "positive",
    "negative",
    "other_1",
    "other_2",
    "other_3",
    "other_4",
    "muted",
)
"""The ten roles that become Streamlit's ``chartCategoricalColors``, in this order."""

LIGHT: Colors = MappingProxyType(
    {
        "precision": "#084F9E",
        "recall": "#B24A00",
        "fbeta": "#0A8060",
        "positive": "#8E1059",
        "negative": "#60708A",
        "other_1": "#6A3FB5",
        "other_2": "#8A6100",
        "other_3": "#0B7489",
        "other_4": "#B3261E",
        "muted": "#5A6675",
        "ink": "#1B2430",
        "grid": "#DDE3EA",
        "background": "#FFFFFF",
        "surface": "#F4F6F9",
    }
)

DARK: Colors = MappingProxyType(
    {
        "precision": "#5E97F0",
        "recall": "#EE8434",
        "fbeta": "#7CEBC0",
        "positive": "#EE6FB0",
        "negative": "#B9C7D9",
        "other_1": "#BFA2FF",
        "other_2": "#E3C24D",
        "other_3": "#62D0E6",
        "other_4": "#FF9189",
        "muted": "#A3AEBB",
        "ink": "#E8ECF1",
        "grid": "#2D3743",
        "background": "#0F141B",
        "surface": "#1A212B",
    }
)

# Streamlit's front end replaces these values inside a figure by those of the theme in force, also when the theme
# changes without a rerun: a figure made of them need not know whether the page is light or dark. They are Streamlit's
# own names (elements/lib/streamlit_plotly_theme.py); a test compares them, because they are not a public promise. There
# is no such name for a fine grid: a half-transparent grey suits both themes.
STREAMLIT: Colors = MappingProxyType(
    {role: f"#{number:06d}" for number, role in enumerate(CATEGORICAL, start=1)}
    | {"ink": "#000037", "background": "#000038", "surface": "#000040", "grid": "rgba(128, 138, 150, 0.28)"}
)

_THEMES: Mapping[Theme, Colors] = {"light": LIGHT, "dark": DARK, "streamlit": STREAMLIT}


def colors(theme: Theme) -> Colors:
    """Every role's colour in a theme.

    Parameters
    ----------
    theme : {"light", "dark", "streamlit"}
        ``"streamlit"`` gives stand-ins that Streamlit replaces in the browser; elsewhere they are nearly black.

    Examples
    --------
    >>> colors("light")["recall"]
    '#B24A00'
    """
    return _THEMES[theme]


def categorical(theme: Theme) -> list[str]:
    """Ten colours for lines that have no role, in the order of :data:`CATEGORICAL`.

    Examples
    --------
    >>> len(categorical("dark"))
    10
    """
    return [colors(theme)[role] for role in CATEGORICAL]
