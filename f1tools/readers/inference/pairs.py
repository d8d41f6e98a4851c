"""The building blocks of inference: a target, a target with one score, and a ranked candidate made of these pairs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from f1tools.core.counts import BoolArray, FloatArray
from f1tools.formatting import join_names, with_kind
from f1tools.readers.formats.table import label_to_number, normalize_label
from f1tools.readers.inference import names
from f1tools.readers.inference.profiles import (
    ColumnProfile,
    are_complements,
    is_separable,
    monotone_columns,
    order_alike,
    rank_correlation,
    roc_auc,
)
from f1tools.readers.models import Candidate, Choices

_USUAL_NUMBERS = ({"0", "1"}, {"-1", "1"}, {"1", "2"})
MARGIN = 1.5  # difference in rank from which one candidate is clearly likelier than another
CLEAR_AUC = 0.1  # distance of the ROC AUC from 0.5 at which a score clearly separates the classes
INVERTED_AUC = 0.4


@dataclass(frozen=True, eq=False)
class Target:
    """A column taken as the target.

    Attributes
    ----------
    pos_label, neg_label : str, str or None
        The two classes; `neg_label` is None for one class against the rest.
    evidence : {"convention", "words", ""}
        How the positive class is known: by universal usage (0/1, no/yes), by words such as malignant, or not at all.
    dropped : tuple of str
        Values in neither class.
    positive, usable : bool array
        Per row of the sample: in the positive class; in one of the two classes.
    is_predicted : bool
        Whether a column of hard predictions has the same two labels, and these are not as common as no and yes.
    """

    profile: ColumnProfile
    pos_label: str
    neg_label: str | None
    evidence: str
    dropped: tuple[str, ...]
    positive: BoolArray
    usable: BoolArray
    is_predicted: bool = False

    @classmethod
    def of_two(
        cls, profile: ColumnProfile, pos_label: str, neg_label: str, evidence: str, dropped: tuple[str, ...] = ()
    ) -> Target:
        """Return a column with two classes as a target."""
        positive, negative = (profile.codes == profile.labels.index(each) for each in (pos_label, neg_label))
        return cls(profile, pos_label, neg_label, evidence, dropped, positive, positive | negative)

    @classmethod
    def one_vs_rest(cls, profile: ColumnProfile, pos_label: str, dropped: tuple[str, ...] = ()) -> Target:
        """Return a column with several classes as one class against all others that are not dropped."""
        positive = profile.codes == profile.labels.index(pos_label)
        usable = (profile.codes >= 0) & ~profile.rows_with(dropped)
        return cls(profile, pos_label, None, "", dropped, positive, usable)

    @property
    def name(self) -> str:
        """The column's name."""
        return self.profile.name

    @property
    def labels(self) -> list[str]:
        """The labels of the classes that have one: positive, negative."""
        return [self.pos_label, *([] if self.neg_label is None else [self.neg_label])]

    @property
    def is_text(self) -> bool:
        """Whether the labels are words."""
        return all(label_to_number(each) is None for each in self.labels)

    @property
    def has_both_classes(self) -> bool:
        """Whether the sample has rows of both classes."""
        return bool(self.positive.any()) and bool((self.usable & ~self.positive).any())

    @property
    def points(self) -> float:
        """How strongly name and values suggest a target."""
        points = names.target_points(self.name)
        is_numeric = all(label_to_number(each) is not None for each in self.profile.labels)
        if (
            is_numeric
            and self.neg_label is not None
            and set(self.profile.labels) - set(self.dropped) not in _USUAL_NUMBERS
        ):
            points -= 3
        return points + 0.3 * (self.evidence == "convention") - 0.5 * bool(self.dropped)

    @cached_property
    def aucs(self) -> dict[ColumnProfile, float]:
        """The ROC AUC of each score that was paired with the target."""
        return {}

    def swapped(self) -> Target:
        """Return the same target with the other class positive."""
        if self.neg_label is None:
            raise ValueError("one class against the rest has no negative label to swap with")
        positive = self.usable & ~self.positive
        return replace(self, pos_label=self.neg_label, neg_label=self.pos_label, evidence="", positive=positive)

    def is_equivalent(self, other: Target) -> bool:
        """Return whether two targets divide the rows alike, possibly with the classes swapped."""
        both = self.usable & other.usable
        if np.count_nonzero(both) < 0.9 * max(np.count_nonzero(self.usable), np.count_nonzero(other.usable)):
            return False
        agree = self.positive[both] == other.positive[both]
        return bool(agree.all()) or not bool(agree.any())


