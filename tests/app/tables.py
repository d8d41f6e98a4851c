"""Tables in Markdown, read back from a page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streamlit.testing.v1 import AppTest


class Column(Mapping[str, str]):
    """Cells by the name of their line."""

    def __init__(self, names: list[str], cells: list[str]) -> None:
        self._cells = dict(zip(names, cells, strict=True))

    def __getitem__(self, name: str) -> str:
        return self._cells[name]

    def __iter__(self) -> Any:
        return iter(self._cells)

    def __len__(self) -> int:
        return len(self._cells)

    @property
    def column(self) -> list[str]:
        """The cells from top to bottom."""
        return list(self._cells.values())


@dataclass(frozen=True)
class Table:
    """A table whose first column names the lines."""

    heads: list[str]
    names: list[str]
    cells: list[list[str]]

    def __getitem__(self, head: str) -> Column:
        place = self.heads.index(head)
        return Column(self.names, [line[place] for line in self.cells])


def table_of(app: AppTest, number: int = 0) -> Table:
    """Read a table of a page."""
    found = [element.value for element in app.markdown if element.value.startswith("|")][number]
    head, _, *lines = [_cells(line) for line in found.splitlines()]
    return Table(head[1:], [line[0] for line in lines], [line[1:] for line in lines])


def _cells(line: str) -> list[str]:
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", line.replace("\u2060", ""))
    return [cell.strip().strip("*") for cell in plain.strip().strip("|").split("|")]
