"""The Strategies page: its findings and numbers are those of the file, for samples and uploads."""

import csv
import gzip
import io
import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score, precision_recall_curve
from streamlit.testing.v1 import AppTest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import read_repeated
from f1tools.repeats import STRATEGY_INFO, Outcomes, RepeatedPredictions, findings, outcomes
from f1tools.ui.sections.strategies import Experiment
from f1tools.ui.sections.strategies_table import html_table
from f1tools.ui.session.data import Sample, all_samples
from f1tools.ui.session.uploads import StrategyData, Upload, upload_strategies
from tests.app.conftest import Open
from tests.app.helpers import GOOD, address, figures, go, plain_texts, upload

EXPERIMENTS = [sample for sample in all_samples().values() if sample.lab]
FIRST, SECOND = EXPERIMENTS[:2]
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>")


def html_of(app: AppTest) -> str:
    """Return the HTML of the table of all strategies on all data."""
    assert not app.exception
    (body,) = [each.proto.body for each in app.get("html") if "<table>" in each.proto.body]
    return str(body)


def table(app: AppTest) -> list[list[str]]:
    """Return the rows of the table as text."""
    lines = re.findall(r"<tr>(.*?)</tr>", html_of(app))
    return [[re.sub(r"<[^>]*>", "", cell).strip() for cell in CELL.findall(line)] for line in lines[2:]]


@cache
def compared(sample: Sample) -> Outcomes:
    """Return the outcomes of all strategies by the package."""
    repeated = read_repeated(sample.path)
    assert repeated is not None
    return outcomes(repeated)


def headline(sample: Sample, reference: str | None = None) -> str:
    """Return the package's headline about a sample."""
    return findings(compared(sample), reference).headline


def by_scikit_learn(sample: Sample) -> dict[str, tuple[str, str]]:
    """Return the F1 of each strategy at 0.5 and at the threshold tuned out of fold, as means over the splits."""
    rows = pd.read_csv(sample.path).assign(positive=lambda table: table.y_true == sample.positive)
    columns = [str(name) for name in rows if str(name).startswith("score_")]
    f1: dict[str, list[Any]] = {"half": [], "tuned": []}
    for _, split in rows.groupby("repeat"):
        tune, test = split[split["set"] == "oof"], split[split["set"] == "test"]
        best = []
        for column in columns:
            precision, recall, thresholds = precision_recall_curve(tune.positive, tune[column])
            values = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
            best.append(thresholds[np.flatnonzero(values[:-1] >= values[:-1].max() * (1 - 1e-12))[0]])
        y_true = np.tile(test.positive.to_numpy()[:, None], len(columns))
        for name, threshold in (("half", 0.5), ("tuned", best)):
            f1[name].append(f1_score(y_true, test[columns].to_numpy() >= threshold, average=None))
    half, tuned = (np.mean(f1[name], axis=0) for name in ("half", "tuned"))
    probabilities = rows[columns].apply(lambda scores: scores.between(0, 1).all())
    return {
        column: (f"{half[place]:.3f}" if probabilities[column] else "–", f"{tuned[place]:.3f}")
        for place, column in enumerate(columns)
    }


def test_the_table_agrees_with_scikit_learn(open_app: Open) -> None:
    """F1 at 0.5 and tuned, of every strategy on every sample, recomputed from the rows of the file."""
    expected = [by_scikit_learn(sample) for sample in EXPERIMENTS]
    for line, column in zip(table(open_app("strategies")), STRATEGY_INFO, strict=True):
        for place, values in enumerate(expected):
            half, tuned = values[f"score_{column}"]
            assert line[1 + 3 * place] == half
            assert re.search(r"[0-9]\.[0-9]{3}", line[2 + 3 * place]).group() == tuned  # type: ignore[union-attr]


@pytest.mark.parametrize("sample", EXPERIMENTS, ids=lambda sample: sample.id)
def test_the_findings_are_those_of_the_package(open_app: Open, sample: Sample) -> None:
    """Headline and details, for the sample that a link names."""
    expected = findings(compared(sample))
    app = open_app("strategies", lab=sample.id)
    assert address(app) == {"lab": sample.id}
    assert all(text in plain_texts(app) for text in (expected.headline, *expected.details))


def test_the_data_are_chosen_on_the_page(open_app: Open) -> None:
    """The choice goes to the URL, and the strategy that was highlighted is reset."""
    app = open_app("strategies", strategy="score_smote")
    app.button_group(key="lab picker").set_value(SECOND.id).run()
    assert address(app) == {"lab": SECOND.id}
    assert headline(SECOND) in plain_texts(app)


@pytest.mark.parametrize(
    "link", [{"lab": "nothing_of_ours"}, {"strategy": "no_such"}, {"against": "no_such"}, {"lab": "diabetes"}]
)
def test_an_invalid_link(open_app: Open, link: dict[str, str]) -> None:
    """The page shows what it would show without it, and says so."""
    app = open_app("strategies", **link)
    assert headline(FIRST) in plain_texts(app)
    ((parameter, text),) = link.items()
    assert f"{parameter}={text} (" in app.info[0].value.replace("\\", "")
    assert "used instead" in app.info[0].value
    assert address(app) == {}


