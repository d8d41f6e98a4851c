"""The palette: legible, distinguishable with color blindness, and the same everywhere."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from f1tools import palette
from f1tools.palette import CATEGORICAL, DARK, LIGHT, STREAMLIT, Role, Theme, categorical, colors

# Linear RGB as perceived without one kind of cone: Machado, Oliveira and Fernandes (2009), severity 1.
PERCEIVED_BY = {
    "everyone": np.eye(3),
    "protanopes": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopes": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopes": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
# To Oklab, a perceptually uniform space: Ottosson (2020).
TO_LMS = [
    [0.4122214708, 0.5363325363, 0.0514459929],
    [0.2119034982, 0.6806995451, 0.1073969566],
    [0.0883024619, 0.2817188376, 0.6299787005],
]
TO_LAB = [
    [0.2104542553, 0.7936177850, -0.0040720468],
    [1.9779984951, -2.4285922050, 0.4505937099],
    [0.0259040371, 0.7827717662, -0.8086757660],
]
TEXT_ROLES: tuple[Role, ...] = (*CATEGORICAL, "ink")
ONE_FIGURE: tuple[tuple[Role, ...], ...] = (("precision", "recall", "fbeta"), ("positive", "negative"))


def linear(color: str) -> NDArray[np.float64]:
    """Return linear RGB."""
    share = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    dark, light = sorted(float(linear(color) @ [0.2126, 0.7152, 0.0722]) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def distance(one: str, other: str, eye: str) -> float:
    """Return how different two colors look, in percent of the distance from black to white."""
    labs = [
        np.array(TO_LAB) @ np.cbrt(np.array(TO_LMS) @ np.clip(np.array(PERCEIVED_BY[eye]) @ linear(color), 0, 1))
        for color in (one, other)
    ]
    return 100 * float(np.linalg.norm(labs[0] - labs[1]))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("role", TEXT_ROLES)
def test_contrast(theme: Theme, role: Role) -> None:
    """At least 4.5:1 on the page and on its surfaces, so that lines and their labels can share a color."""
    chosen = colors(theme)
    assert contrast(chosen[role], chosen["background"]) >= 4.5
    assert contrast(chosen[role], chosen["surface"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("eye", PERCEIVED_BY)
def test_roles_of_one_figure_are_distinguishable(theme: Theme, eye: str) -> None:
    """Precision, recall and F-beta, and the two classes, differ with every kind of color blindness."""
    chosen = colors(theme)
    for roles in ONE_FIGURE:
        for one, other in itertools.combinations(roles, 2):
            assert distance(chosen[one], chosen[other], eye) > 9


def test_themes_have_the_same_roles() -> None:
    """Every theme has every role, among them ten for charts; all parts share the colors, so they are read-only."""
    assert set(LIGHT) == set(DARK) == set(STREAMLIT) == set(get_args(palette.Role))
    assert [colors(theme) for theme in get_args(Theme)] == [LIGHT, DARK, STREAMLIT]
    for theme in get_args(Theme):
        assert len(set(categorical(theme))) == 10
    assert categorical("light")[:3] == [LIGHT["precision"], LIGHT["recall"], LIGHT["fbeta"]]
    with pytest.raises(TypeError):
        LIGHT["ink"] = "#000000"  # type: ignore[index]


def test_placeholders_are_those_of_streamlit() -> None:
    """Only its own values are replaced in the browser."""
    theirs = pytest.importorskip("streamlit.elements.lib.streamlit_plotly_theme")
    assert categorical("streamlit") == [getattr(theirs, f"CATEGORY_{number}") for number in range(10)]
    assert STREAMLIT["ink"] == theirs.GRAY_90
    assert STREAMLIT["background"] == theirs.BG_COLOR
    assert STREAMLIT["surface"] == theirs.BG_MIX


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_app_has_the_same_colors(theme: Theme) -> None:
    """Streamlit's configuration repeats the palette."""
    config = tomllib.loads((Path(__file__).parents[1] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    settings = config["theme"][theme]
    assert settings["chartCategoricalColors"] == categorical(theme)
    assert settings["backgroundColor"] == colors(theme)["background"]
    assert settings["secondaryBackgroundColor"] == colors(theme)["surface"]
    assert settings["textColor"] == colors(theme)["ink"]
