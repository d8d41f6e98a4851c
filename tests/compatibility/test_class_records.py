"""Records of several classes that were written earlier open, verify with their rows, and check new rows.

``data/labels.record.json`` and ``classes.record.json`` are of the first method: their offsets were searched and their
estimates made in another way than now. Those of later methods have its number in the name, and all have the same rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from f1tools.record import read_any_record, to_json
from f1tools.record.classes.model import METHOD
from tests.compatibility.test_compatibility import DATA, differences

RECORDS = sorted(
    path.name.removesuffix(".record.json")
    for kind in ("labels", "classes")
    for path in DATA.glob(f"{kind}*.record.json")
)
Command = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize("name", RECORDS)
def test_earlier_records(command: Command, name: str) -> None:
    """They say the same, agree with their rows, and new rows of the same kind pass."""
    path, kind = DATA / f"{name}.record.json", name.partition(".")[0]
    content = json.loads(path.read_bytes())
    assert differences(content, json.loads(to_json(read_any_record(path.read_bytes())))) == []
    code, out, err = command("verify", path, DATA / f"{kind}.csv")
    assert (code, out) == (0, f"{path} agrees with {DATA / kind}.csv.\n")
    is_noted = "estimated in another way than for the record, so it is not compared" in err
    assert is_noted == (content.get("method", 1) != METHOD)
    code, out, _ = command("check", DATA / f"new_{kind}.csv", "--record", path, "--json")
    assert (code, {each["level"] for each in json.loads(out)["findings"]}) == (0, {"ok"})


@pytest.mark.parametrize("name", RECORDS)
def test_changes_of_earlier_records(command: Command, name: str, tmp_path: Path) -> None:
    """Whatever made the offsets, a record must have the counts that they give."""
    content, kind = json.loads((DATA / f"{name}.record.json").read_bytes()), name.partition(".")[0]
    counts, cuts = content["classes"][0]["counts"], "thresholds" if kind == "labels" else "offsets"
    changed = tmp_path / "changed.json"
    for values in ({"counts": counts | {"tp": counts["tp"] - 1, "fn": counts["fn"] + 1}}, {"value": 0.5}):
        classes = [content["classes"][0] | values, *content["classes"][1:]]
        changed.write_text(json.dumps(content | {"classes": classes}), "utf-8")
        assert command("verify", changed, DATA / f"{kind}.csv")[0] == 1
    changed.write_text(json.dumps(content | {cuts: content[cuts] | {"cat": 0.9}}), "utf-8")
    assert command("verify", changed, DATA / f"{kind}.csv")[0] == 1
