"""How well a truth and a score column go together, and which scores are models of one truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from f1tools.readers import names
from f1tools.readers.auc import complements, roc_auc, splits
from f1tools.readers.columns import Profile
from f1tools.readers.formats.parsing import FloatArray
from f1tools.readers.truths import BoolArray, Truth

MOST_SCORES = 100


@dataclass(frozen=True, eq=False)
class Pair:
    """A truth with one score column."""

    truth: Truth
    score: Profile

    @cached_property
    def rows(self) -> tuple[BoolArray, FloatArray]:
        """The rows with both, as truth and score."""
        keep = self.truth.usable & ~np.isnan(self.score.values)
        return self.truth.positive[keep], self.score.values[keep]

    @cached_property
    def auc(self) -> float:
        """The chance that a positive row scores above a negative one."""
        return roc_auc(*self.rows)

    @cached_property
    def circular(self) -> bool:
        """Whether a threshold on the score gives the truth without an error."""
        return splits(*self.rows)

    @property
    def named(self) -> bool:
        """Whether the score's name is its positive class."""
        return names.names_label(self.score.name, self.truth.pos_label)

    @cached_property
    def rank(self) -> float:
        """How likely it is that these two belong together."""
        score = self.score
        points = self.truth.points + names.score_points(score.name) + self._told_apart() + 2.0 * score.decides
        points += 1.5 * score.unit + 2.0 * names.share_stem(self.truth.name, score.name)
        points += 2.0 * (self._label_match() and not score.whole)
        points -= 3.0 * self.circular
        points -= 1.0 * (score.whole and not score.unit and names.score_points(score.name) < 3)
        return points

    def _told_apart(self) -> float:
        """Rate how far the score tells the classes apart; for a probability the wrong way round counts half."""
        backward = self.auc < 0.5 and self.score.unit and names.score_points(self.score.name) >= 3
        return 4 * abs(self.auc - 0.5) * (0.5 if backward and self.truth.known == "convention" else 1.0)

    def _label_match(self) -> bool:
        sides = [self.truth.pos_label, *([self.truth.neg_label] if self.truth.neg_label else [])]
        return any(names.names_label(self.score.name, side) for side in sides)


def scores_among(profiles: Sequence[Profile], parts: dict[str, str]) -> list[Profile]:
    """Return the columns that could be scores: numbers with three values or more that neither count nor name rows.

    Of very wide tables the likeliest by name and range.
    """
    classes = _numbered_classes(profiles)
    numeric = [
        profile
        for profile in profiles
        if profile.kind == "number"
        and profile.n_distinct >= 3
        and not (profile.counted and names.score_points(profile.name) < 3)
        and profile.name not in classes
    ]
    free = [profile for profile in numeric if parts[profile.name] in ("", "weight?")]
    found = free or [profile for profile in numeric if parts[profile.name] == "weight"]
    likeliest = sorted(found, key=lambda each: (-names.score_points(each.name), not each.unit))[:MOST_SCORES]
    return [profile for profile in found if profile in likeliest]


def _numbered_classes(profiles: Sequence[Profile]) -> set[str]:
    """Return the columns of class numbers: a truth of several classes and what was decided, neither a score."""
    whole = [each for each in profiles if each.whole and len(each.labels) >= 3]
    truths = [each for each in whole if names.names_truth(each.name)]
    decisions = [each for each in whole if names.is_decision(each.name)]
    return {
        name
        for one in truths
        for other in decisions
        if len(set(one.labels) & set(other.labels)) > 0.5 * len(other.labels)
        for name in (one.name, other.name)
    }


def ranked(truth: Truth, scores: Sequence[Profile]) -> list[Pair]:
    """Return the truth with every score, best first, one of each two complements or copies."""
    pairs = [Pair(truth, score) for score in scores if score.name != truth.name]
    kept: list[Pair] = []
    for pair in pairs:
        rival = next((each for each in kept if double(pair, each)), None)
        if rival is None:
            kept.append(pair)
        elif not _copy(pair, rival) and _speaks_for_positive(pair) > _speaks_for_positive(rival):
            kept[kept.index(rival)] = pair
    return sorted(kept, key=lambda pair: -pair.rank)


def double(pair: Pair, other: Pair) -> bool:
    """Say whether two scores of one truth are one model: copies, complements, or columns of its two classes."""
    return _copy(pair, other) or opposite(pair, other)


def opposite(pair: Pair, other: Pair) -> bool:
    """Say whether two scores of one truth are those of its two classes."""
    one, two = pair.score, other.score
    if one.unit and two.unit and complements(one.values, two.values):
        return True
    sides = (pair.truth.pos_label, pair.truth.neg_label or "")
    named = [[names.names_label(each.name, side) for side in sides] for each in (one, two)]
    # Two models may be called p_0 and p_1 like the classes; but they rank the rows alike, and classes do not.
    opposed = (pair.auc - 0.5) * (other.auc - 0.5) < 0
    return opposed and names.same_but(one.name, two.name) and sorted(named) == [[False, True], [True, False]]


def _copy(pair: Pair, other: Pair) -> bool:
    return bool(np.array_equal(pair.score.values, other.score.values, equal_nan=True))


def _speaks_for_positive(pair: Pair) -> tuple[float, ...]:
    """Rate a column against its complement: it ranks the positives high; it is named after them; it is named at all."""
    far = abs(pair.auc - 0.5) > 0.1
    named = pair.named and not names.names_label(pair.score.name, pair.truth.neg_label or "")
    return (
        float(np.sign(pair.auc - 0.5)) if far else 0.0,
        float(named),
        names.score_points(pair.score.name),
        pair.auc - 0.5,
    )


def models(pairs: Sequence[Pair], others: Sequence[Truth]) -> list[Pair]:
    """Return the pairs of one truth that are models of it: the best, and those named like it on the same scale."""
    best = pairs[0]
    points = names.score_points(best.score.name)
    if points < 3 and all(pair.score.unit and not pair.score.whole and pair.auc > 0.6 for pair in pairs):
        return sorted(pairs, key=lambda pair: pair.score.position)
    stem = names.share_stem(best.truth.name, best.score.name)
    found = []
    for pair in pairs:
        score = pair.score
        theirs = any(names.share_stem(other.name, score.name) for other in others)
        alike = names.score_points(score.name) >= min(points, 3) and points >= 2 and score.unit == best.score.unit
        if pair is not best and abs(best.auc - 0.5) > 0.15 and abs(pair.auc - 0.5) < 0.2 * abs(best.auc - 0.5):
            continue
        if pair is best or (
            alike
            and not (stem and theirs and not names.share_stem(pair.truth.name, score.name))
            and pair.rank > best.rank - 4
        ):
            found.append(pair)
    return sorted(found, key=lambda pair: pair.score.position)


def is_confidence(pair: Pair) -> bool:
    """Say whether a score never falls below 0.5, so that it looks like the confidence in whatever was predicted."""
    positive, score = pair.rows
    return pair.score.unit and len(score) >= 10 and bool(score.min() >= 0.499) and bool(positive.any())
