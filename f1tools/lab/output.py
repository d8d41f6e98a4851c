"""The files that the lab writes: the scores as one wide CSV, and a JSON file that documents the run."""

from __future__ import annotations

import gzip
import io
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from f1tools.core.files import replace_file
from f1tools.core.types import InvalidPredictions
from f1tools.export.cells import field
from f1tools.lab.task import Settings, Task
from f1tools.version import __version__

_BLOCK = 1 << 15  # rows that are formatted together
_MADE_BY = "python -m f1tools.lab"
_PACKAGES = ("numpy", "scikit-learn", "imbalanced-learn", "keras", "jax")


def metadata_path(output: Path) -> Path:
    """Return the path of the JSON file beside an output.

    Raises
    ------
    InvalidPredictions
        If the output has neither the ending .csv nor .csv.gz.

    Examples
    --------
    >>> metadata_path(Path("out/lab.csv.gz")).name
    'lab.json'
    """
    for ending in (".csv.gz", ".csv"):
        if output.name.endswith(ending) and output.name != ending:
            return output.with_name(f"{output.name.removesuffix(ending)}.json")
    raise InvalidPredictions(f"The output {output} must end with .csv or .csv.gz. Choose such a name.")


def check_metadata_path(output: Path) -> None:
    """Check that an output has a valid name and that no foreign file would be overwritten beside it.

    Raises
    ------
    InvalidPredictions
        If the check fails.
    """
    path = metadata_path(output)
    if not path.exists():
        return
    try:
        metadata = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        metadata = None
    if not (isinstance(metadata, dict) and metadata.get("made_by") == _MADE_BY):
        raise InvalidPredictions(
            f"The lab writes {path} beside the scores, but this file exists and was not written by the lab. Choose "
            "another output name."
        )


def write_scores(output: Path, table: pd.DataFrame) -> None:
    """Write the wide table, compressed if the name ends with .gz; the same table gives the same bytes."""
    content = csv_bytes(table)
    if output.name.endswith(".gz"):
        compressed = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=compressed, mtime=0) as file:  # no name, no time
            file.write(content)
        content = compressed.getvalue()
    replace_file(output, content)


def csv_bytes(table: pd.DataFrame) -> bytes:
    r"""Return a table as CSV; strings can't become formulas in a spreadsheet.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"id": ["a", "=b"], "repeat": [1, 1], "score_plain": [0.25, 0.5]}))
    b'id,repeat,score_plain\na,1,0.25\n"\'=b",1,0.5\n'
    """
    blocks = [f"{','.join(map(field, table.columns))}\n"]
    for start in range(0, len(table), _BLOCK):
        block = table.iloc[start : start + _BLOCK]
        columns = [map(field if block[name].dtype.kind == "O" else repr, block[name].tolist()) for name in block]
        blocks.append("".join(f"{','.join(cells)}\n" for cells in zip(*columns, strict=True)))
    return "".join(blocks).encode()


def settings_fingerprint(settings: Settings) -> dict[str, Any]:
    """Return the part of :func:`fingerprint` that is known before the data are read."""
    versions = {"f1tools": __version__, "python": platform.python_version()}
    return {
        "settings": {name: getattr(settings, name) for name in ("test_size", "folds", "seed", "positive_cost")},
        "versions": versions | {name: version(name) for name in _PACKAGES},
    }


def fingerprint(task: Task, settings: Settings, network: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that the scores of a strategy in a repeat depend on, ready for JSON."""
    return {"data": {"sha256_of_rows": task.digest()}, "network": dict(network), **settings_fingerprint(settings)}


def write_metadata(
    output: Path,
    task: Task,
    settings: Settings,
    *,
    network: Mapping[str, Any],
    strategies: Sequence[str],
    notes: Sequence[str],
) -> None:
    """Write the JSON file that documents a run; nothing in it depends on the time or the machine's paths."""
    depends_on = fingerprint(task, settings, network)
    data = {
        "title": task.title, "rows": task.n, "positives": task.n_pos, "features": task.X.shape[1],
        "pos_label": task.pos_label, "neg_label": task.neg_label,
        **({"sha256_of_file": task.file_sha256} if task.file_sha256 else {}),
        **depends_on["data"],
        "notes": list(notes),
    }  # fmt: skip
    format_settings = {name: getattr(settings, name) for name in ("repeats", "in_sample", "decimals")}
    metadata = {
        "made_by": _MADE_BY,
        "data": data,
        "settings": format_settings | depends_on["settings"],
        "strategies": list(strategies),
        "network": depends_on["network"],
        "versions": depends_on["versions"],
    }
    replace_file(metadata_path(output), f"{json.dumps(metadata, indent=2, ensure_ascii=False)}\n".encode())
