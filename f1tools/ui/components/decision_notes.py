"""Notes on the current decision that several pages show: warnings, constraints, what to expect on new data."""

import math
from collections.abc import Iterator

import streamlit as st

from f1tools import formatting
from f1tools.advice import Advice, most_important
from f1tools.better_model import BetterModel, better_model
from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.decision import Decision, decide
from f1tools.formatting.unscored import unscored_sentences
from f1tools.groups import GroupReport, by_group
from f1tools.groups.grouping import FEW
from f1tools.ui.components.job_results import all_done, show_when_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.session import cache, state
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.page_context import PageContext, best_by_f1
from f1tools.uncertainty import TunedEstimate, tuned_estimate
from f1tools.uncertainty.sentences import (
    best_of_models_text,
    evaluation_set_text,
    expected_value_text,
    measured_value_text,
    widening_text,
)
from f1tools.what_if import exchange_rate
from f1tools.what_if.sentences import exchange_size, exchange_text

N_RESAMPLES = 2000


def dropped_constraints(context: PageContext) -> None:
    """Warn that the constraints were dropped, where no threshold satisfies all of them."""
    if context.best.tuning.not_met:
        st.warning(escape(context.best.tuning.not_met))


def constraints_line(context: PageContext) -> None:
    """State the constraints on the best threshold, and warn where the current threshold breaks them."""
    dropped_constraints(context)
    decision = context.decision
    constraints = decision.evaluation.constraints
    broken = (
        [] if decision.is_best else [each for each in constraints if not each.is_satisfied_by(context.point.counts)]
    )
    if broken:
        threshold = formatting.capitalized(formatting.using_threshold(decision.threshold_text))
        text = f"{threshold} violates your constraints: {formatting.constraints_text(broken)}."
        st.warning(escape(text))
    elif constraints:
        st.markdown(small(escape(formatting.under_constraints(constraints))))


def trivial_optimum_line(context: PageContext) -> None:
    """State where the best threshold flags nothing or everything, or is as good as flagging nothing."""
    best = context.best
    text = formatting.trivial_optimum_text(best.tuning, best.best_threshold_text)
    if text:
        where = f"On {formatting.truncate(context.tuning_set)}: " if context.tuning_set else ""
        st.markdown(small(escape(f"{where}{text}")))


def unscored_line(context: PageContext) -> None:
    """State how many cases have no score, and whether they were left out or count as not flagged."""
    curve, source = context.curves.evaluation, context.data.source
    if not curve.has_unscored:
        left_out = {} if source.read_as.count_unscored else source.unscored
        by_class = {model: (rows.positives, rows.negatives) for model, rows in left_out.items()}
        sentences = unscored_sentences(by_class, counted=False, n_models=len(context.models))
        if sentences:
            st.markdown(small(escape(" ".join(sentences))))
        return
    cases = "Cases without a score count as not flagged"
    if not curve.weighted:
        positives, negatives, *_ = curve.unscored
        n, among = formatting.count(positives + negatives), formatting.count(positives)
        cases = f"Not flagged, as they have no score: {n} cases, {among} of them positive"
    st.markdown(small(escape(f"{cases}.")))


def clusters_line(context: PageContext, *, widening: float | None = None) -> None:
    """State that rows of a cluster are kept together, and how much wider that makes an interval where that is known."""
    column = context.data.source.read_as.cluster
    if column is None:
        return
    text = widening_text(widening, column)
    if not text:
        text = f"Rows of one {formatting.truncate(column)} are kept together in all intervals."
    st.markdown(small(escape(text)))


def exchange_line(context: PageContext) -> None:
    """State how many false alarms the next caught cases cost, and how many a few missed cases would save."""
    curve = context.curves.evaluation
    rate = exchange_rate(curve, context.point.threshold, exchange_size(curve))
    with st.container(key="exchange"):
        st.markdown(escape(exchange_text(rate, has_unscored=curve.has_unscored)))