@dataclass(frozen=True, eq=False)
class Pair:
    """A target with one score column, and what is doubtful about the class that the score belongs to."""

    target: Target
    score: ColumnProfile
    ambiguity: str = ""

    @cached_property
    def rows(self) -> tuple[BoolArray, FloatArray]:
        """The rows that have both, as classes and scores."""
        keep = self.target.usable & ~np.isnan(self.score.values)
        return self.target.positive[keep], self.score.values[keep]

    @cached_property
    def auc(self) -> float:
        """The ROC AUC of the score."""
        aucs = self.target.aucs
        if self.score not in aucs:
            aucs[self.score] = roc_auc(*self.rows)
        return aucs[self.score]

    @property
    def strength(self) -> float:
        """Distance of the ROC AUC from 0.5."""
        return abs(self.auc - 0.5)

    @cached_property
    def is_separable(self) -> bool:
        """Whether a threshold on the score gives the target without error."""
        return is_separable(*self.rows)

    @property
    def is_significant(self) -> bool:
        """Whether the ROC AUC differs from 0.5 by three standard errors of the Mann-Whitney statistic."""
        positive, _ = self.rows
        n, n_pos = positive.size, int(np.count_nonzero(positive))
        return self.strength > 3 * math.sqrt((n + 1) / (12 * max(n_pos * (n - n_pos), 1)))

    @cached_property
    def named_class(self) -> int:
        """Which class the score is named after: 1 positive, -1 negative, 0 neither or both."""
        target, name, label = self.target, self.score.name, normalize_label(self.score.class_label)
        if label:
            return int(label == target.pos_label) - int(label == target.neg_label)
        numbers = ("1", "0") if target.evidence == "convention" else ("", "")
        labels = zip((target.pos_label, target.neg_label or ""), numbers, strict=True)
        positive, negative = (any(names.is_named_after(name, each) for each in known if each) for known in labels)
        return int(positive) - int(negative)

    @property
    def name_points(self) -> float:
        """How strongly the name of the score suggests one."""
        return names.score_points(self.score.name)

    @property
    def shares_stem(self) -> bool:
        """Whether the names of target and score belong together."""
        return names.share_stem(self.target.name, self.score.name)

    @property
    def is_confidence(self) -> bool:
        """Whether the score is never below 0.5, as a confidence in the predicted class is."""
        positive, score = self.rows
        return self.score.in_unit_interval and len(score) >= 10 and bool(score.min() >= 0.499) and bool(positive.any())

    @cached_property
    def rank(self) -> float:
        """How likely it is that target and score belong together."""
        score, points = self.score, names.score_points(self.score.name)
        is_class_column = any(names.is_named_after(score.name, label) for label in self.target.labels)
        return (
            self.target.points
            + points
            + self._separation_points()
            + 2.0 * score.separates_decision
            + 1.5 * score.in_unit_interval
            + 2.0 * self.shares_stem
            + 2.0 * (is_class_column and not score.is_integer)
            - 3.0 * self.is_separable
        )

    def _separation_points(self) -> float:
        """Rate how well the score separates the classes; an inverted probability counts half."""
        is_probability = self.score.in_unit_interval and names.score_points(self.score.name) >= 3
        is_inverted = self.auc < 0.5 and is_probability and self.target.evidence == "convention"
        return 4 * self.strength * (0.5 if is_inverted else 1.0)

    def kinship(self, other: Pair) -> str:
        """Return what another score of the target is beside this one, the best.

        Returns
        -------
        {"model", "doubtful", ""}
            A further model, possibly one, or neither. A model has the name of a score or a model; on another scale than
            this score it also ranks the rows alike, or both are named after models. A column of any other name may be
            one if it ranks the rows much as this score does, and the classes nearly as well.
        """
        score, points = other.score, other.name_points
        same_scale = score.in_unit_interval == self.score.in_unit_interval
        is_weak = self.strength > 1.5 * CLEAR_AUC and other.strength < 0.2 * self.strength
        are_models = names.names_model(self.score.name) and names.names_model(score.name) and not score.is_integer
        is_named = points >= 2 and not is_weak
        if is_named and (same_scale or (not score.is_integer and rank_correlation(self.score, score) > 0.4)):
            return "model"
        if are_models and self.score.in_unit_interval and score.in_unit_interval:
            return "model"  # however weak
        is_feature = self.score.separates_decision and not score.separates_decision
        is_clear = other.is_significant and other.auc > 0.5 + CLEAR_AUC and score.n_distinct > 10
        if is_named and is_clear and (are_models or not is_feature):
            return "model" if are_models else "doubtful"
        if points < 0 or score.n_distinct <= 10 or is_feature:
            return ""
        if self.name_points < 2:
            return "doubtful" if same_scale and not score.is_integer and other.auc > 0.6 else ""
        is_nearly_as_good = other.strength > 0.5 * self.strength
        is_alike = is_nearly_as_good and rank_correlation(self.score, score) > (0.6 if same_scale else 0.85)
        return "doubtful" if is_alike else ""

    def is_rescaled(self, other: Pair) -> bool:
        """Return whether two scores order the rows alike on different scales, as a probability and its logit."""
        one, two = self.score, other.score
        if one.in_unit_interval == two.in_unit_interval and one.is_integer == two.is_integer:
            return False
        return order_alike(one.values, two.values)

    def derived(self, scores: Sequence[ColumnProfile]) -> list[ColumnProfile]:
        """Return the scores that follow from this one: as its certainty, max(p, 1 - p), or its error, |p - y|."""
        base = self.score
        middle = 0.5 if base.in_unit_interval else 0.0 if base.low < 0 else 50.0
        if base.n_distinct < 10 or not base.low < middle < base.high:
            return []
        others = [each for each in scores if each is not base and each.n_distinct >= 10]
        certainties = monotone_columns(np.abs(base.values - middle), others)
        if not base.in_unit_interval:
            return certainties
        weaker = [each for each in others if names.score_points(each.name) < self.name_points]  # p follows from |p - y|
        error = np.where(self.target.usable, np.abs(base.values - self.target.positive), np.nan)
        return certainties + monotone_columns(error, weaker)

    def is_copy(self, other: Pair) -> bool:
        """Return whether two scores are equal in each row."""
        one, two = self.score, other.score
        return (one.low, one.high) == (two.low, two.high) and bool(
            np.array_equal(one.values, two.values, equal_nan=True)
        )

    def is_opposite(self, other: Pair) -> bool:
        """Return whether two scores of one target are those of its two classes."""
        one, two = self.score, other.score
        if one.in_unit_interval and two.in_unit_interval and are_complements(one.values, two.values):
            return True
        # Two models may be called p_0 and p_1 like the classes; but models rank the rows alike, class columns do not.
        are_opposed = (self.auc - 0.5) * (other.auc - 0.5) < 0
        return are_opposed and self.named_class * other.named_class < 0

    def is_same_model(self, other: Pair) -> bool:
        """Return whether two scores of one target belong to one model: copies, or columns of its two classes."""
        return self.is_copy(other) or self.is_opposite(other)


