"""Columns that could be the truth: two values, two and a stray third, or several classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from f1tools.readers import labels, names
from f1tools.readers.columns import Profile
from f1tools.readers.formats.parsing import label_to_number
from f1tools.readers.vocabulary import STRAY

BoolArray = NDArray[np.bool_]
_USUAL = ({"0", "1"}, {"-1", "1"}, {"1", "2"})
MOST_CLASSES = 30


@dataclass(frozen=True, eq=False)
class Truth:
    """A column seen as a truth with two sides.

    Attributes
    ----------
    pos_label, neg_label : str
        The sides; `neg_label` is "rest" in name only when `one_vs_rest`.
    known : {"convention", "words", ""}
        How the positive side is known.
    dropped : tuple of str
        Values on neither side.
    positive, usable : bool array
        Per row of the sample: positive; on one of the two sides.
    """

    profile: Profile
    pos_label: str
    neg_label: str | None
    known: str
    dropped: tuple[str, ...]
    positive: BoolArray
    usable: BoolArray
    one_vs_rest: bool = False

    @property
    def name(self) -> str:
        """The column's name."""
        return self.profile.name

    @property
    def points(self) -> float:
        """What name and values say for it."""
        points = names.truth_points(self.name)
        numeric = all(label_to_number(each) is not None for each in self.profile.labels)
        if (
            numeric
            and not self.one_vs_rest
            and not any(set(self.profile.labels) - set(self.dropped) == usual for usual in _USUAL)
        ):
            points -= 3
        return points + 0.3 * (self.known == "convention") - 0.5 * bool(self.dropped)

    def turned(self) -> Truth:
        """Return the same truth with the other side positive."""
        assert self.neg_label is not None  # noqa: S101 - one against the rest is never turned
        return replace(
            self, pos_label=self.neg_label, neg_label=self.pos_label, known="", positive=self.usable & ~self.positive
        )


def of_two(profile: Profile, pos_label: str, neg_label: str, known: str, dropped: tuple[str, ...] = ()) -> Truth:
    """Return a column as a truth of two given values."""
    code = profile.labels.index
    positive = profile.codes == code(pos_label)
    return Truth(profile, pos_label, neg_label, known, dropped, positive, positive | (profile.codes == code(neg_label)))


def one_against_rest(profile: Profile, pos_label: str) -> Truth:
    """Return a column of several classes as one class against all others."""
    positive = profile.codes == profile.labels.index(pos_label)
    return Truth(profile, pos_label, None, "", (), positive, profile.codes >= 0, one_vs_rest=True)


def two_sided(profiles: Sequence[Profile], skip: frozenset[str]) -> list[Truth]:
    """Return every column that has two values, or two and a stray third, as a truth."""
    found = [_two_sided(profile) for profile in profiles if profile.name not in skip]
    return [truth for truth in found if truth is not None]


def _two_sided(profile: Profile) -> Truth | None:
    values = list(profile.labels)
    dropped: tuple[str, ...] = ()
    if len(values) == 3:
        stray = _stray(profile)
        if stray is None:
            return None
        values.remove(stray)
        dropped = (stray,)
    if len(values) != 2:
        return None
    pos_label, known = positive_of(values)
    neg_label = next(each for each in values if each != pos_label)
    return of_two(profile, pos_label, neg_label, known, dropped)


def positive_of(values: Sequence[str]) -> tuple[str, str]:
    """Return the likelier positive one of two labels and how that is known."""
    if (found := labels.by_convention(values)) is not None:
        return found, "convention"
    if (found := labels.by_words(values)) is not None:
        return found, "words"
    both = [label_to_number(each) for each in values]
    if both[0] is not None and both[1] is not None:
        return values[int(both[1] > both[0])], ""
    return values[0], ""


def _stray(profile: Profile) -> str | None:
    """Return the third value that stands between or beside the two classes: a tie, an unknown, a rare slip."""
    values = set(profile.labels)
    if values == {"0", "0.5", "1"}:
        return "0.5"
    for each in profile.labels:
        if each.lower() in STRAY and labels.by_convention(sorted(values - {each})) is not None:
            return each
    rarest, times = profile.labels[-1], profile.counts[-1]
    if times <= max(1, 0.02 * profile.n) and (
        label_to_number(rarest) is None or labels.by_convention(sorted(values - {rarest}))
    ):
        return rarest
    return None


def of_classes(profiles: Sequence[Profile], skip: frozenset[str]) -> list[Profile]:
    """Return the columns that look like a truth of three classes or more."""
    return [
        profile
        for profile in profiles
        if profile.name not in skip
        and 3 <= len(profile.labels) <= MOST_CLASSES
        and names.truth_points(profile.name) >= 0
        and (profile.kind == "text" or (profile.whole and names.names_truth(profile.name)))
        and profile.n_distinct <= 0.5 * profile.n
    ]  # fmt: skip


def same(one: Truth, other: Truth) -> bool:
    """Say whether two truths divide the rows in the same way, be it under other names."""
    both = one.usable & other.usable
    if np.count_nonzero(both) < 0.9 * max(np.count_nonzero(one.usable), np.count_nonzero(other.usable)):
        return False
    agree = one.positive[both] == other.positive[both]
    return bool(agree.all()) or not bool(agree.any())


def verdict(truth: Truth, others: Sequence[Truth], profiles: Sequence[Profile]) -> bool:
    """Say whether a column only tells if a prediction was right: it follows from another truth and a decision."""
    if not names.judges(truth.name):
        return False
    for other in others:
        for profile in profiles:
            if other.name in (truth.name, profile.name) or set(profile.labels) != {other.pos_label, other.neg_label}:
                continue
            right = (profile.codes == profile.labels.index(other.pos_label)) == other.positive
            if right.all() or not right.any():
                continue
            agree = truth.positive == right
            if agree.all() or not agree.any():
                return True
    return False
