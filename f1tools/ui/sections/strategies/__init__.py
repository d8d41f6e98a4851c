"""Strategies: which remedy for class imbalance helps, on the samples or on an uploaded file of the lab."""
