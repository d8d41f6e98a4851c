"""The memo: one decision, about one class or several, as a self-contained HTML file for people."""

from f1tools.memo.build import build_snapshot
from f1tools.memo.classes.build import build_class_snapshot, check_class_suppression, class_memo_html
from f1tools.memo.render import memo_html
from f1tools.memo.snapshot import ClassSnapshot, Section, Snapshot, Table
from f1tools.memo.suppression import check_suppression

__all__ = [
    "ClassSnapshot",
    "Section",
    "Snapshot",
    "Table",
    "build_class_snapshot",
    "build_snapshot",
    "check_class_suppression",
    "check_suppression",
    "class_memo_html",
    "memo_html",
]
