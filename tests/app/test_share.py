"""Share, links and decision records: what somebody else gets, and what comes back."""

import hashlib
import html
import json
import re
from collections.abc import Callable

import numpy as np
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from f1tools import formatting
from f1tools.comparison import headline, model_differences
from f1tools.core.constraints import Constraint
from f1tools.decision import compare, decide
from f1tools.formatting.positives import name_positives
from f1tools.formatting.sentence import precision_base, sentence
from f1tools.predictions import Predictions
from f1tools.readers import Choices, read_predictions
from f1tools.record import build_record, data_source, file_digest, to_json
from f1tools.ui.session.data import default_sample
from tests.app.conftest import Open
from tests.app.helpers import (
    GOOD,
    HOSTILE,
    address,
    card,
    go,
    plain_texts,
    read_again,
    sample,
    texts,
    upload,
    widget,
)

DIGEST = hashlib.sha256(GOOD).hexdigest()


def record(content: bytes = GOOD, choices: Choices | None = None, **options: object) -> bytes:
    """Write the record of a decision on a file, as the command line does."""
    reading = read_predictions(content, name="mine.csv", choices=choices)
    assert reading.predictions is not None
    decision = decide(reading.predictions.curves(), **options)  # type: ignore[arg-type]
    return to_json(build_record(decision, data_source(reading, [file_digest("mine.csv", content)]))).encode()


def swap_classes(app: AppTest) -> AppTest:
    """Choose the other class as the positive one."""
    widget(app.selectbox, "Positive class").select("0").run()
    return read_again(app)


def linked(app: AppTest) -> dict[str, str]:
    """Choose a threshold and return the link."""
    go(app, "explore").number_input(key="threshold field").set_value(0.3).run()
    return address(app)


@pytest.mark.parametrize("link", [{}, {"t": "nothing"}, {"t": "0.99999"}])
def test_the_suggested_check_can_fail(open_app: Open, link: dict[str, str]) -> None:
    """A floor for recall is suggested unless it would be 0, which no file can fail."""
    app = open_app("share", **link)
    command = next(each.value for each in app.code if "f1tools check" in each.value)
    assert ("--min-recall 0." in command) == (link == {})
    assert ("--min-recall" in command) == (link == {})


def test_the_page_states_the_decision(open_app: Open) -> None:
    """The sentence is that of the current threshold, the best one or another, and the code has this threshold."""
    predictions, best = sample(), card(open_app())
    curve = predictions.curve()
    for link, threshold in (({}, float(best["stops"][best["best"]])), ({"t": "0.25"}, 0.25)):
        app = open_app("share", **link)
        positives = name_positives(predictions.pos_label)
        text = sentence(curve.at(threshold).counts, formatting.decimal(threshold), positives, precision_base(curve))
        assert text in plain_texts(app)
        code = [block.value for block in app.code]
        assert len(code) == 4
        assert sum(repr(threshold) in block for block in code) == 3
        assert f"f1tools verify decision-{predictions.models[0]}".replace("_", "-") in code[0]


def test_a_link_names_its_file(open_app: Open) -> None:
    """The receiver is told the name and the fingerprint, and sees the same once the file is there."""
    link = linked(upload(open_app("data")))
    assert link["file"] == f"mine.csv.{DIGEST[:16]}"
    assert GOOD[:40].decode() not in json.dumps(link)
    app = open_app("explore", **link)
    assert f"SHA-256 digest begins with {DIGEST[:16]}." in plain_texts(app)
    upload(go(app, "data"), ("renamed.csv", GOOD))
    assert go(app, "explore").number_input(key="threshold field").value == 0.3


def test_a_link_keeps_the_column_mapping(open_app: Open) -> None:
    """The receiver's file is read in the same way as the sender's."""
    app = go(swap_classes(upload(open_app("data"))), "decide")
    link, payload = address(app), card(app)
    assert payload["words"]["name"] == "“0”"
    assert card(go(upload(open_app("data", **link)), "decide")) == payload


def test_a_link_names_two_files(open_app: Open) -> None:
    """Truth and scores in two files are both named."""
    truth, score = zip(*(line.split(",") for line in GOOD.decode().split()), strict=True)
    files = [(name, "\n".join(cells).encode()) for name, cells in (("a.csv", truth), ("b.csv", score))]
    link = linked(upload(open_app("data"), *files))
    text = plain_texts(open_app("explore", **link))
    assert "about **a.csv and b.csv**" in text
    assert re.search(r"SHA-256 digests begin with [0-9a-f]{16} and [0-9a-f]{16}\.", text)


