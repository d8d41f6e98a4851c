"""Advice on a best threshold: which checks are made, in which order, and which warnings make others pointless."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from f1tools.advice import checks
from f1tools.advice.result import Result
from f1tools.calibration.assessment import CalibrationAssessment, assess_calibration
from f1tools.core.curve import ThresholdCurve
from f1tools.core.optimum import Optimum, Plateau
from f1tools.groups import GroupReport

Kind = Literal[
    "training_rows", "few_positives", "too_good", "inverted", "failing_group", "at_the_edge",
    "barely_above_everything", "close_to_guessing", "coarse_table", "not_calibrated", "wide_plateau",
]  # fmt: skip
Level = checks.Level


@dataclass(frozen=True)
class Advice:
    """One thing to know before relying on a result.

    Parameters
    ----------
    kind : str
        The topic, for code.
    level : "warning" or "note"
        A warning puts the result itself in doubt; a note says how to read it.
    title : str
        A few words.
    finding : str
        What was found and what it means, in plain text.
    action : str
        What to do about it, without numbers of the data.
    brief : str
        What was found in one clause, which follows the title and a colon.
    """

    kind: Kind
    level: Level
    title: str
    finding: str
    action: str = ""
    brief: str = ""

    @property
    def sentence(self) -> str:
        """Finding and action."""
        return f"{self.finding} {self.action}".strip()

    @property
    def line(self) -> str:
        """Title and brief, in plain text."""
        return f"{self.title}{'' if self.title.endswith('?') else ':'} {self.brief}."


def advise(  # noqa: PLR0913 (keywords, most with a default)
    curve: ThresholdCurve,
    optimum: Optimum,
    plateau: Plateau,
    *,
    out_of_sample: bool,
    expected: float | None = None,
    trained: str = "",
    groups: GroupReport | None = None,
    assess: Callable[[ThresholdCurve], CalibrationAssessment] = assess_calibration,
) -> list[Advice]:
    """Return advice on a best threshold, the most important first; empty when nothing is wrong.

    Warnings come before notes. Advice that a warning makes pointless is left out: with very few positives nothing else
    can be trusted.

    Parameters
    ----------
    curve : ThresholdCurve
        Not thinned; the one on which the optimum was found or measured.
    optimum : Optimum
    plateau : Plateau
        Of this optimum on this curve.
    out_of_sample : bool
        Whether the threshold was chosen on other rows than those of the curve.
    expected : float, optional
        The value to expect on new data, from :func:`f1tools.uncertainty.tuned_estimate`. It decides whether the scores
        are useful, instead of the optimistic value on the rows that chose the threshold.
    trained : str
        Why rows of the curve probably trained the model, as a sentence; empty where nothing indicates it.
    groups : GroupReport, optional
        From :func:`f1tools.by_group` with ``min_rows=30``, at the threshold in use.
    assess : callable
        Assesses the calibration of the curve; for callers that keep the result, which takes longest of all.

    Examples
    --------
    >>> from f1tools.core.optimum import best, plateau
    >>> curve = ThresholdCurve.from_predictions([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1])
    >>> optimum = best(curve)
    >>> [(one.kind, one.level) for one in advise(curve, optimum, plateau(curve, optimum), out_of_sample=False)]
    [('few_positives', 'warning')]
    """
    expected = None if expected is None or math.isnan(expected) else expected
    result = Result(curve, optimum, plateau, out_of_sample, expected, trained, groups, assess)
    advice: list[Advice] = []
    for kind, (check, silenced_by) in _CHECKS.items():
        warned = {one.kind for one in advice if one.level == "warning"}
        if not warned & silenced_by and (found := check(result)):
            advice.append(Advice(kind, *found))
    return sorted(advice, key=lambda one: one.level != "warning")


def most_important(advice: Sequence[Advice]) -> Advice | None:
    """Return the advice that belongs beside the answer; None where nothing qualifies the result itself."""
    return next((one for one in advice if one.kind not in ("coarse_table", "wide_plateau")), None)


# In order of importance, each with the warnings that make it pointless.
_CHECKS: dict[Kind, tuple[Callable[[Result], checks.Finding | None], set[Kind]]] = {
    "training_rows": (checks.training_rows, set()),
    "few_positives": (checks.few_positives, set()),
    "too_good": (checks.too_good, {"few_positives"}),
    "inverted": (checks.inverted, {"few_positives"}),
    "failing_group": (checks.failing_group, {"few_positives", "inverted"}),
    "at_the_edge": (checks.at_the_edge, {"few_positives", "inverted"}),
    "barely_above_everything": (checks.barely_above_everything, {"few_positives", "inverted", "at_the_edge"}),
    "close_to_guessing": (checks.close_to_guessing, {"few_positives", "inverted", "at_the_edge"}),
    "coarse_table": (checks.coarse_table, {"few_positives", "inverted"}),
    "not_calibrated": (checks.not_calibrated, {"few_positives", "too_good", "inverted"}),
    "wide_plateau": (
        checks.wide_plateau,
        {"few_positives", "inverted", "at_the_edge", "barely_above_everything", "close_to_guessing"},
    ),
}  # fmt: skip
