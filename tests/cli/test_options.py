"""Options: which are refused, and which the command suggests."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from f1tools.cli.options import choice_options, parse_choices
from f1tools.cli.run import parse
from f1tools.readers import Choices
from tests.cli.helpers import ONE_MODEL, Command, data, saved, strict_json, with_roles
from tests.readers.example_files import EXAMPLES

ONE = "{table} --truth y_true --score good_prob"
CHECK = "check {table} --record {record}"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("", "required"),
        ("best", "required"),
        ("worst x.csv", "invalid choice"),
        ("best x.csv --metric f3", "no metric 'f3'"),
        ("best x.csv --metric mcc --beta 2", "beta belongs to"),
        ("best x.csv --beta -1", "beta must be"),
        ("best x.csv --beta nan", "'nan' is not a number"),
        ("best x.csv --beta much", "'much' is not a number"),
        ("best x.csv --min-recall 1.01", "not between 0 and 1"),
        ("best x.csv --min-precision inf", "not a number"),
        ("best x.csv --max-flagged -3", "below 0"),
        ("best x.csv --max-flagged 101%", "more than 100%"),
        ("best x.csv --max-flagged %", "not a number"),
        ("best x.csv --what", "unrecognized arguments: --what. See f1tools best --help."),
        ("best x.csv --roles set valid", "expected 3 arguments"),
        ("best x.csv --roles a 1 2 --roles b 1 2", "name one column"),
        ("best 'no such.csv'", "No such file"),
        ("best .", "folder"),
        ("best ''", "the name of the file is empty"),
        ("best {table} ''", "the name of the file is empty"),
        ("verify '' {table}", "the name of the file is empty"),
        ("check {table} --record ''", "the name of the file is empty"),
        ("best x\0.csv", "cannot be read"),
        (f"best {__file__}", ""),
        ("best {table} --truth truth", "no column 'truth'"),
        ("best {table} --truth y_true --pos-label 7", "no value '7'"),
        (f"best {ONE} --min-recall 0.9 --min-precision 0.99", "good_prob: No threshold"),
        (f"record {ONE} --model 'no\nsuch'", "There is no model 'no\\nsuch'. The models are: good_prob."),
        (f"record {ONE} --model {'m' * 9999}", "There is no model 'mmm"),
        (f"record {ONE} --threshold inf", "'inf' is not a number"),
        (f"record {ONE} --threshold nan", "'nan' is not a number"),
        (f"report {ONE} -o memo.html --threshold Nothing", "'Nothing' is not a number"),
        (f"record {ONE} --min-recall 0.99 --min-precision 0.99", "No threshold"),
        (f"record {ONE} -o 'no such folder/record.json'", "can't be written: No such file or directory."),
        (f"record {ONE} -o {{table}}", "is one of the input files"),
        (f"record {ONE} -o -", "- is not a file name."),
        (f"report {ONE}", "required: -o"),
        (f"report {ONE} -o -", "- is not a file name."),
        (f"report {ONE} -o 'no such folder/memo.html'", "can't be written"),
        (f"report {ONE} -o memo\0.html", "can't be written"),
        (f"report {ONE} -o memo.html --suppress-below few", "'few' is not a whole number"),
        (f"report {ONE} -o memo.html --suppress-below -1", "'-1' is not a whole number"),
        (f"report {ONE} -o memo.html --suppress-below 400", ""),
        (f"report {ONE} -o memo.html --model best", "There is no model 'best'"),
        ("check {table}", "required: --record"),
        (f"{CHECK} --min-recall 2", "not between 0 and 1"),
        (f"{CHECK} --max-psi 0", "'0' is not above 0"),
        (f"{CHECK} --allow everything", "invalid choice"),
        (f"{CHECK} --at median", "invalid choice"),
        (f"{CHECK} --min-mcc 0.1 --at lower-bound", "Matthews correlation has no interval"),
        (f"{CHECK} --junit 'no such folder/x.xml'", "can't be written"),
        (f"{CHECK} --junit {{record}}", "is one of the input files"),
        (f"{CHECK} --junit {{table}}", "is one of the input files"),
        # Bad options are an error in the JUnit file, but not in one that may be an input.
        ("check --record={record} --junit {record} --bogus", "required: FILE"),
        ("check {record} --junit {record} --bogus", "required: --record"),
        ("check x --junit --bogus", "expected one argument"),
        ("check x --junit --json --bogus", "expected one argument"),
        ("verify --junit a.xml x --bogus", "unrecognized"),
        ("verify missing.json {table}", "f1tools: missing.json"),
        ("verify . {table}", "f1tools: ."),
        ("verify a\0b {table}", "f1tools: a\\x00b"),
        ("verify {record} missing.csv", "f1tools: missing.csv"),
        ("verify {record} .", "f1tools: ."),
        ("verify {record} a\0b", "f1tools: a\\x00b"),
    ],
)
def test_unusable_options_and_files(
    refusal: Callable[..., str], request: pytest.FixtureRequest, table: Path, monkeypatch: pytest.MonkeyPatch,
    words: str, part: str,
) -> None:  # fmt: skip
    """The command exits with 2 and one short sentence, and writes or changes no file."""
    monkeypatch.chdir(table.parent)
    paths = {"table": table, "record": request.getfixturevalue("record") if "{record}" in words else None}
    before = {path: path.read_bytes() for path in table.parent.iterdir()}
    err = refusal(*(word.format(**paths) for word in shlex.split(words)))
    assert part in err
    assert len(err) < 1000
    assert {path: path.read_bytes() for path in table.parent.iterdir()} == before


@pytest.mark.parametrize(
    ("roles", "part"),
    [("nothing valid test", "no column"), ("set test test", "cannot both"), ("set test valid", "no row")],
)
def test_roles_that_do_not_fit_the_file(refusal: Callable[..., str], table: Path, roles: str, part: str) -> None:
    """Unknown columns, one value for both roles, and a set without a class are refused."""
    frame = with_roles(data(), "valid", "test")
    frame.loc[frame["set"] == "valid", "y_true"] = 1
    assert part in refusal("best", saved(frame, table), *ONE_MODEL, "--roles", *roles.split())


def test_a_file_without_scores(refusal: Callable[..., str], tmp_path: Path) -> None:
    """A file that the reader refuses is refused with the reader's reason."""
    path = tmp_path / "decisions.csv"
    path.write_text("y_true,y_pred\n" + "1,1\n0,0\n1,0\n0,1\n" * 30)
    assert "hard predictions only" in refusal("best", path)


AMBIGUOUS = [name for name, (_, right) in EXAMPLES.items() if right.is_sure is False]


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_suggested_options_resolve_the_ambiguity(best: Command, tmp_path: Path, name: str) -> None:
    """An ambiguous file ends with 3, and each suggested line of options gives a result."""
    path = tmp_path / "ambiguous"
    path.write_bytes(EXAMPLES[name][0])
    code, out, err = best(path)
    lines = [line for line in err.splitlines() if line.startswith("  --")]
    assert (code, out) == (3, "")
    assert re.fullmatch(r"f1tools: (Please choose: .+[.?]|[A-Z].+\?)", err.splitlines()[0]), err
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
        Choices("animal", ("p 1", "p_2"), classes=("-1", "b'c"), one_class="-1"),
        Choices("animal", ("list",), classes=("a", "b", "c")),
        Choices(scores=("s", "t"), pos_label="1", classes=("a", "b"), truths=("y", "z")),
        Choices("y", ("s",), split="label", split_value="**"),
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