def test_a_link_waits_for_its_file(open_app: Open) -> None:
    """Another file is shown without the settings of the link; the right one, uploaded later, with them."""
    link = linked(swap_classes(upload(open_app("data"))))
    app = upload(open_app("data", **link), ("other.csv", GOOD + b"1,0.99\n"))
    assert "needs other data" in plain_texts(app)
    assert "t" not in address(app)
    upload(app)
    assert address(app) == link
    assert "needs other data" not in plain_texts(app)
    app = upload(open_app("data", **link), ("other.csv", GOOD + b"1,0.99\n"))
    widget(app.button, "Ignore the link").click().run()
    assert "needs other data" not in plain_texts(app)


@pytest.mark.parametrize("file", ["no digest", "a." + "0" * 15, "." + "0" * 16, "a\n." + "0" * 16, "x" * 200])
def test_an_invalid_file_name_in_a_link_is_dropped(open_app: Open, file: str) -> None:
    """A manipulated link is about an uploaded file, and shows nothing of what was put into it."""
    app = open_app("decide", data="file-" + "0" * 24, file=file, read='{"truth": 1}')
    assert "about **an uploaded file**" in texts(app)
    assert set(address(app)) == {"data"}


def test_suppression_is_remembered(open_app: Open) -> None:
    """The choice stays until it is changed; where it is impossible the page says why and offers no memo."""
    app = go(upload(open_app("data")), "share")
    app.selectbox(key="suppress").select(5).run()
    assert go(go(app, "decide"), "share").selectbox(key="suppress").value == 5
    assert not app.error
    few = b"y_true,p_model\n" + b"".join(
        b"%d,%.3f\n" % (i % 9 == 3, (i * 7 % 40 + 20 * (i % 9 == 3)) / 70) for i in range(40)
    )
    go(upload(go(app, "data"), ("few.csv", few)), "share")
    app.selectbox(key="suppress").select(10).run()  # the size of before could be a late echo of the browser
    assert len(app.error) == 1
    assert "5 rows" in app.error[0].value
    assert "Download the memo" not in [button.proto.label for button in app.get("download_button")]


@pytest.mark.parametrize("page", ["share", "decide", "how_sure"])
def test_a_threshold_that_breaks_a_constraint(open_app: Open, page: str) -> None:
    """A threshold set by hand is not said to satisfy constraints that it breaks."""
    app = open_app(page, t="0.1", min_precision="0.6")
    assert len(app.warning) == 1
    assert "precision at least 0.6" in plain_texts(app)
    assert "Under your constraints" not in texts(app)
    assert "Under your constraints: precision at least 0.6" in plain_texts(open_app(page, min_precision="0.6"))


def agrees(app: AppTest) -> bool:
    """Return whether the page says that the data agree with the record."""
    assert not app.exception
    return len(app.success) == 1


def test_a_record_restores_its_decision(open_app: Open) -> None:
    """With its data it restores model, objective, constraints and threshold, and the data agree with it."""
    constraints = [
        Constraint.at_least("recall", 0.6),
        Constraint.at_most("flagged", 200),
        Constraint.at_most("predicted_positive_rate", 0.9),
    ]
    content = record(objective="fbeta", beta=0.5, constraints=constraints, threshold=0.45)
    app = upload(open_app("data"), ("decision.json", content), ("mine.csv", GOOD))
    assert agrees(app)
    expected = {"metric": "fbeta", "beta": "0.5", "min_recall": "0.6", "max_flagged": "200", "t": "0.45"}
    expected["max_flagged_share"] = "0.9"
    assert expected.items() <= address(app).items()
    app.button(key="close record").click().run()
    assert not app.success


def test_a_record_waits_for_its_data(open_app: Open) -> None:
    """Alone it says which file it needs, by name and fingerprint; the file may come later."""
    app = upload(open_app("data"), ("decision.json", record(threshold=0.45)))
    assert DIGEST[:16] in texts(app)
    assert not app.success
    assert agrees(upload(app))
    assert address(app)["t"] == "0.45"


def test_a_record_reads_the_uploaded_file_its_own_way(open_app: Open) -> None:
    """The file of the session is the record's, with another column mapping: nobody has to upload it again."""
    content = record(choices=Choices(truth="y_true", scores=("p_model",), pos_label="0", neg_label="1"))
    app = upload(upload(open_app("data")), ("decision.json", content))
    assert agrees(app)
    assert card(go(app, "decide"))["words"]["name"] == "“0”"


