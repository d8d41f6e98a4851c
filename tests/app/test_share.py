"""What a link, a record and the Share page bring to somebody else."""

import hashlib
import json

import pytest
from streamlit.testing.v1 import AppTest

from f1tools import formatting
from f1tools.core.constraints import Constraint
from f1tools.decision import decide
from f1tools.formatting.sentence import sentence
from f1tools.predictions import Predictions
from f1tools.readers import Choices, read_predictions
from f1tools.record import build_record, data_source, file_digest, to_json
from f1tools.ui.components.markdown import plain
from f1tools.ui.session.data import default_sample
from tests.app.conftest import Open
from tests.app.test_pages import GOOD, STRANGE, address, card, sample, texts, upload

DIGEST = hashlib.sha256(GOOD).hexdigest()


def record(content: bytes = GOOD, choices: Choices | None = None, **options: object) -> bytes:
    """Write the record of a decision on a file, as the command line does."""
    reading = read_predictions(content, name="mine.csv", choices=choices)
    assert reading.predictions is not None
    decision = decide(reading.predictions.curves(), **options)  # type: ignore[arg-type]
    return to_json(build_record(decision, data_source(reading, [file_digest("mine.csv", content)]))).encode()


def positives_swapped(app: AppTest) -> AppTest:
    """Say that the other class is the positive one."""
    positive = next(box for box in app.selectbox if box.label == "Positive class")
    positive.select("0").run()
    next(button for button in app.button if button.label == "Read again").click().run()
    return app


def test_share_says_what_is_decided(open_app: Open) -> None:
    """The sentence is that of the threshold in force, the best or another, and the code has this very threshold."""
    predictions = sample()
    curve = predictions.curve()
    for link, threshold in (({}, float(card(open_app())["stops"][card(open_app())["best"]])), ({"t": "0.25"}, 0.25)):
        app = open_app("share", **link)
        said = sentence(curve.at(threshold).counts, formatting.decimal(threshold))
        assert plain(said) in texts(app)
        code = [block.value for block in app.code]
        assert len(code) == 4
        assert sum(repr(threshold) in block for block in code) == 3
        assert f"f1tools verify decision-{predictions.models[0]}".replace("_", "-") in code[0]


def test_a_link_names_the_file_that_it_needs(open_app: Open) -> None:
    """Who gets it is told the name and the fingerprint, and sees everything again once the file is there."""
    app = upload(open_app("data"), ("mine.csv", GOOD))
    app.switch_page("pages/explore.py").run()
    app.number_input(key="threshold field").set_value(0.3).run()
    sent = address(app)
    assert sent["file"] == f"mine.csv.{DIGEST[:16]}"
    assert GOOD[:40].decode() not in json.dumps(sent)
    received = open_app("explore", **sent)
    assert f"mine\\.csv \\(SHA\\-256 starts with {DIGEST[:16]}\\)" in texts(received)
    received.switch_page("pages/data.py").run()
    upload(received, ("renamed.csv", GOOD))
    received.switch_page("pages/explore.py").run()
    assert received.number_input(key="threshold field").value == 0.3


def test_a_link_knows_how_the_file_was_read(open_app: Open) -> None:
    """Where a visitor chose the columns or the positive class, the receiver's file is read the same way."""
    app = positives_swapped(upload(open_app("data"), ("mine.csv", GOOD)))
    app.switch_page("pages/decide.py").run()
    sent, shown = address(app), card(app)
    assert shown["pos_label"] == "0"
    received = open_app("data", **sent)
    upload(received, ("mine.csv", GOOD))
    received.switch_page("pages/decide.py").run()
    assert card(received) == shown


def test_another_file_than_the_links_is_told(open_app: Open) -> None:
    """Its numbers are shown without the link's settings, and a sentence says so."""
    app = upload(open_app("data"), ("mine.csv", GOOD))
    app.switch_page("pages/explore.py").run()
    app.number_input(key="threshold field").set_value(0.3).run()
    received = open_app("data", **address(app))
    upload(received, ("other.csv", GOOD + b"1,0.99\n"))
    assert "needs another file" in texts(received)
    assert "t" not in address(received)


