"""The Strategies page: what it says is what the file shows, for the samples and for one's own."""

import csv
import gzip
import io
import json
import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, precision_recall_curve
from streamlit.testing.v1 import AppTest

from f1tools.readers import read_repeated
from f1tools.repeats import STRATEGY_INFO, RepeatedPredictions, findings, outcomes
from f1tools.ui.components.markdown import plain
from f1tools.ui.sections.strategies import compared
from f1tools.ui.sections.strategies.compared import Compared
from f1tools.ui.sections.strategies.runs import Run
from f1tools.ui.sections.strategies.table import html_table
from f1tools.ui.session.data import Sample, all_samples
from tests.app.conftest import Open
from tests.app.test_pages import GOOD, address, texts, upload

LABS = [sample for sample in all_samples().values() if sample.lab]
FIRST = LABS[0]
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>")


def table(app: AppTest) -> list[list[str]]:
    """Give the rows of the table of all strategies on all data, as text."""
    assert not app.exception
    (body,) = [each.proto.body for each in app.get("html") if "<table>" in each.proto.body]
    lines = re.findall(r"<tr>(.*?)</tr>", body)
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in CELL.findall(line)] for line in lines[2:]]


@cache
def by_scikit_learn(sample: Sample) -> dict[str, tuple[str, str]]:
    """Give each strategy's F1 at 0.5 and at the threshold tuned out of fold, as means over the splits."""
    rows = pd.read_csv(sample.path)
    positive = (rows.y_true == sample.positive).to_numpy()
    found = {}
    for column in [str(name) for name in rows if str(name).startswith("score_")]:
        half, tuned = [], []
        for repeat in rows["repeat"].unique():
            tune, test = (((rows["repeat"] == repeat) & (rows["set"] == part)).to_numpy() for part in ("oof", "test"))
            score = rows[column].to_numpy()
            precision, recall, thresholds = precision_recall_curve(positive[tune], score[tune])
            f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
            best = thresholds[np.flatnonzero(f1[:-1] >= f1[:-1].max() * (1 - 1e-12))[0]]
            half.append(f1_score(positive[test], score[test] >= 0.5))
            tuned.append(f1_score(positive[test], score[test] >= best))
        chances = bool(rows[column].between(0, 1).all())
        found[column] = (f"{np.mean(half):.3f}" if chances else "–", f"{np.mean(tuned):.3f}")
    return found


def test_the_table_is_what_scikit_learn_finds(open_app: Open) -> None:
    """F1 at 0.5 and tuned, of every strategy on every sample, recomputed from the file's rows."""
    for line, column in zip(table(open_app("strategies")), STRATEGY_INFO, strict=True):
        for place, sample in enumerate(LABS):
            half, tuned = by_scikit_learn(sample)[f"score_{column}"]
            assert line[1 + 3 * place] == half
            assert re.search(r"[0-9]\.[0-9]{3}", line[2 + 3 * place]).group() == tuned  # type: ignore[union-attr]


@pytest.mark.parametrize("sample", LABS, ids=lambda sample: sample.id)
def test_it_says_what_the_data_support(open_app: Open, sample: Sample) -> None:
    """Headline and details are those of the package, for the sample that a link asks for."""
    repeated = read_repeated(sample.path)
    assert repeated is not None
    found = findings(outcomes(repeated))
    app = open_app("strategies", lab=sample.id)
    assert not app.exception
    assert address(app) == {"lab": sample.id}
    assert f"**{plain(found.headline)}**" in texts(app)
    assert "\n".join(f"- {plain(each)}" for each in found.details) in texts(app)


def test_the_data_are_chosen_on_the_page(open_app: Open) -> None:
    """The choice goes into the address, and the strategy that was looked at is forgotten with it."""
    app = open_app("strategies", strategy="score_smote")
    app.button_group(key="lab picker").set_value(LABS[1].id).run()
    assert address(app) == {"lab": LABS[1].id}
    assert f"**{plain(LABS[1].title)}**" in texts(app)


@pytest.mark.parametrize("link", [{"lab": "nothing_of_ours"}, {"strategy": "no_such"}, {"lab": "diabetes"}])
def test_rubbish_in_a_link(open_app: Open, link: dict[str, str]) -> None:
    """The page shows what it would without."""
    app = open_app("strategies", **link)
    assert not app.exception
    assert f"**{plain(FIRST.title)}**" in texts(app)


def test_the_sample_on_the_screen_is_the_one_compared(open_app: Open) -> None:
    """Who comes from another page meets the same data."""
    app = open_app("strategies", data=LABS[1].id)
    assert f"**{plain(LABS[1].title)}**" in texts(app)


def test_scores_that_are_no_probabilities_have_a_curve_by_share(open_app: Open) -> None:
    """RankNet has no place on an axis of thresholds from 0 to 1, and the figure says where it has one."""

    def names(app: AppTest) -> list[str]:
        spec = json.loads(app.get("plotly_chart")[1].proto.spec)
        return [trace["name"] for trace in spec["data"]]

    app = open_app("strategies", strategy="score_ranknet")
    assert "RankNet" not in names(app)
    assert "no probabilities" in app.get("plotly_chart")[1].proto.spec
    app.button_group(key="curve axis").set_value("flagged").run()
    assert "RankNet" in names(app)
    assert address(app) == {"strategy": "score_ranknet", "by_share": "True"}


