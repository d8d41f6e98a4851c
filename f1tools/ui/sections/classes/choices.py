"""What can be chosen on the page Classes: what is optimized, the rule, and limits of labels."""

from functools import partial
from typing import cast

import streamlit as st

from f1tools import formatting
from f1tools.classes import Rule
from f1tools.classes.sentences import rule_name
from f1tools.ui.components.markdown import escape
from f1tools.ui.components.objective import beta_field
from f1tools.ui.sections.classes.context import ClassContext
from f1tools.ui.session import class_choices, state
from f1tools.ui.session.data import ClassData
from f1tools.ui.session.link_names import LIMITED
from f1tools.ui.session.view import AVERAGES
from f1tools.ui.session.widget_echo import bind, value_of

_COUNTS_ALIKE = {
    "macro": "every {one} counts alike",
    "micro": "every decision counts alike",
    "weighted": "{many} count by their rows",
}


def average(data: ClassData) -> None:
    """Ask what thresholds are tuned for."""
    one, many = ("class", "classes") if data.curves.one_per_row else ("label", "labels")
    label = class_choices.objective_label()
    st.selectbox(
        "Optimize for",
        AVERAGES,
        format_func=lambda name: f"{name} {label}: {_COUNTS_ALIKE[name].format(one=one, many=many)}",
        width=330,
        help=f"How the {label} of all {many} becomes one number. Choose F-beta on Explore to make recall count more or "
        "less.",
        **bind("average", state.view().average, "average"),
    )
    if state.view().metric == "fbeta":
        beta_field(state.view())


def rule(context: ClassContext) -> None:
    """Ask how all classes are decided."""
    decision = context.decision
    st.selectbox(
        "Decide by",
        list(decision.rules),
        format_func=lambda name: formatting.capitalized(rule_name(decision, cast("Rule", name))),
        width=270,
        **bind("class rule", decision.chosen, "class_rule"),
    )


def limits(context: ClassContext) -> None:
    """Ask for the least precision or recall of labels."""
    set_limits = [
        (name, metric, value)
        for name, each in context.view.limits_of_classes.items()
        for metric, value in each.items()
        if name in context.data.names
    ]
    label = "Limits of labels" if not set_limits else f"Limits of labels ({len(set_limits)})"
    with st.popover(label):
        st.markdown("The threshold of a label is then the best one that reaches this precision or recall.")
        for name, metric, value in set_limits:
            text = f"Remove: {metric} of {formatting.truncate(name)} at least {value:g}"
            clear = partial(class_choices.set_limit, name, metric, None)
            st.button(escape(text), key=f"clear limit {metric} {name}", type="tertiary", on_click=clear)
        with st.form("limit of a label", border=False, enter_to_submit=True):
            st.selectbox("Label", context.data.names, format_func=formatting.truncate, key="limited label")
            st.selectbox("Metric", LIMITED, format_func=str.capitalize, key="limited metric")
            st.number_input("At least (0 to 1)", 0.0, 1.0, 0.8, step=0.05, format="%g", key="least value")
            st.form_submit_button("Set the limit", on_click=_set)


def _set() -> None:
    class_choices.set_limit(value_of("limited label"), value_of("limited metric"), value_of("least value"))
