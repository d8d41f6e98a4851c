"""What the Data page says about files that came."""

import re

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.test_pages import texts, upload

WAYS = {"each part by itself, as a model of its own", "only **A**", "only **B**", "all parts pooled"}


def rows(n: int, noise: float = 1.0, seed: int = 3) -> tuple[list[int], list[float]]:
    rng = np.random.default_rng(seed)
    y_true = (rng.uniform(size=n) < 0.3).astype(int)
    return y_true.tolist(), (1 / (1 + np.exp(0.5 - y_true - noise * rng.normal(size=n)))).round(6).tolist()


def stack(n: int = 300) -> bytes:
    """Two models on top of each other, which know different amounts."""
    lines = ["model,y_true,p"]
    for name, noise in (("A", 0.6), ("B", 2.0)):
        _, p = rows(n, noise)
        lines += [f"{name},{y},{score}" for y, score in zip(rows(n)[0], p, strict=True)]
    return "\n".join(lines).encode()


def areas(app: AppTest) -> list[str]:
    return re.findall(r"ROC AUC ((?:about )?[0-9.]+)", texts(app))


@pytest.mark.parametrize("n", [300, 60_000])
def test_the_area_is_the_exact_one(open_app: Open, n: int) -> None:
    """However many rows the reader looked at, the area is that of all rows: scikit-learn's."""
    y_true, p = rows(n)
    # Sorted by the truth, so that no part of the file stands for all of it.
    lines = sorted(zip(y_true, p, strict=True), key=lambda row: (row[1] > 0.5, row[0]))
    app = upload(open_app("data"), ("long.csv", "\n".join(["y_true,p", *(f"{y},{s}" for y, s in lines)]).encode()))
    assert areas(app) == [f"{roc_auc_score(y_true, p):.3f}"]


def test_ways_to_read_a_stack_can_be_told_apart(open_app: Open) -> None:
    """Each card says what it does with the parts that are on top of each other."""
    app = upload(open_app("data"), ("stack.csv", stack()))
    ways = re.findall(r"Stacked by \*\*model\*\*: (.*?)  \n", texts(app))
    assert set(ways) == WAYS
    assert len(ways) == len(WAYS)
    assert not any(area.startswith("about") for area in areas(app))


def test_areas_are_rough_until_all_rows_are_read(open_app: Open) -> None:
    """Before a choice only some rows of a long file were looked at, and its cards say "about"."""
    app = upload(open_app("data"), ("stack.csv", stack(40_000)))
    assert areas(app)
    assert all(re.fullmatch(r"about 0\.\d\d", area) for area in areas(app))


@pytest.mark.parametrize("way", sorted(WAYS))
def test_the_chosen_part_is_said_and_measured(open_app: Open, way: str) -> None:
    """After a choice the page says which parts were taken, with their own areas."""
    app = upload(open_app("data"), ("stack.csv", stack()))
    cards = [element.value for element in app.markdown if "Stacked by" in element.value]
    app.button(key=f"candidate {next(place for place, text in enumerate(cards) if way in text)}").click().run()
    y_true, (a, b) = rows(300)[0], (rows(300, noise)[1] for noise in (0.6, 2.0))
    expected = {
        "only **A**": [roc_auc_score(y_true, a)],
        "only **B**": [roc_auc_score(y_true, b)],
        "all parts pooled": [roc_auc_score(2 * y_true, np.concatenate([a, b]))],
    }.get(way, [roc_auc_score(y_true, a), roc_auc_score(y_true, b)])
    assert f"Stacked by **model**: {way}" in texts(app)
    assert areas(app) == [f"{area:.3f}" for area in expected]
