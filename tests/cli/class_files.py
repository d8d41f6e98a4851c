"""Files of several classes: one class a row with probabilities, and several labels a row."""

from __future__ import annotations

import numpy as np
import pandas as pd

CLASSES = ("cat", "dog", "owl")


def of_classes(n: int = 300, seed: int = 0) -> pd.DataFrame:
    """Return rows of one of three classes each, the last one rare, with probabilities that add up to 1."""
    rng = np.random.default_rng(seed)
    codes = rng.choice(3, n, p=[0.5, 0.4, 0.1])
    codes[:3] = range(3)
    logits = rng.normal(size=(n, 3)) + 1.5 * (codes[:, np.newaxis] == np.arange(3)) - [0, 0, 1]
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    frame = pd.DataFrame({"animal": np.array(CLASSES)[codes]})
    return frame.assign(**{f"p_{name}": scores[:, place].round(4) for place, name in enumerate(CLASSES)})


def without_a_class(n: int = 300) -> pd.DataFrame:
    """Return rows of one of three classes each, with probabilities of a fourth one that no row is of."""
    frame = of_classes(n)
    share = np.random.default_rng(1).random(n) ** 3
    scores = frame[[f"p_{name}" for name in CLASSES]].mul(1 - share, axis=0).round(4)
    return frame[["animal"]].assign(**scores, p_fox=share.round(4))


def of_labels(n: int = 300, seed: int = 0, *, rare: float = 0.15) -> pd.DataFrame:
    """Return rows with any number of three labels, with a probability for each."""
    rng = np.random.default_rng(seed)
    members = rng.random((n, 3)) < [0.5, 0.3, rare]
    members[:2] = [[True] * 3, [False] * 3]
    scores = 1 / (1 + np.exp(-rng.normal(2 * members - 1.5)))
    frame = pd.DataFrame(members.astype(int), columns=list(CLASSES))
    return frame.assign(**{f"pred_{name}": scores[:, place].round(3) for place, name in enumerate(CLASSES)})
