"""Files that are replaced as a whole, and the folder of checkpoints beside an output."""

from __future__ import annotations

import hashlib
from pathlib import Path

from f1tools.core.types import InvalidPredictions

_SUFFIX = ".checkpoints"
_DIGEST_SIZE = 32  # bytes of a SHA-256


def replace_file(path: Path, content: bytes) -> None:
    """Write a file atomically."""
    temporary = path.with_name(f"{path.name}.unfinished")
    temporary.write_bytes(content)
    temporary.replace(path)


def checkpoint_folder(output: Path) -> Path:
    """Return the folder of an output's checkpoints: its name and ``.checkpoints``.

    Raises
    ------
    InvalidPredictions
        If this is a link or a file.
    """
    folder = output.with_name(f"{output.name}{_SUFFIX}")
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        kind = "a link" if folder.is_symlink() else "not a folder"
        raise InvalidPredictions(
            f"{folder} is {kind}, but the folder of the checkpoints has this name. Move it away, or choose another "
            "output."
        )
    return folder


def save_checkpoint(path: Path, content: bytes) -> None:
    """Write a checkpoint atomically: the SHA-256 of its content, then the content."""
    replace_file(path, hashlib.sha256(content).digest() + content)


def load_checkpoint(path: Path) -> bytes | None:
    """Return the content of a checkpoint; None if the file is missing or damaged."""
    try:
        stored = path.read_bytes()
    except OSError:
        return None
    digest, content = stored[:_DIGEST_SIZE], stored[_DIGEST_SIZE:]
    return content if digest == hashlib.sha256(content).digest() else None


def delete_checkpoint(path: Path) -> None:
    """Delete a checkpoint, and what an interrupted writer left of it."""
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}.unfinished").unlink(missing_ok=True)
