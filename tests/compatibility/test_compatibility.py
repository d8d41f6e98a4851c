"""What version 0.1.0 wrote still works: answers of the command line, decision records and links.

The files in ``data`` were written by that version. Fields may be added since, none may change.
"""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from f1tools.cli import main
from f1tools.record import read_record, to_json
from f1tools.ui.session.view import View

DATA = Path(__file__).parent / "data"
SAMPLES = Path(__file__).parents[2] / "sample_data"
ANSWERS = json.loads(gzip.decompress((DATA / "best.json.gz").read_bytes()))
RECORDS = json.loads((DATA / "records.json").read_text(encoding="utf-8"))
TOLERANCE = 1e-12  # the last digit may depend on the processor
RESAMPLES_DIFFER = np.__version__.split(".")[:2] != ["2", "4"]  # random numbers may change with a version of numpy
LINKS = json.loads((DATA / "links.json").read_text(encoding="utf-8"))


def run(args: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command where its files are; return the exit code and the output."""
    monkeypatch.chdir(DATA if any("patients" in arg for arg in args) else SAMPLES)
    try:
        code: Any = main(args)
    except SystemExit as error:
        code = error.code
    return code, capsys.readouterr().out


def differences(old: Any, new: Any, path: str = "") -> list[str]:
    """Return where a field of the old value is missing from the new one or has another value."""
    if isinstance(old, dict) and isinstance(new, dict):
        missing = [f"{path}.{key} is missing" for key in old.keys() - new.keys()]
        return missing + [each for key in old.keys() & new.keys() for each in differences(old[key], new[key], key)]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [each for was, now in zip(old, new, strict=True) for each in differences(was, now, path)]
    same = (
        math.isclose(old, new, rel_tol=TOLERANCE) if isinstance(old, float) and isinstance(new, float) else old == new
    )
    return [] if same and type(old) is type(new) else [f"{path} was {old!r} and is {new!r}"]


@pytest.mark.parametrize("case", ANSWERS, ids=lambda case: " ".join(case["args"]))
def test_answers(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Every field of ``f1tools best --json`` has its old value, and the exit code is the same."""
    if "--interval" in case["args"] and RESAMPLES_DIFFER:
        pytest.skip("other resamples")
    code, output = run(["best", "--json", *case["args"]], monkeypatch, capsys)
    assert code == case["exit"]
    assert case["answer"] is None or differences(case["answer"], json.loads(output)) == []


@pytest.mark.parametrize("case", RECORDS, ids=lambda case: case["name"])
def test_records(case: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Old records open and are verified; checks of new rows find the same; the same decision gives the same record."""
    path = DATA / f"{case['name']}.record.json"
    content = json.loads(path.read_bytes())
    assert differences(content, json.loads(to_json(read_record(path.read_bytes())))) == []
    recorded = case["args"] or case["checks"][0]["args"]
    assert run(["verify", str(path), recorded[0]], monkeypatch, capsys)[0] == 0
    for check in case["checks"]:
        code, output = run(["check", *check["args"], "--record", str(path), "--json"], monkeypatch, capsys)
        assert code == check["exit"]
        assert [[each["kind"], each["level"]] for each in json.loads(output)["findings"]] == check["findings"]
    if case["args"] is not None and not RESAMPLES_DIFFER:
        code, output = run(["record", *case["args"]], monkeypatch, capsys)
        again = json.loads(output) | {name: content[name] for name in ("created", "versions")}
        assert differences(content, again) == []


@pytest.mark.parametrize("case", LINKS, ids=lambda case: "&".join(f"{name}={x}" for name, x in case["query"].items()))
def test_links(case: dict[str, Any]) -> None:
    """Old links open the same view; what was dropped as invalid still is."""
    view, expected = View.from_query(case["query"]), case["view"]
    if view is None or expected is None:
        assert view is expected
        return
    what_if = view.what_if
    assert expected == {
        "query": view.to_query(),
        "objective": [view.objective.name, view.objective.beta],
        "constraints": [[each.name, each.sense, each.bound] for each in view.constraints],
        "what_if": [what_if.class_weight, what_if.prevalence, what_if.positive_weight],
    }
