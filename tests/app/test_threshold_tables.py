"""A threshold table opens like a file of rows: the same numbers where it is exact, and bounds where it is not."""

import html
import io
import json
import re
from collections.abc import Callable

import numpy as np
import pyarrow.parquet as pq
import pytest
import streamlit
from sklearn.metrics import (
    brier_score_loss,
    confusion_matrix,
    f1_score,
    precision_recall_curve,
    precision_score,
    recall_score,
    roc_auc_score,
)
from streamlit.testing.v1 import AppTest

from f1tools.core.bins import curve_from_bins
from f1tools.core.curve import ThresholdCurve
from f1tools.predictions import Predictions
from f1tools.threshold_table import CountedRows, TableSource, ThresholdTable
from tests.app.conftest import Open
from tests.app.helpers import address, candidates, card, drop, go, plain_texts, settled, widget

PAGES = ("decide", "explore", "compare", "what_if", "how_sure", "calibration", "share", "data")
SCENARIOS = (
    {"what": "prevalence", "prevalence": "0.1"},
    {"what": "costs", "fp": "1", "fn": "7"},
    {"what": "reviews", "cases": "200", "reviews": "30"},
    {"what": "triage"},
    {"what": "weights", "class_weight": "3"},
)
RNG = np.random.default_rng(7)
Y = RNG.random(1000) < 0.3
SCORE = np.round(1 / (1 + np.exp(-(RNG.normal(size=Y.size) + 2 * Y - 1))), 4)
OTHER = np.round(np.clip(SCORE + RNG.normal(scale=0.2, size=Y.size), 0, 1), 4)
REGION = np.where(np.arange(Y.size) % 3, "north", "south")
EDGES = np.linspace(0, 1, 31)[1:-1]
SOURCE = TableSource("scores/*.parquet", "duckdb", "2026-11-29T12:00:00Z", 65536, ("F1",), "fraud")
CSV = "\n".join(["fraud,p", *(f"{int(y)},{score}" for y, score in zip(Y, SCORE, strict=True))]).encode()


def binned(score: np.ndarray, rows: np.ndarray | slice = slice(None), edges: np.ndarray = EDGES) -> CountedRows:
    """Count rows in bins of the score."""
    y_true, score = Y[rows], score[rows]
    place = np.searchsorted(edges, score)
    bins = [place == each for each in np.unique(place)]
    columns = [
        [score[each].min() for each in bins],
        [score[each].max() for each in bins],
        [np.count_nonzero(y_true[each]) for each in bins],
        [np.count_nonzero(~y_true[each]) for each in bins],
    ]
    return CountedRows(curve_from_bins(*columns), y_true.size)


def lowest_scores() -> np.ndarray:
    """Return the lowest score in each bin, ascending."""
    place = np.searchsorted(EDGES, SCORE)
    return np.array([SCORE[place == each].min() for each in np.unique(place)])


def exact(score: np.ndarray) -> CountedRows:
    """Count rows at every score."""
    return CountedRows(ThresholdCurve.from_predictions(Y, score), Y.size, {"no label": 4})


def file_of(table: ThresholdTable, name: str = "table.parquet") -> tuple[str, bytes]:
    """Return the file of a table."""
    buffer = io.BytesIO()
    pq.write_table(table.to_arrow(), buffer)
    return name, buffer.getvalue()


EXACT = file_of(ThresholdTable({"p": exact(SCORE)}, "1", "0", SOURCE))
COARSE = file_of(ThresholdTable({"p": binned(SCORE)}, "1", "0", SOURCE))
TWO = file_of(
    ThresholdTable(
        {"p": binned(SCORE), "q": binned(OTHER)},
        "1", "0", SOURCE, "region",
        {name: {each: binned(score, np.equal(REGION, each)) for each in ("north", "south")}
         for name, score in (("p", SCORE), ("q", OTHER))},
    )
)  # fmt: skip


def opened(open_app: Open, file: tuple[str, bytes]) -> AppTest:
    """Drop a table on the first page, which shows the answer."""
    app = drop(open_app(), file)
    assert app.title[0].value == "Where to draw the line?"
    return app


def shown(app: AppTest, *names: str) -> str:
    """Return the text of a page without the lines about the file."""
    lines = plain_texts(app).splitlines()
    about = ("Read as:", "threshold table", "is a threshold", *names)
    return "\n".join(line for line in lines if not any(each in line for each in about))


def bounds(app: AppTest) -> str:
    """Return the line about thresholds between those of the table; empty without one."""
    return next((line for line in plain_texts(app).splitlines() if "table's thresholds" in line), "")


