"""Class weights: in training, where they move the scores, and in the evaluation, where they move the counts."""

from contextlib import suppress

import streamlit as st

from f1tools import words
from f1tools.calibration import is_probability
from f1tools.errors import InvalidPredictions
from f1tools.ui import figures, state, tables, trust
from f1tools.ui.shown import Shown
from f1tools.ui.texts import aside, plain
from f1tools.ui.view import WEIGHTS
from f1tools.ui.what_if import side_by_side
from f1tools.ui.what_if.prevalence import what_if_figure
from f1tools.ui.what_if.side_by_side import Column
from f1tools.what_if import balanced_weight, half_lands_at, sentences

_STOPS = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def ask(now: Shown, _: Shown) -> None:
    """Ask for both weights."""
    if is_probability(now.overview.curve):
        _ask_training(now)
    else:
        st.info("The scores of this model are not probabilities, so nobody can say how weights in training move them.")
    st.divider()
    st.number_input(
        "Weight of a positive in the evaluation",
        *WEIGHTS,
        step=0.5,
        format="%.6g",
        key=state.controlled("positive weight", now.view.positive_weight or 1.0),
        on_change=state.choosing("positive weight", "positive_weight", _unless_one),
    )
    st.markdown(aside(plain(sentences.EVALUATION_WEIGHT)))


def _ask_training(now: Shown) -> None:
    weight = now.view.class_weight or 1.0
    presets = _presets(now)
    st.select_slider(
        "Weight of a positive in training",
        sorted({*_STOPS, *presets.values(), weight}),
        format_func=lambda value: f"{value:.3g}",
        key=state.controlled("class weight slider", weight),
        on_change=state.choosing("class weight slider", "class_weight", _unless_one),
    )
    with st.container(horizontal=True, gap="small"):
        for name, value in presets.items():
            st.button(
                f"{name} ({value:.3g})",
                key=f"weight {name}",
                disabled=value == weight,
                on_click=lambda value=value: state.choose(class_weight=_unless_one(value)),
            )
    st.markdown(aside(plain(sentences.TRAINING_WEIGHT)))


def _presets(now: Shown) -> dict[str, float]:
    found = {"None": 1.0, "Balanced": balanced_weight(now.overview.curve)}
    with suppress(InvalidPredictions):  # the question about costs says what is wrong with them
        found["By cost"] = now.view.costs().ratio
    return {name: weight for name, weight in found.items() if WEIGHTS[0] <= weight <= WEIGHTS[1]}


def _unless_one(weight: float) -> float | None:
    return None if weight == 1 else weight


def answer(now: Shown, then: Shown) -> None:
    """Show where 0.5 would land, and what is best, side by side."""
    columns = [Column("Today", now.written, now.point.counts)]
    if is_probability(now.overview.curve):
        for sentence in _landing(now, then):
            st.markdown(plain(sentence))
        half = then.overview.curve.at(0.5)
        columns.append(Column("What if, at 0.5", "0.5", half.counts))
    columns.append(Column("What if, threshold tuned", then.best.written, then.point.counts))
    side_by_side.show(columns, now.view.objective)
    trust.line(then)
    figures.show(what_if_figure(now, then), "what-if")
    if then.what_if.active:
        tables.csv_button(then, "Download the what-if's thresholds")


def _landing(now: Shown, then: Shown) -> list[str]:
    """Say what 0.5 of the weighted model is on this one, and when it is best."""
    weight, objective = now.view.class_weight or 1.0, now.view.objective
    same = words.decimal_text(float(f"{now.view.what_if.to_what_if(now.point.threshold):.4g}"))
    said = []
    if weight != 1:
        said.append(
            f"With weight {weight:.4g}, 0.5 makes the decisions that {half_lands_at(weight):.4g} makes today, and "
            f"{now.written} of today becomes {same}."
        )
    if objective.name == "f1":
        share, best = float(now.point.counts.prevalence()), now.best.optimum.value
        said.append(
            f"After balancing, 0.5 makes the decisions that {words.figure(share)}, the share of positives, makes. "
            "For calibrated scores that is best for F1 only if the best F1 is twice that share, "
            f"{words.figure(2 * share)}; here it is {words.figure(best)}."
        )
    return said
