"""The figure of triage, tested as data."""

from __future__ import annotations

import numpy as np
import pytest

from f1tools.plots import alt_text, plot_triage
from f1tools.what_if import Triage, Zone, triage
from tests.plots.data import CASES, curve_of, texts, trace


@pytest.mark.parametrize("name", ["vector A", "ties", "margins", "rare"])
def test_areas_are_cases(name: str) -> None:
    """A zone is as wide as its share of the cases, and a class as high in it as its share of the zone."""
    y_true, y_score = CASES[name]
    low, high = np.quantile(y_score, [0.3, 0.8]).tolist()
    figure = plot_triage(triage(curve_of(name), low, high))
    zones = [y_score < low, (y_score >= low) & (y_score < high), y_score >= high]
    for bars, is_class in ((trace(figure, "positive"), y_true), (trace(figure, "negative"), ~y_true)):
        assert bars.customdata == tuple(int((zone & is_class).sum()) for zone in zones)
        assert bars.y == pytest.approx([(zone & is_class).sum() / zone.sum() for zone in zones])
        # A gap is left out between two zones.
        assert bars.width == pytest.approx([zone.mean() - 0.008 for zone in zones])
        middles = np.cumsum([zone.mean() for zone in zones]) - [zone.mean() / 2 for zone in zones]
        assert bars.x == pytest.approx(middles)
    assert figure.layout.barmode == "stack"


def test_every_zone_is_described() -> None:
    """Vector A below 0.4 and from 0.8: 2 of 10 are ignored, 5 are reviewed, 3 are flagged, 1 of them wrongly."""
    figure = plot_triage(triage(curve_of("vector A"), 0.4, 0.8), labels=("ill", "well"))
    assert {
        "<b>Ignored 20.0%</b><br>below 0.4<br>0 of 2 positive",
        "<b>Review 50.0%</b><br>between<br>2 of 5 positive",
        "<b>Flagged 30.0%</b><br>from 0.8<br>2 of 3 positive",
    } <= set(texts(figure))
    assert {"■ ill", "▨ well"} <= set(texts(figure))
    assert figure.layout.title.subtitle.text == "50.0% to review; 0 missed, 1 false alarm"
    for part in ("below 0.4: 20.0% of the cases, 0 of 2 ill", "50.0% of the cases, 2 of 5 ill", "2 of 3 ill"):
        assert part in alt_text(figure)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.5, 0.5, ["Review 0%</b><br>between<br>no case"]),
        (-np.inf, np.inf, ["Ignored 0%</b><br>no score<br>no case", "Flagged 0%</b><br>no score<br>no case"]),
        (-np.inf, -np.inf, ["Flagged 100%</b><br>every score<br>4 of 10 positive"]),
        (np.inf, np.inf, ["Ignored 100%</b><br>every score<br>4 of 10 positive"]),
    ],
)
def test_empty_zones_have_text_and_no_area(low: float, high: float, expected: list[str]) -> None:
    """There can be no review, or nothing but review."""
    figure = plot_triage(triage(curve_of("vector A"), low, high))
    assert {f"<b>{text}" for text in expected} <= set(texts(figure))
    filled = 3 - sum("no case" in text for text in texts(figure))
    assert len(trace(figure, "positive").x) == len(figure.layout.shapes) == filled


def test_fractions_of_cases_are_shown_as_shares() -> None:
    """In a scenario or with weighted rows nobody reads of half a case."""
    figure = plot_triage(Triage(0.1, 0.9, Zone(7.5, 2.5), Zone(10, 30), Zone(2.5, 27.5)))
    assert any(text.endswith("<br>75.0% positive") for text in texts(figure))
    assert any(text.endswith("<br>8.3% positive") for text in texts(figure))
    assert figure.layout.title.subtitle.text == "50.0% to review; 12.5% of positives missed"


def test_long_numbers_take_two_lines() -> None:
    """One line would be wider than a third of a phone."""
    zones = Triage(0.1, 0.9, Zone(7, 1), Zone(1_234_567, 1), Zone(3, 2))
    assert "<b>Flagged <0.01%</b>" not in texts(plot_triage(zones))
    assert any(text.endswith("<br>1,234,567 positive<br>of 1,234,568") for text in texts(plot_triage(zones)))
    assert any(text.endswith("<br>7 positive<br>of 8") for text in texts(plot_triage(zones)))


def test_lines_lead_from_the_texts_to_their_zones() -> None:
    """Texts stand at thirds; a line ends on its zone however narrow that is, straight down where it can."""
    zones = Triage(0.1, 0.9, Zone(7, 1), Zone(80, 20), Zone(3, 1000))
    figure = plot_triage(zones)
    ends = np.cumsum([1003, 100, 8]) / 1111
    for leader, x, start, end in zip(figure.layout.shapes, (1 / 6, 1 / 2, 5 / 6), [0, *ends[:2]], ends, strict=True):
        assert leader.x0 == pytest.approx(x)
        assert start <= leader.x1 <= end
    assert figure.layout.shapes[0].x1 == figure.layout.shapes[0].x0
