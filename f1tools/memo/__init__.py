"""The memo: one decision as a self-contained HTML file for people."""

from f1tools.memo.memo import memo_html
from f1tools.memo.snapshot import Section, Snapshot, Table
from f1tools.memo.suppress import check_suppression
from f1tools.memo.take import take_snapshot

__all__ = ["Section", "Snapshot", "Table", "check_suppression", "memo_html", "take_snapshot"]
