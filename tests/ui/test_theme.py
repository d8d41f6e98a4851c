"""Streamlit's theme is the project's palette."""

import tomllib
from pathlib import Path

import pytest

from f1tools import palette
from f1tools.palette import Theme

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
ROLES: dict[str, palette.Role] = {
    "primaryColor": "precision",
    "linkColor": "precision",
    "backgroundColor": "background",
    "secondaryBackgroundColor": "surface",
    "textColor": "ink",
    "borderColor": "grid",
    "grayTextColor": "muted",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_has_the_colors_of_the_palette(theme: Theme) -> None:
    """Pages, figures and the card agree on every color."""
    configured = CONFIG["theme"][theme]
    assert configured.pop("chartCategoricalColors") == palette.categorical(theme)
    assert configured == {key: palette.colors(theme)[role] for key, role in ROLES.items()}


def test_no_other_server_is_contacted() -> None:
    """No usage statistics, no look-up of the public address, no fonts from elsewhere, no traceback to visitors."""
    assert CONFIG["browser"]["gatherUsageStats"] is False
    assert CONFIG["server"]["address"] == "127.0.0.1"
    assert not {"font", "headingFont", "codeFont"} & set(CONFIG["theme"])
    assert CONFIG["client"]["showErrorDetails"] == "none"
