"""Inference of the column mapping: which column is the target, which are scores, and how certain that is."""
