"""Options: which are refused, which are offered, and what they choose."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from f1tools import cli
from f1tools.cli.offers import options_for
from f1tools.cli.options import choices_of
from f1tools.cli.run import parse
from f1tools.readers import Choices
from tests.cli.answers import Run, data, expected, models_of, same, strict
from tests.readers.zoo import ANIMALS


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ((), "required"),
        (("best",), "required"),
        (("worst", "x.csv"), "invalid choice"),
        (("best", "x.csv", "--metric", "f3"), "no metric 'f3'"),
        (("best", "x.csv", "--metric", "mcc", "--beta", "2"), "beta belongs to"),
        (("best", "x.csv", "--beta", "-1"), "beta must be"),
        (("best", "x.csv", "--beta", "nan"), "'nan' is not a number"),
        (("best", "x.csv", "--beta", "much"), "'much' is not a number"),
        (("best", "x.csv", "--min-recall", "1.01"), "not between 0 and 1"),
        (("best", "x.csv", "--min-precision", "inf"), "not a number"),
        (("best", "x.csv", "--max-flagged", "-3"), "below 0"),
        (("best", "x.csv", "--max-flagged", "101%"), "more than 100%"),
        (("best", "x.csv", "--max-flagged", "%"), "not a number"),
        (("best", "x.csv", "--what"), "unrecognized arguments"),
        (("best", "no such.csv"), "No such file"),
        (("best", "."), "folder"),
        (("best", "x\0.csv"), "cannot be read"),
        (("best", __file__), ""),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], says: str
) -> None:
    """Bad options and files end with 2 and one line on standard error."""
    assert cli.main(options) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert says in shown.err
    assert shown.err.startswith("f1tools: ")
    assert shown.err.count("\n") == 1


IMPOSSIBLE = ("--min-recall", "0.9", "--min-precision", "0.99")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--truth", "truth"), "no column 'truth'"),
        (("--truth", "y_true", "--pos-label", "7"), "no value '7'"),
        (("--score", "good_prob", *IMPOSSIBLE), "good_prob: No threshold gives recall at least 0.9 and precision"),
    ],
)
def test_what_does_not_fit_the_file_is_refused(run: Run, table: Path, options: tuple[str, ...], says: str) -> None:
    """Unknown columns and labels, and constraints that can't be met, end with 2 and say what is there."""
    code, out, err = run(table, *options)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


def test_a_file_without_scores_is_refused(run: Run, tmp_path: Path) -> None:
    """What the reader refuses ends with 2, in its words."""
    path = tmp_path / "decisions.csv"
    path.write_text("y_true,y_pred\n" + "1,1\n0,0\n1,0\n0,1\n" * 30)
    code, out, err = run(path)
    assert (code, out) == (2, "")
    assert "hard predictions only" in err


def test_rows_left_out_are_counted(run: Run, tmp_path: Path) -> None:
    """``dropped`` is how many; why is said on standard error, where notes don't disturb the JSON."""
    path = tmp_path / "holes.csv"
    frame = data(100)[["y_true", "good_prob"]].astype(object)
    frame.iloc[[3, 5, 8], 1] = ""
    frame.iloc[[9], 0] = ""
    frame.to_csv(path, index=False)
    code, out, err = run(path, "--json")
    found = strict(out)
    assert code == 0
    assert (found["n"], found["dropped"]) == (96, 4)
    assert "4 of 100 rows were left out" in err
    assert "missing score (3)" in err


ASKING = [name for name, (_, right) in ANIMALS.items() if right.sure is False]


@pytest.mark.parametrize("name", ASKING)
def test_candidates_are_the_options_that_choose_them(run: Run, tmp_path: Path, name: str) -> None:
    """Where the file leaves a doubt the command ends with 3, and each line offered leads to an answer."""
    path = tmp_path / "asking"
    path.write_bytes(ANIMALS[name][0])
    code, out, err = run(path)
    lines = [line for line in err.splitlines() if line.startswith("  --")]
    assert (code, out) == (3, "")
    assert err.startswith("f1tools: Please choose")
    assert lines
    for line in lines:
        chosen = shlex.split(line, comments=True)
        code, out, err = run(path, *chosen, "--json")
        assert code == 0, (chosen, err)
        assert strict(out)["truth"] == chosen[1]


@pytest.mark.parametrize(
    "choices",
    [
        Choices("First Attempt", ("p", "-q"), "-1", weight="a'b", dropped_truth=("0.5", "?")),
        Choices("y", ("p",), flipped=("p",), predicted="label"),
        Choices(split="model name", split_value="*"),
        Choices(split="fold", split_value="2"),
        Choices("y", role="data set", tune=("valid",), report=("test",)),
        Choices(role="set", tune=("v 1", "v'2", "v3"), report=("t1", "t2")),
        Choices(role="set", tune=("valid",), report=("t1", "t2"), split="model", split_value="*"),
        Choices(),
    ],
)
def test_choices_become_options_and_back(choices: Choices) -> None:
    """The options written for choices are understood as these choices."""
    assert choices_of(parse(["best", "x.csv", *shlex.split(options_for(choices))])) == choices


def test_truth_and_score_named_need_no_answer(run: Run, table: Path) -> None:
    """Named columns are taken, the worst of scores too."""
    frame = data()
    frame["turned"] = 1 - frame["good_prob"]
    frame.to_csv(table, index=False)
    code, out, err = run(table, "--truth", "y_true", "--score", "turned", "--json")
    assert code == 0
    same(models_of(out)[0], expected(frame, "turned"))
    assert "wrong way round" in err
    _, out, _ = run(table, "--truth", "y_true", "--score", "turned", "--flip", "turned", "--json")
    assert models_of(out)[0]["roc_auc"] == pytest.approx(expected(frame, "good_prob")["roc_auc"], rel=1e-12)


def test_parts_can_be_chosen(run: Run, tmp_path: Path) -> None:
    """Stacked models become models of their own with --split; --only keeps one of them."""
    path = tmp_path / "stacked.csv"
    frame = data(200)
    parts = [
        frame[["y_true", name]].set_axis(["y_true", "prob"], axis=1).assign(model=name)
        for name in ("good_prob", "poor_prob")
    ]
    pd.concat(parts).to_csv(path, index=False)
    found = models_of(run(path, "--split", "model", "--json")[1])
    for model, score in zip(found, ("good_prob", "poor_prob"), strict=True):
        same(model, expected(frame, score))
    only = models_of(run(path, "--only", "model", "poor_prob", "--json")[1])[0]
    same(only, {**expected(frame, "poor_prob"), "score": "prob"})


def test_names_cannot_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    """Control characters in names are shown, not sent; the options offered still name the column."""
    path = tmp_path / "names.csv"
    frame = data(200)[["y_true", "good_prob"]].set_axis(["y_true", "p\x1b[31m'\\é"], axis=1)
    frame.to_csv(path, index=False)
    options = ("--truth", "y_true", "--score", "p\x1b[31m'\\é")
    code, out, _ = run(path, *options)
    assert code == 0
    assert "p\\x1b[31m'\\é: best F1" in out
    assert strict(run(path, *options, "--json")[1])["models"][0]["score"] == options[3]
    choices = Choices(scores=(options[3],))
    shell = subprocess.run(["bash", "-c", f"printf %s {options_for(choices)}"], capture_output=True, check=True)
    assert shell.stdout == b"--score" + options[3].encode()
