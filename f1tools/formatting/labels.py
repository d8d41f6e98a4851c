"""How the label of a metric is written inside a sentence."""

from __future__ import annotations

_NAMES = ("Matthews", "Cohen", "Youden", "Jaccard")  # people, who keep their capital


def lowercase_label(label: str) -> str:
    """Write the label of a metric as inside a sentence: in lower case, unless it is a name or an abbreviation.

    Examples
    --------
    >>> [lowercase_label(label) for label in ("Balanced accuracy", "Cohen's kappa", "F0.5", "G-mean")]
    ['balanced accuracy', "Cohen's kappa", 'F0.5', 'G-mean']
    """
    if label.startswith(_NAMES) or not label[1:2].islower():
        return label
    return label[0].lower() + label[1:]


def with_article(label: str) -> str:
    """Write the label of a metric inside a sentence with "a" or "an", by how it is spoken.

    Examples
    --------
    >>> with_article("F1"), with_article("Accuracy"), with_article("Matthews correlation")
    ('an F1', 'an accuracy', 'a Matthews correlation')
    """
    spoken = lowercase_label(label)
    vowel = spoken[:1] in tuple("aeioAEIO") or (spoken[:1] == "F" and spoken[1:2].isdigit())
    return f"{'an' if vowel else 'a'} {spoken}"
