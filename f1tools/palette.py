"""The colors of the project by role, for light and dark themes.

Figures, the card's style sheet and Streamlit's theme all use these values. Lines have a contrast of at least 3:1 and
text of at least 4.5:1 (WCAG 2.2) on the page and on its surfaces, and roles that appear in one figure can be
distinguished with every kind of color blindness.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

Theme: TypeAlias = Literal["light", "dark", "streamlit"]
Role: TypeAlias = Literal[
    "precision", "recall", "fbeta", "positive", "negative", "other_1", "other_2", "other_3", "other_4", "muted",
    "ink", "grid", "background", "surface",
]  # fmt: skip
Colors: TypeAlias = Mapping[Role, str]

_LIGHT_AND_DARK: dict[Role, tuple[str, str]] = {
    "precision": ("#084F9E", "#5E97F0"),
    "recall": ("#B24A00", "#EE8434"),
    "fbeta": ("#0A8060", "#7CEBC0"),
    "positive": ("#8E1059", "#EE6FB0"),
    "negative": ("#60708A", "#B9C7D9"),
    "other_1": ("#6A3FB5", "#BFA2FF"),
    "other_2": ("#8A6100", "#E3C24D"),
    "other_3": ("#0B7489", "#62D0E6"),
    "other_4": ("#B3261E", "#FF9189"),
    "muted": ("#5A6675", "#A3AEBB"),
    "ink": ("#1B2430", "#E8ECF1"),
    "grid": ("#DDE3EA", "#2D3743"),
    "background": ("#FFFFFF", "#0F141B"),
    "surface": ("#F4F6F9", "#1A212B"),
}
LIGHT: Colors = MappingProxyType({role: light for role, (light, _) in _LIGHT_AND_DARK.items()})
DARK: Colors = MappingProxyType({role: dark for role, (_, dark) in _LIGHT_AND_DARK.items()})

CATEGORICAL: tuple[Role, ...] = tuple(_LIGHT_AND_DARK)[:10]
"""The ten roles that become Streamlit's ``chartCategoricalColors``, in this order."""

# Streamlit's front end replaces these values inside a figure by those of the current theme, also when the theme changes
# without a rerun, so a figure need not know the theme. They are internal to Streamlit
# (elements/lib/streamlit_plotly_theme.py), and a test compares them. There is no such value for a fine grid: a
# semi-transparent gray suits both themes.
STREAMLIT: Colors = MappingProxyType(
    {role: f"#{number:06d}" for number, role in enumerate(CATEGORICAL, start=1)}
    | {"ink": "#000037", "background": "#000038", "surface": "#000040", "grid": "rgba(128, 138, 150, 0.28)"}
)

_THEMES: Mapping[Theme, Colors] = {"light": LIGHT, "dark": DARK, "streamlit": STREAMLIT}


def colors(theme: Theme) -> Colors:
    """Return the color of every role in a theme.

    Parameters
    ----------
    theme : {"light", "dark", "streamlit"}
        ``"streamlit"`` returns placeholders that Streamlit replaces in the browser; elsewhere they are nearly black.

    Examples
    --------
    >>> colors("light")["recall"]
    '#B24A00'
    """
    return _THEMES[theme]


def categorical(theme: Theme) -> list[str]:
    """Return ten colors for lines without a role, in the order of :data:`CATEGORICAL`.

    Examples
    --------
    >>> len(categorical("dark"))
    10
    """
    return [colors(theme)[role] for role in CATEGORICAL]
