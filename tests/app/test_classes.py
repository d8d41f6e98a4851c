"""Classes: what is shown of several labels or classes is what scikit-learn computes, and what is chosen stays."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, fbeta_score, precision_score, recall_score
from streamlit.testing.v1 import AppTest

from f1tools import formatting
from f1tools.core.types import OnProgress
from f1tools.formatting import metric_value
from f1tools.ui.sections.classes import answer
from tests.app.conftest import Open
from tests.app.helpers import address, card, drop, go, metrics, plain_texts, settled, texts
from tests.cli.class_files import CLASSES, of_classes, of_labels, without_a_class

MARKUP = "dog <b>x</b> **y** $z$"
TRUTH, SCORES = list(CLASSES), [f"pred_{name}" for name in CLASSES]


def opened(app: AppTest, frame: pd.DataFrame, **link: str) -> AppTest:
    """Upload a table and open Classes once all is computed."""
    drop(app, ("mine.csv", frame.to_csv(index=False).encode()))
    return settled(go(app, "classes", **link))


def rows(app: AppTest) -> dict[str, dict[str, str]]:
    """Return the cells of the table by class and heading."""
    payload = table(app)
    return {each["name"]: dict(zip(payload["columns"], each["texts"], strict=True)) for each in payload["rows"]}


def table(app: AppTest) -> dict[str, Any]:
    """Return the payload of the table."""
    payloads = (json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json)
    found: dict[str, Any] = next(each for each in payloads if "rows" in each)
    return found


def test_labels_by_each_rule(open_app: Open) -> None:
    """Thresholds, precision, recall and F1 are those of scikit-learn; a link chooses rule and average."""
    frame = of_labels()
    y_true, y_score = frame[TRUTH].to_numpy(), frame[SCORES].to_numpy()
    app = opened(open_app("data"), frame)
    own = np.array([float(each["Threshold"]) for each in rows(app).values()])
    for place, (name, cells) in enumerate(rows(app).items()):
        flagged, truth = y_score[:, place] >= own[place], y_true[:, place]
        assert cells["Positives"] == f"{truth.sum()}"
        assert cells["Precision"] == metric_value(precision_score(truth, flagged))
        assert cells["Recall"] == metric_value(recall_score(truth, flagged))
        assert cells["F1 own"] == metric_value(f1_score(truth, flagged))
        highest = max(f1_score(truth, y_score[:, place] >= each) for each in np.unique(y_score[:, place]))
        assert cells["F1 own"] == metric_value(highest), name
        assert cells["F1 at 0.5"] == metric_value(f1_score(truth, y_score[:, place] >= 0.5))
    shown = plain_texts(app)
    for average in ("macro", "micro", "weighted"):
        value = f1_score(y_true, y_score >= own, average=average)
        assert f"{average} F1 {metric_value(value)}" in shown
    go(app, "classes", rule="default", average="micro")
    settled(app)
    assert [each["Threshold"] for each in rows(app).values()] == ["0.5"] * 3
    micro = f1_score(y_true, y_score >= 0.5, average="micro")
    assert f"micro F1 {metric_value(micro)}" in plain_texts(app)
    assert address(app)["average"] == "micro"


def test_what_to_expect_of_each_rule(open_app: Open) -> None:
    """Every rule has a box with its value on new rows, and on these; the sentence recommends one of them."""
    frame = of_labels()
    y_true, y_score = frame[TRUTH].to_numpy(), frame[SCORES].to_numpy()
    app = opened(open_app("data"), frame)
    boxes = metrics(app)
    assert list(boxes) == [
        "0.5 for every label, on new rows",
        "One for all labels, on new rows",
        "One for each label, on new rows",
    ]
    here = f1_score(y_true, y_score >= 0.5, average="macro")
    assert f"{metric_value(here)} on these rows" in app.metric[0].delta
    assert "macro F1 " in plain_texts(app)
    assert any(f" {value} expected on new rows" in plain_texts(app) for value in boxes.values())


def test_one_class_a_row(open_app: Open) -> None:
    """By the highest score precision and recall are those of argmax; weights are no worse, and not called the best."""
    frame = of_classes()
    truth, y_score = frame["animal"], frame[[f"p_{name}" for name in CLASSES]].to_numpy()
    app = opened(open_app("data"), frame, rule="default")
    decided = np.array(CLASSES)[y_score.argmax(axis=1)]
    for name, cells in rows(app).items():
        assert cells["Rows"] == f"{(truth == name).sum()}"
        assert cells["Weight"] == "1"
        assert cells["Recall"] == metric_value(recall_score(truth == name, decided == name))
        assert cells["F1 highest score"] == metric_value(f1_score(truth == name, decided == name))
    plain = f1_score(truth, decided, average="macro")
    assert f"macro F1 {metric_value(plain)}" in plain_texts(app)
    weighted = [float(cells["F1 with weights"]) for cells in rows(app).values()]
    assert np.mean(weighted) >= plain - 0.001
    assert "not the best there is" not in plain_texts(app)
    settled(go(app, "classes", average="micro", rule="own"))
    assert "not the best there is" in plain_texts(app)
    assert "Micro F1 is the accuracy here" in plain_texts(app)


def test_a_threshold_by_hand_is_the_same_on_both_pages(open_app: Open) -> None:
    """It is set on Decide, shown on Classes, kept when another label is chosen, in the link, and can be reset."""
    frame = of_labels()
    app = go(opened(open_app("data"), frame), "explore")
    app.selectbox(key="class picker").select("dog").run()
    app.number_input(key="threshold field").set_value(0.7).run()
    app.selectbox(key="class picker").select("owl").run()
    assert card(app)["current"] == card(app)["best"]
    settled(go(app, "classes"))
    flagged = frame["pred_dog"] >= 0.7
    cells = rows(app)["dog"]
    assert cells["Threshold"] == "0.7"
    assert cells["Precision"] == metric_value(precision_score(frame["dog"], flagged))
    assert cells["F1 now"] == metric_value(f1_score(frame["dog"], flagged))
    assert cells["Expected"] == "n/a"
    assert "What to expect on new rows is not estimated then" in plain_texts(app)
    assert [each["by_hand"] for each in table(app)["rows"]] == [False, True, False]
    link = {name: value for name, value in address(app).items() if name in ("class", "at", "t")}
    assert link == {"class": "owl", "at": '{"dog":0.7}'}
    go(app, "explore").selectbox(key="class picker").select("dog").run()
    assert card(app)["stops"][card(app)["current"]] == "0.7"
    guest = open_app("data", **address(app))
    drop(guest, ("mine.csv", frame.to_csv(index=False).encode()))
    assert rows(settled(go(guest, "classes")))["dog"]["Threshold"] == "0.7"


def test_beta_can_be_set_where_f_beta_is_the_objective(open_app: Open) -> None:
    """Classes has the field of Explore then, and its values are scikit-learn's F-beta; for other objectives F1."""
    frame = of_labels()
    app = opened(open_app("data"), frame, rule="default", metric="fbeta", beta="3")
    app.number_input(key="beta").set_value(0.5).run()
    settled(app)
    assert address(app)["beta"] == "0.5"
    flagged = frame[SCORES].to_numpy() >= 0.5
    value = fbeta_score(frame[TRUTH].to_numpy(), flagged, beta=0.5, average="macro")
    assert f"macro F0.5 {metric_value(value)}" in plain_texts(app)
    settled(go(app, "classes", metric="mcc"))
    assert not [each for each in app.number_input if each.label == "Beta"]


