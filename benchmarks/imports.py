"""The time that imports take on top of numpy: ``python -m benchmarks.imports``."""

from __future__ import annotations

import sys
from statistics import median

from benchmarks import timing

MODULES = ("f1tools", "f1tools.readers", "f1tools.cli", "pyarrow.csv", "pandas", "sklearn.metrics")
ROUNDS = 11
CODE = "import time, numpy; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def main() -> None:
    """Print the table."""
    seconds: dict[str, list[float]] = {module: [] for module in MODULES}
    for _ in range(ROUNDS):
        for module, times in seconds.items():
            times.append(float(timing.process([sys.executable, "-c", CODE.format(module)]).output))
    rows = [[f"`import {module}`", timing.ms(median(times))] for module, times in seconds.items()]
    timing.show("Importing, with numpy already there", ["", "wall"], rows)


if __name__ == "__main__":
    main()