@dataclass(frozen=True, eq=False)
class RankedCandidate:
    """A candidate mapping with its evidence.

    Attributes
    ----------
    pairs : tuple of Pair
        One per model, all with the same target.
    choices : Choices
        The column mapping.
    rank : float
        Larger is likelier.
    ambiguities : tuple of str
        Why a person must confirm the mapping; empty where it is certain.
    note : str
        What distinguishes this candidate from the others.
    """

    pairs: tuple[Pair, ...]
    choices: Choices
    rank: float
    ambiguities: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def of_pairs(cls, pairs: Sequence[Pair], *, note: str = "") -> RankedCandidate:
        """Return the plain candidate of one target and its models."""
        target = pairs[0].target
        choices = Choices(
            target.name, tuple(pair.score.name for pair in pairs), target.pos_label, target.neg_label,
            one_vs_rest=target.neg_label is None, dropped_truth=target.dropped,
            differences=tuple(pair.score.name for pair in pairs if pair.score.operands),
        )  # fmt: skip
        return cls(tuple(pairs), choices, max(pair.rank for pair in pairs), note=note)

    @property
    def target(self) -> Target:
        """The target that all pairs share."""
        return self.pairs[0].target

    @property
    def is_significant(self) -> bool:
        """Whether any score is related to the target beyond chance."""
        return any(pair.is_significant for pair in self.pairs)

    def has_model(self, pair: Pair) -> bool:
        """Return whether a score belongs to one of the models."""
        return pair.score.name in self.choices.scores or any(pair.is_same_model(each) for each in self.pairs)

    def with_ambiguities(self, *ambiguities: str) -> RankedCandidate:
        """Return the candidate with further ambiguities."""
        return replace(self, ambiguities=(*self.ambiguities, *ambiguities))

    def with_target(self, target: Target) -> RankedCandidate:
        """Return the candidate with another view of its target column, such as the classes swapped."""
        choices = replace(self.choices, pos_label=target.pos_label, neg_label=target.neg_label)
        return replace(self, pairs=tuple(Pair(target, pair.score) for pair in self.pairs), choices=choices)

    def restricted(self, rows: BoolArray) -> RankedCandidate:
        """Return the candidate with the evidence from some rows of the sample."""
        target = self.target
        return self.with_target(replace(target, positive=target.positive & rows, usable=target.usable & rows))

    def public(self) -> Candidate:
        """Return the candidate as the public API describes it."""
        n_pos = int(np.count_nonzero(self.target.positive))
        n_neg = int(np.count_nonzero(self.target.usable)) - n_pos
        flipped = self.choices.flipped
        aucs = {each.score.name: 1 - each.auc if each.score.name in flipped else each.auc for each in self.pairs}
        scores = [pair.score for pair in self.pairs]
        examples = {each.name: each.examples(self.target.usable) for each in scores if not each.operands}
        return Candidate(self.choices, self._reason(aucs), n_pos, n_neg, aucs, round(self.rank, 3), examples)

    def _reason(self, aucs: dict[str, float]) -> str:
        scores = ", ".join(f"{name} (ROC AUC about {auc:.2f})" for name, auc in aucs.items())
        negative = "the rest" if self.target.neg_label is None else self.target.neg_label
        text = (
            f"{with_kind('truth', self.target.name)} ({self.target.pos_label} against {negative}), scored by {scores}"
        )
        if self.choices.role is not None and self.choices.tune:
            tune, report = (join_names(values) for values in (self.choices.tune, self.choices.report))
            text += f"; threshold chosen on {tune}, numbers from {report}"
        return f"{text}; {self.note}" if self.note else text
