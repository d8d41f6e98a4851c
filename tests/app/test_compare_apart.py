"""Files of different rows on the page Compare: unpaired, with the numbers of the command line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from f1tools.cli import main
from tests.app.conftest import Open
from tests.app.helpers import address, drop, go, plain_texts, settled, upload
from tests.app.test_compare import cells, compared, thresholds


def model_rows(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return true classes and scores."""
    rng = np.random.default_rng(seed)
    y_true = (rng.random(n) < 0.3).astype(int)
    return y_true, np.round(np.clip(0.3 + 0.1 * y_true + 0.15 * rng.normal(size=n), 0.001, 0.999), 4)


def model_file(n: int, seed: int, score: str = "p_model") -> bytes:
    """Return a file of true classes and scores."""
    y_true, scores = model_rows(n, seed)
    return "\n".join([f"y_true,{score}", *(f"{y},{s}" for y, s in zip(y_true, scores, strict=True))]).encode()


OLD, NEW = ("old.csv", model_file(300, 1, "p_old")), ("new.csv", model_file(250, 2, "p_new"))
ALIKE = ("old.csv", model_file(300, 1)), ("new.csv", model_file(250, 2))


def by_command(folder: Path, capsys: pytest.CaptureFixture[str], *files: tuple[str, bytes]) -> dict[str, Any]:
    """Return what `f1tools compare` says of files."""
    for name, content in files:
        (folder / name).write_bytes(content)
    arguments = ["compare", *(str(folder / name) for name, _ in files), "--interval", "--json"]
    assert main(arguments) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_files_of_different_rows_lead_to_compare(
    open_app: Open, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each model on its own file, with the differences of the command line; nothing that needs common rows."""
    app = drop(open_app("explore"), OLD, NEW)
    assert app.title[0].value == "Compare"
    app = settled(go(app, "compare"))
    table, expected = cells(app), by_command(tmp_path, capsys, OLD, NEW)
    drawn = {each["name"]: each["positives"] for each in compared(app)["models"]}
    assert list(table) == ["p_old", "p_new"]
    assert not expected["paired"]
    for model, (n, seed) in zip(expected["models"], ((300, 1), (250, 2)), strict=True):
        row, threshold = table[model["score"]], thresholds(app)[model["score"]]
        y_true, scores = model_rows(n, seed)
        flagged = scores >= threshold
        lowest, highest = model["threshold_interval"]
        assert lowest < threshold <= highest
        assert row["Rows"] == str(n)
        assert drawn[model["score"]] == y_true.sum()
        assert row["Flagged"].split()[0] == str(flagged.sum()) == str(model["flagged"])
        for metric, heading in ((f1_score, "F1"), (precision_score, "Precision"), (recall_score, "Recall")):
            assert row[heading] == f"{metric(y_true, flagged):.3f}"
    low, high = expected["models"][1]["comparison"]["interval"]
    assert table["p_new"]["Difference"].endswith(f"({low:+.3f} to {high:+.3f})".replace("-", "−"))
    text = plain_texts(app)
    assert text.count("These are different rows, so unpaired") == 1
    assert "of old.csv and " in text
    assert not [each for each in app.selectbox if each.label == "Align by"]
    assert "both flag" not in text
    assert address(app)["file"].startswith("old.csv.")
    assert "*new.csv." in address(app)["file"]


def test_other_pages_show_the_first_file(open_app: Open) -> None:
    """Decide and Data are about the first file; a link with another reference opens after the files are there again."""
    app = drop(open_app("decide"), OLD, NEW)
    app.selectbox(key="reference").set_value("p_new").run()
    link = address(app)
    assert link["ref"] == "p_new"
    assert "**old.csv** · 300 rows" in plain_texts(go(app, "decide"))
    data = plain_texts(go(app, "data"))
    assert "new.csv: truth" in data.replace("**", "")
    again = drop(open_app("compare", **link), OLD, NEW)
    assert address(again) == link
    assert list(cells(again)) == ["p_old", "p_new"]


def test_stacked_files_can_be_compared_instead(open_app: Open) -> None:
    """Two files with the same columns are tuning and evaluation set, until they are said to be two models."""
    app = go(drop(open_app("data"), *ALIKE), "compare")
    button = next(each for each in app.button if each.label == "Compare them as two models")
    app = button.click().run()
    assert list(cells(app)) == ["old", "new"]
    assert [row["Rows"] for row in cells(app).values()] == ["300", "250"]
    link = address(app)
    again = drop(open_app("compare", **link), *ALIKE)
    assert address(again) == link
    assert list(cells(again)) == ["old", "new"]


def test_a_question_about_one_of_the_files(open_app: Open) -> None:
    """The page asks about that file by its name; the answer leads to Compare, and concerns that file alone."""
    y_true, scores = model_rows(200, 5)
    lines = [f"{'cat' if y else 'dog'},{score}" for y, score in zip(y_true, scores, strict=True)]
    animals = ("animals.csv", "\n".join(["animal,p_animal", *lines]).encode())
    app = upload(open_app("explore"), OLD, animals)
    assert app.header[0].value == "How should animals\\.csv be read?"
    app.button(key="apply reading").click().run()
    assert app.title[0].value == "Compare"
    assert {name: row["Rows"] for name, row in cells(app).items()} == {"p_old": "300", "p_animal": "200"}


def test_questions_that_one_answer_cannot_settle(open_app: Open) -> None:
    """Two files with other labels in other columns: the second question says what to do, and undoes nothing."""
    y_true, scores = model_rows(200, 5)
    pets, wild = (
        "\n".join([f"{name},p_{name}", *(f"{labels[y]},{s}" for y, s in zip(y_true, scores[::step], strict=True))])
        for name, labels, step in (("pet", ("dog", "cat"), 1), ("beast", ("lion", "tiger"), -1))
    )
    app = upload(open_app("explore"), ("pets.csv", pets.encode()), ("wild.csv", f"{wild}\ntiger,0.5".encode()))
    assert app.header[0].value == "How should pets\\.csv be read?"
    app.button(key="apply reading").click().run()
    assert "wild.csv can be read in several ways as well" in plain_texts(app) + app.error[0].value.replace("\\", "")
    assert app.header[0].value == "How should pets\\.csv be read?"


def test_files_that_are_no_models_are_refused_as_before(open_app: Open) -> None:
    """Where a file has no scores, the reason is that of reading the files together."""
    truth = ("truth.csv", b"y_true\n" + b"1\n0\n" * 20)
    app = drop(open_app("data"), truth, ("scores.csv", b"p\n" + b"".join(b"0.%03d\n" % i for i in range(37))))
    assert app.title[0].value == "Data"
    assert app.error
