"""Links to what is not there, and names that are too long for one."""

from tests.app.conftest import Open
from tests.app.test_pages import GOOD, address, texts, upload


def test_a_model_with_a_very_long_name_can_be_chosen(open_app: Open) -> None:
    """The choice stays over pages and in the address, which holds a digest in place of the name."""
    _, rest = GOOD.decode().split("\n", 1)
    names = ["proba_" + letter * 250 for letter in "ab"]
    lines = [f"{line},{float(line.split(',')[1]) / 2:.4f}" for line in rest.splitlines()]
    app = upload(open_app("data"), ("wide.csv", "\n".join(["y_true," + ",".join(names), *lines]).encode()))
    app.switch_page("pages/explore.py").run()
    app.selectbox(key="model picker").select(names[1]).run()
    app.number_input(key="threshold field").set_value(0.3).run()
    assert app.selectbox(key="model picker").value == names[1]
    assert len(address(app)["model"]) < 20
    app.switch_page("pages/decide.py").run()
    app.switch_page("pages/explore.py").run()
    assert app.selectbox(key="model picker").value == names[1]


def test_a_link_to_a_sample_that_is_not_there_says_so(open_app: Open) -> None:
    """One sentence, until something is chosen."""
    app = open_app("explore", data="no-such-sample")
    assert "does not exist here" in texts(app)
    app.number_input(key="threshold field").set_value(0.3).run()
    assert "does not exist here" not in texts(app)
    assert not open_app("explore", data="breast_cancer").info


def test_after_a_reload_the_address_says_where_the_file_went(open_app: Open) -> None:
    """The sentence holds for who made the link as well as for who got it."""
    owner = upload(open_app("data"), ("mine.csv", GOOD))
    app = open_app("decide", **address(owner))
    assert "until the page is closed or reloaded" in texts(app)


def test_limits_say_what_they_take(open_app: Open) -> None:
    """Nobody has to find out that recall goes from 0 to 1."""
    labels = [field.label for field in open_app("explore").number_input]
    assert {"Recall at least (0 to 1)", "Precision at least (0 to 1)"} <= set(labels)
