"""The strategies as the protocol takes them: each around the same network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from f1tools.core.errors import InvalidPredictions
from f1tools.formatting import truncate
from f1tools.lab.protocol import CameApartError, Features, Scorer, Trainer
from f1tools.lab.settings import Settings
from f1tools.lab.task import Task
from f1tools.repeats import STRATEGY_INFO

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


def names_of(wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Give the strategies' names in the order of the lab; all of them where none is wanted.

    Raises
    ------
    InvalidPredictions
        For a name that is none.
    """
    for name in wanted:
        if name not in STRATEGY_INFO:
            raise InvalidPredictions(f"There is no strategy {truncate(name)}. There are: {', '.join(STRATEGY_INFO)}.")
    return tuple(name for name in STRATEGY_INFO if name in wanted or not wanted)


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
    from f1tools.lab.strategies import STRATEGIES  # loads the libraries that train

    network = NetworkClassifier(**settings.network, image_shape=task.image_shape)
    trainers: dict[str, Trainer] = {
        name: partial(_train, STRATEGIES[name], network, settings.positive_cost) for name in names_of(wanted)
    }
    return trainers, {"backend": keras.config.backend(), **network.get_params()}


def _train(
    strategy: Any, network: Any, positive_cost: float | str, features: Features, y: NDArray[np.int64], seed: int
) -> Scorer:
    from f1tools.lab.network import DivergedError
    from f1tools.lab.strategies import scores, seeded

    estimator = seeded(strategy(network, positive_cost), seed)
    try:
        return partial(scores, estimator.fit(features, y))
    except DivergedError as error:
        raise CameApartError from error
