"""The words of a memo in plain sentences, for people who never met them."""

from __future__ import annotations

from f1tools.core.metrics import Metric, metric

_SCORE = (
    "Score",
    "the number that the model gives a case. The higher it is, the more the model takes the case for a real one.",
)
_PLAIN = {
    "precision": "of the flagged cases, the share that is real. 1 means no false alarm.",
    "recall": "of the real cases, the share that is flagged. 1 means none is missed.",
    "f1": "precision and recall in one number from 0 to 1. It is high only when both are.",
    "specificity": "of the cases that are not real, the share that is left alone.",
    "npv": "of the cases left alone, the share that is indeed not real.",
    "accuracy": "of all cases, the share that is judged rightly. Easily high where real cases are rare.",
    "balanced_accuracy": "the mean of recall and specificity. Guessing gives 0.5, perfection 1.",
    "mcc": "how far decisions and truth agree. Guessing gives 0, perfection 1.",
    "youden_j": "how much more often real cases are flagged than others. Guessing gives 0, perfection 1.",
    "g_mean": "recall and specificity in one number from 0 to 1. It is low as soon as one of them is.",
    "jaccard": "of the cases that are real or flagged, the share that is both.",
    "kappa": "how far decisions and truth agree beyond chance. Guessing gives 0, perfection 1.",
    "predicted_positive_rate": "of all cases, the share that is flagged.",
    "lift": "how many times more common real cases are among the flagged ones than among all.",
}


def glossary(objective: Metric) -> tuple[tuple[str, str], ...]:
    """Explain scores, precision, recall, F1 and the metric that was asked for, each in a plain sentence.

    Examples
    --------
    >>> [term for term, _ in glossary(metric("mcc"))]
    ['Score', 'Precision', 'Recall', 'F1', 'Matthews correlation']
    """
    wanted = {one.label: one for one in (*map(metric, ("precision", "recall", "f1")), objective)}
    return _SCORE, *((one.label, explained(one)) for one in wanted.values() if explained(one))


def explained(wanted: Metric) -> str:
    """Say in a plain sentence what a metric tells; empty for one of somebody's own.

    Examples
    --------
    >>> explained(metric("fbeta", 2)), explained(metric("fbeta", 0.5))[:40]
    ('like F1, but recall counts 2 times as much as precision.', 'like F1, but precision counts 2 times as')
    """
    if wanted.name != "fbeta" or wanted.beta is None:
        return _PLAIN.get(wanted.name, "")
    if wanted.beta == 1:
        return _PLAIN["f1"]
    first, second = ("recall", "precision") if wanted.beta > 1 else ("precision", "recall")
    return f"like F1, but {first} counts {max(wanted.beta, 1 / wanted.beta):.3g} times as much as {second}."
