"""Between foreign files and the libraries that decode them: what a file may cost, and what its damage is called."""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from f1tools.core.types import InvalidPredictions
from f1tools.formatting import truncate

MIN_UNPACKED_LIMIT = 64 << 20
MAX_UNPACKED_RATIO = 100
MAX_COLUMNS = 2_000


def _damage() -> tuple[type[Exception], ...]:
    """Return what decoders raise for damaged files; two of them are imported only when one has failed."""
    from xml.parsers.expat import ExpatError
    from zipfile import BadZipFile

    # The classes of pyarrow are derived from these; its common base is not.
    return (
        *(zlib.error, lzma.LZMAError, BadZipFile, struct.error, ExpatError),
        *(EOFError, OSError, ValueError, LookupError, ArithmeticError, RecursionError, NotImplementedError),
        *(TypeError, AttributeError, SyntaxError, RuntimeError),
    )


@contextmanager
def decoding(name: str, kind: str, *errors: type[Exception]) -> Iterator[None]:
    """Report whatever a decoder raises for a damaged file in one sentence; only calls of decoders belong inside.

    Parameters
    ----------
    name : str
        The name of the file.
    kind : str
        What the file seems to be, such as "Parquet file".
    *errors : exception classes
        Further errors of the decoder.

    Raises
    ------
    InvalidPredictions
        If the decoder fails.

    Examples
    --------
    >>> with decoding("scores.gz", "gzip file"):
    ...     zlib.decompress(b"no")
    Traceback (most recent call last):
    f1tools.core.types.InvalidPredictions: The gzip file scores.gz is damaged or cut off (Error -3 while \
decompressing data: incorrect header check). Download or export it again.
    """
    try:
        yield
    except InvalidPredictions:
        raise
    except MemoryError as error:
        raise InvalidPredictions(f"The {kind} {name} needs more memory than there is. Save less of it.") from error
    except (*_damage(), *errors) as error:  # evaluated only where there is one
        reason = "nested too deeply" if isinstance(error, RecursionError) else truncate(str(error), 100).rstrip(".")
        reason = f" ({reason})" if reason else ""
        raise InvalidPredictions(
            f"The {kind} {name} is damaged or cut off{reason}. Download or export it again."
        ) from error


def check_expansion(name: str, unpacked: float, stored: int, *, floor: int | None = None) -> None:
    """Refuse a file whose content is out of all proportion to its size, before the work or while it is done.

    Parameters
    ----------
    name : str
        The name of the file.
    unpacked : float
        Number of bytes that its content takes.
    stored : int
        Number of bytes of the file itself.
    floor : int, optional
        Content up to this size is allowed for every file; 64 MB by default.

    Raises
    ------
    InvalidPredictions
        If the content takes more than `floor` and more than 100 times the size of the file.
    """
    if unpacked > max(MIN_UNPACKED_LIMIT if floor is None else floor, MAX_UNPACKED_RATIO * stored):
        raise InvalidPredictions(
            f"{name} unpacks to more than {MAX_UNPACKED_RATIO} times its size, which tables of predictions never do. "
            "Unpack it, or save the table as CSV."
        )


@dataclass
class Budget:
    """What may be done with one file: every byte that is parsed or produced counts, also when it is so again.

    Attributes
    ----------
    name : str
        The name of the file.
    stored : int
        Number of bytes of the file itself.
    floor : int, optional
        As of `check_expansion`.
    spent : int
        Number of bytes so far.
    """

    name: str
    stored: int
    floor: int | None = None
    spent: int = 0

    def spend(self, n_bytes: int) -> None:
        """Count what is about to be parsed or produced.

        Raises
        ------
        InvalidPredictions
            If it is out of all proportion to the size of the file.
        """
        self.spent += n_bytes
        check_expansion(self.name, self.spent, self.stored, floor=self.floor)


def check_width(name: str, n_columns: int) -> None:
    """Refuse a table with too many columns.

    Raises
    ------
    InvalidPredictions
        If there are more than 2,000.
    """
    if n_columns > MAX_COLUMNS:
        raise InvalidPredictions(
            f"{name} has {n_columns:,} columns; up to {MAX_COLUMNS:,} are read. "
            "Keep the columns of the truth and the scores."
        )
