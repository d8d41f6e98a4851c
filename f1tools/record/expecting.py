"""What two records expect on new rows: the same, or as near as other resamples bring it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from f1tools.record.differ import Difference, figure
from f1tools.record.record import Bounds, Expected

_EXACTLY = 1e-9
_NEARLY = 0.01
_HALF = 0.5

Pair = tuple[float | None, float | None]


@dataclass(frozen=True)
class Nearness:
    """How far what is expected may lie apart, of a value in metrics, of an end in the width of its range."""

    value: float
    end: float


# The .632 estimate of 2,000 resamples repeats to about 0.002. An end of a range is a score that a few resamples more or
# less move to the next cluster of good thresholds: it repeats to some hundredths of the width where these are close
# together, to nearly half of it where they are far apart. What lies further away than that was never drawn.
EXACT, NEAR = Nearness(_EXACTLY, 0.0), Nearness(_NEARLY, _HALF)


def expectations(recorded: Expected, found: Expected, *, ceiling: float, within: Nearness) -> list[Difference]:
    """Compare what to expect on new rows.

    Parameters
    ----------
    recorded, found : Expected
        How near they must be does not rest on the number of resamples, which the record itself states.
    ceiling : float
        A number above all scores that stands for an end that is above them.
    within : Nearness
        ``EXACT``, or ``NEAR`` where other resamples may have been drawn.
    """
    return list(_differences(recorded, found, ceiling, within))


def _differences(recorded: Expected, found: Expected, ceiling: float, within: Nearness) -> Iterator[Difference]:
    pairs = {
        "Expected value": (recorded.value, found.value),
        "Optimism": (recorded.optimism, found.optimism),
        **_ends("Expected value", recorded.interval, found.interval),
    }
    scale = max(1.0, abs(found.value or 0.0))  # lift is more than 1, and its optimism as coarse as it is
    for what, pair in pairs.items():
        if not _close(pair, within.value * scale):
            yield _difference(what, pair)
    low, high = (ceiling if end is None else end for end in found.threshold_interval)
    reach = within.end * (high - low)
    for what, pair in _ends("Best threshold", recorded.threshold_interval, found.threshold_interval).items():
        mine, its = (ceiling if end is None else end for end in pair)
        if pair[0] != pair[1] and not (within.end and abs(mine - its) <= reach):
            yield _difference(what, pair)


def _difference(what: str, pair: Pair) -> Difference:
    return Difference(what, *figure(pair[0]).beside(figure(pair[1])))


def _close(pair: Pair, near: float) -> bool:
    mine, its = pair
    if mine is None or its is None:
        return mine is its
    return math.isclose(mine, its, rel_tol=_EXACTLY, abs_tol=near)


def _ends(what: str, recorded: Bounds | None, found: Bounds | None) -> dict[str, Pair]:
    mine, its = recorded or (None, None), found or (None, None)
    return {
        f"{what}, low end of its interval": (mine[0], its[0]),
        f"{what}, high end of its interval": (mine[1], its[1]),
    }