def expected_line(context: PageContext, *, suggested: str = "", link: bool = True) -> None:
    """State in one line what to expect of the current threshold on new data.

    Parameters
    ----------
    context : PageContext
    suggested : str
        What the threshold was tuned for on these rows, if it is a suggestion and not the best one.
    link : bool
        Whether a link to the page Trust follows.
    """
    decision = context.decision

    def show(text: str) -> None:
        st.markdown(escape(text), width="content")

    key = "line expected" if link else None  # a line is smaller than an answer
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=key):
        if decision.is_best and not context.curves.has_roles:
            named = decision.best_threshold_text if context.what_if.active else ""  # another one stands beside it

            def show_estimate(estimate: TunedEstimate) -> None:
                caution = "" if math.isnan(estimate.estimate) else _best_of_models(context)
                show(expected_value_text(estimate, named) + caution)

            show_when_done(tuned_job(context), "Estimating the value on new data …", show_estimate)
        else:
            text = measured_value_text(
                decision.objective,
                decision.point,
                decision.threshold_text,
                by_hand=not decision.is_best,
                has_roles=context.curves.has_roles,
                suggested=suggested,
            )
            show(text + (_best_of_models(context) if text and not suggested else ""))
        if link:
            st.page_link("pages/how_sure.py", label="Trust →")


def _best_of_models(context: PageContext) -> str:
    """Return the end of an expectation for the best one of several models, where it was chosen on the same rows."""
    if len(context.models) < 2 or context.curves.has_roles or context.what_if.active:
        return ""
    job = better_model_job(context)
    is_best = all_done([job], "") and job.result() is None
    return f" {best_of_models_text(len(context.models))}" if is_best else ""


def tuned_job(context: PageContext) -> Job[TunedEstimate]:
    """Return the job that estimates the value of the best threshold on new data."""
    curve, objective, seed = context.curves.tuning, context.view.objective, context.view.seed
    constraints = context.best.tuning.constraints

    def work(on_progress: OnProgress) -> TunedEstimate:
        return tuned_estimate(
            curve,
            objective,
            constraints=constraints,
            n_resamples=N_RESAMPLES,
            random_state=seed,
            on_progress=on_progress,
        )

    purpose = "tuned in a scenario" if context.what_if.active else "tuned"  # a page may need both
    return state.session().jobs.get(purpose, (context.best_key, constraints, seed), work)


def in_sample_note(context: PageContext, sentence: str = formatting.IN_SAMPLE, *, several: bool = False) -> None:
    """Note that one or several thresholds were tuned on the same rows, where no estimate for new rows is at hand."""
    text = roles_text(context, by_hand=False, several=several) if context.curves.has_roles else sentence
    st.markdown(small(escape(text)))


def roles_text(context: PageContext, *, by_hand: bool | None = None, several: bool = False) -> str:
    """Describe which rows choose thresholds and which rows evaluate them."""
    tuning_set, evaluation_set = context.data.predictions.role_names
    n_tuning, n_evaluation = context.curves.n_rows
    manual = not context.decision.is_best if by_hand is None else by_hand
    return evaluation_set_text(tuning_set, n_tuning, evaluation_set, n_evaluation, by_hand=manual, several=several)


def most_important_advice(context: PageContext) -> None:
    """Show the most important advice on the best threshold in one line."""
    advice = _advice(context)
    first = most_important(advice)
    if first is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="line advice"):
        badge = ":orange-badge[Warning]" if first.level == "warning" else ":gray-badge[Note]"
        text = f"{badge} **{escape(first.title)}**{escape(first.line.removeprefix(first.title))}"
        st.markdown(text, width="content")
        if first.kind == "failing_group":
            _groups_button()
        more = len(advice) - 1
        st.page_link(
            "pages/how_sure.py", label=f"{more} more note{'' if more == 1 else 's'}: Trust →" if more else "Trust →"
        )


def better_model_line(context: PageContext) -> None:
    """Say in one line which model reaches a higher value, where one does."""
    if len(context.models) > 1:
        show_when_done(better_model_job(context), "", _show_better_model)


def _show_better_model(better: BetterModel | None) -> None:
    if better is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="line model"):
        st.markdown(f":gray-badge[Note] {escape(better.sentence)}", width="content")
        changes = {**state.MODEL_FIELDS, "model": better.name}
        st.button("Switch", key="switch model", type="tertiary", on_click=state.update, kwargs=changes)
        st.page_link("pages/compare.py", label="Compare →")