def test_an_exact_table_shows_what_its_rows_show(open_app: Open) -> None:
    """The same card, the same sentences, the same tables, on every page that needs no rows, in every scenario."""
    table, rows = opened(open_app, EXACT), drop(open_app(), ("rows.csv", CSV))
    for page in ("decide", "explore", "how_sure"):
        both = [settled(go(app, page)) for app in (table, rows)]
        texts = [shown(app, "rows.csv", "table.parquet") for app in both]
        assert texts[0] == texts[1]
        assert bounds(table) == ""
        if page != "how_sure":
            cards = [card(app) for app in both]
            assert [each.pop("about", "") for each in cards]
            assert cards[0] == cards[1]
    for link in SCENARIOS:
        both = [settled(go(app, "what_if", **link)) for app in (table, rows)]
        texts = [shown(app, "rows.csv", "table.parquet") for app in both]
        assert texts[0] == texts[1]


@pytest.mark.parametrize("file", [EXACT, COARSE, TWO], ids=["exact", "coarse", "two"])
def test_every_page_opens(open_app: Open, file: tuple[str, bytes]) -> None:
    """With every scenario; no page fails for want of rows."""
    app = opened(open_app, file)
    for page in PAGES:
        settled(go(app, page))
        assert "table.parquet" in plain_texts(app)
    for link in SCENARIOS:
        settled(go(app, "what_if", **link))
    settled(go(app, "compare", tab="groups"))


def test_bins_say_what_is_not_certain(open_app: Open) -> None:
    """The best of the table's thresholds is shown; the bound is at least the best F1 of all scores."""
    app = opened(open_app, COARSE)
    best = max(f1_score(Y, threshold <= SCORE) for threshold in lowest_scores())
    precision, recall, _ = precision_recall_curve(Y, SCORE)
    highest = (2 * precision * recall / (precision + recall)).max()
    for page in ("decide", "explore", "how_sure", "share", "what_if"):
        found = re.search(r"Between the table's thresholds F1 could reach (0\.\d{3})\.", bounds(settled(go(app, page))))
        assert found
        assert float(found[1]) >= round(highest, 3) > round(best, 3)
    assert f"The highest F1 at the thresholds of the table is {best:.3f}" in card(go(app, "explore"))["summary"]
    low, high = map(float, re.findall(r"0\.\d{3}", card(app)["roc_auc"]))
    assert low <= roc_auc_score(Y, SCORE) <= high


def test_the_slider_stops_at_thresholds_of_the_table(open_app: Open) -> None:
    """At each stop the counts are those of the rows, and no stop lies inside a bin."""
    payload = card(opened(open_app, COARSE))
    assert len(payload["stops"]) == len(EDGES) + 2
    for stop, tp, fp in zip(payload["stops"][:-1], payload["tp"], payload["fp"], strict=False):
        flagged = float(stop) <= SCORE
        assert (np.count_nonzero(flagged & Y), np.count_nonzero(flagged & ~Y)) == (tp, fp)


def test_a_threshold_inside_a_bin(open_app: Open) -> None:
    """The page shows the table's threshold below it, and between which values the chosen one lies."""
    app, inside, lowest = opened(open_app, COARSE), 0.4493, lowest_scores()
    below, above = (lowest[np.searchsorted(lowest, inside) + step] for step in (-1, 0))
    go(app, "explore").number_input(key="threshold field").set_value(inside).run()
    payload = card(app)
    assert float(payload["stops"][payload["current"]]) == pytest.approx(below, abs=1e-3)
    few, many = (np.count_nonzero(each <= SCORE) for each in (above, below))
    line = bounds(app)
    assert f"0.4493 lies between two thresholds of the table. This is the lower one, {below:g}: at 0.4493, " in line
    assert f"{few:,} to {many:,} cases are flagged, and F1 is from " in line
    low, high = map(float, re.search(r"F1 is from (\S+) to (\S+)\.", line).groups())  # type: ignore[union-attr]
    assert low <= f1_score(Y, inside <= SCORE) <= high
    assert address(app)["t"] == "0.4493"
    text = payload["stops"][payload["current"]]
    assert f"At {text}, expect an F1" in plain_texts(settled(go(app, "decide")))
    assert f"The threshold {text} was set by hand." in plain_texts(settled(go(app, "share")))


def test_what_needs_rows_says_so(open_app: Open) -> None:
    """In one sentence: what needs them, why there are none, what to do."""
    app = opened(open_app, TWO)
    sentence = (
        "table.parquet is a threshold table: it has counts, no rows. Upload a file of rows, or of a random sample"
    )
    for page, link, what in (
        ("calibration", {}, "What recalibration would change needs rows"),
        ("compare", {}, "Intervals of differences and the cases that flip need rows"),
        ("compare", {"tab": "groups"}, "Thresholds of groups need rows"),
    ):
        assert f"{what}, and {sentence}" in plain_texts(settled(go(app, page, **link)))


