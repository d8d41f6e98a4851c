"""What stands beside the answer: the most important advice in one line, and which model does better."""

import pytest

from f1tools.better_model import better_model
from f1tools.decision import compare
from tests.app.conftest import Open
from tests.app.helpers import candidates, go, plain_texts, sample, settled, take, upload

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
