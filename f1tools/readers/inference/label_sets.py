"""Cells that name the labels of a row, any number of them: `toxic|insult`, `["toxic", "insult"]`, `[]`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from f1tools.readers.formats.cells import is_missing
from f1tools.readers.formats.table import normalize_label
from f1tools.readers.formats.vectors import list_items

SEPARATORS = "|;,"
_MAX_CELL = 4_096  # characters
_BRACKETS = {"[": "]", "(": ")", "{": "}"}


def items(cell: str) -> tuple[str, ...] | None:
    """Return the labels in a cell; None where it is no list of names.

    Examples
    --------
    >>> items("toxic|insult"), items("['toxic', 'very rude']"), items("[]"), items("toxic")
    (('toxic', 'insult'), ('toxic', 'very rude'), (), ('toxic',))
    """
    text = cell.strip()
    if not text or len(text) > _MAX_CELL:
        return None
    if _BRACKETS.get(text[0]) == text[-1]:
        return tuple(dict.fromkeys(map(normalize_label, list_items(text[1:-1]))))
    separator = next((each for each in SEPARATORS if each in text), None)
    parts = [text] if separator is None else text.split(separator)
    return tuple(dict.fromkeys(normalize_label(part) for part in parts if part.strip()))


def labels_of_sets(cells: Iterable[str], most: int) -> list[str]:
    """Return the labels that cells name; none where no cell names several, or there are too many."""
    found: dict[str, None] = {}
    are_sets = False
    for cell in dict.fromkeys(cells):
        if is_missing(cell):
            continue
        named = items(cell)
        if named is None:
            return []
        are_sets = are_sets or len(named) > 1
        found |= dict.fromkeys(named)
        if len(found) > most:
            return []
    return list(found) if are_sets else []


def are_label_sets(cells: Iterable[str], classes: Collection[str]) -> bool:
    """Return whether a column names several classes in some cells, so that an empty cell means that a row has none."""
    known = set(classes)
    for cell in dict.fromkeys(cells):
        if cell not in known and (named := items(cell)) is not None and len(named) > 1 and known.issuperset(named):
            return True
    return False


def members_of(cell: str, place: Mapping[str, int]) -> list[int] | None:
    """Return the places of the classes that a cell names: itself, or those in its list; None where one is no class."""
    own = normalize_label(cell)
    if own in place:
        return [place[own]]
    named = items(cell)
    if named is None or any(each not in place for each in named):
        return None
    return [place[each] for each in named]
