"""What to expect on new rows, asked for with --interval."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import binomtest

from f1tools.core.curve import ThresholdCurve
from f1tools.uncertainty import tuned_estimate
from tests.cli.answers import Run, data, strict
from tests.cli.test_roles import COLUMNS, ROLES, parts

__all__ = ["parts"]  # a fixture


def test_what_to_expect(run: Run, table: Path) -> None:
    """Each model has the package's estimate in the JSON, and in the text in place of the general warning."""
    _, out, _ = run(table, *COLUMNS, "--interval", "--json")
    for model in strict(out)["models"]:
        wanted = tuned_estimate(ThresholdCurve.from_predictions(data()["y_true"], data()[model["score"]]))
        assert wanted.interval is not None
        assert model["expected"] == {
            "value": wanted.estimate,
            "optimism": wanted.optimism,
            "interval": [wanted.interval.low, wanted.interval.high],
            "threshold_interval": [wanted.threshold_interval.low, wanted.threshold_interval.high],
            "confidence_level": 0.95,
            "n_resamples": 2000,
            "random_state": 0,
        }
        assert model["expected"]["optimism"] == pytest.approx(model["value"] - model["expected"]["value"])
    _, text, _ = run(table, *COLUMNS, "--interval")
    assert text.count("On new rows expect an F1 of about") == 2
    assert text.count("This range is empirical") == 2
    assert "a little too good" not in text


def test_on_rows_that_report(run: Run, parts: tuple[Path, pd.DataFrame]) -> None:
    """There the usual interval holds: for recall it is Wilson's."""
    path, frame = parts
    options = (path, *COLUMNS, *ROLES, "--metric", "recall", "--min-precision", "0.6", "--interval")
    _, out, _ = run(*options, "--json")
    test = frame[frame["set"] == "test"]
    for model in strict(out)["models"]:
        interval = binomtest(model["tp"], int(test["y_true"].sum())).proportion_ci(method="wilson")
        assert model["interval"] == pytest.approx([interval.low, interval.high], rel=1e-9)
        assert "expected" not in model
    _, text, _ = run(*options)
    assert text.count("95% interval of Recall: ") == 2


def test_unless_it_is_asked_for_nothing_is_resampled(run: Run, table: Path) -> None:
    """The JSON has no further keys."""
    _, out, _ = run(table, *COLUMNS, "--json")
    assert not {"expected", "interval"} & {key for model in strict(out)["models"] for key in model}
