"""What each strategy reaches in each repeat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    confusion_matrix,
    f1_score,
    fbeta_score,
    precision_score,
    roc_auc_score,
)

from f1tools.comparison import compare
from f1tools.core.metrics import metric
from f1tools.predictions import Predictions
from f1tools.repeats import TRAIN, TUNE, outcomes
from tests.repeats.making import repeated

REPEATED = repeated(3, train=True)
FOUND = outcomes(REPEATED)


def best_by_hand(rows: Predictions, model: str) -> tuple[float, float]:
    """Give the best F1 and the lowest threshold that reaches it, trying every score."""
    score = rows.scores[model]
    tried = [(f1_score(rows.y_true, score >= threshold), threshold) for threshold in np.unique(score)]
    top = max(value for value, _ in tried)
    return top, min(threshold for value, threshold in tried if value == pytest.approx(top, rel=1e-12))


@pytest.mark.parametrize("model", REPEATED.models)
@pytest.mark.parametrize("part", ["tune", "train"])
def test_thresholds_are_the_best_of_the_rows_that_chose_them(model: str, part: str) -> None:
    """Every score is tried by scikit-learn; what the threshold does is counted on the test rows."""
    cut = FOUND.of(model).tuned if part == "tune" else FOUND.of(model).in_sample
    assert cut is not None
    assert cut.promised is not None
    for j in range(3):
        split = REPEATED.split(j)
        rows = split.tune if part == "tune" else split.train
        assert rows is not None
        value, threshold = best_by_hand(rows, model)
        assert cut.promised[j] == pytest.approx(value)
        assert cut.threshold[j] == threshold
        decided = split.test.scores[model] >= threshold
        (tn, fp), (fn, tp) = confusion_matrix(split.test.y_true, decided)
        assert [cut.counts.tn[j], cut.counts.fp[j], cut.counts.fn[j], cut.counts.tp[j]] == [tn, fp, fn, tp]
        assert cut.value(metric("f1"))[j] == pytest.approx(f1_score(split.test.y_true, decided))


@pytest.mark.parametrize("model", REPEATED.models)
def test_thresholds_that_look_equally_good_and_their_middle(model: str) -> None:
    """All that decide alike on the rows that chose; the middle of them is measured on the test rows, too."""
    each = FOUND.of(model)
    for cut, part in ((each.tuned, "tune"), (each.in_sample, "train"), (each.in_sample_middle, "train")):
        assert cut is not None
        assert cut.alike is not None
        for j, (low, high) in enumerate(zip(*cut.alike, strict=True)):
            rows = getattr(REPEATED.split(j), part)
            _, highest = best_by_hand(rows, model)
            below = [score for score in np.unique(rows.scores[model]).tolist() if score < highest]
            assert (low, high) == (max(below, default=-np.inf), highest)
            assert cut.width[j] == (high - low if below else 0)
    middle, top = each.in_sample_middle, each.in_sample
    assert middle is not None
    assert top is not None
    assert middle.alike is not None
    closed = np.isfinite(middle.alike[0])
    assert middle.threshold == pytest.approx(np.where(closed, np.mean(middle.alike, axis=0), top.threshold))
    assert middle.promised is not None
    assert top.promised is not None
    assert (middle.promised == top.promised).all()
    for j in range(3):
        test = REPEATED.split(j).test
        expected = f1_score(test.y_true, test.scores[model] >= middle.threshold[j])
        assert middle.value(metric("f1"))[j] == pytest.approx(expected)


def test_rows_learned_by_heart_leave_the_threshold_open() -> None:
    """Where training rows are parted without an error, the middle between both classes; without an end, the score."""
    train, score = REPEATED.part == TRAIN, REPEATED.scores["score_plain"]
    by_heart = np.where(train, np.where(REPEATED.y_true, 0.98, 0.02), score)
    constant = np.where(train, 0.5, score)
    found = outcomes(replace(REPEATED, scores={"by heart": by_heart, "constant": constant}))
    middle, open_end = found.of("by heart").in_sample_middle, found.of("constant").in_sample_middle
    assert middle is not None
    assert open_end is not None
    assert middle.threshold.tolist() == [0.5] * 3
    assert middle.width == pytest.approx([0.96] * 3)
    assert open_end.threshold.tolist() == [0.5] * 3
    assert open_end.alike is not None
    assert open_end.alike[0].tolist() == [-np.inf] * 3
    assert open_end.width.tolist() == [0] * 3
    nothing = outcomes(replace(REPEATED, scores={"a": np.where(REPEATED.y_true, 0.2, 0.3)}), "accuracy").of("a")
    assert nothing.in_sample_middle is not None
    assert nothing.in_sample_middle.threshold.tolist() == [np.inf] * 3


@pytest.mark.parametrize(("low", "high"), [(0.5, np.nextafter(0.5, 1)), (1.7e308, 1.75e308), (-1.7e308, 1.7e308)])
def test_the_middle_decides_like_the_score(low: float, high: float) -> None:
    """Also between neighbouring numbers, and between huge ones."""
    scores = {"a": np.where(REPEATED.y_true, high, low)}
    middle = outcomes(replace(REPEATED, scores=scores)).of("a").in_sample_middle
    assert middle is not None
    assert middle.value(metric("f1")).tolist() == [1.0] * 3
    assert (middle.width > 0).all()


def test_half_is_looked_at_only_where_all_scores_are_probabilities() -> None:
    """A single score outside of 0 to 1, in any part of any repeat, and 0.5 means nothing for that model."""
    half = FOUND.of("score_plain").half
    assert half is not None
    assert half.promised is None
    for j in range(3):
        test = REPEATED.split(j).test
        assert half.value(metric("f1"))[j] == pytest.approx(f1_score(test.y_true, test.scores["score_plain"] >= 0.5))
    assert half.threshold.tolist() == [0.5] * 3
    assert FOUND.of("score_ranknet").half is None
    score = REPEATED.scores["score_plain"].copy()
    score[np.flatnonzero((REPEATED.repeat == 1) & (REPEATED.part == TUNE))[0]] = 1.5
    again = outcomes(replace(REPEATED, scores={"a": score, "b": REPEATED.scores["score_plain"]}))
    assert again.of("a").half is None
    assert again.of("b").half is not None


def test_areas_and_sizes() -> None:
    """Areas are scikit-learn's on the test rows; sizes are means over the repeats."""
    for model in REPEATED.models:
        tests = [REPEATED.split(j).test for j in range(3)]
        each = FOUND.of(model)
        assert each.roc_auc == pytest.approx([roc_auc_score(t.y_true, t.scores[model]) for t in tests])
        assert each.average_precision == pytest.approx(
            [average_precision_score(t.y_true, t.scores[model]) for t in tests]
        )
    assert (FOUND.repeats, FOUND.n_train, FOUND.n_tune, FOUND.n_test, FOUND.n_pos_test) == (3, 40, 40, 24, 8)
    assert FOUND.flag_all == pytest.approx(np.mean([f1_score(t.y_true, np.ones(t.n)) for t in tests]))
    assert FOUND.models == REPEATED.models


