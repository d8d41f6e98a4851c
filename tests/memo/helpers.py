"""Decisions, snapshots of them, and a parser for the rendered page."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import numpy as np

from f1tools.decision import Decision, compare, decide
from f1tools.memo import Section, Snapshot, build_snapshot
from f1tools.predictions import Predictions
from f1tools.readers import Choices
from f1tools.record import DataSource, FileDigest
from f1tools.what_if.scenario_table import Column, ScenarioResult

CREATED = datetime(2025, 11, 5, 16, 10, tzinfo=UTC)
HOSTILE = "</script><img src=x onerror=alert(1)><!--<script>"


def predictions(n: int = 300, *, models: tuple[str, ...] = ("forest",), seed: int = 0, **options: Any) -> Predictions:
    """Return predictions of some models with scores in [0, 1], each model better than the one before it."""
    rng = np.random.default_rng(seed)
    y_true = rng.random(n) < 0.3
    logits = [rng.normal(size=n) + (1 + place) * y_true - 1 for place in range(len(models))]
    scores = {model: 1 / (1 + np.exp(-logit)) for model, logit in zip(models, logits, strict=True)}
    return Predictions.from_arrays(y_true, scores, **options)


def source_of(rows: Predictions, title: str = "some rows", **options: Any) -> DataSource:
    defaults: dict[str, Any] = {"files": (), "read_as": Choices(), "dropped": {}, "trained": ""}
    return DataSource(title=title, n=rows.n, n_pos=rows.n_pos, **(defaults | options))


def snapshot_of(decision: Decision, rows: Predictions, **options: Any) -> Snapshot:
    return build_snapshot(decision, source_of(rows), created=CREATED, **options)


def snapshot(rows: Predictions | None = None, **options: Any) -> Snapshot:
    """Return a snapshot of the first model's best threshold."""
    rows = predictions() if rows is None else rows
    return snapshot_of(decide(rows.curves()), rows, **options)


def scenario(decision: Decision, title: str = "another mix", sentence: str = "It falls.") -> ScenarioResult:
    return ScenarioResult(title, (sentence,), "Assumes much.", (Column("Now", "0.5", decision.point.counts),))


def hostile_snapshot(name: str = HOSTILE) -> Snapshot:
    """Return a snapshot in which every name is hostile."""
    rows = predictions(models=(name, f"=HYPERLINK({name})"), pos_label=True)
    rows = Predictions(rows.y_true, rows.scores, name, name, tuning=np.arange(rows.n) % 2 == 0, role_names=(name, name))
    choices = Choices(truth=name, scores=rows.models, weight=name, role=name)
    file = FileDigest(name=f"{name}.csv", size=12, sha256="ab" * 32)
    source = source_of(rows, name, files=(file,), read_as=choices, dropped={name: 2}, trained=name[:100])
    return build_snapshot(decide(rows.curves()), source, comparison=compare(rows), link="javascript:alert(1)")


def section(snapshot: Snapshot, kind: str) -> Section:
    """Return the first section of a kind."""
    return next(section for section in snapshot.sections if section.kind == kind)


def warnings(snapshot: Snapshot) -> dict[str, str]:
    """Return the text of each warning by its title."""
    return {section.title: " ".join(section.sentences) for section in snapshot.sections if section.warning}


def cells(section: Section) -> dict[str, tuple[str, ...]]:
    """Return the rows of a section's table by their first cells."""
    assert section.table is not None
    return {row[0]: row[1:] for row in section.table.rows}


def as_json(snapshot: Snapshot) -> str:
    """Return a snapshot as strict JSON."""
    return json.dumps(asdict(snapshot), allow_nan=False, ensure_ascii=False)


class ParsedPage(HTMLParser):
    """A page as a browser's parser sees it: elements with attributes, and the text outside of script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._texts: list[str] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._open[-1:]):
            self._texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements with a tag."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """The whole text on one line."""
        return " ".join(" ".join(self._texts).split())
