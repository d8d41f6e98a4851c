"""How many rows have no score, by class, in sentences that pages, memos and the command line share."""

from __future__ import annotations

from collections.abc import Mapping

from f1tools.formatting import truncate

_MOST_MODELS = 5
_LONGEST_NAME = 60


def unscored_sentences(unscored: Mapping[str, tuple[int, int]], *, counted: bool, n_models: int = 1) -> list[str]:
    """Return how many rows have no score, by class; one sentence per model, the longest gaps first.

    Parameters
    ----------
    unscored : mapping from model name to (int, int)
        Positive and negative rows without a score.
    counted : bool
        Whether these rows count as not flagged; otherwise they were left out.
    n_models : int
        The number of models, with and without such rows.

    Examples
    --------
    >>> unscored_sentences({"p": (15, 0)}, counted=False)
    ['15 rows have no score and were left out; all of them are positive.']
    >>> unscored_sentences({"p": (1, 0), "q": (2, 1200)}, counted=True, n_models=2)[1]
    '1 row has no score of p and counts as not flagged; it is positive.'
    """
    order = sorted(unscored.items(), key=lambda item: -sum(item[1]))
    sentences = [
        _unscored_sentence(f" of {truncate(model, _LONGEST_NAME)}" if n_models > 1 else "", *counts, counted=counted)
        for model, counts in order[:_MOST_MODELS]
    ]
    left = len(order) - _MOST_MODELS
    return [*sentences, f"{left:,} more models have fewer such rows."] if left > 0 else sentences


def _unscored_sentence(of_model: str, n_pos: int, n_neg: int, *, counted: bool) -> str:
    n = n_pos + n_neg
    if n == 1:
        use, which = "counts as not flagged" if counted else "was left out", "positive" if n_pos else "negative"
        return f"1 row has no score{of_model} and {use}; it is {which}."
    which = {0: "none of them is", n: "all of them are", 1: "1 of them is"}.get(n_pos, f"{n_pos:,} of them are")
    use = "count as not flagged" if counted else "were left out"
    return f"{n:,} rows have no score{of_model} and {use}; {which} positive."
