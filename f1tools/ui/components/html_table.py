"""HTML tables that scroll in themselves: what all have in common, figures side by side, and the columns of a file."""

import html
import re
from collections.abc import Iterable, Sequence

import streamlit as st

from f1tools import formatting
from f1tools.card import edge_style
from f1tools.palette import colors
from f1tools.readers import Choices, ColumnSummary
from f1tools.ui.components.markdown import small

_STYLE = (
    f"<style>{edge_style()}"
    + """
.f1table { --edge: light-dark(LIGHT, DARK); }
.f1table:focus-visible { outline: 2px solid currentColor; outline-offset: -2px; }
.f1table table { border-collapse: separate; border-spacing: 0; width: 100%; font-variant-numeric: tabular-nums;
  font-size: 0.9rem; }
.f1table :is(th, td) { padding: 0.35rem 0.5rem; text-align: right; white-space: nowrap; font-weight: 400;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.f1table :is(tbody th, thead tr:first-child th) { font-weight: 600; background: light-dark(LIGHT, DARK); }
.f1table thead th { vertical-align: bottom; }
.f1table :is(tbody th, thead tr:first-child th:first-child) { text-align: left; position: sticky; left: 0; }
.f1table small { font-size: 0.8rem; }
.f1figures th { white-space: normal; }
.f1figures th[scope="rowgroup"] { padding-top: 0.9rem; font-weight: 400; font-size: 0.8rem; }
.f1preview :is(th, td) { text-align: left; }
.f1preview thead th { vertical-align: top; }
.f1table.f1preview thead tr:first-child th { font-weight: 400; position: static; background: none; }
.f1table.f1preview tr:first-child .used, .f1preview .used { background: color-mix(in srgb, TINT 14%, transparent); }
.f1columns { max-height: 26rem; }
.f1columns :is(th, td) { text-align: left; vertical-align: top; }
.f1columns thead th { position: sticky; top: 0; }
.f1columns thead tr:first-child th:first-child { z-index: 1; }
.f1columns tbody th { white-space: normal; overflow-wrap: anywhere; min-width: 7rem; max-width: 18rem; }
.f1columns td.examples { white-space: normal; overflow-wrap: anywhere; min-width: 12rem; }
.f1columns code { font: inherit; padding: 0.05rem 0.35rem; margin-right: 0.15rem; border-radius: 0.25rem;
  white-space: pre-wrap; background: color-mix(in srgb, currentColor 7%, transparent); }
.f1groups { max-height: 40rem; }
.f1groups td, .f1groups tbody th { vertical-align: top; line-height: 1.3; }
.f1groups thead th { position: sticky; top: 0; z-index: 1; }
.f1groups thead tr:first-child th:first-child { z-index: 2; }
@media (max-width: 640px) {
  .f1table table { font-size: 0.8125rem; line-height: 1.35; }
  .f1table :is(th, td) { padding-inline: 0.3rem; }
  .f1table.f1figures :is(th, td):first-child { padding-left: 0; }
  .f1figures td { white-space: normal; }
  .f1columns tbody th { max-width: 9rem; }
}
</style>
""".replace("LIGHT", colors("light")["background"])
    .replace("DARK", colors("dark")["background"])
    .replace("TINT", f"light-dark({colors('light')['precision']}, {colors('dark')['precision']})")
)
_MAX_COLUMNS = 400  # on the page
_MAX_PREVIEWED = 12  # columns
_MAX_NAME = 150  # characters
_LONG_NUMBER = re.compile(r"([-+]?\d*[.,]\d{6})\d{3,}((?:e[-+]?\d+)?)$", re.IGNORECASE | re.ASCII)
_LOOKS_LIKE = {
    "weight": "a weight",
    "group": "a group",
    "id": "a key",
    "cluster": "what rows belong to",
    "split": "parts",
    "hard prediction": "a predicted class",
}


def scrolling_table(label: str, head: str, body: str, *, kind: str) -> str:
    """Return a table that the keyboard can scroll, with a name for screen readers.

    Parameters
    ----------
    label : str
        Its name.
    head, body : str
        Rows of escaped HTML.
    kind : str
        CSS class for further rules.
    """
    return (
        f'{_STYLE}<div class="f1table edge {kind}" role="region" tabindex="0" aria-label="{html.escape(label)}">'
        f"<table><thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def figures_table(
    label: str, header: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], *, kind: str = "f1figures"
) -> None:
    """Show figures side by side: names of rows on the left; a name without figures is a heading of the rows after it.

    Parameters
    ----------
    label : str
        Name of the table.
    header : sequence of str
        Heading of every column; all texts are plain.
    rows : iterable of (str, sequence of str)
    kind : str
        CSS class for further rules.
    """
    head = "".join(f'<th scope="col">{escape_html(name)}</th>' for name in header)
    body = "".join(_figures_row(name, cells, len(header)) for name, cells in rows)
    st.html(scrolling_table(label, f"<tr>{head}</tr>", body, kind=kind))


