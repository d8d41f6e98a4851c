"""Trust and Calibration: estimates, intervals and recalibrated scores, against scikit-learn and scipy."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.isotonic import IsotonicRegression
from sklearn.metrics import brier_score_loss, f1_score
from sklearn.model_selection import StratifiedKFold
from streamlit.testing.v1.element_tree import Block

from f1tools.core.optimum import best
from f1tools.ui.components import decision_notes
from f1tools.uncertainty import TunedEstimate, tuned_estimate
from tests.app.conftest import Open
from tests.app.helpers import (
    MARGINS,
    address,
    best_f1,
    figures,
    file_with_roles,
    go,
    metrics,
    plain_texts,
    sample,
    sample_rows,
    settled,
    table_of,
    take,
    texts,
    upload,
    with_roles,
)


def estimate(metric: str = "f1") -> TunedEstimate:
    return tuned_estimate(sample().curve(), metric, n_resamples=2000, random_state=0)


@pytest.fixture
def finish(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Yield an event that estimates wait for."""
    event = Event()

    def late(*curve: Any, **options: Any) -> TunedEstimate:
        event.wait()
        return tuned_estimate(*curve, **options)

    monkeypatch.setattr(decision_notes, "tuned_estimate", late)
    yield event
    event.set()


def test_expected_value_on_new_rows(open_app: Open) -> None:
    """The apparent value, the estimate and its interval are those of the package; other pages show the estimate."""
    expected = estimate()
    app = settled(open_app("how_sure"))
    shown = metrics(app)
    assert shown["On this data"] == f"{best(sample().curve()).value:.3f}"
    assert shown["Expect on new data"] == f"{expected.estimate:.3f}"
    assert expected.interval is not None
    uncertainty = f"{expected.interval.low:.3f} to {expected.interval.high:.3f}"
    assert f"about {expected.estimate:.3f} on new data (95% interval {uncertainty})" in plain_texts(app)
    assert f"95%: {uncertainty}" in [metric.delta for metric in app.metric]
    assert float(shown["Expect on new data"]) < float(shown["On this data"])
    for page in ("decide", "explore"):
        assert f"about {expected.estimate:.3f}" in plain_texts(settled(open_app(page)))


def test_intervals_at_a_threshold_chosen_elsewhere(open_app: Open) -> None:
    """Precision and recall have Wilson's interval; the page says that it is valid for thresholds chosen elsewhere."""
    y_true, y_score = sample_rows()
    flagged = y_score >= 0.5
    app = open_app("how_sure", t="0.5")
    shown = table_of(app)
    for name, successes, trials in (("Precision", flagged & y_true, flagged), ("Recall", flagged & y_true, y_true)):
        interval = binomtest(successes.sum(), trials.sum()).proportion_ci(method="wilson")
        assert shown["95% interval"][name] == f"{interval.low:.3f} to {interval.high:.3f}"
        assert shown["On this data"][name] == f"{successes.sum() / trials.sum():.3f}"
    assert "0.5 was chosen without the true classes of these rows" in plain_texts(app)
    assert "too high" in plain_texts(settled(open_app("how_sure")))


def test_one_sentence_on_all_pages(open_app: Open) -> None:
    """Decide, Explore and Trust say the same of the current threshold, with scikit-learn's value."""
    y_true, y_score = sample_rows()
    start = f"At 0.5, expect an F1 of about {f1_score(y_true, y_score >= 0.5):.3f} on new data (95% interval"
    app, said = open_app("decide", t="0.5"), set()
    for page in ("decide", "explore", "how_sure"):
        [sentence] = [each for each in plain_texts(go(app, page)).splitlines() if each.startswith(start)]
        said.add(sentence)
    assert len(said) == 1
    assert said.pop().endswith("if this threshold was chosen without these rows.")


def test_a_suggested_threshold_was_tuned_here(open_app: Open) -> None:
    """A threshold that What if suggests by the true classes is called tuned, not chosen without these rows."""
    app = open_app("what_if", what="costs", fn="9")
    app.button(key="use 0").click().run()
    text = plain_texts(settled(go(app, "how_sure")))
    assert text.count("tuned on these") == 2
    assert "suggested for the lowest cost" in text
    assert "without the" not in text


def test_a_metric_without_an_interval(open_app: Open) -> None:
    """The estimate is shown without an interval."""
    app = settled(open_app("how_sure", metric="mcc"))
    shown = metrics(app)
    assert shown["Expect on new data"] == f"{estimate('mcc').estimate:.3f}"
    assert "nominal coverage" in plain_texts(app)
    assert not any("95%" in metric.delta for metric in app.metric)


def test_another_seed(open_app: Open) -> None:
    """The seed is in the URL and changes the last digits only."""
    app = settled(open_app("how_sure"))
    before = float(metrics(app)["Expect on new data"])
    app.number_input(key="seed").set_value(7).run()
    assert address(app) == {"seed": "7"}
    assert float(metrics(settled(app))["Expect on new data"]) == pytest.approx(before, abs=0.005)


def test_the_page_does_not_wait_for_the_estimate(open_app: Open, finish: Event) -> None:
    """The rest of the page is there first, and the estimate appears later."""
    app = open_app("how_sure")
    assert app.get("progress")
    assert "Expect on new data" not in metrics(app)
    assert table_of(app)["On this data"]["F1"] != "n/a"
    finish.set()
    assert "Expect on new data" in metrics(settled(app))


@pytest.mark.usefixtures("finish")
def test_one_fragment_polls_at_the_same_position_on_all_pages(open_app: Open) -> None:
    """A part of a page that reruns by itself can draw nothing to a position that the browser does not have."""
    app = open_app("decide", prevalence="0.1")
    for page in ("decide", "explore", "how_sure", "what_if"):
        go(app, page)
        first = app.main.children[0]
        assert isinstance(first, Block)
        assert len(first.get("progress")) == len(app.get("progress")) == 1


