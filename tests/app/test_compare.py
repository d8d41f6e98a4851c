"""The page Compare: numbers against scikit-learn, choices in links, and files that have few models or many."""

import json
import re
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    f1_score,
    precision_recall_curve,
    precision_score,
    recall_score,
    roc_auc_score,
)
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.helpers import GOOD, HOSTILE, address, drop, go, plain_texts, sample, settled, take, texts, upload


def compared(app: AppTest) -> dict[str, Any]:
    """Return the payload of the table and the charts."""
    assert not app.exception
    payloads = (json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json)
    payload: dict[str, Any] = next(payload for payload in payloads if "models" in payload)
    return payload


def cells(app: AppTest) -> dict[str, dict[str, str]]:
    """Return the texts of the table by model and heading."""
    payload = compared(app)
    return {each["name"]: dict(zip(payload["columns"], each["texts"], strict=True)) for each in payload["models"]}


def thresholds(app: AppTest) -> dict[str, float]:
    """Return the thresholds that the charts mark, by model."""
    return {each["name"]: each["mark"]["threshold"] for each in compared(app)["models"]}


def several_models(n_models: int = 3, n: int = 300) -> bytes:
    """Return a file of several models with a column of numbers that is none."""
    rng = np.random.default_rng(4)
    y_true = (rng.random(n) < 0.3).astype(int)
    columns = [np.clip(0.3 + 0.1 * y_true + 0.15 * rng.normal(size=n), 0.001, 0.999) for _ in range(n_models)]
    lines = [f"{y_true[i]},{20 + i % 50}," + ",".join(f"{column[i]:.4f}" for column in columns) for i in range(n)]
    names = ",".join(f"p_model_{place}" for place in range(n_models))
    return "\n".join([f"y_true,age,{names}", *lines]).encode()


def test_the_table_has_the_numbers_of_scikit_learn(open_app: Open) -> None:
    """Each model at its own best threshold, at 0.5, and over all thresholds."""
    app, y_true = open_app("compare"), sample().y_true
    for name, row in cells(app).items():
        score, threshold = sample().scores[name], thresholds(app)[name]
        precision, recall, _ = precision_recall_curve(y_true, score)
        flagged = score >= threshold
        assert row["F1"] == f"{np.nanmax(2 * precision * recall / (precision + recall)):.3f}"
        assert row["F1"] == f"{f1_score(y_true, flagged):.3f}"
        assert row["Precision"] == f"{precision_score(y_true, flagged):.3f}"
        assert row["Recall"] == f"{recall_score(y_true, flagged):.3f}"
        assert row["F1 at 0.5"] == f"{f1_score(y_true, score >= 0.5):.3f}"
        assert row["Flagged"].split()[0] == str(flagged.sum())
        assert row["ROC AUC"] == f"{roc_auc_score(y_true, score):.3f}"
        assert row["Average precision"] == f"{average_precision_score(y_true, score):.3f}"


@pytest.mark.parametrize("by", ["recall", "precision", "flagged", "threshold"])
def test_aligned_thresholds(open_app: Open, by: str) -> None:
    """No threshold of scikit-learn's curve is closer to what the reference has at its current threshold."""
    app, y_true = open_app("compare", align=by, t="0.4"), sample().y_true
    text = plain_texts(app)
    assert re.search(r"At (the same|a \w+ of at least|a number flagged of at most)", text)
    assert "not a recommendation" in text
    assert "Take " not in text
    app = settled(app)
    text = plain_texts(app)
    assert re.search(r"the lead of \w+ over \w+ (could be chance|is more than chance explains)", text)
    assert "95% interval of this difference on new rows: " in text
    assert all(" to " in row["Difference"] for name, row in cells(app).items() if name != sample().models[0])
    assert not any(each.label.startswith("Make ") for each in app.button)
    reference = sample().models[0]
    base = sample().scores[reference] >= 0.4
    for name, threshold in thresholds(app).items():
        score = sample().scores[name]
        every = [score >= each for each in np.unique(score)]
        flagged = score >= threshold
        assert cells(app)[name]["F1"] == f"{f1_score(y_true, flagged):.3f}"
        if by == "recall":
            least = recall_score(y_true, base)
            reaching = [each.sum() for each in every if recall_score(y_true, each) >= least]
            assert name == reference or flagged.sum() == min(reaching)
        elif by == "precision":
            least = precision_score(y_true, base)
            reaching = [each.sum() for each in every if precision_score(y_true, each) >= least]
            assert name == reference or flagged.sum() == max(reaching)
        elif by == "flagged":
            assert flagged.sum() == max(each.sum() for each in every if each.sum() <= base.sum())
        else:
            assert threshold == 0.4


def test_the_answer_names_the_best_model_and_how_sure_it_is(open_app: Open) -> None:
    """The values are shown at once; the interval of every difference follows."""
    app = open_app("compare")
    values = {name: float(row["F1"]) for name, row in cells(app).items()}
    best = max(values, key=lambda name: values[name])
    assert f"{best}: F1 {values[best]:.3f}" in plain_texts(app)
    app = settled(app)
    assert "95% interval of the difference" in plain_texts(app)
    assert all(" to " in row["Difference"] for name, row in cells(app).items() if name != sample().models[0])
    app.number_input(key="margin").set_value(0.5).run()
    assert "are equally good (within 0.5): take any of them." in plain_texts(settled(app))
    assert address(app) == {"margin": "0.5"}
    app.number_input(key="margin").set_value(0.0).run()
    assert "equally good (" not in plain_texts(settled(app))
    assert address(app) == {"margin": "0.0"}


