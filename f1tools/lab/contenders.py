"""The strategies as the protocol takes them: each around the same network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.errors import InvalidPredictions
from f1tools.lab.protocol import Features, Scorer, Trainer
from f1tools.lab.settings import Settings
from f1tools.lab.task import Task
from f1tools.words import shortened

_EXTRA = ("imblearn", "jax", "keras")


def require_extra() -> None:
    """Make sure that what trains networks is installed.

    Raises
    ------
    InvalidPredictions
        When it is not.
    """
    missing = [name for name in _EXTRA if find_spec(name) is None]
    if missing:
        raise InvalidPredictions(
            f"The lab needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed. Run "
            "pip install -r requirements-lab.txt."
        )


def strategies(wanted: Sequence[str] = ()) -> dict[str, Any]:
    """Give the strategies by name, in the order of the lab; all of them where none is named.

    Raises
    ------
    InvalidPredictions
        For a name that is none.
    """
    from f1tools.lab.strategies import STRATEGIES  # loads the libraries that train

    for name in wanted:
        if name not in STRATEGIES:
            raise InvalidPredictions(f"There is no strategy {shortened(name)}. There are: {', '.join(STRATEGIES)}.")
    return {name: each for name, each in STRATEGIES.items() if name in wanted or not wanted}


def contenders(
    task: Task, settings: Settings, wanted: Sequence[str] = ()
) -> tuple[dict[str, Trainer], Mapping[str, Any]]:
    """Give what trains each strategy, and all that makes the network which they share: backend and parameters.

    Raises
    ------
    InvalidPredictions
        For a strategy that is not there.
    """
    from f1tools.lab.losses import keras
    from f1tools.lab.network import NetworkClassifier

    network = NetworkClassifier(**settings.network, image_shape=task.image_shape)
    trainers: dict[str, Trainer] = {
        name: partial(_train, strategy, network, settings.positive_cost)
        for name, strategy in strategies(wanted).items()
    }
    return trainers, {"backend": keras.config.backend(), **network.get_params()}


def _train(
    strategy: Any, network: Any, positive_cost: float | str, features: Features, y: NDArray[np.int64], seed: int
) -> Scorer:
    from f1tools.lab.strategies import scores, seeded

    return partial(scores, seeded(strategy(network, positive_cost), seed).fit(features, y))
