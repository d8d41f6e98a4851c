"""Figures and tables can be saved as files that open elsewhere."""

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect

from f1tools import palette
from tests.browser.helpers import MINE, PHONE, Visit, at_rest, csv, open_page, save, upload

SVG = "{http://www.w3.org/2000/svg}"

# Pairs of texts of one figure that overlap, and texts that leave their figure.
COLLISIONS = """
() => [...document.querySelectorAll(".js-plotly-plot")].flatMap((figure) => {
  const texts = [...figure.querySelectorAll(".annotation text, .legendtext, .gtitle")];
  const boxes = texts.map((each) => each.getBoundingClientRect());
  const outer = figure.getBoundingClientRect();
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2;
  return texts.flatMap((text, i) => [
    ...(boxes[i].left < outer.left - 1 || boxes[i].right > outer.right + 1 ? [text.textContent] : []),
    ...texts.slice(0, i).filter((_, j) => meet(boxes[i], boxes[j])).map((it) => it.textContent + text.textContent),
  ]);
})
"""


def test_a_figure_is_saved_as_it_looks_now(visit: Visit, tmp_path: Path) -> None:
    """The file has the title, what the figure is about, the assumed share, and the background of the page.

    It is as wide as a page even if it is saved on a phone.
    """
    page = visit("/what_if?prevalence=0.25", color_scheme="dark", **PHONE)
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    at_rest(page)
    heading = page.get_by_role("heading", level=2).filter(visible=True)
    titles = [
        text for text in heading.all_inner_texts() if page.get_by_role("button", name=f"Save {text} as SVG").count()
    ]
    file = save(page, f"Save {titles[0]} as SVG", tmp_path)
    picture = ElementTree.parse(file).getroot()  # noqa: S314 - it is our own
    texts = ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    assert picture.attrib["width"] == "600"
    assert titles[0] in texts
    assert any(text.endswith("prob_forest · Diabetes, fast progression") for text in texts)
    background, dark = next(picture.iter(f"{SVG}rect")).attrib["style"], palette.DARK["background"]
    assert re.findall(r"\d+", background)[:3] == [str(int(dark[place : place + 2], 16)) for place in (1, 3, 5)]
    content = save(page, f"Save {titles[1]} as PNG", tmp_path).read_bytes()
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(content[16:20]) == 1800  # pixels across: fit for print


def test_curves_are_saved_as_they_look_now(visit: Visit, tmp_path: Path) -> None:
    """The image has title, subject, the current threshold and the colors of the page, and needs nothing else."""
    page = visit("/explore?t=0.5", color_scheme="dark", **PHONE)
    expect(page.get_by_role("button", name="Save Confusion matrix as SVG")).to_be_visible()
    file = save(page, "Save Confusion matrix as SVG", tmp_path)
    picture = ElementTree.parse(file).getroot()  # noqa: S314 - it is our own
    texts = ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")]
    assert (file.name, picture.attrib["width"]) == ("matrix-prob-forest.svg", "600")
    assert {"Confusion matrix", "prob_forest · Diabetes, fast progression", "71", "31", "62", "278"} <= set(texts)
    assert next(picture.iter(f"{SVG}rect")).attrib["fill"].upper() == palette.DARK["background"].upper()
    assert not any("class" in element.attrib for element in picture.iter())
    file = save(page, "Save ROC curve as PNG", tmp_path)
    content = file.read_bytes()
    assert file.name == "roc-prob-forest.png"
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(content[16:20]) == 1800


def test_a_hostile_name_is_harmless_in_every_file(visit: Visit, tmp_path: Path) -> None:
    """It is text in an image, letters and dashes in a file name, and not a formula in a table."""
    name = "=<img src=x onerror=alert(1)>"
    page = visit("/data")
    upload(page, csv(f'y_true,"{name}"', *MINE["buffer"].decode().splitlines()[1:]))
    open_page(page, "Explore")
    file = save(page, "Save Scores by class as SVG", tmp_path)
    assert file.name == "distributions-img-src-x-onerror-alert-1.svg"
    tags = {element.tag.removeprefix(SVG) for element in ElementTree.parse(file).iter()}  # noqa: S314
    assert not tags & {"script", "image", "img", "foreignObject", "a"}
    file = save(page, "Download all as Parquet", tmp_path)
    table = pq.read_table(io.BytesIO(file.read_bytes()))
    assert set(table["model"].to_pylist()) == {name}
    file = save(page, "Download all as CSV", tmp_path)
    assert file.read_text().splitlines()[1].startswith(f'"\'{name}",inf,')


@pytest.mark.parametrize(
    ("path", "figures"),
    [("/what_if?prevalence=0.25", 2), ("/what_if?what=costs&t=0.2", 2), ("/strategies", 2)],
)
def test_labels_do_not_meet_on_a_phone(visit: Visit, path: str, figures: int) -> None:
    """Two thresholds that are close together, and long names, leave every label readable and inside its figure."""
    page = visit(path, **PHONE)
    expect(page.locator(".js-plotly-plot")).to_have_count(figures)
    at_rest(page)
    assert page.evaluate(COLLISIONS) == []
