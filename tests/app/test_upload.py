"""Where a file leads, from any page, and how an upload is forgotten."""

from f1tools.readers import read_predictions
from f1tools.ui.session.data import default_sample
from tests.app.conftest import Open
from tests.app.helpers import (
    GOOD,
    MARGINS,
    address,
    best_f1,
    complete_file,
    drop,
    go,
    go_back,
    plain_texts,
    texts,
    upload,
)
from tests.app.test_data import rows


def test_a_sure_reading_leads_to_the_answer(open_app: Open) -> None:
    """From any page: Decide with the model of the highest F1, which the link names, and how the file was read."""
    y_true, good = rows(300)
    poor = [i * 7 % 10 / 10 for i in range(300)]
    lines = [f"{y},{p},{g},{i % 4}" for i, (y, p, g) in enumerate(zip(y_true, poor, good, strict=True))]
    lines += ["1,,,", ",0.5,0.5,"]
    content = "\n".join(["y_true,p_poor,p_good,visits", *lines]).encode()
    f1 = {name: best_f1(y_true, scores) for name, scores in (("p_poor", poor), ("p_good", good))}
    assert max(f1, key=lambda name: f1[name]) == "p_good"
    for page in ("explore", "data"):
        app = drop(open_app(page), ("two.csv", content))
        assert app.title[0].value == "Where to draw the line?"
        assert address(app)["model"] == "p_good"
        line = "Read as: truth **y_true**, scores **p_poor** and **p_good**, positive = **1** · 300 rows, 2 left out"
        assert line in plain_texts(app)
        assert app.selectbox(key="model picker").value == "p_good"
    again = drop(go(app, "share"), ("mine.csv", GOOD))
    assert "model" not in address(again)  # its only model is the first one


def test_where_a_file_leads_that_is_not_sure(open_app: Open) -> None:
    """A question, a refusal and an error open Data from any page; the answer to the question opens Decide."""
    circular = b"y_pred,y_pred_proba\n" + b"".join(b"%d,%.3f\n" % (i >= 50, i / 100) for i in range(100))
    app = drop(open_app("explore"), ("circular.csv", circular))
    assert app.title[0].value == "Data"
    assert app.header[0].value == "How should circular\\.csv be read?"
    go(app, "data").button(key="apply reading").click().run()
    assert app.title[0].value == "Where to draw the line?"
    for content in (b"only\n1\n2\n", b"%PDF-1.7"):
        app = drop(go(app, "explore"), ("other.csv", content))
        assert app.title[0].value == "Data"
        assert app.error


def test_clear_removes_the_upload(open_app: Open) -> None:
    """Afterwards the pages show the sample, and what the session computed is forgotten."""
    app = upload(open_app("data"))
    app.button(key="clear upload").click().run()
    assert address(app) == {}
    assert "Now showing :blue-badge[Sample]" in texts(app)
    assert not [button for button in app.button if button.key == "clear upload"]


def test_the_example_file_is_read_without_a_question(open_app: Open) -> None:
    """What the page offers as an example is a file of the kind it asks for."""
    app = open_app("data")
    (button,) = [each for each in app.get("download_button") if "example" in each.proto.label]
    assert button.proto.url
    content = b"".join(default_sample().path.read_bytes().splitlines(keepends=True)[:41])
    assert read_predictions(content, name="example.csv").outcome == "sure"


def test_notes_are_not_called_warnings(open_app: Open) -> None:
    """A file whose scores are not probabilities has a note: Decide counts it as one, and nothing is a warning."""
    app = go(drop(open_app("data"), ("margins.csv", MARGINS)), "decide")
    (link,) = [each.proto.label for each in app.get("page_link") if "Check or change" in each.proto.label]
    assert link == "Check or change (1 note) →"
    assert not go(app, "data").warning
    assert len(app.info) == 1


def test_back_leads_to_the_data_that_were_shown(open_app: Open) -> None:
    """A page before is about its own data: about an upload that is kept, or about one that is asked for again."""
    app = upload(open_app("data"))
    first = address(go(app, "explore", t="0.4"))
    app = upload(go(app, "data"), ("other.csv", complete_file(200)))
    second = address(app)
    assert app.session_state["session"].upload.title == "other.csv"
    go_back(app, "explore", first)
    assert (
        app.title[0].value == "Load mine\\.csv to see this"
    )  # here no cookie tells visitors apart, so nothing is kept
    assert address(app) == first
    go_back(app, "decide", second)
    assert "other.csv" in plain_texts(app)
    go_back(app, "explore", {"data": "digits"})
    assert "Handwritten eights, rare" in plain_texts(app)
    go_back(app, "share", second)
    assert "other.csv" in plain_texts(app)
