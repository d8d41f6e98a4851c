"""A possible reading of a table as several classes, with the evidence for it from a sample, in whatever layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from f1tools import formatting
from f1tools.core.counts import BoolArray, FloatArray
from f1tools.readers.inference import names
from f1tools.readers.inference.pairs import CLEAR_AUC
from f1tools.readers.inference.profiles import roc_auc
from f1tools.readers.models import Candidate, Choices, ReadingWarning

ROUNDING = 0.02  # of the sum of probabilities printed with few decimals
OWN = 0.8  # share of classes whose scores must be highest for their own rows
OTHERS = 0.03  # by which scores may separate another label better than their own
INDEPENDENT, LABELS = 25, 4  # at most as many classes count as independent evidence
SAME_LABELS = 0.98  # agreement from which two labels may be one
MIN_ROWS = 20
DOUBT = 4.0  # standard errors by which the scores of a class contradict its rows, or those of another one fit them
MAX_USELESS = 30  # classes whose scores are compared with the rows of each other
EXCHANGED = 0.2  # of the ROC AUC by which another score must be better
MARGIN = 1.5  # ranks within which two readings are about as likely


@dataclass(frozen=True, eq=False)
class ClassCandidate:
    """One possible mapping of several classes or labels, and the usable rows of a sample under it.

    Attributes
    ----------
    choices : Choices
        The mapping.
    members : bool array of shape (n, k)
        Whether a row has each class.
    scores : float64 array of shape (n, k)
        Finite scores of the same rows.
    score_text : str
        What the columns of scores are called together, such as `prob_*`.
    points : float
        How likely names make this mapping.
    is_named : bool
        Whether each column of scores has the name of its class.
    is_certain_by_name : bool
        Whether names leave no doubt, however little the scores say about the truth.
    ambiguities : tuple of str
        Why a person must confirm the mapping, besides what the evidence says.
    notes : tuple of ReadingWarning
        What is not used.
    """

    choices: Choices
    members: BoolArray
    scores: FloatArray
    score_text: str
    points: float = 0.0
    is_named: bool = True
    is_certain_by_name: bool = False
    ambiguities: tuple[str, ...] = ()
    notes: tuple[ReadingWarning, ...] = field(default=())

    @property
    def one_per_row(self) -> bool:
        """Whether each row of the sample has exactly one class."""
        return bool(np.all(np.count_nonzero(self.members, axis=1) == 1))

    @property
    def is_prediction(self) -> bool:
        """Whether a truth has the name of hard predictions."""
        truths = filter(None, [self.choices.truth, *self.choices.truths])
        return any(names.is_decision_name(name) for name in truths)

    @cached_property
    def aucs(self) -> FloatArray:
        """The ROC AUC of each class against all others; NaN where all rows or none are in it."""
        return np.array([self._auc(at, at) for at in range(len(self.choices.classes))])

    @cached_property
    def mean_auc(self) -> float:
        """The mean of these; 0.5 without any."""
        return _mean(self.aucs, 0.5)

    @cached_property
    def sums_to_one(self) -> bool:
        """Whether the scores of each row are probabilities that sum to 1, up to rounding."""
        if not self.scores.size or self.scores.min() < 0 or self.scores.max() > 1:
            return False
        tolerance = ROUNDING + 0.0005 * self.scores.shape[1]
        return bool(np.all(np.abs(self.scores.sum(axis=1) - 1) <= tolerance))

    @cached_property
    def share_own(self) -> float:
        """The share of classes whose score is on average higher in their own rows than in those of any other class."""
        counts = np.count_nonzero(self.members, axis=0)
        seen = np.flatnonzero(counts)
        if seen.size < 2:
            return 0.0
        means = (self.members[:, seen].T.astype(np.float64) @ self.scores[:, seen]) / counts[seen, np.newaxis]
        return float(np.mean(np.argmax(means, axis=0) == np.arange(seen.size)))

    @cached_property
    def is_circular(self) -> bool:
        """Whether in each of many rows the truth is the class with the highest score, or no threshold ever errs."""
        if len(self.members) < MIN_ROWS:
            return False
        if self.one_per_row:
            rows = np.arange(len(self.members))
            return bool(np.all(self.members[rows, np.argmax(self.scores, axis=1)]))
        return bool(np.nanmin(self.aucs, initial=1.0) == 1.0)

    @property
    def rank(self) -> float:
        """How likely the mapping is."""
        return self.points + 8 * (self.mean_auc - 0.5) + 2 * self.sums_to_one + self.share_own - len(self.ambiguities)

    def all_ambiguities(self) -> Iterator[str]:
        """Yield why a person must confirm the mapping, by names and by evidence."""
        yield from self.ambiguities
        if self.is_circular:
            yield "the classes follow from the scores without a single error, as if one was made from the other"
        is_clear = self.is_clear
        if self.mean_auc < 0.5 - CLEAR_AUC:
            yield f"low scores go with the classes (mean ROC AUC about {self.mean_auc:.2f})"
        elif not is_clear and not self.is_certain_by_name:
            yield f"the scores hardly separate the classes (mean ROC AUC about {self.mean_auc:.2f})"
        elif not self.is_named and self.one_per_row and self.share_own < OWN:
            yield "it is unclear which column of scores belongs to which class"
        elif is_clear and not self.one_per_row and self._mean_auc_of_others() > self.mean_auc + OTHERS:
            yield "the scores separate other labels than those they are named after"

    def doubts(self) -> Iterator[ReadingWarning]:
        """Yield which classes have scores that seem reversed or those of another class, however good the others are."""
        classes = self.choices.classes
        low = np.flatnonzero(self.aucs < 0.5 - DOUBT * self._standard_errors()).tolist()
        if low:
            listed = formatting.join_names(formatting.truncate(classes[at]) for at in low)
            aucs = formatting.join_names(f"{self.aucs[at]:.2f}" for at in low)
            why = "they may be reversed, or those of another class"
            yield ReadingWarning("doubtful_scores", f"Low scores go with {listed} (ROC AUC about {aucs}): {why}.")
        for at, other, auc in self._exchanged():
            theirs, own = (formatting.truncate(self.choices.scores[each]) for each in (other, at))
            fits = f"{theirs} fits {formatting.truncate(classes[at])} (ROC AUC about {auc:.2f})"
            text = f"{fits}, and {own} does not ({self.aucs[at]:.2f}). The columns may be exchanged."
            yield ReadingWarning("doubtful_scores", text)

    def _exchanged(self) -> Iterator[tuple[int, int, float]]:
        """Yield classes whose scores say nothing about them, each with one that has such scores, too, but fits it."""
        errors = self._standard_errors()
        useless = np.flatnonzero(np.abs(self.aucs - 0.5) <= DOUBT * errors).tolist()[:MAX_USELESS]
        for at in useless:
            auc, other = max(((self._auc(at, each), each) for each in useless if each != at), default=(0.0, at))
            if auc > max(0.5 + DOUBT * errors[at], self.aucs[at] + EXCHANGED):
                yield at, other, auc

    def _standard_errors(self) -> FloatArray:
        """Return the standard errors of the ROC AUC of useless scores; infinite where none or all rows have a class."""
        n, n_pos = len(self.members), np.count_nonzero(self.members, axis=0).astype(np.float64)
        with np.errstate(divide="ignore"):
            return np.asarray(np.sqrt((n + 1) / (12 * n_pos * (n - n_pos))))

    @cached_property
    def is_clear(self) -> bool:
        """Whether the scores separate the classes, by more than chance."""
        return self.mean_auc > 0.5 + CLEAR_AUC and self._is_significant()

    def _is_significant(self) -> bool:
        """Return whether the mean ROC AUC differs from 0.5 by three standard errors of the Mann-Whitney statistic."""
        n, n_pos = len(self.members), np.count_nonzero(self.members, axis=0).astype(np.float64)
        used = (n_pos > 0) & (n_pos < n)
        variances = (n + 1) / (12 * n_pos[used] * (n - n_pos[used]))
        # Labels of one row go together, and so do their scores; classes of different rows are nearly independent.
        n_independent = min(INDEPENDENT if self.one_per_row else LABELS, int(used.sum()))
        return bool(used.any()) and self.mean_auc - 0.5 > 3 * float(np.sqrt(variances.mean() / n_independent))

    def _mean_auc_of_others(self) -> float:
        """Return the mean ROC AUC of each score for the next label instead of its own."""
        k = len(self.choices.classes)
        return _mean(np.array([self._auc((at + 1) % k, at) for at in range(k)]), 0.0)

    def _auc(self, label: int, score: int) -> float:
        positive = self.members[:, label]
        n_pos = np.count_nonzero(positive)
        return roc_auc(positive, self.scores[:, score]) if 0 < n_pos < positive.size else np.nan

    def is_same_model(self, other: ClassCandidate) -> bool:
        """Return whether two scores of the same classes rank the classes of a row alike, as logits and softmax do."""
        if self.choices.classes != other.choices.classes or self.scores.shape != other.scores.shape:
            return False
        return bool(np.mean(np.argmax(self.scores, axis=1) == np.argmax(other.scores, axis=1)) > 0.99)

    def with_ambiguities(self, *ambiguities: str) -> ClassCandidate:
        """Return the candidate with further ambiguities."""
        return replace(self, ambiguities=(*self.ambiguities, *ambiguities))

    def reason(self) -> str:
        """Describe the mapping in one line."""
        choices, k = self.choices, len(self.choices.classes)
        if choices.truth is not None:
            what = f"{k:,} classes of {choices.truth}"
        else:
            what = f"{k:,} labels, {formatting.join_names(map(formatting.truncate, choices.truths))}"
        left_out = f"; rows left out where it is {', '.join(choices.dropped_truth)}" if choices.dropped_truth else ""
        part = f"; only {choices.split} {choices.split_value}" if choices.split_value is not None else ""
        return f"{what}, scored by {self.score_text} (mean ROC AUC about {self.mean_auc:.2f}){left_out}{part}"

    def public(self) -> Candidate:
        """Return the candidate as the public API describes it; its rows are counted once for each class."""
        n_pos = int(np.count_nonzero(self.members))
        aucs = {
            name: float(auc)
            for name, auc in zip(self.choices.classes, self.aucs, strict=True)
            if not np.isnan(auc)
        }  # fmt: skip
        return Candidate(self.choices, self.reason(), n_pos, self.members.size - n_pos, aucs, round(self.rank, 3))


def same_labels(members: BoolArray, labels: Sequence[str]) -> str:
    """Say which two labels are nearly the same in all rows; empty where none are."""
    varied = [at for at in range(len(labels)) if 0 < np.count_nonzero(members[:, at]) < len(members)][:100]
    columns = members[:, varied].astype(np.float64)
    agree = columns.T @ columns + (1 - columns).T @ (1 - columns)
    share = agree / max(1, len(members))
    balanced = np.minimum(columns.mean(axis=0), 1 - columns.mean(axis=0)) if varied else np.empty(0)
    for one in range(len(varied)):
        for other in range(one + 1, len(varied)):
            by_chance = 1 - 2 * min(balanced[one], balanced[other])
            limit = max(SAME_LABELS, by_chance + (1 - by_chance) * SAME_LABELS)
            if share[one, other] >= limit or share[one, other] <= 1 - limit:
                return f"{labels[varied[one]]} and {labels[varied[other]]} are nearly the same in all rows"
    return ""


def _mean(values: FloatArray, default: float) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else default