def better_model_job(context: PageContext) -> Job[BetterModel | None]:
    """Return the job that looks for a model with a higher value."""
    data, best, constraints = context.data, context.best, context.view.constraints
    others = [name for name in context.models if name != context.model]

    def work(on_progress: OnProgress) -> BetterModel | None:
        def decisions() -> Iterator[Decision]:
            for place, name in enumerate(others):
                on_progress(place / len(others))
                yield decide(data.counted.curves(name), best.objective, constraints=constraints, on_unmet="relax")

        return better_model(data.rows, best, decisions())

    return state.session().jobs.get("better model", (context.best_key,), work)


def warnings_above_figures(context: PageContext) -> None:
    """Warn of what puts every figure of a page in doubt; it is known as soon as the page is."""
    with st.container():
        for each in _advice(context):
            if _stands_above_figures(each):
                _show_advice(each)


def _stands_above_figures(advice: Advice) -> bool:
    return advice.level == "warning" and advice.kind in ("training_rows", "few_positives", "too_good", "inverted")


def warnings(context: PageContext) -> None:
    """Show what limits the value of the best threshold, but for what stands above the figures."""
    st.header("What to be careful with", anchor=False)
    advice = _advice(context)
    below = [each for each in advice if not _stands_above_figures(each)]
    with st.container():  # what stands below keeps its position, and stays open, whatever the number of warnings
        if not below:
            is_tuned_here = context.decision.is_best and not context.curves.has_roles
            beyond = "those at the top of this page" if advice else "the optimism of tuning on this data"
            st.markdown(f"No warnings beyond {beyond}." if advice or is_tuned_here else "No warnings.")
        for each in below:
            _show_advice(each)


def data_warnings(context: PageContext) -> None:
    """Warn where a model is probably too good to be true, or its rows trained it; the model is named."""
    for each in _advice(context, context.best):
        if each.kind in ("training_rows", "too_good"):
            named = Advice(each.kind, each.level, f"{formatting.truncate(context.model)}: {each.title}", each.sentence)
            _show_advice(named)


def calibration_note(context: PageContext, *, link: bool = True) -> bool:
    """Warn where an answer needs calibrated scores and they are not; return whether it did."""
    warned = [each for each in _advice(context, best_by_f1(context)) if each.kind == "not_calibrated"]
    for each in warned:
        _show_advice(each, link=link)
    return bool(warned)


def _advice(context: PageContext, best: Decision | None = None) -> list[Advice]:
    """Return the advice on a decision; by default on the best threshold, with what to expect of it once that is known.

    Another decision starts no estimate: that would cancel the estimate of a scenario on the same page. Groups are those
    of the current threshold.
    """
    expected = groups = None
    if best is None:
        best = context.best
        if not context.curves.has_roles:
            job = tuned_job(context)
            expected = job.result().estimate if job.is_done() and not job.is_cancelled else None
        groups = _groups(context)
    groups_key = None if groups is None else (context.point.threshold, context.view.seed)
    return cache.advice(
        context.model_key,
        (best.objective.name, best.objective.beta),
        best.evaluation.constraints,
        expected,
        context.data.source.trained,
        groups_key,
        best,
        groups,
    )


def _groups(context: PageContext) -> GroupReport | None:
    """Return the groups at the current threshold once they are compared; None without groups, or too many of them."""
    data, decision, seed = context.data, context.decision, context.view.seed
    if not data.is_grouped:
        return None

    def work(on_progress: OnProgress) -> GroupReport | None:
        on_progress(0)
        try:
            return by_group(data.counted, decision, min_rows=FEW, random_state=seed)
        except InvalidPredictions:  # the tab Groups says so
            return None

    job = state.session().jobs.get("groups", (context.best_key, decision.point.threshold, seed), work)
    return job.result() if all_done([job], "Comparing the groups …", in_place=False) else None


def _groups_button() -> None:
    """Offer to open the tab Groups of Compare."""
    if st.button("Compare the groups →", key="to groups", type="tertiary", on_click=_choose_groups):
        st.switch_page("pages/compare.py")


def _choose_groups() -> None:
    state.update(compared="groups")


def _show_advice(advice: Advice, *, link: bool = True) -> None:
    box = st.warning if advice.level == "warning" else st.info
    end = "" if advice.title.endswith("?") else "."
    box(f"**{escape(advice.title)}{end}** {escape(advice.sentence)}")
    if advice.kind == "failing_group":
        _groups_button()
    if link and advice.kind == "not_calibrated":
        st.page_link("pages/calibration.py", label="See the reliability diagram →")
