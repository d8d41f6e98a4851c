"""What makes the likeliest candidate ambiguous, so that a person must confirm it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from f1tools.readers.formats.table import Sample
from f1tools.readers.inference import names
from f1tools.readers.inference.pairs import CLEAR_AUC, INVERTED_AUC, MARGIN, Pair, RankedCandidate, Target
from f1tools.readers.inference.profiles import ColumnProfile, are_complements
from f1tools.readers.models import Choices

_CLEARLY_BETTER = 0.03


def find_ambiguities(
    candidates: Sequence[RankedCandidate], scores: Sequence[ColumnProfile], choices: Choices
) -> list[str]:
    """Return the ambiguities of the first candidate beside its own; none where target and scores are chosen."""
    if choices.is_complete:
        return []
    best, name = candidates[0], candidates[0].target.name
    ambiguities = _likely_rival(candidates)
    n_rows = best.target.profile.values.size
    if best.target.dropped:
        counts = dict(zip(best.target.profile.labels, best.target.profile.counts, strict=True))
        rows = sum(counts.get(label, 0) for label in best.target.dropped)
        ambiguities.append(
            f"{name} has a third value, {best.target.dropped[0]}, in {rows:,} of the {n_rows:,} rows inspected"
        )
    ambiguities += [pair.ambiguity for pair in best.pairs if pair.ambiguity]
    if choices.truth is None and names.is_decision_name(name):
        ambiguities.append(f"{name} sounds like a hard prediction of the model, not like the truth")
    if any(pair.is_separable for pair in best.pairs):
        ambiguities.append(
            f"a threshold on the score gives {name} without a single error, as if one was made from the other"
        )
    if any(pair.is_confidence for pair in best.pairs):
        ambiguities.append("the score is never below 0.5, as if it was the confidence in the predicted class")
    elif any(pair.auc < INVERTED_AUC for pair in best.pairs):
        ambiguities.append("low scores go with the positive class")
    pair = max(best.pairs, key=lambda each: each.rank)
    if not choices.truth:
        ambiguities += _weak_target(pair, candidates, scores)[:1]
    if not choices.scores:
        ambiguities += _weak_score(pair, best, scores)[:1] or _doubtful_models(candidates)
    return ambiguities


def question(ambiguities: Iterable[str]) -> str:
    """Return what to ask a person: the ambiguities in one sentence.

    Examples
    --------
    >>> question(['column "split" has train and test: which should be used?'])
    'Column "split" has train and test: which should be used?'
    >>> question(["low scores go with the positive class"])
    'Please choose: low scores go with the positive class.'
    """
    listed = sorted(dict.fromkeys(ambiguities), key=lambda each: each.endswith("?"))
    if len(listed) == 1 and listed[0].endswith("?"):
        return listed[0][0].upper() + listed[0][1:]
    return f"Please choose: {'; '.join(listed)}".removesuffix("?") + ("?" if listed[-1].endswith("?") else ".")


def invalid_weights(profiles: Sequence[ColumnProfile], choices: Choices, sample: Sample) -> list[str]:
    """Return which columns named as weights hold negative numbers, so that they cannot be used."""
    inspected = "" if sample.is_complete else " of those inspected"
    if choices.is_complete or choices.weight is not None:
        return []
    invalid = [each for each in profiles if each.role == "weight" and each.low < 0]
    return [
        f"{each.name} is {each.values[row]:g} in row {row + 1}{inspected}, and weights must not be negative, "
        "so that they are not used"
        for each in invalid
        for row in np.flatnonzero(each.values < 0)[:1].tolist()
    ]


def unused_columns(best: RankedCandidate, profiles: Sequence[ColumnProfile]) -> tuple[str, ...]:
    """Return the columns that look like a score or a target by name and values, and that a candidate does not use."""
    target, used = best.target, {*best.choices.columns()}

    def looks_like_score(profile: ColumnProfile) -> bool:
        if profile.kind != "number" or profile.n_distinct < 3:
            return False
        pair = Pair(target, profile)
        if pair.name_points < (3 if profile.is_integer else 2):
            return any(pair.is_rescaled(each) for each in best.pairs)
        return not best.has_model(pair)

    def looks_like_target(profile: ColumnProfile) -> bool:
        if len(profile.labels) != 2 or names.target_points(profile.name) < 2:
            return False
        other = Target.of_two(profile, *profile.labels, evidence="")
        is_derived = any(Pair(other, pair.score).is_separable for pair in best.pairs)
        return not (is_derived or other.is_equivalent(target) or names.is_correctness_name(profile.name))

    free = [each for each in profiles if each.name not in used and each.role in ("", "weight?")]
    return tuple(each.name for each in free if looks_like_score(each) or looks_like_target(each))


def copied_scores(best: RankedCandidate, profiles: Sequence[ColumnProfile]) -> tuple[tuple[str, str], ...]:
    """Return the columns that a candidate does not use because they equal one of its scores in each row, with it."""
    used = {*best.choices.columns()}
    free = [each for each in profiles if each.name not in used and each.kind == "number" and each.n_distinct > 2]
    return tuple(
        (each.name, pair.score.name) for each in free for pair in best.pairs if pair.is_copy(Pair(best.target, each))
    )


def copies_text(copies: Sequence[tuple[str, str]]) -> str:
    """Say which columns are left out as copies; empty without any."""
    same = "; ".join(f"{copy} has the same values as {score}" for copy, score in copies)
    return f"{same}: choose the columns to use {'it' if len(copies) == 1 else 'them'} as well." if copies else ""


def _likely_rival(candidates: Sequence[RankedCandidate]) -> list[str]:
    """Return which other target or score is as likely as the best one; of further targets, one with its own score."""
    best = candidates[0]
    if best.target.neg_label is None:
        return []
    for rival in candidates[1:]:
        is_likely = rival.rank > best.rank - MARGIN
        if rival.target.name == best.target.name:
            if is_likely and not {*rival.choices.scores} <= {*best.choices.scores}:
                return [f"{', '.join(rival.choices.scores)} could be the score as well"]
        elif is_likely and not _is_feature(rival, best):
            return [f"{rival.target.name} could be the truth as well{_with_own_scores(rival, best)}"]
        elif rival.target.points >= 0 and (own := _with_own_scores(rival, best)):
            return [f"{rival.target.name} could be the truth as well{own}"]
    return []


def _doubtful_models(candidates: Sequence[RankedCandidate]) -> list[str]:
    """Return which scores of the best candidate may not be models: another candidate has the rest of its scores."""
    best = candidates[0].choices
    for rival in (each.choices for each in candidates[1:]):
        doubtful = [name for name in best.scores if name not in rival.scores]
        if rival.truth == best.truth and doubtful and {*rival.scores} < {*best.scores}:
            return [f"{', '.join(doubtful)} may be {'a further model' if len(doubtful) == 1 else 'further models'}"]
    return []


def _with_own_scores(rival: RankedCandidate, best: RankedCandidate) -> str:
    """Name the scores of another target that are not those of the best one, by use or by name; "" without any."""
    named = [pair for pair in rival.pairs if pair.name_points >= 2 or pair.named_class]
    if any(pair.shares_stem for pair in best.pairs):
        own = [pair for pair in named if not Pair(best.target, pair.score).shares_stem]
    else:
        own = [pair for pair in named if not best.has_model(pair)]
    return f", with a score of its own: {', '.join(pair.score.name for pair in own)}" if own else ""


def _is_feature(rival: RankedCandidate, best: RankedCandidate) -> bool:
    """Return whether the scores say nothing about another two-valued column that has no better name."""
    return best.is_significant and not rival.is_significant and rival.target.points <= best.target.points


def _weak_target(pair: Pair, candidates: Sequence[RankedCandidate], scores: Sequence[ColumnProfile]) -> list[str]:
    """Return why a column may not be the truth: a name that says little, or a score that is about another column."""
    target, best = pair.target, candidates[0]
    name, points = target.name, names.target_points(target.name) + 2 * pair.shares_stem
    points += (
        1.5 * (target.evidence == "words") + 2 * target.is_predicted + 2 * (pair.named_class > 0 and target.is_text)
    )
    is_alone = _takes_all_scores(best, scores) and all(each.target.name == name for each in candidates)
    is_related = pair.strength > CLEAR_AUC and pair.is_significant
    required = 3.0 - is_related - 0.5 * (pair.strength > 2.5 * CLEAR_AUC) - (1.0 + is_related) * is_alone
    ambiguities = []
    if points < 0 or points < required:
        ambiguities.append(f"it is not certain that {name} is the truth")
    is_described = names.target_points(name) >= 2 or any(_are_class_columns(pair.score, other) for other in scores)
    for rival in (each.target for each in candidates[1:]):
        if rival.name == name or rival.neg_label is None or rival.is_equivalent(target):
            continue
        pairs = [(each, other) for each in best.pairs if not (other := Pair(rival, each.score)).is_separable]
        if better := [one for one, other in pairs if other.strength > one.strength + CLEAR_AUC]:
            ambiguities.append(f"{better[0].score.name} separates {rival.name} better than {name}")
        # prob_clear may be a model of clear images: its name does not overrule another column that it separates.
        elif not is_described and rival.points >= 0 and any(_is_nearly_as_strong(other, one) for one, other in pairs):
            ambiguities.append(f"{rival.name} could be the truth as well")
    return ambiguities


def _is_nearly_as_strong(pair: Pair, other: Pair) -> bool:
    return pair.is_significant and pair.strength > 0.5 * other.strength


def _weak_score(pair: Pair, best: RankedCandidate, scores: Sequence[ColumnProfile]) -> list[str]:
    score, points = pair.score, pair.name_points
    is_class_column = pair.named_class > 0 and score.in_unit_interval
    points += 3 * is_class_column + 2 * pair.shares_stem + 3 * score.separates_decision
    points += 3 * any(score.operands or _are_class_columns(score, other) for other in scores)
    is_clear = pair.strength > CLEAR_AUC
    is_alone = points >= 1 and pair.target.points >= 3 and pair.is_significant and len(scores) == 1
    is_only_choice = points >= 0 and score.in_unit_interval and _takes_all_scores(best, scores)
    is_model = pair.name_points == 2 and is_clear and (score.in_unit_interval or len(best.pairs) > 1)
    if points < 3 and not (is_model or (is_clear and (is_only_choice or is_alone))):
        are_scores = "is the score" if len(best.pairs) == 1 else "are scores"
        return [f"it is not certain that {' and '.join(best.choices.scores)} {are_scores}"]
    if not (score.in_unit_interval or is_clear or score.separates_decision) and len(scores) > 1:
        return [f"{score.name} hardly separates the classes, and it is not a probability"]
    strongest = max(each.strength for each in best.pairs)
    for rival in (Pair(pair.target, each) for each in scores if each is not pair.target.profile):
        is_feature = score.separates_decision and not rival.score.separates_decision
        is_better = rival.strength > strongest + _CLEARLY_BETTER
        if is_better and not (is_feature or rival.name_points < 0 or best.has_model(rival)):
            return [f"{rival.score.name} separates the classes better than {score.name}"]
    return []


def _are_class_columns(one: ColumnProfile, other: ColumnProfile) -> bool:
    return one.in_unit_interval and other.in_unit_interval and are_complements(one.values, other.values)


def _takes_all_scores(best: RankedCandidate, scores: Sequence[ColumnProfile]) -> bool:
    """Return whether the candidate has all scores there are: those of one model, or of several named after models."""
    if len(best.pairs) > 1 and not all(pair.name_points >= 2 and pair.score.in_unit_interval for pair in best.pairs):
        return False
    others = (Pair(best.target, each) for each in scores if each is not best.target.profile)
    return all(map(best.has_model, others))


def has_plausible_score(candidates: Sequence[RankedCandidate], scores: Sequence[ColumnProfile]) -> bool:
    """Return whether any candidate has a column that looks more like a score than a feature does."""
    return not all(_looks_like_feature(pair, scores) for candidate in candidates for pair in candidate.pairs)


def _looks_like_feature(pair: Pair, scores: Sequence[ColumnProfile]) -> bool:
    points = pair.name_points
    if points >= 2 or pair.score.separates_decision or pair.named_class > 0 or pair.shares_stem:
        return False
    others = (Pair(pair.target, each) for each in scores if each.name != pair.score.name)
    if pair.strength > CLEAR_AUC and all(map(pair.is_copy, others)):  # there is nothing else that could be meant
        return False
    return points < 0 or (len(scores) > 2 and not (pair.score.in_unit_interval and pair.strength > CLEAR_AUC))
