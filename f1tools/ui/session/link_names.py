"""How a link names models, files, and the choices that files are read with."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence

from f1tools.formatting import single_line
from f1tools.readers import Choices
from f1tools.readers.reader import MAX_FILES
from f1tools.record import FileDigest

MAX_NAME_LENGTH = 200
"""A link names a model by its digest where the name is longer than this."""
MAX_CHOICES_LENGTH = 1500
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
