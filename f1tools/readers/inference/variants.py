"""Variants of a candidate: inverted scores, confidences in a predicted label, several classes, long formats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from f1tools.readers.inference import names
from f1tools.readers.inference.pairs import Pair, RankedCandidate, Target
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import SPLIT_INTO_MODELS, Choices

MAX_PARTS = 4
_HELD_OUT_STEMS = ("test", "val", "hold", "oof", "eval")


def flipped_candidates(best: RankedCandidate) -> list[RankedCandidate]:
    """Return the candidate with its inverted scores turned around, if it has any."""
    low = tuple(pair.score.name for pair in best.pairs if pair.auc < 0.5)
    if not low or min(pair.auc for pair in best.pairs) > 0.48:
        return []
    note = "the score turned around, because low values go with the positive class"
    return [replace(best, choices=replace(best.choices, flipped=low), rank=best.rank - 0.1, note=note)]


def confidence_candidates(best: RankedCandidate, profiles: Sequence[ColumnProfile]) -> list[RankedCandidate]:
    """Return candidates that take a score as the confidence in a predicted label: p or 1 - p by that label."""
    candidates = []
    classes = {best.target.pos_label, best.target.neg_label}
    for pair in (each for each in best.pairs if each.is_confidence):
        for profile in profiles:
            if set(profile.labels) == classes and profile is not best.target.profile:
                derived = _from_confidence(best, pair, profile)
                candidates += [derived] if derived.pairs[0].auc > pair.auc + 0.02 else []
        if not candidates:
            alone = _from_confidence(best, pair, best.target.profile)
            note = f"{alone.note}; of use only with the truth from a second file"
            candidates.append(replace(alone, rank=best.rank - 5, note=note))
    return candidates


def _from_confidence(best: RankedCandidate, pair: Pair, predicted: ColumnProfile) -> RankedCandidate:
    pos_label = best.target.pos_label
    values = np.where(predicted.rows_with([pos_label]), pair.score.values, 1 - pair.score.values)
    values[predicted.codes < 0] = np.nan
    note = f"{pair.score.name} taken as the confidence in {predicted.name}: p where it is {pos_label}, else 1 - p"
    choices = replace(best.choices, scores=(pair.score.name,), predicted=predicted.name)
    derived = Pair(pair.target, replace(pair.score, values=values))
    return RankedCandidate((derived,), choices, best.rank + 3, note=note)


def one_vs_rest_candidates(profile: ColumnProfile, scores: Sequence[ColumnProfile]) -> list[RankedCandidate]:
    """Return one candidate per class of a target with several classes, that class against the rest."""
    others = [each for each in scores if each is not profile]
    if any(_is_binned(profile, each) for each in others):
        return []
    classes = sorted(profile.labels)
    class_columns = _class_columns(classes, scores)
    candidates = []
    for label in classes:
        target = Target.one_vs_rest(profile, label)
        if class_columns:
            pairs = [Pair(target, class_columns[label])] if label in class_columns else []
        else:
            pairs = sorted((Pair(target, each) for each in others), key=lambda pair: -pair.rank)[:1]
        if pairs:
            candidate = RankedCandidate.of_pairs(pairs, note=f"one of {len(classes)} classes against the others")
            candidates.append(replace(candidate, rank=candidate.rank - 1 + 2 * bool(class_columns)))
    candidates.sort(key=lambda each: (-round(each.rank), classes.index(each.target.pos_label)))
    unclear = f"{profile.name} has {len(classes)} classes, so one of them is set against the rest"
    return [each.with_ambiguities(unclear) for each in candidates]


def _is_binned(profile: ColumnProfile, score: ColumnProfile) -> bool:
    """Return whether the classes are mere bins of the score, as `low`, `medium` and `high` are."""
    keep = (profile.codes >= 0) & ~np.isnan(score.values)
    order = np.argsort(score.values[keep], kind="stable")
    changes = np.count_nonzero(np.diff(profile.codes[keep][order]))
    return bool(keep.sum() > 2 * len(profile.labels)) and changes == len(profile.labels) - 1


def _class_columns(classes: Sequence[str], scores: Sequence[ColumnProfile]) -> dict[str, ColumnProfile]:
    """Return the score column named after each class, or, where these are merely numbered, in the order of classes."""
    named = {label: [each for each in scores if names.is_named_after(each.name, label)] for label in classes}
    unit = [each for each in scores if each.in_unit_interval]
    if not all(named.values()) and len(unit) == len(classes):
        total = np.sum([each.values for each in unit], axis=0)
        if bool(np.all(np.abs(total - 1) < 0.05)):
            return dict(zip(classes, unit, strict=True))
    return {label: columns[0] for label, columns in named.items() if columns}


def long_format_candidates(best: RankedCandidate, profiles: Sequence[ColumnProfile]) -> list[RankedCandidate]:
    """Return candidates that take apart what a column such as `model`, `fold` or `set` stacks, if there is one."""
    column = stacking_column(profiles)
    if column is None:
        return []
    role = column.role
    key = next((each for each in profiles if each.role == "id"), None)
    candidates = _with_roles(best, column) if role == "part" else []
    if role in ("stack", "fold") and len(best.pairs) == 1 and _are_same_rows(best, column, key):
        choices = replace(best.choices, split=column.name, split_value=SPLIT_INTO_MODELS, id=key.name if key else None)
        note = f"every {column.name} a model of its own"
        candidates.append(replace(best, choices=choices, rank=best.rank + 2, note=note))
    by_order = sorted(column.labels, key=lambda label: not any(stem in label.lower() for stem in _HELD_OUT_STEMS))
    for at, label in enumerate(by_order[:MAX_PARTS]):
        choices = replace(best.choices, split=column.name, split_value=label)
        part = best.restricted(column.rows_with([label]))
        note = f"only {column.name} {label}"
        candidates.append(replace(part, choices=choices, rank=best.rank + 1 - 0.1 * at, note=note))
    return [replace(each, rank=each.rank - 3) for each in candidates] if role == "fold" else candidates


def _with_roles(best: RankedCandidate, column: ColumnProfile) -> list[RankedCandidate]:
    """Return the candidate with a tuning and an evaluation set, where a column names both."""
    values = names.role_values(column.labels)
    if values is None or not all(best.restricted(column.rows_with(part)).target.has_both_classes for part in values):
        return []
    used = values.tune + values.report
    unused = [label for label in column.labels if label not in used]
    choices = replace(best.choices, role=column.name, tune=values.tune, report=values.report)
    note = f"without {' and '.join(unused)}" if unused else ""
    return [replace(best.restricted(column.rows_with(used)), choices=choices, rank=best.rank + 1.5, note=note)]


def stacking_column(profiles: Sequence[ColumnProfile]) -> ColumnProfile | None:
    """Return the column that stacks models, else subsets, else folds; None where there is none."""
    for role in ("stack", "part", "fold"):
        columns = [each for each in profiles if each.role == role]
        if columns:
            largest = max(columns, key=lambda each: len(each.labels))
            return next((each for each in columns if "model" in each.name.lower()), largest)
    return None


def _are_same_rows(best: RankedCandidate, column: ColumnProfile, key: ColumnProfile | None) -> bool:
    """Return whether all parts of a long format hold the same rows: by key, else by equal targets in order."""
    parts = [np.flatnonzero(column.codes == code) for code in range(len(column.labels))]
    if key is not None and not key.is_unique and key.n_distinct > 2:
        keys = [{key.cells[row] for row in rows.tolist()} for rows in parts]
        return all(
            len(each) == len(rows) and len(each & keys[0]) >= 0.5 * len(keys[0])
            for each, rows in zip(keys, parts, strict=True)
        )
    first = best.target.positive[parts[0]]
    return all(np.array_equal(best.target.positive[rows], first) for rows in parts)


def long_format_ambiguities(top: RankedCandidate, profiles: Sequence[ColumnProfile], choices: Choices) -> list[str]:
    """Return what a long format or a confidence in a predicted label leaves open."""
    ambiguities = []
    column = stacking_column(profiles)
    if column is not None and choices.split is None and choices.role is None:
        has_unique_key = any(each.role == "id" and each.is_unique for each in profiles)
        if not (column.role == "fold" and has_unique_key):
            parts = f"{column.name} stacks {len(column.labels)} parts on top of each other"
            ambiguities.append(f"{parts}, and pooling mixes them")
    if top.choices.predicted is not None and choices.predicted is None:
        ambiguities.append(f"the score looks like the confidence in {top.choices.predicted}")
    return ambiguities
