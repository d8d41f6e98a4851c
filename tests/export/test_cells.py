"""Names in CSV files and file names."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from f1tools.export import cell, file_name
from f1tools.export.cells import field

# Starts of formulas (OWASP, documentation of spreadsheets), and what may hide them: blanks, quotes, invisible marks.
OPENERS = "=+-@＝＋－＠"
HIDDEN = ["", " ", "\u00a0", "\ufeff", "\u200b", "\u202e", "\x00", '"', "'", "\t"]
COMMAND = "cmd|' /C calc'!A0"
pieces = st.sampled_from([*OPENERS, *HIDDEN, ",", ";", "\n", "\r\n", "\u2028", "a", "1", "ä", COMMAND, "\ud800"])
names = st.one_of(st.lists(pieces, max_size=8).map("".join), st.text(st.characters(exclude_categories=[]), max_size=8))


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet could evaluate a cell as a formula.

    A number followed by a comma is not a formula: it starts a line that is not split at its commas.
    """
    visible = re.sub('^[\\s\u00a0\ufeff\u200b\u202e\x00"]+', "", text)
    return visible[:1] in [*OPENERS] and not re.fullmatch(r"[-+][0-9.e+-]+(,.*)?", text, re.DOTALL)


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("opener", OPENERS)
def test_formulas_become_text(opener: str, hidden: str) -> None:
    """An apostrophe makes it text, whatever precedes the sign, also after a semicolon."""
    assert cell(f"{hidden}{opener}x").startswith(f"'{hidden}")
    assert cell(f"a;{hidden}{opener}x").startswith(f"a;'{hidden}" if hidden != "\t" else "a;\t'")


@pytest.mark.parametrize(
    "name", ["score", "p=1", "1", "", "naïve bayes", "-5", "+6.5", "-1.5e-3", "a;b", "a|b", "5%", "模型", "a'b"]
)
def test_other_names_do_not_change(name: str) -> None:
    """Names that are not formulas do not change; signed numbers are not formulas."""
    assert cell(name) == name


@given(first=names, second=names)
@example(first="", second="+1")
@example(first="", second="\t+1")
def test_no_separator_makes_a_formula(first: str, second: str) -> None:
    """Whatever separator a program assumes, no cell is a formula."""
    text = f"{field(first)},{field(second)},1\n{field(second)},-0.5,{field(first)}\n"
    for delimiter in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            assert not any(map(is_formula, row)), (delimiter, row)


@given(name=names)
def test_a_field_is_one_cell(name: str) -> None:
    """Commas, quotes and line breaks in a name don't split it; lone surrogates are replaced."""
    text = f"{field(name)},1\n"
    assert text.encode().decode() == text
    assert list(csv.reader(io.StringIO(text, newline=""))) == [[cell(re.sub("[\ud800-\udfff]", "?", name)), "1"]]


@given(name=names)
def test_a_file_name_is_not_a_path(name: str) -> None:
    """It has letters, digits and dashes only, is short, and never empty."""
    assert re.fullmatch("[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?", file_name(name))
