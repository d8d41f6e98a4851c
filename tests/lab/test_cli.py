"""The lab's command: one small run from start to end with all strategies, and how it ends whatever happens."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.metrics import f1_score, precision_recall_curve

from f1tools import formatting
from f1tools.lab import contenders
from f1tools.lab.parts import Parts
from f1tools.lab.protocol import Features, Scorer
from f1tools.readers import read_predictions, read_repeated
from f1tools.repeats import label
from tests.lab.tables import STRATEGIES, lab, table

Capture = pytest.CaptureFixture[str]


keep = Parts.save


def stopped(parts: Parts, repeat: int, strategy: str, scores: NDArray[np.float64]) -> None:
    """Keep a cell as ever, but get killed with the third."""
    if (repeat, strategy) == (1, "ranknet"):
        raise KeyboardInterrupt
    keep(parts, repeat, strategy, scores)


def test_a_lab_from_start_to_end(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """All strategies run, nothing learns from a test row, the file opens for what it is, and all told follows from it.

    A run of some strategies that is killed goes on, and ends with the same scores to the last digit.
    """
    learned: list[tuple[set[bytes], list[set[bytes]]]] = []
    train = contenders._train

    def spy(strategy: Any, network: Any, cost: Any, features: Features, y: Any, seed: int) -> Scorer:
        model = train(strategy, network, cost, features, y, seed)
        scored: list[set[bytes]] = []
        learned.append(({row.tobytes() for row in features}, scored))

        def score(rows: Features) -> Any:
            scored.append({row.tobytes() for row in rows})
            return model(rows)

        return score

    monkeypatch.setattr(contenders, "_train", spy)
    assert lab(data, tmp_path / "one.csv.gz") == 0
    shown = capsys.readouterr()
    for rows, scored in learned:  # held-out fold; or test rows and then, in-sample, the very rows
        assert scored[1:] in ([], [rows])
        assert not rows & scored[0]
    assert len(learned) == 2 * len(STRATEGIES) * 3
    opens_for_what_it_is(tmp_path / "one.csv.gz")
    tells_what_scikit_learn_finds(tmp_path / "one.csv.gz", shown.out)

    three = ["plain", "smote", "ranknet"]
    with monkeypatch.context() as patched:
        patched.setattr(Parts, "save", stopped)
        assert lab(data, tmp_path / "two.csv", "--strategies", *three) == 130
    assert "the same command goes on" in capsys.readouterr().err
    assert len(list((tmp_path / "two.csv.parts").glob("*.scores"))) == 2
    learned.clear()
    assert lab(data, tmp_path / "two.csv", "--strategies", *three) == 0
    assert len(learned) == 4 * 3
    first = gzip.decompress((tmp_path / "one.csv.gz").read_bytes()).decode().splitlines()
    places = [
        first[0].split(",").index(name) for name in ("id", "y_true", "repeat", "set", *map("score_{}".format, three))
    ]
    expected = [",".join(line.split(",")[place] for place in places) for line in first]
    assert (tmp_path / "two.csv").read_text(encoding="utf-8").splitlines() == expected
    assert not list(tmp_path.glob("*.parts"))


def opens_for_what_it_is(path: Path) -> None:
    """Check that the reader asks nothing, shows one honest repeat and finds all of them."""
    wide = pd.read_csv(path)
    names = [f"score_{name}" for name in STRATEGIES]
    assert list(wide) == ["id", "y_true", "repeat", "set", *names]
    reading = read_predictions(path)
    assert reading.outcome == "sure"
    assert reading.proposal is not None
    assert reading.predictions is not None
    taken = reading.proposal
    assert (taken.truth, taken.pos_label, taken.scores, taken.split) == ("y_true", "sick", tuple(names), "repeat")
    assert (taken.role, taken.tune, taken.report) == ("set", ("oof",), ("test",))
    first = wide[(wide["repeat"] == 1) & (wide["set"] != "train")]
    assert reading.predictions.n == first.shape[0] == 150
    repeated = read_repeated(path)
    assert repeated is not None
    assert (repeated.n_repeats, repeated.has_train, repeated.models) == (2, True, tuple(names))
    for j in (0, 1):
        for part, each in zip(("train", "oof", "test"), repeated.split(j), strict=True):
            rows = wide[(wide["repeat"] == j + 1) & (wide["set"] == part)]
            assert each is not None
            assert each.y_true.tolist() == (rows["y_true"] == "sick").tolist()
            for name in names:
                assert each.scores[name].tolist() == rows[name].tolist()


def tells_what_scikit_learn_finds(path: Path, told: str) -> None:
    """Check the printed table: F1 at 0.5, and at the threshold that is best on out-of-fold rows, both on test rows."""
    lines = dict(line.strip().split("  ", 1) for line in told.splitlines()[1 : 1 + len(STRATEGIES)])
    assert list(lines) == list(map(label, STRATEGIES))
    wide = pd.read_csv(path).assign(positive=lambda rows: rows["y_true"] == "sick")
    for name, line in zip(STRATEGIES, lines.values(), strict=True):
        half: list[float] = []
        tuned: list[float] = []
        for _, rows in wide.groupby("repeat"):
            oof, test = (rows[rows["set"] == part] for part in ("oof", "test"))
            precision, recall, thresholds = precision_recall_curve(oof["positive"], oof[f"score_{name}"])
            f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
            best = thresholds[np.flatnonzero(f1[:-1] >= f1.max() - 1e-12)[0]]  # of equals the lowest
            for found, threshold in ((half, 0.5), (tuned, best)):
                found.append(f1_score(test["positive"], test[f"score_{name}"] >= threshold, zero_division=0))
        expected = [formatting.metric_value(float(np.mean(each))) for each in (half, tuned)]
        assert line.split()[: 1 if name == "ranknet" else 2] == expected[1 if name == "ranknet" else 0 :]


@pytest.mark.usefixtures("quick")
def test_how_it_was_made_stands_beside_the_scores(data: Path, tmp_path: Path) -> None:
    """Data, settings, strategies and versions; nothing of when or where, so that it comes out the same again."""
    assert lab(data, tmp_path / "out.csv", "--seed", "3", "--positive-cost", "2.5", "--no-in-sample") == 0
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert told["data"] | {"rows": 150, "positives": 45, "title": "visits.csv", "pos_label": "sick"} == told["data"]
    assert len(told["data"]["sha256_of_file"]) == len(told["data"]["sha256_of_rows"]) == 64
    wanted = {"repeats": 2, "folds": 2, "seed": 3, "positive_cost": 2.5, "in_sample": False, "test_size": 0.3}
    assert told["settings"] | wanted == told["settings"]
    assert told["strategies"] == ["plain", "chance"]
    assert {"python", "numpy", "scikit-learn", "imbalanced-learn", "keras", "jax"} <= set(told["versions"])
    assert str(tmp_path) not in json.dumps(told)
    assert set(pd.read_csv(tmp_path / "out.csv")["set"]) == {"oof", "test"}


@pytest.mark.usefixtures("quick")
def test_packed_or_not_the_table_is_the_same(data: Path, tmp_path: Path) -> None:
    """The ending of the name decides; a packed file holds no date and no name: a second run gives the same bytes."""
    assert lab(data, tmp_path / "plain.csv") == lab(data, tmp_path / "packed.csv.gz") == 0
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "plain.csv"), pd.read_csv(tmp_path / "packed.csv.gz"))
    packed, told = (tmp_path / name for name in ("packed.csv.gz", "packed.json"))
    before = packed.read_bytes(), told.read_bytes()
    assert before[0][3:8] == bytes(5)  # no flags, such as a name; no time
    assert lab(data, packed) == 0
    assert (packed.read_bytes(), told.read_bytes()) == before


@pytest.mark.usefixtures("quick")
def test_no_name_becomes_a_formula(data: Path, tmp_path: Path) -> None:
    """Ids and labels that a spreadsheet would compute are defused, and the lab still reads its file."""
    frame = table().replace({"outcome": {"sick": "=1+1"}})
    frame["id"] = "+" + frame["id"]
    frame.to_csv(data, index=False)
    assert lab(data, tmp_path / "out.csv", "--positive", "=1+1") == 0
    wide = pd.read_csv(tmp_path / "out.csv")
    assert set(wide["y_true"]) == {"'=1+1", "well"}
    assert wide["id"].str.startswith("'+case").all()
