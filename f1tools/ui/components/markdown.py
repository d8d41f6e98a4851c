"""Markdown as Streamlit shows it: escaped names, small print, tables."""

import re
from collections.abc import Iterable, Sequence

from f1tools import formatting

_MAX_NAME = 150  # characters
_WORD_JOINER = "\u2060"  # invisible


def escape(text: str) -> str:
    r"""Escape a text (a file name, a column name, a label) so that Markdown shows it literally, on one line.

    Backslashes escape punctuation. Streamlit looks for `:emoji:`, `:material/icon:`, `->` and bare URLs after that;
    an invisible word joiner keeps it from finding any.

    Examples
    --------
    >>> escape("**p** [a](b)")
    '\\*\\*p\\*\\* \\[a\\]\\(b\\)'
    """
    line = formatting.single_line(text)
    joined = re.sub(r":(?=\S)|<(?=[-=])|-(?=[->])|[>~](?==)|www(?=\.)", rf"\g<0>{_WORD_JOINER}", line)
    return re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", joined)


def name_text(name: str) -> str:
    """Return the name of a column or label in Markdown."""
    return f"**{escape(formatting.truncate(name, _MAX_NAME))}**"


def kind_text(kind: str, name: str) -> str:
    """Return in Markdown what a name is the name of, and the name; the name alone where it says that itself."""
    return name_text(name) if name.casefold() == kind.casefold() else f"{kind} {name_text(name)}"


def names_text(names: Iterable[str]) -> str:
    """Return names of columns or labels in Markdown."""
    return formatting.join_names(map(name_text, names))


def small(markdown: str) -> str:
    """Return Markdown in small gray print; `st.caption` would be too faint to read (WCAG 2.2 requires 4.5:1)."""
    return f":small[:gray[{markdown}]]"


def table(header: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Return a table with row names on the left and figures on the right; all cells are Markdown.

    Examples
    --------
    >>> print(table(["Metric", "Value"], [("F1", ["0.664"])]))
    | Metric | Value |
    | --- | ---: |
    | F1 | 0.664 |
    """
    figures = ([name, *map(formatting.with_minus_signs, cells)] for name, cells in rows)
    lines = [header, ["---", *(["---:"] * (len(header) - 1))], *figures]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
