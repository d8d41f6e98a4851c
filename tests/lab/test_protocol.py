"""The protocol: who is trained on what, what the wide table holds, and how a stopped run goes on."""

from __future__ import annotations

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

from f1tools.core.errors import InvalidPredictions
from f1tools.lab.protocol import CameApartError, Features, Scorer, rounded, run
from f1tools.lab.settings import Settings
from f1tools.lab.splits import holdouts
from tests.lab.tables import QUICK, Memory, task

FEW = Settings(repeats=2, folds=3)


def test_scores_are_those_of_the_models_that_the_protocol_names() -> None:
    """Out of fold by models of the other folds, test and in-sample by the model of all training rows."""
    made = task()
    made.X[:5, 0] = np.nan
    wide = run(made, Settings(repeats=2, folds=3, decimals=12), {"plain": QUICK["plain"]}, store=Memory())
    for repeat, split in enumerate(holdouts(made, repeats=2, test_size=0.3, folds=3, seed=0), start=1):
        rows = {"oof": split.train, "test": split.test, "train": split.train}
        found = {each: wide[(wide["repeat"] == repeat) & (wide["set"] == each)] for each in rows}
        for each, places in rows.items():
            assert found[each]["id"].tolist() == [str(place + 1) for place in places]
        fits = [(split.train, "test", split.test), (split.train, "train", split.train)]
        fits += [(fit, "oof", score) for fit, score in split.inner()]
        for fit, part, score in fits:
            model = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), GaussianNB())
            right = model.fit(made.X[fit], made.y[fit]).predict_proba(made.X[score])[:, 1]
            ours = found[part].set_index("id")["score_plain"][[str(place + 1) for place in score]]
            np.testing.assert_allclose(ours, right, rtol=1e-4)  # features are single precision


def test_no_row_is_trained_on_that_counts_as_held_out() -> None:
    """A spy sees which rows a model learns from and scores: test rows and held-out folds are never among the former."""
    made = task()
    made.X[:, 0] = np.arange(120)
    seen: list[tuple[set[int], set[int]]] = []

    def spy(features: Features, y: Any, seed: int) -> Scorer:
        model = QUICK["plain"](features, y, seed)
        assert len(features) == len(y)

        def score(rows: Features) -> Any:
            seen.append(({row.tobytes() for row in features}, {row.tobytes() for row in rows}))
            return model(rows)

        return score

    run(made, FEW, {"plain": spy}, store=Memory())
    in_sample = [learned == scored for learned, scored in seen]
    assert in_sample == [False, False, False, False, True] * 2  # three folds, test, and the trap
    assert all(learned == scored or not learned & scored for learned, scored in seen)
    assert [len(scored) for _, scored in seen[:5]] == [28, 28, 28, 36, 84]


def test_the_wide_table() -> None:
    """A column a strategy; row by row, and of each its repeats: out of fold or test, then in sample."""
    made = task(pos_label="sick", neg_label="well")
    wide = run(made, FEW, QUICK, store=Memory())
    assert list(wide) == ["id", "y_true", "repeat", "set", "score_plain", "score_chance"]
    order = wide.assign(set=wide["set"].map({"oof": 0, "test": 1, "train": 2}), id=wide["id"].astype(int))
    keys = order[["id", "repeat", "set"]]
    pd.testing.assert_frame_equal(keys, keys.sort_values(["id", "repeat", "set"]))
    assert wide.groupby(["repeat", "set"]).size().tolist() == [84, 36, 84] * 2
    truth = dict(zip(made.ids, np.where(made.y, "sick", "well"), strict=True))
    assert wide["y_true"].tolist() == [truth[each] for each in wide["id"]]
    scores = wide[["score_plain", "score_chance"]].to_numpy()
    large = np.minimum(scores, 1 - scores) >= 1e-3
    np.testing.assert_array_equal(scores[large], np.round(scores[large], 6))
    assert not np.signbit(scores[scores == 0]).any()


def test_in_sample_rows_can_be_left_out() -> None:
    """The other rows are the same then."""
    whole = run(task(), FEW, QUICK, store=Memory())
    lean = run(task(), Settings(repeats=2, folds=3, in_sample=False), QUICK, store=Memory())
    pd.testing.assert_frame_equal(lean, whole[whole["set"] != "train"].reset_index(drop=True))


def test_fewer_strategies_and_more_repeats_leave_the_rest_as_it_is() -> None:
    """Every cell has seeds of its own."""
    whole = run(task(), FEW, QUICK, store=Memory())
    alone = run(task(), FEW, {"chance": QUICK["chance"]}, store=Memory())
    pd.testing.assert_frame_equal(alone, whole.drop(columns="score_plain"))
    longer = run(task(), Settings(repeats=3, folds=3), QUICK, store=Memory())
    pd.testing.assert_frame_equal(longer[longer["repeat"] <= 2].reset_index(drop=True), whole)
    other = run(task(), Settings(repeats=2, folds=3, seed=1), QUICK, store=Memory())
    assert other["score_chance"].tolist() != whole["score_chance"].tolist()


