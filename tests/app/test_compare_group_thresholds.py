"""Thresholds of groups on the page Compare: those that trying all of them finds, with scikit-learn's metrics."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, f1_score, recall_score
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.helpers import address, go, plain_texts, settled, take, upload
from tests.app.test_compare_groups import table

OWN, RECALL = "One threshold for all groups, and one for each", "Thresholds that make the recall alike"
REGIONS = ("east", "north", "tiny")


class Rows:
    """Rows of three regions, one of them small, that tune thresholds or evaluate them."""

    def __init__(self, n: int = 600) -> None:
        rng = np.random.default_rng(8)
        self.region = np.where(np.arange(n) < 20, "tiny", rng.choice(["east", "north"], n))
        self.y_true = rng.random(n) < 0.35
        self.score = np.round(
            np.clip(rng.normal(0.3 + 0.2 * self.y_true + 0.2 * (self.region == "north"), 0.15), 0, 1), 1
        )
        self.tuning = np.arange(n) // 8 % 2 == 0

    def content(self) -> bytes:
        sets = np.where(self.tuning, "valid", "test")
        columns = zip(sets, self.region, self.y_true, self.score, strict=True)
        lines = [f"{part},{region},{int(label)},{score:.1f}" for part, region, label, score in columns]
        return "\n".join(["set,region,y_true,p_model", *lines]).encode()

    def flagged(self, thresholds: dict[str, float]) -> NDArray[Any]:
        flagged: NDArray[Any] = self.score >= np.array([thresholds[each] for each in self.region])
        return flagged

    def best(self, within: float = 1.0) -> dict[str, float]:
        """Return the thresholds of east and north with the highest F1, of those whose recalls are alike."""
        (common,) = self._highest([dict.fromkeys(REGIONS, each) for each in np.unique(self.score)])[:1]
        pairs = itertools.product(np.unique(self.score), repeat=2)
        choices = [{"east": east, "north": north, "tiny": common["tiny"]} for east, north in pairs]
        return self._highest([each for each in choices if self.gap(each, self.tuning) <= within])[0]

    def _highest(self, choices: list[dict[str, float]]) -> list[dict[str, float]]:
        y_true = self.y_true[self.tuning]
        values = [f1_score(y_true, self.flagged(each)[self.tuning]) for each in choices]
        return [each for each, value in zip(choices, values, strict=True) if value == max(values)]

    def recall(self, thresholds: dict[str, float], rows: NDArray[Any], region: str) -> float:
        chosen = rows & (self.region == region)
        return float(recall_score(self.y_true[chosen], self.flagged(thresholds)[chosen]))

    def gap(self, thresholds: dict[str, float], rows: NDArray[Any]) -> float:
        return abs(self.recall(thresholds, rows, "east") - self.recall(thresholds, rows, "north"))


def opened(open_app: Open, rows: Rows) -> AppTest:
    """Open the groups of a file whose rows have roles."""
    app = take(upload(open_app("data"), ("mine.csv", rows.content())))
    return settled(go(app, "compare", tab="groups"))


def test_own_thresholds_and_parity_are_those_that_trying_all_finds(open_app: Open) -> None:
    """Chosen on one set and judged on the other; a small group keeps the common one; the choices are in the link."""
    rows = Rows()
    judged, app = ~rows.tuning, opened(open_app, rows)
    own, found = rows.best(), table(app, OWN)
    assert list(found) == ["All rows", *REGIONS]
    assert found["All rows"]["F1, own"] == [f"{f1_score(rows.y_true[judged], rows.flagged(own)[judged]):.3f}"]
    for region in REGIONS:
        of_region = judged & (rows.region == region)
        y_true, flagged = rows.y_true[of_region], rows.flagged(own)[of_region]
        matrix = confusion_matrix(y_true, flagged)
        assert found[region]["F1, own"] == [f"{f1_score(y_true, flagged):.3f}"]
        assert found[region]["Caught, own"] == [str(matrix[1, 1])]
        assert found[region]["False alarms, own"] == [str(matrix[0, 1])]
        assert found[region]["Threshold for all"] == [f"{own['tiny']:.1f}"]
        assert found[region]["Own, chosen together"] == ["as for all" if region == "tiny" else f"{own[region]:.1f}"]
    assert "tiny keeps the threshold for all" in plain_texts(app)
    assert "For F1 over all rows" in plain_texts(app)
    app.number_input(key="parity tolerance").set_value(0.02).run()
    app = settled(app)
    assert address(app)["within"] == "0.02"
    alike, found = rows.best(within=0.02), table(app, RECALL)
    assert alike != own
    for region in ("east", "north"):
        assert found[region]["Alike"] == [f"{alike[region]:.1f}"]
        assert found[region]["Recall, alike"] == [f"{rows.recall(alike, judged, region):.3f}"]
    for name, of in {"All rows": judged, **{each: judged & (rows.region == each) for each in REGIONS}}.items():
        for side, thresholds in (("for all", dict.fromkeys(REGIONS, own["tiny"])), ("alike", alike)):
            matrix = confusion_matrix(rows.y_true[of], rows.flagged(thresholds)[of])
            assert found[name][f"Flagged rows, {side}"] == [str(matrix[:, 1].sum())]
            assert found[name][f"False alarms, {side}"] == [str(matrix[0, 1])]
    assert "the recall of the 2 groups with enough rows differs by" in plain_texts(app)
    assert found["Largest difference"]["Recall, alike"] == [f"{rows.gap(alike, judged):.3f}"]
    assert found["All rows"]["F1, alike"] == [f"{f1_score(rows.y_true[judged], rows.flagged(alike)[judged]):.3f}"]
    app.selectbox(key="parity rate").select("false_positive_rate").run()
    assert address(settled(app))["alike"] == "false_positive_rate"
    assert table(app, "Thresholds that make the false-positive rate alike")
    app.selectbox(key="metric picker").select("mcc").run()
    assert "Thresholds of groups are chosen together for F1, F-beta or Jaccard, not for" in plain_texts(app)


def test_the_sample_is_cross_fitted(open_app: Open) -> None:
    """Without roles the rows are decided by thresholds of other rows; the counts of both are of all positives."""
    app = settled(open_app("compare", tab="groups", within="0.1"))
    text = plain_texts(app)
    assert "one threshold for all is as good" in text
    assert "decided by thresholds that other rows chose" in text
    caught = table(app, OWN)
    groups = [name for name in caught if name != "All rows"]
    for side in ("for all", "own"):
        total = sum(float(caught[name][f"Caught, {side}"][0]) for name in groups)
        assert abs(total - float(caught["All rows"][f"Caught, {side}"][0])) < 0.11
