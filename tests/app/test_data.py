"""The Data page: uploads, how they are read, and how to change that."""

import html
import json
import re

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from streamlit.testing.v1 import AppTest

from f1tools.formatting import capitalized
from f1tools.readers import Choices, read_predictions
from f1tools.ui.session.data import all_samples
from tests.app.conftest import Open
from tests.app.helpers import (
    HOSTILE,
    address,
    candidates,
    csv_rows,
    go,
    plain_texts,
    read_again,
    take,
    texts,
    upload,
    widget,
)

USES = ("each part as a separate model", "only **A**", "only **B**", "all parts pooled")


def rows(n: int, noise: float = 1.0, seed: int = 3) -> tuple[list[int], list[float]]:
    rng = np.random.default_rng(seed)
    y_true = (rng.uniform(size=n) < 0.3).astype(int)
    return y_true.tolist(), (1 / (1 + np.exp(0.5 - y_true - noise * rng.normal(size=n)))).round(6).tolist()


def stacked_file(n: int = 300) -> bytes:
    """Return a file with two models on top of each other, one better than the other."""
    lines = ["model,y_true,p"]
    for name, noise in (("A", 0.6), ("B", 2.0)):
        lines += [f"{name},{y},{score}" for y, score in zip(*rows(n, noise), strict=True)]
    return "\n".join(lines).encode()


