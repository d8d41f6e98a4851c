"""What speaks against taking the likeliest draft without a question."""

from __future__ import annotations

from collections.abc import Sequence

from f1tools.readers import names, special
from f1tools.readers.auc import complements
from f1tools.readers.columns import Profile
from f1tools.readers.drafts import MARGIN, Draft
from f1tools.readers.given import complete
from f1tools.readers.pairs import Pair, double, is_confidence
from f1tools.readers.result import Choices
from f1tools.readers.truths import Truth, same

CLEARLY = 0.1
BEATEN = 0.03
LOW = "low scores go with the positive class"


def weaknesses(best: Draft, drafts: Sequence[Draft], scores: Sequence[Profile], given: Choices) -> list[str]:
    """Return doubts where neither names nor numbers make a column's part plain."""
    pair = max(best.pairs, key=lambda each: each.rank)
    doubts = [] if given.truth else _truth(pair, drafts)
    return doubts if given.scores else [*doubts, *_score(pair, best, scores)]


def judged(drafts: Sequence[Draft], scores: Sequence[Profile], given: Choices) -> Draft:
    """Return the first draft with what speaks against taking it unasked."""
    best = drafts[0]
    if complete(given):
        return best
    doubts, name = [], best.truth.name
    rival = next((each for each in drafts[1:] if each.rank > best.rank - MARGIN and not best.truth.one_vs_rest), None)
    if rival is not None:
        doubts.append(f"{_what_differs(best, rival)} is as likely")
    if best.truth.dropped:
        doubts.append(
            f"{name} has a third value, {best.truth.dropped[0]}, in {_rows_of(best.truth)} of the rows looked at"
        )
    if given.truth is None and names.is_decision(best.truth.name):
        doubts.append(f"{best.truth.name} sounds like a decision of the model, not like the truth")
    if any(pair.circular for pair in best.pairs):
        doubts.append(
            f"a threshold on the score gives {name} without a single error, as if one was made from the other"
        )
    confidence = any(is_confidence(pair) for pair in best.pairs)
    if special.inverted(best) and not confidence:
        doubts.append(LOW)
    if confidence:
        doubts.append("the score is never below 0.5, as if it was the confidence in whatever was predicted")
    return best.doubted(*doubts, *weaknesses(best, drafts, scores, given))


def _rows_of(truth: Truth) -> int:
    return sum(
        times for label, times in zip(truth.profile.labels, truth.profile.counts, strict=True) if label in truth.dropped
    )


def _what_differs(best: Draft, rival: Draft) -> str:
    if rival.truth.name != best.truth.name:
        return f"truth {rival.truth.name}"
    return f"score {', '.join(pair.score.name for pair in rival.pairs)}"


def hopeless(drafts: Sequence[Draft], scores: Sequence[Profile]) -> bool:
    """Say whether no column looks any more like a score than the features of a table do."""
    return all(_like_a_feature(pair, scores) for draft in drafts for pair in draft.pairs)


def _like_a_feature(pair: Pair, scores: Sequence[Profile]) -> bool:
    points = names.score_points(pair.score.name)
    if points >= 2 or pair.score.decides or pair.named or names.share_stem(pair.truth.name, pair.score.name):
        return False
    return points < 0 or (len(scores) > 2 and not (pair.score.unit and _far(pair) > CLEARLY))


def _mirrored(one: Profile, other: Profile) -> bool:
    """Say whether two columns are the probabilities of two classes."""
    return one.unit and other.unit and complements(one.values, other.values)


def _far(pair: Pair) -> float:
    return abs(pair.auc - 0.5)


def _truth(pair: Pair, drafts: Sequence[Draft]) -> list[str]:
    name = pair.truth.name
    points = names.truth_points(name) + 2 * names.share_stem(name, pair.score.name)
    doubts = []
    if points < 0 or (points < 2 and _far(pair) < 1.5 * CLEARLY):
        doubts.append(f"little speaks for {name} as the truth")
    for draft in drafts[1:]:
        rival = Pair(draft.truth, pair.score)
        if rival.truth.name == name or rival.truth.one_vs_rest or rival.circular or same(rival.truth, pair.truth):
            continue
        if _far(rival) > _far(pair) + CLEARLY:
            doubts.append(f"{pair.score.name} tells {rival.truth.name} better than {name}")
    return doubts[:1]


def _score(pair: Pair, best: Draft, scores: Sequence[Profile]) -> list[str]:
    name = pair.score.name
    points = (
        names.score_points(name) + 3 * (pair.named and pair.score.unit) + 2 * names.share_stem(pair.truth.name, name)
    )
    points += 3 * any(_mirrored(pair.score, other) for other in scores) + 3 * pair.score.decides
    clear = _far(pair) > CLEARLY
    if points < 3 and not (points >= 0 and pair.score.unit and clear and _nothing_else(best, scores)):
        return [f"little speaks for {name} as the score"]
    if not pair.score.unit and not clear and len(scores) > 1 and not pair.score.decides:
        return [f"{name} hardly tells the classes apart, and it is no probability"]
    top = max(_far(each) for each in best.pairs)
    for rival in (Pair(pair.truth, each) for each in scores if each is not pair.truth.profile):
        taken = any(double(rival, each) for each in best.pairs) or (pair.score.decides and not rival.score.decides)
        if not taken and not names.aftermath(rival.score.name) and _far(rival) > top + BEATEN:
            return [f"{rival.score.name} tells the classes apart better than {name}"]
    return []


def _nothing_else(best: Draft, scores: Sequence[Profile]) -> bool:
    """Say whether the scores taken are all there are: one, or several named after models."""
    models = all(names.score_points(pair.score.name) >= 2 and pair.score.unit for pair in best.pairs)
    return len(scores) == 1 or (models and len(scores) == len(best.pairs))
