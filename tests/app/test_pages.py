"""Every page in every state that a visitor can bring it to."""

import re
from typing import cast

import numpy as np
import pytest
from sklearn.metrics import f1_score
from streamlit.testing.v1 import AppTest

from f1tools.core.optimum import best
from f1tools.decision import decide
from f1tools.ui.document import PAGES_WITH_FIGURES
from tests.app.conftest import Open
from tests.app.helpers import (
    GOOD,
    HOSTILE,
    PAGES,
    ROWS,
    address,
    candidates,
    card,
    drop,
    go,
    plain_texts,
    sample,
    take,
    texts,
    upload,
    widget,
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_the_sample(open_app: Open, page: str) -> None:
    """A first visit shows the sample, whatever page it starts on, and leaves the URL clean.

    The pages that load Plotly in advance are those that draw with it.
    """
    app = open_app(page)
    assert not app.exception
    assert address(app) == {}
    assert bool(app.get("plotly_chart")) == (page in PAGES_WITH_FIGURES)


def test_every_page_opens_with_an_upload(open_app: Open) -> None:
    """After an upload all pages work on it."""
    app = upload(open_app("data"))
    for page in PAGES:
        go(app, page)
        assert page == "methods" or "mine.csv" in plain_texts(app)
        assert page in ("methods", "strategies") or "300 rows, 33.3% positive" in texts(app)


def test_a_file_that_is_no_table_is_refused(open_app: Open) -> None:
    """One message says why, and the other pages go on with what they had."""
    app = open_app("data")
    for name, content in (("empty.csv", b""), ("paper.csv", b"%PDF-1.7\n"), ("header.csv", b"y,p\n")):
        upload(app, (name, content))
        assert len(app.error) == 1
        assert name in plain_texts(app)
    for page in PAGES:
        assert address(go(app, page)) == {}
    upload(app, ("mine.csv", GOOD))
    for name, content in (("empty.csv", b""), ("paper.csv", b"%PDF-1.7\n"), ("header.csv", b"y,p\n")):
        assert "mine.csv" in plain_texts(go(upload(app, (name, content)), "decide"))


def test_the_card_starts_at_the_best_threshold(open_app: Open) -> None:
    """Decide shows the exact optimum of the sample's first model."""
    payload, predictions = card(open_app()), sample()
    assert payload["tp"][payload["best"]] == best(predictions.curve()).point.counts.tp
    assert payload["current"] == payload["best"]


def test_the_words_of_the_card_are_explained(open_app: Open) -> None:
    """The glossary explains the terms on the page itself and is closed at first."""
    (glossary,) = open_app().expander
    assert not glossary.proto.expanded
    explained = "\n".join(element.value for element in glossary.markdown)
    assert all(f"**{word}**" in explained for word in ("score", "flagged", "Precision", "recall", "F1"))


def test_a_link_restores_model_threshold_and_metric(open_app: Open) -> None:
    """The page shows what the URL says."""
    model = sample().models[1]
    app = open_app("explore", model=model, t="0.25", metric="fbeta", beta="0.5")
    assert app.selectbox(key="model picker").value == model
    assert app.number_input(key="threshold field").value == 0.25
    assert card(app)["stops"][card(app)["current"]] == "0.25"
    assert app.selectbox(key="metric picker").value == "fbeta"
    assert app.number_input(key="beta").value == 0.5
    assert card(app)["drawn"]["label"] == "F0.5"


def test_choices_survive_page_changes(open_app: Open) -> None:
    """The threshold chosen on Explore is the one on Decide, and stays in the URL."""
    app = open_app("explore")
    app.number_input(key="threshold field").set_value(0.6).run()
    app.selectbox(key="model picker").select(sample().models[1]).run()
    app.number_input(key="threshold field").set_value(0.4).run()
    go(go(app, "methods"), "decide")
    assert card(app)["stops"][card(app)["current"]] == "0.4"
    assert address(app) == {"t": "0.4", "model": sample().models[1]}


def test_another_model_starts_at_its_best_threshold(open_app: Open) -> None:
    """The chosen threshold would mean nothing for other scores."""
    app = open_app("explore", t="0.9")
    assert card(app)["current"] != card(app)["best"]
    app.selectbox(key="model picker").select(sample().models[1]).run()
    assert card(app)["current"] == card(app)["best"]
    assert "t" not in address(app)


def test_constraints_hold_at_the_best_threshold(open_app: Open) -> None:
    """With a constraint on recall the best precision is the one that brute force finds; both pages name it."""
    app = open_app("explore", metric="precision", min_recall="0.8")
    counts = sample().curve().counts
    payload = card(app)
    tp, fp = (payload[name][payload["best"]] for name in ("tp", "fp"))
    assert tp / (tp + fp) == counts.precision()[counts.recall() >= 0.8].max()
    assert "recall at least 0.8" in plain_texts(app)
    assert payload["best_label"] == "Highest precision under constraints"
    for label in ("Recall at least (0 to 1)", "Precision at least (0 to 1)"):
        field = widget(app.number_input, label)
        assert (field.min, field.max) == (0, 1)
    assert "recall at least 0.8" in plain_texts(go(app, "decide"))
    assert card(app)["best_label"] == "Highest precision under constraints"


def test_flagged_cases_are_limited_by_number_or_share(open_app: Open) -> None:
    """A number, a percentage or nothing; other text changes nothing and is answered in a sentence."""
    app = open_app("explore", t="0.9")
    for text, fields in (
        ("200", {"max_flagged": "200"}),
        ("5 %", {"max_flagged_share": "0.05"}),
        ("a few", {"max_flagged_share": "0.05"}),
        ("", {}),
    ):
        app.text_input(key="max_flagged").set_value(text).run()
        assert address(app) == fields
        assert ("a few" in "".join(toast.value for toast in app.toast)) == (text == "a few")
        assert ("at most 5% flagged" in plain_texts(app)) == ("max_flagged_share" in fields)


def test_constraints_that_cannot_be_met(open_app: Open) -> None:
    """Both pages show the same warning and the best threshold without constraints."""
    link = {"min_recall": "1.0", "min_precision": "1.0"}
    app, explore = open_app("decide", **link), open_app("explore", **link)
    assert [warning.value for warning in app.warning] == [warning.value for warning in explore.warning]
    assert len(app.warning) == 1
    assert card(app)["best_label"] == "Highest F1 without constraints"
    assert card(explore)["tp"][card(explore)["best"]] == best(sample().curve()).point.counts.tp
    assert not any(part["ranges"] for part in card(explore)["shaded"] if part["kind"] == "violated")


def test_constraints_belong_to_their_data(open_app: Open) -> None:
    """Other data start without the old constraints, unless a link asks for both."""
    app = open_app("data", min_recall="0.8", min_precision="0.2", max_flagged="100", metric="mcc", t="0.4")
    app.radio(key="sample").set_value("breast_cancer").run()
    assert address(app) == {"data": "breast_cancer", "metric": "mcc"}
    assert "Breast cancer" in texts(go(app, "decide"))
    linked = {"data": "breast_cancer", "min_recall": "0.8"}
    assert address(open_app("decide", **linked)) == linked


def test_zooming_keeps_the_other_choices(open_app: Open) -> None:
    """The zoomed range goes to the URL; the full range leaves no trace."""
    app = open_app("explore", t="0.3")
    app.slider(key="zoom").set_value((0.2, 0.6)).run()
    assert address(app) == {"t": "0.3", "from": "0.2", "to": "0.6"}
    app.slider(key="zoom").set_value((0.0, 1.0)).run()
    assert address(app) == {"t": "0.3"}


@pytest.mark.parametrize(("lowest", "width"), [(0.99, 0.01), (1e-10, 1e-9), (0.999999, 9e-7), (-3000.0, 4000.0)])
def test_crowded_scores_fill_the_figures(open_app: Open, lowest: float, width: float) -> None:
    """The histogram and the zoom slider span the scores, however close they are."""
    lines = [f"{y},{lowest + score * width!r}" for y, score in ROWS]
    app = upload(open_app("data"), ("crowded.csv", "\n".join(["y_true,p_model", *lines]).encode()))
    if candidates(app):  # the reader may ask about an unusual range
        take(app)
    go(app, "explore")
    scores = [lowest + score * width for _, score in ROWS]
    zoom = app.slider(key="zoom")
    low, high, step = (float(cast(float, number)) for number in (zoom.min, zoom.max, zoom.step))
    assert (low, high) == pytest.approx((min(scores), max(scores)), rel=1e-12, abs=0)
    assert 0 < step < (max(scores) - min(scores)) / 100
    edges = card(app)["histogram"]["edges"]
    assert [edges[0], edges[-1]] == pytest.approx([low, high], rel=1e-12, abs=0)
    zoom.set_value((low + 10 * step, high)).run()
    assert {"from", "to"} & set(address(app)) == {"from"}


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
def test_an_invalid_link_still_opens(open_app: Open, link: dict[str, str]) -> None:
    """Nothing that a link can say breaks a page: neither the one that it opens nor those that its parts come to."""
    app = open_app("explore", **link)
    assert not app.exception
    assert not app.error
    for page in PAGES if address(app) else ("methods", "explore"):
        assert not go(app, page).error


@pytest.mark.parametrize(
    ("threshold", "text"),
    [("1e308", "above all scores"), ("-1e308", "-1"), ("1.5", "1.5"), ("-0.5", "-0.5")],
)
def test_a_threshold_far_from_all_scores(open_app: Open, threshold: str, text: str) -> None:
    """It is named by what it does, or by a short number; one that scores of other rows could reach stays as it is."""
    app = open_app("decide", t=threshold)
    shown = card(app)
    place = shown["current"]
    assert shown["stops"][place] == text
    assert (shown["tp"][place], shown["fp"][place]) == ((0, 0) if threshold[0] == "1" else (133, 309))
    field = go(app, "explore").number_input(key="threshold field")
    assert field.value == (None if threshold == "1e308" else float(text))
    field.set_value(0.4).run()
    field = (
        app.number_input(key="threshold field").set_value(float(threshold)).run().number_input(key="threshold field")
    )
    assert field.value == (None if threshold == "1e308" else float(text))


@pytest.mark.parametrize(
    ("link", "instead"),
    [
        ({"data": "no-such-sample"}, "a sample"),
        ({"model": "<script>alert(1)</script>"}, "prob_forest"),
        ({"metric": "accuracyy"}, "F1"),
        ({"seed": "-1"}, "0"),
    ],
)
def test_what_a_link_asks_for_in_vain_is_named(open_app: Open, link: dict[str, str], instead: str) -> None:
    """A note says what is used instead, until something is chosen; the address does not carry it into new links."""
    app = open_app("explore", **link, t="0.3")
    assert address(app) == ({} if "data" in link else {"t": "0.3"})  # no threshold of other data
    ((name, text),) = link.items()
    assert f"{name}={text} ({instead} is used instead)" in app.info[0].value.replace("\\", "").replace("\u2060", "")
    assert len(go(app, "strategies").info) == 1
    go(app, "explore").number_input(key="threshold field").set_value(0.4).run()
    assert not app.info


def test_every_page_says_what_is_assumed(open_app: Open) -> None:
    """The banner has F1 and flagged cases of the current decisions there; all other numbers are as measured."""
    y_true, scores = sample().y_true, sample().scores[sample().models[0]]
    shares = {"prevalence": "0.05", "class_weight": "3.0", "positive_weight": "2.0"}
    app = open_app("explore", t="0.4", **shares)
    weight = np.where(y_true, 0.05 / y_true.mean(), 0.95 / (1 - y_true.mean()))
    f1 = f1_score(y_true, scores >= 0.4, sample_weight=weight * np.where(y_true, 2.0, 1.0))
    flagged = np.average(scores >= 0.4, weights=weight)
    expected = f"F1 {f1:.3f} on this data and flag {flagged:.1%}"
    for page in ("decide", "how_sure", "calibration", "share", "explore"):
        assert expected in plain_texts(go(app, page))
        assert "5.0% positives, training weight 3, evaluation weight 2" in plain_texts(app)
    assert expected not in plain_texts(go(app, "what_if"))
    go(app, "explore").button(key="clear scenario").click().run()
    assert address(app) == {"t": "0.4"}
    assert "Assumed" not in plain_texts(app)


def test_a_link_to_an_upload_of_someone_else(open_app: Open) -> None:
    """Every page asks for the file instead of showing a sample's numbers; the file brings what was linked."""
    link = address(upload(open_app("data"))) | {"t": "0.31"}
    guest = open_app("decide", **link)
    for page in [page for page in PAGES if page != "methods"]:
        go(guest, page)
        assert "Load mine\\.csv to see this" in [each.value for each in (*guest.title, *guest.header)]
        assert len(guest.get("bidi_component")) == 1  # what receives files that are dropped
        assert not guest.get("plotly_chart")
        assert not guest.metric
        assert page == "data" or ":blue-badge[Sample]" not in texts(guest)
        assert address(guest) == link
    drop(go(guest, "explore"), ("renamed.csv", GOOD))
    assert address(guest) == link | {"file": link["file"].replace("mine", "renamed")}
    assert guest.title[0].value == "Explore"
    assert guest.number_input(key="threshold field").value == 0.31


@pytest.mark.parametrize(
    ("link", "note"),
    [
        ({"threshold": "0.3", "utm_source": "mail"}, ": threshold=0.3 (ignored; the name is t)."),
        ({"data": f"file-{'0' * 16}", "file": f"a.csv.{'0' * 16}", "read": "{"}, ": read={ (ignored)."),
    ],
)
def test_names_and_readings_that_do_not_exist(open_app: Open, link: dict[str, str], note: str) -> None:
    """A link's unknown names are said, except those that others add to it; so is a mapping that cannot be read."""
    texts = [each.value.replace("\\", "").replace("\u2060", "") for each in open_app(**link).info]
    assert any(text.endswith(note) for text in texts)


def test_a_sample_instead_of_a_missing_upload(open_app: Open) -> None:
    """A click shows the sample, without the settings that were made for the missing file."""
    app = open_app("explore", **address(upload(open_app("data"))), t="0.31")
    widget(app.button, "Show a sample instead").click().run()
    assert address(app) == {}
    assert app.title[0].value == "Explore"


def test_a_model_with_a_very_long_name_can_be_chosen(open_app: Open) -> None:
    """The choice survives page changes and is in the URL, as a digest."""
    _, rest = GOOD.decode().split("\n", 1)
    names = ["proba_" + letter * 250 for letter in "ab"]
    lines = [f"{line},{float(line.split(',')[1]) / 2:.4f}" for line in rest.splitlines()]
    app = upload(open_app("data"), ("wide.csv", "\n".join(["y_true," + ",".join(names), *lines]).encode()))
    go(app, "explore").selectbox(key="model picker").select(names[1]).run()
    app.number_input(key="threshold field").set_value(0.3).run()
    assert app.selectbox(key="model picker").value == names[1]
    assert len(address(app)["model"]) < 20
    assert go(go(app, "decide"), "explore").selectbox(key="model picker").value == names[1]


def test_names_from_files_are_escaped(open_app: Open) -> None:
    """Columns, labels and file names never act as Markdown or HTML."""
    lines = [f'"{HOSTILE} truth","{HOSTILE} p"']
    lines += [f'"{HOSTILE if i % 3 else "no"}",{((i * 37) % 100 + 30 * bool(i % 3)) / 140:.3f}' for i in range(300)]
    app = upload(open_app("data"), (f"{HOSTILE}.csv", "\n".join(lines).encode()))
    for page in PAGES:
        assert HOSTILE not in texts(go(app, page))
        assert not re.search(r"(?<!\\)<img", texts(app))


def test_a_page_can_show_several_models() -> None:
    """Each model has its own best threshold; the chosen threshold belongs to the current model only."""

    def page() -> None:
        import streamlit as st

        from f1tools.ui.session import state
        from f1tools.ui.session.page_context import page_context

        state.update(threshold=0.123)
        for model in page_context().models:
            st.text(page_context(model=model).decision.threshold_text)

    predictions = sample()
    best_texts = [decide(predictions.curves(model)).best_threshold_text for model in predictions.models]
    assert [element.value for element in AppTest.from_function(page).run().text] == ["0.123", *best_texts[1:]]


def test_positive_cases_are_called_by_the_name_that_the_visitor_gives(open_app: Open) -> None:
    """The noun is in the sentence, the link, and on other pages; other data are named by their label again."""
    app = open_app()
    assert card(app)["words"]["name"] == "“fast”"
    app.text_input(key="noun").set_value(f"  {HOSTILE[:20]} ").run()
    assert card(app)["words"]["cases"] == f"cases of “{HOSTILE[:20].strip()}”"
    assert address(app)["noun"] == HOSTILE[:20].strip()
    assert f"cases of “{HOSTILE[:20].strip()}”." in plain_texts(go(app, "share"))
    app = go(upload(go(app, "data")), "decide")
    assert (card(app)["words"]["name"], "noun" in address(app)) == ("positive", False)
