"""Rows without a score in the dashboard: told by class, used the other way by a click, kept by links and records."""

import json
import re

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix
from streamlit.testing.v1 import AppTest

from f1tools.decision import decide
from f1tools.readers import Choices, read_predictions
from f1tools.record import build_record, data_source, file_digest, to_json
from tests.app.conftest import Open
from tests.app.helpers import MARGINS, PAGES, ROWS, address, card, figures, go, plain_texts, settled, upload, widget
from tests.app.test_what_if import LINKS

# Every fifth positive and every twentieth negative has no score.
Y_TRUE = np.array([y for y, _ in ROWS])
SCORE = np.array([round(score, 3) for _, score in ROWS])
GAPS = np.arange(300) % np.where(Y_TRUE == 1, 15, 20) == np.where(Y_TRUE == 1, 0, 1)
CONTENT = "\n".join(
    ["y_true,p_model", *(f"{y},{'' if gap else s}" for y, s, gap in zip(Y_TRUE, SCORE, GAPS, strict=True))]
).encode()
DECISION_PAGES = ("decide", "explore", "what_if", "how_sure", "share")
N_POS, N_NEG = int((GAPS & (Y_TRUE == 1)).sum()), int((GAPS & (Y_TRUE == 0)).sum())


def count(app: AppTest) -> AppTest:
    """Count rows without a score as not flagged."""
    widget(app.button, "Count them as not flagged").click().run()
    assert not app.exception
    return app


def sentence(use: str) -> str:
    """Return the sentence of the Data page."""
    return f"{N_POS + N_NEG} rows have no score and {use}; {N_POS} of them are positive."


def test_a_click_counts_them_and_back(open_app: Open) -> None:
    """The Data page has the sentence by class, and a button that uses the rows the other way."""
    app = upload(open_app("data"), ("gaps.csv", CONTENT))
    assert sentence("were left out") in plain_texts(app)
    assert sentence("count as not flagged") in plain_texts(count(app))
    payload = card(go(app, "decide"))
    assert f"they have no score: {N_POS + N_NEG} cases, {N_POS} of them positive." in plain_texts(app)
    tn, fp, fn, tp = confusion_matrix(Y_TRUE, ~GAPS & (float(payload["stops"][payload["best"]]) <= SCORE)).ravel()
    assert (payload["tp"][payload["best"]], payload["fp"][payload["best"]]) == (tp, fp)
    assert (payload["positives"], payload["negatives"]) == (tp + fn, fp + tn) == (100, 200)
    assert payload["lowest"] == "all with a score flagged"
    widget(go(app, "data").button, "Leave them out").click().run()
    assert sentence("were left out") in plain_texts(app)
    assert card(go(app, "decide"))["positives"] == 100 - N_POS


def test_every_page_counts_them(open_app: Open) -> None:
    """All pages open, with every scenario, and no baseline claims to flag cases that have no score."""
    app = count(upload(open_app("data"), ("gaps.csv", CONTENT)))
    for page in PAGES:
        settled(go(app, page))
        told = f"they have no score: {N_POS + N_NEG} cases, {N_POS} of them positive." in plain_texts(app)
        assert told == (page in DECISION_PAGES)
        assert page != "explore" or card(app)["has_unscored"]
        drawn = json.dumps([figure["layout"] for figure in figures(app)])
        assert page == "strategies" or "all flagged" not in drawn  # Strategies shows a sample
        assert not re.search("[Ff]lagging every case(?! with a score)", plain_texts(app) + drawn)
    for link in LINKS.values():
        assert "Assumes that" in plain_texts(settled(go(app, "what_if", **link)))


def test_pages_tell_of_rows_left_out(open_app: Open) -> None:
    """Every page about a decision says once how many rows without a score were left out, by class; so does Data."""
    app = upload(open_app("data"), ("gaps.csv", CONTENT))
    for page in ("data", *DECISION_PAGES):
        assert plain_texts(settled(go(app, page))).count(f"{N_POS + N_NEG} rows have no score and were left out") == 1


@pytest.mark.parametrize("kind", ["margins", "calibration"])
def test_scores_and_probabilities(open_app: Open, kind: str) -> None:
    """Recalibrated scores belong to the rows with a score, for margins as well; the others still lower recall."""
    lines = (MARGINS if kind == "margins" else CONTENT).decode().splitlines()
    lines = [f"{line.split(',')[0]}," if k % 11 == 1 else line for k, line in enumerate(lines)]
    app = count(upload(open_app("data"), ("gaps.csv", "\n".join(lines).encode())))
    app = go(app, "calibration")
    for method in ("isotonic", "sigmoid"):
        app.button_group(key="recalibration").set_value(method).run()
        assert not settled(app).error
        assert app.get("download_button")


def test_triage_says_where_too_many_have_no_score(open_app: Open) -> None:
    """Where positives without a score are more than may be missed, a sentence says so."""
    app = count(upload(open_app("data"), ("gaps.csv", CONTENT)))
    for allowed, told in (("0.0", True), ("0.9", False)):
        text = plain_texts(go(app, "what_if", what="triage", max_missed=allowed))
        assert ("have no score and are ignored, more than" in text) == told


def test_a_link_keeps_the_choice(open_app: Open) -> None:
    """Whoever opens the link and has the file sees the same counts."""
    app = go(count(upload(open_app("data"), ("gaps.csv", CONTENT))), "explore")
    app.number_input(key="threshold field").set_value(0.4).run()
    link, expected = address(app), card(go(app, "decide"))
    again = card(go(upload(open_app("data", **link), ("gaps.csv", CONTENT)), "decide"))
    assert json.loads(link["read"]) == {"count_unscored": True} | json.loads(link["read"])
    assert again == expected
    assert expected["positives"] == 100


def test_a_record_keeps_the_choice(open_app: Open) -> None:
    """A record of the command line, imported with its file, agrees to the last count."""
    reading = read_predictions(CONTENT, name="gaps.csv", choices=Choices(count_unscored=True))
    assert reading.predictions is not None
    source = data_source(reading, [file_digest("gaps.csv", CONTENT)])
    record = to_json(build_record(decide(reading.predictions.curves()), source)).encode()
    app = upload(open_app("data"), ("record.json", record), ("gaps.csv", CONTENT))
    assert not app.error
    assert [each.value for each in app.success] == ["gaps\\.csv agrees with the record to the last count."]
    assert sentence("count as not flagged") in plain_texts(app)
