"""How a link names models, files, and the choices that files are read with."""

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from f1tools.formatting import single_line
from f1tools.readers import Choices
from f1tools.readers.reader import MAX_FILES
from f1tools.record import FileDigest

MAX_NAME_LENGTH = 200
"""A link names a model by its digest where the name is longer than this."""
MAX_CHOICES_LENGTH = 1500
LIMITED = ("precision", "recall")
"""Metrics that can have a least value for a label, in display order."""
_FILE = r"[^*\n\r]{1,120}\.[0-9a-f]{16}"
FILES_PATTERN = rf"{_FILE}(\*{_FILE}){{0,{MAX_FILES - 1}}}"  # "*" needs no escaping in a URL


def model_in_link(model: str) -> str:
    """Return the name of a model in a link: the name itself, or a digest of a name that is too long for a URL.

    Examples
    --------
    >>> model_in_link("forest"), model_in_link("m" * 300)
    ('forest', '~88c6e4c1d9337601')
    """
    if len(model) <= MAX_NAME_LENGTH:
        return model
    return _digest(model)


def _digest(model: str) -> str:
    return f"~{hashlib.sha256(model.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def models_in_link(models: Iterable[str]) -> str:
    """Return the names of several models in a link.

    Examples
    --------
    >>> models_in_link(["forest", "linear"]), models_in_link([])
    ('forest*linear', '*')
    """
    return "*".join(map(_in_list, models)) or "*"


def linked_models(linked: str, models: Iterable[str]) -> list[str] | None:
    """Return the models that a link names; None where one of them does not exist.

    Examples
    --------
    >>> linked_models("forest*linear", ["linear", "forest"]), linked_models("forest*tree", ["linear", "forest"])
    (['forest', 'linear'], None)
    """
    by_name = {_in_list(model): model for model in models}
    named = [] if linked == "*" else linked.split("*")
    return [by_name[each] for each in named] if all(each in by_name for each in named) else None


def _in_list(model: str) -> str:
    return _digest(model) if "*" in model else model_in_link(model)


def files_in_link(files: Sequence[FileDigest]) -> str:
    """Return how a link names files: by name and the first 16 digits of the SHA-256 digest.

    Examples
    --------
    >>> files_in_link([FileDigest(name="my*file.csv", size=9, sha256="0123456789abcdef" * 4)])
    'my file.csv.0123456789abcdef'
    """
    names = (re.sub(r"[*\s]+", " ", single_line(file.name))[-120:].strip() or "file" for file in files)
    return "*".join(f"{name}.{file.sha256[:16]}" for name, file in zip(names, files, strict=True))


def choices_in_link(choices: Choices | None) -> str | None:
    """Return the reading choices as JSON; None where there are none or they are too long for a URL."""
    text = "" if choices is None else json.dumps(choices.chosen(), separators=(",", ":"))
    return text if 0 < len(text) <= MAX_CHOICES_LENGTH else None


def linked_files(linked: str) -> list[tuple[str, str]]:
    """Return the files that a link names, each with the start of its SHA-256 digest.

    Examples
    --------
    >>> linked_files("my file.csv.0123456789abcdef")
    [('my file.csv', '0123456789abcdef')]
    """
    parts = (each.rpartition(".") for each in linked.split("*"))
    return [(name, digest) for name, _, digest in parts]


def by_class_in_link(values: Mapping[str, Any]) -> str | None:
    """Return values by class as a link has them; None where there are none."""
    return json.dumps(values, separators=(",", ":")) if values else None


def linked_thresholds(text: str) -> str | None:
    """Return thresholds by label as a link has them; None where the text is something else, or too long.

    Examples
    --------
    >>> linked_thresholds('{"toxic":0.3}'), linked_thresholds('{"toxic":"high"}')
    ('{"toxic":0.3}', None)
    """
    values = _by_class(text).values()
    valid = all(type(value) in (int, float) and value > -math.inf for value in values)  # +inf flags nothing
    return text if values and valid else None


def linked_limits(text: str) -> str | None:
    """Return limits by label and metric as a link has them; None where the text is something else, or too long.

    Examples
    --------
    >>> linked_limits('{"threat":{"precision":0.8}}'), linked_limits('{"threat":0.8}')
    ('{"threat":{"precision":0.8}}', None)
    """
    by_label = _by_class(text).values()
    if not by_label or not all(isinstance(each, dict) and each for each in by_label):
        return None
    limits = [limit for each in by_label for limit in each.items()]
    valid = all(name in LIMITED and type(value) in (int, float) and 0 <= value <= 1 for name, value in limits)
    return text if valid else None


def _by_class(text: str) -> dict[str, Any]:
    """Read values by class; empty where the text is something else, or too long."""
    try:
        values = json.loads(text) if len(text) <= MAX_CHOICES_LENGTH else None
    except (ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}
