"""Rows that belong to one patient: proposed and chosen on Data, and what Trust and Compare say about it."""

import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from f1tools import Predictions, tuned_estimate
from tests.app.conftest import Open
from tests.app.helpers import address, go, plain_texts, read_again, settled, upload, widget

N_PATIENTS, COPIES = 120, 3


def visits() -> tuple[bytes, Predictions]:
    """Return a file with three equal rows a patient and two models, and the same rows."""
    rng = np.random.default_rng(0)
    y_true = np.tile((rng.random(N_PATIENTS) < 0.4).astype(int), COPIES)
    patient, region = np.tile(np.arange(N_PATIENTS), COPIES), np.where(np.arange(y_true.size) % 2, "north", "south")
    noise = np.tile(rng.random((2, N_PATIENTS)), COPIES)
    scores = {f"p_{name}": np.round(noise[place] / 2 + 0.3 * y_true, 3) for place, name in enumerate(("one", "two"))}
    columns = zip(y_true, *scores.values(), patient, region, strict=True)
    lines = ["y_true,p_one,p_two,patient_id,area", *(f"{y},{a},{b},p{who},{area}" for y, a, b, who, area in columns)]
    return "\n".join(lines).encode(), Predictions.from_arrays(y_true, scores, cluster=patient)


@pytest.fixture
def app(open_app: Open) -> AppTest:
    """Open Data with the file."""
    return upload(open_app("data"), ("visits.csv", visits()[0]))


def test_clusters_are_proposed_and_every_page_keeps_them(app: AppTest) -> None:
    """One click keeps the rows of a patient together; Trust says how much wider that makes the interval."""
    assert "Several rows have the same **patient_id**." in plain_texts(app)
    button = next(each for each in app.button if str(each.key).startswith("keep together "))
    go(app, "data", t="0.4")
    next(each for each in app.button if each.key == button.key).click().run()
    assert not app.exception
    assert address(app)["t"] == "0.4"
    assert "patient_id" in address(app)["read"]
    go(app, "data")
    assert "Rows belong to **patient_id**" in plain_texts(app)
    assert "Several rows have the same" not in plain_texts(app)

    settled(go(app, "how_sure"))
    estimate = tuned_estimate(visits()[1].curve())
    assert estimate.interval is not None
    assert estimate.widening == pytest.approx(np.sqrt(COPIES), rel=0.05)
    text = plain_texts(app)
    assert f"Rows of one patient_id are kept together: the interval is {estimate.widening:.1f} times as wide" in text
    assert f"95%: {estimate.interval.text}" in [metric.delta for metric in app.metric]
    assert "Rows of one patient_id are kept together in all intervals." in plain_texts(go(app, "compare"))


def test_the_form_asks_for_groups_and_clusters(app: AppTest) -> None:
    """Both boxes offer the columns that are not used otherwise, and "none"."""
    cluster = widget(app.selectbox, "Rows belong to")
    assert cluster.options == ["none", "patient_id", "area"]
    assert cluster.value is None
    group = widget(app.selectbox, "Group")
    assert group.options == ["none", "area"]
    cluster.set_value("patient_id").run()
    widget(app.selectbox, "Group").set_value("area").run()
    read_again(app)
    assert re.search(r"Groups \*\*area\*\*.*Rows belong to \*\*patient_id\*\*", plain_texts(app), re.DOTALL)
    widget(app.selectbox, "Rows belong to").select_index(0).run()
    read_again(app)
    assert "Rows belong to **patient_id**" not in plain_texts(app)
