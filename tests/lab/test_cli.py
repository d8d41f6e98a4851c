"""The lab's command: a small run from start to end with all strategies, and the files that it writes."""

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
from f1tools.lab import experiment
from f1tools.lab.checkpoints import Checkpoints
from f1tools.lab.protocol import Features, Scorer
from f1tools.readers import read_predictions, read_repeated
from f1tools.repeats import label
from tests.lab.tables import STRATEGIES, lab, table

Capture = pytest.CaptureFixture[str]
save = Checkpoints.save


def interrupted_save(checkpoints: Checkpoints, repeat: int, strategy: str, scores: NDArray[np.float64]) -> None:
    """Save scores, but interrupt the run at the third strategy."""
    if (repeat, strategy) == (1, "ranknet"):
        raise KeyboardInterrupt
    save(checkpoints, repeat, strategy, scores)


def test_a_run_from_start_to_end(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    """All strategies run, none learns from a held-out row, the file opens without a question, the summary is right.

    A run of some strategies that is interrupted resumes, and ends with the same scores to the last digit.
    """
    trainings: list[tuple[set[bytes], list[set[bytes]]]] = []
    train = experiment._train

    def spy(estimator: Any, features: Features, y: Any, seed: int) -> Scorer:
        scorer = train(estimator, features, y, seed)
        scored: list[set[bytes]] = []
        trainings.append(({row.tobytes() for row in features}, scored))

        def score(rows: Features) -> Any:
            scored.append({row.tobytes() for row in rows})
            return scorer(rows)

        return score

    monkeypatch.setattr(experiment, "_train", spy)
    assert lab(data, tmp_path / "one.csv.gz") == 0
    printed = capsys.readouterr()
    for rows, scored in trainings:  # a held-out fold; or the test rows and then, in sample, the same rows
        assert scored[1:] in ([], [rows])
        assert not rows & scored[0]
    assert len(trainings) == 2 * len(STRATEGIES) * 3
    check_reading(tmp_path / "one.csv.gz")
    check_summary(tmp_path / "one.csv.gz", printed.out)

    three = ["plain", "smote", "ranknet"]
    with monkeypatch.context() as patched:
        patched.setattr(Checkpoints, "save", interrupted_save)
        assert lab(data, tmp_path / "two.csv", "--strategies", *three) == 130
    assert "the same command resumes" in capsys.readouterr().err
    assert len(list((tmp_path / "two.csv.checkpoints").glob("*.scores"))) == 2
    trainings.clear()
    assert lab(data, tmp_path / "two.csv", "--strategies", *three) == 0
    assert len(trainings) == 4 * 3
    first = gzip.decompress((tmp_path / "one.csv.gz").read_bytes()).decode().splitlines()
    names = ("id", "y_true", "repeat", "set", *map("score_{}".format, three))
    positions = [first[0].split(",").index(name) for name in names]
    expected = [",".join(line.split(",")[position] for position in positions) for line in first]
    assert (tmp_path / "two.csv").read_text(encoding="utf-8").splitlines() == expected
    assert not list(tmp_path.glob("*.checkpoints"))


def check_reading(path: Path) -> None:
    """Check that the reader asks nothing, shows one repeat and finds all of them."""
    wide = pd.read_csv(path)
    names = [f"score_{name}" for name in STRATEGIES]
    assert list(wide) == ["id", "y_true", "repeat", "set", *names]
    reading = read_predictions(path)
    assert reading.outcome == "sure"
    assert reading.proposal is not None
    assert reading.predictions is not None
    proposal = reading.proposal
    assert (proposal.truth, proposal.pos_label, proposal.scores) == ("y_true", "sick", tuple(names))
    assert (proposal.role, proposal.tune, proposal.report, proposal.split) == ("set", ("oof",), ("test",), "repeat")
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


def check_summary(path: Path, printed: str) -> None:
    """Check the printed table: F1 on test rows at 0.5 and at the best threshold of the out-of-fold rows."""
    lines = dict(line.strip().split("  ", 1) for line in printed.splitlines()[1 : 1 + len(STRATEGIES)])
    assert list(lines) == list(map(label, STRATEGIES))
    wide = pd.read_csv(path).assign(positive=lambda rows: rows["y_true"] == "sick")
    for name, line in zip(STRATEGIES, lines.values(), strict=True):
        half: list[float] = []
        tuned: list[float] = []
        for _, rows in wide.groupby("repeat"):
            oof, test = (rows[rows["set"] == part] for part in ("oof", "test"))
            precision, recall, thresholds = precision_recall_curve(oof["positive"], oof[f"score_{name}"])
            f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
            best = thresholds[np.flatnonzero(f1[:-1] >= f1.max() - 1e-12)[0]]  # the lowest of equally good ones
            for values, threshold in ((half, 0.5), (tuned, best)):
                values.append(f1_score(test["positive"], test[f"score_{name}"] >= threshold, zero_division=0))
        expected = [formatting.metric_value(float(np.mean(each))) for each in (half, tuned)]
        assert line.split()[: 1 if name == "ranknet" else 2] == expected[1 if name == "ranknet" else 0 :]


@pytest.mark.usefixtures("quick")
def test_the_json_file_documents_the_run(data: Path, tmp_path: Path) -> None:
    """It holds data, settings, strategies and versions, but no times or paths, so a second run gives the same file."""
    assert lab(data, tmp_path / "out.csv", "--seed", "3", "--positive-cost", "2.5", "--no-in-sample") == 0
    metadata = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    expected = {"rows": 150, "positives": 45, "title": "visits.csv", "pos_label": "sick"}
    assert metadata["data"] | expected == metadata["data"]
    assert len(metadata["data"]["sha256_of_file"]) == len(metadata["data"]["sha256_of_rows"]) == 64
    settings = {"repeats": 2, "folds": 2, "seed": 3, "positive_cost": 2.5, "in_sample": False, "test_size": 0.3}
    assert metadata["settings"] | settings == metadata["settings"]
    assert metadata["strategies"] == ["plain", "chance"]
    assert {"python", "numpy", "scikit-learn", "imbalanced-learn", "keras", "jax"} <= set(metadata["versions"])
    assert str(tmp_path) not in json.dumps(metadata)
    assert set(pd.read_csv(tmp_path / "out.csv")["set"]) == {"oof", "test"}


@pytest.mark.usefixtures("quick")
def test_compression_does_not_change_the_table(data: Path, tmp_path: Path) -> None:
    """A compressed file holds neither a time nor a name, so a second run gives the same bytes."""
    assert lab(data, tmp_path / "plain.csv") == lab(data, tmp_path / "packed.csv.gz") == 0
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "plain.csv"), pd.read_csv(tmp_path / "packed.csv.gz"))
    packed, metadata = (tmp_path / name for name in ("packed.csv.gz", "packed.json"))
    before = packed.read_bytes(), metadata.read_bytes()
    assert before[0][3:8] == bytes(5)  # no flags, such as a name; no time
    assert lab(data, packed) == 0
    assert (packed.read_bytes(), metadata.read_bytes()) == before


@pytest.mark.usefixtures("quick")
def test_no_text_becomes_a_formula(data: Path, tmp_path: Path) -> None:
    """Identifiers and labels are escaped for spreadsheets, and the lab still reads its file."""
    frame = table().replace({"outcome": {"sick": "=1+1"}})
    frame["id"] = "+" + frame["id"]
    frame.to_csv(data, index=False)
    assert lab(data, tmp_path / "out.csv", "--positive", "=1+1") == 0
    wide = pd.read_csv(tmp_path / "out.csv")
    assert set(wide["y_true"]) == {"'=1+1", "well"}
    assert wide["id"].str.startswith("'+case").all()
