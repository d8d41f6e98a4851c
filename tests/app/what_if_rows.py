"""The rows behind the What-if page: a file with roles, weights that change the share of positives, numbers of cells."""

import numpy as np
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.helpers import (
    file_with_roles,
    go,
    read_again,
    widget,
    with_roles,
)


def part(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return class, score and amount of the rows of one part of the file with roles."""
    lines = [line.split(",") for line in file_with_roles().decode().splitlines()[1:]]
    values = np.array([[float(value) for value in line[1:]] for line in lines if line[0] == f'"{name}"'])
    return values[:, 0] == 1, values[:, 1], values[:, 2]


def open_with_roles(open_app: Open, **link: str) -> AppTest:
    """Open the page on a file with roles, and with amounts if the link uses them."""
    app = with_roles(open_app("data"))
    if "amounts" in link:
        widget(app.selectbox, "Amount").select("loss").run()
        read_again(app)
    return go(app, "what_if", **link)


def shifted(y_true: np.ndarray, share: float) -> np.ndarray:
    """Return row weights with which this share is positive."""
    weights: np.ndarray = np.where(y_true, share / y_true.mean(), (1 - share) / (1 - y_true.mean()))
    return weights


def number(cell: str) -> float:
    return float(cell.replace(",", ""))
