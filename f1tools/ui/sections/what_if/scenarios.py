"""The questions of What if by their names, and the answers to those that were asked, to take along."""

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

from f1tools.core.errors import InvalidPredictions
from f1tools.ui.sections.what_if import costs, prevalence, reviews, scenario, triage, weights
from f1tools.ui.session.page_context import PageContext, page_context
from f1tools.what_if.scenario_table import ScenarioResult

QUESTIONS: dict[str, ModuleType] = {
    "prevalence": prevalence,
    "costs": costs,
    "weights": weights,
    "reviews": reviews,
    "triage": triage,
}


def asked(now: PageContext) -> list[ScenarioResult]:
    """Answer every question that was asked, as its page does."""
    answers = []
    for name, question in QUESTIONS.items():
        if now.view.uses(name):
            try:
                answers.append(_to_take_along(name, question.supposition, now))
            except InvalidPredictions:  # prices under which there is nothing to decide: the page says so
                continue
    return answers


def _to_take_along(
    name: str, answer: Callable[[PageContext, PageContext], ScenarioResult], now: PageContext
) -> ScenarioResult:
    """Answer a question, with all that its page says around the answer."""
    then = page_context(scenario.supposition(now, name))
    found = answer(now, then)
    limits = then.best.evaluation.constraints if name in ("prevalence", "weights") else ()
    kept = f"Within your limits: {', '.join(map(str, limits))}." if limits else ""
    supposed = "" if name == "prevalence" else scenario.supposed_text(then.what_if)
    said = tuple(filter(None, (supposed, *found.sentences, then.best.tuning.not_met if kept == "" else "")))
    assumption = " ".join(filter(None, (kept, found.assumption, found.caution)))
    return replace(found, sentences=said, assumption=assumption)
