"""Names from outside on their way into files."""

import csv
import io
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from f1tools.export import cell, file_name
from f1tools.export.cells import field

# What OWASP and the makers of spreadsheets name, and what hides it: blanks, quotes, marks that take no room.
OPENERS = "=+-@＝＋－＠"
HIDDEN = ["", " ", "\u00a0", "\ufeff", "\u200b", "\u202e", "\x00", '"', "'", "\t"]
COMMAND = "cmd|' /C calc'!A0"
pieces = st.sampled_from([*OPENERS, *HIDDEN, ",", ";", "\n", "\r\n", "\u2028", "a", "1", "ä", COMMAND, "\ud800"])
names = st.one_of(st.lists(pieces, max_size=8).map("".join), st.text(st.characters(exclude_categories=[]), max_size=8))


def calculates(text: str) -> bool:
    """Tell whether a careless spreadsheet could take a cell for more than a text or a number.

    A number and a comma are no formula either: so begins a line of cells that is not split at its commas.
    """
    seen = re.sub('^[\\s\u00a0\ufeff\u200b\u202e\x00"]+', "", text)
    return seen[:1] in [*OPENERS] and not re.fullmatch(r"[-+][0-9.e+-]+(,.*)?", text, re.DOTALL)


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("opener", OPENERS)
def test_names_that_a_spreadsheet_would_calculate_are_defused(opener: str, hidden: str) -> None:
    """An apostrophe in front makes it a text, whatever stands before the sign, also behind a semicolon."""
    assert cell(f"{hidden}{opener}x").startswith(f"'{hidden}")
    assert cell(f"a;{hidden}{opener}x").startswith(f"a;'{hidden}" if hidden != "\t" else "a;\t'")


@pytest.mark.parametrize(
    "name", ["score", "p=1", "1", "", "naïve bayes", "-5", "+6.5", "-1.5e-3", "a;b", "a|b", "5%", "模型", "a'b"]
)
def test_other_names_stay(name: str) -> None:
    """Nothing is changed without need; a sign makes no formula of a number."""
    assert cell(name) == name


@given(first=names, second=names)
@example(first="", second="+1")
@example(first="", second="\t+1")
def test_no_way_to_split_a_file_makes_a_formula(first: str, second: str) -> None:
    """Whatever separates cells where the file is opened, no cell of it can be calculated."""
    text = f"{field(first)},{field(second)},1\n{field(second)},-0.5,{field(first)}\n"
    for delimiter in ",;\t|":
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            assert not [one for one in row if calculates(one)], (delimiter, row)


@given(name=names)
def test_a_field_is_one_cell_again(name: str) -> None:
    """Commas, quotes and line breaks in a name don't break the line; what UTF-8 can't write is replaced."""
    text = f"{field(name)},1\n"
    assert text.encode().decode() == text
    assert list(csv.reader(io.StringIO(text, newline=""))) == [[cell(re.sub("[\ud800-\udfff]", "?", name)), "1"]]


@given(name=names)
def test_a_file_name_is_no_path(name: str) -> None:
    """Letters, digits and dashes alone, short, and never empty."""
    assert re.fullmatch("[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?", file_name(name))