@pytest.mark.usefixtures("finish")
def test_a_late_echo_of_a_widget_is_not_a_choice(open_app: Open) -> None:
    """While the page polls for a result the browser may send what a field showed before: the new value stays."""
    app = open_app("explore")
    assert app.get("progress")
    before = app.number_input(key="threshold field").value
    for chosen, kept in ((0.6, "0.6"), (before, "0.6"), (0.45, "0.45")):
        app.number_input(key="threshold field").set_value(chosen).run()
        assert address(app)["t"] == kept


def test_roles_are_named_on_every_page(open_app: Open) -> None:
    """With roles the threshold is tuned on one set and evaluated on the other, and all pages say so."""
    app = with_roles(open_app("data"), n=4800)
    for page in ("decide", "explore", "how_sure"):
        assert "tuned on **valid** (1,600 rows), evaluated on **test** (1,600 rows" in texts(go(app, page))
        assert "same rows" not in plain_texts(app)


def test_few_positives_are_warned_about(open_app: Open) -> None:
    """A file with seven positives is unreliable; on the sample there is no warning."""
    lines = [f"{int(i % 40 == 0)},{(i * 37 % 280) / 400 + 0.2 * (i % 40 == 0):.4f}" for i in range(280)]
    app = go(upload(open_app("data"), ("rare.csv", "\n".join(["y_true,p", *lines]).encode())), "how_sure")
    assert any("7 rows" in warning.value for warning in app.warning)
    app = settled(open_app("how_sure"))
    assert not app.warning
    assert not app.info


def test_scores_that_are_not_calibrated(open_app: Open) -> None:
    """Trust notes it, and so do the scenarios whose formulas need calibrated scores."""
    model = next(name for name in sample().models if "balanced" in name)
    for page, link in (("how_sure", {}), ("what_if", {}), ("what_if", {"what": "costs"})):
        assert any("probabilities" in info.value for info in open_app(page, model=model, **link).info)
    assert not open_app("what_if", what="reviews", model=model).info


def test_rows_that_trained_the_model(open_app: Open) -> None:
    """Training rows that were chosen by hand are warned about where it matters."""
    app = upload(open_app("data"), ("mine.csv", file_with_roles(("train", "valid"))))
    go(take(app, "Only **train**"), "how_sure")
    assert any("trained the model" in warning.value for warning in app.warning)


def test_recalibrated_scores(open_app: Open) -> None:
    """Brier score and F1 of the scores as they are, and of scikit-learn's isotonic regression out of fold."""
    y_true, y_score = sample_rows()
    new = np.empty_like(y_score)
    for rest, fold in StratifiedKFold(5, shuffle=True, random_state=0).split(y_score, y_true):
        model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(y_score[rest], y_true[rest])
        new[fold] = model.predict(y_score[fold])
    app = open_app("calibration")
    app.button_group(key="recalibration").set_value("isotonic").run()
    settled(app)
    assert address(app) == {"recalibration": "isotonic"}
    for column, scores in (("As they are", y_score), ("Recalibrated", new)):
        shown = table_of(app)[column]
        assert shown["Brier score"] == f"{brier_score_loss(y_true, scores):.3f}"
        assert shown["F1 at 0.5"] == f"{f1_score(y_true, scores >= 0.5):.3f}"
        assert shown["Highest F1"] == f"{best_f1(y_true, scores):.3f}"


def test_recalibration_with_roles(open_app: Open) -> None:
    """Maps are fitted on the validation rows and evaluated on the test rows, as scikit-learn does."""
    rows = [line.split(",") for line in file_with_roles(n=4800).decode().splitlines()[1:]]
    part = np.array([row[0].strip('"') for row in rows])
    y_true, y_score = (np.array([float(row[place]) for row in rows]) for place in (1, 2))
    valid, test = part == "valid", part == "test"
    model = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(y_score[valid], y_true[valid])
    app = go(with_roles(open_app("data"), n=4800), "calibration")
    app.button_group(key="recalibration").set_value("isotonic").run()
    shown = table_of(settled(app))
    for column, scores in (("As they are", y_score[test]), ("Recalibrated", model.predict(y_score[test]))):
        assert shown[column]["Brier score"] == f"{brier_score_loss(y_true[test], scores):.3f}"
        assert shown[column]["F1 at 0.5"] == f"{f1_score(y_true[test], scores >= 0.5):.3f}"
    tuned = max(np.unique(y_score[valid]), key=lambda t: f1_score(y_true[valid], y_score[valid] >= t))
    assert shown["As they are"]["F1 at its threshold"] == f"{f1_score(y_true[test], y_score[test] >= tuned):.3f}"


def test_scores_that_are_not_probabilities(open_app: Open) -> None:
    """They have no Brier score as they are; recalibrated they do."""
    app = settled(go(upload(open_app("data"), ("margins.csv", MARGINS)), "calibration"))
    shown = table_of(app)
    assert shown["As they are"]["Brier score"] == "n/a"
    assert 0 < float(shown["Recalibrated"]["Brier score"]) < 0.3
    assert len(app.info) == 1


def test_too_few_rows_to_recalibrate(open_app: Open) -> None:
    """One message says why; the diagram of the scores as they are stays."""
    lines = [f"{int(i in (0, 7, 20))},{0.9 - i / 100:.2f}" for i in range(80)]
    app = upload(open_app("data"), ("few.csv", "\n".join(["y_true,p", *lines]).encode()))
    app = settled(go(app, "calibration"))
    assert len(app.error) == 1
    assert len(figures(app)) == 1
