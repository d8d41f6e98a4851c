"""Share: a memo for people, a link for colleagues, a record and code for engineers."""

import shlex
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from f1tools import formatting
from f1tools.core.types import InvalidPredictions
from f1tools.decision import Comparison, compare
from f1tools.export import file_name
from f1tools.formatting.sentence import precision_base, sentence
from f1tools.groups import GroupReport, by_group
from f1tools.groups.grouping import FEW
from f1tools.memo import build_snapshot, check_suppression, memo_html
from f1tools.readers import Choices
from f1tools.record import DecisionRecord, FileDigest, GroupThresholds, build_record, snippets, to_json
from f1tools.ui.components.browser import copy_link
from f1tools.ui.components.decision_notes import better_model_job, tuned_job
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections import share_thresholds
from f1tools.ui.sections.compare.answer import differences_job
from f1tools.ui.session import cache
from f1tools.ui.session.link_names import choices_in_link, files_in_link, linked_files
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import SUPPRESSION_SIZES, View
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if.scenario_table import ScenarioResult, how_set, suggested_for

_SECTIONS = {"comparison": "Comparison", "groups": "Groups"}
_MOST_LINES = 60  # of code that needs no scrolling of its own: a thousand classes have a line each
_HEIGHT = 800  # pixels of longer code


def decision(context: PageContext, results: Sequence[ScenarioResult]) -> None:
    """State the decision, with the sentence that the memo starts with."""
    current, names = context.decision, context.curves.role_names
    base = precision_base(context.curves.evaluation)
    text = sentence(
        current.point.counts, formatting.displayed_threshold(current.threshold_text), context.positives, base
    )
    st.markdown(f"**{escape(text)}**")
    if not current.is_best:
        purpose = suggested_for(results, current.point.threshold)
        what = f"was set {how_set(purpose)}"
    else:
        label, value = current.objective.label, formatting.metric_value(current.evaluation.value)
        tuned = f" on {names[0]}" if names else ""
        where = formatting.truncate(names[1]) if names else "these rows"
        dropped = " without your constraints" if current.tuning.not_met else ""
        what = f"is best by {label}{tuned}{dropped}, with {value} on {where}"
    weights = " Cases are counted by their weights." if context.data.counted.weighted else ""
    threshold = formatting.using_threshold(current.threshold_text)
    text = f"{formatting.capitalized(threshold)} {what}.{weights} Change it on Decide; this page follows."
    st.markdown(small(escape(text)))


def memo(context: PageContext, results: Sequence[ScenarioResult]) -> list[str]:
    """Offer the memo, and return which sections it has besides those about the decision."""
    st.header("A memo, for people", anchor=False)
    st.markdown(
        "One HTML file that opens offline and can be printed: the decision, a slider, what to expect, the data."
    )
    suppress_below = context.view.suppress_below or 0
    suppression(context.view)
    included = _included(context)
    with_link = st.checkbox("With a link to this dashboard", key="memo link")
    st.markdown(small(escape(_content_text(context, included, [each.title for each in results]))))
    try:
        check_suppression(context.decision, suppress_below)
    except InvalidPredictions as error:
        st.error(escape(str(error)))
        return included
    job, better, view = tuned_job(context), better_model_job(context), context.view
    compares = "comparison" in included
    differences = differences_job(context) if compares and not suppress_below and context.data.rows else None
    address = root_address() if with_link else ""
    has_groups = _has_groups(context)

    def write() -> bytes:
        snapshot = build_snapshot(
            context.decision,
            context.data.source_of(context.model),
            estimate=job.result(),
            comparison=_comparison(context),
            differences=None if differences is None else differences.result(),
            margin=view.margin,
            show_comparison=compares,
            groups=_groups(context) if has_groups else None,
            show_groups="groups" in included,
            better=better.result(),
            scenarios=[each.final() for each in results],
            noun=view.noun,
            settings=view.to_query(),
            link=address,
            suppress_below=suppress_below,
            created=datetime.now(UTC),
        )
        return memo_html(snapshot).encode()

    name = f"memo-{file_name(context.model)}.html"
    st.download_button("Download the memo", write, name, "text/html", on_click="ignore")
    return included


def _included(context: PageContext) -> list[str]:
    """Ask which sections the memo has besides those about the decision; no question where the data have none."""
    offered = ["comparison"] if len(context.models) > 1 and not context.data.rows_differ else []
    offered += ["groups"] if _has_groups(context) else []
    if not offered:
        return []
    return st.pills(
        "Include",
        offered,
        selection_mode="multi",
        default=offered,
        format_func=_SECTIONS.__getitem__,
        key=f"memo sections {context.data.id}",
        help="The other models with the differences from this one, as on Compare; each group at this threshold.",
    )


def _comparison(context: PageContext) -> Comparison | None:
    """Compare all models; None where they were counted on different rows."""
    if context.data.rows_differ:
        return None
    return compare(context.data.counted, context.view.objective, constraints=context.view.constraints)


def _has_groups(context: PageContext) -> bool:
    """Return whether groups can be compared at the current threshold."""
    data, threshold, seed = context.data, context.point.threshold, context.view.seed
    if not cache.has_groups(data.id, context.model, data):
        return False
    try:  # a threshold table may not know the counts of a group at every threshold
        if data.table is not None:
            cache.group_report(context.best_key, threshold, seed, context.decision, data.counted)
    except InvalidPredictions:
        return False
    return True


def _groups(context: PageContext) -> GroupReport:
    """Compute what the tab Groups of Compare shows: not cached, because a download is written outside of a session."""
    return by_group(context.data.counted, context.decision, min_rows=FEW, random_state=context.view.seed)


