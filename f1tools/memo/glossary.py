"""Explanations of scores and metrics for readers who have never met them."""

from __future__ import annotations

from f1tools.core.metrics import Metric, metric

_SCORE = "the number that the model assigns to a case. The higher it is, the more likely the case is real."
_EXPLANATIONS = {
    "precision": "of the flagged cases, the share that is real. 1 means no false alarms.",
    "recall": "of the real cases, the share that is flagged. 1 means that none is missed.",
    "f1": "precision and recall in one number from 0 to 1. It is high only when both are high.",
    "specificity": "of the cases that are not real, the share that is correctly ignored.",
    "npv": "of the cases that are not flagged, the share that is indeed not real.",
    "accuracy": "of all cases, the share that is classified correctly. Easily high when real cases are rare.",
    "balanced_accuracy": "the mean of recall and specificity. Random guessing gives 0.5, a perfect model 1.",
    "mcc": "how well decisions and truth agree. Random guessing gives 0, a perfect model 1.",
    "youden_j": "how much more often real cases are flagged than others. Random guessing gives 0, a perfect model 1.",
    "g_mean": "recall and specificity in one number from 0 to 1. It is low as soon as one of them is low.",
    "jaccard": "of the cases that are real or flagged, the share that is both.",
    "kappa": "how well decisions and truth agree beyond chance. Random guessing gives 0, a perfect model 1.",
    "predicted_positive_rate": "of all cases, the share that is flagged.",
    "lift": "how many times more common real cases are among the flagged cases than among all cases.",
}


def glossary(objective: Metric) -> tuple[tuple[str, str], ...]:
    """Return explanations of score, precision, recall, F1 and the objective, each with its term.

    Examples
    --------
    >>> [term for term, _ in glossary(metric("mcc"))]
    ['Score', 'Precision', 'Recall', 'F1', 'Matthews correlation']
    """
    explanations = {one.label: explain(one) for one in (*map(metric, ("precision", "recall", "f1")), objective)}
    return ("Score", _SCORE), *((label, text) for label, text in explanations.items() if text)


def explain(metric: Metric) -> str:
    """Return an explanation of a metric; empty for a custom metric.

    Examples
    --------
    >>> explain(metric("fbeta", 2)), explain(metric("fbeta", 0.5))[:40]
    ('like F1, but recall counts 2 times as much as precision.', 'like F1, but precision counts 2 times as')
    """
    if metric.name != "fbeta" or metric.beta is None:
        return _EXPLANATIONS.get(metric.name, "")
    if metric.beta == 1:
        return _EXPLANATIONS["f1"]
    first, second = ("recall", "precision") if metric.beta > 1 else ("precision", "recall")
    return f"like F1, but {first} counts {max(metric.beta, 1 / metric.beta):.3g} times as much as {second}."
