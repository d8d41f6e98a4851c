"""Names from files in Markdown."""

from f1tools.ui.components.markdown import escape


def test_no_punctuation_keeps_its_meaning() -> None:
    """Every character that Markdown could interpret has a backslash, and line breaks are gone."""
    text = escape("a\n# b | `c` <i> $x$ ![y](z) https://w.x :red[k] ~~s~~")
    assert "\n" not in text
    for mark in "#|`<>$![]()~":
        assert text.count(mark) == text.count("\\" + mark)
    assert "https://" not in text
    assert ":red" not in text


def test_text_direction_cannot_be_overridden() -> None:
    """Direction overrides are removed; letters of right-to-left scripts stay."""
    assert escape("a\u202eb\u2066c\u200f") == "abc"
    assert escape("שלום") == "שלום"
