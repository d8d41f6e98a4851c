"""The two pictures: from 0.5 to the tuned threshold, and the curves behind it."""

import streamlit as st

from f1tools.plots import DumbbellRow, plot_dumbbell, plot_strategy_curves
from f1tools.repeats import mean_objective, title
from f1tools.repeats.curves import By
from f1tools.ui.components import figures
from f1tools.ui.sections.strategies.runs import Run
from f1tools.ui.session import cache, state
from f1tools.ui.session.widget_echo import bind

_AXES: dict[By, str] = {"threshold": "Threshold", "flagged": "Share flagged"}


def dumbbell(run: Run) -> None:
    """Show each strategy at 0.5 and at its tuned threshold, the reference first and then the best one first."""
    outcomes = run.outcomes
    found = {
        model: (mean_objective(outcomes, model, "half"), mean_objective(outcomes, model)) for model in outcomes.models
    }
    rows = {
        model: DumbbellRow(title(model), None if half is None else half.mean, tuned)
        for model, (half, tuned) in found.items()
        if tuned is not None
    }
    order = sorted(rows, key=lambda model: (model != run.reference, -rows[model].tuned.mean))
    figures.show(
        plot_dumbbell([rows[model] for model in order], reference=0, flag_all=outcomes.flag_all, theme="streamlit"),
        "dumbbell",
        run.title,
    )


def curves(run: Run) -> None:
    """Show the curve of one strategy against the reference's, with all others behind them."""
    by_share = state.view().by_share
    by: By = "flagged" if by_share else "threshold"
    figure = plot_strategy_curves(
        cache.strategy_curves(run.id, by, run.compared),
        highlighted=run.highlighted,
        reference=run.reference,
        by=by,
        name_of=title,
        theme="streamlit",
    )
    figures.show(figure, "strategy-curves", run.title)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Strategy",
            run.others or [run.reference],
            format_func=title,
            width=200,
            **bind("strategy picker", run.highlighted, "strategy"),
        )
        st.segmented_control(
            "Against",
            list(_AXES),
            format_func=lambda each: _AXES[each],
            required=True,
            **bind("curve axis", by, "by_share", lambda each: each == "flagged"),
        )
