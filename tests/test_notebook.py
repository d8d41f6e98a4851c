"""Curves and comparisons in a notebook: safe, self-contained, and with the right numbers."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from sklearn.metrics import f1_score, matthews_corrcoef, precision_score, recall_score

from f1tools.comparison import compare
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.notebook import html_of_curve
from f1tools.predictions import Predictions
from tests.strategies import Rows, weighted_or_not

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</style><script>alert(1)</script>",
    'a" onclick="x',
    "&lt;",
    "\u202eab\ud800",
]
OURS = {"div", "style", "p", "b", "span", "svg", "g", "path", "text", "table", "thead", "tbody", "tr", "th", "td"}
HARMLESS = {
    *("class", "style", "scope", "role", "aria-label", "viewBox", "x", "y", "d"),
    *("font-size", "text-anchor", "fill", "stroke", "stroke-width", "stroke-dasharray"),
}


def parsed(html: str) -> ElementTree.Element:
    """Read it as XML, which forgives nothing, and make sure that there is nothing in it but what we mean."""
    html.encode()
    root = ElementTree.fromstring(html)  # noqa: S314 - it is our own
    for element in root.iter():
        assert element.tag in OURS
        assert set(element.attrib) <= HARMLESS
        assert "url(" not in "".join(element.attrib.values())
    assert not re.search(r"url\(|@import|https?:", html)
    return root


def table(html: str) -> dict[str, list[str]]:
    """Give the cells of each row by its name."""
    rows = parsed(html).iter("tr")
    return {text: cells for text, *cells in ([("".join(cell.itertext())) for cell in row] for row in rows)}


def points(path: str) -> list[tuple[float, float]]:
    """Follow a path of M, H and V from corner to corner."""
    found, x, y = [], 0.0, 0.0
    for letter, numbers in re.findall(r"([MHV])([^MHV]+)", path):
        values = [float(number) for number in numbers.split()]
        x = values[0] if letter in "MH" else x
        y = values[-1] if letter in "MV" else y
        found.append((x, y))
    return found


def test_the_numbers_are_those_of_scikit_learn() -> None:
    """The best threshold, the usual one and all flagged, with three decimals."""
    rng = np.random.default_rng(2)
    y_true = rng.random(300) < 0.4
    score = np.round(1 / (1 + np.exp(-rng.normal(2 * y_true - 2))), 3)
    found = table(ThresholdCurve.from_predictions(y_true, score)._repr_html_())
    assert found[""] == ["Threshold", "F1", "Precision", "Recall", "TP", "FP", "FN", "TN"]
    best = max(f1_score(y_true, score >= t) for t in np.unique(score))
    assert found["Best F1"][1] == f"{best:.3f}"
    for name in ("Best F1", "The usual 0.5"):
        at, *figures = found[name]
        called = score >= float(at)
        theirs = [measure(y_true, called) for measure in (f1_score, precision_score, recall_score)]
        cells = (called & y_true, called & ~y_true, ~called & y_true, ~called & ~y_true)
        assert figures == [*(f"{one:.3f}" for one in theirs), *(str(int(cell.sum())) for cell in cells)]
    assert found["All flagged"][3:] == ["1.000", str(int(y_true.sum())), str(int((~y_true).sum())), "0", "0"]


@given(drawn=weighted_or_not(both=False))
def test_any_curve_can_be_shown(drawn: Rows) -> None:
    """Whatever the scores, the HTML is sound, and the lines stay in the picture and run from left to right."""
    root = parsed(html_of_curve(drawn.curve()))
    paths = [path.attrib["d"] for path in root.iter("path")]
    assert len(paths) == 7  # three levels, three lines, one mark
    for path in paths:
        corners = points(path)
        assert all(26 <= x <= 552.01 and 9.99 <= y <= 150.01 for x, y in corners)
        assert [x for x, _ in corners] == sorted(x for x, _ in corners)


def test_steps_are_where_the_counts_change() -> None:
    """A threshold's value holds down to the next lower score; precision ends where nothing is flagged."""
    curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [4.0, 3.0, 2.0, 1.0])
    lines = [path.attrib["d"] for path in parsed(html_of_curve(curve)).iter("path") if "stroke-width" in path.attrib]
    # The picture spans 0.85 to 4.15, a twentieth of the range on either side, and 140 pixels are the whole of 1.
    across = [round(26 + (score - 0.85) / 3.3 * 526, 1) for score in (1, 2, 3, 4)]
    for line, values in zip(lines, ([2 / 4, 2 / 3, 1 / 2, 1], [1, 1, 1 / 2, 1 / 2, 0]), strict=False):
        corners = iter(points(line))
        assert next(corners) == pytest.approx((26, 150 - 140 * values[0]), abs=0.06)
        for x, value in zip([*across, 552], values, strict=False):
            next(corners)  # up or down, at the threshold before
            assert next(corners) == pytest.approx((x, 150 - 140 * value), abs=0.06)
        assert list(corners) == []


