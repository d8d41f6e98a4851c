"""Groups of rows: metrics and gaps by group, one threshold for each, and thresholds that make rates alike."""

from f1tools.groups.gain import OnNewRows, OwnThresholds, own_thresholds
from f1tools.groups.gaps import Gap
from f1tools.groups.parity import ParityThresholds, ThresholdSet, parity_thresholds
from f1tools.groups.report import GroupMetrics, GroupReport, RowsAtThreshold, by_group

__all__ = [
    "Gap",
    "GroupMetrics",
    "GroupReport",
    "OnNewRows",
    "OwnThresholds",
    "ParityThresholds",
    "RowsAtThreshold",
    "ThresholdSet",
    "by_group",
    "own_thresholds",
    "parity_thresholds",
]
