"""The memo as a page: one small, self-contained file that is complete without its script."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib.resources import files
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from f1tools import formatting, palette
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import METRICS, metric
from f1tools.decision import compare, decide
from f1tools.memo import Snapshot, memo_html
from f1tools.predictions import Predictions
from f1tools.uncertainty import tuned_estimate
from f1tools.what_if.scenario_table import Column, ScenarioResult
from tests.memo.helpers import (
    HOSTILE,
    ParsedPage,
    as_json,
    hostile_snapshot,
    predictions,
    scenario,
    snapshot,
    snapshot_of,
)


def content(page: str, tag: str, position: int = -1) -> str:
    """Return the content of an element, by default of the last one with the tag."""
    contents: list[str] = re.findall(rf"<{tag}\b[^>]*>(.*?)</{tag}>", page, flags=re.DOTALL)
    return contents[position]


def policy(page: str) -> str:
    """Return the content security policy of a page."""
    return str(next(meta["content"] for meta in ParsedPage(page).all("meta") if "http-equiv" in meta))


def test_the_policy_allows_nothing_else() -> None:
    """Nothing may be loaded or sent, and only the script and the style sheet of the page are allowed."""
    page = memo_html(snapshot())
    script, style = (
        base64.b64encode(hashlib.sha256(content(page, name).encode()).digest()).decode() for name in ("script", "style")
    )
    assert policy(page) == (
        f"default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "style=" not in re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)


def links(page: str) -> list[str | None]:
    return [link["href"] for link in ParsedPage(page).all("a") if link["href"] != "#decision"]


def test_the_only_address_is_the_link() -> None:
    """The only addresses are the SVG namespace and the link; a link that is not a web address is left out."""
    page = memo_html(snapshot(link="https://example.org/?t=0.4"))
    assert set(re.findall(r"https?://[^\"'<\s]+", page)) == {"http://www.w3.org/2000/svg", "https://example.org/?t=0.4"}
    assert not re.search(r"url\((?!#)", page)  # a fragment is a part of the page itself
    assert links(page) == ["https://example.org/?t=0.4"]
    for link in ("javascript:alert(1)//", " javascript:alert(1)", "data:text/html,x", "//example.org", "https://[", ""):
        assert links(memo_html(snapshot(link=link, settings={"t": "0.4"}))) == []


def test_the_link_has_the_settings() -> None:
    """The link is the address of the dashboard with the settings as parameters, whatever their values are."""
    settings = {"model": "a & b=c", "t": "0.4", "min recall": "#0.9/?", "name": "é\u202e"}
    (href,) = links(memo_html(snapshot(link="https://example.org/app/", settings=settings)))
    parts = urlsplit(str(href))
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("https", "example.org", "/app/", "")
    assert dict(parse_qsl(parts.query, strict_parsing=True)) == settings


def test_control_characters_stay_out() -> None:
    """No control character in any name reaches the page."""
    controls = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), *range(127, 160)]))
    page = memo_html(hostile_snapshot(f"red\x1b[31m{controls}"))
    assert "red[31m" in ParsedPage(page).text
    assert [char for char in controls if char in page] == []
    assert not re.search(r"\\u00[0189][0-9a-f]", content(page, "script", -2))
    what_if = ScenarioResult(
        "a\x1bb", ("c\x1bd",), "e\x1bf", (Column("g\x1bh", "0.5", decide(predictions().curves()).point.counts),)
    )
    other = memo_html(snapshot(scenarios=[what_if], title="i\x1bj", link="https://example.org/\x1b"))
    assert "\x1b" not in other
    assert all(text in other for text in ("ab", "cd", "ef", "gh", "ij"))


@pytest.mark.parametrize("name", [HOSTILE, '" onmouseover="alert(1)', "{{ 7 * 7 }}", "<svg/onload=alert(1)>&amp;"])
def test_hostile_names_are_text(name: str) -> None:
    """Names can neither open an element or an attribute nor end the script; they are displayed as text."""
    memo = hostile_snapshot(name)
    page = memo_html(memo)
    parsed, harmless = ParsedPage(page), ParsedPage(memo_html(hostile_snapshot("harmless")))
    assert [tag for tag, _ in parsed.elements] == [tag for tag, _ in harmless.elements]
    attributes = {key for _, attrs in parsed.elements for key in attrs}
    assert attributes == {key for _, attrs in harmless.elements for key in attrs}
    assert json.loads(content(page, "script", -2)) == memo.card
    for where in ("title", "h1"):
        assert name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in content(
            page, where
        )
    assert f"=HYPERLINK({name})"[:30] in parsed.text


def test_accessibility() -> None:
    """Language, title, one main heading, landmarks, a skip link, labeled sections, and tables with headers."""
    rows = predictions(models=("forest", "linear"))
    parsed = ParsedPage(memo_html(snapshot(rows, comparison=compare(rows))))
    assert parsed.all("html") == [{"lang": "en"}]
    assert [len(parsed.all(tag)) for tag in ("title", "h1", "header", "main", "footer")] == [1] * 5
    ids = [attrs["id"] for _, attrs in parsed.elements if "id" in attrs]
    assert len(set(ids)) == len(ids)
    assert "decision" in ids
    assert all(section["aria-labelledby"] in ids for section in parsed.all("section"))
    assert parsed.all("table")
    assert len(parsed.all("caption")) == len(parsed.all("table"))
    assert all(head["scope"] in ("col", "row") for head in parsed.all("th"))


def test_numbers_without_scripts() -> None:
    """Figures, the four counts and other thresholds are in the text: scikit-learn's numbers."""
    rows = predictions()
    memo = snapshot(rows)
    text = ParsedPage(memo_html(memo)).text
    y_true, flagged = rows.y_true, rows.scores["forest"] >= float(memo.threshold)
    for figure in (precision_score(y_true, flagged), recall_score(y_true, flagged), f1_score(y_true, flagged)):
        assert formatting.metric_value(figure) in text
    cells = (y_true & flagged, y_true & ~flagged, ~y_true & flagged, ~y_true & ~flagged)
    named = ("Caught: positive and flagged", "Missed: positive, not flagged", "False alarms: flagged, not positive")
    for name, rows_of in zip((*named, "Correctly not flagged: not positive"), cells, strict=True):
        assert f"{name} {formatting.count(int(rows_of.sum()))} " in text
    half = rows.scores["forest"] >= 0.5
    reached = [formatting.metric_value(of(y_true, half)) for of in (precision_score, recall_score, f1_score)]
    assert f" 0.5 {' '.join(reached)} {formatting.percent(half.mean())} " in text