def test_a_record_of_a_sample_needs_no_file(open_app: Open) -> None:
    """The samples come with the project."""
    one = default_sample()
    reading = read_predictions(one.path, choices=Choices(pos_label=one.positive))
    assert isinstance(reading.predictions, Predictions)
    source = data_source(reading, [file_digest(one.file, one.path)])
    content = to_json(build_record(decide(reading.predictions.curves(), threshold=0.4), source)).encode()
    app = upload(open_app("data"), ("decision.json", content))
    assert agrees(app)
    assert address(app)["t"] == "0.4"
    assert "file" not in address(app)


def test_a_record_that_the_data_contradict(open_app: Open) -> None:
    """Each difference is listed with both values."""
    changed = json.loads(record(threshold=0.45))
    caught = changed["counts"]["tp"]
    changed["counts"] |= {"tp": caught - 1, "fn": changed["counts"]["fn"] + 1}
    app = upload(open_app("data"), ("decision.json", json.dumps(changed).encode()), ("mine.csv", GOOD))
    assert not app.success
    assert len(app.error) == 1
    assert {str(caught), str(caught - 1)} <= set(plain_texts(app).replace(",", " ").replace(".", " ").split())


def test_a_record_with_a_constraint_that_no_page_offers(open_app: Open) -> None:
    """The recorded threshold is shown as if set by hand."""
    content = record(constraints=[Constraint.at_least("specificity", 0.5)])
    app = upload(open_app("data"), ("decision.json", content), ("mine.csv", GOOD))
    assert "specificity at least 0.5" in plain_texts(app)
    assert float(address(app)["t"]) == json.loads(content)["threshold"]


@pytest.mark.parametrize("content", [b"{", b'{"schema": "f1tools-decision/99"}', b"{" * 5000, b'{"a": NaN}'])
def test_an_invalid_record_is_refused(open_app: Open, content: bytes) -> None:
    """One message; the data set stays. So it does with two records at once."""
    app = upload(upload(open_app("data")), ("decision.json", content))
    assert not app.exception
    assert len(app.error) == 1
    assert "mine.csv" in plain_texts(app)
    app = upload(app, ("a.json", record()), ("b.json", record()))
    assert len(app.error) == 1


def test_names_in_a_record_are_escaped(open_app: Open) -> None:
    """Markup in its names is shown literally."""
    changed = json.loads(record())
    changed["data"]["title"] = changed["data"]["files"][0]["name"] = changed["model"] = changed["pos_label"] = HOSTILE
    app = upload(open_app("data"), ("decision.json", json.dumps(changed).encode()))
    assert not app.exception
    assert "<img" not in texts(app).replace("\\<img", "")


def test_the_memo_says_what_compare_says(open_app: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the recommendation of the page Compare and the groups, each unless it is left out."""
    written: dict[str, Callable[[], bytes]] = {}
    monkeypatch.setattr(streamlit, "download_button", lambda label, write, *_, **__: written.update({label: write}))

    def memo() -> str:
        return html.unescape(written["Download the memo"]().decode())

    rows = sample()
    expected = headline(model_differences(rows, compare(rows).decisions), 0.02)
    app = open_app("compare")
    for job in list(app.session_state["session"].jobs.awaited):
        job.result()
    app.run()
    assert all(text in plain_texts(app) for text in expected)
    go(app, "share")
    assert all(f"<p>{text}</p>" in memo() for text in expected)
    assert rows.group is not None
    assert all(f'<th scope="row">{name}</th>' in memo() for name in np.unique(rows.group))
    compared = json.loads(written["Download the record"]())["comparison"]["models"]
    found = model_differences(rows, compare(rows).decisions).differences
    assert [each["verdict"] for each in compared] == [each.verdict(0.02) for each in found]
    for kept, other in (("comparison", "groups"), ("groups", "comparison")):
        app.button_group(key=f"memo sections {default_sample().id}").set_value([kept]).run()
        assert f'class="part {kept}"' in memo()
        assert f'class="part {other}"' not in memo()
        assert ("comparison" in json.loads(written["Download the record"]())) == (kept == "comparison")


def test_a_memo_without_other_models_and_groups(open_app: Open) -> None:
    """Nothing is asked where there is nothing to include."""
    app = go(upload(open_app("data")), "share")
    assert "Include" not in [each.label for each in app.button_group]