def test_the_link_waits_for_its_file(open_app: Open) -> None:
    """Whoever loads another file first still sees what was sent once the right one comes, read as the sender did."""
    app = positives_swapped(upload(open_app("data"), ("mine.csv", GOOD)))
    app.switch_page("pages/explore.py").run()
    app.number_input(key="threshold field").set_value(0.3).run()
    sent = address(app)
    received = upload(upload(open_app("data", **sent), ("other.csv", GOOD + b"1,0.99\n")), ("mine.csv", GOOD))
    assert address(received) == sent
    assert "needs another file" not in texts(received)
    again = upload(open_app("data", **sent), ("other.csv", GOOD + b"1,0.99\n"))
    next(button for button in again.button if button.label == "Wait for it no longer").click().run()
    assert "needs another file" not in texts(again)


def test_a_record_reads_a_file_that_is_there_as_it_was_read(open_app: Open) -> None:
    """The file of the session is the record's, understood in another way: nobody has to bring it again."""
    content = record(choices=Choices(truth="y_true", scores=("p_model",), pos_label="0", neg_label="1"))
    app = upload(upload(open_app("data"), ("mine.csv", GOOD)), ("decision.json", content))
    assert [box.value for box in app.success] == ["mine\\.csv agrees with the record to the last count."]
    app.switch_page("pages/decide.py").run()
    assert card(app)["pos_label"] == "0"


def test_a_record_can_be_closed(open_app: Open) -> None:
    """What was said about it goes."""
    app = upload(open_app("data"), ("decision.json", record()), ("mine.csv", GOOD))
    app.button(key="close record").click().run()
    assert not app.success
    assert not [title for title in app.subheader if title.value == "Decision record"]


def test_what_a_memo_keeps_out_is_remembered(open_app: Open) -> None:
    """The choice is the visitor's until it is changed; where it can't be kept the page says why and offers no memo."""
    app = upload(open_app("data"), ("mine.csv", GOOD))
    app.switch_page("pages/share.py").run()
    app.selectbox(key="suppress").select(10).run()
    app.switch_page("pages/decide.py").run()
    app.switch_page("pages/share.py").run()
    assert app.selectbox(key="suppress").value == 10
    assert not app.error
    few = b"y_true,p_model\n" + b"".join(
        b"%d,%.3f\n" % (i % 9 == 3, (i * 7 % 40 + 20 * (i % 9 == 3)) / 70) for i in range(40)
    )
    app.switch_page("pages/data.py").run()
    upload(app, ("few.csv", few)).switch_page("pages/share.py").run()
    app.selectbox(key="suppress").select(10).run()
    assert len(app.error) == 1
    assert "5 rows" in app.error[0].value
    assert "Download the memo" not in [button.proto.label for button in app.get("download_button")]


def test_a_threshold_that_breaks_the_limits_is_told(open_app: Open) -> None:
    """A threshold set by hand is not said to keep limits that it breaks."""
    for page in ("share", "decide", "how_sure"):
        app = open_app(page, t="0.1", min_precision="0.6")
        assert "does not keep your limits\\: precision at least 0\\.6" in texts(app)
        assert "Within your limits" not in texts(app)
        assert "Within your limits" in texts(open_app(page, min_precision="0.6"))


@pytest.mark.parametrize("file", ["no digest", "a." + "0" * 15, "." + "0" * 16, "a\n." + "0" * 16, "x" * 200])
def test_rubbish_about_the_file_is_dropped(open_app: Open, file: str) -> None:
    """A link that was tampered with speaks of an uploaded file, and shows nothing of what was put into it."""
    app = open_app("decide", data="file-" + "0" * 24, file=file, read='{"truth": 1}')
    assert "belongs to an uploaded file" in texts(app)
    assert set(address(app)) == {"data"}


