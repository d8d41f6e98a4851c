"""A decision record of several classes, uploaded with its data: the pages show its decision, and that it agrees."""

from __future__ import annotations

import json

import pytest

from f1tools.classes import ClassDecision, decide_classes
from f1tools.core.constraints import Constraint
from f1tools.decision import decide
from f1tools.readers import read_predictions
from f1tools.record import build_class_record, build_record, class_source, data_source, file_digest, to_json
from f1tools.ui.session.record_import import ImportedRecord
from tests.app.conftest import Open
from tests.app.helpers import address, go, plain_texts, upload
from tests.cli.class_files import of_classes, of_labels

LABELS = of_labels().to_csv(index=False).encode()
CLASSES = of_classes().to_csv(index=False).encode()
LIMIT = {"cat": (Constraint.at_least("precision", 0.8),)}


def record_of(content: bytes, decision: ClassDecision | None = None, **limits: tuple[Constraint, ...]) -> str:
    """Record a decision about a file: that by macro F1, or another one."""
    reading = read_predictions(content, name="animals.csv")
    assert reading.classes is not None
    made = decide_classes(reading.classes, constraints=limits) if decision is None else decision
    source = class_source(reading, [file_digest("animals.csv", content)])
    return to_json(build_class_record(made, source, limits=limits))


def test_a_record_of_labels_restores_average_rule_limits_and_thresholds(open_app: Open) -> None:
    """The link has all of them; the data agree with the record to the last count."""
    curves = read_predictions(LABELS).classes
    assert curves is not None
    decision = decide_classes(curves, "weighted", beta=0.5, rule="common", constraints=LIMIT)
    text = record_of(LABELS, decision.with_thresholds({"cat": 0.4, "owl": 0.25}), **LIMIT)
    app = upload(open_app("data"), ("animals.csv", LABELS), ("record.json", text.encode()))
    assert "animals\\.csv agrees with the record to the last count." in [each.value for each in app.success]
    assert "**3 labels, any number a row** · one threshold for all for weighted F" in plain_texts(app)
    link = address(app)
    assert {name: link[name] for name in ("average", "rule", "metric", "beta", "t")} == {
        "average": "weighted", "rule": "common", "metric": "fbeta", "beta": "0.5", "t": "0.4"
    }  # fmt: skip
    assert json.loads(link["at"]) == {"owl": 0.25}
    assert json.loads(link["limits"]) == {"cat": {"precision": 0.8}}
    assert not go(app, "classes").exception


def test_a_record_without_its_data_waits_for_them(open_app: Open) -> None:
    """It can come first; then the page asks for the file, and other numbers in it are named."""
    text = record_of(CLASSES)
    changed = json.loads(text)
    changed["offsets"]["cat"] += 1
    app = upload(open_app("data"), ("record.json", json.dumps(changed).encode()))
    assert "Upload its data to see the decision." in plain_texts(app)
    app = upload(app, ("animals.csv", CLASSES))
    assert any("differs from the record in 1 place" in each.value for each in app.error)
    assert "Offset of “cat”" in plain_texts(app)


def test_a_record_of_one_class_agrees_whichever_class_is_shown(open_app: Open) -> None:
    """It is compared with its own class."""
    reading = read_predictions(LABELS, name="animals.csv")
    from f1tools.readers.classes import one_class

    of_dog = one_class(reading, "dog")
    assert of_dog.predictions is not None
    source = data_source(of_dog, [file_digest("animals.csv", LABELS)])
    text = to_json(build_record(decide(of_dog.predictions.curves()), source))
    app = upload(open_app("data"), ("animals.csv", LABELS), ("record.json", text.encode()))
    assert app.success
    assert address(app)["class"] == "dog"


@pytest.mark.parametrize(
    ("option", "what"), [("recall", ""), ("specificity", "the best with specificity at least 0.5")]
)
def test_what_the_pages_cannot_find(option: str, what: str) -> None:
    """Its thresholds are shown as if they were set by hand."""
    from f1tools.record import ClassRecord, read_any_record

    record = read_any_record(record_of(LABELS, cat=(Constraint.at_least(option, 0.5),)))
    assert isinstance(record, ClassRecord)
    imported = ImportedRecord.of(record)
    by_hand = {"cat": imported.view.threshold, **imported.view.thresholds_of_classes}
    if what:
        assert imported.unsupported == (f"{what} for cat",)
        assert by_hand == record.thresholds
    else:
        assert imported.unsupported == ()
        assert by_hand == {"cat": None}
