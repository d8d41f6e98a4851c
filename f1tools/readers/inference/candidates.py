"""From targets and scores to candidates: which scores are models of which target, and which class is positive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from f1tools.readers.inference import names
from f1tools.readers.inference.pairs import MARGIN, Pair, RankedCandidate, Target
from f1tools.readers.inference.profiles import ColumnProfile
from f1tools.readers.models import Choices

MOST_SCORES = 100


def find_scores(profiles: Sequence[ColumnProfile], roles: Mapping[str, str], choices: Choices) -> list[ColumnProfile]:
    """Return the chosen score columns in their order, else all columns that can be scores.

    These have numbers with three or more values, and neither count nor identify rows. Of very wide tables the likeliest
    hundred by name and range are returned.
    """
    if choices.scores:
        by_name = {each.name: each for each in profiles}
        return [by_name[name] for name in choices.scores]
    class_numbers = _class_numbers(profiles)
    numeric = [
        each
        for each in profiles
        if each.kind == "number"
        and each.n_distinct >= 3
        and not (each.numbers_rows and names.score_points(each.name) < 3)
        and each.name not in class_numbers
    ]
    free = [each for each in numeric if roles[each.name] in ("", "weight?")]
    scores = free or [each for each in numeric if roles[each.name] == "weight"]
    by_likelihood = sorted(scores, key=lambda each: (-names.score_points(each.name), not each.in_unit_interval))
    likeliest = {each.name for each in by_likelihood[:MOST_SCORES]}
    excluded = (choices.truth, choices.weight, choices.amount, choices.role)
    return [each for each in scores if each.name in likeliest and each.name not in excluded]


def _class_numbers(profiles: Sequence[ColumnProfile]) -> set[str]:
    """Return the columns that hold class numbers: a target with several classes, and its hard predictions."""
    numbered = [each for each in profiles if each.is_integer and len(each.labels) >= 3]
    targets = [each for each in numbered if names.is_target_name(each.name)]
    decisions = [each for each in numbered if names.is_decision_name(each.name)]
    return {
        each.name
        for target in targets
        for decision in decisions
        if len(set(target.labels) & set(decision.labels)) > 0.5 * len(decision.labels)
        for each in (target, decision)
    }


def plain_candidates(
    targets: Sequence[Target], scores: Sequence[ColumnProfile], *, use_all_scores: bool
) -> list[RankedCandidate]:
    """Return the candidates of each target, best first: its models, and single scores that are nearly as likely.

    Of equivalent targets only the likeliest is kept. With `use_all_scores` every score column is a model.
    """
    candidates: list[RankedCandidate] = []
    for target in targets:
        pairs, ambiguities = _with_positive_class(target, scores)
        if not pairs:
            continue
        models = [Pair(pairs[0].target, each) for each in scores] if use_all_scores else _models(pairs, targets)
        best = RankedCandidate.of_pairs(models).with_ambiguities(*ambiguities)
        candidates += [best, *([] if use_all_scores else _single_scores(best, pairs))]
    candidates = _demote_hard_predictions(candidates)
    candidates.sort(
        key=lambda each: (-round(each.rank, 6), _digit_order(each.target.name), each.target.profile.position)
    )
    kept: list[RankedCandidate] = []
    for each in candidates:
        rivals = (other.target for other in kept if other.target.name != each.target.name)
        if not any(each.target.is_equivalent(rival) for rival in rivals):
            kept.append(each)
    return kept


def rank_pairs(target: Target, scores: Sequence[ColumnProfile]) -> list[Pair]:
    """Return the target with each score, best first; one of two complements or copies is left out."""
    kept: list[Pair] = []
    for pair in (Pair(target, score) for score in scores if score.name != target.name):
        rival = next((each for each in kept if pair.is_same_model(each)), None)
        if rival is None:
            kept.append(pair)
        elif not pair.is_copy(rival) and _positive_evidence(pair) > _positive_evidence(rival):
            kept[kept.index(rival)] = pair
    return sorted(kept, key=lambda pair: -pair.rank)


def _positive_evidence(pair: Pair) -> tuple[float, ...]:
    """Rate a class column against its complement: it ranks positives high; it is named after them; it has a name."""
    is_named_after_negative = names.is_named_after(pair.score.name, pair.target.neg_label or "")
    return (
        float(np.sign(pair.auc - 0.5)) if pair.strength > 0.1 else 0.0,
        float(pair.is_named_after_positive and not is_named_after_negative),
        names.score_points(pair.score.name),
        pair.auc - 0.5,
    )


def _models(pairs: Sequence[Pair], targets: Sequence[Target]) -> list[Pair]:
    """Return the pairs that are models of the target: the best, and those with similar names on the same scale."""
    best = pairs[0]
    points = names.score_points(best.score.name)
    if points < 3 and all(
        pair.score.in_unit_interval and not pair.score.is_integer and pair.auc > 0.6 for pair in pairs
    ):
        return sorted(pairs, key=lambda pair: pair.score.position)
    others = [each for each in targets if each.name != best.target.name]

    def is_model(pair: Pair) -> bool:
        score = pair.score
        if best.strength > 0.15 and pair.strength < 0.2 * best.strength:
            return False
        if points < 2 or names.score_points(score.name) < min(points, 3):
            return False
        if score.in_unit_interval != best.score.in_unit_interval or pair.rank <= best.rank - 4:
            return False
        belongs_elsewhere = not pair.shares_stem and any(names.share_stem(each.name, score.name) for each in others)
        return not (best.shares_stem and belongs_elsewhere)

    return sorted((pair for pair in pairs if pair is best or is_model(pair)), key=lambda pair: pair.score.position)


def _single_scores(best: RankedCandidate, pairs: Sequence[Pair]) -> list[RankedCandidate]:
    """Return candidates of single scores that are not among the models although they are nearly as likely."""
    others = [pair for pair in pairs if pair not in best.pairs and pair.rank > best.rank - 2 * MARGIN]
    return [replace(RankedCandidate.of_pairs([pair]), rank=pair.rank - 0.2) for pair in others[:3]]


def _demote_hard_predictions(candidates: list[RankedCandidate]) -> list[RankedCandidate]:
    """Rank targets that are a thresholded score behind those that are not."""
    if not any(not pair.is_separable and each.target.points >= 2 for each in candidates for pair in each.pairs):
        return candidates
    return [replace(each, rank=each.rank - 4 * any(pair.is_separable for pair in each.pairs)) for each in candidates]


def _digit_order(name: str) -> int:
    """Order equivalent targets: `y_1` before `y_0`, and `prob1_outcome` before `prob2_outcome`."""
    digits = [token for token in names.tokens(name) if token.isdigit()]
    return {"1": 0, "2": 1, "0": 2}.get(digits[-1], 1) if digits else 1


def _with_positive_class(target: Target, scores: Sequence[ColumnProfile]) -> tuple[list[Pair], list[str]]:
    """Return the ranked pairs of a target with its positive class settled, and what is ambiguous about that class."""
    pairs = rank_pairs(target, scores)
    if not pairs or target.evidence == "convention" or target.neg_label is None:
        return pairs, []
    first = _first_class_column(target, scores)
    if first is not None and target.evidence == "":
        chosen = target if first == target.pos_label else target.swapped()
        unclear = f"{chosen.pos_label} and {chosen.neg_label} could each be the positive class"
        return rank_pairs(chosen, scores), [unclear]
    if not _suggests_negative(pairs[0]):
        return pairs, _unclear_class(pairs[0])
    swapped = rank_pairs(target.swapped(), scores)
    if target.evidence == "words":
        return swapped, [f"higher scores go with {target.neg_label}"]
    return swapped, _unclear_class(swapped[0])


def _suggests_negative(best: Pair) -> bool:
    """Return whether the best score speaks for the class that is taken as negative."""
    named = [names.is_named_after(best.score.name, label) for label in best.target.labels]
    if best.score.in_unit_interval and named[0] != named[1]:
        return named[1]
    return best.auc < 0.5 and not best.is_confidence


def _first_class_column(target: Target, scores: Sequence[ColumnProfile]) -> str | None:
    """Return the class whose own score column comes first, where both classes have one."""
    unit = [each for each in scores if each.in_unit_interval]
    named = [[each for each in unit if names.is_named_after(each.name, label)] for label in target.labels]
    positive = [each for each in named[0] if each not in named[1]]
    negative = [each for each in named[1] if each not in named[0]]
    if not positive or not negative:
        return None
    return target.labels[int(negative[0].position < positive[0].position)]


def _unclear_class(best: Pair) -> list[str]:
    target = best.target
    if target.evidence == "words" or best.strength >= 0.2:
        return []
    return [f"it is unclear which of {target.pos_label} and {target.neg_label} is the positive class"]
