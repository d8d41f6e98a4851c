"""The answer: which model to take, and how sure that is."""

from collections.abc import Mapping

import streamlit as st

from f1tools import comparison, formatting
from f1tools.comparison import ModelDifferences, model_differences
from f1tools.core.types import OnProgress
from f1tools.decision import decide
from f1tools.ui.components.job_results import all_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.compare.standings import Standings
from f1tools.ui.session import state
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.page_context import objective_key
from f1tools.ui.session.view import models_in_link
from f1tools.uncertainty.intervals import Interval

N_RESAMPLES = 2000
_TUNING_SHARE = 0.3  # of the work: the best threshold of every model
_ALIGNED = {"recall": "recall", "precision": "precision", "flagged": "number of flagged rows", "threshold": "threshold"}
_NOT_RETUNED = "Intervals are computed for models at their own best thresholds: align by those to see how sure this is."
_WAITING = "Resampling the rows, to see whether this could be chance …"


def differences(standings: Standings) -> ModelDifferences | None:
    """Return the differences of all models with their intervals; None until they are known, and where none apply.

    The intervals are those of models at their own best thresholds.
    """
    if standings.align_by != "best":
        return None
    job = _job(standings)
    if not all_done([job], ""):
        return None
    return job.result().against(standings.reference.name)


def _job(standings: Standings) -> Job[ModelDifferences]:
    """Return the job that resamples the rows; another reference needs no new one."""
    context = standings.context
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
    with st.container(key="answer"):  # of a fixed height, so that nothing below moves when the intervals arrive
        answer, support = _waiting(standings) if found is None else comparison.headline(found, standings.margin)
        st.markdown(f"**{escape(answer)}**")
        with st.container(horizontal=True, gap="small", key="line answer"):
            st.markdown(small(escape(support)), width="content")
            _decide_on(standings)


def _waiting(standings: Standings) -> comparison.Headline:
    """Return the answer without knowing whether it could be chance."""
    values = {each.name: each.value for each in standings.by_model.values()}
    lead = comparison.Lead.of(values, standings.reference.name)
    if standings.align_by == "best":
        return comparison.Headline(f"{lead.text(standings.objective)}.", _WAITING)
    text = lead.text(standings.objective, f"At the same {_ALIGNED[standings.align_by]}, take")
    return comparison.Headline(f"{text}.", _NOT_RETUNED)


def _decide_on(standings: Standings) -> None:
    """Offer to decide on the best model, where another one is the current model."""
    best, data = standings.ranked[0].name, standings.context.data
    if best != state.model(data):
        label = f"Make {formatting.truncate(best)} the current model"
        changes = {**state.MODEL_FIELDS, "model": best, "compared_with": models_in_link([standings.reference.name])}
        st.button(escape(label), key="take model", type="tertiary", on_click=state.update, kwargs=changes)
    else:
        st.page_link("pages/decide.py", label="Decide on its threshold →")


def interval_texts(found: ModelDifferences | None, align_by: str) -> Mapping[str, str] | None:
    """Return the simultaneous interval of each difference by model; None while they are computed."""
    if align_by != "best":
        return {}
    if found is None:
        return None
    return {each.model: _signed(each.simultaneous) for each in found.differences}


def _signed(interval: Interval) -> str:
    """Return the bounds with their signs."""
    return " to ".join(formatting.difference(float(bound), 0.0) for bound in (interval.low, interval.high))
