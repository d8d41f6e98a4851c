"""What the browser gets of several models."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from f1tools.card import MAX_HIGHLIGHTED, Cell, ComparedModel, comparison_payload, explorer_script
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import metric
from tests.strategies import Rows, weighted_or_not


def payload_of(curves: dict[str, ThresholdCurve], objective: str = "f1", **options: Any) -> dict[str, Any]:
    """Return the payload of models with one column."""
    models = [
        ComparedModel(name, [Cell("0.5", 0.5)], curve, curve.at(float(curve.thresholds[1])))
        for name, curve in curves.items()
    ]
    names = list(curves)
    settings = {"reference": names[0], "highlighted": names[1:], "sort_by": "F1"} | options
    payload = comparison_payload(models, ["F1"], metric(objective), **settings)
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload
    return payload


@given(weighted_or_not())
def test_counts_are_those_of_the_curve(rows: Rows) -> None:
    """Thresholds ascend and end with the one that flags nothing; marks have their counts."""
    curve = rows.curve()
    (model,) = payload_of({"forest": curve})["models"]
    assert model["thresholds"][-1] is None
    assert model["thresholds"][:-1] == sorted(model["thresholds"][:-1])
    assert model["tp"] == pytest.approx(curve.tp[::-1].tolist(), rel=1e-6)
    assert model["fp"] == pytest.approx(curve.fp[::-1].tolist(), rel=1e-6)
    assert model["mark"]["tp"] == curve.tp[1]


def test_names_and_order() -> None:
    """Names are on one line, the highlighted ones in the order in which they were chosen."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])
    payload = payload_of({"a\nb": curve, "b": curve, "c": curve}, highlighted=["c", "b"], reference="a\nb")
    assert (payload["reference"], payload["highlighted"]) == (0, [2, 1])
    assert payload["models"][0]["name"] == "a b"


def test_what_is_not_defined_is_null() -> None:
    """JSON has no nan and no infinity."""
    curve = ThresholdCurve.from_predictions([1, 0], [9.0, 1.0])
    model = ComparedModel("a", [Cell("n/a", math.nan)], curve, None)
    payload = comparison_payload([model], ["F1"], metric("f1"), reference="a", highlighted=[], sort_by="F1")
    assert payload["models"][0]["values"] == [None]
    assert payload["models"][0]["mark"] is None
    assert not payload["is_probability"]
    nothing = ComparedModel("a", [Cell("n/a")], curve, curve.at(math.inf))
    made = comparison_payload([nothing], ["F1"], metric("f1"), reference="a", highlighted=[], sort_by="F1")
    assert made["models"][0]["mark"] == {"threshold": None, "tp": 0, "fp": 0}


def test_metrics_that_the_script_does_not_know() -> None:
    """F1 is drawn instead."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])
    assert payload_of({"a": curve}, "lift")["drawn"]["name"] == "f1"
    assert payload_of({"a": curve}, "precision")["drawn"]["name"] == "precision"


def test_the_script_has_as_many_colors() -> None:
    """The number of highlighted models is that of the payload."""
    assert f"MOST_COLORED = {MAX_HIGHLIGHTED};" in explorer_script()


def test_twenty_models_are_small() -> None:
    """A rerun with 20 models of 120 thresholds sends less than 60 KB."""
    rng = np.random.default_rng(0)
    y_true = rng.random(50_000) < 0.3
    full = [ThresholdCurve.from_predictions(y_true, rng.random(50_000)) for _ in range(20)]
    curves = {f"model {place}": curve.thinned(120) for place, curve in enumerate(full)}
    assert len(json.dumps(payload_of(curves, highlighted=[]), separators=(",", ":"))) < 60_000
