"""What the tests of the commands around a record share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tests.cli.answers import data

Command = Callable[..., tuple[int, str, str]]


def moved(n: int = 500, seed: int = 1, *, shift: float = 0.0) -> pd.DataFrame:
    """Make later rows of the model ``good_prob``, whose scores may all be higher."""
    frame = data(n, seed)
    frame["good_prob"] = np.clip(frame["good_prob"] + shift, 0, 1).round(2)
    return frame


def saved(frame: pd.DataFrame, path: Path) -> Path:
    """Write a table as CSV."""
    frame.to_csv(path, index=False)
    return path