def test_a_strategy_learns_from_the_larger_of_both_parts() -> None:
    """Where rows are held back for the threshold, the rows that trained the model are more."""
    keep = (REPEATED.part != TUNE) | (np.arange(REPEATED.part.size) % 3 > 0)
    fewer = replace(
        REPEATED,
        y_true=REPEATED.y_true[keep],
        scores={name: score[keep] for name, score in REPEATED.scores.items()},
        repeat=REPEATED.repeat[keep],
        part=REPEATED.part[keep],
    )
    assert fewer.n_rows(TUNE).mean() < 40
    assert outcomes(fewer).n_train == 40
    assert outcomes(fewer).n_tune == np.mean([fewer.split(j).tune.n for j in range(3)])


def test_without_train_rows_nothing_is_chosen_in_sample() -> None:
    """The cut is not there, and can be asked for by name."""
    found = outcomes(repeated(2)).of("score_plain")
    assert found.in_sample is None
    assert found.cut("in_sample") is found.cut("in_sample_middle") is None
    assert found.cut("tuned") is found.tuned
    assert found.cut("half") is found.half


def test_any_objective() -> None:
    """F-beta as scikit-learn has it; precision is undefined, not 0, where nothing is flagged."""
    found = outcomes(REPEATED, "fbeta", beta=2)
    assert found.objective.beta == 2
    each = found.of("score_noise")
    for j in range(3):
        test = REPEATED.split(j).test
        decided = test.scores["score_noise"] >= each.tuned.threshold[j]
        assert each.tuned.value(found.objective)[j] == pytest.approx(fbeta_score(test.y_true, decided, beta=2))
    never = replace(REPEATED, scores={"never": np.full(REPEATED.y_true.size, 0.25)})
    half = outcomes(never, "precision").of("never").half
    assert half is not None
    assert np.isnan(half.value(metric("precision"))).all()
    precise = outcomes(REPEATED, "precision")
    expected = [precision_score(t.y_true, np.ones(t.n)) for t in (REPEATED.split(j).test for j in range(3))]
    assert precise.flag_all == pytest.approx(np.mean(expected))


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_a_repeat_is_what_the_comparison_of_its_rows_says(seed: int) -> None:
    """One number, everywhere the same: the rows to tune on choose, the test rows report."""
    drawn = repeated(2, seed=seed)
    found = outcomes(drawn)
    for j in range(2):
        split = drawn.split(j)
        y_true = np.concatenate([split.tune.y_true, split.test.y_true])
        scores = {name: np.concatenate([split.tune.scores[name], split.test.scores[name]]) for name in drawn.models}
        rows = Predictions(y_true, scores, tunes=np.arange(y_true.size) < split.tune.n)
        for one in compare(rows).results:
            ours = found.of(one.model)
            assert one.decision.point.counts.f1() == ours.tuned.value(metric("f1"))[j]
            assert one.roc_auc == ours.roc_auc[j]


def test_progress_is_told_and_can_end_the_work() -> None:
    """Once a repeat, up to 1; what it raises goes through."""
    done: list[float] = []
    outcomes(REPEATED, on_progress=done.append)
    assert done == pytest.approx([1 / 3, 2 / 3, 1])

    class Ended(Exception):
        """The visitor left."""

    def end(_: float) -> None:
        raise Ended

    with pytest.raises(Ended):
        outcomes(REPEATED, on_progress=end)


def test_unknown_names_are_refused() -> None:
    """A metric or a model that is not there."""
    with pytest.raises(ValueError, match="There is no metric"):
        outcomes(REPEATED, "f3")
    with pytest.raises(KeyError):
        FOUND.of("nobody")
