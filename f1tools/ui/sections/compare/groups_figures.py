"""The groups as figures: a value of each with its interval, and their curves."""

import streamlit as st

from f1tools import formatting
from f1tools.core.metrics import METRICS, metric
from f1tools.groups import GroupMetrics, GroupReport
from f1tools.groups.sentences import rate_label
from f1tools.plots import GroupCurve, GroupValue, plot_group_curves, plot_group_values
from f1tools.ui.components import figures
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.compare.groups_table import drawn_value, ordered, overall
from f1tools.ui.session import cache
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import GROUP_VALUES
from f1tools.ui.session.widget_echo import bind

_MOST_CURVES = 12


def values(context: PageContext, found: GroupReport) -> None:
    """Show one value of every group with its interval, beside that of all others."""
    objective, name = context.view.objective, drawn_value(context)
    shown = [
        GroupValue(
            each.name,
            each.rows.values[name],
            each.rows.intervals.get(name),
            each.others.values[name],
            has_few_rows=each.size != "enough",
        )
        for each in ordered(context, found)
    ]
    of = objective if name == objective.name else metric(name) if name in METRICS else None
    label = _label(context, context.view.group_value)
    every = overall(context).values[name]
    figure = plot_group_values(shown, label, overall=every, of=of, theme="streamlit")
    figures.show(figure, "groups", choice=lambda: _choose_value(context))


def _choose_value(context: PageContext) -> None:
    objective = context.view.objective
    st.pills(
        "Draw",
        [each for each in GROUP_VALUES if each != "objective" or objective.name not in GROUP_VALUES],
        format_func=lambda each: _label(context, each),
        required=True,
        label_visibility="collapsed",
        **bind("group value", _offered(context), "group_value"),
    )


def _offered(context: PageContext) -> str:
    """Return the value that is drawn as the choice shows it: the metric itself where it is a choice, too."""
    name = drawn_value(context)
    return name if name in GROUP_VALUES else "objective"


def _label(context: PageContext, value: str) -> str:
    objective = context.view.objective
    return objective.label if value in ("objective", objective.name) else formatting.capitalized(rate_label(value))


def curves(context: PageContext, found: GroupReport) -> None:
    """Show the metric at every threshold for each group, side by side."""
    largest = sorted(found.groups, key=lambda each: -each.rows.n)[:_MOST_CURVES]
    chosen = [each for each in found.groups if each in largest]
    own = tuple(each.own_threshold for each in chosen if each.own_threshold is not None)
    names = tuple(each.name for each in chosen)
    by_name = cache.group_curves(context.data.id, context.model, names, own, context.data.counted)
    drawn = [GroupCurve(each.name, by_name[each.name], _own(each)) for each in chosen if each.name in by_name]
    if not drawn:
        return
    figure = plot_group_curves(drawn, context.view.objective, threshold=context.point.threshold, theme="streamlit")
    figures.show(figure, "group-curves")
    missing = [formatting.truncate(each.name) for each in found.groups if each not in chosen]
    if missing:
        text = f"The {len(drawn)} groups with the most rows are drawn, without {formatting.join_names(missing)}."
        st.markdown(small(escape(text)))


def _own(group: GroupMetrics) -> tuple[float, float] | None:
    if group.own_threshold is None or group.own_value is None:
        return None
    return group.own_threshold, group.own_value
