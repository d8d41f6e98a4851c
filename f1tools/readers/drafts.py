"""Drafts: ways to understand a table, each with its rank and with what makes it doubtful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from f1tools.readers import names
from f1tools.readers.columns import Profile
from f1tools.readers.pairs import Pair, is_confidence, models, ranked
from f1tools.readers.result import Candidate, Choices
from f1tools.readers.truths import BoolArray, Truth, same

MARGIN = 1.5
INVERTED = 0.4


@dataclass(frozen=True, eq=False)
class Draft:
    """One way to understand the table.

    Attributes
    ----------
    pairs : tuple of Pair
        One per model, all with one truth.
    choices : Choices
        What to read.
    rank : float
        Larger is likelier.
    doubts : tuple of str
        Why a person should look at it first; empty where it can be taken as it is.
    note : str
        What is special about it, for the list of candidates.
    """

    pairs: tuple[Pair, ...]
    choices: Choices
    rank: float
    doubts: tuple[str, ...] = ()
    note: str = ""

    @property
    def truth(self) -> Truth:
        """The truth all pairs share."""
        return self.pairs[0].truth

    def doubted(self, *doubts: str) -> Draft:
        """Return the draft with further doubts."""
        return replace(self, doubts=(*self.doubts, *doubts))

    def candidate(self) -> Candidate:
        """Return the draft as it is shown to people."""
        n_pos = int(np.count_nonzero(self.truth.positive))
        n_neg = int(np.count_nonzero(self.truth.usable)) - n_pos
        flipped = self.choices.flipped
        aucs = {p.score.name: 1 - p.auc if p.score.name in flipped else p.auc for p in self.pairs}
        return Candidate(self.choices, self._reason(aucs), n_pos, n_neg, aucs, round(self.rank, 3))

    def _reason(self, aucs: dict[str, float]) -> str:
        scores = ", ".join(f"{name} (ROC AUC about {auc:.2f})" for name, auc in aucs.items())
        against = "the rest" if self.truth.one_vs_rest else self.truth.neg_label
        text = f"truth {self.truth.name} ({self.truth.pos_label} against {against}), scored by {scores}"
        if self.choices.role is not None and self.choices.tune:
            tune, report = (" and ".join(side) for side in (self.choices.tune, self.choices.report))
            text += f"; threshold chosen on {tune}, numbers from {report}"
        return f"{text}; {self.note}" if self.note else text


def draft(pairs: Sequence[Pair], *, note: str = "") -> Draft:
    """Return the plain draft of one truth and its models."""
    truth, best = pairs[0].truth, max(pair.rank for pair in pairs)
    choices = Choices(
        truth.name, tuple(pair.score.name for pair in pairs), truth.pos_label, truth.neg_label,
        one_vs_rest=truth.one_vs_rest, dropped_truth=truth.dropped,
    )  # fmt: skip
    return Draft(tuple(pairs), choices, best, note=note)


def restricted(each: Draft, rows: BoolArray) -> Draft:
    """Return the draft as some rows of the sample show it."""
    truth = replace(each.truth, positive=each.truth.positive & rows, usable=each.truth.usable & rows)
    return replace(each, pairs=tuple(Pair(truth, pair.score) for pair in each.pairs))


def both_classes(each: Draft) -> bool:
    """Say whether the rows of a draft are of both classes."""
    truth = each.truth
    return bool(truth.positive.any()) and bool((truth.usable & ~truth.positive).any())


def plain_drafts(truths: Sequence[Truth], scores: Sequence[Profile], *, every_score: bool) -> list[Draft]:
    """Return one draft per truth, or two where a second score column is nearly as likely; best first.

    Truths that say the same as a likelier one are left out. With `every_score` all columns are models.
    """
    found: list[Draft] = []
    for truth in truths:
        oriented, doubts = orient(truth, scores)
        if not oriented:
            continue
        chosen = [Pair(oriented[0].truth, each) for each in scores] if every_score else _models(oriented, truths)
        best = draft(chosen).doubted(*doubts)
        found += [best, *([] if every_score else _rivals(best, oriented))]
    found = _without_decisions(found)
    found.sort(key=lambda each: (-round(each.rank, 6), _digit_first(each.truth.name), each.truth.profile.position))
    kept: list[Draft] = []
    for each in found:
        double = any(same(each.truth, other.truth) and each.truth.name != other.truth.name for other in kept)
        if not double:
            kept.append(each)
    return kept


def _without_decisions(found: list[Draft]) -> list[Draft]:
    """Rank truths that are a score cut at a threshold behind those that are not."""
    if not any(not pair.circular and each.truth.points >= 2 for each in found for pair in each.pairs):
        return found
    return [replace(each, rank=each.rank - 4 * any(pair.circular for pair in each.pairs)) for each in found]


def _digit_first(name: str) -> int:
    """Among truths that mirror each other prefer `y_1` to `y_0`, and `prob1_outcome` to `prob2_outcome`."""
    digits = [token for token in names.tokens(name) if token.isdigit()]
    return {"1": 0, "2": 1, "0": 2}.get(digits[-1], 1) if digits else 1


def _models(pairs: Sequence[Pair], truths: Sequence[Truth]) -> list[Pair]:
    return models(pairs, [each for each in truths if each.name != pairs[0].truth.name])


def _rivals(best: Draft, pairs: Sequence[Pair]) -> list[Draft]:
    """Return drafts with single columns that were not taken though they are nearly as likely."""
    others = [pair for pair in pairs if pair not in best.pairs and pair.rank > best.rank - 2 * MARGIN]
    return [replace(draft([pair]), rank=pair.rank - 0.2) for pair in others[:3]]


def orient(truth: Truth, scores: Sequence[Profile]) -> tuple[list[Pair], list[str]]:
    """Return the pairs of a truth with its positive side settled, and what stays doubtful about that side."""
    pairs = ranked(truth, scores)
    if not pairs or truth.known == "convention" or truth.one_vs_rest or truth.neg_label is None:
        return pairs, []
    first = _first_named(truth, scores)
    if first is not None and truth.known == "":
        chosen = truth if first == truth.pos_label else truth.turned()
        return ranked(chosen, scores), [f"{chosen.pos_label} and {chosen.neg_label} could each be the positive class"]
    best = pairs[0]
    if not _turned(truth, best, scores):
        return pairs, _side_doubts(truth, best)
    other = truth.turned()
    again = ranked(other, scores)
    doubt = [f"higher scores go with {other.pos_label}"] if truth.known == "words" else _side_doubts(other, again[0])
    return again, doubt


def _turned(truth: Truth, best: Pair, scores: Sequence[Profile]) -> bool:
    """Say whether the best score speaks for the side that was taken as negative."""
    sides = (truth.pos_label, truth.neg_label or "")
    says = [names.names_label(best.score.name, side) for side in sides]
    if best.score.unit and says[0] != says[1]:
        return says[1]
    return best.auc < 0.5 and not is_confidence(best)


def _first_named(truth: Truth, scores: Sequence[Profile]) -> str | None:
    """Return the class whose own column comes first, where both classes have one."""
    sides = (truth.pos_label, truth.neg_label or "")
    named = [[each for each in scores if each.unit and names.names_label(each.name, side)] for side in sides]
    only = [[each for each in named[i] if each not in named[1 - i]] for i in (0, 1)]
    if not only[0] or not only[1]:
        return None
    return sides[int(only[1][0].position < only[0][0].position)]


def _side_doubts(truth: Truth, best: Pair) -> list[str]:
    if truth.known == "words" or abs(best.auc - 0.5) >= 0.2:
        return []
    return [f"it is not plain which of {truth.pos_label} and {truth.neg_label} is the positive class"]
