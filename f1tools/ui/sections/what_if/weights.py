"""Class weights: in training, where they change the scores, and in the evaluation, where they change the counts."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.types import InvalidPredictions
from f1tools.formatting.bounds import bound_text
from f1tools.plots import plot_metrics
from f1tools.ui.components import figures, tables
from f1tools.ui.components.markdown import escape
from f1tools.ui.sections.what_if import shared
from f1tools.ui.session import state
from f1tools.ui.session.page_context import PageContext, best_by_f1
from f1tools.ui.session.view import WEIGHT_RANGE
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import balanced_weight, sentences
from f1tools.what_if.scenario_table import Column, ScenarioResult, Suggestion

_STOPS = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def inputs(context: PageContext, _: PageContext) -> None:
    """Explain what weights are for, and ask for both."""
    st.markdown(escape(sentences.TRAINING))
    if context.curves.is_probability:
        _training_weight(context)
    else:
        st.info("The scores of this model are not probabilities, so the effect of weights in training is unknown.")
    st.number_input(
        "Weight of a positive in the evaluation",
        *WEIGHT_RANGE,
        value=None,
        step=0.5,
        format="%.6g",
        **bind("positive weight", context.view.positive_weight or 1.0, "positive_weight", _unless_one),
    )


def _training_weight(context: PageContext) -> None:
    weight, presets = context.view.class_weight or 1.0, _presets(context)
    st.select_slider(
        "Weight of a positive in training",
        sorted({*_STOPS, *presets.values(), weight}),
        format_func=lambda value: f"{value:.4g}",
        **bind("class weight slider", weight, "class_weight", _unless_one),
    )
    with st.container(horizontal=True, gap="small"):
        for name, value in presets.items():
            st.button(
                f"{name} ({value:.4g})",
                key=f"weight {name}",
                disabled=value == weight,
                on_click=lambda value=value: state.update(class_weight=_unless_one(value)),
            )


def _presets(context: PageContext) -> dict[str, float]:
    presets = {"None": 1.0, "Balanced": balanced_weight(context.curves.evaluation)}
    with suppress(InvalidPredictions):  # the costs scenario says what is wrong with the costs
        presets["By cost"] = context.view.costs().ratio
    return {name: weight for name, weight in presets.items() if WEIGHT_RANGE[0] <= weight <= WEIGHT_RANGE[1]}


def _unless_one(weight: float) -> float | None:
    return None if weight == 1 else weight


def show(context: PageContext, assumed: PageContext, beside: DeltaGenerator) -> None:
    """Show where 0.5 would land, and the best threshold, side by side."""
    answer = result(context, assumed)
    if not assumed.what_if.active:
        where = "" if context.curves.is_probability else " in the evaluation"
        st.markdown(f"Choose a weight{where} to see what changes.")
    for sentence in answer.sentences:
        st.markdown(escape(sentence))
    shared.show_optimum(context, assumed, answer)
    with beside:
        if assumed.what_if.active:
            shared.show_what_if_figure(context, assumed)
            tables.download_thresholds(assumed, "Download this scenario", "what-if-thresholds")
        else:
            figure = plot_metrics(
                figures.curve(context), figures.metrics(context), marks=figures.marks(context), theme="streamlit"
            )
            figures.show(figure, "metrics")


def result(context: PageContext, assumed: PageContext) -> ScenarioResult:
    """Compare the current threshold with 0.5 and with the best threshold under the weights."""
    weighted = (assumed.what_if.positive_weight or 1) != 1 or not context.curves.is_probability
    trained = context.curves.is_probability and (not weighted or (assumed.what_if.class_weight or 1) != 1)
    parts = (sentences.TRAINING_WEIGHT, trained), (sentences.EVALUATION_WEIGHT, weighted)
    assumption = " ".join(text for text, applies in parts if applies)
    caution = "" if context.curves.has_roles else formatting.IN_SAMPLE
    return ScenarioResult(
        "",
        tuple(_sentences(context, assumed)),
        assumption,
        tuple(_columns(context, assumed)),
        caution,
        bound_text(assumed.best.tuning),
        tuple(_suggestions(context, assumed)),
    )


def _suggestions(context: PageContext, assumed: PageContext) -> Iterator[Suggestion]:
    """Yield the thresholds on the scores as they are that decide like those of the weighted model."""
    scenario, weight = assumed.what_if, context.view.class_weight
    if scenario.class_weight not in (None, 1):
        purpose = f"to decide like 0.5 with training weight {weight:.4g}"
        yield Suggestion(_measured_text(context, assumed, 0.5), purpose, tuned=False)
    if replace(scenario, class_weight=None).active:
        text = assumed.decision.best_threshold_text
        if scenario.class_weight not in (None, 1):
            text = _measured_text(context, assumed, assumed.point.threshold)
        assumptions = sentences.assumptions_text(replace(scenario, class_weight=None))
        yield Suggestion(text, f"for {assumptions.removeprefix('Assumed: ').rstrip('.')}")


def _measured_text(context: PageContext, assumed: PageContext, threshold: float) -> str:
    """Return a threshold of the weighted model on the scores as they are; rounded, if that changes no decision."""
    exact = assumed.what_if.from_scenario(threshold)
    rounded = float(f"{exact:.4g}")
    curves = context.curves.tuning, context.curves.evaluation
    same = all(len(set(curve.positions([exact, rounded]).tolist())) == 1 for curve in curves)
    return formatting.exact_threshold(rounded if same else exact)


def _columns(context: PageContext, assumed: PageContext) -> list[Column]:
    """Return the current threshold, 0.5 and the best; metrics weight the positives, typical cases do not."""
    active, weight = assumed.what_if.active, assumed.what_if.positive_weight or 1.0
    cases = context.point.counts
    weighted = replace(cases, tp=weight * cases.tp, fn=weight * cases.fn)
    head = "Measured" if weight == 1 else "Measured, weighted"
    columns = [Column(head, context.decision.threshold_text, weighted, cases=cases)]
    if context.curves.is_probability:
        half = assumed.curves.evaluation.at(0.5)
        columns.append(_column("What if, at 0.5" if active else "At 0.5", "0.5", half, weight))
    if active:
        text = assumed.decision.best_threshold_text
        columns.append(_column("What if, threshold tuned", text, assumed.point, weight))
    return columns if weight != 1 else [replace(column, cases=None) for column in columns]


def _column(head: str, threshold: str, point: OperatingPoint, weight: float) -> Column:
    counts = point.counts
    return Column(head, threshold, counts, cases=replace(counts, tp=counts.tp / weight, fn=counts.fn / weight))


def _sentences(context: PageContext, assumed: PageContext) -> list[str]:
    """Say which decisions 0.5 of the weighted model makes, and when these are the best ones."""
    if not context.curves.is_probability:
        return []
    weight, texts = context.view.class_weight or 1.0, []
    if weight != 1:
        texts.append(
            f"With weight {weight:.4g}, 0.5 makes the decisions that {_measured_text(context, assumed, 0.5)} makes "
            f"now, and {context.decision.threshold_text} becomes {_shifted_text(context, assumed)}."
        )
    if context.view.objective.name == "f1":
        share = float(context.point.counts.prevalence())
        half = formatting.metric_value(best_by_f1(context).evaluation.value / 2)
        texts.append(
            "A model trained with balanced classes flags at 0.5 what this one flags at "
            f"{formatting.metric_value(share)}, the share of positives. For F1, the best threshold of calibrated "
            f"scores is half of the highest F1: here {half}."
        )
    return texts


def _shifted_text(context: PageContext, assumed: PageContext) -> str:
    """Return the current threshold on the shifted scale; as in the table where it is the best one there."""
    curve = assumed.curves.evaluation
    position, best_position = curve.positions(
        [assumed.what_if.to_scenario(context.point.threshold), assumed.point.threshold]
    )
    if position == best_position:
        return assumed.decision.best_threshold_text
    score = float(curve.thresholds[position])
    return formatting.threshold_text(curve.next_below(score), score)
