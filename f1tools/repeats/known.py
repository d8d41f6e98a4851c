"""The strategies of the lab: what they are called and what they do."""

from __future__ import annotations

from typing import NamedTuple


class Known(NamedTuple):
    """A strategy by the name that it has within a sentence, and what it does."""

    name: str
    sentence: str


KNOWN = {
    "plain": Known("plain", "Cross-entropy on the rows as they are: what the others are compared with."),
    "undersample": Known(
        "undersampling", "Rows of the frequent class are left out at random, until both classes are equally many."
    ),
    "oversample": Known(
        "oversampling", "Rows of the rare class are repeated at random, until both classes are equally many."
    ),
    "class_weight": Known("class weights", "Errors on positive rows count more, by the cost of missing one."),
    "smote": Known("SMOTE", "Rows of the rare class are made up between neighbouring ones (Chawla et al. 2002)."),
    "metacost": Known(
        "MetaCost",
        "Each training row is relabelled by its least expected cost, as ten bagged networks see it; an eleventh learns "
        "the new labels (Domingos 1999).",
    ),
    "ranknet": Known("RankNet", "Learns, pair by pair, to put positive rows above negative ones (Burges et al. 2005)."),
    "soft_f1": Known(
        "soft F1", "Maximises F1 itself with probabilities in the place of decisions (known as the Dice loss)."
    ),
    "soft_f1_warm": Known("warm soft F1", "The same after half of the updates with cross-entropy."),
    "soft_f2": Known("soft F2", "As soft F1 for F2, where recall counts twice as much (a Tversky loss)."),
    "balanced_batches": Known("balanced batches", "Cross-entropy on batches with as many rows of either class."),
}
"""By the name in code, commands and columns, in the order in which they are run and shown."""
