"""A memo's model beside the others: scikit-learn's values, and the words and intervals of the page Compare."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import f1_score

from f1tools import formatting
from f1tools.comparison import ModelDifferences, headline, model_differences
from f1tools.comparison.sentences import IN_SAMPLE, verdicts_text
from f1tools.decision import compare, decide
from f1tools.memo import Snapshot, memo_html
from f1tools.predictions import Predictions
from tests.memo.helpers import HOSTILE, ParsedPage, as_json, cells, predictions, section, snapshot_of

MODELS = ("forest", "linear", "net")


def differences_of(rows: Predictions, objective: str = "f1", reference: str | None = None) -> ModelDifferences:
    return model_differences(rows, compare(rows, objective).decisions, reference=reference, n_resamples=60)


def memo_of(
    rows: Predictions, model: str | None = None, found: ModelDifferences | None = None, **options: Any
) -> Snapshot:
    """Return the memo about a model with its differences from the others."""
    found = differences_of(rows) if found is None else found
    return snapshot_of(decide(rows.curves(model)), rows, comparison=compare(rows), differences=found, **options)


def test_values_and_differences() -> None:
    """Values are scikit-learn's, differences are theirs from the memo's model, whatever the reference was."""
    rows = predictions(models=MODELS)
    found = differences_of(rows, reference="net")
    part = section(memo_of(rows, "linear", found, margin=0.05), "comparison")
    assert part.table is not None
    assert part.table.head[:6] == ("Model", "Threshold", "F1", "Difference", "95% interval", "Verdict")
    table = {name.removesuffix(" (this memo)"): row for name, row in cells(part).items()}
    values = {name: f1_score(rows.y_true, rows.scores[name] >= float(table[name][0])) for name in MODELS}
    assert {name: row[1] for name, row in table.items()} == {
        name: formatting.metric_value(value) for name, value in values.items()
    }
    assert table["linear"][2:5] == ("–", "–", "–")
    own = differences_of(rows, reference="linear")
    for each in own.differences:
        gap = formatting.difference(values[each.model], values["linear"])
        assert table[each.model][2:5] == (gap, each.simultaneous.signed_text, each.verdict(0.05))
    assert part.sentences == tuple(headline(own, 0.05))
    verdicts = [each.verdict(0.05) for each in own.differences]
    assert part.notes[0].endswith(verdicts_text(verdicts, 0.05))
    assert "hold together for both other models" in part.notes[0]
    assert "60 resamples of rows" in part.notes[0]
    assert part.notes[1] == IN_SAMPLE


def test_one_other_model_and_roles() -> None:
    """Of one interval is not said that several hold together; with an evaluation set values are not too high."""
    rows = predictions(models=("forest", "linear"), tuning=np.arange(300) % 2 == 0)
    part = section(memo_of(rows), "comparison")
    assert "together" not in " ".join(part.notes)
    assert IN_SAMPLE not in part.notes


def test_the_comparison_can_be_left_out() -> None:
    """Without the section the memo still says that its model was the best of several."""
    rows = predictions(models=MODELS)
    memo = memo_of(rows, show_comparison=False)
    assert "comparison" not in [each.kind for each in memo.sections]
    assert "linear" not in as_json(memo)


def test_few_rows_and_models_that_cannot_be_told_apart() -> None:
    """As on Compare, no model is recommended with few rows of a class, and where all flag everything."""
    few = predictions(30, models=("forest", "linear"))
    assert few.n_pos < 10
    part = section(memo_of(few), "comparison")
    assert part.sentences[0].startswith("The highest is linear: F1 ")
    assert part.sentences[1] == "Too few rows of a class for a confidence interval."
    rows = predictions(models=("forest", "linear"))
    decision, found = decide(rows.curves(), "recall"), differences_of(rows, "recall")
    memo = snapshot_of(decision, rows, comparison=compare(rows, "recall"), differences=found)
    (sentence,) = section(memo, "comparison").sentences
    assert sentence.startswith("Every model reaches recall 1.000 by flagging every case: require a minimum precision")


def test_many_models() -> None:
    """Eight models are shown, the memo's own and the best of the others; the rest is counted."""
    noise = np.random.default_rng(0).random((10, 300))
    y_true = predictions().y_true
    rows = Predictions(y_true, {f"m{place}": y_true * place / 20 + noise[place] for place in range(10)})
    part = section(memo_of(rows), "comparison")
    assert len(cells(part)) == 8
    assert "2 models with a lower F1 are left out." in part.notes


@pytest.mark.parametrize("seed", range(3))
def test_resamples_say_nothing_where_small_counts_are_suppressed(seed: int) -> None:
    """A suppressed memo with differences is the same as without them, to the last character."""
    rows = predictions(models=MODELS, seed=seed)
    options: dict[str, Any] = {"comparison": compare(rows), "suppress_below": 5}
    plain = snapshot_of(decide(rows.curves()), rows, **options)
    assert as_json(plain) == as_json(memo_of(rows, suppress_below=5, margin=0.0))
    assert "Intervals of differences" in as_json(plain)


def test_differences_of_other_models_are_refused() -> None:
    """They must be of the models of the comparison, by its metric."""
    rows, fewer = predictions(models=MODELS), predictions(models=MODELS[:2])
    for found in (differences_of(fewer), differences_of(rows, "mcc"), differences_of(predictions(200, models=MODELS))):
        with pytest.raises(ValueError, match="The differences are of other models"):
            memo_of(rows, found=found)
    with pytest.raises(ValueError, match="The differences are of other models"):
        snapshot_of(decide(rows.curves()), rows, differences=differences_of(rows))


def test_names_are_text() -> None:
    """Names of models are escaped in sentences, cells and notes."""
    rows = predictions(models=(HOSTILE, "<b>x</b>"))
    parsed = ParsedPage(memo_html(memo_of(rows)))
    assert parsed.all("img") == parsed.all("b") == []
    assert "<b>x</b>" in parsed.text