def test_models_stand_side_by_side(open_app: Open) -> None:
    """Compare has the values of both at their own best thresholds, without a verdict; Decide names the better one."""
    app = opened(open_app, TWO)
    assert "model" not in address(app)  # the first one is better
    settled(go(app, "compare"))
    text = plain_texts(app)
    assert "The highest is p: F1 " in text
    assert "Only rows tell whether this difference could be chance." in text
    assert "could be chance …" not in text
    assert re.search(r"Between the table's thresholds F1 could reach 0\.\d+ for p and reach 0\.\d+ for q\.", text)
    text = plain_texts(settled(go(app, "decide", model="q")))
    assert "p reaches F1 " in text
    assert "only rows tell whether this could be chance" in text


def test_groups_come_from_the_table(open_app: Open) -> None:
    """Their values at the current threshold are scikit-learn's on their rows."""
    app = settled(go(opened(open_app, TWO), "compare", tab="groups"))
    payload = card(go(app, "decide"))
    threshold = float(payload["stops"][payload["best"]])
    settled(go(app, "compare"))
    groups = next(each.proto.body for each in app.get("html") if "f1groups" in each.proto.body)
    for name in ("north", "south"):
        rows = np.equal(REGION, name)
        row = re.search(rf'<th scope="row">{name}</th>(.*?)</tr>', groups)
        assert row
        cells = [re.sub("<br>.*", "", each) for each in re.findall("<td>(.*?)</td>", row[1])]
        expected = [score(Y[rows], threshold <= SCORE[rows]) for score in (f1_score, precision_score, recall_score)]
        assert cells[:4] == [f"{rows.sum():,}", *(f"{each:.3f}" for each in expected)]


def test_data_says_what_was_recognized(open_app: Open) -> None:
    """Source, engine, time, rows, thresholds, what was left out, groups."""
    text = plain_texts(go(opened(open_app, EXACT), "data"))
    for part in (
        "**scores/*.parquet**",
        "By duckdb on 2026-11-29",
        "The best threshold is exact for F1",
        f"**p**, ROC AUC {roc_auc_score(Y, SCORE):.3f}, exact, {np.unique(SCORE).size:,} thresholds",
        f"{Y.sum():,} positive",
        f"{(~Y).sum():,} negative",
        "4 rows left out: no label",
        "True class **fraud**",
    ):
        assert part in text
    text = plain_texts(go(opened(open_app, TWO), "data"))
    assert f"{len(EDGES) + 1} thresholds, each a bin of several scores" in text
    assert "2 groups by **region**" in text


def test_bins_that_are_too_wide_do_not_judge_calibration(open_app: Open) -> None:
    """No verdict, no diagram, but what the Brier score can be; with narrow bins the verdict is that of the rows."""
    app = settled(go(opened(open_app, COARSE), "calibration"))
    assert "too wide to judge" in plain_texts(app)
    brier = re.search(r"outcome, is (\S+) to (\S+); scoring every case .* gives (\S+)\.", plain_texts(app))
    assert brier
    low, high, reference = map(float, brier.groups())
    assert low <= brier_score_loss(Y, SCORE) <= high
    assert reference == round(brier_score_loss(Y, np.full(Y.size, Y.mean())), 3)
    assert not app.get("plotly_chart")
    fine = file_of(ThresholdTable({"p": binned(SCORE, edges=np.linspace(0, 1, 4097)[1:-1])}, "1", "0", SOURCE))
    verdicts = [
        plain_texts(settled(go(drop(open_app(), file), "calibration"))).split("**")
        for file in (fine, ("rows.csv", CSV))
    ]
    assert next(each for each in verdicts[0] if "calibrated." in each) == next(
        each for each in verdicts[1] if "calibrated." in each
    )


def written(app: AppTest) -> dict[str, Callable[[], bytes]]:
    """Return what the download buttons of a page write."""
    found: dict[str, Callable[[], bytes]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streamlit, "download_button", lambda label, write, *_, **__: found.update({label: write}))
        app.run()
    return found


def test_the_record_comes_back(open_app: Open) -> None:
    """A record of a table names it, opens the view again, and agrees with the same table, not with another one."""
    files = written(settled(go(opened(open_app, COARSE), "share")))
    record, memo = files["Download the record"](), files["Download the memo"]().decode()
    assert json.loads(record)["data"]["table"]["source"] == "scores/*.parquet"
    assert "scores/*.parquet" in memo
    assert "thresholds F1 could reach" in memo
    app = drop(open_app("data"), ("decision.json", record))
    assert app.header[0].value.replace("\\", "") == "Load table.parquet to see this"
    app = go(drop(app, COARSE), "data")
    assert "agrees with the record to the last count" in "".join(each.value for each in app.success)
    app = go(drop(app, EXACT), "data")
    assert not app.success


