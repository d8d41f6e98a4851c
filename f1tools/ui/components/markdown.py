"""Text from outside (file names, column names, labels) on its way into Streamlit's Markdown."""

import re
from collections.abc import Iterable, Sequence

from f1tools import formatting

_JOINER = "\u2060"  # shows nothing; it only keeps two characters from being read together


def plain(text: str) -> str:
    r"""Make Markdown show a text as it is, on one line.

    A backslash takes away the meaning of punctuation. Streamlit looks for `:emoji:`, `:material/icon:`, `->` and bare
    addresses after that, in what is left; an invisible joiner keeps it from finding any.

    Examples
    --------
    >>> plain("**p** [a](b)")
    '\\*\\*p\\*\\* \\[a\\]\\(b\\)'
    """
    line = formatting.single_line(text)
    kept_apart = re.sub(r":(?=\S)|<(?=[-=])|-(?=[->])|[>~](?==)|www(?=\.)", rf"\g<0>{_JOINER}", line)
    return re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", kept_apart)


def aside(markdown: str) -> str:
    """Set Markdown small and quiet; `st.caption` would be too faint to read (WCAG 2.2 asks for 4.5:1)."""
    return f":small[:gray[{markdown}]]"


def table(head: Sequence[str], lines: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Write a table with the names of its lines on the left and figures on the right; all cells are Markdown.

    Examples
    --------
    >>> print(table(["Metric", "Value"], [("F1", ["0.664"])]))
    | Metric | Value |
    | --- | ---: |
    | F1 | 0.664 |
    """
    rows = [head, ["---", *(["---:"] * (len(head) - 1))], *([name, *cells] for name, cells in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
