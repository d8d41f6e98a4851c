"""Whether files are those of a record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from f1tools import formatting
from f1tools.record.differ import Difference, quoted
from f1tools.record.record import DecisionRecord, FileSeen


def same_bytes(record: DecisionRecord, files: Sequence[FileSeen]) -> bool:
    """Tell whether files are known to be the recorded ones, to the last byte."""
    return bool(files) and _digests(files) == _digests(record.source.files)


def _digests(files: Sequence[FileSeen]) -> list[str]:
    return sorted(each.sha256 for each in files)


def other_sizes(record: DecisionRecord, files: Sequence[FileSeen]) -> Iterator[Difference]:
    """Go through the recorded files that have another size than the record says."""
    recorded = {each.sha256: each for each in record.source.files}
    for each in files:
        known = recorded.get(each.sha256, each)
        if known.size != each.size:
            yield Difference(
                f"Bytes of {quoted(known.name)}", formatting.count(known.size), formatting.count(each.size)
            )


def about_files(record: DecisionRecord, files: Sequence[FileSeen], *, alike: bool) -> Iterator[str]:
    """Say whether the files are those of the record."""
    known = {each.sha256 for each in record.source.files}
    if not (known and files):
        return
    others = [each for each in files if each.sha256 not in known]
    for each in others:
        yield (
            f"{quoted(each.name)} is not byte for byte a file of the record, but holds the same rows."
            if alike
            else f"{quoted(each.name)} is another file than the record's: its SHA-256 begins with {each.sha256[:16]}."
        )
    if not others and not alike:
        yield "The files are the record's to the last byte: they were read in another way, or the record changed."
