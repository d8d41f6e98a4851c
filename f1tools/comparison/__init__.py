"""Several models on the same rows: differences with intervals."""

from f1tools.comparison.differences import (
    ModelDifference,
    ModelDifferences,
    Verdict,
    model_differences,
)
from f1tools.comparison.workload import SameWorkload

__all__ = ["ModelDifference", "ModelDifferences", "SameWorkload", "Verdict", "model_differences"]
