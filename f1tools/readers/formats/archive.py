"""Zip archives: spreadsheets, NumPy arrays, or one table among other files."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from f1tools.core.types import InvalidPredictions
from f1tools.formatting import join_names, single_line, truncate
from f1tools.readers.formats.boundary import check_expansion, decoding
from f1tools.readers.formats.source import Source, checked_source
from f1tools.readers.formats.table import Table

MAX_FILES = 20
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_ASIDE = ("readme", "license", "licence", "notice", "changelog", "manifest", "thumbs.db", "desktop.ini")
_ENCRYPTED = 1


def open_archive(source: Source, open_member: Callable[[Source], Table]) -> Table:
    """Return the table in a zip archive.

    Parameters
    ----------
    source : Source
        The archive.
    open_member : callable
        Opens the table in a file of the archive.

    Raises
    ------
    InvalidPredictions
        If the archive is damaged, encrypted, too large when unpacked, or contains no table or several.
    """
    is_packed = bool(source.compression)
    source = source.in_memory()
    with decoding(source.name, "zip archive"), source.open_stored() as stored, zipfile.ZipFile(stored) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        names = {member.filename for member in members}
        is_ods = "mimetype" in names and archive.open("mimetype").read(len(_ODS)) == _ODS
    if is_ods or "xl/workbook.xml" in names:
        from f1tools.readers.formats.workbook import open_workbook

        return open_workbook(source, "ods" if is_ods else "xlsx")
    if "xl/workbook.bin" in names:
        raise InvalidPredictions(f"{source.name} is a binary Excel workbook (.xlsb). Save it as .xlsx or CSV.")
    if is_packed:
        raise InvalidPredictions(f"{source.name} is packed twice. Unpack it first.")
    files = [member for member in members if member.file_size and not _is_aside(member.filename)]
    _check(source, files)
    if all(member.filename.endswith(".npy") for member in files):
        from f1tools.readers.formats.numpy_arrays import open_npz

        return open_npz(source, [member.filename for member in files])
    return _only_table(source, files, open_member)


def _is_aside(path: str) -> bool:
    """Return whether a file is not a table by its name: hidden, of a system, or a note for readers."""
    name = posixpath.basename(path).lower()
    return "__MACOSX" in path or name.startswith((".", *_ASIDE)) or name.endswith((".md", ".rst"))


def _check(source: Source, files: Sequence[zipfile.ZipInfo]) -> None:
    if not files:
        raise InvalidPredictions(f"{source.name} contains no files that could be a table.")
    if any(file.flag_bits & _ENCRYPTED for file in files):
        raise InvalidPredictions(f"{source.name} is protected with a password. Unpack it and provide the table in it.")
    if len(files) > MAX_FILES:
        raise InvalidPredictions(f"{source.name} contains {len(files):,} files. Provide the table among them.")
    check_expansion(source.name, sum(file.file_size for file in files), source.size)


def _only_table(source: Source, files: Sequence[zipfile.ZipInfo], open_member: Callable[[Source], Table]) -> Table:
    """Return the only table among files: those with one column count only where there are no others."""
    tables, errors = {}, []
    for file in files:
        try:
            tables[file.filename] = open_member(checked_source(_member(source, file.filename)))
        except InvalidPredictions as error:
            errors.append(error)
    found = list(tables)
    if len(found) > 1:
        found = [name for name in tables if len(tables[name].sample().cells) > 1] or found
    if len(found) == 1:
        return tables[found[0]]
    if len(errors) == len(files) == 1:
        raise errors[0]
    if not found:
        raise InvalidPredictions(f"None of the {len(files)} files in {source.name} is a table: {_listed(files)}.")
    listed = join_names(truncate(name, longest=60) for name in found)
    raise InvalidPredictions(
        f"{source.name} contains {len(found)} tables: {listed}. Unpack it and provide one, or two that belong together."
    )


def _listed(files: Sequence[zipfile.ZipInfo]) -> str:
    return ", ".join(truncate(file.filename, longest=60) for file in files)


def _member(source: Source, path: str) -> Source:
    def decompress(stored: BinaryIO) -> Any:
        return zipfile.ZipFile(stored).open(path)

    return replace(source, compression=f"{single_line(path)} in zip", decompress=decompress)
