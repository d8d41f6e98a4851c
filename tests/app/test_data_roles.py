"""The Data page: parts of a file, or two files, as tuning set and evaluation set."""

import html

import pytest

from tests.app.conftest import Open
from tests.app.helpers import (
    HOSTILE,
    PARTS,
    address,
    candidates,
    complete_file,
    file_with_roles,
    form_button,
    plain_texts,
    read_again,
    take,
    texts,
    upload,
    widget,
    with_roles,
)
from tests.app.test_data import plain_headers


def test_the_first_candidate_uses_the_roles(open_app: Open) -> None:
    """A file with validation and test rows asks; the first candidate says which rows do what."""
    app = upload(open_app("data"), ("mine.csv", file_with_roles()))
    first = candidates(app)[0]
    assert "Threshold tuned on **valid**, evaluated on **test**, **train** not used (most likely)" in first
    assert any("Only **train**" in each for each in candidates(app))
    assert 'Column "set" has train, valid and test: which should be used?' in plain_headers(app)
    app = take(app, first)
    assert "Threshold tuned on **valid** (160 rows), evaluated on **test** (160 rows)" in texts(app)
    assert "160 rows dropped: set is train" in texts(app)
    assert address(app)["data"].startswith("file-")


@pytest.mark.parametrize(("names", "is_said"), [(("train", "test"), True), (PARTS, False), (("A", "B"), False)])
def test_training_rows_are_not_proposed_for_tuning(open_app: Open, names: tuple[str, ...], is_said: bool) -> None:
    """The question says why, where no other rows could choose the threshold."""
    shown = plain_texts(upload(open_app("data"), ("mine.csv", file_with_roles(names))))
    assert ("Tuning the threshold on **train** is not proposed" in shown) == is_said


def test_roles_and_amounts_can_be_chosen_by_hand(open_app: Open) -> None:
    """The form offers the columns and their values; training rows may be chosen, with a warning."""
    app = upload(open_app("data"), ("mine.csv", file_with_roles(("A", "B", "train"), column="whence")))
    assert not [each for each in app.multiselect if each.label == "Evaluate it on"]
    widget(app.selectbox, "Roles").select("whence").run()
    assert form_button(app).disabled
    assert sorted(widget(app.multiselect, "Tune the threshold on").options) == ["A", "B", "train"]
    widget(app.multiselect, "Tune the threshold on").select("train").select("B").run()
    widget(app.multiselect, "Evaluate it on").select("A").run()
    widget(app.selectbox, "Amount").select("loss").run()
    read_again(app)
    assert "Threshold tuned on **train** and **B** (320 rows), evaluated on **A** (160 rows)" in texts(app)
    assert "Cost of a missed case **loss**" in texts(app)
    assert any("trained the model" in warning.value for warning in app.warning)
    widget(app.selectbox, "Roles").select_index(0).run()
    widget(app.selectbox, "Amount").select_index(0).run()
    assert "Threshold tuned on" not in texts(read_again(app))
    assert "Cost of a missed case" not in texts(app)


def test_one_part_cannot_have_both_roles(open_app: Open) -> None:
    """The form says so below its button, and the data set stays."""
    app = with_roles(open_app("data"))
    before = address(app)
    widget(app.multiselect, "Evaluate it on").select("valid").run()
    read_again(app)
    (form,) = [each for each in app.expander if each.button]
    assert "valid" in form.error[0].value
    assert address(app) == before


def test_two_complete_files_have_roles(open_app: Open) -> None:
    """The file called test evaluates; a click swaps the roles, another one restores them; they can be pooled."""
    app = upload(open_app("data"), ("test.csv", complete_file(300)), ("other.csv", complete_file(240, shift=11)))
    assert not app.error
    first = address(app)["data"]
    roles = "Threshold tuned on **other.csv** (240 rows), evaluated on **test.csv** (300 rows)"
    swapped = "Threshold tuned on **test.csv** (300 rows), evaluated on **other.csv** (240 rows)"
    for expected in (roles, swapped, roles):
        assert expected in plain_texts(app)
        assert (address(app)["data"] == first) == (expected == roles)
        widget(app.button, "Swap the two roles").click().run()
        assert not app.exception
    widget(app.selectbox, "Roles").select_index(0).run()
    assert "Threshold tuned on" not in texts(read_again(app))
    assert "540 rows, 33.3% positive" in texts(app)


def test_names_of_parts_are_escaped(open_app: Open) -> None:
    """Values of the file never act as Markdown or HTML."""
    parts = (f"{HOSTILE} valid", f"{HOSTILE} test", f"{HOSTILE} other")
    app = upload(open_app("data"), (f"{HOSTILE}.csv", file_with_roles(parts)))
    assert "Threshold tuned on" in candidates(app)[0]
    assert HOSTILE not in "\n".join([texts(app), *candidates(app), *(each.value for each in app.header)])
    (preview,) = [each.proto.body for each in app.get("html") if "First rows" in each.proto.body]
    assert html.escape(HOSTILE[:37]) in preview
    assert "<img" not in preview
    take(app)
    assert "Threshold tuned on" in texts(app)
    assert HOSTILE not in texts(app)