def test_memo_and_page_know_the_same(open_app: Open) -> None:
    """A memo has what its pages say of scores between thresholds: a note, and a bound of each scenario."""
    app = opened(open_app, COARSE)
    for link in ({"prevalence": "0.1"}, {"what": "costs", "fp": "1", "fn": "7"}):
        bound = re.search(r"Between the table's thresholds [^\]]*\.", bounds(settled(go(app, "what_if", **link))))
        assert bound
        memo = written(settled(go(app, "share")))["Download the memo"]().decode()
        assert bound[0] in html.unescape(memo)
        assert "The table is coarse" in memo
    assert "The table is coarse" in plain_texts(settled(go(app, "how_sure")))


def test_reviews_that_a_coarse_table_leaves_over(open_app: Open) -> None:
    """The page says which threshold comes next, and how many cases a day that one flags."""
    app = settled(go(opened(open_app, COARSE), "what_if", what="reviews", cases="1000", reviews="100"))
    flagged = [np.count_nonzero(each <= SCORE) for each in lowest_scores()]  # of 1,000 rows, as of 1,000 cases
    assert f", flags about {min(each for each in flagged if each > 100)} a day" in plain_texts(app)
    assert "The next lower threshold of the table" not in plain_texts(
        settled(go(opened(open_app, EXACT), "what_if", what="reviews", cases="1000", reviews="100"))
    )


def test_aligned_models_of_a_coarse_table(open_app: Open) -> None:
    """Models are only as comparable as the thresholds of the table allow, and the page says of which this holds."""
    app = settled(go(opened(open_app, TWO), "compare", align="recall"))
    assert "Thresholds between those of the table may fit better for q." in plain_texts(app)


def test_triage_of_a_coarse_table(open_app: Open) -> None:
    """The page says that thresholds inside of bins may need fewer reviews."""
    app = settled(go(opened(open_app, COARSE), "what_if", what="triage"))
    assert "Between the table's thresholds there may be two that need fewer reviews." in plain_texts(app)


def test_links_and_weights(open_app: Open) -> None:
    """A link opens the same view once the table is there; weights are counted, rows are numbered."""
    link = address(go(opened(open_app, TWO), "explore", model="q", metric="mcc"))
    app = open_app("explore", **link)
    assert "Load table.parquet to see this" in app.title[0].value.replace("\\", "")
    app = go(drop(app, TWO), "explore")
    assert address(app) == link
    predictions = Predictions.from_arrays(Y, SCORE, sample_weight=np.where(Y, 0.5, 1.5))
    weighted = ThresholdTable({"p": CountedRows(predictions.curve(), Y.size)}, "1", "0", SOURCE)
    app = opened(open_app, file_of(weighted))
    share = Y.sum() * 0.5 / (Y.sum() * 0.5 + (~Y).sum() * 1.5)
    text = plain_texts(app)
    assert f"threshold table of {Y.size:,} rows, {100 * share:.1f}% positive" in text
    assert "cases are counted by their weights" in text
    for page in PAGES:
        settled(go(app, page))


def test_a_table_is_not_changed_by_columns(open_app: Open) -> None:
    """There is no form for columns that a table does not have."""
    app = go(opened(open_app, EXACT), "data")
    assert not [each for each in app.expander if "Change how" in each.label or "columns" in each.label]


def parted() -> tuple[str, bytes]:
    """Return a table of two classes, as a warehouse writes it."""
    lines = ["class,threshold,tp,fp,tn,fn"]
    for name, y_true, score in (("churn", Y, SCORE), ("stay", ~Y, 1 - SCORE)):
        for threshold in np.linspace(0, 1, 21):
            tn, fp, fn, tp = confusion_matrix(y_true, threshold <= score).ravel()
            lines.append(f"{name},{threshold:.2f},{tp},{fp},{tn},{fn}")
    return "classes.csv", "\n".join(lines).encode()


def test_a_table_of_several_classes_asks_which(open_app: Open) -> None:
    """The answer opens Decide; Data offers the other class, and link and record open the chosen one again."""
    app = drop(open_app(), parted())
    assert app.title[0].value == "Data"
    assert [each.split("\n")[0] for each in candidates(app)] == [
        "churn is the positive class", "stay is the positive class"
    ]  # fmt: skip
    app.button(key="apply reading").click().run()
    assert app.title[0].value == "Where to draw the line?"
    assert card(app)["positives"] == Y.sum()
    app = go(app, "data")
    widget(app.selectbox, "Part of the table").set_value(1).run()
    assert card(go(app, "decide"))["positives"] == (~Y).sum()
    link = address(app)
    record = written(settled(go(app, "share")))["Download the record"]()
    app = drop(open_app("explore", **link), parted())
    assert card(go(app, "decide"))["positives"] == (~Y).sum()
    app = go(drop(drop(open_app("data"), ("decision.json", record)), parted()), "data")
    assert "agrees with the record to the last count" in "".join(each.value for each in app.success)
