"""The registry of scenarios, the picker on What if, and their results for the memo."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.core.types import InvalidPredictions
from f1tools.ui.sections.what_if import capacity, costs, prevalence, triage, weights
from f1tools.ui.session.page_context import PageContext, assumed_what_if, page_context
from f1tools.ui.session.view import SCENARIOS
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import WhatIf, sentences
from f1tools.what_if.scenario_table import ScenarioResult, suggested_for


def prevalence_only(context: PageContext) -> WhatIf:
    """Assume the prevalence of the view: it applies to every scenario."""
    return WhatIf(prevalence=context.view.prevalence)


@dataclass(frozen=True)
class Scenario:
    """One question on What if. Its URL parameters are those fields of the view that name its key.

    Attributes
    ----------
    inputs
        Show the inputs, given the context as it is and in the scenario.
    show
        Show the answer, and its figures in the container beside it.
    result
        The answer as a value, for the memo.
    what_if
        What is assumed about model and cases.
    """

    title: str
    inputs: Callable[[PageContext, PageContext], None]
    show: Callable[[PageContext, PageContext, DeltaGenerator], None]
    result: Callable[[PageContext, PageContext], ScenarioResult]
    what_if: Callable[[PageContext], WhatIf] = prevalence_only

    def context(self, context: PageContext) -> PageContext:
        """Return the context in the scenario."""
        return page_context(self.what_if(context))


REGISTRY = {
    "prevalence": Scenario("Share of positives", prevalence.inputs, prevalence.show, prevalence.result),
    "costs": Scenario("Costs", costs.inputs, costs.show, costs.result),
    "reviews": Scenario("Reviews a day", capacity.inputs, capacity.show, capacity.result),
    "triage": Scenario("Two thresholds", triage.inputs, triage.show, triage.result),
    "weights": Scenario("Class weights", weights.inputs, weights.show, weights.result, assumed_what_if),
}


def picker(context: PageContext) -> Scenario:
    """Ask for the scenario."""
    st.pills(
        "Question",
        SCENARIOS,
        format_func=lambda key: REGISTRY[key].title,
        required=True,
        label_visibility="collapsed",
        **bind("question", context.view.scenario, "scenario"),
    )
    return REGISTRY[context.view.scenario]


def results(context: PageContext) -> list[ScenarioResult]:
    """Return the results of the scenarios that the visitor used, each with all that its page says around the answer.

    A scenario is used if something was set for it, or if it is open and suggests the threshold that was set by hand.
    """
    answers = []
    for key in SCENARIOS:
        is_set, is_open = context.view.uses(key), key == context.view.scenario and not context.decision.is_best
        if not is_set and not is_open:
            continue
        try:
            answer = _standalone(key, context)
        except InvalidPredictions:  # costs that leave nothing to decide: the page says so
            continue
        if is_set or suggested_for([answer], context.point.threshold):
            answers.append(answer)
    return answers


def tuned_purpose(context: PageContext) -> str:
    """Return what the current threshold was tuned for on these rows, if it is a suggestion and not the best one."""
    decision = context.decision
    if decision.is_best or context.curves.has_roles:
        return ""
    return suggested_for(results(context), decision.point.threshold, tuned=True)


def _standalone(key: str, context: PageContext) -> ScenarioResult:
    scenario = REGISTRY[key]
    assumed = scenario.context(context)
    constraints = assumed.best.evaluation.constraints if key in ("prevalence", "weights") else ()
    limits = formatting.under_constraints(constraints)
    assumptions = "" if key == "prevalence" else sentences.assumptions_text(assumed.what_if)

    def with_notes(result: ScenarioResult) -> ScenarioResult:
        texts = assumptions, *result.sentences, result.bound, assumed.best.tuning.not_met
        return replace(
            result,
            title=scenario.title,
            sentences=tuple(filter(None, texts)),
            assumption=" ".join(filter(None, (limits, result.assumption, result.caution))),
            complete=None,
        )

    result = scenario.result(context, assumed)
    complete = None if result.complete is None else lambda: with_notes(result.final())
    return replace(with_notes(result), complete=complete)
