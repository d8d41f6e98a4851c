"""Thresholds of groups: what one for each gains over one for all, and those that make a rate alike."""

from collections.abc import Mapping, Sequence
from typing import cast

import streamlit as st

from f1tools import formatting
from f1tools.core.counts import ConfusionCounts
from f1tools.core.types import OnProgress
from f1tools.export import file_name, group_thresholds_csv
from f1tools.groups import GroupReport, OnNewRows, OwnThresholds, ParityThresholds, own_thresholds, parity_thresholds
from f1tools.groups.grouping import MIN_CLASS_SIZE, grouping
from f1tools.groups.parity import ParityRate
from f1tools.groups.sentences import own_thresholds_text, parity_text, rate_label
from f1tools.groups.thresholds import SEPARABLE
from f1tools.ui.components.html_table import figures_table
from f1tools.ui.components.job_results import show_when_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.compare.groups_table import ordered
from f1tools.ui.session import state
from f1tools.ui.session.jobs import Job
from f1tools.ui.session.page_context import PageContext, objective_key
from f1tools.ui.session.view import PARITY_RATES
from f1tools.ui.session.widget_echo import bind

_AS_FOR_ALL = "as for all"
_BOTH = ("for all", "alike")
_DOWNLOADED = {"own": "own thresholds", "parity": "thresholds for a rate alike"}
_KIND = "f1figures f1groups"
_RATES = {
    "recall": "Recall (equal opportunity)",
    "predicted_positive_rate": "Share flagged (demographic parity)",
    "false_positive_rate": "False-positive rate",
}


def section(context: PageContext, report: GroupReport) -> None:
    """Compare one threshold for all groups with one for each, and ask which rate should be alike."""
    names = [each.name for each in ordered(context, report)]
    st.header("One threshold for all, or one for each?", anchor=False)
    label = formatting.lowercase_label(context.view.objective.label)
    if context.view.objective.name not in SEPARABLE:
        st.markdown(escape(f"Thresholds of groups are chosen together for F1, F-beta or Jaccard, not for {label}."))
        return
    waiting = "Choosing thresholds on some rows for the others …"
    show_when_done(_own_job(context), waiting, lambda found: _show_own(context, names, found))
    st.header("Fairness: make a rate alike", anchor=False)
    parity_choices(context)
    waiting = "Choosing thresholds that make the rate alike …"
    show_when_done(_parity_job(context), waiting, lambda found: _show_parity(context, names, found))


def _own_job(context: PageContext) -> Job[OwnThresholds]:
    predictions, decision, seed = context.data.predictions, context.best, context.view.seed

    def work(on_progress: OnProgress) -> OwnThresholds:
        return own_thresholds(predictions, decision, random_state=seed, on_progress=on_progress)

    key = context.data.id, context.model, objective_key(context.view), seed
    return state.session().jobs.get("own thresholds", key, work)


def _show_own(context: PageContext, names: Sequence[str], found: OwnThresholds) -> None:
    st.markdown(f"**{escape(own_thresholds_text(found))}**")
    if len(found.fixed) == len(found.thresholds):
        return
    columns = context.view.objective.label, "Caught", "False alarms"
    header = [
        "Group",
        "Threshold for all",
        "Own, chosen together",
        *(f"{name}, {of}" for name in columns for of in ("for all", "own")),
    ]
    common, *own = _thresholds([found.common_threshold, *(found.thresholds[name] for name in names)])
    are_whole = found.evaluated_on == "evaluation set"
    before, after = _total(found.common_by_group, found.common_value), _total(found.own_by_group, found.own_value)
    rows = [("All rows", [common, "", *_expected(before, after, are_whole=are_whole)])]
    for name, text in zip(names, own, strict=True):
        threshold = _AS_FOR_ALL if name in found.fixed else text
        expected = found.common_by_group[name], found.own_by_group[name]
        figures = _expected(*expected, are_whole=are_whole)
        rows.append((formatting.truncate(name), [common, threshold, *figures]))
    figures_table("One threshold for all groups, and one for each", header, rows, kind=_KIND)
    parts = [
        f"Own thresholds are chosen together, for the highest {context.view.objective.label} over all rows: the best "
        "one of a group alone, above, may be another."
    ]
    if found.evaluated_on == "cross-fitting":
        parts.append("Each row is decided by thresholds that other rows chose, five times over: cases are means.")
    else:
        parts.append(f"They are chosen on {context.tuning_set}; the figures are those of the other rows.")
    if context.view.constraints or not context.decision.is_best:
        parts.append("The threshold for all is the best one by the metric alone.")
    _notes(parts, found.fixed)
    _download("own", context, found.thresholds, found.common_threshold)


def _expected(before: OnNewRows, after: OnNewRows, *, are_whole: bool) -> list[str]:
    """Return the figures under one threshold for all and under own thresholds, side by side."""
    both = before, after
    values = [formatting.metric_value(each.value) for each in both]
    cases = [getattr(each.counts, cell) for cell in ("tp", "fp") for each in both]
    return values + [formatting.count(each) if are_whole else f"{each:,.1f}" for each in cases]


def _total(by_group: Mapping[str, OnNewRows], value: float) -> OnNewRows:
    cells = (sum(getattr(each.counts, cell) for each in by_group.values()) for cell in ("tn", "fp", "fn", "tp"))
    return OnNewRows(ConfusionCounts(*cells), value)


