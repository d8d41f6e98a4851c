"""Two files: the same rows are joined, different rows are stacked as tuning and evaluation set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.core.types import InvalidPredictions
from f1tools.readers import Choices, Reading, read_files, read_predictions, stackable
from tests.readers.helpers import kinds, labels, rows, scores, table

Y, P = rows(400, seed=1)
Z, Q = rows(250, seed=2)
R, S = rows(400, seed=3)
N = len(Y)
ORDER = np.random.default_rng(5).permutation(N)
HARD = (P >= 0.5).astype(int)
KEYS = [f"case {i}" for i in range(N)]
FIRST, SECOND = table({"y_true": Y, "y_prob": P}), table({"y_true": Z, "y_prob": Q})
NAMES = ("a.csv", "b.csv")


def sets(reading: Reading) -> tuple[list[float], list[float]]:
    """Return the scores of tuning and evaluation set."""
    return scores(reading, "tune"), scores(reading, "report")


def test_one_file_is_read_as_by_read_predictions() -> None:
    """Name, choices and progress are passed on."""
    progress: list[float] = []
    reading = read_files([FIRST], names=["a.csv"], choices=Choices(truth="y_true"), on_progress=progress.append)
    alone = read_predictions(FIRST, name="a.csv", choices=Choices(truth="y_true"))
    assert reading.as_dict() == alone.as_dict()
    assert progress[-1] == 1


@pytest.mark.parametrize("count", [0, 51])
def test_other_numbers_of_files_are_refused(count: int) -> None:
    """The error says how many came and what to provide."""
    with pytest.raises(InvalidPredictions, match=f"^{count} files came at once. Provide 1 to 50 that belong together"):
        read_files([FIRST] * count)


# Joined


def test_a_key_matches_in_any_case(tmp_path: Path) -> None:
    """`ID` and `id` are one key; rows that only one file has are counted by its name."""
    truth, predicted = tmp_path / "truth.csv", tmp_path / "predicted.csv"
    keys = np.array(KEYS)
    truth.write_bytes(table({"ID": keys[10:], "target": Y[10:]}))
    predicted.write_bytes(table({"id": keys[ORDER][:-5], "prob": P[ORDER][:-5]}))
    reading = read_files([truth, predicted])
    both = [i for i in range(10, N) if i not in ORDER[-5:]]
    assert reading.name == "truth.csv + predicted.csv"
    assert reading.dropped["only in truth.csv"] == N - 10 - len(both)
    assert reading.dropped["only in predicted.csv"] == N - 5 - len(both)
    assert scores(reading) == P[both].tolist()
    assert "joined by ID" in reading.layout


def test_the_same_name_for_target_and_score() -> None:
    """Of two columns `target` the two-valued one is the target, whichever file it is in."""
    truth, submission = table({"id": range(N), "target": Y}), table({"id": ORDER, "target": P[ORDER]})
    for pair in ((truth, submission), (submission, truth)):
        reading = read_files(pair)
        assert reading.outcome == "sure"
        assert sorted(scores(reading)) == sorted(P.tolist())


@pytest.mark.parametrize(
    ("truth", "predicted"),
    [
        ({"y_test": Y}, {"prob": P}),
        ({"": ORDER * 7, "y_test": Y}, {"": range(N), "0": P}),
        ({"index": np.arange(N) + N // 4, "y_test": Y}, {"index": range(N), "prob": P}),
    ],
    ids=["no key", "another index", "an index that overlaps by chance"],
)
def test_files_of_equal_length_without_a_key_are_joined_row_by_row(
    truth: dict[str, object], predicted: dict[str, object]
) -> None:
    """Row numbers that match only in part are not keys."""
    reading = read_files([table(truth), table(predicted)])
    assert scores(reading) == P.tolist()
    assert "row by row" in reading.layout


LEFT, RIGHT = np.divmod(np.random.default_rng(7).permutation(30 * 30)[:N], 30)
IS_SWAPPED = np.arange(N) % 3 == 0
BOTH = {"source_dataset_l": ["crm"] * N, "unique_id_l": LEFT, "source_dataset_r": ["web"] * N, "unique_id_r": RIGHT}
SWAPPED = {
    "source_dataset_l": np.where(IS_SWAPPED, "web", "crm"), "unique_id_l": np.where(IS_SWAPPED, RIGHT, LEFT),
    "source_dataset_r": np.where(IS_SWAPPED, "crm", "web"), "unique_id_r": np.where(IS_SWAPPED, LEFT, RIGHT),
}  # fmt: skip
IDS = 2**60 + 3 * np.random.default_rng(8).permutation(N)


@pytest.mark.parametrize(
    ("of_truth", "of_scores", "how"),
    [
        (BOTH, BOTH, "unique_id_l and unique_id_r"),
        (BOTH, SWAPPED, "source_dataset_l and"),
        (
            {"store": LEFT, "day": [f"d{i}" for i in RIGHT]},
            {"Day": [f"d{i}" for i in RIGHT], "store": LEFT},
            "store and day",
        ),
        ({"id": ORDER}, {"id": [f"{i}.0" for i in ORDER]}, "id"),
        ({"patient_id": KEYS}, {"case_id": KEYS}, "patient_id"),
        ({"id": IDS}, {"id": IDS}, "id"),
    ],
    ids=["pairs", "pairs in either order", "two columns", "1.0", "another name", "long numbers"],
)
def test_keys(of_truth: dict[str, Any], of_scores: dict[str, Any], how: str) -> None:
    """Rows in another order find their score, and the layout says by which columns."""
    truth = pd.DataFrame({**of_truth, "label": Y.astype(float)})
    scored = pd.DataFrame({**of_scores, "match_probability": P}).iloc[ORDER]
    reading = read_files([truth.to_csv(index=False).encode(), scored.to_csv(index=False).encode()])
    assert reading.outcome == "sure", reading.reason
    assert f"joined by {how}" in reading.layout
    assert scores(reading) == P.tolist()


L, R_IDS = np.random.default_rng(9).permutation(N), 1000 + np.arange(N)
IS_OTHER = np.arange(N) % 4 == 1


@pytest.mark.parametrize(
    ("left", "right", "is_found"),
    [
        (L, np.where(IS_OTHER, R_IDS + 5000, R_IDS), ~IS_OTHER),
        (L, np.where(IS_OTHER, R_IDS, R_IDS + 5000), IS_OTHER),
        (np.where(IS_SWAPPED, R_IDS, L), np.where(IS_SWAPPED, L, R_IDS), np.ones(N, dtype=bool)),
    ],
    ids=["another record in some pairs", "another record in most pairs", "either order"],
)
def test_pairs_whose_first_record_is_unique(left: Any, right: Any, is_found: Any) -> None:
    """A pair is matched by both of its records, in either order, even if one of them alone identifies a row."""
    truth = pd.DataFrame({"unique_id_l": L, "unique_id_r": R_IDS, "clerical_match_score": Y})
    scored = pd.DataFrame({"match_probability": P, "unique_id_l": left, "unique_id_r": right}).iloc[ORDER]
    reading = read_files([each.to_csv(index=False).encode() for each in (truth, scored)], names=NAMES)
    assert reading.outcome == "sure"
    assert scores(reading) == P[is_found].tolist()
    gaps = {"match_probability": (int(Y[~is_found].sum()), int((1 - Y[~is_found]).sum()))}
    assert reading.unscored == (gaps if not is_found.all() else {})
    assert "different_rows" not in kinds(reading)


def test_a_column_of_ids_that_differs_belongs_to_the_key() -> None:
    """Unless it differs nearly everywhere, as the id of a run does."""
    for differs, n in ((IS_OTHER, N - IS_OTHER.sum()), (np.ones(N, dtype=bool), N)):
        truth = table({"case_id": KEYS, "visit_id": R_IDS, "y": Y})
        scored = table({"case_id": KEYS, "visit_id": R_IDS + 5000 * differs, "prob": P})
        reading = read_files([truth, scored], names=NAMES)
        assert reading.predictions is not None
        assert reading.predictions.n == n
        assert ("different_rows" in kinds(reading)) == (n == N)


@pytest.mark.parametrize("has_key", [True, False])
def test_columns_that_differ_between_joined_rows_are_named(*, has_key: bool) -> None:
    """Labels and whole numbers should be the same in both files; what belongs to a model may differ."""
    box, other = (np.random.default_rng(seed).integers(0, 5, N) for seed in (1, 2))
    key = {"image": KEYS} if has_key else {}
    files = [
        table({**key, "box": box, "y": Y, "y_pred": HARD, "run": np.full(N, 1)}),
        table({**key, "box": other, "y_prob": P, "y_pred": 1 - HARD, "run": np.full(N, 2)}),
    ]
    reading = read_files(files, names=NAMES)
    if reading.outcome == "ask":
        reading = read_files(files, names=NAMES, choices=reading.proposal)
    (sentence,) = [each.sentence for each in reading.warnings if each.kind == "different_rows"]
    assert sentence.startswith(f"box differs between the files in {np.sum(box != other)} of {N} rows")
    assert f"joined {'by image' if has_key else 'row by row'}" in sentence


def test_a_key_of_numbers_in_one_file_and_of_text_in_the_other() -> None:
    """Data frames keep types: 1, 1.0 and "1" are the same key."""
    truth = pd.DataFrame({"id": ORDER, "y_true": Y})
    for ids in (ORDER.astype(float), ORDER.astype(str), pd.Series(ORDER, dtype="string")):
        assert scores(read_files([truth, pd.DataFrame({"id": ids, "y_prob": P}).iloc[::-1]])) == P.tolist()


def test_rows_without_a_score_in_the_other_file_are_rows_without_a_score() -> None:
    """They are counted by the file that has them; those without a truth are not among them."""
    target = np.where(np.arange(N) == 5, "", Y.astype(str))
    truth, scored = table({"id": KEYS, "y_true": target}), table({"id": [*KEYS[20:], "more"], "y_prob": [*P[20:], 0.5]})
    for files in ([truth, scored], [scored, truth]):
        reading = read_files(files, names=NAMES)
        name, other = NAMES if files[0] == truth else NAMES[::-1]
        assert reading.dropped == {f"only in {name}": 20, f"only in {other}": 1}
        assert reading.n_rows == N + 1
        assert scores(reading) == P[20:].tolist()
        assert {each.name: each.missing for each in reading.columns}["y_prob"] == 19


def test_confidence_in_a_label_from_the_second_file() -> None:
    """With the target, predicted label and confidence become a score."""
    predicted = table({"LABEL": labels(HARD, "no", "yes"), "PROB": np.where(HARD == 1, P, 1 - P).round(6)})
    files = [table({"truth": labels(Y, "no", "yes")}), predicted]
    reading = read_files(files)
    assert reading.outcome == "ask"
    assert reading.proposal is not None
    assert reading.proposal.predicted == "LABEL"
    np.testing.assert_allclose(scores(read_files(files, choices=reading.proposal)), P, atol=1e-12)


def test_joined_frames_and_progress() -> None:
    """Data frames are joined like files; progress rises once from 0 to 1."""
    progress: list[float] = []
    frames = [pd.DataFrame({"k": ORDER, "y_true": Y[ORDER]}), pd.DataFrame({"k": range(N), "prob": P})]
    assert scores(read_files(frames, on_progress=progress.append)) == P[ORDER].tolist()
    assert progress == sorted(progress)
    assert progress[-1] == 1


def test_rows_with_too_few_cells_are_counted() -> None:
    """Broken rows of either file are counted as dropped."""
    broken = table({"id": range(N), "prob": P}).replace(b"7,", b"7;", 1)
    reading = read_files([table({"id": range(N), "y": Y}), broken])
    assert reading.dropped["wrong number of cells"] == 1
    assert reading.dropped["only in the first file"] == 1


def test_lengths_that_differ_name_both_files() -> None:
    """Keys that do not overlap or have different kinds do not help."""
    for other in ({"prob": P[1:]}, {"id": [f"x{i}" for i in range(N - 1)], "prob": P[1:]}):
        with pytest.raises(InvalidPredictions, match="the first file has 400 rows and the second file has 399"):
            read_files([table({"id": range(N), "y": Y}), table(other)])


# Stacked


def test_the_first_file_is_the_tuning_set() -> None:
    """Two complete files need no question; a further column says which file a row is from."""
    reading = read_files([FIRST, SECOND], names=NAMES)
    assert reading.outcome == "sure"
    assert sets(reading) == (P.tolist(), Q.tolist())
    assert reading.predictions is not None
    assert reading.predictions.role_names == NAMES
    assert (reading.name, reading.n_rows) == ("a.csv + b.csv", 650)
    assert reading.layout.endswith("one below the other")
    assert reading.columns[-1].labels == (("a.csv", 400), ("b.csv", 250))


def test_a_name_can_make_either_file_the_evaluation_set() -> None:
    """A file named test is the evaluation set; files with equal names are called by their order."""
    assert sets(read_files([FIRST, SECOND], names=("test.csv", "valid.csv"))) == (Q.tolist(), P.tolist())
    same = read_files([FIRST, SECOND], names=("p.csv", "p.csv"))
    assert same.predictions is not None
    assert same.predictions.role_names == ("the first file", "the second file")


def test_roles_are_choices() -> None:
    """The roles of stacked files can be kept, swapped, or removed, which pools all rows."""
    first = read_files([FIRST, SECOND], names=NAMES).proposal
    assert first is not None
    assert (first.role, first.tune, first.report) == ("file", ("a.csv",), ("b.csv",))
    assert sets(read_files([FIRST, SECOND], names=NAMES, choices=first)) == (P.tolist(), Q.tolist())
    swapped = Choices("y_true", ("y_prob",), role="file", tune=("b.csv",), report=("a.csv",))
    assert sets(read_files([FIRST, SECOND], names=NAMES, choices=swapped)) == (Q.tolist(), P.tolist())
    pooled = read_files([FIRST, SECOND], choices=Choices("y_true", ("y_prob",))).predictions
    assert pooled is not None
    assert (pooled.n, pooled.tuning) == (650, None)


def test_a_training_set_is_asked_about() -> None:
    """Beside a file named train the other one alone is proposed; using both raises a warning."""
    names = ("train.csv", "test.csv")
    ambiguous = read_files([FIRST, SECOND], names=names)
    assert (ambiguous.outcome, ambiguous.predictions) == ("ask", None)
    assert "train.csv holds the rows that trained the model" in ambiguous.reason
    alone, both = (
        read_files([FIRST, SECOND], names=names, choices=candidate.choices) for candidate in ambiguous.candidates[:2]
    )
    assert ambiguous.candidates[0].n_pos == Z.sum()
    assert scores(alone) == Q.tolist()
    assert "train_rows" not in kinds(alone)
    assert sets(both) == (P.tolist(), Q.tolist())
    assert "train_rows" in kinds(both)


def test_an_ambiguous_file_is_asked_about() -> None:
    """A file that is ambiguous alone is ambiguous in a stack, and the reason names it."""
    inverted = table({"y_true": Z, "y_prob": (1 - Q).round(6)})
    ambiguous = read_files([FIRST, inverted], names=NAMES)
    assert read_predictions(inverted).outcome == "ask"
    assert (ambiguous.outcome, ambiguous.predictions) == ("ask", None)
    assert "b.csv: " in ambiguous.reason
    chosen = read_files([FIRST, inverted], names=NAMES, choices=ambiguous.proposal)
    assert sets(chosen) == (P.tolist(), (1 - Q).round(6).tolist())


def test_dropped_rows_of_stacked_files_are_counted() -> None:
    """Rows of either file that cannot be used are counted; progress rises once from 0 to 1."""
    progress: list[float] = []
    broken = FIRST.replace(b"\n", b"\n1\n", 1) + b"1,\n"
    reading = read_files([broken, SECOND], on_progress=progress.append)
    assert reading.dropped == {"wrong number of cells": 1, "missing score": 1}
    assert reading.n_rows == 652
    assert progress == sorted(progress)
    assert progress[-1] == 1


def test_a_column_of_numbers_and_text_becomes_text() -> None:
    """A column that is numeric in one file only becomes text; weights are kept, and `file` may be taken."""
    one = pd.DataFrame({"file": np.arange(400) % 7, "y_true": Y, "y_prob": P, "sample_weight": P + 1})
    two = pd.DataFrame({"file": ["x"] * 250, "y_true": Z, "y_prob": Q, "sample_weight": Q + 1})
    reading = read_files([one, two], names=("a", "b"))
    assert sets(reading) == (P.tolist(), Q.tolist())
    assert reading.predictions is not None
    assert reading.predictions.sample_weight is not None
    assert reading.predictions.sample_weight.tolist() == [*(P + 1), *(Q + 1)]
    assert reading.proposal is not None
    assert reading.proposal.role == "file_"
    assert {label for label, _ in reading.columns[0].labels} == {*map(str, range(7)), "x"}


PAIRS = {
    "other length": (FIRST, SECOND, True),
    "same length": (FIRST, table({"y_true": R, "y_prob": S}), True),
    "columns in another order": (FIRST, table({"y_prob": Q, "y_true": Z}), True),
    "keys of other rows": (
        table({"id": KEYS, "y_true": Y, "y_prob": P}),
        table({"id": [f"x{i}" for i in range(N)], "y_true": R, "y_prob": S}), True,
    ),
    "row numbers from 0 in both": (
        table({"": range(N), "y_true": Y, "y_prob": P}), table({"": range(250), "y_true": Z, "y_prob": Q}), True,
    ),
    "two models of the same rows": (FIRST, table({"y_true": Y, "y_prob": S}), False),
    "two models of the same rows by key": (
        table({"id": KEYS, "y_true": Y, "y_prob": P}),
        table({"id": [KEYS[i] for i in ORDER], "y_true": Y[ORDER], "y_prob": S}), False,
    ),
    "a part of the same rows by key": (
        table({"id": KEYS, "y_true": Y, "y_prob": P}),
        table({"id": KEYS[:300], "y_true": Y[:300], "y_prob": S[:300]}), False,
    ),
    "target and scores": (table({"id": KEYS, "y_true": Y}), table({"id": KEYS, "y_prob": P}), False),
    "one name for both": (table({"id": KEYS, "target": Y}), table({"id": KEYS, "target": P}), False),
    "other columns": (FIRST, table({"y_true": Z, "p_other": Q}), False),
    "unusable": (table({"a": [1, 2, 3]}), table({"a": [1, 2]}), False),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_which_files_are_stacked(name: str) -> None:
    """Different rows with the same columns are stacked, in either order."""
    one, two, expected = PAIRS[name]
    assert stackable(one, two) is expected
    assert stackable(two, one) is expected


def test_rare_positives_do_not_look_like_the_same_rows() -> None:
    """Targets with few positives agree in nearly all rows by chance."""
    rare = [np.zeros(2000, dtype=int) for _ in range(2)]
    rare[0][::100] = rare[1][50::100] = 1
    one, two = (table({"y_true": y, "y_prob": np.linspace(0, 1, 2000).round(4)}) for y in rare)
    assert stackable(one, two)


def test_two_models_of_the_same_rows_are_joined() -> None:
    """Two models of the same rows become two scores; the names of the files tell them apart."""
    files = [FIRST, table({"y_true": Y, "y_prob": S})]
    reading = read_files(files, names=NAMES)
    assert reading.outcome == "sure"
    assert [column.name for column in reading.columns] == ["y_true", "a", "b"]
    earlier = Choices("y_true", ("y_prob", "y_prob (b.csv)"), "1", "0")  # of a link of version 0.1
    assert scores(read_files(files, names=NAMES, choices=earlier), name="y_prob (b.csv)") == S.tolist()


def test_an_empty_file_is_refused() -> None:
    """An empty file is refused before anything is decided."""
    with pytest.raises(InvalidPredictions, match="is empty"):
        stackable(FIRST, b"")
