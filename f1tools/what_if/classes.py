"""What every what-if about the two classes needs: that both are there."""

from __future__ import annotations

from f1tools.core.curve import ThresholdCurve


def both_classes(curve: ThresholdCurve) -> None:
    """Refuse a curve without positives or without negatives."""
    if not (curve.positives and curve.negatives):
        missing = "negative" if curve.positives else "positive"
        raise ValueError(f"Both classes must have rows to be weighed against each other; there is no {missing} one.")
