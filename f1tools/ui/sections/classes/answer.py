"""The answer: what the problem is, which rule to take, and what to expect of it on new rows."""

import streamlit as st

from f1tools import formatting
from f1tools.classes import Rule, RuleEstimates, ThresholdVector, estimate_rules
from f1tools.classes.sentences import (
    average_name,
    averages_text,
    by_hand_sentences,
    caution_sentences,
    problem_text,
    recommendation_text,
    rule_name,
    way_name,
)
from f1tools.core.types import OnProgress
from f1tools.ui.components.job_results import all_done
from f1tools.ui.components.layout import data_text, metric_box
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.classes.context import ClassContext
from f1tools.ui.session import state
from f1tools.ui.session.data import ClassData, Dataset
from f1tools.ui.session.jobs import Job

_PURPOSE = "class estimates"
_WAITING = "Resampling the rows, to see what to expect on new ones …"
_PROGRESS = "Resampling the rows …"


def problem(data: ClassData) -> None:
    """Say which of the two problems it is."""
    st.markdown(escape(problem_text(data.curves)))


def estimates_job(context: ClassContext) -> Job[RuleEstimates] | None:
    """Return the job that estimates what to expect of every rule on new rows; None where a visitor stopped it."""
    decision, seed, jobs = context.decision, context.view.seed, state.session().jobs

    def work(on_progress: OnProgress) -> RuleEstimates:
        return estimate_rules(decision, random_state=seed, on_progress=on_progress)

    if jobs.is_stopped(_PURPOSE, _key(context)):
        return None
    return jobs.get(_PURPOSE, _key(context), work)


def _key(context: ClassContext) -> tuple[object, ...]:
    return context.key, context.view.seed


def estimates(context: ClassContext) -> RuleEstimates | None:
    """Return what to expect of every rule on new rows; None until that is known, and where a visitor stopped it."""
    job = estimates_job(context)
    is_known = job is not None and all_done([job], _PROGRESS, in_place=False, is_last=True)
    return job.result() if job is not None and is_known else None


def unknown_text(context: ClassContext) -> str:
    """Return what stands for a value on new rows that is not known (yet)."""
    return formatting.UNDEFINED if estimates_job(context) is None else "…"


def headline(context: ClassContext, found: RuleEstimates | None) -> None:
    """State which rule to take, and what to expect of it."""
    with st.container(key="class answer"):
        if found is None:
            _without_estimates(context)
            return
        answer, support = recommendation_text(found)
        st.markdown(f"**{escape(answer)}**")
        with st.container(horizontal=True, gap="small", key="line class answer"):
            st.markdown(small(escape(support)), width="content")
            offer_rule(context, found.recommended())


def _without_estimates(context: ClassContext) -> None:
    """Say that estimates are computed, which can be stopped, or that they were, after which they can be resumed."""
    name, jobs, key = formatting.capitalized(average_name(context.decision)), state.session().jobs, _key(context)
    stopped = estimates_job(context) is None
    value, text = "…", _WAITING
    if stopped:
        tuned = f"{way_name(context.decision.curves)}s were tuned"
        value, text = "not estimated", f"All values are on these rows, to which {tuned}: expect less on new ones."
    st.markdown(f"**{escape(f'{name} on new rows: {value}')}**")
    with st.container(horizontal=True, gap="small", key="line class answer"):
        st.markdown(small(escape(text)), width="content")
        label, change = ("Estimate", jobs.resume) if stopped else ("Stop", jobs.stop)
        st.button(label, key=f"{label.lower()} estimates", type="tertiary", on_click=change, args=(_PURPOSE, key))


def offer_rule(context: ClassContext, recommended: Rule) -> None:
    """Offer the recommended rule, where another one decides."""
    if recommended != context.decision.chosen:
        change = {"class_rule": recommended}
        st.button("Use this rule", key="take rule", type="tertiary", on_click=state.update, kwargs=change)


def boxes(context: ClassContext, found: RuleEstimates | None) -> None:
    """Show every rule side by side: what to expect on new rows, and its value on these rows."""
    decision = context.decision
    average = decision.average
    for column, (name, rule) in zip(st.columns(len(decision.rules)), decision.rules.items(), strict=True):
        here, expected, around = (
            f"{formatting.metric_value(rule.value(average))} on these rows",
            unknown_text(context),
            "",
        )
        if found is not None:
            of_rule = found.rules[name]
            expected, around = formatting.metric_value(of_rule.values[average]), f"{of_rule.intervals[average].text}; "
        with column:
            short = rule_name(decision, name).replace("one threshold", "one")  # the box is narrow
            title = f"{formatting.capitalized(short)}, on new rows"
            metric_box(title, expected, f"{around}{here}")


def notes(context: ClassContext) -> None:
    """State all averages of the chosen rule, what to keep in mind about it, and limits that are not met."""
    decision = context.decision
    own = decision.rules["own"].by
    for name, reason in own.not_met.items() if isinstance(own, ThresholdVector) else ():
        st.warning(escape(f"{formatting.truncate(name)}: {reason}"))
    if by_hand := by_hand_sentences(decision):
        st.markdown(escape(by_hand))
    st.markdown(small(escape(" ".join([averages_text(decision), *caution_sentences(decision)]))))


def two_classes(data: Dataset) -> None:
    """Say why there is nothing to see where the data have two classes only."""
    st.markdown(f"{data_text(data)}: these data have two classes. Decide shows their threshold.")
    st.page_link("pages/decide.py", label="Decide →")
