"""Another share of positives where the model is used."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.core.metrics import defined_values
from f1tools.core.types import OnProgress
from f1tools.plots import plot_prevalence
from f1tools.ui.components import decision_notes, figures, job_results, tables
from f1tools.ui.components.html_table import figures_table
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.what_if import shared
from f1tools.ui.session import cache, state
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.page_context import PageContext, objective_key
from f1tools.ui.session.view import PREVALENCE_RANGE
from f1tools.ui.session.widget_echo import bind
from f1tools.uncertainty import Interval, TunedEstimate, metric_interval
from f1tools.what_if import PrevalenceSweep, sentences, tuned_sweep
from f1tools.what_if.scenario_table import Column, ScenarioResult, Suggestion

_STOPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_PROPOSED = (0.01, 0.05, 0.1, 0.5)  # compared as long as no share is chosen
_SWEEP_POINTS = 60
_SWEEP_RESAMPLES = 400
_DOTTED = "Dotted where the 95% interval spans more than a factor of 2: this data tells little there."
_CONSTRAINED_SWEEP_POINTS = 25  # each of them scans all thresholds


def inputs(context: PageContext, _: PageContext) -> None:
    """Ask for the share of positives."""
    own, assumed = _own(context), context.view.prevalence
    current = own if assumed is None else assumed
    left, right = st.columns([2, 1], gap="medium")
    left.select_slider(
        "Share of positives where you use it",
        sorted({*_STOPS, own, current}),
        format_func=lambda share: formatting.percent(share) + (" as here" if share == own else ""),
        **bind("prevalence slider", current, "prevalence", lambda share: None if share == own else share),
    )
    right.number_input(
        "Enter a value (%)",
        shared.to_percent(min(PREVALENCE_RANGE[0], current)),
        shared.to_percent(max(PREVALENCE_RANGE[1], current)),
        value=None,
        step=None,
        format="%.6g",
        **bind("prevalence field", shared.to_percent(current), "prevalence", shared.to_fraction),
    )


def _own(context: PageContext) -> float:
    """Return the share of positives of the evaluation set."""
    return float(context.point.counts.prevalence())


def show(context: PageContext, assumed: PageContext, beside: DeltaGenerator) -> None:
    """Show the threshold kept and tuned side by side, and all shares at once."""
    prevalence, jobs = context.view.prevalence, _jobs(context, assumed)
    with beside:
        done = job_results.all_done(jobs, "Tuning and evaluating on resampled rows …")
    sweep = _expected_sweep(context, [job.result() for job in jobs]) if done else _sweep(context)
    if prevalence is None:
        _proposals(context, sweep)
        if done:
            st.markdown(small(f"{escape(context.view.objective.label)} is what to expect on new data."))
        decision_notes.constraints_line(context)
    else:
        answer = result(context, assumed)
        st.markdown(escape(" ".join(answer.sentences)))
        shared.show_optimum(context, assumed, answer)
        if sweep.vague[sweep.prevalence == prevalence].any():
            measured = context.curves.evaluation.at(assumed.point.threshold)
            st.markdown(small(escape(sentences.vague_text(measured, prevalence))))
    decision_notes.calibration_note(context)
    with beside:
        figure = plot_prevalence(sweep, observed=_own(context), assumed=prevalence, theme="streamlit")
        figures.show(figure, "prevalence")
        if sweep.vague.any():
            st.markdown(small(_DOTTED))
        if prevalence is not None:
            shared.show_what_if_figure(context, assumed)
            with st.container(horizontal=True):
                tables.download_adjusted_scores(context, _own(context), prevalence)
                tables.download_thresholds(assumed, "Download this scenario", "what-if-thresholds")


def _proposals(context: PageContext, sweep: PrevalenceSweep) -> None:
    """Compare the current threshold with the best one at some shares of positives, and offer to assume one of them."""
    own, label = _own(context), context.view.objective.label
    st.markdown(
        f"Will positives be as common where you use the model as they are here, {formatting.percent(own)}? "
        f"{escape(label)} depends on it, and so does the best threshold."
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown("Assume", width="content")
        for share in _PROPOSED:
            st.button(
                formatting.percent(share), key=f"share {share}", on_click=state.update, kwargs={"prevalence": share}
            )
    kept = f"{label} {formatting.at_threshold(context.decision.threshold_text)}"
    header = ["Share of positives", kept, f"{label}, threshold tuned", "Threshold tuned"]
    columns = (sweep.prevalence, sweep.unchanged, sweep.value, sweep.threshold)
    rows = [
        (
            formatting.percent(share) + (" as here" if share == own else ""),
            [*map(formatting.metric_value, values), _threshold_text(context, threshold)],
        )
        for share, *values, threshold in zip(*(column.tolist() for column in columns), strict=True)
        if share in (*_PROPOSED, own)
    ]
    figures_table("By share of positives", header, rows)
    st.markdown(small(escape(sentences.PREVALENCE)))


def _threshold_text(context: PageContext, threshold: float) -> str:
    """Return a threshold as short as the scores allow."""
    tuning, evaluation = context.curves.tuning, context.curves.evaluation
    return formatting.threshold_text(max(tuning.next_below(threshold), evaluation.next_below(threshold)), threshold)


def _shares(context: PageContext) -> tuple[float, ...]:
    """Return the shares of positives that are compared, whatever is assumed."""
    own = _own(context)
    n_points = _CONSTRAINED_SWEEP_POINTS if context.view.constraints else _SWEEP_POINTS
    return tuple(sorted({*np.geomspace(min(0.001, own), max(0.9, own), n_points).tolist(), *_PROPOSED, own}))


def _sweep(context: PageContext) -> PrevalenceSweep:
    """Find the value of the best threshold and of the current one at many shares of positives."""
    prevalence = context.view.prevalence
    return cache.prevalence_sweep(
        context.model_key,
        objective_key(context.view),
        context.view.constraints,
        tuple(sorted({*_shares(context), *([] if prevalence is None else [prevalence])})),
        context.point.threshold,
        context.curves,
    )


def _jobs(context: PageContext, assumed: PageContext) -> list[Job[Any]]:
    """Return the jobs that estimate values on new data, as measured, at each share and at the assumed one.

    There are none where an evaluation set measures these values.
    """
    if context.curves.has_roles:
        return []
    view, curve, shares = context.view, context.curves.tuning, _shares(context)

    def work(on_progress: OnProgress) -> list[TunedEstimate]:
        return tuned_sweep(
            curve,
            shares,
            view.objective,
            constraints=view.constraints,
            n_resamples=_SWEEP_RESAMPLES,
            random_state=view.seed,
            on_progress=on_progress,
        )

    jobs: list[Job[Any]] = [decision_notes.tuned_job(context)]
    jobs.append(state.session().jobs.get("sweep", (context.best_key, shares, view.seed), work))
    return [*jobs, decision_notes.tuned_job(assumed)] if assumed.what_if.active else jobs


def _expected_sweep(context: PageContext, results: list[Any]) -> PrevalenceSweep:
    """Return the sweep with the values to expect on new data, given the results of all jobs."""
    sweep = _sweep(context)
    if not results:
        return sweep
    measured, estimates, *assumed = results
    by_share = dict(zip(_shares(context), estimates, strict=True)) | {_own(context): measured}
    if assumed and context.view.prevalence is not None:
        by_share[context.view.prevalence] = assumed[0]
    kept = measured.rates if context.decision.is_best else None
    return sweep.expected([by_share[share] for share in sweep.prevalence.tolist()], kept)


def result(context: PageContext, assumed: PageContext) -> ScenarioResult:
    """Compare the current threshold with the best one at the other share of positives."""
    decision, prevalence, objective = context.decision, context.view.prevalence, context.view.objective
    caution = "" if context.curves.has_roles else formatting.IN_SAMPLE
    columns = [Column("Now", decision.threshold_text, context.point.counts)]
    if prevalence is None:
        return ScenarioResult("", (), sentences.PREVALENCE, tuple(columns), caution)
    kept = assumed.curves.evaluation.at(context.point.threshold).counts
    best, share = assumed.decision, formatting.percent(prevalence)
    columns.append(Column("What if, threshold kept", decision.threshold_text, kept))
    columns.append(Column("What if, threshold tuned", best.best_threshold_text, assumed.point.counts))
    now, then = (formatting.metric_value(float(objective.evaluate(each))) for each in (context.point.counts, kept))
    sentence = (
        f"With {share} positives instead of {formatting.percent(_own(context))}, keeping "
        f"{formatting.using_threshold(decision.threshold_text)} gives {objective.label} {then} instead of {now}; "
        f"the best would be {formatting.using_threshold(best.best_threshold_text)}, with "
        f"{formatting.metric_value(best.evaluation.value)}{'' if context.curves.has_roles else ' on this data'}."
    )
    suggestion = Suggestion(best.best_threshold_text, f"for {share} positives")

    def with_expected(cells: Sequence[tuple[str, str]]) -> tuple[Column, ...]:
        names = f"{objective.label} on new data", "95% interval"
        rows = (tuple(zip(names, each, strict=True)) for each in cells)
        return tuple(replace(column, more=more) for column, more in zip(columns, rows, strict=True))

    tuned = [] if context.curves.has_roles else [context, assumed]
    jobs = [decision_notes.tuned_job(each) for each in tuned]
    known = all(job.is_done() and not job.is_cancelled for job in jobs)

    def final_columns() -> tuple[Column, ...]:
        return with_expected(_expected_cells(context, assumed, [job.result() for job in jobs]))

    shown = final_columns() if known else with_expected([("…", "…")] * len(columns))
    return ScenarioResult("", (sentence,), sentences.PREVALENCE, shown, caution, (suggestion,), final_columns)


def _expected_cells(
    context: PageContext, assumed: PageContext, estimates: list[TunedEstimate]
) -> list[tuple[str, str]]:
    """Return what to expect on new data as measured, with the threshold kept and tuned, and the 95% intervals."""
    objective = context.view.objective
    points = context.point, assumed.curves.evaluation.at(context.point.threshold), assumed.point
    values = [float(defined_values(objective, point.counts)) for point in points]
    intervals = [metric_interval(objective, point) for point in points]
    if estimates:
        measured, tuned = estimates
        values[2], intervals[2] = tuned.estimate, tuned.interval
        if context.decision.is_best:
            rates = measured.rates.at_prevalence(_own(assumed))
            bounds = rates.bounds(objective, measured.confidence_level)
            values[:2], intervals[0] = [measured.estimate, rates.value(objective)], measured.interval
            intervals[1] = None if tuned.interval is None else Interval(*bounds, measured.confidence_level)
    texts = zip(map(formatting.metric_value, values), intervals, strict=True)
    return [(value, "–" if interval is None else interval.text) for value, interval in texts]
