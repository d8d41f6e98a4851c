"""Options: which are refused, and which the command suggests."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest

from f1tools.cli.options import choice_options, parse_choices
from f1tools.cli.run import parse
from f1tools.readers import Choices
from tests.cli.helpers import ONE_MODEL, TWO_MODELS, Command, data, saved, strict_json, with_roles
from tests.readers.example_files import EXAMPLES


@pytest.mark.parametrize(
    ("options", "part"),
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
        (("best", "x.csv", "--roles", "set", "valid"), "expected 3 arguments"),
        (("best", "x.csv", "--roles", "a", "1", "2", "--roles", "b", "1", "2"), "name one column"),
        (("best", "no such.csv"), "No such file"),
        (("best", "."), "folder"),
        (("best", "x\0.csv"), "cannot be read"),
        (("best", __file__), ""),
    ],
)
def test_bad_options_and_files(command: Command, options: tuple[str, ...], part: str) -> None:
    """They end with 2 and one line on standard error."""
    code, out, err = command(*options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("f1tools: ")
    assert part in err


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--truth", "truth"), "no column 'truth'"),
        (("--truth", "y_true", "--pos-label", "7"), "no value '7'"),
        ((*ONE_MODEL, "--min-recall", "0.9", "--min-precision", "0.99"), "good_prob: No threshold"),
        ((*TWO_MODELS, "--roles", "nothing", "valid", "test"), "no column 'nothing'"),
        ((*TWO_MODELS, "--roles", "set", "test", "test"), "cannot both"),
        ((*TWO_MODELS, "--roles", "set", "test", "valid"), "no row"),
    ],
)
def test_options_that_do_not_fit_the_file(best: Command, table: Path, options: tuple[str, ...], part: str) -> None:
    """Unknown columns and labels, a set without a class, and constraints that can't be met end with 2."""
    frame = with_roles(data(), "valid", "test")
    frame.loc[frame["set"] == "valid", "y_true"] = 1
    code, out, err = best(saved(frame, table) if "--roles" in options else table, *options)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert part in err


def test_a_file_without_scores(best: Command, tmp_path: Path) -> None:
    """What the reader refuses ends with 2, in its words."""
    path = tmp_path / "decisions.csv"
    path.write_text("y_true,y_pred\n" + "1,1\n0,0\n1,0\n0,1\n" * 30)
    code, out, err = best(path)
    assert (code, out) == (2, "")
    assert "hard predictions only" in err


AMBIGUOUS = [name for name, (_, right) in EXAMPLES.items() if right.is_sure is False]


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_suggested_options_resolve_the_ambiguity(best: Command, tmp_path: Path, name: str) -> None:
    """An ambiguous file ends with 3, and each suggested line of options gives a result."""
    path = tmp_path / "ambiguous"
    path.write_bytes(EXAMPLES[name][0])
    code, out, err = best(path)
    lines = [line for line in err.splitlines() if line.startswith("  --")]
    assert (code, out) == (3, "")
    assert err.startswith("f1tools: Please choose")
    assert lines
    for line in lines:
        options = shlex.split(line, comments=True)
        code, out, err = best(path, *options, "--json")
        assert code == 0, (options, err)
        assert strict_json(out)["truth"] == options[1]


def test_roles_are_suggested_first(best: Command, tmp_path: Path) -> None:
    """For a file with rows called valid and test the first suggestion uses them."""
    path = saved(with_roles(data(900), "train", "valid", "test"), tmp_path / "parts.csv")
    code, _, err = best(path)
    first = next(line for line in err.splitlines() if line.startswith("  --"))
    assert code == 3
    content = strict_json(best(path, *shlex.split(first, comments=True), "--json")[1])
    assert (content["roles"]["tune"], content["roles"]["report"]) == (["valid"], ["test"])


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
def test_choices_and_options_are_inverse(choices: Choices) -> None:
    """The options for choices are parsed as these choices."""
    assert parse_choices(parse(["best", "x.csv", *shlex.split(choice_options(choices))])) == choices


def test_names_cannot_control_the_terminal(best: Command, tmp_path: Path) -> None:
    """Names are printed without control characters; suggested options still name the column."""
    name = "p\x1b[31m'\\é"
    path = saved(data(200)[["y_true", "good_prob"]].set_axis(["y_true", name], axis=1), tmp_path / "names.csv")
    options = (path, "--truth", "y_true", "--score", name)
    code, out, _ = best(*options)
    assert code == 0
    assert out.replace("\n", "").isprintable()
    assert strict_json(best(*options, "--json")[1])["models"][0]["score"] == name
    words = choice_options(Choices(scores=(name,)))
    shell = subprocess.run(["bash", "-c", f"printf %s {words}"], capture_output=True, check=True)
    assert shell.stdout == b"--score" + name.encode()


def test_long_names_are_shortened(best: Command, tmp_path: Path) -> None:
    """Long names of models, labels and columns do not flood the terminal."""
    frame = data()[["y_true", "good_prob"]].replace({"y_true": {1: "fast", 0: "n" * 5000}})
    path = saved(frame.set_axis(["t" * 5000, "s" * 5000], axis=1), tmp_path / "long.csv")
    code, out, err = best(path, "--truth", "t" * 5000, "--pos-label", "fast")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) < 400
