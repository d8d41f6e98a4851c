"""Class weights: in training, where they move the scores, and in the evaluation, where they move the counts."""

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from f1tools import formatting
from f1tools.core.curve import OperatingPoint
from f1tools.core.errors import InvalidPredictions
from f1tools.ui.components import expected_line, figures, tables, widgets
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.sections.what_if import side_by_side
from f1tools.ui.sections.what_if.prevalence import what_if_figure
from f1tools.ui.session import state
from f1tools.ui.session.page_context import PageContext, by_f1
from f1tools.ui.session.view import WEIGHT_RANGE
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if import balanced_weight, half_equivalent_threshold, sentences
from f1tools.what_if.scenario_table import Column, ScenarioResult

_STOPS = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def ask(now: PageContext, _: PageContext) -> None:
    """Say what weights are for, and ask for both."""
    st.markdown(plain(sentences.TRAINING))
    if now.curves.evaluation.is_probability:
        _ask_training(now)
    else:
        st.info("The scores of this model are not probabilities, so nobody can say how weights in training move them.")
    st.divider()
    st.number_input(
        "Weight of a positive in the evaluation",
        *WEIGHT_RANGE,
        value=None,
        step=0.5,
        format="%.6g",
        **bind("positive weight", now.view.positive_weight or 1.0, "positive_weight", _unless_one),
    )


def _ask_training(now: PageContext) -> None:
    weight = now.view.class_weight or 1.0
    presets = _presets(now)
    st.select_slider(
        "Weight of a positive in training",
        sorted({*_STOPS, *presets.values(), weight}),
        format_func=lambda value: f"{value:.3g}",
        **bind("class weight slider", weight, "class_weight", _unless_one),
    )
    with st.container(horizontal=True, gap="small"):
        for name, value in presets.items():
            st.button(
                f"{name} ({value:.3g})",
                key=f"weight {name}",
                disabled=value == weight,
                on_click=lambda value=value: state.update(class_weight=_unless_one(value)),
            )


def _presets(now: PageContext) -> dict[str, float]:
    found = {"None": 1.0, "Balanced": balanced_weight(now.curves.evaluation)}
    with suppress(InvalidPredictions):  # the question about costs says what is wrong with them
        found["By cost"] = now.view.costs().ratio
    return {name: weight for name, weight in found.items() if WEIGHT_RANGE[0] <= weight <= WEIGHT_RANGE[1]}


def _unless_one(weight: float) -> float | None:
    return None if weight == 1 else weight


def answer(now: PageContext, then: PageContext) -> None:
    """Show where 0.5 would land, and what is best, side by side."""
    supposed = supposition(now, then)
    for sentence in supposed.sentences:
        st.markdown(plain(sentence))
    side_by_side.show(supposed.columns, now.view.objective)
    widgets.limits_line(then)
    st.markdown(aside(plain(supposed.assumption)))
    expected_line.line(then, link=False)
    if then.what_if.active:
        figures.show(what_if_figure(now, then), "what-if")
        tables.files_buttons(then, "Download the what-if's thresholds", "what-if-thresholds")


def supposition(now: PageContext, then: PageContext) -> ScenarioResult:
    """Give the question with its answer."""
    training = f"{sentences.TRAINING_WEIGHT} " if now.curves.evaluation.is_probability else ""
    assumption = f"{training}{sentences.EVALUATION_WEIGHT}"
    caution = "" if now.has_roles else formatting.IN_SAMPLE
    return ScenarioResult("Class weights", tuple(_landing(now, then)), assumption, tuple(_columns(now, then)), caution)


def _columns(now: PageContext, then: PageContext) -> list[Column]:
    """Give the threshold in force, 0.5 and the best; metrics weigh the positives, cases stay what they are."""
    active, weight = then.what_if.active, then.what_if.positive_weight or 1.0
    here = now.point.counts
    judged = replace(here, tp=weight * here.tp, fn=weight * here.fn)
    columns = [Column("Now", now.written, judged, cases=here)]
    if now.curves.evaluation.is_probability:
        columns.append(
            _column("What if, at 0.5" if active else "At 0.5", "0.5", then.curves.evaluation.at(0.5), weight)
        )
    if active:
        columns.append(_column("What if, threshold tuned", then.best.threshold_text, then.point, weight))
    return columns if weight != 1 else [replace(column, cases=None) for column in columns]


def _column(head: str, written: str, point: OperatingPoint, weight: float) -> Column:
    counts = point.counts
    return Column(head, written, counts, cases=replace(counts, tp=counts.tp / weight, fn=counts.fn / weight))


def _landing(now: PageContext, then: PageContext) -> list[str]:
    """Say what 0.5 of the weighted model is on this one, and when it is best."""
    if not now.curves.evaluation.is_probability:
        return [] if then.what_if.active else ["Choose a weight in the evaluation to see what changes."]
    weight = now.view.class_weight or 1.0
    said = [] if then.what_if.active else ["Choose a weight to see what changes."]
    if weight != 1:
        said.append(
            f"With weight {weight:.4g}, 0.5 makes the decisions that "
            f"{half_equivalent_threshold(weight):.4g} makes now, and "
            f"{now.written} becomes {_mapped(now, then)}."
        )
    if now.view.objective.name == "f1":
        share, highest = float(now.point.counts.prevalence()), by_f1(now).evaluation.value
        said.append(
            f"After balancing, 0.5 makes the decisions that {formatting.metric_value(share)}, the share "
            f"of positives, makes now. "
            "For calibrated scores that is best for F1 only if the best F1 is twice that share, "
            f"{formatting.metric_value(2 * share)}; here it is {formatting.metric_value(highest)}."
        )
    return said


def _mapped(now: PageContext, then: PageContext) -> str:
    """Write the threshold in force on the supposed scale, as the table does where it is the best one there."""
    curve = then.curves.evaluation
    there = then.what_if.to_scenario(now.point.threshold)
    if curve.positions([there])[0] == curve.positions([then.point.threshold])[0]:
        return then.best.threshold_text
    score = float(curve.thresholds[curve.positions([there])[0]])
    return formatting.threshold_text(curve.next_below(score), score)
