"""The questions of What if by their names, and the answers to those that were asked, to take along."""

from types import ModuleType

from f1tools.errors import InvalidPredictions
from f1tools.ui.shown import Shown, shown
from f1tools.ui.what_if import costs, prevalence, questions, reviews, triage, weights
from f1tools.what_if.side_by_side import Supposition

QUESTIONS: dict[str, ModuleType] = {
    "prevalence": prevalence,
    "costs": costs,
    "weights": weights,
    "reviews": reviews,
    "triage": triage,
}


def asked(now: Shown) -> list[Supposition]:
    """Answer every question that was asked, as its page does."""
    answers = []
    for name, question in QUESTIONS.items():
        if now.view.asks(name):
            try:
                answers.append(question.supposition(now, shown(questions.supposition(now, name))))
            except InvalidPredictions:  # prices under which there is nothing to decide: the page says so
                continue
    return answers