def test_a_record_shows_its_decision_again(open_app: Open) -> None:
    """With its data beside it a record restores model, goal, limits and threshold, and the data agree with it."""
    limits = [Constraint.at_least("recall", 0.6), Constraint.at_most("flagged", 200)]
    content = record(objective="fbeta", beta=0.5, constraints=limits, threshold=0.45)
    app = upload(open_app("data"), ("decision.json", content), ("mine.csv", GOOD))
    assert not app.exception
    assert [box.value for box in app.success] == ["mine\\.csv agrees with the record to the last count."]
    wanted = {"metric": "fbeta", "beta": "0.5", "min_recall": "0.6", "max_flagged": "200", "t": "0.45"}
    assert wanted.items() <= address(app).items()


def test_a_record_waits_for_its_data(open_app: Open) -> None:
    """Alone it says which file it needs, by name and fingerprint; the file may come later."""
    app = upload(open_app("data"), ("decision.json", record(threshold=0.45)))
    assert DIGEST[:16] in texts(app)
    assert not app.success
    upload(app, ("mine.csv", GOOD))
    assert [box.value for box in app.success] == ["mine\\.csv agrees with the record to the last count."]
    assert address(app)["t"] == "0.45"


def test_a_record_of_a_sample_needs_no_file(open_app: Open) -> None:
    """The samples come with the project."""
    one = default_sample()
    reading = read_predictions(one.path, choices=Choices(pos_label=one.positive))
    assert isinstance(reading.predictions, Predictions)
    source = data_source(reading, [file_digest(one.file, one.path)])
    content = to_json(build_record(decide(reading.predictions.curves(), threshold=0.4), source)).encode()
    app = upload(open_app("data"), ("decision.json", content))
    assert [box.value for box in app.success] == [f"{plain(one.title)} agrees with the record to the last count."]
    assert address(app)["t"] == "0.4"
    assert "file" not in address(app)


def test_a_record_that_the_data_contradict(open_app: Open) -> None:
    """Each difference is named with both values."""
    told = json.loads(record(threshold=0.45))
    caught = told["counts"]["tp"]
    told["counts"] |= {"tp": caught - 1, "fn": told["counts"]["fn"] + 1}
    app = upload(open_app("data"), ("decision.json", json.dumps(told).encode()), ("mine.csv", GOOD))
    assert not app.exception
    assert "differs from the record" in texts(app)
    assert str(caught) in texts(app)
    assert str(caught - 1) in texts(app)


def test_what_no_page_asks_for_is_told(open_app: Open) -> None:
    """A goal that no page has leaves the recorded threshold, set by hand."""
    limits = [Constraint.at_least("specificity", 0.5)]
    app = upload(open_app("data"), ("decision.json", record(constraints=limits)), ("mine.csv", GOOD))
    assert "specificity at least 0\\.5" in texts(app)
    assert float(address(app)["t"]) == json.loads(record(constraints=limits))["threshold"]


@pytest.mark.parametrize("content", [b"{", b'{"schema": "f1tools-decision/99"}', b"{" * 5000, b'{"a": NaN}'])
def test_what_is_no_record_is_refused(open_app: Open, content: bytes) -> None:
    """One sentence; what was there stays."""
    app = upload(upload(open_app("data"), ("mine.csv", GOOD)), ("decision.json", content))
    assert not app.exception
    assert len(app.error) == 1
    assert "mine\\.csv" in texts(app)


def test_two_records_are_one_too_many(open_app: Open) -> None:
    """Which one is meant is for the visitor to say."""
    app = upload(open_app("data"), ("a.json", record()), ("b.json", record()))
    assert len(app.error) == 1
    assert "Bring one" in app.error[0].value


def test_names_in_a_record_are_only_text(open_app: Open) -> None:
    """Markup in its names shows as itself."""
    told = json.loads(record())
    told["data"]["title"] = told["data"]["files"][0]["name"] = told["model"] = told["pos_label"] = STRANGE
    app = upload(open_app("data"), ("decision.json", json.dumps(told).encode()))
    assert not app.exception
    assert "<img" not in texts(app).replace("\\<img", "")