def test_the_page_has_the_whole_snapshot() -> None:
    """All sentences, notes, cells and explanations are in the text, and the headline with the roles of its phrases."""
    rows = predictions(models=("forest", "linear"))
    decision = decide(rows.curves())
    estimate = tuned_estimate(decision.curves.tuning, n_resamples=20)
    memo = snapshot_of(decision, rows, comparison=compare(rows), scenarios=[scenario(decision)], estimate=estimate)
    page = memo_html(memo)
    text = ParsedPage(page).text
    assert memo.headline in text
    for phrase, role in memo.phrases:
        assert not role or f'<span class="{role}">{phrase}</span>' in page
    for section in memo.sections:
        parts = [*section.sentences, *section.notes, *(() if section.table is None else sum(section.table.rows, ()))]
        assert [one for one in parts if one not in text] == []
    assert all(f"{term} {meaning}" in text for term, meaning in memo.glossary)
    assert {term for term, _ in memo.glossary} == {"Score", "Precision", "Recall", "F1"}
    assert "5 November 2025" in text


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_explained(name: str) -> None:
    """Whatever the objective is, the glossary explains it; F-beta with beta 1 is F1."""
    beta = 1 if name == "fbeta" else None
    rows = predictions()
    memo = snapshot_of(decide(rows.curves(), objective=name, beta=beta), rows)
    assert metric(name, beta).label in dict(memo.glossary)
    assert len({term for term, _ in memo.glossary}) == len(memo.glossary)
    assert all(meaning.endswith(".") for _, meaning in memo.glossary)


