"""Confidence intervals at a fixed threshold, and out-of-sample estimates for a threshold tuned on the same rows."""

from f1tools.uncertainty.bootstrap import TunedEstimate, tuned_estimate
from f1tools.uncertainty.intervals import Interval, metric_interval, wilson_interval

__all__ = ["Interval", "TunedEstimate", "metric_interval", "tuned_estimate", "wilson_interval"]
