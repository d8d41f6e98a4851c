"""The whole process, from a CSV to the best threshold: ``python -m benchmarks.process``."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks import timing

SIZES = {10**4: 9, 10**6: 7, 10**7: 3}
SCRIPT = """\
import sys

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve

frame = pd.read_csv(sys.argv[1])
precision, recall, thresholds = precision_recall_curve(frame["y_true"], frame["y_score"])
f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
best = np.argmax(f1[:-1])
print(repr(float(thresholds[best])), repr(float(f1[best])))
"""


def row(n: int, rounds: int, folder: Path) -> list[str]:
    """Measure with a file of n rows."""
    path, script = folder / "predictions.csv", folder / "script.py"
    script.write_text(SCRIPT)
    timing.process([sys.executable, "-m", "benchmarks.data", str(path), str(n)])
    ours: list[timing.Process] = []
    theirs: list[timing.Process] = []
    for _ in range(rounds):
        ours.append(timing.process([sys.executable, "-m", "f1tools", "best", str(path), "--json"]))
        theirs.append(timing.process([sys.executable, str(script), str(path)]))
    model, (threshold, _) = json.loads(ours[0].output)["models"][0], theirs[0].output.split()
    assert model["threshold"] == float(threshold)
    memory = [median(each.memory for each in runs) for runs in (ours, theirs)]
    return [
        timing.power_of_ten(n),
        *(timing.ms(median(each.seconds for each in runs)) for runs in (ours, theirs)),
        f"{median(one.seconds / other.seconds for one, other in zip(ours, theirs, strict=True)):.2f}",
        f"{median(one.cpu / other.cpu for one, other in zip(ours, theirs, strict=True)):.2f}",
        *(timing.mb(each) for each in memory),
        f"{memory[0] / memory[1]:.2f}",
    ]


def main() -> None:
    """Print the table."""
    head = ["rows", "`f1tools best`", "script", "ratio", "of its CPU time", "peak memory", "script's", "ratio"]
    with tempfile.TemporaryDirectory() as folder:
        rows = [row(n, rounds, Path(folder)) for n, rounds in SIZES.items()]
    timing.show("The whole process against a script with pandas and scikit-learn, CSV to best F1", head, rows)


if __name__ == "__main__":
    main()
