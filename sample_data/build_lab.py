"""Build the lab's samples from scikit-learn's bundled data: ``python sample_data/build_lab.py [NAME ...]``.

Each task runs through the strategies lab; all four take about half an hour. An interrupted run resumes when it is
started again. Seeds are fixed. README.md describes the files and how closely another machine reproduces them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from sklearn.datasets import load_diabetes, load_digits

sys.path.insert(0, str(Path(__file__).parents[1]))  # a script does not find the package otherwise

from f1tools.core.counts import FloatArray
from f1tools.core.types import InvalidPredictions
from f1tools.lab import experiment
from f1tools.lab.task import Settings, Task

FOLDER = Path(__file__).parent
_SEED = 20240229
_DECIMALS = 4
_REPEATS = 16  # of the digits, to keep the files below a megabyte
_RARE = 85  # eights that are kept, about 5 % of the rows
_NOISE = {"digits_rare": 0.2, "digits_images": 0.6}  # standard deviation, on pixels from 0 to 1


def main(names: Sequence[str] = ()) -> int:
    """Write the files beside this one: the named ones, or all."""
    for name in names:
        if name not in TASKS:
            print(f"There is no task {name}. The tasks are: {', '.join(TASKS)}.", file=sys.stderr)
            return 2
    for name in names or TASKS:
        task, settings = TASKS[name]()
        print(f"{name}: {task.n:,} rows, {task.n_pos:,} of them positive", file=sys.stderr)
        try:
            with experiment.progress_bar() as on_progress:
                experiment.run_experiment(task, settings, FOLDER / f"lab_{name}.csv.gz", on_progress=on_progress)
        except InvalidPredictions as error:  # such as checkpoints of a run with other versions
            print(error, file=sys.stderr)
            return 2
    return 0


def diabetes() -> tuple[Task, Settings]:
    """442 patients; positive: disease progression after a year above the 70th percentile."""
    data = load_diabetes(scaled=False)
    note = "load_diabetes of scikit-learn; fast: disease progression after a year above the 70th percentile."
    task = Task(
        np.asarray(data.data, dtype=np.float64),
        data.target > np.quantile(data.target, 0.7),
        pos_label="fast",
        neg_label="slower",
        title="Diabetes",
        notes=(note,),
    )
    return task, Settings(seed=_SEED, decimals=_DECIMALS)


def diabetes_overtrained() -> tuple[Task, Settings]:
    """442 patients again, and a large network that memorizes its training rows, without regularization."""
    task, _ = diabetes()
    network = {"hidden": (128, 128), "dropout": 0.0, "weight_decay": 0.0, "n_updates": 1000}
    return task, Settings(seed=_SEED, decimals=_DECIMALS, network=network)


def digits_rare() -> tuple[Task, Settings]:
    """1,708 handwritten digits of 8 x 8 noisy pixels; positive: an eight, of which about half are left out."""
    pixels, digit = _digits("digits_rare")
    eights = np.flatnonzero(digit == 8)
    kept = np.sort(np.random.default_rng(_SEED).choice(eights, _RARE, replace=False))
    rows = np.sort(np.concatenate([np.flatnonzero(digit != 8), kept]))
    note = (
        f"load_digits of scikit-learn; eights against the rest, {_RARE} of {eights.size} eights drawn at random, "
        f"Gaussian noise of standard deviation {_NOISE['digits_rare']} on pixels from 0 to 1."
    )
    task = Task(
        pixels[rows],
        digit[rows] == 8,
        ids=tuple(str(row + 1) for row in rows),
        pos_label="eight",
        neg_label="other",
        title="Rare eights",
        notes=(note,),
    )
    return task, Settings(repeats=_REPEATS, seed=_SEED, decimals=_DECIMALS, in_sample=False)


def digits_images() -> tuple[Task, Settings]:
    """1,797 handwritten digits as noisy images; positive: seven, eight or nine."""
    pixels, digit = _digits("digits_images")
    note = (
        "load_digits of scikit-learn; seven, eight and nine against the rest, Gaussian noise of standard deviation "
        f"{_NOISE['digits_images']} on pixels from 0 to 1."
    )
    task = Task(
        pixels,
        digit >= 7,
        pos_label="seven to nine",
        neg_label="zero to six",
        title="Digits as images",
        image_shape=(8, 8),
        notes=(note,),
    )
    return task, Settings(repeats=_REPEATS, seed=_SEED, decimals=_DECIMALS, in_sample=False)


def _digits(name: str) -> tuple[FloatArray, FloatArray]:
    """Return the pixels with a task's noise, and the digit of each row."""
    data = load_digits()
    noise = np.random.default_rng(_SEED).normal(scale=_NOISE[name], size=data.data.shape)
    return np.asarray(data.data / 16 + noise), data.target


TASKS: Mapping[str, Callable[[], tuple[Task, Settings]]] = {
    each.__name__: each for each in (diabetes, diabetes_overtrained, digits_rare, digits_images)
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
