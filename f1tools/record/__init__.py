"""The decision record: what was decided, as a file that can be read again, deployed, verified and checked."""

from f1tools.record.record import DataSource, DecisionRecord, FileSeen

__all__ = ["DataSource", "DecisionRecord", "FileSeen"]
