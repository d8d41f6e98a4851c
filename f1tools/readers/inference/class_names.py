"""Columns named after classes: what their names share, and the class in each, as in `prob_cat`, `prob_dog`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from f1tools.readers.formats.table import label_to_number, normalize_label

MIN_CLASSES = 3
_MAX_BOUNDARIES = 14  # of longer names only the beginnings and the ends are examined
_MAX_NAME = 200
_BOUNDARY = re.compile(
    r"(?<=[^\W_])(?=[\W_])|(?<=[\W_])(?=[^\W_])|(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])"
    r"|(?<=[\W_])(?=-\d)"
)
_SEPARATORS = re.compile(r"[\W_]+")


class Affixes(NamedTuple):
    """What the names of columns share before and after the class, in lower case."""

    prefix: str
    suffix: str

    @property
    def size(self) -> int:
        """Number of characters."""
        return len(self.prefix) + len(self.suffix)

    def middle(self, name: str) -> str:
        """Return what a name has between the affixes; empty where it does not have them."""
        lower = name.casefold()
        has_both = len(lower) == len(name) > self.size and lower.startswith(self.prefix) and lower.endswith(self.suffix)
        return name[len(self.prefix) : len(name) - len(self.suffix)] if has_both else ""

    def __str__(self) -> str:
        """Return the affixes as a pattern."""
        return f"{self.prefix}*{self.suffix}"


Families = dict[Affixes, dict[str, str]]
"""Columns by class, for each pair of affixes."""


def parts(name: str) -> Iterator[tuple[Affixes, str]]:
    """Yield each part of a name that may be a class, with what stands before and after it.

    Examples
    --------
    >>> [(str(affixes), middle) for affixes, middle in parts("p_cat")]
    [('*_cat', 'p'), ('*', 'p_cat'), ('p_*', 'cat')]
    """
    lower = name.casefold()
    if len(name) > _MAX_NAME or len(lower) != len(name):
        return
    places = [0, *(match.start() for match in _BOUNDARY.finditer(name)), len(name)]
    is_long = len(places) > _MAX_BOUNDARIES
    for at, start in enumerate(places):
        if not (name[start : start + 1].isalnum() or name[start : start + 1] in {"-", "+"}):
            continue
        for end in places[at + 1 :]:
            is_short = not is_long or start == 0 or end == len(name)
            if is_short and (end == len(name) or name[end - 1].isalnum()) and _is_balanced(name[start:end]):
                yield Affixes(lower[:start], lower[end:]), name[start:end]


def _is_balanced(text: str) -> bool:
    """Return whether a part of a name has each bracket that it opens or closes."""
    return text.count("[") == text.count("]") and text.count("(") == text.count(")")


def squeezed(text: str) -> str:
    """Return a text as names of columns spell it, in which `New York` is `new_york`; numbers keep their sign.

    Examples
    --------
    >>> squeezed("New York"), squeezed("1.0"), squeezed("-1")
    ('new_york', '1', '-1')
    """
    label = normalize_label(text)
    return label if label_to_number(label) is not None else _SEPARATORS.sub("_", label.casefold()).strip("_")


def label_keys(labels: Iterable[str]) -> dict[str, str]:
    """Return labels by their squeezed spelling; by themselves where two would be the same."""
    labels = list(labels)
    keys = {squeezed(label): label for label in labels}
    return keys if len(keys) == len(labels) and "" not in keys else {normalize_label(label): label for label in labels}


def families_of(labels: Sequence[str], columns: Iterable[str]) -> Families:
    """Return the columns named after labels, those with the most classes first.

    Examples
    --------
    >>> families = families_of(["cat", "dog"], ["p_cat", "p_dog", "age"])
    >>> [(str(affixes), columns) for affixes, columns in families.items()]
    [('p_*', {'cat': 'p_cat', 'dog': 'p_dog'})]
    """
    keys = label_keys(labels)
    is_squeezed = all(squeezed(label) == key for key, label in keys.items())
    families: Families = {}
    for column in columns:
        for affixes, middle in parts(column):
            label = keys.get(squeezed(middle) if is_squeezed else normalize_label(middle))
            if label is not None:
                families.setdefault(affixes, {}).setdefault(label, column)
    return _ordered(families)


def numbered_families(columns: Iterable[str]) -> dict[Affixes, list[str]]:
    """Return three or more columns that differ in a number only, counted from 0 or 1, in the order of the numbers."""
    families: dict[Affixes, dict[int, str]] = {}
    for column in columns:
        for affixes, middle in parts(column):
            if middle.isdecimal() and len(middle) < 6:
                families.setdefault(affixes, {}).setdefault(int(middle), column)
    numbered = {affixes: sorted(each.items()) for affixes, each in families.items() if len(each) >= MIN_CLASSES}
    return {
        affixes: [name for _, name in each]
        for affixes, each in numbered.items()
        if each[0][0] in (0, 1) and each[-1][0] - each[0][0] == len(each) - 1
    }


def shared_families(truths: Sequence[str], scores: Sequence[str]) -> Iterator[tuple[Affixes, Affixes, dict[str, str]]]:
    """Yield pairs of affixes of truths and of scores with the labels that both have, those with the most first.

    Each comes with the truth column of each label.
    """
    # C, C++ and C# are squeezed to the same spelling, so that only exact names tell them apart.
    spell = normalize_label if _repeats(truths) or _repeats(scores) else squeezed
    of_truths, of_scores = _by_affixes(truths, spell), _by_affixes(scores, spell)
    by_label: dict[str, set[Affixes]] = {}
    for affixes, columns in of_scores.items():
        for label in columns:
            by_label.setdefault(label, set()).add(affixes)
    found = []
    for affixes, columns in of_truths.items():
        counts: dict[Affixes, int] = {}
        for label in columns:
            for other in by_label.get(label, ()):
                counts[other] = counts.get(other, 0) + 1
        found += [(count, affixes, other) for other, count in counts.items() if count >= 2]
    for _, affixes, other in sorted(found, key=lambda each: (-each[0], each[1].size + each[2].size, each[1:])):
        shared = {label: name for label, name in of_truths[affixes].items() if label in of_scores[other]}
        yield affixes, other, shared


def _repeats(columns: Sequence[str]) -> bool:
    """Return whether two names have the same squeezed spelling."""
    return len({squeezed(column) for column in columns}) < len(columns)


def _by_affixes(columns: Sequence[str], spell: Callable[[str], str]) -> Families:
    families: Families = {}
    for column in columns:
        for affixes, middle in parts(column):
            families.setdefault(affixes, {}).setdefault(spell(middle), column)
    return {affixes: each for affixes, each in families.items() if len(each) >= 2}


def _ordered(families: Mapping[Affixes, dict[str, str]]) -> Families:
    """Return families with the most classes first, of equal ones that with the shortest affixes; each column once."""
    unique: Families = {}
    for affixes, columns in sorted(families.items(), key=lambda each: (-len(each[1]), each[0].size, each[0])):
        if len(set(columns.values())) == len(columns) and columns not in unique.values():
            unique[affixes] = columns
    return unique
