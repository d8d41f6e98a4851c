"""Tables in Markdown."""

from collections.abc import Iterable, Sequence


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
