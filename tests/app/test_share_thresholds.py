"""One threshold for each group on Share, and records with them on Data."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from f1tools.decision import decide
from f1tools.readers import read_predictions
from f1tools.record import build_record, data_source, file_digest, group_thresholds, to_json
from tests.app.conftest import Open
from tests.app.helpers import address, go, plain_texts, sample, settled, upload, widget

LABEL = "Thresholds of groups in the record and the code"


def file_with_regions(n: int = 400) -> bytes:
    """Return rows of two regions whose scores differ."""
    rng = np.random.default_rng(8)
    region, y_true = rng.choice(["east", "north"], n), rng.random(n) < 0.35
    score = np.clip(rng.normal(0.3 + 0.2 * y_true + 0.2 * (region == "north"), 0.15), 0, 1)
    rows = zip(region, y_true, score, strict=True)
    return "\n".join(["region,y_true,p_model", *(f"{a},{int(b)},{c:.3f}" for a, b, c in rows)]).encode()


def record(content: bytes, **options: Any) -> bytes:
    """Write a record with thresholds of groups, as the command line does."""
    reading = read_predictions(content, name="mine.csv")
    assert reading.predictions is not None
    decision = decide(reading.predictions.curves())
    groups = group_thresholds(reading.predictions, decision, "region", **options)
    source = data_source(reading, [file_digest("mine.csv", content)])
    return to_json(build_record(decision, source, groups=groups)).encode()


def test_thresholds_of_groups_in_the_code(open_app: Open) -> None:
    """The choice is off at first, is in the link, and the code has the thresholds that the package chooses."""
    app = open_app("share")
    assert "thresholds = {" not in "".join(block.value for block in app.code)
    widget(app.segmented_control, LABEL).set_value("own").run()
    settled(app)
    assert address(app)["thresholds"] == "own"
    predictions = sample()
    expected = group_thresholds(predictions, decide(predictions.curves()), "age_group")
    code = [block.value for block in app.code][1:]
    for each in expected.thresholds:
        assert sum(f"{each.group!r}" in block and repr(each.threshold) in block for block in code) == 3
    assert f"F1 is {expected.value:.3f} with 2 thresholds of groups" in plain_texts(app)
    widget(app.segmented_control, LABEL).set_value("parity").run()
    app.number_input(key="parity tolerance").set_value(0.01).run()
    settled(app)
    alike = group_thresholds(predictions, decide(predictions.curves()), equal="recall", tolerance=0.01)
    assert f"The recall differs by {alike.gap:.3f} between groups" in plain_texts(app)
    assert address(app)["within"] == "0.01"


def test_thresholds_of_groups_and_constraints(open_app: Open) -> None:
    """Where they cannot be chosen, one sentence says why, and there is no code of something else."""
    app = open_app("share", thresholds="own", min_precision="0.6")
    assert [each.value for each in app.error if "cannot keep constraints" in each.value]
    assert not [block for block in app.code if "CASE" in block.value]


def test_data_without_groups(open_app: Open) -> None:
    """Nothing is asked, and a link that wants them has one threshold for all."""
    app = go(upload(open_app("data")), "share", thresholds="own")
    assert LABEL not in [each.label for each in app.segmented_control]
    assert len(app.code) == 4
    assert not app.error


def test_a_record_with_thresholds_of_groups(open_app: Open) -> None:
    """Data says which threshold the pages show, the file agrees with the record, and Share has its thresholds again."""
    content = file_with_regions()
    recorded = record(content, equal="recall", tolerance=0.03)
    app = upload(open_app("data"), ("decision.json", recorded), ("mine.csv", content))
    assert not app.exception
    assert len(app.success) == 1
    assert "one threshold for each of 2 groups of region" in plain_texts(app)
    assert {"thresholds": "parity", "within": "0.03"}.items() <= address(app).items()
    settled(go(app, "share"))
    code = "".join(block.value for block in app.code)
    for each in json.loads(recorded)["groups"]["thresholds"]:
        assert f"WHEN '{each['group']}' THEN {each['threshold']}" in code


def test_a_changed_threshold_of_a_group(open_app: Open) -> None:
    """The difference is listed with the name of the group."""
    content = file_with_regions()
    changed = json.loads(record(content))
    changed["groups"]["thresholds"][0]["threshold"] = 0.123
    app = upload(open_app("data"), ("decision.json", json.dumps(changed).encode()), ("mine.csv", content))
    assert not app.success
    assert [each.value for each in app.error if each.value.endswith("from the record in 1 place.")]
    assert "Threshold of “east”: recorded 0.123" in plain_texts(app)


def test_a_record_by_a_column_that_is_missing(open_app: Open) -> None:
    """The page says which column its files lack, as the command line does, and asks nothing about them."""
    content = file_with_regions()
    changed = json.loads(record(content))
    changed["groups"]["column"] = changed["data"]["read_as"]["group"] = "ward"
    app = upload(open_app("data"), ("decision.json", json.dumps(changed).encode()), ("mine.csv", content))
    errors, headers = ("".join(each.value for each in of).replace("\\", "") for of in (app.error, app.header))
    assert "There is no column" in errors
    assert "ward" in errors
    assert "Load mine.csv" in headers
