"""What a memo should be read with."""

from __future__ import annotations

from f1tools.advice import Advice, advise
from f1tools.plateau import plateau
from f1tools.report.snapshot import Section
from f1tools.report.taken import Taken, name

_LONGEST_REASON = 400
_NOT_MET = "The limits that were asked for can't be kept together on these rows, so they were left aside."
_TELLS_NO_COUNT = {"few_positives", "too_good"}
_TELLS_OF_THE_BEST = {"at_the_edge", "barely_above_everything", "close_to_guessing"}


def careful(taken: Taken) -> list[Section]:
    """Say what puts the result in doubt, then what it should be read with; or that nothing stands out."""
    found = [*_outside(taken), *(_section(taken, one) for one in _advice(taken))]
    return found or [Section("careful", "Nothing stands out")]


def _outside(taken: Taken) -> list[Section]:
    said = []
    if taken.source.trained:
        why = name(taken.source.trained, _LONGEST_REASON)
        said.append(Section("careful", "Rows that trained the model", (why,), warning=True))
    if taken.decision.not_met:
        why = _NOT_MET if taken.suppresses else taken.decision.not_met
        said.append(Section("careful", "Limits that can't be kept", (why,), warning=True))
    return said


def _advice(taken: Taken) -> list[Advice]:
    decision, estimate = taken.decision, taken.estimate
    return advise(
        decision.curve,
        decision.optimum,
        plateau(decision.tuning, decision.tuned),
        out_of_sample=decision.has_roles,
        expected=None if estimate is None or decision.has_roles else estimate.estimate,
    )


def _section(taken: Taken, advice: Advice) -> Section:
    sentence = advice.sentence if _may_tell(taken, advice) else "The figures are withheld: small counts are kept out."
    return Section("careful", advice.title, (sentence,), warning=advice.level == "warning")


def _may_tell(taken: Taken, advice: Advice) -> bool:
    if not taken.suppresses or advice.kind in _TELLS_NO_COUNT:
        return True
    return advice.kind in _TELLS_OF_THE_BEST and taken.tells_best