def test_a_snapshot_without_extras() -> None:
    """A snapshot without its optional parts can be rendered."""
    page = memo_html(Snapshot("t", "2025-11-05T16:10:00Z", "1", "m", "1", "0.4", (("Act.", ""),), None, (), {}))
    assert "Act." in ParsedPage(page).text
    assert "<script" not in page
    assert "script-src 'none'" in policy(page)


def test_a_decision_of_many_digits() -> None:
    """It is displayed in full, although the card has a shorter equivalent."""
    rows = predictions()
    text = ParsedPage(memo_html(snapshot_of(decide(rows.curves(), threshold=0.3623413251903491), rows))).text
    assert "Flag scores of 0.3623413251903491 or more" in text


def test_size() -> None:
    """With the most stops, weights, many models with long names and what-ifs a page has less than 150 KB."""
    n = 40_000
    rng = np.random.default_rng(0)
    names = [f"{place} {'model ' * 50}" for place in range(20)]
    y_true = rng.random(n) < 0.3
    scores = {name: rng.normal(size=n) * 1e6 + 1e6 * y_true for name in names}
    rows = Predictions(y_true, scores, "p" * 500, "n" * 500, sample_weight=rng.random(n))
    decision = decide(rows.curves())
    columns = tuple(Column(f"What if {place}", "0.5", decision.point.counts) for place in range(4))
    what_if = [ScenarioResult("another mix", ("It falls. " * 20,), "Assumes much. " * 20, columns)] * 5
    page = memo_html(snapshot_of(decision, rows, comparison=compare(rows), scenarios=what_if))
    assert len(page.encode()) < 150_000
    assert len((snapshot_of(decision, rows).card or {})["stops"]) > 700


def test_style_sheets_share_few_classes() -> None:
    """The memo uses only those classes of the card whose style it shares on purpose."""
    elements = ParsedPage(memo_html(snapshot())).elements
    used = {name for _, attrs in elements for name in (attrs.get("class") or "").split()}
    cards = set(re.findall(r"\.([a-z][\w-]*)", sheet("card", "card.css")))
    figures = {"figures", "figure", "precision", "recall", "drawn", "share", "value", "detail"}
    assert used & cards == figures | {"sentence", "threshold"}


def sheet(package: str, name: str) -> str:
    return files(f"f1tools.{package}").joinpath(name).read_text(encoding="utf-8")


def test_colors_come_from_the_palette() -> None:
    """The style sheet has no colors of its own, only the palette's, light and dark."""
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet("memo", "memo.css")) == []
    for colors in (palette.LIGHT, palette.DARK):
        assert all(f"--{role}:{color};" in memo_html(snapshot()) for role, color in colors.items())


def test_negative_numbers_have_a_minus_sign() -> None:
    """Numbers in the text have a minus sign; the card's data and names keep their hyphens."""
    y_true = np.tile([True, False], 150)
    scores = np.random.default_rng(0).normal(y_true, 1.0) - 2
    rows = Predictions(y_true, {"run -1": scores, "run -2": scores - 1}, "1", "0")
    constraint = Constraint.at_least("precision", 0.99)
    for threshold, constraints in ((None, ()), (-1.5, [constraint])):
        decision = decide(rows.curves(), threshold=threshold, constraints=constraints)
        column = Column("Now", "-1", decision.point.counts)
        memo = snapshot_of(
            decision,
            rows,
            comparison=compare(rows),
            estimate=None if threshold else tuned_estimate(decision.curves.tuning, n_resamples=20),
            scenarios=[ScenarioResult("a mix", ("From -1 to -2.5.",), "At -3.", (column,))],
        )
        text = ParsedPage(memo_html(memo)).text
        assert set(re.findall(r"(?:\S+ |^)[-][\d.]+", text)) <= {"run -1", "“run -1", "run -2"}
        assert memo.threshold.startswith("-")
        assert f'"{memo.threshold}"' in as_json(memo)
