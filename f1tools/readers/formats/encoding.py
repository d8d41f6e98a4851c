"""Which characters the bytes stand for, and the bytes again as UTF-8."""

from __future__ import annotations

import codecs

from f1tools.core.errors import InvalidPredictions
from f1tools.readers.formats.source import Unpacked

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1a\x1b")


def encoding_of(head: bytes, name: str) -> str:
    """Return the codec of a text whose first bytes are given: by its mark, else UTF-8 if it fits, else Windows-1252.

    Raises
    ------
    InvalidPredictions
        If the bytes are no text.
    """
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return codec
    zeros = head.count(0)
    if zeros > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    if len(head.translate(None, _CONTROLS)) < 0.998 * len(head):
        raise InvalidPredictions(f"{name} holds binary data, not a table. Bring CSV, Parquet or xlsx.")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode(head: bytes, codec: str) -> str:
    """Return the text of the first bytes, a character cut in two at their end left out."""
    return codecs.getincrementaldecoder(codec)("replace").decode(head)


class AsUtf8:
    """A stream of text in any encoding, read as UTF-8 without a mark."""

    def __init__(self, stream: Unpacked, codec: str) -> None:
        self._stream = stream
        self._decoder = None if codec == "utf-8" else codecs.getincrementaldecoder(codec)("replace")

    def read(self, count: int) -> bytes:
        """Return about `count` further bytes; nothing only at the end."""
        while data := self._stream.read(count):
            if self._decoder is None:
                return data
            if text := self._decoder.decode(data):
                return text.encode("utf-8", "replace")
        return b""
