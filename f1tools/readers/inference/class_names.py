"""Columns named after classes: what their names share, and the class in each, as in `prob_cat`, `prob_dog`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
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


def spaced(text: str) -> str:
    r"""Return a text with single spaces, as headers have them instead of line breaks, and numbers by value.

    Examples
    --------
    >>> spaced("C++"), spaced("two\nlines"), spaced("1.0")
    ('C++', 'two lines', '1')
    """
    return normalize_label(" ".join(text.split()))


SPELLINGS: tuple[Callable[[str], str], ...] = (normalize_label, spaced, squeezed)
"""How names are compared, the most exact way first. Others count only where they tell all names apart."""


def _by_spelling(labels: Sequence[str], spell: Callable[[str], str]) -> dict[str, str]:
    """Return labels by their spelling, without those that share it: C, C++ and C# are squeezed to the same one."""
    counts = Counter(map(spell, labels))
    return {key: label for label in labels if counts[key := spell(label)] == 1 and key}


def families_of(labels: Sequence[str], columns: Iterable[str]) -> Families:
    """Return the columns named after labels, those with the most classes first.

    Examples
    --------
    >>> families = families_of(["cat", "dog"], ["p_cat", "p_dog", "age"])
    >>> [(str(affixes), columns) for affixes, columns in families.items()]
    [('p_*', {'cat': 'p_cat', 'dog': 'p_dog'})]
    """
    columns = list(columns)
    found = [(affixes, middle, column) for column in columns for affixes, middle in parts(column)]
    families: Families = {}
    for spell in SPELLINGS:
        keys = _by_spelling(labels, spell)
        for affixes, middle, column in found:
            if (label := keys.get(spell(middle))) is not None:
                families.setdefault(affixes, {}).setdefault(label, column)
    for affixes, label, column in _with_odd_names(labels, columns):
        families.setdefault(affixes, {}).setdefault(label, column)
    return _ordered(families)


def _with_odd_names(labels: Sequence[str], columns: Iterable[str]) -> Iterator[tuple[Affixes, str, str]]:
    """Yield the columns that have a label as it is, for labels that begin or end with a character such as < or +.

    Where such a label begins in a name cannot be told without it: it has no word boundary there.

    Examples
    --------
    >>> [(str(affixes), label) for affixes, label, _ in _with_odd_names(["<b>", "C"], ["p_<b>", "p_C"])]
    [('p_*', '<b>')]
    """
    odd = {label: " ".join(label.split()) for label in labels if not (label[:1].isalnum() and label[-1:].isalnum())}
    for column in columns if odd else ():
        lower = column.casefold()
        for label, text in odd.items():
            start = column.find(text) if text and len(lower) == len(column) <= _MAX_NAME else -1
            if start >= 0:
                yield Affixes(lower[:start], lower[start + len(text) :]), label, column


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
    both = truths, scores
    spell = next(each for each in (squeezed, spaced, normalize_label) if not any(_repeats(of, each) for of in both))
    odd = [*_with_odd_names(truths, scores)]
    of_truths = _by_affixes(truths, spell, [(Affixes("", ""), name, name) for _, name, _ in odd])
    of_scores = _by_affixes(scores, spell, odd)
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


def _repeats(columns: Sequence[str], spell: Callable[[str], str]) -> bool:
    """Return whether two names have the same spelling, other than the most exact one."""
    return spell is not normalize_label and len({spell(column) for column in columns}) < len(columns)


def _by_affixes(
    columns: Sequence[str], spell: Callable[[str], str], odd: Iterable[tuple[Affixes, str, str]]
) -> Families:
    families: Families = {}
    found = ((affixes, middle, column) for column in columns for affixes, middle in parts(column))
    for affixes, middle, column in chain(found, odd):
        families.setdefault(affixes, {}).setdefault(spell(middle), column)
    return {affixes: each for affixes, each in families.items() if len(each) >= 2}


def _ordered(families: Mapping[Affixes, dict[str, str]]) -> Families:
    """Return families with the most classes first, of equal ones that with the shortest affixes; each column once."""
    unique: Families = {}
    for affixes, columns in sorted(families.items(), key=lambda each: (-len(each[1]), each[0].size, each[0])):
        if len(set(columns.values())) == len(columns) and columns not in unique.values():
            unique[affixes] = columns
    return unique
