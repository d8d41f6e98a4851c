"""The form that maps several classes by hand, the question about the long form, and one class read alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score
from streamlit.testing.v1 import AppTest

from f1tools.readers import Choices
from tests.app.conftest import Open
from tests.app.helpers import candidates, drop, form_button, go, plain_texts, texts, widget
from tests.cli.class_files import CLASSES, of_classes, of_labels

ONE, SEVERAL = "several classes", "several labels"
SCORES, PREDICTED = [f"p_{name}" for name in CLASSES], [f"pred_{name}" for name in CLASSES]


def data_page(app: AppTest, frame: pd.DataFrame) -> AppTest:
    """Upload a table, and open the Data page."""
    drop(app, ("mine.csv", frame.to_csv(index=False).encode()))
    return app if app.title[0].value == "Data" else go(app, "data")


def kind(app: AppTest, name: str) -> AppTest:
    """Say what a row has."""
    widget(app.segmented_control, "The file has").set_value(name).run()
    assert not app.exception
    return app


def fill(app: AppTest, **chosen: object) -> AppTest:
    """Choose values of the form by the first word of each label."""
    for start, value in chosen.items():
        fields = [*app.selectbox, *app.multiselect]
        form = next(each for each in fields if each.label.lower().startswith(start))
        form.set_value(value).run()
        assert not app.exception
    return app


def apply(app: AppTest) -> str:
    """Press the button of the form, and return the title of the page that it leads to."""
    form_button(app).click().run()
    assert not app.exception
    return str(app.title[0].value)


def proposal(app: AppTest) -> Choices:
    """Return how the last upload was read."""
    found = app.session_state["session"].last_upload.reading.proposal
    assert isinstance(found, Choices)
    return found


@pytest.mark.parametrize("name", [ONE, SEVERAL])
def test_several_classes_by_hand(open_app: Open, name: str) -> None:
    """Nothing is known of columns with such names: the form waits for columns that correspond, then opens Classes."""
    frame = of_classes(60) if name == ONE else of_labels(60)
    k = len(CLASSES)
    frame = frame.set_axis([*"abcdef"[: len(frame.columns) - k], *"xyz"], axis=1)
    app = kind(data_page(open_app("data"), frame), name)
    if name == ONE:
        fill(app, true="a")
    else:
        fill(app, truths=["a", "b", "c"])
    fill(app, scores=["y", "x"])
    assert f"as many columns of scores as {name.split()[1]}: 2 and 3 are chosen" in plain_texts(app)
    assert form_button(app).disabled
    fill(app, scores=["y", "x", "z"])
    assert apply(app) == ("All classes" if name == ONE else "All labels")
    chosen = proposal(app)
    assert chosen.scores == ("y", "x", "z")
    assert chosen.classes == (CLASSES if name == ONE else ("a", "b", "c"))
    curves = app.session_state["session"].current_upload.reading.classes
    assert curves.one_per_row == (name == ONE)
    assert np.array_equal(curves.y_score, frame[["y", "x", "z"]])


def test_wrong_columns_are_refused_where_they_were_chosen(open_app: Open) -> None:
    """A sentence names the column, and what was read before stays."""
    app = data_page(open_app("data"), of_labels(60))
    fill(app, scores=["cat", "pred_dog", "pred_owl"])
    assert apply(app) == "Data"
    assert "The column 'cat' is chosen for two things" in app.error[0].value.replace("\\", "")
    assert proposal(app).scores == tuple(PREDICTED)


def test_a_label_that_no_row_has_is_left_out(open_app: Open) -> None:
    """The form has its columns, so that what is changed of the others can be read."""
    frame = of_labels(60).assign(fox=0, pred_fox=lambda rows: rows["pred_cat"] / 2)
    app = data_page(open_app("data"), frame)
    assert "fox ← pred_fox: left out" in plain_texts(app).replace("**", "")
    apply(app)
    assert proposal(app).truths == (*CLASSES, "fox")
    assert "it is left out" in texts(app)


@pytest.mark.parametrize("name", [ONE, SEVERAL])
def test_one_class_alone(open_app: Open, name: str) -> None:
    """It is a file of two classes; the area is that of scikit-learn."""
    frame = of_classes(60) if name == ONE else of_labels(60)
    app = data_page(open_app("data"), frame)
    widget(app.selectbox, f"Read one {'class' if name == ONE else 'label'} alone instead").set_value("dog").run()
    widget(app.button, "Read it alone").click().run()
    assert not app.exception
    assert app.title[0].value == "Data"
    truth = frame["animal"] == "dog" if name == ONE else frame["dog"]
    score = frame["p_dog" if name == ONE else "pred_dog"]
    assert f"ROC AUC {roc_auc_score(truth, score):.3f}" in texts(app)
    assert f"{truth.sum()} positive" in texts(app)


def test_rows_of_labels_become_columns(open_app: Open) -> None:
    """The first answer to the question opens Classes, and one label of it can be read alone."""
    wide = of_labels(60)
    parts = [
        pd.DataFrame({"id": wide.index, "label": each, "y": wide[each], "score": wide[f"pred_{each}"]})
        for each in CLASSES
    ]
    app = data_page(open_app("data"), pd.concat(parts))
    assert candidates(app)[0].startswith("All 3 labels of **label** together")
    app.button(key="apply reading").click().run()
    assert not app.exception
    assert app.title[0].value == "All labels"
    go(app, "data")
    widget(app.selectbox, "Read one label alone instead").set_value("dog").run()
    widget(app.button, "Read it alone").click().run()
    assert not app.exception
    assert f"ROC AUC {roc_auc_score(wide['dog'], wide['pred_dog']):.3f}" in texts(app)
