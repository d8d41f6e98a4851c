"""Decisions, and memos of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import numpy as np

from f1tools.comparison import compare
from f1tools.decision import Decision, decide
from f1tools.memo import Section, Snapshot, take_snapshot
from f1tools.predictions import Predictions
from f1tools.readers import Choices
from f1tools.record import DataSource, FileSeen

CREATED = datetime(2025, 11, 5, 16, 10, tzinfo=UTC)
EVIL = "</script><img src=x onerror=alert(1)><!--<script>"


def predictions(n: int = 300, *, models: tuple[str, ...] = ("forest",), seed: int = 0, **more: Any) -> Predictions:
    """Make predictions of some models, each better than the one before it, scored from 0 to 1."""
    rng = np.random.default_rng(seed)
    y_true = rng.random(n) < 0.3
    logits = [rng.normal(size=n) + (1 + place) * y_true - 1 for place in range(len(models))]
    scores = {model: 1 / (1 + np.exp(-each)) for model, each in zip(models, logits, strict=True)}
    return Predictions.from_arrays(y_true, scores, **more)


def source_of(rows: Predictions, title: str = "some rows", **more: Any) -> DataSource:
    given: dict[str, Any] = {"files": (), "read_as": Choices(), "dropped": {}}
    return DataSource(title, rows=rows.n, positives=rows.n_pos, **(given | more))


def snapshot_of(decision: Decision, rows: Predictions, **options: Any) -> Snapshot:
    return take_snapshot(decision, source_of(rows), created=CREATED, **options)


def snapshot(rows: Predictions | None = None, **options: Any) -> Snapshot:
    """Take a snapshot of the first model's best threshold."""
    rows = predictions() if rows is None else rows
    return snapshot_of(decide(rows), rows, **options)


def hostile(name: str = EVIL) -> Snapshot:
    """Take a snapshot in which every name is hostile."""
    rows = predictions(models=(name, f"=HYPERLINK({name})"), pos_label=True)
    rows = Predictions(rows.y_true, rows.scores, name, name, tunes=np.arange(rows.n) % 2 == 0, role_names=(name, name))
    choices = Choices(truth=name, scores=rows.models, weight=name, role=name)
    file = FileSeen(f"{name}.csv", 12, "ab" * 32)
    source = source_of(rows, name, files=(file,), read_as=choices, dropped={name: 2}, trained=name[:100])
    return take_snapshot(decide(rows), source, comparison=compare(rows), link="javascript:alert(1)")


def part(taken: Snapshot, kind: str) -> Section:
    return next(section for section in taken.sections if section.kind == kind)


def cells(section: Section) -> dict[str, tuple[str, ...]]:
    """Give the rows of a section's table by their names."""
    assert section.table is not None
    return {row[0]: row[1:] for row in section.table.rows}


def as_text(taken: Snapshot) -> str:
    """Write all of a snapshot as strict JSON."""
    return json.dumps(asdict(taken), allow_nan=False, ensure_ascii=False)


class Parsed(HTMLParser):
    """A page as a browser's parser sees it: elements with attributes, and the text outside of script and style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        del self._inside[len(self._inside) - 1 - self._inside[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self._inside[-1:]):
            self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Give the attributes of all elements of a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """All text in one line."""
        return " ".join(" ".join(self.texts).split())
