"""Read pages in Streamlit's test runner, and files to upload."""

import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.metrics import precision_recall_curve
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from f1tools.predictions import Predictions
from f1tools.readers import read_predictions
from f1tools.ui.session.data import default_sample
from f1tools.ui.session.view import View

PAGES = (
    "decide",
    "classes",
    "explore",
    "compare",
    "what_if",
    "how_sure",
    "calibration",
    "strategies",
    "share",
    "data",
    "methods",
)
ROWS = [(int(i % 3 == 0), ((i * 37) % 100 + 30 * (i % 3 == 0)) / 140) for i in range(300)]
GOOD = b"y_true,p_model\n" + b"".join(b"%d,%.3f\n" % row for row in ROWS)
MARGINS = b"y_true,margin\n" + b"".join(b"%d,%d\n" % (i % 3 == 0, i % 17 + 5 * (i % 3 == 0)) for i in range(300))
HOSTILE = "**b** <img src=x onerror=alert(1)> $x$ :material/home: [a](http://x)"
PARTS = ("train", "valid", "test")


def csv_rows(n: int, shift: int = 0) -> list[str]:
    """Return lines of a true class and a score that depends on it."""
    scores = [((i * 37 + shift) % 100 + 30 * (i % 3 == 0)) / 140 for i in range(n)]
    return [f"{int(i % 3 == 0)},{score:.3f}" for i, score in enumerate(scores)]


def complete_file(n: int, shift: int = 0) -> bytes:
    """Return a file of true classes and scores."""
    return "\n".join(["y_true,p_model", *csv_rows(n, shift)]).encode()


def file_with_roles(parts: Sequence[str] = PARTS, column: str = "set", n: int = 480) -> bytes:
    """Return a file whose rows belong to parts, in runs of eight, with an amount each."""
    rows = [f'"{parts[i // 8 % len(parts)]}",{row},{i % 10}' for i, row in enumerate(csv_rows(n))]
    return "\n".join([f'"{column}",y_true,p_model,loss', *rows]).encode()


@cache
def sample() -> Predictions:
    """Return the predictions of the sample that a first visit shows."""
    predictions = read_predictions(default_sample().path).predictions
    assert predictions is not None
    return predictions


def sample_rows() -> tuple[np.ndarray, np.ndarray]:
    """Return the true classes of the sample and the scores of its first model."""
    return sample().y_true, sample().scores[sample().models[0]]


