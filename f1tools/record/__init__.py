"""The decision record: what was decided, as a file that can be read again, deployed, verified and checked."""

from f1tools.record.check import check
from f1tools.record.deploy import snippets
from f1tools.record.differ import Difference
from f1tools.record.fingerprint import file_seen, table_digest
from f1tools.record.new_rows import Finding
from f1tools.record.read import InvalidRecord, read_record, schema
from f1tools.record.record import DataSource, DecisionRecord, Expected, FileSeen, Measured, Roles, ScoreShares
from f1tools.record.score_shares import score_shares, shares_at
from f1tools.record.verify import Verification, verify
from f1tools.record.write import record_of, source_of, to_json

__all__ = [
    "DataSource",
    "DecisionRecord",
    "Difference",
    "Expected",
    "FileSeen",
    "Finding",
    "InvalidRecord",
    "Measured",
    "Roles",
    "ScoreShares",
    "Verification",
    "check",
    "file_seen",
    "read_record",
    "record_of",
    "schema",
    "score_shares",
    "shares_at",
    "snippets",
    "source_of",
    "table_digest",
    "to_json",
    "verify",
]
