"""The files that the lab writes: the scores as one wide CSV, and how they were made."""

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

from f1tools.core.errors import InvalidPredictions
from f1tools.export.cells import field
from f1tools.lab.settings import Settings
from f1tools.lab.task import Task
from f1tools.version import __version__

_TOGETHER = 1 << 15  # rows that are written together
_MADE_BY = "python -m f1tools.lab"
_PACKAGES = ("numpy", "scikit-learn", "imbalanced-learn", "keras", "jax")


def replace_file(path: Path, content: bytes) -> None:
    """Write a file wholly or not at all."""
    temporary = path.with_name(f"{path.name}.unfinished")
    temporary.write_bytes(content)
    temporary.replace(path)


def stem_of(output: Path) -> Path:
    """Give the output's path without its ending.

    Raises
    ------
    InvalidPredictions
        When it is neither .csv nor .csv.gz.

    Examples
    --------
    >>> stem_of(Path("out/lab.csv.gz")).name
    'lab'
    """
    for ending in (".csv.gz", ".csv"):
        if output.name.endswith(ending) and output.name != ending:
            return output.with_name(output.name.removesuffix(ending))
    raise InvalidPredictions(f"The output {output} must end with .csv or .csv.gz. Give it such a name.")


def about_path(output: Path) -> Path:
    """Give the file that says how an output was made.

    Raises
    ------
    InvalidPredictions
        When the output has no fitting name, or a file is there that is none of the lab's.

    Examples
    --------
    >>> about_path(Path("out/lab.csv.gz")).name
    'lab.json'
    """
    path = stem_of(output).with_name(f"{stem_of(output).name}.json")
    if path.exists() and not _made_here(path):
        raise InvalidPredictions(
            f"Beside the scores the lab writes {path}, and the one that is there was not made by the lab. Write to a "
            "file of another name."
        )
    return path


def _made_here(path: Path) -> bool:
    try:
        told = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and told.get("made_by") == _MADE_BY


def write_scores(output: Path, table: pd.DataFrame) -> None:
    """Write the wide table, packed where the name ends with .gz; the same table gives the same bytes."""
    content = csv_of(table)
    if output.name.endswith(".gz"):
        packed = io.BytesIO()
        with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
            file.write(content)
        content = packed.getvalue()
    replace_file(output, content)


def csv_of(table: pd.DataFrame) -> bytes:
    r"""Write a table as CSV whose texts are no formulas in a spreadsheet.

    Examples
    --------
    >>> csv_of(pd.DataFrame({"id": ["a", "=b"], "repeat": [1, 1], "score_plain": [0.25, 0.5]}))
    b'id,repeat,score_plain\na,1,0.25\n"\'=b",1,0.5\n'
    """
    file = io.BytesIO()
    file.write(f"{','.join(map(field, table.columns))}\n".encode())
    for start in range(0, len(table), _TOGETHER):
        block = table.iloc[start : start + _TOGETHER]
        columns = [map(field if block[name].dtype.kind == "O" else repr, block[name].tolist()) for name in block]
        file.write("".join(f"{','.join(cells)}\n" for cells in zip(*columns, strict=True)).encode())
    return file.getvalue()


def versions() -> dict[str, str]:
    """Tell the versions of what the numbers rest on."""
    return {"f1tools": __version__, "python": platform.python_version()} | {each: version(each) for each in _PACKAGES}


def settings_basis(settings: Settings) -> dict[str, Any]:
    """Tell what the scores rest on that is known before the data are."""
    return {
        "settings": {name: getattr(settings, name) for name in ("test_size", "folds", "seed", "positive_cost")},
        "versions": versions(),
    }


def basis(task: Task, settings: Settings, network: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what the scores of a strategy in a repeat rest on: with the same basis they come out the same."""
    return {"data": {"sha256_of_rows": task.digest()}, "network": dict(network), **settings_basis(settings)}


def about(
    task: Task, settings: Settings, network: Mapping[str, Any], strategies: Sequence[str], notes: Sequence[str]
) -> dict[str, Any]:
    """Tell how the scores were made, ready for JSON; nothing of it depends on when or where."""
    rests_on = basis(task, settings, network)
    data = {
        "title": task.title, "rows": task.n, "positives": task.n_pos, "features": task.X.shape[1],
        "pos_label": task.pos_label, "neg_label": task.neg_label,
        **({"sha256_of_file": task.sha256} if task.sha256 else {}),
        **rests_on["data"],
        "notes": list(notes),
    }  # fmt: skip
    shape = {name: getattr(settings, name) for name in ("repeats", "in_sample", "decimals")}
    return {
        "made_by": _MADE_BY,
        "data": data,
        "settings": shape | rests_on["settings"],
        "strategies": list(strategies),
        "network": rests_on["network"],
        "versions": rests_on["versions"],
    }


def write_about(output: Path, told: Mapping[str, Any]) -> Path:
    """Write how the scores were made beside them; gives the path."""
    path = about_path(output)
    replace_file(path, f"{json.dumps(told, indent=2, ensure_ascii=False)}\n".encode())
    return path
