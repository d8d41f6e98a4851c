"""The operating points as a table on the page."""

import numpy as np
import pytest

from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import best
from f1tools.ui.components.tables import selection


def long_curve(n: int, *, weighted: bool = False) -> ThresholdCurve:
    rng = np.random.default_rng(7)
    y_true = rng.uniform(size=n) < 0.2
    y_score = 1 / (1 + np.exp(-rng.normal(size=n) - y_true))
    return ThresholdCurve.from_predictions(y_true, y_score, sample_weight=rng.uniform(size=n) if weighted else None)


@pytest.mark.parametrize("weighted", [False, True])
def test_each_threshold_on_the_page_gives_its_own_counts(weighted: bool) -> None:
    """Entering a threshold of the table gives the counts of its row; the best and the current one are in it."""
    curve = long_curve(30_000, weighted=weighted)
    optimum, now = best(curve), 0.4321987
    table = selection(curve, optimum, now)
    thresholds = [float(text) for text in table["threshold"]]
    counts = curve.at_each(thresholds)
    assert thresholds == sorted(thresholds, reverse=True)
    assert table["fp"] == pytest.approx(counts.fp.tolist(), rel=0.01)
    assert table["recall"] == counts.recall().tolist()
    assert table["f1"] == counts.f1().tolist()
    for point in (optimum.point, curve.at(now)):
        assert float(point.counts.f1()) in table["f1"]
    assert 20 < len(thresholds) < 60
