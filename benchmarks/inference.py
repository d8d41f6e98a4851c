"""How often the columns of a prediction file are recognized: ``python -m benchmarks.inference [files]``.

The published layouts of the tests, each with ten sets of values, and random layouts. Right: target, positive class and
all models; a file without target must not be read unasked.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from benchmarks import timing
from f1tools.readers import read_predictions
from tests.readers.made_files import Truth, World, judge, make
from tests.readers.published_layouts import LAYOUTS
from tests.readers.random_layouts import random_file

RANDOM, DRAWS = 2750, 10
RESULTS = (
    "sure, right",
    "asks, right on top",
    "asks, right among the others",
    "asks, without it",
    "refused",
    "sure, wrong",
)


def published() -> Iterator[tuple[str, bytes, Truth]]:
    """Yield each published layout with ten sets of values."""
    for at, line in enumerate(LAYOUTS.strip().splitlines()):
        for draw in range(DRAWS):
            yield line, *make(line, World.draw(DRAWS * at + draw))


def main(n: int = RANDOM) -> None:
    """Print a table of the results, and each file that was read wrongly without a question."""
    random = [random_file(seed) for seed in range(n)]
    corpora = {
        "published layouts": list(published()),
        "random layouts": [file for file in random if file[2].targets],
        "random layouts without a target": [file for file in random if not file[2].targets],
    }
    rows = []
    for name, files in corpora.items():
        results: Counter[str] = Counter()
        for line, data, truth in files:
            reading = read_predictions(data)
            result = judge(reading, truth)
            results[result] += 1
            if result == "sure, wrong":
                print(f"read wrongly: {line}\n  {reading.reason}")
        rows.append([name, f"{len(files):,}", *(f"{results[each]:,}" for each in RESULTS)])
    timing.show("The columns of a file", ["corpus", "files", *RESULTS], rows)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
