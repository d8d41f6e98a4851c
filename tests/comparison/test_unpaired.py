"""Models on different rows: each sample is resampled on its own, and what needs common rows is absent."""

from __future__ import annotations

import math

import numpy as np
import pytest

from f1tools.comparison import ModelDifferences, headline, unpaired_differences
from f1tools.comparison.sentences import UNPAIRED, same_workload_text
from f1tools.decision import compare
from f1tools.predictions import Predictions
from tests.comparison.test_differences import best_f1, compared, rows

SAMPLES = [rows(80, 1, {"a": 1.0}), rows(120, 2, {"b": 1.5, "c": 1.5})]


def unpaired(samples: list[Predictions], **options: object) -> ModelDifferences:
    """Compare the models of several samples, with few resamples."""
    pairs = [(each, compare(each).decisions) for each in samples]
    return unpaired_differences(pairs, **{"n_resamples": 40, **options})  # type: ignore[arg-type]


def test_each_sample_is_resampled_on_its_own() -> None:
    """By scikit-learn on the rows drawn, by the documented use of the seed: one for each sample."""
    result = unpaired(SAMPLES, random_state=3)
    assert (result.models, result.reference, result.paired) == (("a", "b", "c"), "a", False)
    column = 0
    for each, seed in zip(SAMPLES, np.random.SeedSequence(3).spawn(2), strict=True):
        drawn = np.random.default_rng(seed.spawn(3)[1]).integers(each.n, size=(40, each.n))
        for score in each.scores.values():
            expected = [best_f1(each.y_true[places], score[places]) for places in drawn]
            np.testing.assert_allclose(result.replicates[:, column], expected, atol=1e-12)
            assert result.values[column] == pytest.approx(best_f1(each.y_true, score), abs=1e-14)
            column += 1


def test_variances_add_up() -> None:
    """Samples are independent: the variance of a difference is the sum of both, which shared noise would lower."""
    shifts = {"a": 1.0, "b": 1.3}
    together = rows(1000, 5, shifts)
    apart = [
        Predictions.from_arrays(together.y_true, {name: score}) for name, score in together.scores.items()
    ]  # as if these were other rows
    paired, other = compared(together, n_resamples=800), unpaired(apart, n_resamples=800)
    singles = other.replicates.var(axis=0)
    difference = np.diff(other.replicates, axis=1).var()
    assert difference == pytest.approx(singles.sum(), rel=4 * math.sqrt(2 / 800))
    assert np.diff(paired.replicates, axis=1).var() < 0.8 * difference


def test_what_needs_common_rows_is_left_out() -> None:
    """Only models of the same sample can flag as many of its rows."""
    result = unpaired(SAMPLES)
    assert not result.difference("b").same_workload.is_known
    assert same_workload_text(result.difference("b")) == []
    assert not result.difference("b").reversed().same_workload.is_known
    assert result.difference("b", "c").same_workload.is_known
    assert math.isfinite(result.difference("b", "c").same_workload.more_caught)


def test_the_headline_says_once_that_rows_differ() -> None:
    """Beside the interval, with what else is true of it."""
    assert headline(unpaired(SAMPLES), 0.02).support.count(UNPAIRED) == 1
    assert f"; {UNPAIRED})" in headline(unpaired(SAMPLES), 0.02).support
    assert UNPAIRED not in headline(compared(SAMPLES[1]), 0.02).support


def test_clusters_of_one_row_are_rows() -> None:
    """Each sample has its own clusters."""
    plain = unpaired(SAMPLES)
    clustered = unpaired(SAMPLES, clusters=[np.arange(each.n) for each in SAMPLES])
    np.testing.assert_array_equal(plain.replicates, clustered.replicates)
    assert clustered.clustered


def test_few_rows_of_a_class_in_one_sample_give_no_interval() -> None:
    """The other sample does not make up for it."""
    y_true = np.arange(100) < 9
    few = Predictions.from_arrays(y_true, {"few": y_true + np.random.default_rng(0).normal(size=100)})
    result = unpaired([SAMPLES[0], few])
    assert math.isnan(result.difference("few").simultaneous.low)


def test_names_are_unique() -> None:
    """A model is named by its name alone."""
    with pytest.raises(ValueError, match="several decisions about the model 'a'"):
        unpaired([SAMPLES[0], SAMPLES[0]])
