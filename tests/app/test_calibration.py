"""The Calibration page: the scores as they are and recalibrated, against scikit-learn."""

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, f1_score
from sklearn.model_selection import StratifiedKFold

from f1tools.ui.components import expected_line
from tests.app.conftest import Open
from tests.app.tables import table_of
from tests.app.test_pages import address, sample, texts, upload
from tests.app.test_roles import split


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for what a visitor would see appear."""
    monkeypatch.setattr(expected_line, "_PATIENCE", 60.0)


def test_before_and_after(open_app: Open) -> None:
    """Brier score and F1 at 0.5 of the scores as they are, and of scikit-learn's isotonic regression out of fold."""
    predictions = sample()
    y_true, y_score = predictions.y_true, predictions.scores[predictions.models[0]]
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    new = np.empty_like(y_score)
    for rest, fold in folds.split(y_score, y_true):
        model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(y_score[rest], y_true[rest])
        new[fold] = model.predict(y_score[fold])
    app = open_app("calibration", recalibration="isotonic")
    assert not app.exception
    shown = table_of(app)
    for head, scores in (("As they are", y_score), ("Recalibrated", new)):
        assert shown[head]["Brier score"] == f"{brier_score_loss(y_true, scores):.3f}"
        assert shown[head]["F1 at 0.5"] == f"{f1_score(y_true, scores >= 0.5):.3f}"
        best = max(f1_score(y_true, scores >= score) for score in np.unique(scores))
        assert shown[head]["Best F1"] == f"{best:.3f}"


def test_the_method_is_in_the_address(open_app: Open) -> None:
    """A link opens with isotonic regression."""
    app = open_app("calibration", recalibration="isotonic")
    assert not app.exception
    assert "the rising staircase" in texts(app)
    assert address(app) == {"recalibration": "isotonic"}


def test_scores_that_are_no_probabilities(open_app: Open) -> None:
    """They have no Brier score as they are; recalibrated they have."""
    margins = b"y_true,margin\n" + b"".join(b"%d,%d\n" % (i % 3 == 0, i % 17 + 5 * (i % 3 == 0)) for i in range(300))
    app = upload(open_app("data"), ("margins.csv", margins))
    app.switch_page("pages/calibration.py").run()
    assert not app.exception
    shown = table_of(app)
    assert shown["As they are"]["Brier score"] == "n/a"
    assert 0 < float(shown["Recalibrated"]["Brier score"]) < 0.3
    assert "cannot be read as probabilities" in texts(app)


def test_too_few_rows_of_a_class(open_app: Open) -> None:
    """What cannot be fitted is said in one sentence; the diagram of the scores as they are stays."""
    lines = [f"{int(i in (0, 7, 20))},{0.9 - i / 100:.2f}" for i in range(80)]
    app = upload(open_app("data"), ("few.csv", "\n".join(["y_true,p", *lines]).encode()))
    app.switch_page("pages/calibration.py").run()
    assert not app.exception
    assert len(app.error) == 1
    assert len(app.get("plotly_chart")) == 1


def test_with_roles_maps_are_fitted_on_one_part_and_judged_on_the_other(open_app: Open) -> None:
    """Brier score and F1 of the test rows, by scikit-learn's isotonic regression fitted on the validation rows."""
    content = split(n=4800)
    rows = [line.split(",") for line in content.decode().splitlines()[1:]]
    part = np.array([row[0].strip('"') for row in rows])
    y_true, y_score = (np.array([float(row[place]) for row in rows]) for place in (1, 2))
    valid, test = part == "valid", part == "test"
    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(y_score[valid], y_true[valid])
    app = upload(open_app("data"), ("mine.csv", content))
    app.button(key="candidate 0").click().run()
    app.switch_page("pages/calibration.py")
    app.query_params["recalibration"] = "isotonic"
    app.run()
    assert not app.exception
    shown = table_of(app)
    for head, scores in (("As they are", y_score[test]), ("Recalibrated", model.predict(y_score[test]))):
        assert shown[head]["Brier score"] == f"{brier_score_loss(y_true[test], scores):.3f}"
        assert shown[head]["F1 at 0.5"] == f"{f1_score(y_true[test], scores >= 0.5):.3f}"
    best = max(np.unique(y_score[valid]), key=lambda t: f1_score(y_true[valid], y_score[valid] >= t))
    assert shown["As they are"]["F1 at its threshold"] == f"{f1_score(y_true[test], y_score[test] >= best):.3f}"
    assert "were not used to choose it" in texts(app)
