"""The memo as text: one file, closed, complete without its script, and small."""

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
from f1tools.comparison import compare
from f1tools.core.metrics import METRICS, metric
from f1tools.decision import decide
from f1tools.formatting.sentence import phrases
from f1tools.memo import Snapshot, memo_html
from f1tools.predictions import Predictions
from f1tools.uncertainty import tuned_estimate
from f1tools.what_if.scenario_table import Column, ScenarioResult
from tests.memo.making import EVIL, Parsed, hostile, predictions, snapshot, snapshot_of


def inside(page: str, element: str, last: int = -1) -> str:
    """Give what stands in the last element of a name."""
    found: list[str] = re.findall(rf"<{element}\b[^>]*>(.*?)</{element}>", page, flags=re.DOTALL)
    return found[last]


def test_the_policy_lets_nothing_in() -> None:
    """Nothing may be loaded or sent, and of scripts and styles only the very ones that are there."""
    page = memo_html(snapshot())
    metas = {meta.get("http-equiv"): meta.get("content") for meta in Parsed(page).all("meta")}
    digest = {
        name: base64.b64encode(hashlib.sha256(inside(page, name).encode()).digest()).decode()
        for name in ("script", "style")
    }
    assert metas["Content-Security-Policy"] == (
        f"default-src 'none'; script-src 'sha256-{digest['script']}'; style-src 'sha256-{digest['style']}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert "style=" not in re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)


def test_no_address_but_the_link() -> None:
    """The only addresses are the name of SVG and the link; one that is no web address is left out."""
    page = memo_html(snapshot(link="https://example.org/?t=0.4"))
    assert set(re.findall(r"https?://[^\"'<\s]+", page)) == {"http://www.w3.org/2000/svg", "https://example.org/?t=0.4"}
    assert "url(" not in page
    assert [link["href"] for link in Parsed(page).all("a")] == ["#decision", "https://example.org/?t=0.4"]
    for link in ("javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "//example.org", ""):
        assert [one["href"] for one in Parsed(memo_html(snapshot(link=link))).all("a")] == ["#decision"]


def test_the_link_opens_the_same() -> None:
    """The address of the dashboard and the settings are one address, whatever stands in a setting."""
    settings = {"model": "a & b=c", "t": "0.4", "min recall": "#0.9/?", "name": "é\u202e"}
    page = Parsed(memo_html(snapshot(link="https://example.org/app/", settings=settings)))
    href = page.all("a")[-1]["href"] or ""
    parts = urlsplit(href)
    assert (parts.scheme, parts.netloc, parts.path, parts.fragment) == ("https", "example.org", "/app/", "")
    assert dict(parse_qsl(parts.query, strict_parsing=True)) == settings
    assert "Open it in the dashboard" in page.text
    for link in ("javascript:alert(1)//", "https://[", ""):
        assert len(Parsed(memo_html(snapshot(link=link, settings=settings))).all("a")) == 1


def test_control_characters_stay_out() -> None:
    """What steers a terminal or rings a bell reaches no page, wherever it stood."""
    signs = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), *range(127, 160)]))
    page = memo_html(hostile(f"red\x1b[31m{signs}"))
    assert "red[31m" in Parsed(page).text
    assert [sign for sign in signs if sign in page] == []
    assert not re.search(r"\\u00[0189][0-9a-f]", inside(page, "script", -2))
    asked = ScenarioResult(
        "a\x1bb", ("c\x1bd",), "e\x1bf", (Column("g\x1bh", "0.5", decide(predictions()).point.counts),)
    )
    other = memo_html(snapshot(supposed=[asked], title="i\x1bj", link="https://example.org/\x1b"))
    assert "\x1b" not in other
    assert all(text in other for text in ("ab", "cd", "ef", "gh", "ij"))


@pytest.mark.parametrize("name", [EVIL, '" onmouseover="alert(1)', "{{ 7 * 7 }}", "<svg/onload=alert(1)>&amp;"])
def test_hostile_names_are_text(name: str) -> None:
    """Names can neither open an element nor an attribute, nor end the data; they are shown as they are."""
    taken = hostile(name)
    page = memo_html(taken)
    parsed, harmless = Parsed(page), Parsed(memo_html(hostile("harmless")))
    assert [tag for tag, _ in parsed.elements] == [tag for tag, _ in harmless.elements]
    attributes = {key for _, found in parsed.elements for key in found}
    assert attributes == {key for _, found in harmless.elements for key in found}
    assert json.loads(inside(page, "script", -2)) == taken.card
    for where in ("title", "h1"):
        assert name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in inside(
            page, where
        )
    assert f"=HYPERLINK({name})"[:50] in parsed.text


def test_its_outline() -> None:
    """Language, title, one main heading, landmarks, a way past them, named parts and tables with heads."""
    rows = predictions(models=("forest", "linear"))
    parsed = Parsed(memo_html(snapshot(rows, comparison=compare(rows))))
    assert parsed.all("html") == [{"lang": "en"}]
    assert [len(parsed.all(tag)) for tag in ("title", "h1", "header", "main", "footer")] == [1] * 5
    ids = [found["id"] for _, found in parsed.elements if "id" in found]
    assert len(set(ids)) == len(ids)
    assert "decision" in ids
    assert all(section["aria-labelledby"] in ids for section in parsed.all("section"))
    assert parsed.all("table")
    assert len(parsed.all("caption")) == len(parsed.all("table"))
    assert all(head["scope"] in ("col", "row") for head in parsed.all("th"))


