"""Decision records: a decision as a JSON file that can be read again, verified, checked on new rows and deployed."""

from f1tools.record.build import build_record
from f1tools.record.checks import Finding, check
from f1tools.record.checks.classes import check_classes
from f1tools.record.classes import ClassRecord, ClassSource, build_class_record, class_source
from f1tools.record.classes.verify import verify_classes
from f1tools.record.diff import RecordDifference
from f1tools.record.fingerprint import file_digest, table_digest
from f1tools.record.groups import GroupThreshold, GroupThresholds, group_thresholds
from f1tools.record.json_schema import schema
from f1tools.record.model import DecisionRecord, Expected, MetricValue, Roles, ScoreBins
from f1tools.record.serialization import InvalidRecord, is_record, read_any_record, read_record, to_json
from f1tools.record.snippets import snippets
from f1tools.record.source import DataSource, FileDigest, data_source
from f1tools.record.verify import Verification, verify

__all__ = [
    "ClassRecord",
    "ClassSource",
    "DataSource",
    "DecisionRecord",
    "Expected",
    "FileDigest",
    "Finding",
    "GroupThreshold",
    "GroupThresholds",
    "InvalidRecord",
    "MetricValue",
    "RecordDifference",
    "Roles",
    "ScoreBins",
    "Verification",
    "build_class_record",
    "build_record",
    "check",
    "check_classes",
    "class_source",
    "data_source",
    "file_digest",
    "group_thresholds",
    "is_record",
    "read_any_record",
    "read_record",
    "schema",
    "snippets",
    "table_digest",
    "to_json",
    "verify",
    "verify_classes",
]
