"""Every page in every state a visitor can bring it to."""

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from f1tools import formatting
from f1tools.core.optimum import best
from f1tools.predictions import Predictions
from f1tools.readers import read_predictions
from f1tools.ui.session.data import default_sample
from tests.app.conftest import Open

PAGES = ("decide", "explore", "what_if", "how_sure", "calibration", "strategies", "share", "data", "methods")
ROWS = [(int(i % 3 == 0), ((i * 37) % 100 + 30 * (i % 3 == 0)) / 140) for i in range(300)]
GOOD = b"y_true,p_model\n" + b"".join(b"%d,%.3f\n" % row for row in ROWS)
STRANGE = "**b** <img src=x onerror=alert(1)> $x$ :material/home: [a](http://x)"


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    return app.file_uploader[0].set_value([(name, content, "text/csv") for name, content in files]).run()


def address(app: AppTest) -> dict[str, str]:
    return {key: value if isinstance(value, str) else value[-1] for key, value in app.query_params.items()}


def sample() -> Predictions:
    predictions = read_predictions(default_sample().path).predictions
    assert predictions is not None
    return predictions


def card(app: AppTest) -> dict[str, Any]:
    payloads = (json.loads(component.proto.json) for component in app.get("bidi_component") if component.proto.json)
    payload: dict[str, Any] = next(payload for payload in payloads if "stops" in payload)
    return payload


def texts(app: AppTest) -> str:
    return "\n".join(
        element.value for kind in (app.markdown, app.caption, app.error, app.warning, app.info) for element in kind
    )


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_the_sample(open_app: Open, page: str) -> None:
    """A first visit shows the sample, whatever page it starts on, and leaves the address clean."""
    app = open_app(page)
    assert not app.exception
    assert address(app) == {}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_an_upload(open_app: Open, page: str) -> None:
    """After an upload all pages work on it."""
    app = upload(open_app("data"), ("mine.csv", GOOD))
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    if page != "methods":
        assert "mine\\.csv" in texts(app)
    if page not in ("methods", "strategies"):
        assert "300 rows, 33.3% positive" in texts(app)


@pytest.mark.parametrize(
    ("name", "content"), [("empty.csv", b""), ("paper.csv", b"%PDF-1.7\n"), ("header.csv", b"y,p\n")]
)
def test_every_page_survives_a_file_that_is_no_table(open_app: Open, name: str, content: bytes) -> None:
    """A bad file is refused with a sentence, and the other pages go on with what they had."""
    app = upload(open_app("data"), (name, content))
    assert not app.exception
    assert len(app.error) == 1
    for page in PAGES:
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, page
        assert address(app) == {}


def test_a_bad_file_does_not_push_out_a_good_one(open_app: Open) -> None:
    """Who had a file on the screen keeps it when the next one turns out to be none."""
    app = upload(upload(open_app("data"), ("mine.csv", GOOD)), ("paper.csv", b"%PDF-1.7\n"))
    app.switch_page("pages/decide.py").run()
    assert "mine\\.csv" in texts(app)


def test_the_card_starts_at_the_best_threshold(open_app: Open) -> None:
    """Decide shows the exact optimum of the sample's first model."""
    payload = card(open_app())
    predictions = sample()
    optimum = best(predictions.curve())
    assert payload["model"] == predictions.models[0]
    assert payload["tp"][payload["best"]] == optimum.point.counts.tp
    assert payload["current"] == payload["best"]


def test_a_link_restores_model_threshold_and_metric(open_app: Open) -> None:
    """What stands in the URL is what the page shows."""
    model = sample().models[1]
    app = open_app("explore", model=model, t="0.25", metric="fbeta", beta="0.5")
    assert app.selectbox(key="model picker").value == model
    assert app.number_input(key="threshold field").value == 0.25
    assert app.select_slider(key="threshold slider").value == "0.25"
    assert app.selectbox(key="metric picker").value == "fbeta"
    assert app.number_input(key="beta").value == 0.5
    assert app.metric[0].label == "Best F0.5"


def test_choices_survive_page_changes(open_app: Open) -> None:
    """The threshold chosen on Explore is the one on Decide, and still stands in the URL."""
    app = open_app("explore")
    app.number_input(key="threshold field").set_value(0.6).run()
    app.selectbox(key="model picker").select(sample().models[1]).run()
    app.number_input(key="threshold field").set_value(0.4).run()
    app.switch_page("pages/methods.py").run()
    app.switch_page("pages/decide.py").run()
    assert card(app)["stops"][card(app)["current"]] == "0.4"
    assert address(app)["t"] == "0.4"
    assert address(app)["model"] == sample().models[1]


