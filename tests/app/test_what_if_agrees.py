"""The What-if page where thresholds have limits, or are chosen on other rows: table, figures and rows agree."""

import re

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, matthews_corrcoef, recall_score
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.tables import table_of
from tests.app.test_pages import address, texts, upload
from tests.app.test_roles import again, split, widget

SHARE = 0.1


def parts() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Read truth and score of the file with roles: thresholds come from "valid", numbers from "test"."""
    lines = [line.split(",") for line in split().decode().splitlines()[1:]]
    return {
        name: (
            np.array([line[1] == "1" for line in lines if line[0] == f'"{name}"']),
            np.array([float(line[2]) for line in lines if line[0] == f'"{name}"']),
        )
        for name in ("valid", "test")
    }


def page(open_app: Open, **link: str) -> AppTest:
    """Open the page on a file with roles."""
    app = upload(open_app("data"), ("mine.csv", split()))
    app.button(key="candidate 0").click().run()
    if "amounts" in link:
        widget(app.selectbox, "Amount").select("loss").run()
        again(app)
    app.switch_page("pages/what_if.py")
    for name, value in link.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def mixed(y_true: np.ndarray) -> np.ndarray:
    """Weigh rows so that the asked share is positive."""
    weights: np.ndarray = np.where(y_true, SHARE / y_true.mean(), (1 - SHARE) / (1 - y_true.mean()))
    return weights


def labels(app: AppTest) -> str:
    """Give what the figures hold as text."""
    return " ".join(str(chart.proto.spec) for chart in app.get("plotly_chart"))


def test_the_sweep_agrees_with_the_table(open_app: Open) -> None:
    """A threshold by hand, a limit, another metric and roles: both show what brute force finds."""
    app = page(open_app, prevalence=str(SHARE), t="0.7", min_recall="0.9", metric="mcc")
    tune, report = parts()["valid"], parts()["test"]

    def mcc(rows: tuple[np.ndarray, np.ndarray], threshold: float) -> float:
        return float(matthews_corrcoef(rows[0], rows[1] >= threshold, sample_weight=mixed(rows[0])))

    allowed = [t for t in np.unique(tune[1]) if recall_score(tune[0], tune[1] >= t) >= 0.9]
    best = mcc(report, max(allowed, key=lambda t: mcc(tune, t)))
    shown = table_of(app)
    kept = f"{mcc(report, 0.7):.3f}"
    assert shown["What if, threshold tuned"]["Matthews correlation"] == f"{best:.3f}"
    assert shown["What if, threshold kept"]["Matthews correlation"] == kept
    assert f"best {best:.3f}" in labels(app)
    assert f"kept {kept}" in labels(app)
    assert "Within your limits: recall at least 0.9" in texts(app).replace("\\", "")


def test_costs_keep_limits(open_app: Open) -> None:
    """The cheapest on one part among the thresholds that keep the limit there, priced on the other part."""
    app = page(open_app, what="costs", fp="3.0", fn="1.0", min_recall="0.9")
    (y_tune, tune), (y_report, report) = parts()["valid"], parts()["test"]

    def cost(y_true: np.ndarray, flagged: np.ndarray) -> float:
        (_, fp), (fn, _) = confusion_matrix(y_true, flagged)
        return float(1000 * (3 * fp + fn) / y_true.size)

    allowed = [t for t in np.unique(tune) if recall_score(y_tune, tune >= t) >= 0.9]
    cheapest = min(allowed, key=lambda t: cost(y_tune, tune >= t))
    cell = table_of(app)["Cheapest"]["Cost per 1,000 cases"]
    assert float(cell.replace(",", "")) == pytest.approx(cost(y_report, report >= cheapest), rel=1e-3)
    said = texts(app).replace("\\", "")
    assert "chosen on valid" in said
    assert "Within your limits: recall at least 0.9" in said


@pytest.mark.parametrize("question", ["prevalence", "costs", "weights"])
def test_limits_that_cannot_be_kept_are_said(open_app: Open, question: str) -> None:
    """As on Decide: a warning, and an answer without them."""
    app = open_app("what_if", what=question, min_recall="1", min_precision="1")
    assert "No threshold gives" in app.warning[0].value.replace("\\", "")
    assert table_of(app).names


@pytest.mark.parametrize("question", ["reviews", "triage"])
def test_limits_that_play_no_part_are_said(open_app: Open, question: str) -> None:
    """One line, and only where there are limits."""
    assert "play no part" in texts(open_app("what_if", what=question, min_recall="0.9"))
    assert "play no part" not in texts(open_app("what_if", what=question))


def test_amounts_keep_limits_of_cases(open_app: Open) -> None:
    """A limit on recall is one on cases caught, not on money saved."""
    app = page(open_app, what="costs", amounts="True", fp="20.0", min_recall="0.95")
    y_tune, tune = parts()["valid"]
    threshold = float(table_of(app)["Cheapest"]["Threshold"])
    loss = np.array([int(line.split(",")[3]) for line in split().decode().splitlines() if line.startswith('"valid"')])

    def paid(t: float) -> float:
        return float(20 * (~y_tune & (tune >= t)).sum() + loss[y_tune & (tune < t)].sum())

    allowed = [t for t in np.unique(tune) if recall_score(y_tune, tune >= t) >= 0.95]
    assert recall_score(y_tune, tune >= threshold) >= 0.95
    assert paid(threshold) == min(map(paid, allowed))
    assert "multiple of its amount" in labels(app)
    assert "if calibrated" not in labels(app)


def test_reviews_and_triage_cut_where_thresholds_are_chosen(open_app: Open) -> None:
    """Both thresholds are found on one part; what is shown are rows of the other."""
    (y_tune, tune), (y_report, report) = parts()["valid"], parts()["test"]
    shown = table_of(page(open_app, what="reviews", cases="100", reviews="20"))["Within the capacity"]
    cut = min(t for t in np.unique(tune) if (tune >= t).mean() <= 0.2)
    assert float(shown["Recall"]) == pytest.approx(recall_score(y_report, report >= cut), abs=5e-4)
    zones = table_of(page(open_app, what="triage"))
    assert sum(int(cell) for cell in zones["Cases"].column) == y_report.size
    low = float(re.findall(r"below (\S+)", zones.names[0])[0])
    assert (y_tune & (tune < low)).sum() <= 0.05 * y_tune.sum()


def test_weights_act_on_their_own_question_only(open_app: Open) -> None:
    """Elsewhere they are not said to be supposed, because they are not."""
    asked = {"class_weight": "3.0", "positive_weight": "2.0", "prevalence": "0.1"}
    without = table_of(open_app("what_if", prevalence="0.1"))
    for question in ("prevalence", "costs", "reviews", "triage"):
        app = open_app("what_if", what=question, **asked)
        assert "weight 3" not in texts(app)
        assert "weight 2" not in texts(app)
        if question == "prevalence":
            assert table_of(app) == without


def test_capacity_in_words(open_app: Open) -> None:
    """One review is singular; room for all is said, and so is room for less than the first."""
    assert "With 1 review for" in texts(open_app("what_if", what="reviews", reviews="1")).replace("\\", "")
    assert "every case can be looked at" in texts(open_app("what_if", what="reviews", cases="5", reviews="9"))
    assert "there is no threshold" in texts(open_app("what_if", what="reviews", reviews="0"))


def test_the_cheapest_may_be_in_force(open_app: Open) -> None:
    """Then there is nothing to gain, and the page says so; what earns is not called a cost."""
    written = table_of(open_app("what_if", what="costs"))["Cheapest"]["Threshold"]
    assert "is already the cheapest" in texts(open_app("what_if", what="costs", t=written))
    assert "it earns" in texts(open_app("what_if", what="costs", tp="-20.0"))


def test_only_calibrated_scores_of_these_cases_are_spoken_of(open_app: Open) -> None:
    """Under another share of positives the same scores are no probabilities."""
    assert "For calibrated scores" in texts(open_app("what_if", what="costs"))
    app = open_app("what_if", what="costs", prevalence="0.05")
    assert "For calibrated scores" not in texts(app)
    assert "if calibrated" not in labels(app)


@pytest.mark.parametrize(
    ("question", "field", "link", "kept"),
    [
        ("prevalence", "prevalence field", {"prevalence": "0.05"}, {}),
        ("costs", "cost_fn", {"what": "costs", "fn": "7.0"}, {"what": "costs"}),
        ("weights", "positive weight", {"what": "weights", "positive_weight": "2.0"}, {"what": "weights"}),
        ("reviews", "cases", {"what": "reviews", "cases": "200"}, {"what": "reviews"}),
        ("triage", "max_false", {"what": "triage", "max_false": "0.2"}, {"what": "triage"}),
    ],
)
def test_an_emptied_field_goes_back_to_its_default(
    open_app: Open, question: str, field: str, link: dict[str, str], kept: dict[str, str]
) -> None:
    """It does not jump to the least number that it takes."""
    app = open_app("what_if", **link)
    app.number_input(key=field).set_value(None).run()
    assert not app.exception
    assert address(app) == kept
    assert app.number_input(key=field).value is not None, question
