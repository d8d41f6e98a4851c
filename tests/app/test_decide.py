"""Decide in words: what it asks and explains."""

from tests.app.conftest import Open


def test_the_words_of_the_card_are_explained(open_app: Open) -> None:
    """Who never heard of scores or F1 finds both explained on the page itself, out of the way of everybody else."""
    app = open_app()
    (glossary,) = app.expander
    assert not glossary.proto.expanded
    said = "\n".join(element.value for element in glossary.markdown)
    for word in ("score", "flagged", "Precision", "recall", "F1"):
        assert f"**{word}**" in said


def test_the_page_asks_its_question(open_app: Open) -> None:
    """The heading says what is to be decided."""
    assert open_app().title[0].value == "Where to draw the line?"