def test_limits_of_labels(open_app: Open) -> None:
    """A threshold meets the limit of its label where one does; else a warning says that none does."""
    frame = of_labels()
    app = opened(open_app("data"), frame, limits='{"dog":{"precision":0.8},"gone":{"recall":1}}')
    assert float(rows(app)["dog"]["Precision"]) >= 0.8
    assert not app.warning
    assert address(app)["limits"] == '{"dog":{"precision":0.8}}'
    y_true, score = frame["dog"], frame["pred_dog"]
    possible = [each for each in np.unique(score) if precision_score(y_true, score >= each) >= 0.8]
    assert rows(app)["dog"]["F1 own"] == metric_value(max(f1_score(y_true, score >= each) for each in possible))
    app.button(key="clear limit precision dog").click().run()
    assert "limits" not in address(app)
    settled(go(app, "classes", limits='{"owl":{"precision":1,"recall":1}}'))
    assert "owl" in app.warning[0].value


def test_few_positives_are_marked(open_app: Open) -> None:
    """A label with fewer than ten positive rows keeps the common threshold, and says so."""
    frame = of_labels(rare=0.02)
    assert frame["owl"].sum() < 10
    app = opened(open_app("data"), frame)
    assert [each["note"] for each in table(app)["rows"]] == ["", "", "few positives, not tuned"]
    own = rows(app)["owl"]["Threshold"]
    settled(go(app, "classes", rule="common"))
    assert [each["Threshold"] for each in rows(app).values()] == [own] * 3