def test_many_thresholds_make_no_long_page() -> None:
    """A notebook keeps its size, however many rows there are; the best threshold is drawn all the same."""
    rng = np.random.default_rng(4)
    y_true = rng.random(100_000) < 0.1
    curve = ThresholdCurve.from_predictions(y_true, rng.normal(y_true))
    assert len(curve) > 90_000
    assert len(html_of_curve(curve)) < 15_000


def test_no_rows_are_no_error() -> None:
    """A curve of nothing says so."""
    curve = ThresholdCurve(np.array([np.inf]), np.array([0]), np.array([0]))
    assert "of no rows" in "".join(parsed(html_of_curve(curve)).itertext())


def compared(*names: str, **options: object) -> str:
    rng = np.random.default_rng(3)
    y_true = rng.random(200) < 0.4
    scores = {name: np.round(rng.normal(y_true * (1.0 + place)), 2) for place, name in enumerate(names)}
    limits = [Constraint.at_least("precision", 0.99), Constraint.at_least("recall", 0.99)] if options else []
    return compare(Predictions.from_arrays(y_true, scores), "mcc", constraints=limits)._repr_html_()


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text(name: str) -> None:
    """Whatever a model is called, its name is shown and is no markup, in the table and in what is said below."""
    html = compared(name, "other", limits=True)
    shown = name.replace("\u202e", "").replace("\ud800", "?")
    assert shown in table(html)
    assert f"{shown}: No threshold gives precision at least 0.99" in "".join(parsed(html).itertext())


def test_the_highest_values_are_bold() -> None:
    """Of several models the best by the metric and by either area stand out; one alone does not."""
    html = compared("weak", "strong")
    rows = table(html)
    assert rows["Model"][1:3] == ["Matthews correlation", "Precision"]
    strong = [cell for row in parsed(html).iter("tr") if row[0].text == "strong" for cell in row]
    assert [place for place, cell in enumerate(strong) if cell.find("b") is not None] == [2, 7, 8]
    assert float(rows["strong"][1]) > float(rows["weak"][1])
    assert "<td><b>" not in compared("alone")


def test_a_comparison_has_scikit_learns_numbers_and_says_who_chose() -> None:
    """Roles are named; what has no meaning is empty."""
    rng = np.random.default_rng(8)
    y_true, tunes = rng.random(300) < 0.4, np.arange(300) < 200
    score = np.round(rng.normal(y_true * 2.0), 2)
    predictions = Predictions.from_arrays(y_true, {"m": score}).with_roles(tunes, ("<i>valid", "test"))
    html = compare(predictions, "mcc")._repr_html_()
    (threshold, value, *_, usual, _, _) = table(html)["m"]
    called = score >= float(threshold)
    assert value == f"{matthews_corrcoef(y_true[~tunes], called[~tunes]):.3f}"
    assert usual == ""
    assert "chosen on the rows called <i>valid; all figures are those of the rows called test" in "".join(
        parsed(html).itertext()
    )
