"""The answer: what the problem is, which rule to take, and what to expect of it on new rows."""

import streamlit as st

from f1tools import formatting
from f1tools.classes import Rule, RuleEstimates, ThresholdVector, estimate_rules
from f1tools.classes.sentences import (
    average_name,
    averages_text,
    caution_sentences,
    problem_text,
    recommendation_text,
    rule_name,
)
from f1tools.core.types import OnProgress
from f1tools.ui.components.job_results import all_done
from f1tools.ui.components.layout import metric_box
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.classes.context import ClassContext
from f1tools.ui.session import state
from f1tools.ui.session.data import ClassData
from f1tools.ui.session.jobs import Job

_WAITING = "Resampling the rows, to see what to expect on new ones …"


def problem(data: ClassData) -> None:
    """Say which of the two problems it is."""
    st.markdown(escape(problem_text(data.curves)))


def estimates_job(context: ClassContext) -> Job[RuleEstimates]:
    """Return the job that estimates what to expect of every rule on new rows."""
    decision, seed = context.decision, context.view.seed

    def work(on_progress: OnProgress) -> RuleEstimates:
        return estimate_rules(decision, random_state=seed, on_progress=on_progress)

    return state.session().jobs.get("class estimates", (context.key, seed), work)


def estimates(context: ClassContext) -> RuleEstimates | None:
    """Return what to expect of every rule on new rows; None until that is known."""
    job = estimates_job(context)
    return job.result() if all_done([job], "") else None


def headline(context: ClassContext, found: RuleEstimates | None) -> None:
    """State which rule to take, and what to expect of it."""
    with st.container(key="class answer"):
        if found is None:
            st.markdown(f"**{escape(f'{formatting.capitalized(average_name(context.decision))} on new rows: …')}**")
            st.markdown(small(escape(_WAITING)))
            return
        answer, support = recommendation_text(found)
        st.markdown(f"**{escape(answer)}**")
        with st.container(horizontal=True, gap="small", key="line class answer"):
            st.markdown(small(escape(support)), width="content")
            _decide_by(context, found.recommended())


def _decide_by(context: ClassContext, recommended: Rule) -> None:
    """Offer the recommended rule, where another one decides."""
    if recommended != context.decision.chosen:
        change = {"class_rule": recommended}
        st.button("Use this rule", key="take rule", type="tertiary", on_click=state.update, kwargs=change)


def boxes(context: ClassContext, found: RuleEstimates | None) -> None:
    """Show every rule side by side: what to expect on new rows, and its value on these rows."""
    decision = context.decision
    average = decision.average
    for column, (name, rule) in zip(st.columns(len(decision.rules)), decision.rules.items(), strict=True):
        here, expected, around = f"{formatting.metric_value(rule.value(average))} on these rows", "…", ""
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
    by_hand = len(decision.by_hand)
    if by_hand and context.of_labels:
        set_by_hand = f"{by_hand} threshold{'s' * (by_hand > 1)} set by hand"
        now = formatting.metric_value(decision.rule.value(decision.average))
        st.markdown(escape(f"With {set_by_hand}: {average_name(decision)} {now} on these rows."))
    st.markdown(small(escape(" ".join([averages_text(decision), *caution_sentences(decision)]))))
