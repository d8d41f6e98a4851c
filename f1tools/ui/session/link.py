"""How a link names models, files and the way that files are read."""

import hashlib
import json
import re
from collections.abc import Sequence

from f1tools.formatting import single_line
from f1tools.readers import Choices
from f1tools.record import FileDigest

MAX_NAME_LENGTH = 200
"""A link names a model by its digest where the name is longer than this."""
MAX_CHOICES_LENGTH = 1500
_FILE = r"[^*\n\r]{1,120}\.[0-9a-f]{16}"
FILES_PATTERN = rf"{_FILE}(\*{_FILE})?"  # "*" needs no escaping in a URL


def model_in_link(model: str) -> str:
    """Return the name of a model in a link: the name itself, or a digest of a name that is too long for a URL.

    Examples
    --------
    >>> model_in_link("forest"), model_in_link("m" * 300)
    ('forest', '~88c6e4c1d9337601')
    """
    if len(model) <= MAX_NAME_LENGTH:
        return model
    return f"~{hashlib.sha256(model.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


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


def files_text(linked: str) -> str:
    """Describe the files that a link names.

    Examples
    --------
    >>> files_text("my file.csv.0123456789abcdef")
    'my file.csv (SHA-256 starts with 0123456789abcdef)'
    """
    parts = (each.rpartition(".") for each in linked.split("*"))
    return " and ".join(f"{name} (SHA-256 starts with {digest})" for name, _, digest in parts)
