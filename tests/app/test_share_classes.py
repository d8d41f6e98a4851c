"""Share for data of several classes: its files have the numbers of Classes, and names only as text."""

import gzip
import io
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from f1tools.classes import decide_classes, estimate_rules
from f1tools.classes.sentences import recommendation_text
from f1tools.formatting import metric_value
from f1tools.readers import read_predictions
from f1tools.ui.sections import share_classes
from tests.app.conftest import Open
from tests.app.helpers import address, go, plain_texts, settled, texts, upload, widget
from tests.app.test_threshold_tables import written
from tests.cli.class_files import CLASSES, of_classes, of_labels

HOSTILE = "<img src=x onerror=alert(1)>"


def content(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


@pytest.mark.parametrize("frame", [of_labels(), of_classes()], ids=["labels", "classes"])
def test_the_files(open_app: Open, frame: pd.DataFrame) -> None:
    """Memo, record and tables are about the decision on Classes, with its estimate for new rows."""
    app = settled(go(upload(open_app("data"), ("mine.csv", content(frame))), "share"))
    files = {label: write() for label, write in written(app).items()}
    curves = read_predictions(content(frame), name="mine.csv").classes
    assert curves is not None
    made = decide_classes(curves)
    found = estimate_rules(made)
    memo, record = files["Download the memo"].decode(), json.loads(files["Download the record"])
    expected = metric_value(found.rules["own"].values["macro"])
    assert f'<p class="threshold-value">{expected}</p>' in memo
    assert f"Macro F1 {expected} expected on new rows" in plain_texts(app)
    assert metric_value(record["rules"]["own"]["expected"]["value"]) == expected
    assert record["data"]["files"][0]["name"] == "mine.csv"
    table = pd.read_csv(io.BytesIO(files[f"Download the {'classes' if curves.one_per_row else 'labels'}"]))
    decided = made.rule.decide(curves.y_score)
    np.testing.assert_allclose(table["f1"], f1_score(curves.y_true, decided, average=None, zero_division=0))
    np.testing.assert_allclose(table["f1_expected"], found.rules["own"].each)
    decisions = pd.read_csv(io.BytesIO(files["Download the decisions"]))
    if curves.one_per_row:
        names = np.array(curves.classes)[np.argmax(decided, axis=1)]
        np.testing.assert_array_equal(decisions["decided class"].astype(str), names)
    else:
        np.testing.assert_array_equal(decisions.filter(like="flagged "), decided)


def test_one_class_has_its_own_page(open_app: Open) -> None:
    """The choice is in the link; the files are then those of one class against the rest."""
    app = upload(open_app("data"), ("mine.csv", content(of_labels())))
    app = settled(go(app, "share", share="one"))
    assert address(app)["share"] == "one"
    assert "label **cat**" in plain_texts(app)
    assert "Download the decisions" not in written(app)
    app = settled(go(app, "share", share="all"))
    assert "Download the decisions" in written(app)


def test_thresholds_by_hand_are_shared(open_app: Open) -> None:
    """They are in the table, in the memo and in the record."""
    app = upload(open_app("data"), ("mine.csv", content(of_labels())))
    app = settled(go(app, "share", at=json.dumps({CLASSES[1]: 0.9})))
    files = {label: write() for label, write in written(app).items()}
    table = pd.read_csv(io.BytesIO(files["Download the labels"]))
    assert table["threshold"][1] == 0.9
    assert "Set by hand" in files["Download the memo"].decode()
    shown = plain_texts(app)
    assert "With 1 threshold set by hand: macro F1" in shown
    assert "expected on new rows" not in shown
    assert json.loads(files["Download the record"])["by_hand"] == [CLASSES[1]]


def test_long_code_scrolls_by_itself() -> None:
    """A line for each of a thousand labels does not make the page that long; short code is complete."""
    lines = "x = 1\n" * 100
    app = AppTest.from_string(f"""
from f1tools.ui.sections.share import code_tabs
code_tabs({{"Python": {lines!r}, "SQL": "SELECT 1"}})
""").run(timeout=60)
    long, short = (tab.children[0] for tab in app.tabs)
    assert long.proto.height_config.pixel_height == 800
    assert not isinstance(short, Block)


def test_another_rule_is_recommended(open_app: Open) -> None:
    """Where Classes recommends another rule than the shared one, Share says so and offers it."""
    app = upload(open_app("data"), ("mine.csv", content(of_labels())))
    curves = read_predictions(content(of_labels()), name="mine.csv").classes
    assert curves is not None
    found = estimate_rules(decide_classes(curves))
    others = [rule for rule in found.rules if rule != found.recommended()]
    app = settled(go(app, "share", rule=others[0]))
    assert f"Another rule is recommended. {recommendation_text(found)[0]}" in plain_texts(app)
    app = settled(widget(app.button, "Use this rule").click().run())
    assert "Another rule is recommended" not in plain_texts(app)
    expected = metric_value(found.rules[found.recommended()].values["macro"])
    assert f"Macro F1 {expected} expected on new rows" in plain_texts(app)


def test_small_counts_are_left_out(open_app: Open) -> None:
    """The memo withholds them, and an error says so where nothing is left."""
    app = upload(open_app("data"), ("mine.csv", content(of_labels())))
    app = settled(go(app, "share", hide="3"))
    files = written(app)
    assert "Other rules, estimates for new cases" in files["Download the memo"]().decode()
    app = settled(go(app, "share", hide="100"))
    assert ("Download the memo" in written(app)) != bool(app.error)


def test_large_tables_are_compressed(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same lines."""
    app = settled(go(upload(open_app("data"), ("mine.csv", content(of_labels()))), "share"))
    plain = written(app)["Download the decisions"]()
    monkeypatch.setattr(share_classes, "_LARGE", 10)
    assert gzip.decompress(written(app)["Download the decisions"]()) == plain


def test_names_are_escaped(open_app: Open) -> None:
    """Markup in names of classes is text."""
    frame = of_classes().rename(columns={"p_owl": f"p_{HOSTILE}"}).replace({"owl": HOSTILE})
    app = settled(go(upload(open_app("data"), ("mine.csv", content(frame))), "share", **{"class": HOSTILE}))
    assert HOSTILE not in texts(app)


@pytest.mark.parametrize("frame", [of_labels(), of_classes()], ids=["labels", "classes"])
def test_the_code_decides_alike(open_app: Open, frame: pd.DataFrame) -> None:
    """The Python that is shown decides as Classes does."""
    app = settled(go(upload(open_app("data"), ("mine.csv", content(frame))), "share"))
    curves = read_predictions(content(frame), name="mine.csv").classes
    assert curves is not None
    (python,) = (each.value for each in app.code if "def decide(scores):" in each.value)
    namespace: dict[str, Any] = {}
    exec(python, namespace)  # noqa: S102
    decided = decide_classes(curves).rule.decide(curves.y_score)
    expected = np.array(curves.classes)[np.argmax(decided, axis=1)] if curves.one_per_row else decided
    np.testing.assert_array_equal(namespace["decide"](curves.y_score), expected)
