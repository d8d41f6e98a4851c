"""What else the data say, each in a sentence or two; an empty one where there is nothing to say."""

from __future__ import annotations

import math
import statistics

import numpy as np

from f1tools import words
from f1tools.metrics import metric
from f1tools.repeats.comparing import FEWEST_SPLITS, Difference, differences, gain, gains
from f1tools.repeats.naming import label, listed, training
from f1tools.repeats.outcomes import Outcomes
from f1tools.repeats.telling import better_and_worse, gap, known, mean_of, signed_text, value_text, with_gaps
from f1tools.uncertainty.sentences import in_sentence

_NEARLY_ALL = 0.95  # of the rows
_COMMON = 0.8  # share of positives from which flagging nearly every row is no sign of a collapse
_OFTEN = 0.1  # of the repeats


def unseen_text(outcomes: Outcomes, reference: str) -> str:
    """Say, where no difference is detectable, which is the largest and how large one would have had to be."""
    found = known(differences(outcomes, reference))
    if not found or outcomes.repeats < FEWEST_SPLITS or any(each.detectable for each in found):
        return ""
    largest = max(found, key=lambda each: abs(each.interval.mean))
    if largest.interval.mean == 0 == largest.resolution:  # they decide alike
        return ""
    who = "The largest difference is" if len(found) > 1 else "The difference is"
    whose = f"that of {label(largest.model)}, " if len(found) > 1 else ""
    sure = "" if largest.resolution == 0 else f" ({signed_text(largest.interval)})"
    typical = words.figure(statistics.median(each.resolution for each in found))
    unseen = "" if float(typical) == 0 else f"; one of less than about {typical} would mostly have gone unseen here"
    return f"{who} {whose}{gap(outcomes, largest)}{sure}{unseen}."


def tuning_text(outcomes: Outcomes, reference: str) -> str:
    """Say what choosing the threshold does for the reference."""
    found = gain(outcomes, reference)
    if found is None:
        return ""
    before, after = value_text(outcomes, reference, "half"), words.figure(mean_of(outcomes, reference))
    moved = words.difference(mean_of(outcomes, reference), mean_of(outcomes, reference, "half"))
    who = training(reference)
    if outcomes.repeats < FEWEST_SPLITS:
        return f"Choosing the threshold takes {who} from {before} at 0.5 to {after}, {moved}."
    sure = f"{moved} (95% interval {signed_text(found)})"
    if found.holds_zero:
        return (
            f"Choosing the threshold makes no detectable difference for {who}: {before} at 0.5 and {after} tuned, "
            f"{sure}."
        )
    does = "improves" if found.mean > 0 else "worsens"
    return f"Choosing the threshold detectably {does} {who}: from {before} at 0.5 to {after}, {sure}."


def untuned_text(outcomes: Outcomes, reference: str) -> str:
    """Say which strategies, left at 0.5, fall short of the reference at its tuned threshold."""
    found = differences(outcomes, reference, "half", "tuned")
    if not found or outcomes.repeats < FEWEST_SPLITS:
        return ""
    above, short = better_and_worse(found)
    tuned = f"{training(reference)} at its tuned threshold"
    if len(found) == 1:
        return _one_untuned(outcomes, found[0], tuned)
    parts = []
    if short:
        falls = "falls" if len(short) == 1 else "fall"
        named = with_gaps(outcomes, short, "half", "tuned")
        parts.append(f"{len(short)} of the {len(found)} others {falls} detectably short of {tuned}: {named}")
        rest = [label(each.model) for each in found if not each.detectable]
        if rest:
            parts.append(f"{listed(rest)} {'does' if len(rest) == 1 else 'do'} not")
    else:
        parts.append(f"none of the {len(found)} others falls detectably short of {tuned}")
    if above:
        parts.append(f"detectably above it: {with_gaps(outcomes, above, 'half', 'tuned')}")
    return f"Left at 0.5, {'; '.join(parts)}."


def _one_untuned(outcomes: Outcomes, each: Difference, tuned: str) -> str:
    does = "does not differ detectably from"
    if each.detectable:
        does = "is detectably above" if each.interval.mean > 0 else "falls detectably short of"
    return f"Left at 0.5, {label(each.model)} {does} {tuned} ({gap(outcomes, each, 'half', 'tuned')})."


def trap_text(outcomes: Outcomes) -> str:
    """Say what it does to choose thresholds on the rows that the models were trained on, and what these promise."""
    found = known(gains(outcomes, "in_sample", "tuned"))
    if not found or outcomes.repeats < FEWEST_SPLITS:
        return ""
    worst = min(found, key=lambda each: each.interval.mean)
    model = max((each.model for each in found), key=lambda model: _excess(outcomes, model))
    return (
        f"With the threshold chosen on the very rows that a model was trained on, {_losing(found)} detectably against "
        f"one chosen on rows held back{_worst_text(outcomes, worst, several=len(found) > 1)}. "
        f"Of {training(model)} such rows promise {words.figure(_promised(outcomes, model))}, and the test rows give "
        f"{words.figure(mean_of(outcomes, model, 'in_sample'))}."
    )


def _worst_text(outcomes: Outcomes, worst: Difference, *, several: bool) -> str:
    """Say what the trap costs where it costs most; nothing where it costs nothing."""
    if worst.interval.mean >= 0:
        return ""
    return (
        f"; {f'the worst, {training(worst.model)},' if several else 'it'} reaches "
        f"{value_text(outcomes, worst.model, 'in_sample')} instead of {words.figure(mean_of(outcomes, worst.model))} "
        f"({gap(outcomes, worst, 'in_sample', 'tuned')}, interval {signed_text(worst.interval)})"
    )


def _promised(outcomes: Outcomes, model: str) -> float:
    cut = outcomes.of(model).in_sample
    return math.nan if cut is None or cut.promised is None else float(np.mean(cut.promised))


def _excess(outcomes: Outcomes, model: str) -> float:
    return _promised(outcomes, model) - mean_of(outcomes, model, "in_sample")


def _losing(found: list[Difference]) -> str:
    _, losing = better_and_worse(found)
    if len(found) == 1:
        return f"{training(found[0].model)} {'loses' if losing else 'does not lose'}"
    number = f"{len(losing)}" if losing else "none"
    return f"{number} of the {len(found)} strategies {'lose' if len(losing) > 1 else 'loses'}"


def collapse_texts(outcomes: Outcomes) -> list[str]:
    """Say which strategies come to flagging nearly every row."""
    if outcomes.n_pos_test > _COMMON * outcomes.n_test:
        return []
    found = []
    for each in outcomes.results:
        shares = each.tuned.value(metric("predicted_positive_rate"))
        often = int(np.count_nonzero(shares >= _NEARLY_ALL))
        if often >= max(1, _OFTEN * outcomes.repeats):
            when = "At" if outcomes.repeats == 1 else f"In {often} of {outcomes.repeats} splits, at"
            found.append(
                f"{when} its tuned threshold {training(each.model)} flags {_NEARLY_ALL:.0%} of the rows or more: it "
                f"hardly tells them apart there. Flagging every row gives {in_sentence(outcomes.objective.label)} "
                f"{words.figure(outcomes.flag_all)}."
            )
    return found


def no_chances_text(outcomes: Outcomes) -> str:
    """Say for which strategies 0.5 means nothing."""
    names = [label(each.model) for each in outcomes.results if each.half is None]
    if not names:
        return ""
    whose = "its scores are" if len(names) == 1 else "their scores are"
    return f"0.5 has no meaning for {listed(names)}: {whose} no chances from 0 to 1, so only a tuned threshold counts."
