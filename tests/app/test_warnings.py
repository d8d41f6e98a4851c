"""What stands beside the answer: the most important advice in one line, and which model does better."""

import pytest
from sklearn.metrics import recall_score

from f1tools.better_model import better_model
from f1tools.decision import compare, decide
from f1tools.readers import read_predictions
from f1tools.ui.session.data import all_samples
from tests.app.conftest import Open
from tests.app.helpers import address, candidates, go, plain_texts, sample, settled, take, upload

FEW = b"y_true,p\n" + b"".join(b"%d,%.3f\n" % (i < 4, (i * 37 % 100 + 60 * (i < 4)) / 160) for i in range(200))
INVERTED = b"y_true,p\n" + b"".join(
    b"%d,%.3f\n" % (i % 3 == 0, (i * 37 % 100 + 60 * (i % 3 > 0)) / 160) for i in range(300)
)


@pytest.mark.parametrize(("content", "title"), [(FEW, "Too few positives"), (INVERTED, "Scores may be inverted")])
def test_the_most_important_advice(open_app: Open, content: bytes, title: str) -> None:
    """Decide and Share show it in one line with a link to the rest, which Trust explains."""
    app = upload(open_app("data"), ("mine.csv", content))
    if candidates(app):  # the reader asks where the scores may be inverted, and calls neither reading more likely
        assert "(as in the file)" in candidates(app)[0]
        assert not any("most likely" in each for each in candidates(app))
        take(app)
    for page in ("decide", "share", "how_sure"):
        assert title in plain_texts(settled(go(app, page)))


def test_nothing_to_warn_of(open_app: Open) -> None:
    """The sample needs no warning: Decide shows none, and Trust says so."""
    assert "Warning" not in plain_texts(settled(open_app("decide")))
    assert "No warnings beyond the optimism of tuning on this data." in plain_texts(settled(open_app("how_sure")))


def test_another_model_does_better(open_app: Open) -> None:
    """The page names the model with the highest value with both values; Switch shows that model."""
    decisions = sorted(compare(sample()).decisions, key=lambda each: each.evaluation.value)
    worst, top = decisions[0], decisions[-1]
    app = settled(open_app("decide", model=worst.curves.model))
    expected = better_model(sample(), worst, decisions[1:])
    assert expected is not None
    assert expected.name == top.curves.model
    text = plain_texts(app)
    assert expected.sentence in text
    assert "It is the best of" not in text
    assert f"{top.evaluation.value:.3f}" in expected.sentence
    app.button(key="switch model").click().run()
    assert app.query_params["model"] == top.curves.model
    text = plain_texts(settled(app))
    assert "its own best threshold" not in text
    caution = f"because the threshold was tuned on this data. It is the best of {len(decisions)} models on this data"
    assert caution in text
    assert caution in plain_texts(settled(go(app, "how_sure")))
    assert caution not in plain_texts(settled(go(app, "decide", model=worst.curves.model)))


def test_the_only_model_was_not_chosen(open_app: Open) -> None:
    """Without a choice among models there is no caution about it."""
    assert "It is the best of" not in plain_texts(settled(go(upload(open_app("data")), "decide")))


def test_a_group_that_the_model_fails(open_app: Open) -> None:
    """Decide says it first and opens the groups, with the recall of each by scikit-learn; Trust says it, too."""
    faded = read_predictions(all_samples()["digits_faded"].path).predictions
    assert faded is not None
    decision, model = decide(faded.curves()), faded.models[0]
    flagged = faded.scores[model] >= decision.point.threshold
    faded_recall, clear_recall = (
        recall_score(faded.y_true[faded.group == name], flagged[faded.group == name]) for name in ("faded", "clear")
    )
    app = settled(open_app("decide", data="digits_faded"))
    text = plain_texts(app)
    found = f"at {decision.threshold_text}, recall is lowest for faded: {faded_recall:.3f} (95% interval"
    assert f"**The model fails one group**: {found}" in text
    assert f"); for clear it is {clear_recall:.3f}." in text
    app.button(key="to groups").click().run()
    assert address(app)["tab"] == "groups"
    assert found.removeprefix(f"at {decision.threshold_text}, r") in plain_texts(app)
    assert found.removeprefix("at ") in plain_texts(settled(go(app, "how_sure")))
