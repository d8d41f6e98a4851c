"""The protocol: which rows are trained on and scored, the wide table, and interrupted runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from f1tools.core.types import InvalidPredictions
from f1tools.lab.binary_classifier import DivergedError
from f1tools.lab.protocol import Features, Scorer, round_scores, run_protocol
from f1tools.lab.splits import holdout_splits
from f1tools.lab.task import Settings, Task
from tests.lab.tables import QUICK, MemoryStore, task

FEW = Settings(repeats=2, folds=3)


def run(settings: Settings = FEW, trainers: dict[str, Any] = QUICK, example: Task | None = None) -> pd.DataFrame:
    """Run the protocol in memory and return its table."""
    return run_protocol(example or task(), settings, trainers, store=MemoryStore())


def test_scores_match_reference_models() -> None:
    """Out-of-fold scores are by models of the other folds, test and in-sample scores by the final model."""
    example = task()
    example.X[:5, 0] = np.nan
    wide = run(replace(FEW, decimals=12), {"plain": QUICK["plain"]}, example)
    for repeat, split in enumerate(holdout_splits(example, FEW), start=1):
        rows = {"oof": split.train, "test": split.test, "train": split.train}
        actual = {each: wide[(wide["repeat"] == repeat) & (wide["set"] == each)] for each in rows}
        for each, places in rows.items():
            assert actual[each]["id"].tolist() == [str(place + 1) for place in places]
        fits = [(split.train, "test", split.test), (split.train, "train", split.train)]
        fits += [(fit, "oof", score) for fit, score in split.inner_folds()]
        for fit, part, score in fits:
            model = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), GaussianNB())
            expected = model.fit(example.X[fit], example.y[fit]).predict_proba(example.X[score])[:, 1]
            scores = actual[part].set_index("id")["score_plain"][[str(place + 1) for place in score]]
            np.testing.assert_allclose(scores, expected, rtol=1e-4)  # features are single precision


def test_the_wide_table() -> None:
    """It has one score column per strategy and is sorted by row, repeat and set."""
    example = task(pos_label="sick", neg_label="well")
    wide = run(example=example)
    assert list(wide) == ["id", "y_true", "repeat", "set", "score_plain", "score_chance"]
    order = wide.assign(set=wide["set"].map({"oof": 0, "test": 1, "train": 2}), id=wide["id"].astype(int))
    keys = order[["id", "repeat", "set"]]
    pd.testing.assert_frame_equal(keys, keys.sort_values(["id", "repeat", "set"]))
    assert wide.groupby(["repeat", "set"]).size().tolist() == [84, 36, 84] * 2
    truth = dict(zip(example.ids, np.where(example.y, "sick", "well"), strict=True))
    assert wide["y_true"].tolist() == [truth[each] for each in wide["id"]]
    scores = wide[["score_plain", "score_chance"]].to_numpy()
    large = np.minimum(scores, 1 - scores) >= 1e-3
    np.testing.assert_array_equal(scores[large], np.round(scores[large], 6))
    assert not np.signbit(scores[scores == 0]).any()


def test_scores_do_not_depend_on_what_else_is_computed() -> None:
    """In-sample rows, other strategies and further repeats change no score; another seed does."""
    full = run()
    without = run(replace(FEW, in_sample=False))
    pd.testing.assert_frame_equal(without, full[full["set"] != "train"].reset_index(drop=True))
    alone = run(trainers={"chance": QUICK["chance"]})
    pd.testing.assert_frame_equal(alone, full.drop(columns="score_plain"))
    longer = run(replace(FEW, repeats=3))
    pd.testing.assert_frame_equal(longer[longer["repeat"] <= 2].reset_index(drop=True), full)
    assert run(replace(FEW, seed=1))["score_chance"].tolist() != full["score_chance"].tolist()


@pytest.mark.parametrize("stop_after", [0, 1, 3])
def test_an_interrupted_run_resumes(stop_after: int) -> None:
    """Stored scores are not computed again, the result is the same, and progress starts with the stored share."""
    store = MemoryStore(stop_after)
    trained: list[str] = []
    shares: list[float] = []
    with pytest.raises(KeyboardInterrupt):
        run_protocol(task(), FEW, QUICK, store=store)
    assert len(store) == stop_after
    store.stop_after = None

    def counted(name: str) -> Any:
        def train(features: Features, y: Any, seed: int) -> Scorer:
            trained.append(name)
            return QUICK[name](features, y, seed)

        return train

    again = run_protocol(task(), FEW, {name: counted(name) for name in QUICK}, store=store, on_progress=shares.append)
    assert len(trained) == (4 - stop_after) * 4  # three folds and all training rows
    assert shares == [share / 4 for share in range(stop_after, 5)]
    pd.testing.assert_frame_equal(again, run())


def test_diverged_trainings_raise() -> None:
    """Training that diverges, and scores that are not finite, end the run with the strategy and the repeat."""

    def broken(features: Features, y: Any, seed: int) -> Scorer:
        return lambda rows: np.full(len(rows), np.nan)

    def diverged(features: Features, y: Any, seed: int) -> Scorer:
        raise DivergedError

    for train in (broken, diverged):
        with pytest.raises(InvalidPredictions, match=r"^The strategy bad gave scores that are not finite in repeat 1"):
            run(trainers={"bad": train})


def test_no_two_trainings_share_a_seed() -> None:
    """Folds, repeats, final trainings and strategies all have different seeds."""
    seeds: list[int] = []

    def spy(features: Features, y: Any, seed: int) -> Scorer:
        seeds.append(seed)
        return QUICK["plain"](features, y, seed)

    run(Settings(repeats=3, folds=4), {"plain": spy, "other": spy})
    assert len(seeds) == len(set(seeds)) == 3 * (4 + 1) * 2


def test_a_row_far_from_the_training_rows_is_scored() -> None:
    """Its features are clipped to the range of float32, without a warning."""
    example = task()
    example.X[0, 0], example.X[1:, 1] = 1e30, 1e-9 * example.X[1:, 1]
    example.X[0, 1] = 1e30
    assert np.isfinite(run(trainers={"chance": QUICK["chance"]}, example=example)["score_chance"]).all()


@pytest.mark.parametrize(
    "invalid",
    [{"repeats": 0}, {"test_size": 0.95}, {"folds": 1}, {"seed": -1}, {"decimals": 13}, {"positive_cost": 0.0},
     {"positive_cost": float("inf")}, {"positive_cost": "much"}, {"test_size": float("nan")}],
    ids=str,
)  # fmt: skip
def test_invalid_settings_raise(invalid: dict[str, Any]) -> None:
    """The message names the setting and its range."""
    with pytest.raises(InvalidPredictions, match=rf"^{next(iter(invalid))} must be .*, got .*\. Choose another one\.$"):
        Settings(**invalid)


@given(
    st.lists(st.floats(0, 1) | st.floats(1e-12, 1e-3) | st.floats(1e-12, 1e-3).map(lambda p: 1 - p), min_size=1),
    st.integers(1, 6),
)
def test_rounding_keeps_the_order(values: list[float], decimals: int) -> None:
    """The error is at most half a unit of the last decimal, or of the third digit of the distance from 0 or 1."""
    scores = np.array(values)
    rounded = round_scores(scores, decimals)
    near = np.minimum(scores, 1 - scores)
    assert (np.abs(rounded - scores) <= np.minimum(0.5 * 10.0**-decimals, 0.005 * near) + 1e-15).all()
    order = np.argsort(scores)
    assert (np.diff(rounded[order]) >= 0).all()


@pytest.mark.parametrize("decimals", [4, 6])
def test_rounding_keeps_the_area_under_the_curve(decimals: int) -> None:
    """Plain rounding would create many ties among probabilities close to 0 and 1."""
    rng = np.random.default_rng(0)
    y = rng.random(2000) < 0.3
    logits = np.clip(rng.normal(np.where(y, 14.0, 10.0), 4.0), -30, 30)
    probabilities = 1 / (1 + np.exp(-logits))
    exact = roc_auc_score(y, logits)
    assert abs(roc_auc_score(y, round_scores(probabilities, decimals)) - exact) < 0.001
    assert abs(roc_auc_score(y, np.round(probabilities, decimals)) - exact) > 0.003
