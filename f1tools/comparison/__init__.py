"""Several models on the same rows: differences with intervals, aligned thresholds, and rows decided differently."""

from f1tools.comparison.aligned import AlignedDifferences, aligned_differences
from f1tools.comparison.alignment import ALIGN_BY, AlignBy, aligned_point, aligned_threshold
from f1tools.comparison.difference import ModelDifference, Verdict
from f1tools.comparison.differences import ModelDifferences, model_differences
from f1tools.comparison.flips import Classifier, Flips, find_flips
from f1tools.comparison.headline import Headline, Lead, headline, recommended
from f1tools.comparison.no_recommendation import aligned_headline, no_choice_text, too_few_text
from f1tools.comparison.summary import BestThreshold, ModelSummary, model_summary
from f1tools.comparison.unpaired import unpaired_differences
from f1tools.comparison.workload import SameWorkload

__all__ = [
    "ALIGN_BY",
    "AlignBy",
    "AlignedDifferences",
    "BestThreshold",
    "Classifier",
    "Flips",
    "Headline",
    "Lead",
    "ModelDifference",
    "ModelDifferences",
    "ModelSummary",
    "SameWorkload",
    "Verdict",
    "aligned_differences",
    "aligned_headline",
    "aligned_point",
    "aligned_threshold",
    "find_flips",
    "headline",
    "model_differences",
    "model_summary",
    "no_choice_text",
    "recommended",
    "too_few_text",
    "unpaired_differences",
]