def test_a_metric_that_every_model_maximizes(open_app: Open) -> None:
    """Recall is 1 where every case is flagged: the page says what to require, and recommends no model."""
    text = plain_texts(open_app("compare", metric="recall"))
    assert recall_score(sample().y_true, np.ones(sample().n)) == 1
    assert "Every model reaches recall 1.000 by flagging every case: require a minimum precision" in text
    assert "Take " not in text


def test_a_model_that_is_too_good(open_app: Open) -> None:
    """The best model separates the classes perfectly, which one warning says with its name."""
    rng = np.random.default_rng(3)
    rows = [f"{int(p > 0.6)},{0.4 * p + 0.3 * noise:.4f},{p:.4f}" for p, noise in rng.random((200, 2))]
    content = "\n".join(["y_true,p_model_0,p_model_1", *rows]).encode()
    app = go(take(drop(open_app("data"), ("mine.csv", content))), "compare")
    assert len(app.warning) == 1
    assert "p_model_1: Too good to be true?" in plain_texts(app)


def test_three_positives_allow_no_verdict(open_app: Open) -> None:
    """One warning says so; there are values without intervals."""
    rng = np.random.default_rng(3)
    scores = rng.uniform(0.1, 0.5, (200, 2)) + 0.3 * (np.arange(200) < 3)[:, None]
    rows = [f"{int(i < 3)},{a:.4f},{b:.4f}" for i, (a, b) in enumerate(scores)]
    content = "\n".join(["y_true,p_model_0,p_model_1", *rows]).encode()
    app = settled(go(drop(open_app("data"), ("mine.csv", content)), "compare"))
    assert len(app.warning) == 1
    text = plain_texts(app)
    assert "Only 3 positives: no comparison is reliable." in text
    assert "The highest is " in text
    assert not any(word in text for word in ("Take ", "be chance", "than chance", "not worse", "of the difference"))
    assert not any(" to " in row["Difference"] for row in cells(app).values())


def test_another_reference(open_app: Open) -> None:
    """Differences change their sign, and the link names the reference."""
    first, second, _ = sample().models
    app = settled(open_app("compare"))
    before = cells(app)[second]["Difference"].split()[0]
    app.selectbox(key="reference").select(second).run()
    assert address(app) == {"ref": second}
    after = cells(app)[first]["Difference"].split()[0]
    assert {before[0], after[0]} == {"+", "−"}
    assert before[1:] == after[1:]


def test_what_flips_is_what_scikit_learn_counts(open_app: Open) -> None:
    """Fixed minus broken rows is the difference of the errors; a row is listed with its id and both scores."""
    first, second, _ = sample().models
    app = open_app("compare", flips=second)
    errors = {}
    for name in (first, second):
        matrix = confusion_matrix(sample().y_true, sample().scores[name] >= thresholds(app)[name])
        errors[name] = int(matrix[0, 1] + matrix[1, 0])
    frame = app.dataframe[0].value
    changes = frame["change"].value_counts()
    assert changes["fixed"] - changes["broken"] == errors[first] - errors[second]
    assert f"{changes['fixed']} fixed" in plain_texts(app)
    assert sample().ids is not None
    row = list(sample().ids).index(frame["key"][0])  # type: ignore[arg-type]
    assert frame["first"][0] == sample().scores[first][row]
    assert frame["second"][0] == sample().scores[second][row]
    assert address(app) == {"flips": second}


def test_a_link_that_names_unknown_models(open_app: Open) -> None:
    """It says so, and what is used instead."""
    app = open_app("compare", ref="gone", show="gone", flips="gone")
    assert "ref=gone" in plain_texts(app)
    assert "show=gone" in plain_texts(app)
    assert address(app) == {}
    assert compared(app)["reference"] == 0


def test_chosen_lines_are_in_the_link(open_app: Open) -> None:
    """A link draws the lines of the models that it names, and none where it names none."""
    third = sample().models[2]
    assert compared(open_app("compare", show=third))["highlighted"] == [2]
    assert compared(open_app("compare", show="*"))["highlighted"] == []
    assert compared(open_app("compare", ref=third, show=third))["highlighted"] == []


def test_one_model_is_nothing_to_compare(open_app: Open) -> None:
    """The page says what to upload."""
    app = go(upload(open_app("data"), ("mine.csv", GOOD)), "compare")
    assert "This data has one model" in plain_texts(app)


def test_twenty_models_and_a_column_that_is_none(open_app: Open) -> None:
    """Two lines besides the reference are drawn in color, and the column that was not read as a score is named."""
    app = go(drop(open_app("data"), ("mine.csv", several_models(20))), "compare")
    payload = compared(app)
    assert len(payload["models"]) == 20
    assert len(payload["highlighted"]) == 2
    assert "Columns of numbers that were not read as scores: age." in plain_texts(app)


def test_a_column_that_is_no_score_is_named_as_text(open_app: Open) -> None:
    """Markup in the name of a column does nothing, also where one model is left."""
    name = f"p_{HOSTILE}"
    for n_models in (2, 3):
        content = several_models(n_models).decode().replace("p_model_0", name, 1).encode()
        app = go(drop(open_app("data"), ("mine.csv", content)), "compare")
        assert ("This data has one model" in plain_texts(app)) == (n_models == 2)
        assert "not read as scores: age, p_" in plain_texts(app)
        assert not re.search(r"(?<!\\)<img", texts(app))
