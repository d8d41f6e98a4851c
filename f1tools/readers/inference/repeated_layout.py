"""Repeated splits, declared by columns named `repeat`, `set` and `id`: one repeat is proposed, the others offered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from f1tools.core.counts import BoolArray
from f1tools.formatting import join_names
from f1tools.readers.formats.table import Categorical, normalize_label
from f1tools.readers.inference import names
from f1tools.readers.inference.ambiguities import find_ambiguities
from f1tools.readers.inference.names import RoleValues
from f1tools.readers.inference.pairs import Pair, RankedCandidate, Target
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.inference.variants import flipped_candidates
from f1tools.readers.models import SPLIT_INTO_MODELS, Choices

STANDARD_ERRORS = 3
MAX_REPEATS = 4


@dataclass(frozen=True, eq=False)
class RepeatedLayout:
    """The columns that declare repeated splits, with the rows of the sample.

    Attributes
    ----------
    repeat, role, key : str
        The columns with the repeat, with what a row is for in it, and with the row's identity.
    repeats : Categorical
        The repeat of each row; its labels are in order of appearance.
    values : RoleValues
        The values of `role` that mark the tuning set, which may be missing, and the evaluation set.
    parts : tuple of bool array
        The rows of these sets, each where it has values.
    n_distinct : int
        How many different rows are in these sets.
    is_complete : bool
        Whether the sample is the whole table.
    """

    repeat: str
    role: str
    key: str
    repeats: Categorical
    values: RoleValues
    parts: tuple[BoolArray, ...]
    n_distinct: int
    is_complete: bool

    @property
    def used(self) -> BoolArray:
        """The rows in the tuning or the evaluation set."""
        return np.asarray(np.logical_or.reduce(self.parts), dtype=np.bool_)


def find_layout(
    profiles: Sequence[ColumnProfile], target: Target, choices: Choices, *, is_complete: bool
) -> RepeatedLayout | None:
    """Return the layout of repeated splits that a table declares; None where it does not, or the choices exclude it."""
    by_name = {" ".join(names.tokens(each.name)): each for each in reversed(profiles)}
    repeat, role, key = (by_name.get(name) for name in ("repeat", "set", "id"))
    if repeat is None or role is None or key is None or role.role not in ("part", "role"):
        return None
    if choices.split not in (None, repeat.name) or choices.role not in (None, role.name):
        return None
    is_used_otherwise = {repeat.name, role.name} & {target.name, *choices.scores, choices.predicted}
    if is_used_otherwise or choices.split_value == SPLIT_INTO_MODELS or choices.predicted is not None:
        return None
    values = _role_values(role, choices)
    if values is None:
        return None
    repeats = Categorical.from_cells(repeat.cells).normalized()
    in_repeat = target.usable & (repeats.codes >= 0)
    parts = tuple(in_repeat & role.rows_with(each) for each in values if each)
    rows = np.flatnonzero(np.logical_or.reduce(parts))
    n_distinct = len({key.cells[row] for row in rows.tolist()})
    return RepeatedLayout(repeat.name, role.name, key.name, repeats, values, parts, n_distinct, is_complete)


def _role_values(role: ColumnProfile, choices: Choices) -> RoleValues | None:
    if choices.role is not None:
        return RoleValues(*(tuple(map(normalize_label, values)) for values in (choices.tune, choices.report)))
    held_out = names.held_out(role.labels)
    return names.role_values(role.labels) or (RoleValues((), held_out) if held_out else None)


def missing_set(role: str, role_labels: Sequence[str], report: Sequence[str]) -> tuple[str, str]:
    """Return what a role column without tuning set or without evaluation set lacks, and the remedy.

    Examples
    --------
    >>> missing_set("set", ["train", "test"], ("test",))[0]
    'set has train and test rows but none to choose a threshold on'
    """
    training = [each for each in role_labels if names.stage(each) == "train"]
    rows = f"{role} has {join_names(dict.fromkeys((*training, *report)))} rows"
    if all(names.stage(each) == "tune" for each in report):
        return f"{rows} but none to test a threshold on", "score further rows and mark them, for example, test"
    remedy = "score the training rows out of fold and mark these rows, for example, oof"
    return f"{rows} but none to choose a threshold on", remedy


def repeated_candidates(
    layout: RepeatedLayout, candidates: Sequence[RankedCandidate], profiles: Sequence[ColumnProfile],
    scores: Sequence[ColumnProfile], choices: Choices,
) -> list[RankedCandidate]:  # fmt: skip
    """Return the candidates of repeated splits, likeliest first: one repeat each, and all of them pooled.

    With target and scores chosen, the choices come first, even pooled. Empty where no repeat can be shown.
    """
    pooled = candidates[0] if choices.scores else _with_lab_scores(candidates[0], profiles, choices)
    if choices.pos_label is None:
        pooled = _with_positive_class(pooled, layout)
    tune, report = layout.values
    if not (tune or choices.role is not None or choices.is_complete):
        issue, _ = missing_set(layout.role, next(each.labels for each in profiles if each.name == layout.role), report)
        pooled = pooled.with_ambiguities(f"{issue}, so that the {' and '.join(report)} rows would do both")
    others = [
        each
        for each in candidates[1:]
        if each.target.name != pooled.target.name or not set(pooled.choices.scores) >= set(each.choices.scores)
    ]
    pooled = _with_evidence(pooled, others, layout, scores, choices)
    repeats = _single_repeats(pooled, layout)
    if not repeats:
        return []
    if tune:
        in_roles = replace(repeats[0].choices, id=None, split=None, split_value=None)
        all_pooled = replace(pooled.restricted(layout.used), choices=in_roles, rank=pooled.rank + 1.5)
        ranked = [pooled, *repeats, replace(all_pooled, note="all of them pooled"), *flipped_candidates(pooled)]
    else:  # pooling would mix in the training rows
        ranked = [*repeats, *flipped_candidates(repeats[0])]
    ranked = sorted([*ranked, *others], key=lambda each: -each.rank)
    return [pooled, *(each for each in ranked if each is not pooled)] if choices.is_complete else ranked


def _with_evidence(
    pooled: RankedCandidate, others: Sequence[RankedCandidate], layout: RepeatedLayout,
    scores: Sequence[ColumnProfile], choices: Choices,
) -> RankedCandidate:  # fmt: skip
    """Return the candidate with rank and ambiguities from its tuning and evaluation rows.

    Only its best score is examined: the others have similar names, and may be constant, inverted or perfect.
    """
    shown = pooled.restricted(layout.used)
    rank = max(pair.rank for pair in shown.pairs)
    best = max(shown.pairs, key=lambda pair: (not pair.is_separable, not pair.is_confidence, pair.strength))
    similar = {pair.score.name for pair in pooled.pairs} - {best.score.name}
    single = replace(shown, pairs=(best,), rank=rank)
    ambiguities = find_ambiguities([single, *others], [each for each in scores if each.name not in similar], choices)
    return replace(pooled, rank=rank).with_ambiguities(*ambiguities)


def _single_repeats(pooled: RankedCandidate, layout: RepeatedLayout) -> list[RankedCandidate]:
    """Return the candidates of single repeats, the first with both classes in each part, preferably with all scores.

    Empty where no repeat has both classes in its tuning and its evaluation set.
    """
    tune, report = layout.values
    choices = replace(pooled.choices, id=layout.key, role=layout.role, tune=tune, report=report, split=layout.repeat)
    only = "" if tune else f", only the {' and '.join(report)} rows"
    scored = np.all([~np.isnan(pair.score.values) for pair in pooled.pairs], axis=0)
    for has_scores in (scored, np.ones_like(scored)):
        candidates: list[RankedCandidate] = []
        for code, name in enumerate(layout.repeats.labels):
            in_repeat = layout.repeats.codes == code
            parts = (in_repeat & part & has_scores for part in layout.parts)
            has_both = all(pooled.restricted(part).target.has_both_classes for part in parts)
            if has_both or not layout.is_complete:
                shown = pooled.restricted(layout.used & in_repeat if has_both else layout.used)
                rank, note = pooled.rank + 3 - 0.1 * code, f"only {layout.repeat} {name}{only}"
                candidates.append(replace(shown, choices=replace(choices, split_value=name), rank=rank, note=note))
            if len(candidates) == MAX_REPEATS:
                break
        if candidates:
            return candidates
    return []


def _with_lab_scores(best: RankedCandidate, profiles: Sequence[ColumnProfile], choices: Choices) -> RankedCandidate:
    """Return the candidate with each column `score_...`, as the lab writes them, even if it is constant."""
    excluded = (*best.choices.columns(), *choices.columns())
    more = [
        Pair(best.target, each)
        for each in profiles
        if each.kind == "number" and each.name.startswith("score_") and each.name not in excluded
    ]
    pairs = sorted((*best.pairs, *more), key=lambda pair: pair.score.position)
    scores = tuple(pair.score.name for pair in pairs)
    return replace(best, pairs=tuple(pairs), choices=replace(best.choices, scores=scores))


def _with_positive_class(pooled: RankedCandidate, layout: RepeatedLayout) -> RankedCandidate:
    """Return the candidate with the positive class that the scores imply, as far as chance does not explain it."""
    target = pooled.target
    if target.neg_label is None:
        return pooled
    shown = pooled.restricted(layout.used)
    high = [pair.auc > 0.5 for pair in shown.pairs if pair.strength > _auc_noise(shown.target, layout)]
    if target.evidence == "convention":
        contradicted = pooled.with_target(target.swapped()).with_ambiguities(
            f"higher scores go with {target.neg_label}"
        )
        return contradicted if high and not any(high) else pooled
    by_words = names.positive_by_words(target.labels)
    if not high and by_words is not None:
        implied = target if by_words == target.pos_label else target.swapped()
    elif not high or any(high) != all(high):
        unclear = f"it is unclear which of {target.pos_label} and {target.neg_label} is the positive class"
        return pooled if pooled.ambiguities or target.evidence == "words" else pooled.with_ambiguities(unclear)
    else:
        implied = target if high[0] else target.swapped()
        if len(high) == 1 and by_words == implied.neg_label:
            return pooled  # a single score against the words leaves the class ambiguous
    return replace(pooled.with_target(implied), ambiguities=())


def _auc_noise(target: Target, layout: RepeatedLayout) -> float:
    """Return how far from 0.5 chance takes the ROC AUC: standard errors of the Mann-Whitney statistic without ties."""
    if not target.has_both_classes:
        return 1.0
    n = max(1, layout.n_distinct)
    n_pos = n * np.count_nonzero(target.positive) / np.count_nonzero(target.usable)
    return float(STANDARD_ERRORS * np.sqrt((n + 1) / (12 * n_pos * (n - n_pos))))
