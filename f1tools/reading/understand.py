"""From a sample to an outcome: sure, ask or refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from f1tools.errors import InvalidPredictions
from f1tools.reading import names, refuse, special
from f1tools.reading.columns import Profile, part_played, profiles
from f1tools.reading.doubts import hopeless, weaknesses
from f1tools.reading.drafts import MARGIN, Draft, plain_drafts
from f1tools.reading.pairs import is_confidence, scores_among
from f1tools.reading.result import Choices, ColumnSeen, Outcome
from f1tools.reading.table import Sample
from f1tools.reading.truths import Truth, of_classes, of_two, one_against_rest, same, two_sided, verdict

MOST_CANDIDATES = 8


@dataclass(frozen=True, eq=False)
class Understanding:
    """What the sample shows.

    Attributes
    ----------
    outcome, reason
        As in Reading.
    drafts : list of Draft
        Ranked.
    columns : list of ColumnSeen
        All columns with their roles.
    """

    outcome: Outcome
    reason: str
    drafts: list[Draft]
    columns: list[ColumnSeen]
    profiles: list[Profile]


def understand(sample: Sample, given: Choices) -> Understanding:
    """Return how a table can be understood, within what is given.

    Raises
    ------
    InvalidPredictions
        If the choices given name what the table does not have.
    """
    found = profiles(sample)
    parts = {profile.name: part_played(profile) for profile in found}
    require(given, found)
    scores = _scores(found, parts, given)
    drafts = [] if not given.truth and refuse.is_summary(found) else _drafts(found, parts, scores, given)
    if drafts and not given.scores and hopeless(drafts, scores):
        drafts, scores = [], []
    columns = _columns(found, parts, drafts)
    if not drafts:
        return Understanding("refuse", refuse.reason(found, parts, scores), [], columns, found)
    drafts = [_with_extras(each, found, parts, given) for each in drafts[:MOST_CANDIDATES]]
    doubts = drafts[0].doubts
    if doubts:
        return Understanding("ask", f"Please choose: {'; '.join(dict.fromkeys(doubts))}.", drafts, columns, found)
    return Understanding("sure", f"Taken: {drafts[0].candidate().reason}.", drafts, columns, found)


def require(given: Choices, found: Sequence[Profile]) -> None:
    """Refuse choices that name columns the table does not have."""
    known = [profile.name for profile in found]
    for name in given.columns():
        if name not in known:
            shown = ", ".join(known[:12]) + (" ..." if len(known) > 12 else "")
            raise InvalidPredictions(f"There is no column {name!r}. The columns are: {shown}.")


def _scores(found: Sequence[Profile], parts: dict[str, str], given: Choices) -> list[Profile]:
    if not given.scores:
        return [each for each in scores_among(found, parts) if each.name not in (given.truth, given.weight)]
    chosen = [each for each in found if each.name in given.scores]
    for each in chosen:
        if each.kind != "number":
            shown = ", ".join(each.labels[:3]) or "nothing"
            raise InvalidPredictions(f"The column {each.name!r} holds {shown}, not scores. Choose a column of numbers.")
    return chosen


def _drafts(found: list[Profile], parts: dict[str, str], scores: list[Profile], given: Choices) -> list[Draft]:
    truths = _truths(found, parts, given)
    drafts = plain_drafts(truths, scores, every_score=bool(given.scores))
    named = [each for each in found if each.name in (given.truth,)] or found
    skip = frozenset(name for name, part in parts.items() if part) if given.truth is None else frozenset()
    several = [draft for profile in of_classes(named, skip) for draft in special.classes(profile, scores)]
    if given.pos_label is None:
        drafts = _with_classes(drafts, several)
    if not drafts:
        return []
    best = _judged(drafts, scores, given)
    extra = [*special.confidences(best, found), *special.flips(best), *_stacked(best, found, parts, given)]
    if extra and max(each.rank for each in extra) > best.rank:
        best = best.doubted("") if best.doubts else best
    rest = sorted([best, *extra, *drafts[1:]], key=lambda each: -each.rank)
    return [
        replace(
            rest[0], doubts=tuple(filter(None, (*rest[0].doubts, *_special_doubts(rest[0], best, found, parts, given))))
        ),
        *rest[1:],
    ]


def _with_classes(drafts: list[Draft], several: list[Draft]) -> list[Draft]:
    """Return the drafts with those of several classes among them, unless a truth of two values says the same as one class."""
    said = {each.truth.name for each in several if any(same(each.truth, draft.truth) for draft in drafts)}
    plain = bool(drafts) and drafts[0].truth.points >= 2
    fresh = [
        each
        for each in several
        if each.truth.name not in said and not (plain and not names.names_truth(each.truth.name))
    ]
    return sorted([*drafts, *(each.doubted(_many_classes(each)) for each in fresh)], key=lambda each: -each.rank)


def _many_classes(each: Draft) -> str:
    profile = each.truth.profile
    return f"{profile.name} has {len(profile.labels)} classes, so one of them is set against the rest"


def _truths(found: Sequence[Profile], parts: dict[str, str], given: Choices) -> list[Truth]:
    if given.truth is not None:
        return _given_truth(next(each for each in found if each.name == given.truth), given)
    taken = {*given.scores, given.weight, given.split, given.id}
    skip = frozenset(
        name for name, part in parts.items() if part in ("weight", "stack", "fold", "part") or name in taken
    )
    truths = two_sided(found, skip)
    if given.pos_label is not None:
        truths = [each for truth in truths for each in _given_truth(truth.profile, given, strict=False)]
    real = [truth for truth in truths if not names.is_decision(truth.name)]
    return [truth for truth in real if not verdict(truth, real, found)] or truths


def _given_truth(profile: Profile, given: Choices, *, strict: bool = True) -> list[Truth]:
    """Return the truth column the caller named, its positive side settled where a label is given."""
    if given.pos_label is None:
        return two_sided([profile], frozenset())
    label = next((each for each in profile.labels if each.lower() == canonical(given.pos_label).lower()), None)
    if label is None:
        if not strict or not profile.labels:
            return []
        raise InvalidPredictions(
            f"{profile.name} has no value {given.pos_label!r}. Its values are: {', '.join(profile.labels[:12])}."
        )
    others = [each for each in profile.labels if each != label and each not in given.dropped_truth]
    if given.one_vs_rest or len(others) != 1:
        return [one_against_rest(profile, label)] if others else []
    return [of_two(profile, label, others[0], "convention", given.dropped_truth)]


def canonical(label: str) -> str:
    """Return how a label is called throughout."""
    from f1tools.reading.cells import label as called

    return called(label)


def _judged(drafts: Sequence[Draft], scores: Sequence[Profile], given: Choices) -> Draft:
    """Return the first draft with what speaks against taking it unasked."""
    best = drafts[0]
    if given.truth is not None and given.scores:
        return best
    doubts = []
    rival = next((each for each in drafts[1:] if each.rank > best.rank - MARGIN and not best.truth.one_vs_rest), None)
    if rival is not None:
        doubts.append(f"{_what_differs(best, rival)} is as likely")
    if best.truth.dropped:
        doubts.append(
            f"{best.truth.name} has a third value, {best.truth.dropped[0]}, in {_rows_of(best.truth)} of the rows looked at"
        )
    if given.truth is None and names.is_decision(best.truth.name):
        doubts.append(f"{best.truth.name} sounds like a decision of the model, not like the truth")
    if any(pair.circular for pair in best.pairs):
        doubts.append(
            f"a threshold on the score gives {best.truth.name} without a single error, as if one was made from the other"
        )
    confidence = any(is_confidence(pair) for pair in best.pairs)
    if special.inverted(best) and not confidence:
        doubts.append("low scores go with the positive class")
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


def _stacked(best: Draft, found: Sequence[Profile], parts: dict[str, str], given: Choices) -> list[Draft]:
    if given.split is not None:
        return []
    drafts = special.stacks(best, found, parts)
    column = special.stacking(found, parts)
    if column is not None and parts[column.name] == "fold":
        return [replace(each, rank=each.rank - 3) for each in drafts]
    return drafts


def _special_doubts(
    top: Draft, best: Draft, found: Sequence[Profile], parts: dict[str, str], given: Choices
) -> list[str]:
    doubts = list(best.doubts) if top is not best else []
    column = special.stacking(found, parts)
    if (
        column is not None
        and given.split is None
        and not (parts[column.name] == "fold" and special.once_each(found, parts))
    ):
        doubts.append(f"{column.name} stacks {len(column.labels)} parts on top of each other, and pooling mixes them")
    if top.choices.predicted:
        doubts.append(f"the score looks like the confidence in {top.choices.predicted}")
    return doubts


def _with_extras(each: Draft, found: Sequence[Profile], parts: dict[str, str], given: Choices) -> Draft:
    """Return the draft with the columns for weights, groups and keys, given or recognised."""
    used = set(each.choices.columns())

    def first(part: str) -> str | None:
        return next((p.name for p in found if parts[p.name] == part and p.name not in used), None)

    choices = replace(
        each.choices,
        weight=given.weight or first("weight"),
        group=given.group or first("group"),
        id=given.id
        or each.choices.id
        or next((p.name for p in found if parts[p.name] == "id" and p.unique and p.name not in used), None),
        flipped=given.flipped or each.choices.flipped,
        split=given.split or each.choices.split,
        split_value=given.split_value if given.split else each.choices.split_value,
        predicted=given.predicted or each.choices.predicted,
    )
    return replace(each, choices=choices)


def _columns(found: Sequence[Profile], parts: dict[str, str], drafts: Sequence[Draft]) -> list[ColumnSeen]:
    top = drafts[0].choices if drafts else Choices()
    seen = []
    for profile in found:
        part = parts[profile.name].rstrip("?")
        if profile.name == top.truth:
            part = "truth"
        elif profile.name in top.scores:
            part = "score"
        elif not part and len(profile.labels) == 2 and names.is_decision(profile.name):
            part = "hard prediction"
        seen.append(profile.seen({"stack": "split", "fold": "split", "part": "split"}.get(part, part)))
    return seen