def test_another_model_starts_at_its_own_best_threshold(open_app: Open) -> None:
    """Thresholds of one model mean nothing for the next."""
    app = open_app("explore", t="0.123")
    app.selectbox(key="model picker").select(sample().models[1]).run()
    assert "t" not in address(app)
    assert app.metric[0].value == app.metric[1].value


def test_best_returns_to_the_best_threshold(open_app: Open) -> None:
    """The button forgets the chosen threshold, so that the best of any metric is followed again."""
    app = open_app("explore", t="0.9")
    assert app.metric[0].value != app.metric[1].value
    app.button(key="best").click().run()
    assert app.metric[0].value == app.metric[1].value
    assert address(app) == {}


def test_limits_hold_at_the_best_threshold(open_app: Open) -> None:
    """With a limit on recall the best precision is the one that the package finds."""
    app = open_app("explore", metric="precision", min_recall="0.8")
    curve = sample().curve()
    recall, precision = curve.counts.recall(), curve.counts.precision()
    assert app.metric[0].value == formatting.metric_value(float(precision[recall >= 0.8].max()))


def test_limits_that_cannot_be_kept_are_said(open_app: Open) -> None:
    """The page says which point comes closest, and shows the best without limits."""
    app = open_app("explore", min_recall="1.0", min_precision="1.0")
    assert len(app.warning) == 1
    assert app.metric[0].value == formatting.metric_value(best(sample().curve()).value)


def test_limits_are_named_on_both_pages(open_app: Open) -> None:
    """Neither page calls the best of what the limits leave the best of all."""
    app = open_app("decide", min_recall="0.8")
    assert "Within your limits: recall at least 0\\.8" in texts(app).replace("\\:", ":")
    assert (card(app)["limited"], card(app)["best_label"]) == (True, "Best F1 within limits")
    app.switch_page("pages/explore.py").run()
    assert "The best F1 within your limits" in texts(app)
    assert app.metric[0].label == app.button(key="best").label == "Best F1 within limits"


def test_decide_too_says_when_limits_cannot_be_kept(open_app: Open) -> None:
    """The warning is the one of Explore, and the best is the one without limits."""
    app = open_app("decide", min_recall="1.0", min_precision="1.0")
    explore = open_app("explore", min_recall="1.0", min_precision="1.0")
    assert [warning.value for warning in app.warning] == [warning.value for warning in explore.warning]
    assert len(app.warning) == 1
    assert (card(app)["limited"], card(app)["best_label"]) == (False, "Best F1")


def test_limits_belong_to_their_data(open_app: Open) -> None:
    """Other data start without the limits that were set for the old ones, unless a link asks for both."""
    app = open_app("data", min_recall="0.8", min_precision="0.2", max_flagged="100", metric="mcc")
    app.button(key="sample breast_cancer").click().run()
    assert address(app) == {"data": "breast_cancer", "metric": "mcc"}
    linked = {"data": "breast_cancer", "min_recall": "0.8"}
    assert address(open_app("decide", **linked)) == linked


def test_zooming_keeps_the_other_choices(open_app: Open) -> None:
    """The zoomed range goes to the URL beside the rest; its full width leaves no trace."""
    app = open_app("explore", t="0.3")
    app.slider(key="zoom").set_value((0.2, 0.6)).run()
    assert address(app) == {"t": "0.3", "from": "0.2", "to": "0.6"}
    app.slider(key="zoom").set_value((0.0, 1.0)).run()
    assert address(app) == {"t": "0.3"}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "link",
    [
        {"t": "abc"},
        {"t": "nan"},
        {"t": "1e999"},
        {"t": "-1e308", "from": "7", "to": "9"},
        {"t": "1e308", "from": "0.9", "to": "0.1"},
        {"model": "<script>alert(1)</script>", "metric": "rm -rf", "beta": "-1"},
        {"data": "../../etc/passwd"},
        {"data": "x" * 5000, "model": "y" * 5000},
        {"min_recall": "2", "min_precision": "one", "max_flagged": "-3"},
        {"unheard": "of"},
    ],
)
def test_a_link_with_rubbish_still_opens(open_app: Open, page: str, link: dict[str, str]) -> None:
    """Nothing a link can say breaks a page."""
    app = open_app(page, **link)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("link", [{"data": "no-such-sample"}, {"model": "<script>alert(1)</script>"}])
