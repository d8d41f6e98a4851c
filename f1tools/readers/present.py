"""What is shown of an understanding: the recognised extra columns in its choices, every column with its role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from f1tools.readers import names
from f1tools.readers.columns import Profile
from f1tools.readers.drafts import Draft
from f1tools.readers.given import complete
from f1tools.readers.result import SPLIT_INTO_MODELS, Choices, ColumnSeen


def with_extras(each: Draft, found: Sequence[Profile], parts: dict[str, str], given: Choices) -> Draft:
    """Return the draft with the columns for weights, groups and keys, given or recognised."""
    own = replace(
        each.choices,
        weight=given.weight, group=given.group, id=given.id or each.choices.id,
        flipped=given.flipped or each.choices.flipped, predicted=given.predicted or each.choices.predicted,
        split=given.split or each.choices.split,
        split_value=given.split_value if given.split else each.choices.split_value,
        role=given.role or each.choices.role, tune=given.tune or each.choices.tune,
        report=given.report or each.choices.report, amount=given.amount,
    )  # fmt: skip
    if complete(given):
        return replace(each, choices=own)
    free = [profile for profile in found if profile.name not in own.columns()]

    def first(part: str) -> str | None:
        return next((profile.name for profile in free if parts[profile.name] == part), None)

    key = next((profile.name for profile in free if parts[profile.name] == "id" and profile.unique), None)
    stacked = own.split_value == SPLIT_INTO_MODELS
    recognised = replace(
        own,
        weight=own.weight or first("weight"),
        group=own.group or first("group"),
        id=own.id or (None if stacked else key),
    )
    return replace(each, choices=recognised)


def columns_seen(found: Sequence[Profile], parts: dict[str, str], drafts: Sequence[Draft]) -> list[ColumnSeen]:
    """Return every column with the role it plays under the first draft."""
    top = drafts[0].choices if drafts else Choices()
    seen = []
    for profile in found:
        part = parts[profile.name].rstrip("?")
        if profile.name == top.truth:
            part = "truth"
        elif profile.name in top.scores:
            part = "score"
        elif profile.name == top.role:
            part = "role"
        elif not part and len(profile.labels) == 2 and names.is_decision(profile.name):
            part = "hard prediction"
        seen.append(profile.seen({"stack": "split", "fold": "split", "part": "split"}.get(part, part)))
    return seen