@pytest.mark.parametrize("frame", [of_labels(), of_classes()], ids=["labels", "classes"])
def test_names_of_classes_are_escaped(open_app: Open, frame: pd.DataFrame) -> None:
    """A label or class with markup in its name is text on every page."""
    hostile = frame.rename(columns=lambda name: name.replace("dog", MARKUP)).replace("dog", MARKUP)
    app = opened(open_app("data"), hostile)
    assert MARKUP in rows(app)
    assert MARKUP not in texts(app)
    go(app, "explore").selectbox(key="class picker").select(MARKUP).run()
    assert MARKUP not in texts(app)


def test_pages_of_one_class_say_which(open_app: Open) -> None:
    """All pages but Classes show one class against all others, and name it."""
    app = go(opened(open_app("data"), of_classes()), "decide", **{"class": "owl"})
    assert "owl against all others" in plain_texts(app).replace("*", "")
    assert "the highest score decides which one a row gets" in plain_texts(app)


def test_a_link_to_decide_says_that_classes_may_have_another_threshold(open_app: Open) -> None:
    """While the thresholds of Classes are unknown, nothing says that they are those of Decide."""
    app = opened(open_app("data"), of_labels())
    assert "may give cat another threshold" in plain_texts(go(app, "decide", average="micro"))
    settled(go(app, "classes"))
    assert "may give" not in plain_texts(go(app, "decide"))


def test_a_class_without_rows_is_decided_and_not_averaged(open_app: Open) -> None:
    """It has a row in the table without F1, and is no class to look at alone; the values are scikit-learn's."""
    frame = without_a_class()
    app = opened(open_app("data"), frame, rule="default")
    assert rows(app)["fox"]["Rows"] == "0"
    assert rows(app)["fox"]["Recall"] == rows(app)["fox"]["F1 highest score"] == formatting.UNDEFINED
    payload = next(each for each in table(app)["rows"] if each["name"] == "fox")
    assert (payload["note"], payload["curve"], payload["mark"]) == ("no rows", [], None)
    names = sorted([*CLASSES, "fox"])
    decided = np.array(names)[frame[[f"p_{name}" for name in names]].to_numpy().argmax(axis=1)]
    macro = f1_score(frame["animal"], decided, labels=CLASSES, average="macro")
    shown, accuracy = plain_texts(app), (decided == frame["animal"]).mean()
    assert f"macro F1 {metric_value(macro)}, micro F1 {metric_value(accuracy)}" in shown
    assert f"{(decided == 'fox').sum()} rows get it, wrongly" in shown
    app = go(app, "decide", **{"class": "fox"})
    assert not app.exception
    picker = next(each for each in app.selectbox if each.label == "Class")
    assert (picker.options, picker.value) == (list(CLASSES), "cat")


def test_an_estimate_that_takes_long_can_be_stopped(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is there before, says that values are unknown, and the estimate can be made later."""

    def endless(*_: object, on_progress: OnProgress, **__: object) -> None:
        while True:
            on_progress(0.25)
            time.sleep(0.01)

    with monkeypatch.context() as patched:
        patched.setattr(answer, "estimate_rules", endless)
        drop(app := open_app("data"), ("mine.csv", of_labels().to_csv(index=False).encode()))
        go(app, "classes")
        while not any('"rows"' in each.proto.json for each in app.get("bidi_component")):
            app.run()
        assert {each["Expected"] for each in rows(app).values()} == {"…"}
        app.button(key="stop estimates").click().run()
    settled(app)
    assert "Macro F1 on new rows: not estimated" in plain_texts(app)
    assert {each["Expected"] for each in rows(app).values()} == {"n/a"}
    assert set(metrics(app).values()) == {"n/a"}
    app.button(key="estimate estimates").click().run()
    settled(app)
    assert " expected on new rows" in plain_texts(app)