def _figures_row(name: str, cells: Sequence[str], width: int) -> str:
    if not any(cells):
        return f'<tr><th scope="rowgroup" colspan="{width}">{escape_html(name)}</th></tr>'
    return (
        f'<tr><th scope="row">{escape_html(name)}</th>'
        + "".join(f"<td>{_figure(cell)}</td>" for cell in cells)
        + "</tr>"
    )


def _figure(cell: str) -> str:
    """Return a figure as HTML with the spaces after it that put its decimal point below the others'."""
    spaces = cell[len(cell.rstrip("\u2007\u2008")) :]
    return escape_html(cell) + spaces


def columns_table(columns: Sequence[ColumnSummary], choices: Choices, *, is_partial: bool) -> None:
    """Show the columns of a file with their uses and example values, those that are used first.

    Parameters
    ----------
    columns : sequence of ColumnSummary
        As in the file.
    choices : Choices
        How it is read, or would be read first.
    is_partial : bool
        Whether the reader may have inspected only a part of the rows.
    """
    uses = _uses(choices)
    listed = sorted(columns, key=lambda column: (column.name not in uses, not column.role))[:_MAX_COLUMNS]
    names = ("Column", "Used as", "Example values", "Distinct", "Range", "Missing")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = "".join(_row(column, uses.get(column.name)) for column in listed)
    st.html(scrolling_table("Columns of the file", f"<tr>{head}</tr>", body, kind="f1columns"))
    notes = []
    if len(listed) < len(columns):
        notes.append(f"{len(columns) - len(listed):,} more columns are not listed.")
    if is_partial:
        notes.append("Numbers are those of the rows that the reader inspected first.")
    if notes:
        st.markdown(small(" ".join(notes)))


def preview_table(columns: Sequence[ColumnSummary], choices: Choices) -> None:
    """Show the first rows of a file, with the columns that a reading uses highlighted and first.

    Parameters
    ----------
    columns : sequence of ColumnSummary
        As in the file.
    choices : Choices
        The reading.
    """
    uses = _uses(choices)
    listed = sorted(columns, key=lambda column: column.name not in uses)[:_MAX_PREVIEWED]
    marks = [' class="used"' if column.name in uses else "" for column in listed]
    names = "".join(
        f'<th scope="col"{mark}>{escape_html(formatting.truncate(column.name, _MAX_NAME))}'
        f"<br><small>{uses.get(column.name, '')}</small></th>"
        for column, mark in zip(listed, marks, strict=True)
    )
    rows = "".join(
        "<tr>" + "".join(f"<td{mark}>{_short(cell)}</td>" for cell, mark in zip(cells, marks, strict=True)) + "</tr>"
        for cells in zip(*(column.head for column in listed), strict=True)
    )
    st.html(scrolling_table("First rows of the file", f"<tr>{names}</tr>", rows, kind="f1preview"))
    if len(listed) < len(columns):
        st.markdown(small(f"The first rows, in {len(listed)} of {len(columns):,} columns."))


def _uses(choices: Choices) -> dict[str | None, str]:
    """Return what each column is used as."""
    return {
        choices.weight: "Weight",
        choices.amount: "Amount",
        choices.group: "Group",
        choices.cluster: "Rows belong to",
        choices.id: "Key",
        choices.predicted: "Predicted class",
        choices.split: "Parts",
        choices.role: "Tuning and evaluation set",
        **{column: "Score" for score in choices.scores for column in choices.operands(score)},
        choices.truth: "True class",
        **dict.fromkeys(choices.truths, "True label"),
    }


def _row(column: ColumnSummary, use: str | None) -> str:
    examples = " ".join(f"<code>{_short(cell)}</code>" for cell in column.examples)
    if use is None and column.role in _LOOKS_LIKE:
        use = f"<small>looks like {_LOOKS_LIKE[column.role]}</small>"
    return (
        f'<tr><th scope="row">{escape_html(formatting.truncate(column.name, _MAX_NAME))}</th><td>{use or ""}</td>'
        f'<td class="examples">{examples}</td><td>{column.n_distinct:,}</td><td>{_range(column)}</td>'
        f"<td>{column.missing:,}</td></tr>"
    )


def _range(column: ColumnSummary) -> str:
    """Return the range of a column of numbers, with as many digits as help to recognize it."""
    if column.low is None or column.high is None:
        return ""
    low, high = (
        f"{bound:.0f}" if bound.is_integer() and abs(bound) < 1e9 else f"{bound:.4g}"
        for bound in (column.low, column.high)
    )
    return low if low == high else f"{low} to {high}"


def _short(cell: str) -> str:
    """Return a cell as HTML; of a number with many decimals only the first, with all of them as a tooltip."""
    decimals = _LONG_NUMBER.match(cell)
    if decimals is None:
        return escape_html(cell)
    return f'<span title="{escape_html(cell)}">{escape_html(decimals[1] + "…" + decimals[2])}</span>'


def escape_html(text: str) -> str:
    """Return a text from a file as HTML that shows it literally, on one line."""
    return html.escape(formatting.single_line(text))
