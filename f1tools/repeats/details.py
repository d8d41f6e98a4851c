"""What else the data say, each in a sentence or two; an empty one where there is nothing to say."""

from __future__ import annotations

import statistics

import numpy as np

from f1tools import formatting
from f1tools.core.metrics import metric
from f1tools.formatting import lowercase_label
from f1tools.repeats.comparing import Difference, common_means, differences, gain
from f1tools.repeats.naming import label, listed, training, verb
from f1tools.repeats.outcomes import Outcomes
from f1tools.repeats.telling import better_and_worse, gap, has_ends, measured, signed_text, with_gaps

_NEARLY_ALL = 0.95  # of the rows
_COMMON = 0.8  # share of positives from which flagging nearly every row is no sign of a collapse
_OFTEN = 0.1  # of the repeats


def unseen_text(outcomes: Outcomes, reference: str) -> str:
    """Say, where no difference is detectable, which is the largest and how large one would have had to be."""
    found = measured(differences(outcomes, reference))
    if not found or any(each.detectable for each in found):
        return ""
    largest = max(found, key=lambda each: abs(each.interval.mean))
    if largest.interval.mean == 0 == largest.resolution:  # they decide alike
        return ""
    who = "The largest difference is" if len(found) > 1 else "The difference is"
    whose = f"that of {label(largest.model)}, " if len(found) > 1 else ""
    sure = "" if largest.resolution == 0 else f" ({signed_text(largest.interval)})"
    typical = statistics.median(each.resolution for each in found)
    unseen = f"; one of less than about {formatting.metric_value(typical)} would mostly have gone unseen here"
    if abs(largest.interval.mean) >= typical:  # its own interval is wider than most
        unseen = ", though its results vary too much from split to split to tell it from chance"
    return (
        f"{who} {whose}{gap(outcomes, largest)}{sure}{'' if formatting.metric_value(typical) == '0.000' else unseen}."
    )


def tuning_text(outcomes: Outcomes, reference: str) -> str:
    """Say what choosing the threshold does for the reference."""
    found = gain(outcomes, reference)
    if found is None or np.isnan(found.mean):
        return ""
    tuning = Difference(reference, reference, found)
    before, after = map(formatting.metric_value, common_means(outcomes, tuning, "half", "tuned"))
    moved, who = gap(outcomes, tuning, "tuned", "half"), training(reference)
    name = lowercase_label(outcomes.objective.label)
    if not has_ends(found):
        return (
            f"Choosing the threshold takes {who} from {name} {before} at 0.5 to {after}, {moved}, which with so few "
            "splits may be chance."
        )
    sure = f"{moved} (95% interval {signed_text(found)})"
    if not found.holds_zero:
        does = "improves" if found.mean > 0 else "worsens"
        return f"Choosing the threshold detectably {does} {who}: from {name} {before} at 0.5 to {after}, {sure}."
    if before == after:
        return f"Choosing the threshold leaves {who} at {name} {after}, as at 0.5: {sure}."
    moves = f"Choosing the threshold moves {who} from {name} {before} at 0.5 to {after}"
    return f"{moves}, {sure}: no more than chance can do."


def untuned_text(outcomes: Outcomes, reference: str) -> str:
    """Say which strategies, left at 0.5, fall short of the reference at its tuned threshold."""
    found = measured(differences(outcomes, reference, "half", "tuned"))
    if not found:
        return ""
    above, short = better_and_worse(found)
    tuned = f"{training(reference)} at its tuned threshold"
    if len(found) == 1:
        return _one_untuned(outcomes, found[0], tuned)
    number, falls = f"{len(short)}" if short else "none", "fall" if len(short) > 1 else "falls"
    named = f": {with_gaps(outcomes, short, 'half', 'tuned')}" if short else ""
    better = f"; detectably above it: {with_gaps(outcomes, above, 'half', 'tuned')}" if above else ""
    return f"Left at 0.5, {number} of the {len(found)} others {falls} detectably short of {tuned}{named}{better}."


def _one_untuned(outcomes: Outcomes, each: Difference, tuned: str) -> str:
    does = f"{verb(each.model, 'does', 'do')} not differ detectably from"
    if each.detectable and each.interval.mean > 0:
        does = f"{verb(each.model, 'is', 'are')} detectably above"
    elif each.detectable:
        does = f"{verb(each.model, 'falls', 'fall')} detectably short of"
    return f"Left at 0.5, {label(each.model)} {does} {tuned} ({gap(outcomes, each, 'half', 'tuned')})."


def collapse_text(outcomes: Outcomes) -> str:
    """Say which strategies come to flagging nearly every row."""
    if outcomes.n_pos_test > _COMMON * outcomes.n_test:
        return ""
    often: dict[str, int] = {}
    for each in outcomes.results:
        shares = each.tuned.value(metric("predicted_positive_rate"))
        times = int(np.count_nonzero(shares >= _NEARLY_ALL))
        if times >= max(1, _OFTEN * outcomes.repeats):
            often[training(each.model)] = times
    if not often:
        return ""
    one = len(often) == 1
    flags = "flags" if one else "flag"
    who = listed(list(often))
    if outcomes.repeats > 1:
        who = listed([f"{name} (in {times} of {outcomes.repeats} splits)" for name, times in often.items()])
    return (
        f"At {'its' if one else 'their'} tuned threshold{'' if one else 's'} {who} {flags} {_NEARLY_ALL:.0%} of the "
        f"rows or more: {'it hardly tells' if one else 'they hardly tell'} them apart there. Flagging every row gives "
        f"{lowercase_label(outcomes.objective.label)} {formatting.metric_value(outcomes.flag_all)}."
    )


def no_probabilities_text(outcomes: Outcomes) -> str:
    """Say for which strategies 0.5 means nothing."""
    names = [training(each.model) for each in outcomes.results if each.half is None]
    if not names:
        return ""
    return (
        f"There is no result at 0.5 for {listed(names)}: {'its' if len(names) == 1 else 'their'} scores are no "
        "probabilities, so 0.5 means nothing for them."
    )


def undefined_text(outcomes: Outcomes) -> str:
    """Say which strategies have splits where the objective is undefined, as precision where nothing is flagged."""
    names = [
        each.model
        for each in outcomes.results
        if any(np.isnan(cut.value(outcomes.objective)).any() for cut in (each.half, each.tuned) if cut is not None)
    ]
    if not names or outcomes.repeats == 1:
        return ""
    return (
        f"{outcomes.objective.label} is undefined in some splits of {listed([training(name) for name in names])}: "
        "differences are taken over the splits where both have a value."
    )