def parity_choices(context: PageContext) -> None:
    """Ask for the rate and for how far groups may differ."""
    view = context.view
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Alike in all groups",
            PARITY_RATES,
            format_func=_RATES.__getitem__,
            width=290,
            help="In parentheses: fairlearn's name of what is then met.",
            **bind("parity rate", view.parity_rate, "parity_rate"),
        )
        st.number_input(
            "Within",
            0.0,
            1.0,
            step=0.01,
            format="%g",
            width=150,
            help="The largest difference between two groups that is allowed on the rows that choose the thresholds.",
            **bind("parity tolerance", view.parity_tolerance, "parity_tolerance"),
        )


def _parity_job(context: PageContext) -> Job[ParityThresholds]:
    predictions, decision = context.data.predictions, context.decision
    rate, tolerance = cast("ParityRate", context.view.parity_rate), context.view.parity_tolerance

    def work(_: OnProgress) -> ParityThresholds:
        return parity_thresholds(predictions, decision, rate=rate, tolerance=tolerance)

    key = context.data.id, context.model, objective_key(context.view), context.point.threshold, rate, tolerance
    return state.session().jobs.get("parity thresholds", key, work)


def _show_parity(context: PageContext, names: Sequence[str], found: ParityThresholds) -> None:
    st.markdown(f"**{escape(parity_text(found))}**")
    if found.n_own < 2:
        return
    rate, label = formatting.capitalized(rate_label(found.rate)), found.objective.label
    columns = rate, label, "Flagged rows", "False alarms"
    header = ["Group", "Threshold for all", "Alike", *(f"{name}, {of}" for name in columns for of in _BOTH)]
    both = found.common, found.parity
    threshold, *alike = _thresholds([context.point.threshold, *(found.parity.thresholds[name] for name in names)])
    total = [formatting.metric_value(each.value) for each in both]
    gaps = [formatting.metric_value(each.gap) for each in both]
    cases = _cases(*((each.total("tp"), each.total("fp")) for each in both))
    rows = [("All rows", [threshold, "", "", "", *total, *cases])]
    rows.append(("Largest difference", ["", "", *gaps, *[""] * 6]))
    for name, text in zip(names, alike, strict=True):
        rates = [formatting.metric_value(each.rates[name]) for each in both]
        values = [formatting.metric_value(each.values[name]) for each in both]
        own = _AS_FOR_ALL if name in found.fixed else text
        cases = _cases(*((float(each.counts[name].tp), float(each.counts[name].fp)) for each in both))
        rows.append((formatting.truncate(name), [threshold, own, *rates, *values, *cases]))
    figures_table(f"Thresholds that make the {rate_label(found.rate)} alike", header, rows, kind=_KIND)
    if found.in_sample:
        parts = ["The figures are those of the rows that chose the thresholds: on new rows groups will differ by more."]
    else:
        parts = [
            f"The thresholds are chosen on {context.tuning_set}, where the groups differ by "
            f"{formatting.metric_value(found.tuning_gap)}; the figures are those of the other rows."
        ]
    if context.view.constraints:
        parts.append("Your constraints are not applied to thresholds of groups.")
    _notes(parts, found.fixed, ", without a part in the largest difference")
    _download("parity", context, found.parity.thresholds, context.point.threshold)


def _cases(before: tuple[float, float], after: tuple[float, float]) -> list[str]:
    """Return flagged rows and false alarms under both, side by side, of the true and the false positives of each."""
    flagged, alarms = [sum(each) for each in (before, after)], [fp for _, fp in (before, after)]
    return [formatting.count(each) for each in (*flagged, *alarms)]


def _thresholds(thresholds: Sequence[float]) -> list[str]:
    """Return thresholds as they are written everywhere: they have few digits already."""
    return [formatting.displayed_threshold(formatting.exact_threshold(each)) for each in thresholds]


def _notes(parts: Sequence[str], fixed: Sequence[str], follows: str = "") -> None:
    """Show notes in small print, with the groups that have no threshold of their own and what follows for them."""
    if fixed:
        names = formatting.join_names(map(formatting.truncate, fixed))
        keep = "keeps" if len(fixed) == 1 else "keep"
        reason = f"fewer than {MIN_CLASS_SIZE} positives or negatives to choose one on"
        parts = [*parts, f"{names} {keep} the threshold for all{follows}: {reason}."]
    st.markdown(small(escape(" ".join(parts))))


def _download(kind: str, context: PageContext, thresholds: Mapping[str, float], common_threshold: float) -> None:
    predictions = context.data.predictions

    def write() -> bytes:
        groups = grouping(predictions)
        values = dict(zip(groups.names, groups.values, strict=True))
        return group_thresholds_csv({values[name]: each for name, each in thresholds.items()}, common_threshold)

    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            f"Download {_DOWNLOADED[kind]} as CSV",
            write,
            f"{kind}-thresholds-{file_name(context.model)}.csv",
            "text/csv",
            key=f"download {kind} thresholds",
            on_click="ignore",
            help="As in the record and the code. A row is flagged where its score is at or above the threshold of its "
            "group. Names that a spreadsheet would evaluate, such as =A1, start with an apostrophe.",
        )
        st.page_link("pages/share.py", label="In a record and as code: Share →")