def test_what_does_not_exist_is_left_out_of_the_address(open_app: Open, link: dict[str, str]) -> None:
    """A name of nothing is not carried along into links that are made later."""
    assert address(open_app("explore", **link, t="0.3")) == {"t": "0.3"}


def test_a_link_to_an_upload_of_someone_else_says_so(open_app: Open) -> None:
    """The link opens with the sample and one sentence on what to do; the file, once uploaded, shows what was linked."""
    owner = upload(open_app("data"), ("mine.csv", GOOD))
    owner.switch_page("pages/explore.py").run()
    owner.number_input(key="threshold field").set_value(0.31).run()
    guest = open_app("explore", **address(owner))
    assert len(guest.info) == 1
    assert guest.number_input(key="threshold field").value != 0.31
    guest.switch_page("pages/data.py").run()
    upload(guest, ("renamed.csv", GOOD)).switch_page("pages/explore.py").run()
    assert not guest.info
    assert guest.number_input(key="threshold field").value == 0.31


def test_choosing_on_the_sample_leaves_a_foreign_link_behind(open_app: Open) -> None:
    """From the first choice on, the address describes the sample that is on the screen."""
    app = open_app("explore", data="file-" + "0" * 24, t="0.31")
    app.number_input(key="threshold field").set_value(0.5).run()
    assert address(app) == {"t": "0.5"}
    assert not app.info


def test_samples_can_be_changed(open_app: Open) -> None:
    """A click shows another sample, and its id stands in the URL."""
    app = open_app("data", t="0.4")
    app.button(key="sample breast_cancer").click().run()
    assert address(app) == {"data": "breast_cancer"}
    app.switch_page("pages/decide.py").run()
    assert "Breast cancer" in texts(app)


def test_an_uncertain_file_waits_for_a_click(open_app: Open) -> None:
    """Ranked ways to read it are offered; the sample stays until one is chosen."""
    circular = b"y_pred,y_pred_proba\n" + b"".join(b"%d,%.3f\n" % (i >= 50, i / 100) for i in range(100))
    app = upload(open_app("data"), ("circular.csv", circular))
    assert address(app) == {}
    app.button(key="candidate 0").click().run()
    assert not app.exception
    assert address(app)["data"].startswith("file-")


def test_what_was_recognised_can_be_changed(open_app: Open) -> None:
    """Another positive class turns the counts around."""
    app = upload(open_app("data"), ("mine.csv", GOOD))
    before = address(app)["data"]
    next(box for box in app.selectbox if box.label == "Positive class").select("0").run()
    next(button for button in app.button if button.label == "Read again").click().run()
    assert not app.exception
    assert "66.7% positive" in texts(app)
    assert address(app)["data"] != before


def test_truth_and_scores_may_come_in_two_files(open_app: Open) -> None:
    """Two files are joined, whichever comes first."""
    truth = b"case,y_true\n" + b"".join(b"%d,%d\n" % (i, i % 3 == 0) for i in range(300))
    scores = b"case,p_model\n" + b"".join(
        b"%d,%.3f\n" % (i, ((i * 37) % 100 + 30 * (i % 3 == 0)) / 140) for i in range(300)
    )
    app = upload(open_app("data"), ("scores.csv", scores), ("truth.csv", truth))
    assert not app.exception
    assert not app.error
    assert "scores\\.csv \\+ truth\\.csv" in texts(app)
    assert "300 rows, 33.3% positive" in texts(app)


def test_three_files_are_too_many(open_app: Open) -> None:
    """The page says what to bring instead."""
    app = upload(open_app("data"), *((f"{number}.csv", GOOD) for number in range(3)))
    assert app.error[0].value.startswith("3 files came at once")


def test_the_uploader_lets_go_of_what_was_read(open_app: Open) -> None:
    """A file that the uploader holds is copied at every rerun, so it starts afresh after each arrival."""
    app = upload(open_app("data"), ("mine.csv", GOOD))
    assert app.file_uploader[0].value in (None, [])


def test_names_are_shown_as_they_are(open_app: Open) -> None:
    """Columns, labels and file names never act as Markdown or HTML."""
    lines = [f'"{STRANGE} truth","{STRANGE} p"']
    lines += [f'"{STRANGE if i % 3 else "no"}",{((i * 37) % 100 + 30 * bool(i % 3)) / 140:.3f}' for i in range(300)]
    app = upload(open_app("data"), (f"{STRANGE}.csv", "\n".join(lines).encode()))
    for page in PAGES:
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        assert STRANGE not in texts(app)
        assert not re.search(r"(?<!\\)<img", texts(app))
