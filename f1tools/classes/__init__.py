"""Several labels a row, or one of many classes: a threshold for each label, or an offset for each class."""

from f1tools.classes.averages import Average
from f1tools.classes.class_offsets import ClassOffsets, best_class_offsets
from f1tools.classes.common import common_threshold
from f1tools.classes.confusion import ConfusedPair, class_confusion, confused_pairs
from f1tools.classes.curves import ClassCurves
from f1tools.classes.decision import RULES, ClassDecision, ClassRule, Rule, decide_classes
from f1tools.classes.estimates import ClassEstimate, RuleDifference, RuleEstimates, estimate_rules
from f1tools.classes.vectors import ThresholdVector, best_vector

__all__ = [
    "RULES",
    "Average",
    "ClassCurves",
    "ClassDecision",
    "ClassEstimate",
    "ClassOffsets",
    "ClassRule",
    "ConfusedPair",
    "Rule",
    "RuleDifference",
    "RuleEstimates",
    "ThresholdVector",
    "best_class_offsets",
    "best_vector",
    "class_confusion",
    "common_threshold",
    "confused_pairs",
    "decide_classes",
    "estimate_rules",
]
