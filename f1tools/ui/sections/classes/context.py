"""What the page Classes is about: the decision about all classes, once it is there."""

from dataclasses import dataclass

from f1tools.classes import ClassDecision
from f1tools.ui.components.job_results import all_done
from f1tools.ui.session import class_choices, state
from f1tools.ui.session.data import ClassData
from f1tools.ui.session.view import View

_WAITING = "Tuning the thresholds or weights …"


@dataclass(frozen=True, eq=False)
class ClassContext:
    """Everything that the page shows.

    Attributes
    ----------
    view
        What the visitor chose.
    data
        The current data set.
    decision
        All rules, and the chosen one with what was set by hand.
    """

    view: View
    data: ClassData
    decision: ClassDecision

    @property
    def label(self) -> str:
        """What F-beta is called."""
        return class_choices.objective_label()

    @property
    def of_labels(self) -> bool:
        """Whether rows have several labels, each with a threshold."""
        return not self.decision.curves.one_per_row

    @property
    def noun(self) -> str:
        """What one of them is called."""
        return "label" if self.of_labels else "class"

    @property
    def nouns(self) -> str:
        """What several of them are called."""
        return "labels" if self.of_labels else "classes"

    @property
    def key(self) -> tuple[object, ...]:
        """Identity of all rules, for jobs."""
        return self.data.id, self.decision.average, self.decision.beta, self.view.class_limits

    @property
    def rule_key(self) -> tuple[object, ...]:
        """Identity of the rule that decides, for jobs."""
        return *self.key, self.decision.chosen, tuple(self.decision.by_hand.items())


def class_context(data: ClassData) -> ClassContext | None:
    """Return what the page shows; None while thresholds are tuned."""
    job = class_choices.class_job(data)
    if not all_done([job], _WAITING):
        return None
    return ClassContext(state.view(), data, class_choices.chosen_rule(data, job.result()))