def upload(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Upload files, `GOOD` if none are given, and open the Data page, whatever page they lead to."""
    return go(drop(app, *files or (("mine.csv", GOOD),)), "data")


def drop(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Upload files on any page and see where they lead."""
    app.file_uploader[0].set_value([(name, content, "text/csv") for name, content in files]).run()
    assert not app.exception
    return app


def candidates(app: AppTest) -> list[str]:
    """Return the possible readings that the page offers, each with its caption."""
    found = [radio for radio in app.radio if str(radio.key).startswith("reading ")]
    return [
        f"{label}\n{caption}"
        for radio in found
        for label, caption in zip(radio.options, radio.proto.captions, strict=True)
    ]


def take(app: AppTest, text: str = "") -> AppTest:
    """Choose the first possible reading that contains a text, and open the Data page again."""
    number = next(number for number, each in enumerate(candidates(app)) if text in each)
    (radio,) = [radio for radio in app.radio if str(radio.key).startswith("reading ")]
    radio.set_value(number).run()
    app.button(key="apply reading").click().run()
    assert not app.exception
    return go(app, "data")


def with_roles(app: AppTest, n: int = 480) -> AppTest:
    """Upload a file whose rows "valid" tune the threshold and whose rows "test" evaluate it."""
    return take(upload(app, ("mine.csv", file_with_roles(n=n))))


def go(app: AppTest, page: str, **link: str) -> AppTest:
    """Open another page of the same session, with settings by their URL parameters, as if they were chosen there."""
    app.switch_page(f"pages/{page}.py")
    if link:
        session = app.session_state["session"]
        session.view = View.from_query(session.view.to_query() | link)
    app.run()
    assert not app.exception
    return app


def go_back(app: AppTest, page: str, query: dict[str, str]) -> AppTest:
    """Open another page as the browser's Back does: with the parameters that its URL had."""
    app.query_params.clear()
    app.query_params.update(query)
    return go(app, page)


def settled(app: AppTest) -> AppTest:
    """Wait for the background jobs that the page awaits, and rerun it, until it awaits none."""
    jobs = app.session_state["session"].jobs
    for _ in range(20):
        if not jobs.awaited:
            return app
        assert all(job.is_done(timeout=60) for job in list(jobs.awaited)), "a background job did not finish"
        app.run()
    raise AssertionError("the page awaits one job after another")


def address(app: AppTest) -> dict[str, str]:
    """Return the parameters of the URL."""
    return {key: value if isinstance(value, str) else value[-1] for key, value in app.query_params.items()}


def texts(app: AppTest) -> str:
    """Return the text of the page as Markdown."""
    kinds = (app.markdown, app.caption, app.error, app.warning, app.info)
    return "\n".join(element.value for kind in kinds for element in kind)


def plain_texts(app: AppTest) -> str:
    """Return the text of the page as it is read."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", texts(app).replace("\u2060", ""))


def figures(app: AppTest) -> list[dict[str, Any]]:
    """Return the figures of the page."""
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def card(app: AppTest) -> dict[str, Any]:
    """Return the payload of the card."""
    payloads = (json.loads(component.proto.json) for component in app.get("bidi_component") if component.proto.json)
    payload: dict[str, Any] = next(payload for payload in payloads if "stops" in payload)
    return payload


def widget(elements: Iterable[Any], label: str) -> Any:
    """Return the widget with a label."""
    return next(element for element in elements if element.label == label)


def form_button(app: AppTest) -> Button:
    """Return the button of the form that maps the columns."""
    return next(button for button in app.button if str(button.key).startswith("again "))


def read_again(app: AppTest) -> AppTest:
    """Read the upload with the column mapping of the form, and open the Data page again."""
    form_button(app).click().run()
    assert not app.exception
    return app if app.title[0].value == "Data" else go(app, "data")


def best_f1(y_true: ArrayLike, y_score: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
    """Return the highest F1 of all thresholds, from scikit-learn's curve."""
    precision, recall, _ = precision_recall_curve(y_true, y_score, sample_weight=sample_weight)
    return float(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-300)))


def metrics(app: AppTest) -> dict[str, str]:
    """Return the values of the metric boxes by label."""
    assert not app.exception
    return {metric.label: metric.value for metric in app.metric}


@dataclass(frozen=True)
class Table:
    """A table: cells by column, and by the name of the row in the first column."""

    rows: list[str]
    columns: dict[str, dict[str, str]]

    def __getitem__(self, column: str) -> dict[str, str]:
        return self.columns[column]


def table_of(app: AppTest) -> Table:
    """Return the first table of the page."""
    assert not app.exception
    tables = [each.proto.body for each in app.get("html") if "<table>" in each.proto.body]
    if tables:
        header, *lines = map(_html_cells, re.findall("<tr>.*?</tr>", tables[0]))
    else:
        found = next(element.value for element in app.markdown if element.value.startswith("|"))
        header, _, *lines = map(_cells, found.splitlines())
    lines = [line for line in lines if len(line) == len(header)]  # without headings of rows
    rows = [line[0] for line in lines]
    return Table(rows, {name: {line[0]: line[k] for line in lines} for k, name in enumerate(header) if k})


def _html_cells(row: str) -> list[str]:
    return [html.unescape(cell) for cell in re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row)]


def _cells(line: str) -> list[str]:
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line.replace("\u2060", ""))
    return [cell.strip().strip("*") for cell in plain.strip().strip("|").split("|")]
