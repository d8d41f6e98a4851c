"""``f1tools check`` and ``verify`` where something is wrong with the rows, the options or the record."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pandas as pd
import pytest
from sklearn.metrics import confusion_matrix

from f1tools.cli.check import _KINDS
from f1tools.record import read_record
from f1tools.record.checks import ALLOWED_KINDS
from f1tools.record.safe_json import MAX_SIZE
from f1tools.version import __version__
from tests.cli.answers import data, strict
from tests.cli.recording import Command, moved, saved
from tests.cli.test_check import kinds

WORDS = {0: "slow", 1: "fast"}


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Write the truth in words, beside columns that no number rests on."""
    keys = {"case": [f"c{row}" for row in range(len(frame))], "clinic": ["a", "b"] * (len(frame) // 2)}
    return frame.assign(y_true=frame["y_true"].map(WORDS), **keys)


@pytest.fixture
def fast(command: Command, tmp_path: Path) -> Path:
    """Return the record of fast against slow."""
    path = tmp_path / "fast.json"
    file = saved(in_words(data()), tmp_path / "old.csv")
    options = ("--truth", "y_true", "--score", "good_prob", "--pos-label", "fast", "-o", path)
    assert command("record", file, *options)[0] == 0
    told = json.loads(path.read_text("utf-8"))
    told["data"]["read_as"].update(group="clinic", id="case")  # as the dashboard finds them
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


@pytest.mark.parametrize(("every", "level", "code"), [(100, "warn", 0), (10, "FAIL", 1)])
def test_a_third_label_is_not_a_negative(
    command: Command, fast: Path, tmp_path: Path, every: int, level: str, code: int
) -> None:
    """Rows that are neither are left out and counted; the rest is scikit-learn's."""
    frame = in_words(moved())
    frame.loc[::every, "y_true"] = "pending"
    known = frame[frame["y_true"] != "pending"]
    flagged = known["good_prob"] >= read_record(fast.read_bytes()).threshold
    hits = int(confusion_matrix(known["y_true"] == "fast", flagged)[:, 1].sum())
    options = ("check", saved(frame, tmp_path / "new.csv"), "--record", fast, "--max-flagged", hits)
    found, out, _ = command(*options)
    assert (found, kinds(out)["rows"]) == (code, level)
    assert f"{500 // every} more were left out: truth is pending ({500 // every})." in out
    assert f"{hits} of {len(known)} rows are flagged" in out
    answer = strict(command(*options, "--json")[1])
    assert answer["dropped"] == {"truth is pending": 500 // every}
    assert (answer["n"], answer["n_pos"]) == (len(known), int((known["y_true"] == "fast").sum()))
    assert command(*options, "--allow", "rows")[0] == 0


def test_new_rows_without_the_negative_label(command: Command, fast: Path, tmp_path: Path) -> None:
    """They are refused in a sentence that names it."""
    frame = in_words(moved()).replace({"y_true": {"slow": "pending"}})
    code, out, err = command("check", saved(frame, tmp_path / "new.csv"), "--record", fast)
    assert (code, out) == (2, "")
    assert "No row has y_true slow, the negative label of the record; there are: " in err


def test_labels_that_the_record_leaves_out_are_no_news(command: Command, tmp_path: Path) -> None:
    """Ties were left out when the record was made, and are again."""
    frame = in_words(data())
    frame.loc[::5, "y_true"] = "tie"
    old, path = saved(frame, tmp_path / "old.csv"), tmp_path / "record.json"
    options = ("--truth", "y_true", "--score", "good_prob", "--pos-label", "fast", "--drop-label", "tie", "-o", path)
    assert command("record", old, *options)[0] == 0
    assert command("verify", path, old)[0] == 0
    again = in_words(moved())
    again.loc[::5, "y_true"] = "tie"
    code, out, err = command("check", saved(again, tmp_path / "new.csv"), "--record", path)
    assert (code, kinds(out)["rows"]) == (0, "ok")
    assert "100 of 500 rows were left out: truth is tie (100)." in err


def test_the_recorded_file_is_no_new_evidence(command: Command, table: Path, record: Path) -> None:
    """It passes, and the first line says what that is worth."""
    code, out, _ = command("check", table, "--record", record)
    assert (code, kinds(out)["rows"]) == (0, "warn")
    assert "“two models.csv”" in out.splitlines()[0]


@pytest.mark.parametrize("label", ["pending", "slow "])
def test_a_turned_negative_label_is_found(command: Command, fast: Path, tmp_path: Path, label: str) -> None:
    """Also where it was turned only in how the file is read."""
    told = json.loads(fast.read_text("utf-8"))
    told["data"]["read_as"]["neg_label"] = label
    fast.write_text(json.dumps(told), encoding="utf-8")
    code, out, _ = command("verify", fast, tmp_path / "old.csv")
    same = label.strip() == "slow"
    assert (code, "recorded “pending”, computed “slow”" in out) == (not same, not same)


def test_columns_that_no_number_rests_on_need_not_be_there(command: Command, fast: Path, tmp_path: Path) -> None:
    """Neither the key nor the group; rows that were left out must be as many."""
    lean = in_words(data())[["y_true", "good_prob"]]
    assert command("verify", fast, saved(lean, tmp_path / "lean.csv"))[0] == 0
    lean.loc[len(lean)] = ["fast", None]
    code, out, _ = command("verify", fast, saved(lean, tmp_path / "lean.csv"))
    assert (code, out) == (1, "Rows left out, “missing score”: recorded 0, computed 1\n")


@pytest.mark.parametrize("path", ["data.files.0.size", "data.dropped", "expected.threshold_interval"])
def test_what_no_count_shows_is_verified_too(command: Command, table: Path, record: Path, path: str) -> None:
    """The size of a file, the rows left out, and the range of the gate under another numpy's name."""
    told = json.loads(record.read_text("utf-8"))
    part, (*way, last) = told, path.split(".")
    for step in way:
        part = part[int(step) if step.isdigit() else step]
    part[last] = {"size": 1, "dropped": {"missing truth": 3}, "threshold_interval": [-1e9, 1e9]}[last]
    told["versions"]["numpy"] = "1.0.0"
    record.write_text(json.dumps(told), encoding="utf-8")
    code, out, _ = command("verify", record, table)
    assert code == 1
    assert out.startswith(
        {"size": "Bytes of “two models.csv”: recorded 1", "dropped": "Rows left out, “missing truth”: recorded 3"}.get(
            last, "Best threshold, lower bound: recorded -1000000000"
        )
    )


@pytest.mark.parametrize("junit", [("--junit", "{}"), ("--junit={}",)])
@pytest.mark.parametrize("bad", [("--min-recal", "0.9"), ("--min-recall", "2"), ("--at", "median"), ("--allow",)])
def test_bad_options_leave_no_old_result(
    command: Command, record: Path, table: Path, tmp_path: Path, junit: tuple[str, ...], bad: tuple[str, ...]
) -> None:
    """A pipeline that only reads the XML sees an error, and the hint names the command's own help."""
    path = tmp_path / "check.xml"
    path.write_text("<testsuites/>")
    options = [each.format(path) for each in junit]
    code, out, err = command("check", table, "--record", record, *options, *bad)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.endswith("See f1tools check --help.\n")
    error = ET.parse(path).getroot().find("testsuite/testcase/error")  # noqa: S314 - our own
    assert error is not None
    assert f"f1tools: {error.get('message')}\n" == err


@pytest.mark.parametrize("error", [MemoryError, KeyboardInterrupt])
def test_a_check_that_breaks_off_leaves_no_old_result(
    command: Command,
    record: Path,
    table: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
) -> None:
    """Whatever happens in between, the XML does not say that all is well."""

    def breaks_off(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("f1tools.cli.check._findings", breaks_off)
    path = tmp_path / "check.xml"
    path.write_text("<testsuites/>")
    assert command("check", table, "--record", record, "--junit", path)[0] in (2, 130)
    assert ET.parse(path).getroot().find("testsuite/testcase/error") is not None  # noqa: S314 - our own


@pytest.mark.parametrize("named", ["--record={}", "{}"])
def test_bad_options_cost_no_input(command: Command, record: Path, named: str) -> None:
    """A record or a file that --junit names by a slip stays what it is."""
    before = record.read_bytes()
    assert command("check", named.format(record), "--junit", record, "--bogus")[0] == 2
    assert record.read_bytes() == before


def test_junit_without_a_file_or_another_command(command: Command, record: Path, tmp_path: Path) -> None:
    """There is nothing to write then, and nothing is written."""
    for words in (("check", "x", "--junit"), ("check", "x", "--junit", "--json"), ("verify", "--junit", "a.xml", "x")):
        assert command(*words, "--bogus")[0] == 2
    assert [each.name for each in tmp_path.iterdir() if each.suffix == ".xml"] == []


def test_weaker_bounds_do_not_hide_recorded_ones(command: Command, table: Path, tmp_path: Path) -> None:
    """Both are judged, each under a name of its own, and what is asked twice is told once."""
    path = tmp_path / "record.json"
    options = ("--truth", "y_true", "--score", "good_prob", "--min-recall", "0.9", "-o", path)
    assert command("record", table, *options)[0] == 0
    worse = saved(moved(shift=-0.3), tmp_path / "worse.csv")
    xml = tmp_path / "check.xml"
    floors = ("--min-recall", "0.1", "--min-recall", "0.1", "--min-recall", "0.9")
    code, out, _ = command("check", worse, "--record", path, *floors, "--junit", xml)
    assert code == 1
    assert kinds(out)["recall at least 0.1"] == "ok"
    assert kinds(out)["recall at least 0.9 (recorded)"] == "FAIL"
    names = [each.get("name") for each in ET.parse(xml).getroot().iter("testcase")]  # noqa: S314 - our own
    assert len(set(names)) == len(names) == 8


def test_the_version(command: Command) -> None:
    """On standard output, and 0."""
    assert command("--version") == (0, f"f1tools {__version__}\n", "")


@pytest.mark.parametrize("words", [("record", "-o"), ("report", "-o"), ("check", "--record", "r.json", "--junit")])
def test_no_file_is_called_minus(
    command: Command, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Whoever means standard output is told how to say so."""
    monkeypatch.chdir(tmp_path)
    code, out, err = command(words[0], table, *words[1:], "-")
    assert (code, out) == (2, "")
    assert err == "f1tools: - is no file to write to. Name one, such as ./- or /dev/stdout.\n"
    assert not Path("-").exists()


def test_one_size_is_too_large_for_a_record(command: Command, table: Path, tmp_path: Path) -> None:
    """The command line reads as much as the library takes."""
    path = tmp_path / "record.json"
    path.write_bytes(b" " * (MAX_SIZE + 1))
    assert "record.json is too large" in command("verify", path, table)[2]
    path.write_bytes(b" " * MAX_SIZE)
    assert "record.json is not JSON" in command("verify", path, table)[2]


def test_long_names_are_shortened(command: Command, fast: Path, table: Path) -> None:
    """A name of thousands of characters does not flood the terminal."""
    told = json.loads(fast.read_text("utf-8"))
    told["data"]["read_as"]["neg_label"] = told["neg_label"] = "x" * 9999
    told["model"] = "m" * 9999
    fast.write_text(json.dumps(told), encoding="utf-8")
    unknown = ("record", table, "--truth", "y_true", "--score", "good_prob", "--model", "m" * 9999)
    for words in (("verify", fast, table), ("check", fast.with_name("old.csv"), "--record", fast), unknown):
        _, out, err = command(*words)
        assert len(out + err) < 1000


def test_long_names_of_columns(command: Command, tmp_path: Path) -> None:
    """Nor do those of models, labels and columns in the text of the best threshold."""
    score, truth = "s" * 5000, "t" * 5000
    frame = in_words(data())[["y_true", "good_prob"]].set_axis([truth, score], axis=1).replace({"slow": "n" * 5000})
    code, out, err = command("best", saved(frame, tmp_path / "long.csv"), "--truth", truth, "--pos-label", "fast")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) < 400


def test_what_can_be_allowed() -> None:
    """The command line offers what the library knows."""
    assert _KINDS == ALLOWED_KINDS
