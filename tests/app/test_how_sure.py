"""The How-sure page, and the line about trust on the others."""

import re

import numpy as np
import pytest
from scipy.stats import binomtest
from streamlit.testing.v1 import AppTest

from f1tools.core.optimum import best
from f1tools.ui.components import expected_line
from f1tools.uncertainty import TunedEstimate, tuned_estimate
from tests.app.conftest import Open
from tests.app.tables import table_of
from tests.app.test_pages import address, sample, texts, upload
from tests.app.test_roles import split


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for what a visitor would see appear."""
    monkeypatch.setattr(expected_line, "_PATIENCE", 30.0)


def cards(app: AppTest) -> dict[str, str]:
    assert not app.exception
    return {metric.label: metric.value for metric in app.metric}


def estimate(metric: str = "f1") -> TunedEstimate:
    return tuned_estimate(sample().curve(), metric, n_resamples=2000, random_state=0)


def test_what_it_looks_like_and_what_to_expect(open_app: Open) -> None:
    """The apparent value, the honest one and its interval are those of the package, each under its name."""
    found = estimate()
    shown = cards(open_app("how_sure"))
    assert shown["Looks like"] == f"{best(sample().curve()).value:.3f}"
    assert shown["Expect on new rows"] == f"{found.estimate:.3f}"
    assert found.interval is not None
    assert shown["95% interval"] == f"{found.interval.low:.3f} to {found.interval.high:.3f}"
    assert float(shown["Expect on new rows"]) < float(shown["Looks like"])


def test_at_a_threshold_chosen_elsewhere(open_app: Open) -> None:
    """Precision and recall have Wilson's interval, and the page says when it holds."""
    predictions = sample()
    y_true, y_score = predictions.y_true, predictions.scores[predictions.models[0]]
    flagged = y_score >= 0.5
    app = open_app("how_sure", t="0.5")
    shown = table_of(app)
    for name, hits, among in (("Precision", flagged & y_true, flagged), ("Recall", flagged & y_true, y_true)):
        interval = binomtest(hits.sum(), among.sum()).proportion_ci(method="wilson")
        assert shown["95% interval"][name] == f"{interval.low:.3f} to {interval.high:.3f}"
        assert shown["On these rows"][name] == f"{hits.sum() / among.sum():.3f}"
    assert "valid if 0\\.5 was chosen without these rows" in texts(app)


def test_at_the_tuned_threshold_the_intervals_are_called_too_high(open_app: Open) -> None:
    """No tuned number stands there without its label."""
    assert "they are too high by about" in texts(open_app("how_sure"))


def test_every_page_says_what_to_expect(open_app: Open) -> None:
    """Decide and Explore give the same estimate as How sure."""
    expected = f"{estimate().estimate:.3f}".replace(".", "\\.")
    for page in ("decide", "explore"):
        assert f"expect an F1 of about {expected}" in texts(open_app(page))


def test_a_metric_without_an_interval(open_app: Open) -> None:
    """The estimate is there, and the page says why it stands alone."""
    app = open_app("how_sure", metric="mcc")
    assert cards(app)["Expect on new rows"] == f"{estimate('mcc').estimate:.3f}"
    assert "95% interval" not in cards(app)
    assert "There is no interval for Matthews correlation" in texts(app)


def test_another_seed(open_app: Open) -> None:
    """The seed is in the address and changes the last digits only."""
    app = open_app("how_sure")
    before = float(cards(app)["Expect on new rows"])
    app.number_input(key="seed").set_value(7).run()
    assert address(app) == {"seed": "7"}
    assert "seed 7" in texts(app)
    assert float(cards(app)["Expect on new rows"]) == pytest.approx(before, abs=0.005)


def test_while_it_works_the_rest_of_the_page_is_there(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for the resamples; a later look finds them."""
    monkeypatch.setattr(expected_line, "_PATIENCE", 0.0)
    rng = np.random.default_rng(0)
    score = rng.random(60_000)
    lines = [f"{int(one)},{p:.6f}" for one, p in zip(rng.random(score.size) < score**3, score, strict=True)]
    app = upload(open_app("data"), ("mine.csv", "\n".join(["y_true,p", *lines]).encode()))
    app.switch_page("pages/how_sure.py").run()
    assert not app.exception
    assert "Looks like" not in cards(app)
    assert table_of(app)["On these rows"]["F1"] != "n/a"
    monkeypatch.setattr(expected_line, "_PATIENCE", 60.0)
    app.run()
    assert "Looks like" in cards(app)


def test_rows_that_had_no_part_in_choosing(open_app: Open) -> None:
    """With roles the threshold is the best of one part and every number is the other's; all pages say so."""
    app = upload(open_app("data"), ("mine.csv", split(n=4800)))
    app.button(key="candidate 0").click().run()
    for page in ("decide", "explore", "how_sure", "what_if"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        assert "threshold chosen on **valid**, numbers from **test**" in texts(app)
    for page in ("decide", "explore", "how_sure"):
        app.switch_page(f"pages/{page}.py").run()
        assert "were not used to choose it" in texts(app)
        assert not re.search("chosen on these (very )?rows", texts(app))


def test_few_positives_are_warned_of(open_app: Open) -> None:
    """A file with seven positives is not to be relied on."""
    lines = [f"{int(i % 40 == 0)},{(i * 37 % 280) / 400 + 0.2 * (i % 40 == 0):.4f}" for i in range(280)]
    app = upload(open_app("data"), ("rare.csv", "\n".join(["y_true,p", *lines]).encode()))
    app.switch_page("pages/how_sure.py").run()
    assert any("Only 7 rows are positive" in warning.value for warning in app.warning)


def test_what_is_careful_enough_says_so(open_app: Open) -> None:
    """Where nothing stands out the page does not look unfinished."""
    app = open_app("how_sure")
    assert not app.warning
    assert not app.info
    assert "Nothing stands out" in texts(app)


def test_scores_that_are_not_calibrated(open_app: Open) -> None:
    """How sure says so and leads to the diagram; so do the what-ifs whose formulas need calibrated scores."""
    balanced = next(name for name in sample().models if "balanced" in name)
    for page, link in (("how_sure", {}), ("what_if", {}), ("what_if", {"what": "costs"})):
        app = open_app(page, model=balanced, **link)
        assert any("can't be read as probabilities" in info.value.replace("\\", "") for info in app.info)
    assert not any("probabilities" in info.value for info in open_app("what_if", what="reviews", model=balanced).info)


def test_rows_that_trained_the_model(open_app: Open) -> None:
    """Who chooses training rows by hand is reminded where it matters."""
    app = upload(open_app("data"), ("mine.csv", split(("train", "valid"))))
    ways = [element.value for element in app.markdown if "True class" in element.value]
    (trained,) = (number for number, way in enumerate(ways) if "only **train**" in way)
    app.button(key=f"candidate {trained}").click().run()
    app.switch_page("pages/how_sure.py").run()
    assert any("Rows that trained the model" in warning.value for warning in app.warning)


def test_a_late_echo_of_a_widget_is_no_choice(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the page looks for a result the browser may send what a slider showed before: the new threshold stays."""
    monkeypatch.setattr(expected_line, "_PATIENCE", 0.0)
    app = open_app("explore")
    before = app.select_slider(key="threshold slider").value
    app.number_input(key="threshold field").set_value(0.6).run()
    app.select_slider(key="threshold slider").set_value(before).run()
    assert address(app) == {"t": "0.6"}
    app.select_slider(key="threshold slider").set_value(app.select_slider(key="threshold slider").options[3]).run()
    assert address(app)["t"] != "0.6"
