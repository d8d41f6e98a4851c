"""How sentences name the positive class: by the visitor's noun, else by its label, else just as "positive"."""

from __future__ import annotations

import re
from typing import NamedTuple

from f1tools.formatting import single_line, truncate

LONGEST_NOUN = 40
"""Characters of a noun."""
_LONGEST_LABEL = 32  # in a sentence
_PLAIN_NOUN = re.compile(r"[^\W\d_]+(?:[ -][^\W\d_]+){0,2}")  # one to three words
_NEGATIONS = frozenset(("no", "non", "not", "never", "none", "nothing", "nor", "without"))
_GENERIC_LABELS = frozenset(("1", "+1", "1.0", "t", "true", "y", "yes", "p", "pos", "positive"))


class Positives(NamedTuple):
    """The words of sentences about positive cases.

    Parameters
    ----------
    name : str
        After "are", "is" or "not".
    case, cases : str
        After a number, "all" or "none of the".
    """

    name: str
    case: str
    cases: str

    def counted(self, n: float, number: str) -> str:
        """Return a number of positive cases; ``number`` is ``n`` as text.

        Examples
        --------
        >>> name_positives("fast").counted(1, "1"), name_positives("1").counted(20, "20")
        ('1 “fast” case', '20 positive cases')
        """
        return f"{number} {self.case if n == 1 else self.cases}"


def name_positives(pos_label: str, noun: str | None = None) -> Positives:
    """Return how sentences name the positive class.

    Parameters
    ----------
    pos_label : str
        As in the file. A label such as "1", "true" or "yes" says nothing to a reader: it becomes "positive".
    noun : str, optional
        What a visitor calls the positive class: a word that fits after "cases of". It may come from somebody else's
        link, so what is longer than three words or denies something stands in quotation marks, as a label does.

    Examples
    --------
    >>> for names in (name_positives("1", "fraud"), name_positives("fast"), name_positives("True")):
    ...     print(f"6 in 10 flagged cases are {names.name}, 8 in 10 of all {names.cases} are flagged")
    6 in 10 flagged cases are fraud, 8 in 10 of all cases of fraud are flagged
    6 in 10 flagged cases are “fast”, 8 in 10 of all “fast” cases are flagged
    6 in 10 flagged cases are positive, 8 in 10 of all positive cases are flagged
    >>> name_positives("1", "not fraud at all").name
    '“not fraud at all”'
    """
    if noun:
        noun = truncate(noun, LONGEST_NOUN)
        is_plain = _PLAIN_NOUN.fullmatch(noun) and _NEGATIONS.isdisjoint(re.split("[ -]", noun.lower()))
        noun = noun if is_plain else _quoted(noun)
        return Positives(noun, f"case of {noun}", f"cases of {noun}")
    label = single_line(pos_label)
    name = "positive" if label.lower() in _GENERIC_LABELS else _quoted(truncate(label, _LONGEST_LABEL))
    return Positives(name, f"{name} case", f"{name} cases")


def _quoted(name: str) -> str:
    """Return a name in quotation marks, which marks in the name itself cannot close."""
    inner = re.sub("[“”]", '"', name)
    return f"“{inner}”"


def noun_from_text(text: str) -> str | None:
    r"""Return the noun that a visitor typed, on one line; None where it is empty or too long.

    Examples
    --------
    >>> noun_from_text("  fast\tprogression "), noun_from_text(" ")
    ('fast progression', None)
    """
    noun = single_line(text).strip()
    return noun if 0 < len(noun) <= LONGEST_NOUN else None