def test_the_current_data_set_is_the_one_compared(open_app: Open) -> None:
    """A visitor who comes from another page sees the same data; its first split opens on the other pages."""
    app = open_app("strategies", data=SECOND.id)
    assert headline(SECOND) in plain_texts(app)
    app = open_app("strategies", lab=SECOND.id)
    (button,) = (each for each in app.button if each.label.startswith("Open "))
    button.click().run()
    assert address(app) == {"data": SECOND.id}
    assert f"**{SECOND.title}** · **repeat 1** only" in plain_texts(app)


def test_scores_that_are_not_probabilities_have_a_curve_by_share(open_app: Open) -> None:
    """RankNet cannot be drawn against thresholds from 0 to 1, but against the share flagged."""

    def names(app: AppTest) -> list[str]:
        return [trace["name"] for trace in figures(app)[1]["data"]]

    app = open_app("strategies", strategy="score_ranknet")
    assert "RankNet" not in names(app)
    app.button_group(key="curve axis").set_value("flagged").run()
    assert "RankNet" in names(app)
    assert address(app) == {"strategy": "score_ranknet", "by_share": "True"}


def lab_file(n_repeats: int = 6, *, n_positives: int = 30) -> bytes:
    """Return a small lab file: the same 100 rows over several splits."""
    rng = np.random.default_rng(0)
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(["id", "y_true", "repeat", "set", "score_plain", "score_smote"])
    for repeat in range(1, n_repeats + 1):
        test = rng.permutation(100) < 30
        if n_positives < 30 and repeat == n_repeats:  # no positive row is tested in the last split
            test = np.arange(100) >= 70
        for row in range(100):
            y, part = row < 30, "test" if test[row] else "oof"
            lines.writerow([row, int(y), repeat, part, *(f"{v:.4f}" for v in rng.beta(2 + 2 * y, 4, 2))])
    return out.getvalue().encode()


def test_an_uploaded_lab_file(open_app: Open) -> None:
    """It comes first, beside the samples; the other pages show its first split."""
    app = upload(open_app("data"), ("mine.csv.gz", gzip.compress(lab_file())))
    assert "30 rows" in plain_texts(go(app, "decide"))
    go(app, "strategies")
    repeated = read_repeated(lab_file())
    assert repeated is not None
    assert findings(outcomes(repeated)).headline in plain_texts(app)
    assert "mine.csv.gz" in plain_texts(app)
    assert len(table(app)[0]) == 1 + 3 * (1 + len(EXPERIMENTS))


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("mine.csv", GOOD, "info"),  # no repeated splits
        ("mine.csv", lab_file(n_positives=29), "error"),  # a split without positive test rows
    ],
)
def test_a_file_that_cannot_be_compared(open_app: Open, name: str, content: bytes, kind: str) -> None:
    """One note says why, and the page shows samples."""
    app = go(upload(open_app("data"), (name, content)), "strategies")
    (note,) = getattr(app, kind)
    assert name in note.value.replace("\\", "") or kind == "error"
    assert len(app.info) + len(app.error) == 1
    assert headline(FIRST) in plain_texts(app)


def test_a_file_that_waits_for_an_answer(open_app: Open) -> None:
    """One line says so, and the page shows samples."""
    rows = (f"{i % 3 == 0:d},{(i * 37) % 100 / 100},{'ab'[i % 2]}" for i in range(200))
    content = "\n".join(["y_true,score,model", *rows]).encode()
    app = go(upload(open_app("data"), ("two.csv", content)), "strategies")
    assert "two.csv waits for your answer" in plain_texts(app).replace("*", "")
    assert not [*app.info, *app.error]
    assert headline(FIRST) in plain_texts(app)


def test_names_in_the_table_are_escaped() -> None:
    """Files and strategies may have any name: the table shows it as text."""
    name = "<img src=x onerror=alert(1)>"
    repeated = RepeatedPredictions.from_arrays(
        [1, 0, 1, 0], {name: [0.9, 0.2, 0.4, 0.6]}, repeat=[1, 1, 1, 1], part=["tune", "tune", "test", "test"]
    )
    body = html_table([Experiment("file-0", name, "", StrategyData(repeated, outcomes(repeated)))])
    assert "<img" not in body
    assert body.count("&lt;img src=x") == 2


def test_another_reference(open_app: Open) -> None:
    """Any strategy can be the reference; the URL keeps it for every data set that has it."""
    app = open_app("strategies")
    app.selectbox(key="reference picker").set_value("score_smote").run()
    assert address(app) == {"against": "score_smote"}
    assert headline(FIRST, "score_smote") in plain_texts(app)
    (line,) = (line for line in html_of(app).split("<tr>") if 'scope="row">SMOTE<' in line)
    assert line.count('ref"') == html_of(app).count('ref"') == 3 * len(EXPERIMENTS)


def test_too_many_splits_are_refused() -> None:
    """A page compares a limited number of splits; the message says how many."""
    mine = Upload.read((("mine.csv", lab_file()),), None, lambda _: None)
    with pytest.raises(InvalidPredictions, match="6 splits of 2 scores"):
        upload_strategies(mine, max_comparisons=11)
    assert upload_strategies(mine, max_comparisons=12) is not None
