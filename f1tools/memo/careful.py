"""What a memo should be read with."""

from __future__ import annotations

import math
from dataclasses import replace

from f1tools import formatting
from f1tools.advice import Advice, Kind, advise
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import defined_values, metric
from f1tools.core.plateau import plateau
from f1tools.formatting import lowercase_label
from f1tools.memo.snapshot import Section
from f1tools.memo.taken import Taken, name, printed, value, with_minus

_LONGEST_REASON = 400
_MORE_BY_FLAGGING = ("recall", "predicted_positive_rate")  # everything is the best by these, and says nothing
_NOT_MET = "The limits that were asked for can't be kept together on these rows, so they were left aside."
_TELLS_NO_COUNT = "few_positives"  # but how many rows are positive
_PART_ALMOST = 1000  # pairs of which one at most is in the wrong order, where scores are too good
_MAKE_SURE = (
    "Make sure that these rows did not train the model and that no input gives the answer away, or measure again on "
    "rows the model has never seen."
)
_WITHOUT_NUMBERS: dict[Kind, str] = {
    "too_good": "The scores part the two classes almost without error, which real problems rarely allow. " + _MAKE_SURE,
    "at_the_edge": "No threshold in between does better, and this one takes no model. Check that high scores mean "
    "the positive class, ask for a metric that minds both kinds of mistakes, or bring a better model.",
    "barely_above_everything": "What this model reaches, flagging every case gives nearly as well, without any model. "
    "A better model, or a metric that minds false alarms more, will help you more than a finer threshold.",
    "close_to_guessing": "What this model reaches, guessing gives nearly as well. A better model will help you more "
    "than a finer threshold.",
}


def careful(taken: Taken) -> list[Section]:
    """Say what puts the result in doubt, then what it should be read with; or that nothing stands out."""
    found = [*_outside(taken), *map(_section, _advice(taken))]
    return found or [Section("careful", "Nothing stands out")]


def _outside(taken: Taken) -> list[Section]:
    said = []
    if taken.source.trained:
        why = name(taken.source.trained, _LONGEST_REASON)
        said.append(Section("careful", "Rows that trained the model", (why,), warning=True))
    if taken.decision.not_met:
        why = _NOT_MET if taken.suppresses else with_minus(formatting.single_line(taken.decision.not_met))
        said.append(Section("careful", "Limits that can't be kept", (why,), warning=True))
    return [*said, *_limits_not_kept(taken), *_worse_than_everything(taken)]


def _limits_not_kept(taken: Taken) -> list[Section]:
    """Say which limits the threshold breaks: one by hand, or one that was chosen on other rows."""
    decision = taken.decision
    if not (taken.tells_point and taken.tells_limits) or (decision.is_best and not decision.has_roles):
        return []
    broken = [each for each in decision.optimum.constraints if not each.is_kept_at(decision.point.counts)]
    if not broken:
        return []
    on = f" on {taken.here}" if decision.has_roles else ""
    limits = "; ".join(f"{each}; there it is {_found(taken, each)}" for each in broken)
    why = f"The threshold {printed(decision.written)} does not keep the limits{on}: {limits}."
    return [Section("careful", "Limits that are not kept", (why,), warning=True)]


def _found(taken: Taken, limit: Constraint) -> str:
    """Write what a limit is about; where rounding hides that it is broken, on which side it is."""
    counts = taken.decision.point.counts
    if limit.name == "flagged":
        return formatting.count(float(counts.flagged()))
    wanted = metric(limit.name)
    text, exact = value(wanted, counts), float(defined_values(wanted, counts))
    if math.isnan(exact):
        return "undefined"
    if text != formatting.metric_value(limit.bound):
        return text
    return f"just {'under' if exact < limit.bound else 'over'} {text}"


def _worse_than_everything(taken: Taken) -> list[Section]:
    """Warn of a threshold by hand that does less than flagging every case, where that breaks no more limits."""
    decision, objective = taken.decision, taken.decision.objective
    limits = decision.optimum.constraints
    everything = decision.curve.at(-math.inf).counts
    if decision.is_best or not taken.tells_point or objective.name in _MORE_BY_FLAGGING:
        return []
    kept = [each for each in limits if each.is_kept_at(decision.point.counts)]
    if limits and not (taken.tells_limits and all(each.is_kept_at(everything) for each in kept)):
        return []
    here, there = value(objective, decision.point.counts), value(objective, everything)
    if here == there or not defined_values(objective, decision.point.counts) < defined_values(objective, everything):
        return []
    on = f" on {taken.here}" if decision.has_roles else ""
    why = (
        f"At the threshold {printed(decision.written)}, {lowercase_label(objective.label)} is "
        f"{here}{on}. Flagging every "
        f"case gives {there}, without any model."
    )
    return [Section("careful", "Worse than flagging everything", (why,), warning=True)]


def _advice(taken: Taken) -> list[Advice]:
    decision, estimate = taken.decision, taken.estimate
    given = advise(
        decision.curve,
        decision.optimum,
        plateau(decision.tuning, decision.tuned),
        out_of_sample=decision.has_roles,
        expected=None if estimate is None or decision.has_roles else estimate.estimate,
    )
    return _without_numbers(taken, given) if taken.suppresses else given


def _without_numbers(taken: Taken, given: list[Advice]) -> list[Advice]:
    """Take the numbers out of warnings, because they tell of rows whose counts are not told, and leave out notes.

    Already that a note is given tells of such rows. So what is left out is said whether there was any or not.
    """
    hides = _too_good_would_tell(taken)
    told = [one for one in given if one.kind == _TELLS_NO_COUNT]
    told += [
        replace(one, sentence=_WITHOUT_NUMBERS[one.kind])
        for one in given
        if one.kind in _WITHOUT_NUMBERS and not (one.kind == "too_good" and hides)
    ]
    told = sorted(told, key=lambda one: one.level != "warning")
    return [*told, *([_unknown_whether_too_good(taken)] if hides else []), _not_told(taken)]


def _too_good_would_tell(taken: Taken) -> bool:
    """Tell whether only a few pairs of rows may be in the wrong order where scores are too good.

    That the warning is given would then say nearly where they are. This must follow from what everybody knows.
    """
    curve = taken.decision.curve
    few = float(curve.positives) * float(curve.negatives) < _PART_ALMOST * taken.below
    return few and not taken.tells_best


def _unknown_whether_too_good(taken: Taken) -> Advice:
    why = (
        "Whether the scores part the two classes almost without error, which real problems rarely allow, is withheld, "
        f"because fewer than {taken.below:,} cases could be told from it. "
    )
    return Advice("too_good", "note", "Too good to be true?", why + _MAKE_SURE)


def _not_told(taken: Taken) -> Advice:
    return Advice(
        "not_calibrated",
        "note",
        "What is left out",
        "Whether the scores can be read as probabilities, and whether many other thresholds do as well, is withheld, "
        f"because fewer than {taken.below:,} cases could be told from it.",
    )


def _section(advice: Advice) -> Section:
    return Section("careful", advice.title, (with_minus(advice.sentence),), warning=advice.level == "warning")
