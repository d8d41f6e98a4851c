"""Text from outside on its way into Markdown and spreadsheets."""

import pytest

from f1tools.ui.texts import cell, plain


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\r=1"])
def test_names_that_a_spreadsheet_would_calculate_are_defused(name: str) -> None:
    """An apostrophe in front makes it a text."""
    assert cell(name) == f"'{name}"


@pytest.mark.parametrize("name", ["score", "p=1", "1", "", "naïve bayes"])
def test_other_names_stay(name: str) -> None:
    """Nothing is changed without need."""
    assert cell(name) == name


def test_no_punctuation_keeps_its_meaning() -> None:
    """Every character that Markdown could act on has a backslash, and line breaks are gone."""
    text = plain("a\n# b | `c` <i> $x$ ![y](z) https://w.x :red[k] ~~s~~")
    assert "\n" not in text
    for mark in "#|`<>$![]()~":
        assert text.count(mark) == text.count("\\" + mark)
    assert "https://" not in text
    assert ":red" not in text


def test_nothing_turns_the_writing_round() -> None:
    """Overrides of the direction are left out; letters that are written from the right stay."""
    assert plain("a\u202eb\u2066c\u200f") == "abc"
    assert plain("שלום") == "שלום"
