"""XML parts of zip archives, read as events in one pass; the parts of spreadsheets are such files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from f1tools.readers.formats.boundary import Budget
from f1tools.readers.formats.table import number_to_label

CHUNK_BYTES = 128 << 10
ELEMENT_BYTES = 500  # about what the attributes of an element take


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook.

    Attributes
    ----------
    name : str
        Its name.
    is_hidden : bool
        Whether the workbook hides it.
    rows : iterator of (list of str, int)
        The cells of its rows that are not empty, as text, and how often each row is repeated; rows may have different
        lengths.
    """

    name: str
    is_hidden: bool
    rows: Iterator[tuple[list[str], int]]


class XmlEvents:
    """Base of classes that read an XML file: subclasses implement `start` and `end`.

    Names come without their namespace prefixes. Text is appended to `text` between `collect` and `ignore`.
    """

    def __init__(self) -> None:
        self.text: list[str] = []
        self._local: dict[str, str] = {}
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start_root
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""

    def end(self, name: str) -> None:
        """Handle the end of an element."""

    def collect(self) -> None:
        """Append what follows to `text`."""
        self._parser.CharacterDataHandler = self.text.append

    def ignore(self) -> None:
        """Leave out what follows."""
        self._parser.CharacterDataHandler = None

    def read(self, archive: zipfile.ZipFile, part: str, budget: Budget) -> Iterator[None]:
        """Read a part of an archive, and yield after each chunk of it."""
        with archive.open(part) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                budget.spend(len(chunk))
                self._parser.Parse(chunk)
                yield
        self._parser.Parse(b"", True)
        yield

    def _start_root(self, name: str, attributes: dict[str, str]) -> None:
        """Remove prefixes only where the root has one: that takes as long as all the rest."""
        has_prefix = ":" in name
        self._parser.StartElementHandler = self._start if has_prefix else self.start
        self._parser.EndElementHandler = self._end if has_prefix else self.end
        self._parser.StartElementHandler(name, attributes)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = self._local.get(name) or self._local.setdefault(name, name.rpartition(":")[2])
        self.start(local, attributes)

    def _end(self, name: str) -> None:
        self.end(self._local[name])

    def _refuse_doctype(self, *declaration: object) -> None:
        raise ValueError("a document type declaration, which spreadsheets never have")


def elements(archive: zipfile.ZipFile, part: str, name: str, budget: Budget) -> list[dict[str, str]]:
    """Return the attributes of all elements of one name, without namespace prefixes."""
    found: list[dict[str, str]] = []

    class Elements(XmlEvents):
        def start(self, local: str, attributes: dict[str, str]) -> None:
            if local == name:
                budget.spend(ELEMENT_BYTES)
                found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    for _ in Elements().read(archive, part, budget):
        pass
    return found


def number_text(text: str) -> str:
    """Return the number in a cell in its one spelling; the digits of an integer stay as they are.

    Examples
    --------
    >>> number_text("12345678901234567890"), number_text("0.10000000000000001"), number_text("1E-3"), number_text("5.0")
    ('12345678901234567890', '0.1', '0.001', '5')
    """
    return text if text.removeprefix("-").isdecimal() else number_to_label(float(text))
