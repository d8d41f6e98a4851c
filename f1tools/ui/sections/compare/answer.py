"""The answer: which model to take, and how sure that is."""

from collections.abc import Mapping

import streamlit as st

from f1tools import comparison, formatting
from f1tools.comparison import ModelDifferences, model_differences
from f1tools.comparison.sentences import IN_SAMPLE
from f1tools.core.types import OnProgress
from f1tools.decision import decide
from f1tools.ui.components import decision_notes
from f1tools.ui.components.job_results import all_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.compare.standings import Standings
from f1tools.ui.session import state
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.link_names import models_in_link
from f1tools.ui.session.page_context import PageContext, objective_key, page_context

N_RESAMPLES = 2000
_TUNING_SHARE = 0.3  # of the work: the best threshold of every model
_WAITING = "Resampling the rows, to see whether this could be chance …"


def differences(standings: Standings) -> ModelDifferences | None:
    """Return the differences of all models with their intervals; None until they are known, and where none apply.

    The intervals are those of models at their own best thresholds; none apply where no model can be recommended.
    """
    if standings.without_recommendation is not None:
        return None
    job = differences_job(standings.context)
    if not all_done([job], ""):
        return None
    return job.result().against(standings.reference.name)


def differences_job(context: PageContext) -> Job[ModelDifferences]:
    """Return the job that resamples the rows; another reference needs no new one."""
    predictions, objective, constraints = context.data.predictions, context.view.objective, context.view.constraints
    seed, models = context.view.seed, context.models

    def work(on_progress: OnProgress) -> ModelDifferences:
        decisions = []
        for place, name in enumerate(models):
            on_progress(_TUNING_SHARE * place / len(models))
            curves = predictions.curves(name)
            decisions.append(decide(curves, objective, constraints=constraints, on_unmet="relax"))
        return model_differences(
            predictions,
            decisions,
            n_resamples=N_RESAMPLES,
            random_state=seed,
            on_progress=lambda share: on_progress(_TUNING_SHARE + (1 - _TUNING_SHARE) * share),
        )

    key = context.data.id, objective_key(context.view), constraints, seed
    return state.session().jobs.get("differences", key, work)


def headline(standings: Standings, found: ModelDifferences | None) -> None:
    """State which model to take, by how much it is better, and whether that could be chance."""
    if standings.too_few:
        st.warning(escape(standings.too_few))
    else:
        decision_notes.data_warnings(page_context(model=standings.lead.best))
    stated = standings.without_recommendation
    # An answer is of a fixed height, so that nothing below moves when the intervals arrive.
    with st.container(key="answer" if stated is None else "stated"):
        answer, support = stated or _recommendation(standings, found)
        st.markdown(f"**{escape(answer)}**")
        with st.container(horizontal=True, gap="small", key="line answer"):
            if support:
                st.markdown(small(escape(support)), width="content")
            if stated is None:
                _decide_on(standings)


def _recommendation(standings: Standings, found: ModelDifferences | None) -> comparison.Headline:
    """Return which model to take, without whether it could be chance until that is known."""
    if found is None:
        return comparison.Headline(f"{standings.lead.text(standings.objective)}.", _WAITING)
    return comparison.headline(found, standings.margin)


def in_sample_note(standings: Standings) -> None:
    """Note that values on the rows that tuned the thresholds are too high, or which rows tuned them."""
    if standings.align_by == "best":
        decision_notes.in_sample_note(standings.context, IN_SAMPLE, several=True)


def _decide_on(standings: Standings) -> None:
    """Offer to decide on the best model, where another one is the current model."""
    best, data = standings.ranked[0].name, standings.context.data
    if best != state.model(data):
        label = f"Make {formatting.truncate(best)} the current model"
        changes = {**state.MODEL_FIELDS, "model": best, "compared_with": models_in_link([standings.reference.name])}
        st.button(escape(label), key="take model", type="tertiary", on_click=state.update, kwargs=changes)
    else:
        st.page_link("pages/decide.py", label="Decide on its threshold →")


def interval_texts(standings: Standings, found: ModelDifferences | None) -> Mapping[str, str] | None:
    """Return the simultaneous interval of each difference by model; None while they are computed."""
    if standings.without_recommendation is not None:
        return {}
    return None if found is None else {each.model: each.simultaneous.signed_text for each in found.differences}
