"""Explore for scores that are not spread over 0 to 1."""

import json
from typing import cast

import pytest

from tests.app.conftest import Open
from tests.app.test_pages import ROWS, address, upload


@pytest.mark.parametrize(("lowest", "width"), [(0.99, 0.01), (1e-10, 1e-9), (0.999999, 9e-7), (-3000.0, 4000.0)])
def test_crowded_scores_fill_the_figures(open_app: Open, lowest: float, width: float) -> None:
    """All axes follow the scores, the slider can zoom among them, and its ends are the ends."""
    lines = [f"{y},{lowest + score * width!r}" for y, score in ROWS]
    app = upload(open_app("data"), ("crowded.csv", "\n".join(["y_true,p_model", *lines]).encode()))
    if any(button.key == "candidate 0" for button in app.button):  # an odd range may be doubted
        app.button(key="candidate 0").click().run()
    app.switch_page("pages/explore.py").run()
    assert not app.exception
    scores = [lowest + score * width for _, score in ROWS]
    zoom = app.slider(key="zoom")
    low, high, step = (float(cast(float, number)) for number in (zoom.min, zoom.max, zoom.step))
    assert (low, high) == pytest.approx((min(scores), max(scores)), rel=1e-12, abs=0)
    assert 0 < step < (max(scores) - min(scores)) / 100
    figures = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    for figure in (figures[0], figures[4]):
        assert figure["layout"]["xaxis"]["range"] == pytest.approx([low, high], rel=1e-12, abs=0)
    zoom.set_value((low + 10 * step, high)).run()
    assert "from" in address(app)
    assert "to" not in address(app)


def test_every_figure_has_a_heading(open_app: Open) -> None:
    """Who jumps from heading to heading finds all six parts of the page."""
    headings = [heading.value for heading in open_app("explore").header]
    assert headings == [
        "Metrics by threshold",
        "Confusion matrix",
        "Precision and recall",
        "ROC curve",
        "Scores by class",
        "Operating points",
    ]