def test_every_number_without_its_script() -> None:
    """Where no script runs, figures, the four counts and other thresholds are there as text: scikit-learn's numbers."""
    rows = predictions()
    taken = snapshot(rows)
    text = Parsed(memo_html(taken)).text
    y_true, flagged = rows.y_true, rows.scores["forest"] >= float(taken.written)
    for figure in (precision_score(y_true, flagged), recall_score(y_true, flagged), f1_score(y_true, flagged)):
        assert formatting.metric_value(figure) in text
    cells = (y_true & flagged, y_true & ~flagged, ~y_true & flagged, ~y_true & ~flagged)
    named = ("Caught: real and flagged", "Missed: real, not flagged", "False alarms: flagged, not real")
    for name, rows_of in zip((*named, "Left alone: not real, not flagged"), cells, strict=True):
        assert f"{name} {formatting.count(int(rows_of.sum()))} " in text
    half = rows.scores["forest"] >= 0.5
    reached = [formatting.metric_value(of(y_true, half)) for of in (precision_score, recall_score, f1_score)]
    assert f" 0.5 {' '.join(reached)} {formatting.percent(half.mean())} " in text


def test_says_what_the_snapshot_says() -> None:
    """The headline, all sentences, notes and cells are there, and the words are explained."""
    rows = predictions(models=("forest", "linear"))
    decision = decide(rows)
    asked = ScenarioResult(
        "another mix", ("It falls.",), "Assumes much.", (Column("Now", "0.5", decision.point.counts),)
    )
    estimate = tuned_estimate(decision.tuning, n_resamples=20)
    taken = snapshot_of(decision, rows, comparison=compare(rows), supposed=[asked], estimate=estimate)
    text = Parsed(memo_html(taken)).text
    assert taken.headline in text
    for section in taken.sections:
        said = [*section.sentences, *section.notes, *(() if section.table is None else sum(section.table.rows, ()))]
        assert [one for one in said if one not in text] == []
    assert all(f"{term} {meaning}" in text for term, meaning in taken.glossary)
    assert {term for term, _ in taken.glossary} == {"Score", "Precision", "Recall", "F1"}
    assert "5 November 2025" in text


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_is_explained(name: str) -> None:
    """Whatever the threshold is best by, the memo says in a sentence what it is; F-beta of 1 is F1."""
    beta = 1 if name == "fbeta" else None
    rows = predictions()
    taken = snapshot_of(decide(rows, objective=name, beta=beta), rows)
    assert metric(name, beta).label in dict(taken.glossary)
    assert len({term for term, _ in taken.glossary}) == len(taken.glossary)
    assert all(meaning.endswith(".") for _, meaning in taken.glossary)


def test_a_snapshot_without_extras() -> None:
    """What a snapshot may leave out is left out."""
    page = memo_html(Snapshot("t", "2025-11-05T16:10:00Z", "1", "m", "1", "0.4", "Act.", None, (), {}))
    assert "Act." in Parsed(page).text
    assert "<script" not in page
    assert any("script-src 'none'" in (meta["content"] or "") for meta in Parsed(page).all("meta") if "content" in meta)


def test_a_decision_of_many_digits() -> None:
    """It is written in full, though the card has a shorter one that decides alike; nothing is said to be missing."""
    text = Parsed(memo_html(snapshot_of(decide(predictions(), threshold=0.3623413251903491), predictions()))).text
    assert "Act on scores of 0.3623413251903491 or more" in text
    assert "is not among these" not in text


def test_small_even_at_its_largest() -> None:
    """With the most stops, weights, very many models with long names and what-ifs it weighs less than 150 KB."""
    n = 40_000
    rng = np.random.default_rng(0)
    names = [f"{place} {'model ' * 50}" for place in range(20)]
    y_true = rng.random(n) < 0.3
    scores = {name: rng.normal(size=n) * 1e6 + 1e6 * y_true for name in names}
    rows = Predictions(y_true, scores, "p" * 500, "n" * 500, sample_weight=rng.random(n))
    decision = decide(rows)
    columns = tuple(Column(f"What if {place}", "0.5", decision.point.counts) for place in range(4))
    asked = [ScenarioResult("another mix", ("It falls. " * 20,), "Assumes much. " * 20, columns)] * 5
    page = memo_html(snapshot_of(decision, rows, comparison=compare(rows), supposed=asked))
    assert len(page.encode()) < 150_000
    assert len((snapshot_of(decision, rows).card or {})["stops"]) > 700


def test_style_sheets_do_not_meet() -> None:
    """Of the card's classes the memo uses those alone whose look it means to share."""
    used = {name for _, found in Parsed(memo_html(snapshot())).elements for name in (found.get("class") or "").split()}
    cards = set(re.findall(r"\.([a-z][\w-]*)", sheet("card", "card.css")))
    figures = {"figures", "figure", "precision", "recall", "drawn", "share", "value", "detail"}
    assert used & cards == figures | {"sentence", "threshold"}


def sheet(package: str, name: str) -> str:
    return files(f"f1tools.{package}").joinpath(name).read_text(encoding="utf-8")


def test_colours_are_the_palettes() -> None:
    """The sheet has no colours of its own: roles come from the palette, light and dark."""
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet("memo", "memo.css")) == []
    for colors in (palette.LIGHT, palette.DARK):
        assert all(f"--{role}:{color};" in memo_html(snapshot()) for role, color in colors.items())


def test_phrases_speak_of_the_figures() -> None:
    """The headline's pieces are set off by what they speak of."""
    rows = predictions()
    decision = decide(rows)
    page = memo_html(snapshot_of(decision, rows))
    for text, role in phrases(decision.point.counts, decision.written):
        if role:
            assert f'<span class="{role}">{text}</span>' in page