def plain_headers(app: AppTest) -> list[str]:
    """Return the headings as they are read."""
    return [re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", each.value) for each in app.header]


def radio_key(app: AppTest) -> str:
    """Return the key of the question."""
    return next(str(radio.key) for radio in app.radio if str(radio.key).startswith("reading "))


def areas(app: AppTest) -> list[str]:
    return re.findall(r"ROC AUC ((?:about )?[0-9.]+)", texts(app))


@pytest.mark.parametrize("n", [300, 60_000])
def test_the_area_is_exact(open_app: Open, n: int) -> None:
    """However many rows the reader inspected first, the area is that of all rows: scikit-learn's."""
    y_true, p = rows(n)
    # Sorted, so that no part of the file represents all of it.
    lines = sorted(zip(y_true, p, strict=True), key=lambda row: (row[1] > 0.5, row[0]))
    app = upload(open_app("data"), ("long.csv", "\n".join(["y_true,p", *(f"{y},{s}" for y, s in lines)]).encode()))
    assert areas(app) == [f"{roc_auc_score(y_true, p):.3f}"]
    assert app.file_uploader[0].value in (None, [])  # a file that it holds would be copied at each rerun


def test_possible_readings_can_be_told_apart(open_app: Open) -> None:
    """Each candidate says what it does with the parts; areas are rough only where some rows were inspected."""
    app = upload(open_app("data"), ("stack.csv", stacked_file()))
    assert 'Column "model" has A and B, models of the same rows' in plain_headers(app)[0]
    options = [each.removesuffix(" (most likely)") for each in app.radio(key=radio_key(app)).options]
    assert sorted(options) == sorted(map(capitalized, USES))
    assert not any("about" in each for each in candidates(app))
    app = upload(open_app("data"), ("stack.csv", stacked_file(40_000)))
    assert all(re.search(r"of the rows inspected, ROC AUC about 0\.\d\d$", each) for each in candidates(app))


@pytest.mark.parametrize("use", USES)
def test_the_chosen_parts_are_measured(open_app: Open, use: str) -> None:
    """After a choice the page names the parts that are used, with their own areas; the form keeps the choice."""
    app = take(upload(open_app("data"), ("stack.csv", stacked_file())), capitalized(use))
    y_true, (a, b) = rows(300)[0], (rows(300, noise)[1] for noise in (0.6, 2.0))
    separate = [roc_auc_score(y_true, a), roc_auc_score(y_true, b)]
    pooled = [roc_auc_score(2 * y_true, np.concatenate([a, b]))]
    expected = {"only **A**": separate[:1], "only **B**": separate[1:], "all parts pooled": pooled}.get(use, separate)
    before = address(app)
    assert f"Column **model**: {use}" in texts(read_again(app))
    assert address(app) == before
    assert areas(app) == [f"{area:.3f}" for area in expected]


def test_an_uncertain_file_waits_for_a_choice(open_app: Open) -> None:
    """Candidates are offered; until one is chosen the sample stays, and the other pages say what waits."""
    circular = b"y_pred,y_pred_proba\n" + b"".join(b"%d,%.3f\n" % (i >= 50, i / 100) for i in range(100))
    app = upload(open_app("data"), ("circular.csv", circular))
    assert address(app) == {}
    for page in ("decide", "methods"):
        assert "**circular.csv** waits for your answer" in plain_texts(go(app, page))
    take(go(app, "data"))
    assert address(app)["data"].startswith("file-")
    assert "waits for" not in plain_texts(go(app, "decide"))


def test_a_class_without_scores_is_a_question(open_app: Open) -> None:
    """Classes of one truth are described, where one of them has no column; the answer leads to all that have one."""
    animals = ["cat", "dog", "ant", "fish"]
    lines = [
        f"{animals[i % 4]},{','.join(f'{(i * 7 % 10 + 20 * (i % 4 == j)) / 40:.2f}' for j in range(3))}"
        for i in range(200)
    ]
    file = "\n".join(["truth,prob_cat,prob_dog,prob_ant", *lines]).encode()
    app = upload(open_app("data"), ("animals.csv", file))
    assert "fish, without a column of scores" in plain_texts(app)
    assert not app.exception
    (options,) = [each.options for each in app.radio if each.key != "sample"]
    assert any("3 classes of **truth**" in each for each in options)


def test_a_file_that_cannot_be_read_is_named_on_other_pages(open_app: Open) -> None:
    """The reason names file and column; other pages say that the file was not read, until it is discarded."""
    app = upload(open_app("data"), ("single.csv", b"score,label\n" + b"".join(b"0.%d,1\n" % i for i in range(11, 71))))
    (error,) = app.error
    assert "single\\.csv" in error.value
    assert "label" in error.value
    assert "**single.csv** could not be read" in plain_texts(go(app, "decide"))
    app.button(key="discard upload").click().run()
    assert "could not be read" not in plain_texts(app)


def test_the_reading_can_be_changed(open_app: Open) -> None:
    """Another positive class reverses the counts; reading again without changes changes nothing."""
    app = upload(open_app("data"))
    before = address(app)["data"]
    assert address(read_again(app))["data"] == before
    widget(app.selectbox, "Positive class").select("0").run()
    read_again(app)
    assert "66.7% positive" in texts(app)
    assert address(app)["data"] != before


def test_the_only_possible_reading_is_not_the_likeliest_one(open_app: Open) -> None:
    """One possible reading waits for a click without a comparison; of several, the first is the most likely one."""
    y_true, score = rows(200)
    ages = "\n".join(["y_true,age", *(f"{y},{round(90 * s)}" for y, s in zip(y_true, score, strict=True))])
    app = upload(open_app("data"), ("ages.csv", ages.encode()))
    assert (len(candidates(app)), "most likely" in candidates(app)[0]) == (1, False)
    app = upload(app, ("stacked.csv", stacked_file()))
    assert len(candidates(app)) > 1
    assert "(most likely)" in candidates(app)[0]


def test_names_keep_their_case(open_app: Open) -> None:
    """A sentence that goes on with the name of a column writes it as the file does."""
    y_true, score = rows(200)
    lines = [
        "y_true,score,sample_weight",
        *(f"{y},{s},{-1 if row == 5 else 1 + row % 3}" for row, (y, s) in enumerate(zip(y_true, score, strict=True))),
    ]
    shown = plain_texts(upload(open_app("data"), ("weights.csv", "\n".join(lines).encode())))
    assert "sample_weight is -1" in shown
    assert "Sample_weight" not in shown


def test_scores_that_are_computed_from_columns(open_app: Open) -> None:
    """The form keeps the difference of two logits and a confidence; another score is read as it is."""
    y_true, probability = rows(200)
    lines = [
        "y_true,logit_0,logit_1",
        *(f"{y},{-p - 0.1:.6f},{p:.6f}" for y, p in zip(y_true, probability, strict=True)),
    ]
    app = upload(open_app("data"), ("logits.csv", "\n".join(lines).encode()))
    before = address(app)["data"]
    assert widget(app.multiselect, "Scores").value == ["logit_1 - logit_0"]
    assert address(read_again(app))["data"] == before
    widget(app.multiselect, "Scores").unselect("logit_1 - logit_0").select("logit_1").run()
    assert "**logit\\_1**, ROC AUC" in texts(read_again(app))

    lines = ["truth,prediction_label,prediction_score,other"]
    for i, (y, p) in enumerate(zip(y_true, probability, strict=True)):
        lines.append(f"{y},{int(p > 0.5)},{max(p, 1 - p):.6f},{i * 7 % 31}")
    app = upload(app, ("confidence.csv", "\n".join(lines).encode()))
    assert "Confidence in the prediction **prediction\\_label**" in texts(app)
    widget(app.multiselect, "Scores").unselect("prediction_score").select("other").run()
    assert "Confidence in the prediction" not in texts(read_again(app))


def test_a_difference_of_columns_can_be_written(open_app: Open) -> None:
    """A score that no column holds is the difference of two, as it is named; its area is scikit-learn's."""
    y_true, minuend = rows(200)
    lines = ["y_true,a,b", *(f"{y},{p},{i % 7 / 10}" for i, (y, p) in enumerate(zip(y_true, minuend, strict=True)))]
    app = upload(open_app("data"), ("two.csv", "\n".join(lines).encode()))
    widget(app.multiselect, "Scores").set_value(["a - b"]).run()
    difference = np.array(minuend) - np.arange(200) % 7 / 10
    assert f"**a \\- b**, ROC AUC {roc_auc_score(y_true, difference):.3f}" in texts(read_again(app))


def test_classes_can_be_left_out(open_app: Open) -> None:
    """Of four classes one is positive; those left out are no cases, and one that remains is named."""
    kinds = ["spam", "ham", "unknown", "other"]
    lines = ["kind,score", *(f"{kinds[i * 7 % 11 % 4]},{i * 37 % 101 / 100}" for i in range(200))]
    n = {kind: sum(line.startswith(f"{kind},") for line in lines) for kind in kinds}
    app = upload(open_app("data"), ("kinds.csv", "\n".join(lines).encode()))
    widget(app.selectbox, "Positive class").select("spam").run()
    widget(app.multiselect, "Leave out the rows with").select("unknown").run()
    read_again(app)
    assert "**spam** against everything else  \nwithout rows where it is **unknown**" in texts(app)
    assert f"{n['spam']} positive  \n{n['ham'] + n['other']} negative" in texts(app)
    assert f"{n['unknown']} rows dropped: truth is unknown" in texts(app)
    widget(app.multiselect, "Leave out the rows with").select("other").run()
    assert f"{n['spam']} positive  \n{n['ham']} negative" in texts(read_again(app))
    assert "**spam** against **ham**" in texts(app)


def test_all_columns_are_shown_with_examples(open_app: Open) -> None:
    """Whatever becomes of a file, its columns are listed with their first different values, and all text is escaped."""
    contents = {
        "sure": "y_true,p,note\n" + "".join(f"{row},{HOSTILE}\n" for row in csv_rows(100)),
        "ask": "y_pred,y_pred_proba,note\n" + "".join(f"{i // 50},{i / 100},{HOSTILE}\n" for i in range(100)),
        "refuse": f"{HOSTILE},x\n" + "".join(f"{i} {HOSTILE},{i}\n" for i in range(100)),
    }
    for outcome, content in contents.items():
        app = upload(open_app("data"), (f"{outcome}.csv", content.encode()))
        assert bool(candidates(app)) == (outcome == "ask")
        assert bool(app.error) == (outcome == "refuse")
        (table,) = [each.proto.body for each in app.get("html") if "Columns of the file" in each.proto.body]
        header, *lines = content.splitlines()
        for number, name in enumerate(header.split(",")):
            values = dict.fromkeys(line.split(",")[number] for line in lines)
            (row,) = re.findall(rf'<th scope="row">{re.escape(html.escape(name))}</th>.*?</tr>', table)
            shown = [html.unescape(cell) for cell in re.findall("<code>(.*?)</code>", row)]
            assert shown == [each if len(each) <= 40 else f"{each[:37]}..." for each in values][:4]
        assert "<img" not in table
        uses = re.findall("</th><td>(.*?)</td>", table)
        assert uses == ["True class", "Score", ""] or outcome == "refuse"


def test_every_warning_is_on_the_page(open_app: Open) -> None:
    """However many models have the same fault, no warning is lost; those that matter most come first."""
    header = ["truth", *(f"margin_{k}" for k in range(14))]
    lines = [",".join(map(str, (y, *(k - 7 + 9 * p for k in range(14))))) for y, p in zip(*rows(60), strict=True)]
    content = "\n".join([",".join(header), *lines]).encode()
    reading = read_predictions(content, name="margins.csv", choices=Choices("truth", tuple(header[1:])))
    app = upload(open_app("data"), ("margins.csv", content))
    widget(app.multiselect, "Scores").set_value(header[1:]).run()
    shown = plain_texts(read_again(app))
    kinds = {warning.kind for warning in reading.warnings}
    assert {"few_positives", "not_probabilities"} <= kinds
    for warning in reading.warnings:
        assert warning.sentence in shown
    assert [("Only" in each.value) for each in app.warning] == [True]


@pytest.mark.parametrize("layout", ["lines", "records", "columns"])
def test_json_with_rows_is_a_table(open_app: Open, layout: str) -> None:
    """A table in JSON is read as one, though it starts like a decision record; a broken record says that it is one."""
    columns = dict(zip(("y_true", "p"), rows(100), strict=True))
    records = [{"y_true": y, "p": p} for y, p in zip(*columns.values(), strict=True)]
    contents = {
        "lines": "\n".join(map(json.dumps, records)),
        "records": json.dumps(records),
        "columns": json.dumps(columns),
    }
    app = upload(open_app("data"), ("scores.json", contents[layout].encode()))
    assert areas(app) == [f"{roc_auc_score(columns['y_true'], columns['p']):.3f}"]
    app = upload(app, ("decision.json", b'{"schema": "f1tools-decision/1", "threshold": '))
    assert "decision.json is not JSON" in plain_texts(app)


def test_classes_and_scores_in_two_files(open_app: Open) -> None:
    """Two files are joined, whichever comes first."""
    truth = b"case,y_true\n" + b"".join(b"%d,%d\n" % (i, i % 3 == 0) for i in range(300))
    scores = b"case,p_model\n" + b"".join(
        b"%d,%.3f\n" % (i, ((i * 37) % 100 + 30 * (i % 3 == 0)) / 140) for i in range(300)
    )
    app = upload(open_app("data"), ("scores.csv", scores), ("truth.csv", truth))
    assert not app.error
    assert "scores.csv + truth.csv" in plain_texts(app)
    assert "300 rows, 33.3% positive" in texts(app)


def test_several_models_in_several_files(open_app: Open) -> None:
    """The line names the models and says how the files were joined; files of other rows are refused by name."""
    lines = [(i, i % 3 == 0, (i * 37) % 100 + 30 * (i % 3 == 0)) for i in range(300)]
    files = {
        name: b"id,y_true,score\n"
        + b"".join(b"%d,%d,%.3f\n" % (i, y, (s + (i * step) % 50) / 180) for i, y, s in lines)
        for name, step in (("forest.csv", 7), ("boo_sting.csv", 11), ("log.csv", 13))
    }
    app = upload(open_app("data"), *files.items())
    assert not app.error
    text = "Read as: 3 files joined by id, truth **y_true**, scores **forest**, **boo_sting** and **log**, positive"
    assert text in plain_texts(go(app, "decide"))
    other = b"\n".join(files["log.csv"].splitlines()[:-2])
    app = upload(app, *files.items(), ("log.csv", other))
    assert "2 rows are only in" in plain_texts(app)


@pytest.mark.parametrize("sample_id", [each.id for each in all_samples().values() if not each.positive])
def test_a_sample_of_several_classes_opens_their_overview(open_app: Open, sample_id: str) -> None:
    """Once, when it is chosen; Data can be opened again, and leads there."""
    app = open_app("data")
    app.radio(key="sample").set_value(sample_id).run()
    assert not app.exception
    assert app.title[0].value in ("All classes", "All labels")
    assert address(app)["data"] == sample_id
    go(app, "data")
    assert app.title[0].value == "Data"
    assert app.radio(key="sample").value == sample_id
    assert next(link.proto.label for link in app.get("page_link")) == "Classes →"
    assert ("700 rows, 10 labels" in texts(app)) == (sample_id == "digits_overlaid")
    app.radio(key="sample").set_value("breast_cancer").run()
    assert app.title[0].value == "Data"
