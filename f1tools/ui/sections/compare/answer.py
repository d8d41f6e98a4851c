"""The answer: which model to take, and how sure that is."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import streamlit as st

from f1tools import comparison, formatting
from f1tools.comparison import (
    AlignBy,
    AlignedDifferences,
    ModelDifferences,
    aligned_differences,
    model_differences,
    unpaired_differences,
)
from f1tools.comparison.sentences import IN_SAMPLE
from f1tools.core.types import OnProgress
from f1tools.decision import Decision, decide
from f1tools.ui.components import decision_notes
from f1tools.ui.components.job_results import all_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.compare.standings import NOT_COMPARED, Standings
from f1tools.ui.session import state
from f1tools.ui.session.data import Dataset
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.link_names import models_in_link
from f1tools.ui.session.page_context import PageContext, objective_key, page_context

Differences: TypeAlias = ModelDifferences | AlignedDifferences
N_RESAMPLES = 2000
_TUNING_SHARE = 0.3  # of the work: the best threshold of every model
_ALIGNED = (
    "The threshold of the reference was tuned on the rows that it is reported on, which favors it: the intervals are "
    "corrected for that, the values are not."
)
_WAITING = "Resampling the rows, to see whether this could be chance …"


def differences(standings: Standings) -> Differences | None:
    """Return the differences of all models with their intervals; None until they are known, and where none apply.

    None apply without rows, with few rows of a class, and at own best thresholds where no model can be recommended.
    """
    by = standings.aligned_by
    if _without_intervals(standings):
        return None
    if by is not None:
        aligned = _aligned_job(standings, by)
        return aligned.result() if all_done([aligned], "") else None
    job = differences_job(standings.context) if standings.paired else _unpaired_job(standings)
    if not all_done([job], ""):
        return None
    return job.result().against(standings.reference.name)


def _without_intervals(standings: Standings) -> bool:
    no_choice = standings.aligned_by is None and standings.without_recommendation is not None
    return bool(standings.too_few or no_choice or standings.without_rows)


def _aligned_job(standings: Standings, by: AlignBy) -> Job[AlignedDifferences]:
    """Return the job that aligns all models with the reference in resamples of the rows."""
    context, base = standings.context, standings.context.decision
    predictions, seed = context.data.predictions, context.view.seed

    def work(on_progress: OnProgress) -> AlignedDifferences:
        decisions = [
            base if name == base.curves.model else decision
            for name, decision in zip(context.models, _decisions(context, on_progress), strict=True)
        ]
        return aligned_differences(
            predictions,
            decisions,
            by,
            reference=base.curves.model,
            n_resamples=N_RESAMPLES,
            random_state=seed,
            on_progress=lambda share: on_progress(_TUNING_SHARE + (1 - _TUNING_SHARE) * share),
        )

    reference = base.curves.model, None if base.is_best else base.point.threshold
    key = context.data.id, by, reference, objective_key(context.view), context.view.constraints, seed
    return state.session().jobs.get("aligned differences", key, work)


def _unpaired_job(standings: Standings) -> Job[ModelDifferences]:
    """Return the job that resamples the rows of each file on its own."""
    context, datasets, seed = standings.context, standings.datasets, standings.context.view.seed

    def work(on_progress: OnProgress) -> ModelDifferences:
        samples = [(data.predictions, list(_decisions(context, on_progress, data))) for data in datasets]
        return unpaired_differences(
            samples,
            n_resamples=N_RESAMPLES,
            random_state=seed,
            on_progress=lambda share: on_progress(_TUNING_SHARE + (1 - _TUNING_SHARE) * share),
        )

    key = tuple(data.id for data in datasets), objective_key(context.view), context.view.constraints, seed
    return state.session().jobs.get("unpaired differences", key, work)


def _decisions(context: PageContext, on_progress: OnProgress, data: Dataset | None = None) -> Iterator[Decision]:
    """Yield all models at their own best thresholds; constraints that a model cannot satisfy are dropped for it."""
    counted = (context.data if data is None else data).counted
    for place, name in enumerate(counted.models):
        on_progress(_TUNING_SHARE * place / len(counted.models))
        curves = counted.curves(name)
        yield decide(curves, context.view.objective, constraints=context.view.constraints, on_unmet="relax")


def differences_job(context: PageContext) -> Job[ModelDifferences]:
    """Return the job that resamples the rows; another reference needs no new one."""
    predictions, seed = context.data.predictions, context.view.seed

    def work(on_progress: OnProgress) -> ModelDifferences:
        return model_differences(
            predictions,
            list(_decisions(context, on_progress)),
            n_resamples=N_RESAMPLES,
            random_state=seed,
            on_progress=lambda share: on_progress(_TUNING_SHARE + (1 - _TUNING_SHARE) * share),
        )

    key = context.data.id, objective_key(context.view), context.view.constraints, seed
    return state.session().jobs.get("differences", key, work)


def headline(standings: Standings, found: Differences | None) -> None:
    """State which model to take or what differs, by how much it is better, and whether that could be chance."""
    if standings.too_few:
        st.warning(escape(standings.too_few))
    else:
        best = standings.lead.best
        of_file = None if standings.paired else standings.data_of[best]
        decision_notes.data_warnings(page_context(model=best, data=of_file))
    by = standings.aligned_by
    stated = standings.without_recommendation if by is None else _aligned(standings, by, found)
    # An answer is of a fixed height, so that nothing below moves when the intervals arrive.
    with st.container(key="stated" if by is None and stated is not None else "answer"):
        answer, support = stated or _recommendation(standings, found)
        st.markdown(f"**{escape(answer)}**")
        with st.container(horizontal=True, gap="small", key="line answer"):
            if support:
                st.markdown(small(escape(support)), width="content")
            if stated is None and standings.paired and isinstance(found, ModelDifferences):
                _decide_on(standings, comparison.recommended(found, standings.margin))


def _aligned(standings: Standings, by: AlignBy, found: Differences | None) -> comparison.Headline:
    """Return what differs at aligned thresholds, without whether it could be chance until that is known."""
    known = found.compared if isinstance(found, AlignedDifferences) else None
    answer, support = standings.aligned_headline(by, known)
    is_pending = known is None and not (standings.too_few or standings.without_rows)
    return comparison.Headline(answer, f"{_WAITING} {support}" if is_pending else support)


def _recommendation(standings: Standings, found: Differences | None) -> comparison.Headline:
    """Return which model to take, without whether it could be chance until that is known."""
    if not isinstance(found, ModelDifferences):
        if len(standings.by_model) - len(standings.unmet) < 2:
            return comparison.Headline(
                f"Only {formatting.truncate(standings.lead.best)} meets the constraints.", _WAITING
            )
        return comparison.Headline(f"{standings.lead.text(standings.objective, 'The highest is')}.", _WAITING)
    return comparison.headline(found, standings.margin)


def in_sample_note(standings: Standings) -> None:
    """Note that values on the rows that tuned thresholds are too high, or which rows tuned them."""
    if not standings.paired:
        if any(data.rows is None or data.rows.tuning is None for data in standings.datasets):
            st.markdown(small(escape(IN_SAMPLE)))
    elif standings.aligned_by is None:
        decision_notes.in_sample_note(standings.context, IN_SAMPLE, several=True)
    elif standings.context.decision.is_best and not standings.context.curves.has_roles:
        st.markdown(small(_ALIGNED))


def _decide_on(standings: Standings, best: str) -> None:
    """Offer to decide on the recommended model, where another one is the current model."""
    data = standings.context.data
    if best != state.model(data):
        label = f"Make {formatting.truncate(best)} the current model"
        changes = {**state.MODEL_FIELDS, "model": best, "compared_with": models_in_link([standings.reference.name])}
        st.button(escape(label), key="take model", type="tertiary", on_click=state.update, kwargs=changes)
    else:
        st.page_link("pages/decide.py", label=escape(f"Decide on the threshold of {formatting.truncate(best)} →"))


def interval_texts(standings: Standings, found: Differences | None) -> Mapping[str, str] | None:
    """Return the simultaneous interval of each difference by model; None while they are computed."""
    if _without_intervals(standings):
        return {}
    if found is None:
        return None
    by_objective = found.objective if isinstance(found, AlignedDifferences) else found
    if by_objective.reference in by_objective.unmet:
        return dict.fromkeys(by_objective.models, NOT_COMPARED)
    return {
        each.model: NOT_COMPARED if each.model in by_objective.unmet else each.simultaneous.signed_text
        for each in by_objective.differences
    }
