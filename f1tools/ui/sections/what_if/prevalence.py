"""Another share of positives where the model is used."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.core.metrics import defined_values
from f1tools.core.types import OnProgress
from f1tools.formatting.bounds import bound_text
from f1tools.plots import plot_prevalence
from f1tools.ui.components import decision_notes, figures, job_results, tables
from f1tools.ui.components.html_table import figures_table
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.components.table_notes import bounds_line
from f1tools.ui.sections.what_if import shared
from f1tools.ui.session import cache, state
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.page_context import PageContext, objective_key
from f1tools.ui.session.view import PREVALENCE_RANGE
from f1tools.ui.session.widget_echo import bind
from f1tools.uncertainty import Interval, TunedEstimate, metric_interval
from f1tools.what_if import PrevalenceSweep, sentences, tuned_sweep
from f1tools.what_if.prevalence import is_vague, too_few_for_forecast
from f1tools.what_if.scenario_table import Column, ScenarioResult, Suggestion

_STOPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_PROPOSED = (0.01, 0.05, 0.1, 0.5)  # compared as long as no share is chosen
_SWEEP_POINTS = 40
_RESAMPLES_OF_MANY_ROWS, _RESAMPLES_OF_A_LINE = 400, 200  # a line of many rows is smooth, and nobody reads its digits
_SMALL_TABLE, _LARGE_TABLE = 1000, 200_000  # thresholds; of a large table few resamples determine the third digit, too
_DOTTED = "Dotted where the 95% interval spans more than a factor of 2: this data tells little there."
_CONSTRAINED_SWEEP_POINTS = 25  # each of them scans all thresholds


def inputs(context: PageContext, _: PageContext) -> None:
    """Ask for the share of positives."""
    own, assumed = _own(context), context.view.prevalence
    current = own if assumed is None else assumed
    shown = shared.to_percent(own if assumed is None else assumed)
    if assumed is None:  # as the slider writes it
        shown = float(formatting.percent(own).strip(">%"))
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
        **bind("prevalence field", shown, "prevalence", shared.to_fraction),
    )


def _own(context: PageContext) -> float:
    """Return the share of positives of the evaluation set."""
    return float(context.point.counts.prevalence())


def show(context: PageContext, assumed: PageContext, beside: DeltaGenerator) -> None:
    """Show the threshold kept and tuned side by side, and all shares at once."""
    prevalence, jobs = context.view.prevalence, _jobs(context)
    with beside:
        done = job_results.all_done(jobs, "Tuning and evaluating on resampled rows …")
    sweep = _expected_sweep(context, [job.result() for job in jobs]) if done else _sweep(context)
    too_few = _too_few(context)
    if prevalence is None:
        _proposals(context, sweep, is_known=done)
        decision_notes.constraints_line(context)
    else:
        answer = result(context, assumed)
        st.markdown(escape(" ".join(answer.sentences)))
        shared.show_optimum(context, assumed, answer)
    decision_notes.calibration_note(context)
    with beside:
        values = "to expect on new data" if done else "on this data, too high for new data"
        figure = plot_prevalence(sweep, observed=_own(context), assumed=prevalence, values=values, theme="streamlit")
        figures.show(figure, "prevalence")
        if too_few:
            st.markdown(small(escape(too_few)))
        if sweep.vague.any():
            st.markdown(small(_DOTTED))
        if prevalence is not None:
            shared.show_what_if_figure(context, assumed)
            tables.download_adjusted_scores(context, _own(context), prevalence)
            tables.download_thresholds(assumed, "Download this scenario", "what-if-thresholds")


def _proposals(context: PageContext, sweep: PrevalenceSweep, *, is_known: bool) -> None:
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
    st.markdown(escape(f"What {label} to expect on new data:"))
    kept = f"{label} {formatting.at_threshold(context.decision.threshold_text)}"
    header = ["Share of positives", kept, f"{label}, threshold tuned", "Threshold tuned"]
    columns = (each.tolist() for each in (sweep.prevalence, sweep.unchanged, sweep.value, sweep.threshold))
    shown = [each for each in zip(*columns, strict=True) if each[0] in (*_PROPOSED, own)]
    thresholds = formatting.column_of_thresholds([context.threshold_text(threshold) for *_, threshold in shown])
    rows = [
        (
            formatting.percent(share) + (" as here" if share == own else ""),
            [*(formatting.metric_value(each) if is_known else "…" for each in values), text],
        )
        for (share, *values, _), text in zip(shown, thresholds, strict=True)
    ]
    figures_table("By share of positives", header, rows)
    if too_few := _too_few(context):
        st.markdown(escape(too_few))
    bounds_line(context)
    st.markdown(small(escape(sentences.PREVALENCE)))


def _shares(context: PageContext) -> tuple[float, ...]:
    """Return the shares of positives that are compared, whatever is assumed."""
    own = _own(context)
    n_points = _CONSTRAINED_SWEEP_POINTS if context.view.constraints else _SWEEP_POINTS
    return tuple(sorted({*np.geomspace(min(0.001, own), max(0.9, own), n_points).tolist(), *_PROPOSED, own}))


def _unstated_shares(context: PageContext) -> tuple[float, ...]:
    """Return the compared shares whose values are only drawn, whatever is assumed."""
    return tuple(share for share in _shares(context) if share not in (*_PROPOSED, _own(context)))


def _sweep(context: PageContext) -> PrevalenceSweep:
    """Find the value of the best threshold and of the current one at many shares of positives."""
    return cache.prevalence_sweep(
        context.model_key,
        objective_key(context.view),
        context.view.constraints,
        tuple(sorted({*_shares(context), *_stated_shares(context)})),
        context.point.threshold,
        context.curves,
    )


def _stated_shares(context: PageContext) -> tuple[float, ...]:
    """Return the shares whose values the page states: those it proposes and the assumed one.

    They are always estimated together, so that a share has one estimate before and after it is chosen.
    """
    prevalence = context.view.prevalence
    return tuple(sorted({*_PROPOSED, *([] if prevalence is None else [prevalence])}))


def _jobs(context: PageContext) -> list[Job[Any]]:
    """Return the jobs that estimate values on new data: as measured, at the shares that are stated, and at all others.

    There are none where an evaluation set measures these values.
    """
    if context.curves.has_roles:
        return []
    if _too_few(context):
        return _stated_jobs(context)
    n_thresholds = context.curves.tuning.thresholds.size
    n_resamples = _RESAMPLES_OF_A_LINE if n_thresholds > _LARGE_TABLE else _n_resamples(context, _SMALL_TABLE)
    return [*_stated_jobs(context), _tuned_at_each(context, "sweep", _unstated_shares(context), n_resamples)]


def _n_resamples(context: PageContext, largest: int) -> int:
    """Return as many resamples as of single estimates up to the largest table, and fewer beyond."""
    is_small = context.curves.tuning.thresholds.size <= largest
    return decision_notes.N_RESAMPLES if is_small else _RESAMPLES_OF_MANY_ROWS


def _stated_jobs(context: PageContext) -> list[Job[Any]]:
    """Return the jobs that estimate values on new data as measured and, with enough rows, at the stated shares."""
    if _too_few(context):
        return [decision_notes.tuned_job(context)]
    n_resamples = _n_resamples(context, _LARGE_TABLE)
    stated = _tuned_at_each(context, "stated shares", _stated_shares(context), n_resamples)
    return [decision_notes.tuned_job(context), stated]


def _tuned_at_each(
    context: PageContext, purpose: str, shares: tuple[float, ...], n_resamples: int
) -> Job[list[TunedEstimate]]:
    view, curve = context.view, context.curves.tuning

    def work(on_progress: OnProgress) -> list[TunedEstimate]:
        return tuned_sweep(
            curve,
            shares,
            view.objective,
            constraints=view.constraints,
            n_resamples=n_resamples,
            random_state=view.seed,
            on_progress=on_progress,
        )

    return state.session().jobs.get(purpose, (context.best_key, shares, view.seed), work)


def _expected_sweep(context: PageContext, results: list[Any]) -> PrevalenceSweep:
    """Return the sweep with the values to expect on new data, given the results of all jobs."""
    sweep = _sweep(context)
    if _too_few(context):
        for measured in results:
            value = np.full_like(sweep.value, measured.estimate)
            sweep = replace(sweep, value=value, unchanged=value if context.decision.is_best else sweep.unchanged)
        return sweep.only_measured(_own(context))
    if not results:
        return sweep
    measured, stated, others = results
    by_share = dict(zip(_unstated_shares(context), others, strict=True)) | dict(
        zip(_stated_shares(context), stated, strict=True)
    )
    by_share[_own(context)] = measured
    kept = measured if context.decision.is_best else None
    return sweep.expected([by_share[share] for share in sweep.prevalence.tolist()], kept)


def _too_few(context: PageContext) -> str:
    """Return why there is no forecast for another share of positives; empty where there is one."""
    sets = (context.curves.evaluation, context.curves.tuning)
    return next(filter(None, map(too_few_for_forecast, sets)), "")


def result(context: PageContext, assumed: PageContext) -> ScenarioResult:
    """Compare the current threshold with the best one at the other share of positives."""
    decision, prevalence = context.decision, context.view.prevalence
    caution = "" if context.curves.has_roles else formatting.IN_SAMPLE
    columns = [Column("Measured", decision.threshold_text, context.point.counts)]
    if prevalence is None:
        return ScenarioResult("", (), sentences.PREVALENCE, tuple(columns), caution)
    kept = assumed.curves.evaluation.at(context.point.threshold).counts
    best = assumed.decision.best_threshold_text
    columns.append(Column("What if, threshold kept", decision.threshold_text, kept))
    columns.append(Column("What if, threshold tuned", best, assumed.point.counts))
    suggestion = Suggestion(best, f"for {formatting.percent(prevalence)} positives")
    too_few = _too_few(context)

    def with_expected(cells: list[tuple[str, str]], vague: str = "") -> ScenarioResult:
        names = f"{context.view.objective.label} on new data", "95% interval"
        rows = (tuple(zip(names, each, strict=True)) for each in cells)
        shown = tuple(replace(column, more=more) for column, more in zip(columns, rows, strict=True))
        texts = (_sentence(context, assumed, [value for value, _ in cells]), vague or too_few)
        answer, bound = tuple(filter(None, texts)), bound_text(assumed.best.tuning)
        return ScenarioResult("", answer, sentences.PREVALENCE, shown, caution, bound, (suggestion,))

    jobs = [] if context.curves.has_roles else _stated_jobs(context)

    def complete() -> ScenarioResult:
        values, intervals = _expected_values(context, assumed, [job.result() for job in jobs])
        texts = zip(map(formatting.metric_value, values), intervals, strict=True)
        cells = [(value, "–" if interval is None else interval.text) for value, interval in texts]
        return with_expected(cells, "" if too_few else _vague_text(context, assumed, intervals[2]))

    if all(job.is_done() and not job.is_cancelled for job in jobs):
        return complete()
    return replace(with_expected([("…", "…")] * len(columns)), complete=complete)


def _sentence(context: PageContext, assumed: PageContext, values: list[str]) -> str:
    """Describe what to expect now, with the threshold kept and with the best one, given these values."""
    now, kept, tuned = values
    current = formatting.using_threshold(context.decision.threshold_text)
    best = formatting.using_threshold(assumed.decision.best_threshold_text)
    share, label = formatting.percent(_own(assumed)), context.view.objective.label
    start = f"With {share} positives instead of {formatting.percent(_own(context))}"
    if _too_few(context):
        return f"{start}, {label} on new data is {formatting.UNDEFINED}."
    if current == best:
        return f"{start}, {current} remains the best: expect {label} {kept} on new data instead of {now}."
    return f"{start}, expect {label} {kept} on new data instead of {now} with {current}, and {tuned} with {best}."


def _vague_text(context: PageContext, assumed: PageContext, interval: Interval | None) -> str:
    """Return why the rows hardly determine the value of the tuned threshold; empty where they do."""
    if interval is None or assumed.point.class_mix != "assumed" or not is_vague(interval.low, interval.high):
        return ""
    return sentences.vague_text(context.curves.evaluation.at(assumed.point.threshold), _own(assumed))


def _expected_values(
    context: PageContext, assumed: PageContext, results: list[Any]
) -> tuple[list[float], list[Interval | None]]:
    """Return what to expect on new data as measured, with the threshold kept and tuned, and the 95% intervals."""
    objective, share = context.view.objective, _own(assumed)
    points = context.point, assumed.curves.evaluation.at(context.point.threshold), assumed.point
    values = [float(defined_values(objective, point.counts)) for point in points]
    intervals = [metric_interval(objective, point) for point in points]
    if _too_few(context):
        if results and context.decision.is_best:
            values[0], intervals[0] = results[0].estimate, results[0].interval
        return [values[0], math.nan, math.nan], [intervals[0], None, None]
    if results:
        measured, tuned = results[0], results[1][_stated_shares(context).index(context.view.prevalence or share)]
        values[2], intervals[2] = tuned.estimate, tuned.interval
        if context.decision.is_best:
            values[:2], intervals[0] = [measured.estimate, measured.at_prevalence(share)], measured.interval
            low, high = measured.rates.at_prevalence(share).bounds(objective, measured.confidence_level)
            kept = Interval(min(low, values[1]), high, measured.confidence_level)
            intervals[1] = None if tuned.interval is None else kept
        if points[1].threshold == points[2].threshold:  # one decision has one value
            values[1], intervals[1] = values[2], intervals[2]
    return values, intervals
