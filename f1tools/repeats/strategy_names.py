"""The names of strategies: those of the lab, and how any name is written in sentences, tables and figures."""

from __future__ import annotations

from typing import NamedTuple

from f1tools import formatting

PLAIN = "plain"
"""The default reference strategy, where there is one of this name."""

_PREFIX = "score_"


class StrategyInfo(NamedTuple):
    """The name of a strategy inside a sentence, and what the strategy does."""

    name: str
    description: str


STRATEGY_INFO = {
    "plain": StrategyInfo("plain", "Cross-entropy on the unchanged rows: the reference for the other strategies."),
    "undersample": StrategyInfo(
        "undersampling", "Rows of the frequent class are dropped at random until both classes have the same size."
    ),
    "oversample": StrategyInfo(
        "oversampling", "Rows of the rare class are repeated at random until both classes have the same size."
    ),
    "class_weight": StrategyInfo("class weights", "Errors on positive rows count more, by the cost of missing one."),
    "smote": StrategyInfo("SMOTE", "Rows of the rare class are interpolated between neighbors (Chawla et al. 2002)."),
    "metacost": StrategyInfo(
        "MetaCost",
        "Each training row is relabeled with the class of least expected cost according to ten bagged networks; an "
        "eleventh network learns the new labels (Domingos 1999).",
    ),
    "ranknet": StrategyInfo(
        "RankNet", "Learns from pairs to rank positive rows above negative ones (Burges et al. 2005)."
    ),
    "soft_f1": StrategyInfo(
        "soft F1", "Maximizes F1 itself, with probabilities in place of decisions (also known as the Dice loss)."
    ),
    "soft_f1_warm": StrategyInfo("warm soft F1", "The same, after cross-entropy for the first half of the updates."),
    "soft_f2": StrategyInfo("soft F2", "Like soft F1 but for F2, where recall counts twice as much (a Tversky loss)."),
    "balanced_batches": StrategyInfo(
        "balanced batches", "Cross-entropy on batches with equally many rows of each class."
    ),
}
"""By the name in code, commands and columns, in the order in which the strategies are trained and shown."""


def strategy_key(model: str) -> str:
    """Return the name of a strategy without the prefix that marks its column as a score.

    Examples
    --------
    >>> strategy_key("score_soft_f1"), strategy_key("forest"), strategy_key("score_")
    ('soft_f1', 'forest', 'score_')
    """
    return model.removeprefix(_PREFIX) or model


def label(model: str, longest: int = 24) -> str:
    """Return the display name of a strategy, on one line and truncated.

    Examples
    --------
    >>> label("score_soft_f1"), label("score_smote"), label("my_own_idea")
    ('soft F1', 'SMOTE', 'my own idea')
    """
    info = STRATEGY_INFO.get(strategy_key(model))
    name = info.name if info else " ".join(strategy_key(model).replace("_", " ").split())
    return formatting.truncate(name or model, longest)


def title(model: str, longest: int = 24) -> str:
    """Return the display name of a strategy with a capital, for use outside of sentences.

    Examples
    --------
    >>> title("score_soft_f1"), title("score_smote"), title("my_own_idea")
    ('Soft F1', 'SMOTE', 'my own idea')
    """
    name = label(model, longest)
    return formatting.capitalized(name) if strategy_key(model) in STRATEGY_INFO else name


def name_in_sentence(model: str) -> str:
    """Return the display name of a strategy as the subject of a sentence.

    Examples
    --------
    >>> name_in_sentence("score_plain"), name_in_sentence("score_ranknet")
    ('plain training', 'RankNet')
    """
    return f"{label(model)} training" if strategy_key(model).casefold() == PLAIN else label(model)


def verb(model: str, singular: str, plural: str) -> str:
    """Return the verb form that agrees with the display name of a strategy.

    Examples
    --------
    >>> verb("score_class_weight", "reaches", "reach"), verb("score_smote", "reaches", "reach")
    ('reach', 'reaches')
    """
    return plural if strategy_key(model) in STRATEGY_INFO and label(model).endswith("s") else singular
