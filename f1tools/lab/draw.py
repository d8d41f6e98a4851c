"""Draw clusters of rows for testing, whole ones: each by the same chance, and together of the right size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from f1tools.core.counts import BoolArray

_ROUNDING = 1e-9  # of a chance


def drawn(y: BoolArray, together: NDArray[np.intp], share: float, rng: np.random.Generator) -> BoolArray:
    """Draw a share of the rows by clusters, balanced by class, with the cube method.

    Every cluster is drawn with the chance ``share``, however large it is. As long as three are undecided their chances
    are moved, at random and up to where one of them is drawn or is not, so that the numbers of positive and of negative
    rows that are drawn stay what they should be. The last ones give the little that can't be balanced.

    Parameters
    ----------
    y : ndarray of bool of shape (n,)
    together : ndarray of int of shape (n,)
        The cluster of each row, from 0.
    share : float
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of bool of shape (n,)

    References
    ----------
    J.-C. Deville and Y. Tillé, Efficient balanced sampling: the cube method. Biometrika 91 (2004), 893-912.

    Examples
    --------
    >>> y, pairs = np.arange(40) < 20, np.arange(40) // 2
    >>> tests = drawn(y, pairs, 0.3, np.random.default_rng(0))
    >>> int(tests[y].sum()), int(tests[~y].sum()), bool((tests[::2] == tests[1::2]).all())
    (6, 6, True)
    """
    sizes = np.column_stack([np.bincount(together, weights=~y), np.bincount(together, weights=y)])
    chances = [share] * len(sizes)
    rows = sizes.tolist()
    undecided: list[int] = []
    for place in rng.permutation(len(sizes)).tolist():
        undecided.append(place)
        while len(undecided) == 3:
            undecided = _moved(undecided, _level(*(rows[each] for each in undecided)), chances, rng)
    while len(undecided) == 2:
        one, other = (sum(rows[each]) for each in undecided)
        undecided = _moved(undecided, (other, -one), chances, rng)
    for place in undecided:
        chances[place] = float(rng.random() < chances[place])
    return np.array(chances)[together] > 0.5


def _level(one: list[float], two: list[float], three: list[float]) -> tuple[float, ...]:
    """Give how three chances may move together without a change in the expected rows of either class."""
    (a, p), (b, q), (c, r) = one, two, three
    move = (b * r - c * q, c * p - a * r, a * q - b * p)
    # Where both classes are in the same ratio in all three, only their sizes count.
    return move if any(move) else (b + q, -a - p, 0.0)


def _moved(undecided: list[int], move: tuple[float, ...], chances: list[float], rng: np.random.Generator) -> list[int]:
    """Move chances to one of the two ends, so that on average they stay; give those that are still undecided."""
    ahead = min(_room(chances[place], step) for place, step in zip(undecided, move, strict=True) if step)
    back = min(_room(chances[place], -step) for place, step in zip(undecided, move, strict=True) if step)
    far = ahead if rng.random() * (ahead + back) < back else -back
    for place, step in zip(undecided, move, strict=True):
        chance = chances[place] + far * step
        chances[place] = float(round(chance)) if abs(chance - round(chance)) < _ROUNDING else chance
    return [place for place in undecided if 0 < chances[place] < 1]


def _room(chance: float, step: float) -> float:
    """Tell how many steps there are until a chance is 0 or 1."""
    return (1 - chance) / step if step > 0 else chance / -step
