"""What is chosen about all classes of a data set: the rule, the thresholds of labels, and their limits."""

from dataclasses import replace
from typing import cast

from f1tools.classes import Average, ClassDecision, Rule, decide_classes
from f1tools.core.constraints import Constraint
from f1tools.core.metrics import metric
from f1tools.core.types import OnProgress
from f1tools.ui.session import state
from f1tools.ui.session.data import ClassData, Dataset
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.link_names import by_class_in_link

_PURPOSE = "class decision"


def class_job(data: ClassData) -> Job[ClassDecision]:
    """Return the job that decides about all classes by every rule; for :func:`chosen_rule`."""
    average, beta, limits = cast("Average", state.view().average), class_beta(), class_limits(data)

    def work(on_progress: OnProgress) -> ClassDecision:
        return decide_classes(data.curves, average, beta=beta, constraints=limits, on_progress=on_progress)

    return state.session().jobs.get(_PURPOSE, _key(data), work)


def known_decision(data: ClassData) -> ClassDecision | None:
    """Return the decision about all classes if it was made already; no job is started."""
    found = state.session().jobs.result(_PURPOSE, _key(data))
    return None if found is None else chosen_rule(data, found)


def _key(data: ClassData) -> tuple[object, ...]:
    return data.id, state.view().average, class_beta(), state.view().class_limits


def chosen_rule(data: ClassData, decision: ClassDecision) -> ClassDecision:
    """Return a decision with the chosen rule, and with the thresholds that were set by hand."""
    chosen = cast("Rule", state.view().class_rule if state.view().class_rule in decision.rules else "own")
    decision = replace(decision, chosen=chosen)
    return decision if data.curves.one_per_row else decision.with_thresholds(by_hand(data))


def class_beta() -> float:
    """Return the beta of the F-beta that several classes are tuned for: 1, unless the objective is another one."""
    now = state.view()
    return now.beta if now.metric == "fbeta" else 1.0


def objective_label() -> str:
    """Return what the F-beta is called that several classes are tuned for."""
    return metric("fbeta", class_beta()).label


def class_limits(data: ClassData) -> dict[str, tuple[Constraint, ...]]:
    """Return the constraints on the thresholds of labels."""
    if data.curves.one_per_row:
        return {}
    limits = {name: each for name, each in state.view().limits_of_classes.items() if name in data.names}
    return {name: tuple(Constraint.at_least(*limit) for limit in each.items()) for name, each in limits.items()}


def select_class(name: str) -> None:
    """Show another class against the others, at the threshold that was set for it. For callbacks."""
    data = state.whole_data()
    if isinstance(data, Dataset) or state.one_class(data) == name:
        return
    kept = by_hand(data)
    threshold = kept.pop(name, None)
    changes = state.MODEL_FIELDS | {"threshold": threshold, "class_thresholds": by_class_in_link(kept)}
    state.update(one_class=None if name == data.with_rows[0] else name, **changes)


def by_hand(data: ClassData) -> dict[str, float]:
    """Return the thresholds that were set by hand, by class."""
    now = state.view()
    kept = {name: float(value) for name, value in now.thresholds_of_classes.items() if name in data.names}
    return kept if now.threshold is None else kept | {state.one_class(data): now.threshold}


def reset_by_hand(data: ClassData, name: str) -> None:
    """Forget the threshold of a class that was set by hand. For callbacks."""
    kept = {each: value for each, value in state.view().thresholds_of_classes.items() if each != name}
    threshold = None if name == state.one_class(data) else state.view().threshold
    state.update(threshold=threshold, class_thresholds=by_class_in_link(kept))


def set_limit(name: str, limited: str, least: float | None) -> None:
    """Set the least precision or recall of a label; None removes the limit. For callbacks."""
    limits = {label: dict(each) for label, each in state.view().limits_of_classes.items()}
    of_label = limits.setdefault(name, {})
    of_label.pop(limited, None)
    if least is not None:
        of_label[limited] = least
    state.update(class_limits=by_class_in_link({label: each for label, each in limits.items() if each}))
