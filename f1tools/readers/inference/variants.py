"""Variants of a candidate: inverted scores, confidences in a predicted label, one of several classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from f1tools.readers.formats.table import is_label_of
from f1tools.readers.inference import names
from f1tools.readers.inference.pairs import CLEAR_AUC, Pair, RankedCandidate, Target
from f1tools.readers.inference.profiles import ColumnProfile

MIN_ROWS = 5  # of each predicted class


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
    for pair in (each for each in best.pairs if each.is_confidence):
        for profile in profiles:
            if _predicts(profile, best.target) and profile is not best.target.profile:
                derived = _from_confidence(best, pair, profile)
                candidates += [derived] if derived.pairs[0].auc > pair.auc + 0.02 else []
        if not candidates:
            alone = _from_confidence(best, pair, best.target.profile)
            note = f"{alone.note}; of use only with the truth from a second file"
            candidates.append(replace(alone, rank=best.rank - 5, note=note))
    return candidates


def _predicts(profile: ColumnProfile, target: Target) -> bool:
    """Return whether a column has a label for each of the two classes of a target."""
    classes = [[label for label in profile.labels if is_label_of(label, each)] for each in target.labels]
    return len(profile.labels) == 2 and all(map(len, classes)) and len(classes) == 2


def _from_confidence(best: RankedCandidate, pair: Pair, predicted: ColumnProfile) -> RankedCandidate:
    pos_label = best.target.pos_label
    positive = [label for label in predicted.labels if is_label_of(label, pos_label)]
    values = np.where(predicted.rows_with(positive), pair.score.values, 1 - pair.score.values)
    values[predicted.codes < 0] = np.nan
    note = f"{pair.score.name} taken as the confidence in {predicted.name}: p where it is {pos_label}, else 1 - p"
    choices = replace(best.choices, scores=(pair.score.name,), predicted=predicted.name)
    derived = Pair(pair.target, replace(pair.score, values=values))
    return RankedCandidate((derived,), choices, best.rank + 3, note=note)


def is_certain_confidence(top: RankedCandidate, best: RankedCandidate, profiles: Sequence[ColumnProfile]) -> bool:
    """Return whether a score can be nothing but the confidence in a predicted label.

    It is never below 0.5 although both classes are predicted, no threshold on it gives the predictions, its name is
    that of a score, and read as a confidence it separates the classes much better.
    """
    predicted = next(each for each in profiles if each.name == top.choices.predicted)
    raw, derived = best.pairs[0], top.pairs[0]
    is_named = names.is_decision_name(predicted.name) and raw.name_points >= 3
    is_measured = min(predicted.counts) >= MIN_ROWS and derived.auc > raw.auc + CLEAR_AUC
    return is_named and is_measured and len(best.pairs) == 1 and not raw.score.separates_decision


def one_vs_rest_candidates(
    profile: ColumnProfile, scores: Sequence[ColumnProfile], dropped: tuple[str, ...] = ()
) -> list[RankedCandidate]:
    """Return one candidate per class of a target with several classes, that class against the rest."""
    others = [each for each in scores if each is not profile]
    if any(_is_binned(profile, each) for each in others):
        return []
    classes = sorted(label for label in profile.labels if label not in dropped)
    class_columns = _class_columns(classes, scores)
    candidates = []
    for label in classes:
        target = Target.one_vs_rest(profile, label, dropped)
        if class_columns:
            pairs = [Pair(target, class_columns[label])] if label in class_columns else []
        else:
            pairs = sorted((Pair(target, each) for each in others), key=lambda pair: -pair.rank)[:1]
        if pairs:
            candidate = RankedCandidate.of_pairs(pairs, note=f"one of {len(classes)} classes against the others")
            candidates.append(replace(candidate, rank=candidate.rank - 1 + 2 * (len(class_columns) > 2)))
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
