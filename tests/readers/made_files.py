"""Prediction files made from lines such as `id=id, y_true=y, rf=p, xgb=q`, each with its right mapping.

The values are invented. A column is `name=kind`, and its kind says what it holds:

- `y`, `y(no|yes)`: the target, as 0 and 1 or as two labels, the negative one first; `same(no|yes)`: a copy of it
- `p`, `q`, `r`: probabilities of three models, `p%` in percent, `p:logit`, `p:points` (integers 0 to 100), `p:decile`
- `1-p`: a column of the other class of a model; `p:raw`: the logit of a model that has a probability as well
- `hard`, `hard(no|yes)`: the hard predictions of the first model; `conf`: its confidence in them; `correct`: whether
  they are correct
- `z`, `u`: a further target and its score, which is named after it
- `-1` after a target: some of its rows hold this value instead of a label, as in `y-1`
- `max`, `error`, `band`: what follows from the first model: the larger probability of the two classes, the distance
  from the target, a word for low, medium and high probabilities
- `flag`, `unit`, `number`, `integer`, `age`, `text`, `group`, `fold`, `date`: features that are independent of the
  target; `related` and `strong`: a flag and a number that are not
- `id`, `index`, `weight`, `constant`
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.readers import Choices, Reading
from f1tools.readers.formats.table import normalize_label
from tests.readers.helpers import FloatArray, IntArray, labels, table

Cells = Sequence[Any] | NDArray[Any]

_KIND = re.compile(r"(?P<kind>[^(]+?)(?:\((?P<labels>.*)\))?(?P<stray>-1|-9|9|99|unlabeled)?")
_MODELS = ("p", "q", "r")


@dataclass(frozen=True)
class Truth:
    """The right mapping of a file.

    Attributes
    ----------
    targets : tuple of (str, str)
        Target columns that divide the rows alike, each with its positive label; none where the file has no target.
    scores : tuple of str
        One column per model.
    predicted : str or None
        The column of hard predictions that a confidence belongs to.
    second : Truth or None
        The mapping of a further target with a score of its own: as right, so that neither may be used unasked. Both
        together, as two labels, are right as well.
    """

    targets: tuple[tuple[str, str], ...]
    scores: tuple[str, ...]
    predicted: str | None = None
    second: Truth | None = None

    def matches(self, choices: Choices) -> bool:
        """Return whether choices are this mapping, or that of the second target."""
        if self.second is not None and self.second.matches(choices):
            return True
        if self.second is not None and choices.truths:
            both = {*self.scores[:1], *self.second.scores}
            return set(choices.scores) == both and self.second.targets[0][0] in choices.truths
        return (
            (choices.truth, choices.pos_label) in self.targets
            and set(choices.scores) == set(self.scores)
            and choices.predicted == self.predicted
            and not (choices.flipped or choices.one_vs_rest)
        )


@dataclass(frozen=True)
class World:
    """The rows behind a file: the target, the logits of three models, and what depends on chance."""

    y: IntArray
    logits: dict[str, FloatArray]
    rng: np.random.Generator

    @classmethod
    def draw(cls, seed: int, n: int = 240, prevalence: float = 0.35, separation: float = 1.8) -> World:
        """Return rows with both classes whose models share part of their errors."""
        rng = np.random.default_rng(seed)
        y = (rng.random(n) < prevalence).astype(np.int64)
        y[:2] = 0, 1
        shared = rng.normal(size=n)
        logits = {
            name: np.asarray(separation * strength * (y - 0.5) + shared + 0.5 * rng.normal(size=n) - 0.4)
            for name, strength in zip(_MODELS, (1.0, 0.9, 1.1), strict=True)
        }
        return cls(y, logits, rng)

    def probability(self, name: str) -> FloatArray:
        """Return the probabilities of a model, to six digits."""
        return np.round(1 / (1 + np.exp(-self.logits[name])), 6)

    def column(self, kind: str, negative: str, positive: str) -> Cells:
        """Return the cells of a kind of column."""
        if kind in ("y", "same", "hard", "correct", "z"):
            return labels(self._classes(kind), negative, positive)
        model, _, scale = kind.removeprefix("1-").removesuffix("%").partition(":")
        if model in _MODELS:
            return self._score(model, scale or ("%" if kind.endswith("%") else ""), other=kind.startswith("1-"))
        return self._features()[kind](len(self.y))

    def _classes(self, kind: str) -> IntArray:
        hard = (self.probability("p") >= 0.5).astype(np.int64)
        classes: dict[str, IntArray] = {"hard": hard, "correct": (hard == self.y).astype(np.int64)}
        if kind == "z":
            classes["z"] = (self._second() + self.rng.normal(size=len(self.y)) > 1).astype(np.int64)
        return classes.get(kind, self.y)

    def _second(self) -> FloatArray:
        return np.random.default_rng(17).normal(size=len(self.y)) * 2

    def _score(self, model: str, scale: str, *, other: bool) -> Cells:
        probability, logit = self.probability(model), np.round(self.logits[model] * 1.7, 4)
        scores: dict[str, Cells] = {
            "": np.round(1 - probability, 6) if other else probability,
            "%": [f"{100 * each:.2f} %" for each in probability],
            "logit": -logit if other else logit,
            "raw": np.round(self.logits[model], 4),
            "points": np.round(100 * probability).astype(int),
            "decile": np.clip(np.ceil(10 * probability), 1, 10).astype(int),
        }
        return scores[scale]

    def _features(self) -> dict[str, Callable[[int], Cells]]:
        rng, probability = self.rng, self.probability("p")
        return {
            "u": lambda n: np.round(1 / (1 + np.exp(-self._second())), 6),
            "conf": lambda n: np.maximum(probability, np.round(1 - probability, 6)),
            "max": lambda n: np.maximum(probability, np.round(1 - probability, 6)),
            "error": lambda n: np.round(np.abs(probability - self.y), 6),
            "band": lambda n: np.array(["low", "medium", "high"])[np.digitize(probability, [0.3, 0.6])],
            "strong": lambda n: np.round(20 + 3 * self.logits["q"] + 3 * rng.normal(size=n), 2),
            "constant": lambda n: ["v1"] * n,
            "flag": lambda n: (rng.random(n) < rng.uniform(0.2, 0.8)).astype(int),
            "related": lambda n: (self.logits["q"] + 2 * rng.normal(size=n) > 0).astype(int),
            "unit": lambda n: rng.random(n).round(4),
            "number": lambda n: rng.lognormal(5, 1, n).round(2),
            "integer": lambda n: rng.integers(0, 30, n),
            "age": lambda n: rng.integers(18, 90, n),
            "text": lambda n: [f"some text {i}" for i in range(n)],
            "group": lambda n: rng.choice(["Rome", "Oslo", "Bern", "Lima"], n),
            "fold": lambda n: np.arange(n) % 5,
            "date": lambda n: [f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(n)],
            "id": lambda n: [f"c{i:05d}" for i in rng.permutation(n)],
            "index": lambda n: range(n),
            "weight": lambda n: rng.uniform(0.5, 3, n).round(3),
        }


def make(line: str, world: World) -> tuple[bytes, Truth]:
    """Return the file that a line describes, and its right mapping."""
    columns: dict[str, Any] = {}
    targets: list[tuple[str, str]] = []
    scores: list[str] = []
    hard, has_confidence, second = None, False, None
    for each in line.split(", "):
        name, _, text = each.partition("=")
        match = _KIND.fullmatch(text.strip())
        assert match is not None, each
        kind, stray = match["kind"], match["stray"]
        negative, positive = (match["labels"] or "0|1").split("|")
        cells = list(world.column(kind, negative, positive))
        if stray:
            cells = [stray if i % 7 == 3 else cell for i, cell in enumerate(cells)]
        columns[name] = cells
        if kind in ("y", "same"):
            targets.append((name, normalize_label(positive)))
        elif kind == "z":
            second = Truth(((name, "1"),), (f"{name}_prob",))
        elif kind == "hard":
            hard = name
        elif kind == "conf" or (kind.partition(":")[0].removesuffix("%") in _MODELS and not kind.endswith(":raw")):
            scores.append(name)
            has_confidence = has_confidence or kind == "conf"
    return table(columns), Truth(tuple(targets), tuple(scores), hard if has_confidence else None, second)


def judge(reading: Reading, truth: Truth) -> str:
    """Return how a reading compares with the right mapping."""
    listed = [truth.matches(each.choices) for each in reading.candidates]
    if reading.outcome == "sure":
        return "sure, right" if listed[0] and truth.second is None else "sure, wrong"
    if reading.outcome == "refuse":
        return "refused"
    return "asks, right on top" if listed[0] else "asks, right among the others" if any(listed) else "asks, without it"