def own(repeats: int = 6, *, names: tuple[str, ...] = ("plain", "smote"), positives: int = 30) -> bytes:
    """Write a small lab file: the same 100 rows over several splits."""
    rng = np.random.default_rng(0)
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(["id", "y_true", "repeat", "set", *(f"score_{name}" for name in names)])
    for repeat in range(1, repeats + 1):
        test = rng.permutation(100) < 30
        if positives < 30 and repeat == repeats:  # no positive row is tested in the last split
            test = np.arange(100) >= 70
        for row in range(100):
            y, part = row < 30, "test" if test[row] else "oof"
            lines.writerow([row, int(y), repeat, part, *(f"{v:.4f}" for v in rng.beta(2 + 2 * y, 4, len(names)))])
    return out.getvalue().encode()


def test_ones_own_file(open_app: Open) -> None:
    """It is shown first, beside the samples; the other pages show its first split."""
    app = upload(open_app("data"), ("mine.csv.gz", gzip.compress(own())))
    assert "Strategies page compares the scores over all 6" in texts(app)
    app.switch_page("pages/decide.py").run()
    assert "30 rows" in texts(app)
    app.switch_page("pages/strategies.py").run()
    assert not app.exception
    assert "**mine\\.csv\\.gz**" in texts(app)
    repeated = read_repeated(own())
    assert repeated is not None
    assert plain(findings(outcomes(repeated)).headline) in texts(app)
    assert len(table(app)[0]) == 1 + 3 * (1 + len(LABS))


def test_a_file_that_is_none_of_these(open_app: Open) -> None:
    """The page says so, and is about samples."""
    app = upload(open_app("data"), ("mine.csv", GOOD))
    app.switch_page("pages/strategies.py").run()
    assert not app.exception
    assert "mine\\.csv does not hold the scores of several strategies" in texts(app)
    assert f"**{plain(FIRST.title)}**" in texts(app)


def test_a_split_that_lacks_what_a_comparison_needs(open_app: Open) -> None:
    """One sentence says which and what; the samples are there all the same."""
    app = upload(open_app("data"), ("mine.csv", own(positives=29)))
    app.switch_page("pages/strategies.py").run()
    assert not app.exception
    (error,) = [each.value for each in app.error]
    assert "6" in error
    assert "has no test row with the label" in error
    assert f"**{plain(FIRST.title)}**" in texts(app)


def test_hostile_names_do_nothing() -> None:
    """Files and strategies may be called anything: the table holds their names as text."""
    name = "<img src=x onerror=alert(1)>"
    repeated = RepeatedPredictions.from_arrays(
        [1, 0, 1, 0], {name: [0.9, 0.2, 0.4, 0.6]}, repeat=[1, 1, 1, 1], part=["tune", "tune", "test", "test"]
    )
    body = html_table([Run("file-0", name, name, "", Compared(repeated, outcomes(repeated)))])
    assert "<img" not in body
    assert body.count("&lt;img src=x") == 2


def test_another_reference(open_app: Open) -> None:
    """Any strategy can be what the others are compared with; the address keeps it for every data set that has it."""
    app = open_app("strategies")
    app.selectbox(key="reference picker").set_value("score_smote").run()
    assert address(app) == {"against": "score_smote"}
    repeated = read_repeated(FIRST.path)
    assert repeated is not None
    assert plain(findings(outcomes(repeated), "score_smote").headline) in texts(app)
    body = next(each.proto.body for each in app.get("html") if "<table>" in each.proto.body)
    (line,) = (line for line in body.split("<tr>") if 'scope="row">SMOTE<' in line)
    assert line.count('ref"') == body.count('ref"') == 3 * len(LABS)


def test_a_file_that_waits_for_an_answer(open_app: Open) -> None:
    """The page says where it waits."""
    lines = [f"{i % 3 == 0:d},{(i * 37) % 100 / 100},{'ab'[i % 2]}" for i in range(200)]
    app = upload(open_app("data"), ("two.csv", "\n".join(["y_true,score,model", *lines]).encode()))
    assert any(button.label == "Read it this way" for button in app.button)
    app.switch_page("pages/strategies.py").run()
    assert not app.exception
    assert "two\\.csv waits on the Data page" in texts(app)


def test_more_splits_than_a_page_can_compare(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are refused with a sentence that says where it can be done."""
    monkeypatch.setattr(compared, "_MOST", 11)
    app = upload(open_app("data"), ("mine.csv", own()))
    app.switch_page("pages/strategies.py").run()
    assert not app.exception
    assert "6 splits of 2 scores are more than this page can compare" in app.error[0].value


def test_a_run_opens_on_the_other_pages(open_app: Open) -> None:
    """Its first split, and Decide says that it is one of several and leads back."""
    app = open_app("strategies", lab=LABS[1].id)
    (button,) = (each for each in app.button if each.label == f"Open {LABS[1].short} on Decide")
    button.click().run()
    assert not app.exception
    assert address(app) == {"data": LABS[1].id}
    assert f"**{plain(LABS[1].title)}** · **repeat 1** alone" in texts(app)
