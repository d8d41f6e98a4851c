"""Text from outside on its way into Markdown."""

from f1tools.ui.components.markdown import plain


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
