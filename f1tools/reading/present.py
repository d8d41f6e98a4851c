"""What is shown of an understanding: the recognised extra columns in its choices, every column with its role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from f1tools.reading import names
from f1tools.reading.columns import Profile
from f1tools.reading.drafts import Draft
from f1tools.reading.result import Choices, ColumnSeen


def with_extras(each: Draft, found: Sequence[Profile], parts: dict[str, str], given: Choices) -> Draft:
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
        elif not part and len(profile.labels) == 2 and names.is_decision(profile.name):
            part = "hard prediction"
        seen.append(profile.seen({"stack": "split", "fold": "split", "part": "split"}.get(part, part)))
    return seen
