"""Marked operating points: the threshold in force, the best one, and 0.5."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from f1tools import formatting
from f1tools.core.curve import OperatingPoint
from f1tools.palette import Role

MarkRole: TypeAlias = Literal["now", "best", "half"]

_IMPORTANCE: tuple[MarkRole, ...] = ("now", "best", "half")
_NAMES: dict[MarkRole, str] = {"now": "now", "best": "best", "half": ""}  # 0.5 needs no name
_SPOKEN: dict[MarkRole, str] = {
    "now": "the current threshold",
    "best": "the best threshold",
    "half": "the threshold",
}
_COLORS: dict[MarkRole, Role] = {"now": "ink", "best": "fbeta", "half": "muted"}


@dataclass(frozen=True, eq=False)
class Mark:
    """An operating point to show in a figure.

    Parameters
    ----------
    role : {"now", "best", "half"}
        The threshold in force, the best one, or the customary 0.5.
    point : OperatingPoint
    text : str
        The threshold as the page writes it; left out, it has up to four significant digits.
    """

    role: MarkRole
    point: OperatingPoint
    text: str = ""

    @property
    def written(self) -> str:
        """The threshold as text."""
        return self.text or formatting.rounded_threshold(self.point.threshold)

    @property
    def said(self) -> str:
        """The mark in a sentence."""
        return f"{_SPOKEN[self.role]} {self.written}"


@dataclass(frozen=True, eq=False)
class Place:
    """Marks that fall on one place of a figure, drawn once and labelled together."""

    role: MarkRole
    point: OperatingPoint
    label: str

    @property
    def color(self) -> Role:
        """The role of its colour."""
        return _COLORS[self.role]


def by_threshold(marks: Sequence[Mark], span: tuple[float, float]) -> list[Place]:
    """Join the marks of one threshold within a span; the most important comes last, to be drawn on top."""
    places = _places(marks, lambda mark: mark.point.threshold)
    return [place for place in places if span[0] <= place.point.threshold <= span[1]]


def by_counts(marks: Sequence[Mark]) -> list[Place]:
    """Join the marks of one decision, which may have different thresholds but the same counts."""
    return _places(marks, lambda mark: (mark.point.counts.tp, mark.point.counts.fp))


def _places(marks: Sequence[Mark], place_of: Callable[[Mark], object]) -> list[Place]:
    together: dict[object, list[Mark]] = {}
    for mark in sorted(marks, key=lambda mark: _IMPORTANCE.index(mark.role)):
        together.setdefault(place_of(mark), []).append(mark)
    places = [Place(group[0].role, group[0].point, _label(group)) for group in together.values()]
    return places[::-1]


def _label(group: list[Mark]) -> str:
    """Name all marks of a place, with the threshold of the most important: "now = best 0.381"."""
    names = [_NAMES[mark.role] for mark in group if _NAMES[mark.role]]
    return f"{' = '.join(names)} {group[0].written}".strip()
