"""The Data page with rows that choose the threshold and rows that report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import Open
from tests.app.tables import table_of
from tests.app.test_pages import STRANGE, address, texts, upload

PARTS = ("train", "valid", "test")


def lines(n: int, shift: int = 0) -> list[str]:
    """Make rows of a truth and a score that knows something about it."""
    score = [((i * 37 + shift) % 100 + 30 * (i % 3 == 0)) / 140 for i in range(n)]
    return [f"{int(i % 3 == 0)},{p:.3f}" for i, p in enumerate(score)]


def split(parts: Sequence[str] = PARTS, column: str = "set", n: int = 480) -> bytes:
    """Make a file whose rows belong to parts, in runs of eight, with an amount each."""
    rows = [f'"{parts[i // 8 % len(parts)]}",{line},{i % 10}' for i, line in enumerate(lines(n))]
    return "\n".join([f'"{column}",y_true,p_model,loss', *rows]).encode()


def whole(n: int, shift: int = 0) -> bytes:
    """Make a file of truth and score."""
    return "\n".join(["y_true,p_model", *lines(n, shift)]).encode()


def widget(elements: Iterable[Any], label: str) -> Any:
    """Find a widget by what it is called."""
    return next(element for element in elements if element.label == label)


def again(app: AppTest) -> AppTest:
    widget(app.button, "Read again").click().run()
    assert not app.exception
    return app


def test_the_first_card_uses_the_parts(open_app: Open) -> None:
    """A file with validation and test rows asks; the first card says who does what, and a click reads it so."""
    app = upload(open_app("data"), ("mine.csv", split()))
    cards = [element.value for element in app.markdown if "True class" in element.value]
    assert "Threshold chosen on **valid**, numbers from **test**  \nLeft out: **train**" in cards[0]
    assert "Stacked by" not in cards[0]
    assert any("Stacked by **set**: only **train**" in card for card in cards)
    app.button(key="candidate 0").click().run()
    assert not app.exception
    assert "Threshold chosen on **valid** (160 rows), numbers from **test** (160 rows)" in texts(app)
    assert "160 rows left out: set is train" in texts(app)
    assert address(app)["data"].startswith("file-")


def test_roles_and_amounts_can_be_chosen_by_hand(open_app: Open) -> None:
    """The form offers the columns and their values; training rows may be chosen, under a warning."""
    app = upload(open_app("data"), ("mine.csv", split(("A", "B", "train"), column="whence")))
    assert app.multiselect
    assert not [each for each in app.multiselect if each.label == "Report numbers on"]
    widget(app.selectbox, "Roles").select("whence").run()
    assert widget(app.button, "Read again").disabled
    assert sorted(widget(app.multiselect, "Choose the threshold on").options) == ["A", "B", "train"]
    widget(app.multiselect, "Choose the threshold on").select("train").select("B").run()
    widget(app.multiselect, "Report numbers on").select("A").run()
    widget(app.selectbox, "Amount").select("loss").run()
    again(app)
    assert "Threshold chosen on **train** and **B** (320 rows), numbers from **A** (160 rows)" in texts(app)
    assert "Cost of a missed case **loss**" in texts(app)
    assert "they probably trained the model" in texts(app)
    widget(app.selectbox, "Roles").select_index(0).run()
    widget(app.selectbox, "Amount").select_index(0).run()
    assert "Threshold chosen on" not in texts(again(app))
    assert "Cost of a missed case" not in texts(app)


def test_one_part_cannot_do_both(open_app: Open) -> None:
    """The page says so, and what was on the screen stays."""
    app = upload(open_app("data"), ("mine.csv", split()))
    app.button(key="candidate 0").click().run()
    before = address(app)
    widget(app.multiselect, "Report numbers on").select("valid").run()
    again(app)
    assert app.error[0].value.replace("\\", "").startswith("Rows whose set is valid cannot both choose")
    assert address(app) == before


def test_two_complete_files_have_roles_that_can_be_swapped(open_app: Open) -> None:
    """The file called test reports; a click turns that around, and back."""
    app = upload(open_app("data"), ("test.csv", whole(300)), ("other.csv", whole(240, shift=11)))
    assert not app.error
    first = address(app)["data"]
    said = "Threshold chosen on **other\\.csv** (240 rows), numbers from **test\\.csv** (300 rows)"
    turned = "Threshold chosen on **test\\.csv** (300 rows), numbers from **other\\.csv** (240 rows)"
    assert said in texts(app)
    widget(app.button, "Swap the two roles").click().run()
    assert not app.exception
    assert turned in texts(app)
    assert address(app)["data"] != first
    widget(app.button, "Swap the two roles").click().run()
    assert said in texts(app)
    assert address(app)["data"] == first


def test_two_complete_files_can_be_pooled(open_app: Open) -> None:
    """Without a column of roles all rows are one set."""
    app = upload(open_app("data"), ("a.csv", whole(300)), ("b.csv", whole(240, shift=11)))
    widget(app.selectbox, "Roles").select_index(0).run()
    again(app)
    assert "Threshold chosen on" not in texts(app)
    assert "540 rows, 33.3% positive" in texts(app)


def test_names_of_parts_are_shown_as_they_are(open_app: Open) -> None:
    """Values of the file never act as Markdown or HTML."""
    names = (f"{STRANGE} valid", f"{STRANGE} test", f"{STRANGE} other")
    app = upload(open_app("data"), (f"{STRANGE}.csv", split(names)))
    assert "Threshold chosen on" in texts(app)
    assert STRANGE not in texts(app)
    app.button(key="candidate 0").click().run()
    assert not app.exception
    assert "Threshold chosen on" in texts(app)
    assert STRANGE not in texts(app)


def test_what_was_chosen_stays_chosen_in_the_form(open_app: Open) -> None:
    """Of a part that was taken alone nothing changes when the file is read again as it is."""
    app = upload(open_app("data"), ("mine.csv", split(("train", "test"))))
    cards = [element.value for element in app.markdown if "True class" in element.value]
    app.button(key=f"candidate {next(i for i, card in enumerate(cards) if 'only **test**' in card)}").click().run()
    before = address(app)
    assert "Stacked by **set**: only **test**" in texts(again(app))
    assert address(app) == before


def test_a_miss_can_cost_its_own_amount(open_app: Open) -> None:
    """With an amount column the cheapest threshold of What if is the one that loses least money, by brute force."""
    app = upload(open_app("data"), ("mine.csv", split(("all",), column="whence")))
    widget(app.selectbox, "Amount").select("loss")
    again(app)
    app.switch_page("pages/what_if.py")
    app.query_params["what"] = "costs"
    app.query_params["amounts"] = "True"
    app.run()
    assert not app.exception
    rows = [line.split(",") for line in split(("all",)).decode().splitlines()[1:]]
    truth, score, loss = (np.array([float(row[place]) for row in rows]) for place in (1, 2, 3))

    def cost(threshold: float) -> float:
        missed = (truth == 1) & (score < threshold)
        return float(1000 * (loss[missed].sum() + ((truth == 0) & (score >= threshold)).sum()) / truth.size)

    shown = table_of(app)
    least = min(cost(threshold) for threshold in [*np.unique(score), np.inf])
    for head in shown.heads:
        assert float(shown[head]["Cost per 1,000 cases"].replace(",", "")) == pytest.approx(
            cost(float(shown[head]["Threshold"])), rel=1e-3
        )
    assert float(shown["Cheapest"]["Cost per 1,000 cases"].replace(",", "")) == pytest.approx(least, rel=1e-3)
    assert "costs the amount in its row" in texts(app)
