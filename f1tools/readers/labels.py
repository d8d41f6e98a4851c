"""Which of two truth values is the positive one."""

from __future__ import annotations

from collections.abc import Sequence

from f1tools.readers.vocabulary import NEGATIVE, POSITIVE

_CONVENTIONS = (
    ("1", "0"), ("1", "-1"), ("true", "false"), ("t", "f"), ("yes", "no"), ("y", "n"), ("positive", "negative"),
    ("pos", "neg"), ("+", "-"), ("+1", "-1"), ("p", "n"),
)  # fmt: skip


def by_convention(labels: Sequence[str]) -> str | None:
    """Return the positive one of two labels where everybody agrees, as in 0/1, no/yes; else None."""
    lower = {label.strip().lower(): label for label in labels}
    for positive, negative in _CONVENTIONS:
        if set(lower) == {positive, negative}:
            return lower[positive]
    return _negated(labels)


def _negated(labels: Sequence[str]) -> str | None:
    """Return the label whose negation is the other: Pep of noPep, spam of not_spam."""
    plain = {"".join(char for char in label.lower() if char.isalnum()): label for label in labels}
    if len(plain) != 2:
        return None
    for text, label in plain.items():
        other = next(each for each in plain if each != text)
        if text and any(other == prefix + text for prefix in ("no", "not", "non", "un", "in", "ir", "ab", "without")):
            return next(plain[each] for each in plain if each != text) if other == "ab" + text else label
    return None


def by_words(labels: Sequence[str]) -> str | None:
    """Return the positive one of two labels where a word tells it (malignant, not benign); else None."""
    if len(labels) != 2:
        return None
    points = [_points(label) for label in labels]
    if points[0] == points[1]:
        return None
    return labels[0] if points[0] > points[1] else labels[1]


def _points(label: str) -> int:
    words = set("".join(char if char.isalnum() else " " for char in label.lower()).split())
    return bool(words & POSITIVE) - 2 * bool(words & NEGATIVE)
