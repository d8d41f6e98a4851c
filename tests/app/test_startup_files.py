"""Files that the dashboard was started with."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from f1tools.decision import decide
from f1tools.readers import read_predictions
from f1tools.record import build_record, data_source, file_digest, to_json
from tests.app.conftest import Open
from tests.app.helpers import (
    GOOD,
    HOSTILE,
    MARGINS,
    address,
    candidates,
    card,
    complete_file,
    go,
    go_back,
    plain_texts,
    take,
    upload,
    widget,
)

Start = Callable[..., list[Path]]
AMBIGUOUS = b"a,b,p\n" + b"".join(b"%d,%d,%.2f\n" % (i % 3 == 0, i % 2, i % 97 / 97) for i in range(300))


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Start:
    """Return a function that writes files and sets them as those that the server was started with."""

    def with_files(*files: tuple[str, bytes]) -> list[Path]:
        paths = [tmp_path / name for name, _ in files]
        for path, (_, content) in zip(paths, files, strict=True):
            path.write_bytes(content)
        monkeypatch.setenv("F1TOOLS_FILES", json.dumps([*map(str, paths)]))
        return paths

    return with_files


def test_a_file_that_became_a_pipe(open_app: Open, start: Start) -> None:
    """A pipe is refused instead of waited for, which would stop all sessions."""
    (path,) = start(("mine.csv", GOOD))
    path.unlink()
    os.mkfifo(path)
    app = open_app("data")
    assert not app.exception
    assert "mine\\.csv is not a regular file" in app.error[0].value


def press_read_again(app: AppTest) -> None:
    widget(app.button, "Read mine\\.csv again").click().run()
    assert not app.exception


@pytest.mark.parametrize("page", ["decide", "explore", "data"])
def test_a_new_session_shows_the_file(open_app: Open, start: Start, page: str) -> None:
    """Whichever page is opened, the file and its link are those of an upload."""
    uploaded = upload(open_app("data"))
    start(("mine.csv", GOOD))
    app = open_app(page)
    assert not app.exception
    assert "mine.csv" in plain_texts(app)
    assert address(app) == address(uploaded)


def test_back_after_an_upload(open_app: Open, start: Start) -> None:
    """The way back leads to the file of the start and to its settings, although another one was uploaded."""
    start(("mine.csv", GOOD))
    app = go(open_app(), "explore", t="0.4")
    before = address(app)
    upload(go(app, "data"), ("other.csv", MARGINS))
    assert address(go(app, "share")) != before
    go_back(app, "explore", before)
    assert "mine.csv" in plain_texts(app)
    assert address(app) == before


def test_two_files_that_belong_together(open_app: Open, start: Start) -> None:
    lines = GOOD.decode().splitlines()
    labels = "\n".join(["id,y_true", *(f"{i},{line.split(',')[0]}" for i, line in enumerate(lines[1:]))])
    scores = "\n".join(["id,p_model", *(f"{i},{line.split(',')[1]}" for i, line in enumerate(lines[1:]))])
    start(("labels.csv", labels.encode()), ("scores.csv", scores.encode()))
    app = open_app()
    assert "labels.csv + scores.csv" in plain_texts(app)
    alone = upload(open_app("data"))
    alone.switch_page("pages/decide.py").run()
    assert card(app)["stops"] == card(alone)["stops"]


def test_questions_are_asked_on_the_data_page(open_app: Open, start: Start) -> None:
    """A file that can be read in several ways opens the Data page, once."""
    start(("mine.csv", AMBIGUOUS))
    app = open_app()
    assert app.title[0].value == "Data"
    assert candidates(app)
    app.switch_page("pages/explore.py").run()
    assert app.title[0].value == "Explore"


def test_an_answer_survives_a_reload(open_app: Open, start: Start) -> None:
    """The link has the column mapping, so the question is not asked again."""
    start(("mine.csv", AMBIGUOUS))
    answered = take(open_app(), "**a**")
    reloaded = open_app("explore", **address(answered))
    assert not reloaded.exception
    assert reloaded.title[0].value == "Explore"
    assert address(reloaded) == address(answered)


@pytest.mark.parametrize("content", [b"", b"only one column\n1\n2\n", b"{}"])
def test_unusable_files_are_refused_like_uploads(open_app: Open, start: Start, content: bytes) -> None:
    refused = upload(open_app("data"), ("mine.csv", content))
    start(("mine.csv", content))
    app = open_app()
    assert app.title[0].value == "Data"
    assert [error.value for error in app.error] == [error.value for error in refused.error] != []


def test_a_name_that_is_not_text(open_app: Open, start: Start) -> None:
    """A byte of a file name that is not UTF-8 is shown as a question mark."""
    start(("mine\udcff.csv", GOOD))
    app = open_app()
    assert not app.exception
    assert "mine?.csv" in plain_texts(app)


def test_a_file_that_is_gone(open_app: Open, start: Start) -> None:
    """The page says so, names the file without its folder, and escapes the name."""
    (path,) = start((f"mine {HOSTILE.replace('/', '')}.csv", GOOD))
    path.unlink()
    app = open_app()
    assert f"{path.name} cannot be read: No such file or directory." in plain_texts(app)
    assert str(path.parent) not in plain_texts(app)
    assert path.name not in app.error[0].value


def test_a_link_to_a_sample_shows_the_sample(open_app: Open, start: Start) -> None:
    """A reload keeps the sample that a visitor chose; a button returns to the file."""
    start(("mine.csv", GOOD))
    app = open_app("data", data="diabetes")
    assert address(app)["data"] == "diabetes"
    press_read_again(app)
    assert "Now showing mine.csv" in plain_texts(app).replace("**", "")


def test_changes_on_disk_are_read_again(open_app: Open, start: Start) -> None:
    """The button and new sessions read the file as it is now; a session keeps what it shows until then."""
    (path,) = start(("mine.csv", GOOD))
    app = open_app("data")
    path.write_bytes(complete_file(480))
    app.run()
    assert "300 rows" in plain_texts(app)
    press_read_again(app)
    assert "480 rows" in plain_texts(app)
    assert "480 rows" in plain_texts(open_app("data"))


def test_settings_of_a_link_apply(open_app: Open, start: Start) -> None:
    """A link to a decision about this file shows that decision."""
    link = address(upload(open_app("data")))
    start(("mine.csv", GOOD))
    app = open_app("decide", **link, t="0.25")
    assert not app.exception
    assert address(app) == {**link, "t": "0.25"}
    assert "mine.csv" in plain_texts(app)


@pytest.mark.parametrize(("model", "shown"), [("p_a", "p_a"), ("p_b", "p_b"), ("p_c", "p_b")])
def test_the_model_of_a_link_is_shown(open_app: Open, start: Start, model: str, shown: str) -> None:
    """It wins over the model with the highest F1, which is used instead of one that is not there."""
    rows = (line.split(b",") for line in GOOD.splitlines()[1:])
    start(
        ("mine.csv", b"y_true,p_a,p_b\n" + b"".join(b"%s,0.%d,%s\n" % (y, i % 7, p) for i, (y, p) in enumerate(rows)))
    )
    app = open_app(model=model, t="0.25")
    picker = widget(app.selectbox, "Model")
    assert (picker.value, address(app).get("t")) == (shown, "0.25" if model == shown else None)
    assert ("model=p_c (p_b is used instead), t=0.25" in plain_texts(app)) is (model != shown)


def test_a_record_with_its_data(open_app: Open, start: Start) -> None:
    """A decision record among the files opens its decision."""
    (path,) = start(("mine.csv", GOOD))
    reading = read_predictions(path)
    assert reading.predictions is not None
    decision = decide(reading.predictions.curves("p_model"), threshold=0.25)
    record = build_record(decision, data_source(reading, [file_digest(path.name, path)]))
    start(("mine.csv", GOOD), ("record.json", to_json(record).encode()))
    app = open_app("data")
    assert app.success[0].value.startswith("mine")
    assert address(app)["t"] == "0.25"
