"""Files of many layouts are read with the right columns; a reader that is sure is never wrong."""

from __future__ import annotations

from collections import Counter

import pytest

from f1tools.readers import read_predictions
from tests.readers.made_files import World, judge, make
from tests.readers.published_layouts import LAYOUTS
from tests.readers.random_layouts import random_file

PUBLISHED = LAYOUTS.strip().splitlines()
N_RANDOM = 150


def test_most_published_layouts_need_no_question() -> None:
    """Of 64 layouts at least 48 are read without a question, and of at least 62 the right mapping comes first."""
    files = (make(line, World.draw(seed)) for seed, line in enumerate(PUBLISHED))
    results = Counter(judge(read_predictions(data), truth) for data, truth in files)
    assert results.total() == 64
    assert results["sure, wrong"] == 0
    assert results["sure, right"] >= 48
    assert results["sure, right"] + results["asks, right on top"] >= 62


@pytest.mark.parametrize("start", range(0, N_RANDOM, 50))
def test_a_sure_reading_is_right(start: int) -> None:
    """Random combinations of names, label spellings, scales, models and decoys; some files have no target at all."""
    for seed in range(start, start + 50):
        line, data, truth = random_file(seed)
        reading = read_predictions(data)
        assert judge(reading, truth) != "sure, wrong", f"{line}: {reading.reason}"
