"""Where it is best to flag nothing, the decision, its record, the card and the commands do so, on new rows too."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score

from f1tools.card import card_payload
from f1tools.cli import main
from f1tools.decision import Decision, decide
from f1tools.formatting.positives import name_positives
from f1tools.memo import build_snapshot, memo_html
from f1tools.predictions import Predictions
from f1tools.record import (
    DecisionRecord,
    build_record,
    check,
    data_source,
    read_record,
    snippets,
    to_json,
    verify,
)
from f1tools.uncertainty import tuned_estimate

# Three positives among 39 rows. The three highest scores are negatives, so that every threshold makes more false alarms
# than catches: flagging nothing has the accuracy 36/39, and no threshold reaches it.
RARE = ([0] * 33 + [0] * 3 + [1] * 3, [*(np.arange(33) / 55).round(3).tolist(), 0.93, 0.95, 0.97, 0.5, 0.55, 0.9])
HIGHER = 0.995


def rare() -> Predictions:
    """Return rows where flagging nothing has the best accuracy."""
    return Predictions.from_arrays(*RARE)


def recorded(decision: Decision, predictions: Predictions, **options: Any) -> DecisionRecord:
    """Return the record of a decision as it is read again."""
    return read_record(to_json(build_record(decision, data_source(predictions), **options)))


def by_brute_force(y_true: NDArray[np.bool_], y_score: NDArray[np.float64]) -> dict[float, float]:
    """Return the accuracy at every distinct score, and with nothing flagged."""
    return {t: float(accuracy_score(y_true, y_score >= t)) for t in (*np.unique(y_score).tolist(), math.inf)}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=12))
def test_flagging_nothing_is_found_and_its_ties_are_told(rows: list[tuple[bool, int]]) -> None:
    """The record holds no number where flagging nothing alone is best, and ties with it are among the ties."""
    y_true = np.array([True, False, *(label for label, _ in rows)])
    y_score = np.array([0.2, 0.4, *(tenths / 10 for _, tenths in rows)])
    accuracy = by_brute_force(y_true, y_score)
    tied = [t for t, value in accuracy.items() if value == pytest.approx(max(accuracy.values()), rel=1e-12)]
    predictions = Predictions.from_arrays(y_true, y_score)
    decision = decide(predictions.curves(), "accuracy")
    assert sorted(decision.tuning.ties.tolist()) == tied
    record = recorded(decision, predictions)
    assert math.isinf(record.threshold) == (tied == [math.inf])
    assert verify(record, predictions).agrees
    payload = card_payload(predictions.curve(), decision.evaluation, positives=name_positives("1"))
    assert (payload["stops"][payload["best"]] == "above all scores") == (tied == [math.inf])


def test_record_and_code() -> None:
    """The threshold is null in JSON, and code flags no score, however high it is."""
    decision = decide(rare().curves(), "accuracy")
    assert decision.is_best
    assert decision.point.counts.accuracy() == pytest.approx(36 / 39)
    content = json.loads(to_json(build_record(decision, data_source(rare()))))
    assert (content["threshold"], content["objective"]["best_threshold"]) == (None, None)
    code = snippets(recorded(decision, rare()))
    assert "return False" in code["Python"]
    assert 'threshold=float("inf")' in code["scikit-learn"]
    assert code["SQL"].endswith('CASE WHEN "score" IS NOT NULL THEN 0 END')


@pytest.mark.parametrize("threshold", [None, math.inf, 1.02])
def test_check_on_higher_scores(threshold: float | None) -> None:
    """On new rows with higher scores than ever, nothing is flagged unless the threshold is a number below them."""
    decision = decide(rare().curves(), "accuracy", threshold=threshold)
    estimate = tuned_estimate(decision.curves.tuning, "accuracy", n_resamples=200)
    record = recorded(decision, rare(), estimate=estimate)
    new = Predictions.from_arrays(RARE[0] * 20, [*(RARE[1] * 19), *(score + 1 for score in RARE[1])])
    findings = {each.kind: each for each in check(record, new)}
    flagged = sum(score + 1 >= 1.02 for score in RARE[1]) if threshold == 1.02 else 0
    assert new.curve().at(record.threshold).counts.flagged() == flagged
    assert ("with nothing flagged" in findings["value"].sentence) == (flagged == 0)
    assert findings["threshold"].level == "ok"


def test_records_with_a_number_above_all_scores() -> None:
    """Records of version 0.1 have such a number instead of null: they open, act on it and verify."""
    decision = decide(rare().curves(), "accuracy")
    content = json.loads(to_json(build_record(decision, data_source(rare()))))
    content["threshold"] = content["objective"]["best_threshold"] = 1.0
    record = read_record(json.dumps(content))
    assert (record.threshold, record.chosen) == (1.0, "best")
    assert verify(record, rare()).agrees
    content["threshold"] = content["objective"]["best_threshold"] = 0.96
    content["same_decisions"] = {"above": 0.95, "up_to": 0.97}
    differences = {each.what: each for each in verify(read_record(json.dumps(content)), rare()).differences}
    assert differences["Best threshold"].computed == "above all scores"


def test_finite_thresholds_above_all_scores_stay_finite() -> None:
    """A threshold that was chosen on higher scores, or by hand, may flag new rows: card and record keep the number."""
    tuning = np.array([True] * 4 + [False] * 4)
    y_score = [0.9, 0.8, 0.3, 0.2, 0.6, 0.5, 0.3, 0.2]
    predictions = Predictions.from_arrays([1, 1, 0, 0, 1, 0, 1, 0], y_score, tuning=tuning)
    decision = decide(predictions.curves())
    assert decision.tuning.point.threshold == 0.8
    assert decision.point.counts.flagged() == 0
    assert 0.6 < recorded(decision, predictions).threshold <= 0.8
    curve = predictions.curves().evaluation
    payload = card_payload(curve, decision.evaluation, positives=name_positives("1"), threshold=0.65)
    stops = payload["stops"]
    assert stops[payload["best"]] == decision.threshold_text
    assert stops[payload["current"]] == "0.65"
    assert stops[-1] == "above all scores"
    assert [payload["tp"][n] + payload["fp"][n] for n in (payload["best"], payload["current"], -1)] == [0, 0, 0]


def test_memo() -> None:
    """The memo states the rule without a number."""
    decision = decide(rare().curves(), "accuracy")
    snapshot = build_snapshot(decision, data_source(rare()))
    assert snapshot.headline.startswith("If we flag no case at all")
    assert snapshot.threshold == "above all scores"
    page = memo_html(snapshot)
    lines = re.findall("<p.*>(.*)</p>", page[page.index('<div class="instruction') : page.index('<div class="meaning')])
    assert lines == ["Flag", "nothing"]
    assert "at above" not in page
    table = snapshot.sections[-1].table
    assert table is not None
    assert ("Rule", "No score is classified as “1”") in table.rows


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text says that flagging nothing is best, or as good; the JSON has the number of ties."""
    path, record = tmp_path / "rare.csv", tmp_path / "record.json"
    rows = [f"{label},{score}" for label, score in zip(*RARE, strict=True)]
    path.write_text("\n".join(["y,p", *rows]))
    options = [str(path), "--truth", "y", "--score", "p", "--metric", "accuracy"]
    assert main(["best", *options]) == 0
    assert "highest accuracy 0.923 with nothing flagged" in capsys.readouterr().out
    assert main(["record", *options, "-o", str(record)]) == 0
    assert main(["verify", str(record), str(path)]) == 0
    capsys.readouterr()
    # The highest score becomes a positive, so that it is as good as nothing: accuracy 36/40 either way ...
    path.write_text("\n".join(["y,p", *rows, f"1,{HIGHER}", f"0,{HIGHER}"]))
    assert main(["best", *options, "--json"]) == 0
    (model,) = json.loads(capsys.readouterr().out)["models"]
    assert (model["threshold"], model["ties"]) == (HIGHER, {"n": 1, "flag_nothing": True})
    assert main(["best", *options]) == 0
    assert "Flagging nothing is as good by accuracy." in capsys.readouterr().out
    # ... and the record still flags none of them.
    assert main(["check", str(path), "--record", str(record), "--max-flagged", "0", "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["threshold"] is None
    assert "0 of 41 rows are flagged" in checked["findings"][1]["sentence"]


def test_everything_flagged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The threshold is the lowest score that was seen, and the text says what becomes of lower ones."""
    path = tmp_path / "worthless.csv"
    path.write_text("y,p\n" + "1,0.3\n1,0.6\n1,0.4\n0,0.9\n" * 10)
    options = [str(path), "--truth", "y", "--score", "p"]
    assert main(["best", *options]) == 0
    assert "new cases with a score below 0.3 are not flagged" in capsys.readouterr().out
    predictions = Predictions.from_arrays([1, 1, 1, 0] * 10, [0.3, 0.6, 0.4, 0.9] * 10)
    record = recorded(decide(predictions.curves()), predictions)
    assert record.same_decisions.above is None
    assert record.threshold <= 0.3
