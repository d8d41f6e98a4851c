"""From a sample to an outcome: sure, ask or refuse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from f1tools.readers import names, refuse, special
from f1tools.readers.columns import Profile, part_played, profiles
from f1tools.readers.doubts import hopeless, judged
from f1tools.readers.drafts import Draft, plain_drafts
from f1tools.readers.formats.table import Sample
from f1tools.readers.given import complete, given_scores, given_truth, require
from f1tools.readers.one_repeat import drafts_of_repeats
from f1tools.readers.present import columns_seen, with_extras
from f1tools.readers.result import Choices, ColumnSeen, Outcome
from f1tools.readers.splits import Different, Repeats
from f1tools.readers.truths import Truth, of_classes, same, two_sided, verdict

MOST_CANDIDATES = 8
MOST_TRUTHS = 12


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
    profiles : list of Profile
        All columns with what they hold.
    repeats : Repeats or None
        What the sample shows of repeated splits.
    different : Different or None
        What keeps the rows from being the same again, where everything else says that they are.
    """

    outcome: Outcome
    reason: str
    drafts: list[Draft]
    columns: list[ColumnSeen]
    profiles: list[Profile]
    repeats: Repeats | None = None
    different: Different | None = None


def understand(sample: Sample, given: Choices) -> Understanding:
    """Return how a table can be understood, within what is given.

    Raises
    ------
    InvalidPredictions
        If the choices given name what the table does not have.
    """
    found = profiles(sample)
    require(given, found)
    parts = {profile.name: part_played(profile) for profile in found}
    parts |= {name: part for name, part in ((given.role, "role"), (given.amount, "amount")) if name is not None}
    scores = given_scores(found, parts, given)
    summary = not given.truth and refuse.is_summary(found)
    drafts, seen = ([], None) if summary else _drafts(found, parts, scores, given, whole=sample.is_complete)
    repeats, different = (seen, None) if isinstance(seen, Repeats) else (None, seen)
    if drafts and not given.scores and hopeless(drafts, scores):
        drafts, scores = [], []
    if repeats is not None:
        parts[repeats.split] = "stack"
    columns = columns_seen(found, parts, drafts)
    if not drafts:
        return Understanding("refuse", refuse.reason(found, parts, scores), [], columns, found)
    drafts = [with_extras(each, found, parts, given) for each in drafts[:MOST_CANDIDATES]]
    if doubts := dict.fromkeys(drafts[0].doubts):
        return Understanding("ask", f"Please choose: {'; '.join(doubts)}.", drafts, columns, found, repeats, different)
    return Understanding("sure", f"Taken: {drafts[0].candidate().reason}.", drafts, columns, found, repeats, different)


def _drafts(
    found: list[Profile], parts: dict[str, str], scores: list[Profile], given: Choices, *, whole: bool
) -> tuple[list[Draft], Repeats | Different | None]:
    """Return the ways to understand the table, likeliest first, the first with what is doubtful about it."""
    drafts = plain_drafts(_truths(found, parts, given), scores, every_score=bool(given.scores))
    if given.pos_label is None:
        drafts = _with_classes(drafts, _of_classes(found, parts, scores, given), found)
    if not drafts:
        return [], None
    repeated = drafts_of_repeats(drafts, found, parts, scores, given, whole=whole)
    return repeated if isinstance(repeated, tuple) else (_of_one_table(drafts, found, parts, scores, given), repeated)


def _of_one_table(
    drafts: list[Draft], found: list[Profile], parts: dict[str, str], scores: list[Profile], given: Choices
) -> list[Draft]:
    """Return the ways to understand a table that holds its rows once, be it in parts stacked on top of each other."""
    best = judged(drafts, scores, given)
    stacked = special.stacks(best, found, parts) if given.split is None and given.role is None else []
    others = [*special.confidences(best, found), *special.flips(best), *stacked, *drafts[1:]]
    if complete(given):
        return [best, *sorted(others, key=lambda each: -each.rank)]
    top, *rest = sorted([best, *others], key=lambda each: -each.rank)
    doubts = [*best.doubts, *top.doubts, *special.doubts(top, found, parts, given)]
    return [replace(top, doubts=tuple(dict.fromkeys(doubts))), *rest]


def _of_classes(found: list[Profile], parts: dict[str, str], scores: list[Profile], given: Choices) -> list[Draft]:
    """Return a draft per class of every truth of several classes."""
    if given.truth is not None:
        profiles_, skip = [each for each in found if each.name == given.truth], frozenset[str]()
    else:
        profiles_, skip = found, frozenset(name for name, part in parts.items() if part)
    return [draft for profile in of_classes(profiles_, skip) for draft in special.classes(profile, scores)]


def _with_classes(drafts: list[Draft], several: list[Draft], found: list[Profile]) -> list[Draft]:
    """Return all drafts, without those of several classes of which one says the same as a truth of two values."""
    said = {each.truth.name for each in several if any(same(each.truth, draft.truth) for draft in drafts)}
    plain = drafts[0].truth.name if drafts and drafts[0].truth.points >= 2 else None
    measured = any(refuse.is_measured(each) for each in found)
    fresh = [
        each
        for each in several
        if each.truth.name not in said
        and (names.names_truth(each.truth.name) or not (plain or measured))
        and not (plain and names.truth_points(plain) > names.truth_points(each.truth.name))
    ]
    return sorted([*drafts, *(each.doubted(_many_classes(each)) for each in fresh)], key=lambda each: -each.rank)


def _many_classes(each: Draft) -> str:
    profile = each.truth.profile
    return f"{profile.name} has {len(profile.labels)} classes, so one of them is set against the rest"


def _truths(found: Sequence[Profile], parts: dict[str, str], given: Choices) -> list[Truth]:
    if given.truth is not None:
        return given_truth(next(each for each in found if each.name == given.truth), given)
    taken = {*given.scores, given.weight, given.split, given.id, given.role, given.amount}
    skip = frozenset(
        name for name, part in parts.items() if part in ("weight", "stack", "fold", "part") or name in taken
    )
    truths = sorted(two_sided(found, skip), key=lambda truth: -truth.points)[:MOST_TRUTHS]
    if given.pos_label is not None:
        truths = [each for truth in truths for each in given_truth(truth.profile, given, strict=False)]
    real = [truth for truth in truths if not names.is_decision(truth.name)]
    return [truth for truth in real if not verdict(truth, real, found)] or truths
