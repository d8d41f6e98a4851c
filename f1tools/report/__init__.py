"""The memo: one decision as a self-contained HTML file for people."""

from f1tools.report.memo import memo_html
from f1tools.report.snapshot import Section, Snapshot, Table
from f1tools.report.suppress import check_suppression
from f1tools.report.take import take_snapshot

__all__ = ["Section", "Snapshot", "Table", "check_suppression", "memo_html", "take_snapshot"]