def suppression(view: View) -> None:
    """Ask which small counts the memo leaves out."""
    st.selectbox(
        "Counts of cases",
        [0, *SUPPRESSION_SIZES],  # a select box shows nothing for None
        format_func=lambda size: f"leave out those below {size}" if size else "show all",
        width=280,
        help="For data about people. The memo contains no rows, but counts of few rows at many thresholds almost "
        "reveal each row. No count from 1 to just below this size can be read or derived from the memo.",
        **bind("suppress", view.suppress_below or 0, "suppress_below", lambda size: size or None),
    )


def _content_text(context: PageContext, included: list[str], titles: list[str]) -> str:
    """Describe what the memo contains besides the decision."""
    if context.view.suppress_below is not None:
        return "Whatever could reveal small counts is left out as well: scenarios, estimates, areas under curves."
    content = [f"the comparison of {len(context.models)} models"] if "comparison" in included else []
    content += ["the numbers of each group"] if "groups" in included else []
    content += [f"what you assumed under What if, in sections of its own: {', '.join(titles)}"] if titles else []
    also = f" The memo contains {formatting.join_names(content)}." if content else ""
    return f"Its numbers are as measured on this data.{also}"


def root_address() -> str:
    """Return the address of this dashboard as the visitor reaches it; it opens Decide."""
    return f"{(st.context.url or '').rpartition('/')[0]}/"


def link_to_decide(context: PageContext) -> None:
    """Offer the link, and say what it needs."""
    st.header("A link, for colleagues", anchor=False)
    st.markdown("It opens Decide with this model, threshold, objective and what you assumed.")
    copy_link(key="copy link of decide", label="Copy the link to Decide", page="")
    data = context.data
    link_needs(data.source.files, data.choices, is_sample=data.is_sample)


def link_needs(files: Sequence[FileDigest], choices: Choices | None, *, is_sample: bool) -> None:
    """Say what a link needs to show the same data."""
    if is_sample:
        needs = "The sample comes with the dashboard, so the link works as it is."
    else:
        linked = linked_files(files_in_link(files))
        names = escape(formatting.join_names(f"{name} (SHA-256 starts with {digest})" for name, digest in linked))
        needs = f"The link contains no data. Whoever opens it is asked to upload {names}."
    st.markdown(small(needs))
    if choices is not None and choices_in_link(choices) is None:
        st.warning("The column mapping is too long for a link. Send the decision record with it, which contains it.")


def record(context: PageContext, included: Sequence[str]) -> DecisionRecord | None:
    """Offer the decision record, or explain why there is none; return it without its estimates.

    It contains the comparison with the other models if the memo does.
    """
    st.header("A record, for engineers", anchor=False)
    st.markdown(
        "One JSON file with the decision and a fingerprint of the data. The command line verifies it and checks new "
        "data against it; the Data page reopens it."
    )
    share_thresholds.choose(context)
    groups, of_groups = None, share_thresholds.are_chosen(context)
    try:
        if of_groups:
            groups = share_thresholds.thresholds(context)
            if groups is None:
                return None
        draft = cache.record_draft(
            context.best_key,
            context.point.threshold,
            context.view.constraints,
            "" if groups is None else groups.model_dump_json(),
            context.decision,
            context.data.source_of(context.model),
            groups,
        )
        to_json(draft)
    except InvalidPredictions as error:
        st.error(escape(str(error)))
        return None
    if groups is not None:
        share_thresholds.summary(context, groups)
    _download_record(context, groups, compares="comparison" in included)
    return draft


def _download_record(context: PageContext, groups: GroupThresholds | None, *, compares: bool) -> None:
    by_group = "" if groups is None else f"-{groups.chosen}-thresholds"
    name = f"decision-{file_name(context.model)}{by_group}.json"
    job, view, source = tuned_job(context), context.view, context.data.source_of(context.model)
    differences = differences_job(context) if compares and context.data.rows else None

    def write() -> bytes:
        record = build_record(
            context.decision,
            source,
            estimate=job.result(),
            what_if=view.scenario_values(),
            constraints=view.constraints,
            differences=None if differences is None else differences.result(),
            margin=view.margin,
            groups=groups,
        )
        return to_json(record).encode()

    if view.suppress_below is not None:
        st.markdown(small("The record contains all counts, including small ones."))
    st.download_button("Download the record", write, name, "application/json", on_click="ignore")
    files = quoted_names(source.files)
    counts = context.point.counts if groups is None else groups.counts
    floor = formatting.decimal(int(90 * float(counts.recall())) / 100)
    requirement = f" --min-recall {floor}" if float(floor) > 0 else ""  # every file passes a floor of 0
    commands = f"f1tools verify {name} {files}\nf1tools check new.csv --record {name}{requirement}"
    st.code(commands, None, wrap_lines=True)


def quoted_names(files: Sequence[FileDigest]) -> str:
    """Return the names of files as words of a command."""
    return " ".join(shlex.quote(formatting.single_line(each.name)) for each in files)


def code(record: DecisionRecord) -> None:
    """Show how to use the threshold in production."""
    st.header("Code, for production", anchor=False)
    if record.groups is None:
        st.markdown("This code flags scores at or above the threshold, as the pages and the memo do.")
    else:
        st.markdown(
            "This code flags scores at or above the threshold of their group. The pages and the memo have one "
            "threshold for all groups."
        )
    code_tabs(snippets(record))


def code_tabs(texts: Mapping[str, str]) -> None:
    """Show code in a tab for each language."""
    for tab, text in zip(st.tabs(list(texts)), texts.values(), strict=True):
        place = tab if text.count("\n") <= _MOST_LINES else tab.container(height=_HEIGHT, border=False)
        place.code(
            text, None, wrap_lines=True
        )  # without a language: Streamlit's syntax colors have too little contrast
