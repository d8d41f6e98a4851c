"""Choose the threshold of a binary classifier: exact, honest, explained.

All public names are here. Packages that are slow to load are imported when one of their names is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from f1tools import notebook as _notebook  # noqa: F401 (defines how notebooks display curves and comparisons)
from f1tools.core.constraints import Constraint
from f1tools.core.counts import ConfusionCounts
from f1tools.core.curve import ThresholdCurve
from f1tools.core.histogram_search import best_threshold
from f1tools.core.metrics import METRICS, Metric, metric
from f1tools.core.model_curves import ModelCurves
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.optimum import ConstraintsNotMet, Optimum, Plateau, best, plateau, transfer
from f1tools.core.types import InvalidPredictions
from f1tools.decision import Comparison, Decision, compare, decide
from f1tools.predictions import Predictions
from f1tools.threshold_table import CountedRows, TableSource, ThresholdTable
from f1tools.version import __version__

if TYPE_CHECKING:
    # Functions named like their module are imported from it, or a type checker confuses the two.
    from f1tools.advice import Advice, advise
    from f1tools.backends import summarize
    from f1tools.calibration import CalibrationAssessment, assess_calibration, brier_score, recalibrated
    from f1tools.calibration.reliability import reliability
    from f1tools.classes import (
        ClassCurves,
        ClassDecision,
        ClassEstimate,
        ClassOffsets,
        ClassRule,
        RuleDifference,
        RuleEstimates,
        ThresholdVector,
        best_class_offsets,
        best_vector,
        common_threshold,
        decide_classes,
        estimate_rules,
    )
    from f1tools.comparison import (
        AlignedDifferences,
        Classifier,
        Flips,
        ModelDifference,
        ModelDifferences,
        SameWorkload,
        aligned_differences,
        aligned_point,
        find_flips,
        model_differences,
        unpaired_differences,
    )
    from f1tools.groups import (
        Gap,
        GroupMetrics,
        GroupReport,
        OnNewRows,
        OwnThresholds,
        ParityThresholds,
        RowsAtThreshold,
        ThresholdSet,
        by_group,
        own_thresholds,
        parity_thresholds,
    )
    from f1tools.memo import ClassSnapshot, Snapshot, build_class_snapshot, build_snapshot, class_memo_html, memo_html
    from f1tools.readers import Choices, Reading, read_files, read_predictions, read_repeated
    from f1tools.record import (
        ClassRecord,
        DecisionRecord,
        Finding,
        GroupThreshold,
        GroupThresholds,
        InvalidRecord,
        Verification,
        build_class_record,
        build_record,
        check,
        check_classes,
        class_source,
        data_source,
        file_digest,
        group_thresholds,
        read_any_record,
        read_record,
        to_json,
        verify_classes,
    )
    from f1tools.record.snippets import snippets
    from f1tools.record.verify import verify
    from f1tools.repeats import Findings, Outcomes, RepeatedPredictions, corrected_interval, findings
    from f1tools.repeats.outcomes import outcomes
    from f1tools.uncertainty import Interval, TunedEstimate, metric_interval, tuned_estimate, wilson_interval
    from f1tools.what_if import (
        Costs,
        WhatIf,
        amount_curve,
        at_capacity,
        at_prevalence,
        cheapest,
        cost_ranges,
        optimal_triage,
        prior_shift,
        sweep_prevalence,
        with_class_weight,
    )
    from f1tools.what_if.tradeoffs import exchange_rate
    from f1tools.what_if.triage import triage

_LAZY_PACKAGES = (
    "what_if",
    "uncertainty",
    "comparison",
    "calibration",
    "groups",
    "advice",
    "repeats",
    "readers",
    "record",
    "memo",
    "backends",
    "classes",
)

__all__ = [
    "METRICS",
    "Advice",
    "AlignedDifferences",
    "CalibrationAssessment",
    "Choices",
    "ClassCurves",
    "ClassDecision",
    "ClassEstimate",
    "ClassOffsets",
    "ClassRecord",
    "ClassRule",
    "ClassSnapshot",
    "Classifier",
    "Comparison",
    "ConfusionCounts",
    "Constraint",
    "ConstraintsNotMet",
    "Costs",
    "CountedRows",
    "Decision",
    "DecisionRecord",
    "Finding",
    "Findings",
    "Flips",
    "Gap",
    "GroupMetrics",
    "GroupReport",
    "GroupThreshold",
    "GroupThresholds",
    "Interval",
    "InvalidPredictions",
    "InvalidRecord",
    "Metric",
    "ModelCurves",
    "ModelDifference",
    "ModelDifferences",
    "OnNewRows",
    "OperatingPoint",
    "Optimum",
    "Outcomes",
    "OwnThresholds",
    "ParityThresholds",
    "Plateau",
    "Predictions",
    "Reading",
    "RepeatedPredictions",
    "RowsAtThreshold",
    "RuleDifference",
    "RuleEstimates",
    "SameWorkload",
    "Snapshot",
    "TableSource",
    "ThresholdCurve",
    "ThresholdSet",
    "ThresholdTable",
    "ThresholdVector",
    "TunedEstimate",
    "Verification",
    "WhatIf",
    "__version__",
    "advise",
    "aligned_differences",
    "aligned_point",
    "amount_curve",
    "assess_calibration",
    "at_capacity",
    "at_prevalence",
    "best",
    "best_class_offsets",
    "best_threshold",
    "best_vector",
    "brier_score",
    "build_class_record",
    "build_class_snapshot",
    "build_record",
    "build_snapshot",
    "by_group",
    "cheapest",
    "check",
    "check_classes",
    "class_memo_html",
    "class_source",
    "common_threshold",
    "compare",
    "corrected_interval",
    "cost_ranges",
    "data_source",
    "decide",
    "decide_classes",
    "estimate_rules",
    "exchange_rate",
    "file_digest",
    "find_flips",
    "findings",
    "group_thresholds",
    "memo_html",
    "metric",
    "metric_interval",
    "model_differences",
    "optimal_triage",
    "outcomes",
    "own_thresholds",
    "parity_thresholds",
    "plateau",
    "prior_shift",
    "read_any_record",
    "read_files",
    "read_predictions",
    "read_record",
    "read_repeated",
    "recalibrated",
    "reliability",
    "snippets",
    "summarize",
    "sweep_prevalence",
    "to_json",
    "transfer",
    "triage",
    "tuned_estimate",
    "unpaired_differences",
    "verify",
    "verify_classes",
    "wilson_interval",
    "with_class_weight",
]


def __getattr__(name: str) -> Any:
    for package in _LAZY_PACKAGES if name in __all__ else ():  # the fastest to load first
        module = import_module(f"{__name__}.{package}")
        if hasattr(module, name):
            return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
