"""The errors that are meant for people: one clear sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from f1tools.curve import OperatingPoint


class InvalidPredictions(ValueError):
    """The predictions cannot be used as they are.

    The message is one sentence for the person who brought them: what was seen, where, and what to do.
    """


class ConstraintsNotMet(ValueError):
    """No threshold satisfies the constraints.

    Attributes
    ----------
    closest : OperatingPoint
        The operating point that misses the constraints by the least.
    """

    def __init__(self, message: str, closest: OperatingPoint) -> None:
        super().__init__(message)
        self.closest = closest