@pytest.mark.parametrize("stop_after", [0, 1, 3])
def test_a_run_that_was_stopped_goes_on(stop_after: int) -> None:
    """What is there is not trained again, and the end is the same; progress begins with what is there."""
    store = Memory(stop_after)
    trained: list[str] = []
    shares: list[float] = []
    with pytest.raises(KeyboardInterrupt):
        run(task(), FEW, QUICK, store=store)
    assert len(store) == stop_after
    store.stop_after = None

    def counted(name: str) -> Any:
        def train(features: Features, y: Any, seed: int) -> Scorer:
            trained.append(name)
            return QUICK[name](features, y, seed)

        return train

    again = run(task(), FEW, {name: counted(name) for name in QUICK}, store=store, on_progress=shares.append)
    assert len(trained) == (4 - stop_after) * 4  # three folds and all training rows
    assert shares == [share / 4 for share in range(stop_after, 5)]
    pd.testing.assert_frame_equal(again, run(task(), FEW, QUICK, store=Memory()))


def test_a_training_that_comes_apart_is_told() -> None:
    """A score that is no number would spoil everything that is told from the file."""

    def broken(features: Features, y: Any, seed: int) -> Scorer:
        return lambda rows: np.full(len(rows), np.nan)

    def apart(features: Features, y: Any, seed: int) -> Scorer:
        raise CameApartError

    for train in (broken, apart):
        with pytest.raises(
            InvalidPredictions, match=r"^The strategy broken gave a score that is no finite number in repeat 1: "
        ):
            run(task(), FEW, {"broken": train}, store=Memory())


def test_no_two_trainings_share_a_seed() -> None:
    """Folds, repeats, the last training of each and the strategies all draw anew."""
    seeds: list[int] = []

    def spy(features: Features, y: Any, seed: int) -> Scorer:
        seeds.append(seed)
        return QUICK["plain"](features, y, seed)

    run(task(), Settings(repeats=3, folds=4), {"plain": spy, "other": spy}, store=Memory())
    assert len(seeds) == len(set(seeds)) == 3 * (4 + 1) * 2


def test_a_row_far_from_those_that_train_is_scored() -> None:
    """As far away as numbers in a network reach; no warning escapes."""
    made = task()
    made.X[0, 0], made.X[1:, 1] = 1e30, 1e-9 * made.X[1:, 1]
    made.X[0, 1] = 1e30
    wide = run(made, FEW, {"chance": QUICK["chance"]}, store=Memory())
    assert np.isfinite(wide["score_chance"]).all()


@pytest.mark.parametrize(
    "wrong",
    [{"repeats": 0}, {"test_size": 0.95}, {"folds": 1}, {"seed": -1}, {"decimals": 13}, {"positive_cost": 0.0},
     {"positive_cost": float("inf")}, {"positive_cost": "much"}, {"test_size": float("nan")}],
    ids=str,
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, Any]) -> None:
    """The sentence names the setting and what it may be."""
    with pytest.raises(InvalidPredictions, match=rf"^{next(iter(wrong))} must be .*, got .*\. Choose another one\.$"):
        Settings(**wrong)


@given(
    st.lists(st.floats(0, 1) | st.floats(1e-12, 1e-3) | st.floats(1e-12, 1e-3).map(lambda p: 1 - p), min_size=1),
    st.integers(1, 6),
)
def test_rounding_keeps_what_is_near_an_end_apart(values: list[float], decimals: int) -> None:
    """Within half a unit of the last place, or of the third digit of the distance; the order stays."""
    scores = np.array(values)
    found = rounded(scores, decimals)
    near = np.minimum(scores, 1 - scores)
    assert (np.abs(found - scores) <= np.minimum(0.5 * 10.0**-decimals, 0.005 * near) + 1e-15).all()
    order = np.argsort(scores)
    assert (np.diff(found[order]) >= 0).all()


@pytest.mark.parametrize("decimals", [4, 6])
def test_rounding_leaves_the_area_under_the_curve(decimals: int) -> None:
    """Even where a network is so sure of nearly all rows that plain rounding would make them equal.

    Three digits of the distance from 0 or 1 make few pairs equal: of chances whose logits have this spread, those that
    differ by less than half a percent.
    """
    rng = np.random.default_rng(0)
    y = rng.random(2000) < 0.3
    logits = np.clip(rng.normal(np.where(y, 14.0, 10.0), 4.0), -30, 30)
    chances = 1 / (1 + np.exp(-logits))
    exact = roc_auc_score(y, logits)
    assert abs(roc_auc_score(y, rounded(chances, decimals)) - exact) < 0.001
    assert abs(roc_auc_score(y, np.round(chances, decimals)) - exact) > 0.003  # what it is there for
