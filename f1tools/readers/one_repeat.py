"""Drafts of a table of repeated splits: one repeat with all scores on top, the others and all pooled on offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from f1tools.readers import labels, names, vocabulary
from f1tools.readers.auc import complements
from f1tools.readers.columns import Profile
from f1tools.readers.doubts import CLEARLY, LOW, judged
from f1tools.readers.drafts import Draft, both_classes, restricted
from f1tools.readers.given import complete
from f1tools.readers.lacks import Lack
from f1tools.readers.pairs import Pair, is_confidence, opposite
from f1tools.readers.result import SPLIT_INTO_MODELS, Choices
from f1tools.readers.special import MOST_PARTS_OFFERED, flips
from f1tools.readers.splits import Different, Repeats, find
from f1tools.readers.truths import BoolArray, Truth

STANDARD_ERRORS = 3


def drafts_of_repeats(
    drafts: Sequence[Draft],
    found: Sequence[Profile],
    parts: dict[str, str],
    scores: Sequence[Profile],
    given: Choices,
    *,
    whole: bool,
) -> tuple[list[Draft], Repeats] | Different | None:
    """Return the ways to understand a table of repeated splits, likeliest first; None for any other table.

    With truth and scores given, what is given comes first, be it pooled. Where all rows are to be the same but are not,
    or no repeat can be shown, what is in the way.
    """
    repeats = find(found, parts, drafts[0].truth, given, whole=whole)
    if not isinstance(repeats, Repeats) or not _fits(given, repeats):
        return repeats if isinstance(repeats, Different) else None
    pooled = _with_all_scores(drafts[0], found, parts, given)
    pooled = _with_side(pooled, repeats) if given.pos_label is None else pooled
    if repeats.role is None and len(pooled.pairs) == 1:
        return None
    taken = set(pooled.choices.scores)
    others = [
        each for each in drafts[1:] if each.truth.name != pooled.truth.name or not taken >= set(each.choices.scores)
    ]
    pooled = _judged(pooled, others, repeats, scores, given)
    offered = _offers(pooled, repeats)
    if not offered:
        return _without_classes(pooled, repeats)
    pooling = [pooled] if repeats.lack is None else []  # rows that trained the model are not for pooling
    rest = [*offered, *flips((*pooling, offered[0])[0]), *others]
    rest.sort(key=lambda each: -each.rank)
    if complete(given):
        return [pooled, *rest], repeats
    return sorted([*pooling, *rest], key=lambda each: -each.rank), repeats


def _fits(given: Choices, repeats: Repeats) -> bool:
    """Say whether what is given leaves room for one repeat."""
    if given.split not in (None, repeats.split) or given.role not in (None, repeats.role):
        return False
    return given.split_value != SPLIT_INTO_MODELS and given.predicted is None


def _with_all_scores(best: Draft, found: Sequence[Profile], parts: dict[str, str], given: Choices) -> Draft:
    """Return the draft with every column that is named like its best score: one may be constant, another no chance."""
    if given.scores:
        return best
    strongest = max(best.pairs, key=lambda pair: pair.rank).score.name
    pairs = list(best.pairs)
    for profile in found:
        pair = Pair(best.truth, profile)
        if profile.name in (*best.choices.columns(), *given.columns()) or parts[profile.name] not in ("", "weight?"):
            continue
        if _named_alike(profile, strongest) and not any(_two_sides(pair, each) for each in pairs):
            pairs.append(pair)
    pairs.sort(key=lambda pair: pair.score.position)
    return replace(
        best, pairs=tuple(pairs), choices=replace(best.choices, scores=tuple(pair.score.name for pair in pairs))
    )


def _named_alike(profile: Profile, other: str) -> bool:
    if profile.kind != "number" or names.aftermath(profile.name):
        return False
    if names.score_points(profile.name) < min(3, names.score_points(other)):
        return False
    words, others = names.tokens(profile.name), names.tokens(other)
    shared = {*(words[:1] if words[:1] == others[:1] else ()), *(words[-1:] if words[-1:] == others[-1:] else ())}
    if profile.n_distinct < 3:  # a score that collapsed, not a decision
        return bool(shared & vocabulary.SCORE_SURE)
    return any(names.score_points(word) >= 2 for word in shared)


def _two_sides(pair: Pair, other: Pair) -> bool:
    """Say whether two scores are those of the two classes, which `f1` and `f2` are not for a truth of 1 and 2."""
    if min(pair.score.n_distinct, other.score.n_distinct) == 1:
        return False
    clear = min(abs(each.auc - 0.5) for each in (pair, other)) > CLEARLY
    return opposite(pair, other) and (clear or complements(pair.score.values, other.score.values))


def _with_side(pooled: Draft, repeats: Repeats) -> Draft:
    """Return the draft with the positive side that the scores speak for, beyond what chance would do."""
    truth = pooled.truth
    if truth.one_vs_rest or truth.neg_label is None:
        return pooled
    high = _high_with_positives(pooled, repeats)
    if truth.known == "convention":
        against = f"higher scores go with {truth.neg_label}"
        return pooled if not high or any(high) else _seen_as(pooled, truth.turned()).doubted(against)
    if not high and (worded := labels.by_words((truth.pos_label, truth.neg_label))) is not None:
        # Chance alone may have turned the truth around: it speaks for no side, and the words do.
        return replace(_seen_as(pooled, truth if worded == truth.pos_label else truth.turned()), doubts=())
    if not high or any(high) != all(high):
        unplain = f"it is not plain which of {truth.pos_label} and {truth.neg_label} is the positive class"
        return pooled if pooled.doubts or truth.known == "words" else pooled.doubted(unplain)
    side = truth if high[0] else truth.turned()
    if len(high) == 1 and labels.by_words((side.pos_label, side.neg_label or "")) == side.neg_label:
        return pooled  # one score against what the words say leaves the doubt
    return replace(_seen_as(pooled, side), doubts=())


def _high_with_positives(pooled: Draft, repeats: Repeats) -> list[bool]:
    """Say of each score that tells the classes apart beyond chance whether positives have the high values."""
    shown = restricted(pooled, repeats.used)
    return [pair.auc > 0.5 for pair in shown.pairs if abs(pair.auc - 0.5) > _noise(shown, repeats)]


def _noise(shown: Draft, repeats: Repeats) -> float:
    """Return how far from 0.5 chance alone takes the ROC AUC of the rows used, which are the same in all repeats."""
    if not both_classes(shown):
        return 1.0
    n = max(1, repeats.distinct)
    n_pos = n * np.count_nonzero(shown.truth.positive) / np.count_nonzero(shown.truth.usable)
    return float(STANDARD_ERRORS * np.sqrt((n + 1) / (12 * n_pos * (n - n_pos))))


def _seen_as(pooled: Draft, truth: Truth) -> Draft:
    choices = replace(pooled.choices, pos_label=truth.pos_label, neg_label=truth.neg_label)
    return replace(pooled, pairs=tuple(Pair(truth, pair.score) for pair in pooled.pairs), choices=choices)


def _judged(
    pooled: Draft, others: Sequence[Draft], repeats: Repeats, scores: Sequence[Profile], given: Choices
) -> Draft:
    """Return the draft with what speaks against its truth and its best score.

    The other scores are named like that one, so that none of them has to be perfect, constant or turned to be doubted.
    """
    shown = restricted(pooled, repeats.used)
    best = max(shown.pairs, key=lambda pair: (not pair.circular, not is_confidence(pair), abs(pair.auc - 0.5)))
    rest = {pair.score.name for pair in pooled.pairs} - {best.score.name}
    alone = [each for each in scores if each.name not in rest]
    rank = max(pair.rank for pair in shown.pairs)
    one = judged([replace(shown, pairs=(best,), rank=rank), *others], alone, given)
    chance = abs(best.auc - 0.5) <= _noise(shown, repeats)
    doubts = [each for each in one.doubts if not (chance and each == LOW)]
    asked = given.role is None and not complete(given)
    if repeats.lack is not None and asked:
        report = " and ".join(repeats.sides.report if repeats.sides is not None else ())
        doubts.append(f"{repeats.lack.what}, so that the {report} rows would do both")
    pooled = replace(pooled, rank=rank, doubts=tuple(doubts))
    if repeats.whole or repeats.key is not None or complete(given):
        return pooled
    return pooled.doubted(f"{repeats.split} seems to hold the same rows again and again, but no key shows it")


def _without_classes(pooled: Draft, repeats: Repeats) -> Different:
    """Return that no repeat has rows of both classes in all its parts, by the example of the first."""
    first = repeats.codes == 0
    lacking = [not both_classes(restricted(pooled, repeats.used & first & part)) for part in repeats.parts]
    sides = [side for side in repeats.sides or () if side]
    called = " and ".join(sides[lacking.index(True)]) + " rows" if sides else "rows"
    what = f"no {repeats.split} has {called} of both classes"
    return Different(repeats.split, Lack(what, "bring such rows, or part the rows by class"))


def _offers(pooled: Draft, repeats: Repeats) -> list[Draft]:
    """Return the draft of each of the first repeats, and of all of them pooled where rows have roles."""
    choices = replace(pooled.choices, id=repeats.key)
    if repeats.role is not None and repeats.sides is not None:
        choices = replace(choices, role=repeats.role, tune=repeats.sides.tune, report=repeats.sides.report)
    alone = "" if repeats.lack is None else f", only the {' and '.join(choices.report)} rows"
    used, found = restricted(pooled, repeats.used), []
    scored = np.all([~np.isnan(pair.score.values) for pair in pooled.pairs], axis=0)
    for at, name, shown in _to_show(pooled, repeats, scored) or _to_show(pooled, repeats, np.ones_like(scored)):
        chosen = replace(choices, split=repeats.split, split_value=name)
        note = f"only {repeats.split} {name}{alone}"
        found.append(replace(shown, choices=chosen, rank=pooled.rank + 3 - 0.1 * at, note=note))
    if found and repeats.role is not None and repeats.lack is None:
        pooling = replace(choices, id=None)
        found.append(replace(used, choices=pooling, rank=pooled.rank + 1.5, note="all of them pooled"))
    return found


def _to_show(pooled: Draft, repeats: Repeats, scored: BoolArray) -> list[tuple[int, str, Draft]]:
    """Return the first repeats with rows of both classes in all parts, as far as these rows go; of a sample any."""
    found = []
    for at, name in enumerate(repeats.names):
        rows = repeats.used & (repeats.codes == at)
        there = all(both_classes(restricted(pooled, rows & part & scored)) for part in repeats.parts)
        if there or not repeats.whole:
            found.append((at, name, restricted(pooled, rows if there else repeats.used)))
        if len(found) == MOST_PARTS_OFFERED:
            break
    return found
