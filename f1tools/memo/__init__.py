"""The memo: one decision as a self-contained HTML file for people."""

from f1tools.memo.build import build_snapshot
from f1tools.memo.render import memo_html
from f1tools.memo.snapshot import Section, Snapshot, Table
from f1tools.memo.suppression import check_suppression

__all__ = ["Section", "Snapshot", "Table", "build_snapshot", "check_suppression", "memo_html"]
