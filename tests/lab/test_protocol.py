"""The protocol: who is trained on what, what the wide table holds, and how a stopped run goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.impute import SimpleImputer
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from f1tools.errors import InvalidPredictions
from f1tools.lab.output import basis
from f1tools.lab.parts import Parts
from f1tools.lab.protocol import Features, Scorer, rounded, run
from f1tools.lab.settings import Settings
from f1tools.lab.splits import holdouts
from f1tools.lab.task import Task
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
    """A column a strategy; repeat by repeat its out-of-fold, test and in-sample rows, each in the order of the task."""
    made = task(pos_label="sick", neg_label="well")
    wide = run(made, FEW, QUICK, store=Memory())
    assert list(wide) == ["id", "y_true", "repeat", "set", "score_plain", "score_chance"]
    order = wide.assign(set=wide["set"].map({"oof": 0, "test": 1, "train": 2}), id=wide["id"].astype(int))
    keys = order[["repeat", "set", "id"]]
    pd.testing.assert_frame_equal(keys, keys.sort_values(["repeat", "set", "id"]))
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
    pd.testing.assert_frame_equal(longer[longer["repeat"] <= 2], whole)
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

    with pytest.raises(
        InvalidPredictions, match=r"^The strategy broken gave a score that is no finite number in repeat"
    ):
        run(task(), FEW, {"broken": broken}, store=Memory())


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


def parts(folder: Path, made: Task, *, restart: bool = False, network: int = 32, **more: Any) -> Parts:
    return Parts(folder / "out.csv", basis(made, Settings(**more), {"hidden": (network,)}), restart=restart)


def test_parts_are_kept_and_removed(tmp_path: Path) -> None:
    """A cell comes back to the last bit; in the end nothing is left."""
    kept, scores = parts(tmp_path, task()), np.array([0.1, 1 / 3, 1e-300])
    assert kept.load(1, "plain") is None
    kept.save(1, "plain", scores)
    again = parts(tmp_path, task(), repeats=7, in_sample=False, decimals=3)  # on these no cell rests
    loaded = again.load(1, "plain")
    assert loaded is not None
    assert loaded.tobytes() == scores.tobytes()
    again.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", [b"", b"\x93NUMPY", b"nothing of the kind"])
def test_a_damaged_part_is_made_again(tmp_path: Path, damage: bytes) -> None:
    """A disk that was full or lost power leaves no wrong numbers."""
    kept = parts(tmp_path, task())
    kept.save(1, "plain", np.array([0.5]))
    next(kept.folder.glob("*.npy")).write_bytes(damage)
    assert kept.load(1, "plain") is None
    whole = run(task(), FEW, QUICK, store=kept)
    pd.testing.assert_frame_equal(whole, run(task(), FEW, QUICK, store=Memory()))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"folds": 4}, "settings folds was 5 and is 4"),
        ({"seed": 3}, "settings seed was 0 and is 3"),
        ({"positive_cost": 2.0}, "settings positive_cost was balanced and is 2.0"),
        ({"network": 16}, "network hidden was [32] and is [16]"),
        ({"seed_of_data": 1}, "data sha256_of_rows was"),
    ],
    ids=["folds", "seed", "cost", "network", "data"],
)
def test_parts_of_another_run_are_not_mixed_in(tmp_path: Path, more: dict[str, Any], says: str) -> None:
    """What differs is told; beginning anew is asked for, and then only our own files go."""
    kept = parts(tmp_path, task())
    kept.save(1, "plain", np.array([0.5]))
    foreign = kept.folder / "notes.txt"
    foreign.write_text("mine")
    made = task(seed=more.pop("seed_of_data", 0))
    with pytest.raises(InvalidPredictions) as refused:
        parts(tmp_path, made, **more)
    assert says in str(refused.value)
    assert "--restart" in str(refused.value)
    assert parts(tmp_path, made, restart=True, **more).load(1, "plain") is None
    assert foreign.read_text() == "mine"


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
