"""Share for all classes: a memo, a link, a record, and tables of decisions and classes."""

import gzip
import io
from datetime import UTC, datetime

import streamlit as st

from f1tools import formatting
from f1tools.classes import ClassDecision, RuleEstimates
from f1tools.classes.sentences import (
    average_name,
    averages_text,
    by_hand_sentences,
    recommendation_text,
    rule_name,
    way_name,
)
from f1tools.core.types import InvalidPredictions, OnProgress
from f1tools.export import class_decisions_csv, class_table_csv
from f1tools.memo import build_class_snapshot, class_memo_html
from f1tools.record import ClassSource, build_class_record, class_source, snippets, to_json
from f1tools.ui.components.browser import copy_link
from f1tools.ui.components.job_results import show_when_done
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.classes.answer import estimates_job, offer_rule
from f1tools.ui.sections.classes.context import ClassContext
from f1tools.ui.sections.share import code_tabs, link_needs, quoted_names, root_address, suppression
from f1tools.ui.session import cache, class_choices, state
from f1tools.ui.session.data import ClassData, Dataset
from f1tools.ui.session.view import SHARED
from f1tools.ui.session.widget_echo import bind

_LARGE = 2_000_000  # cells of a table that is compressed: about 50 MB otherwise


def choose(data: ClassData | Dataset) -> None:
    """Ask whether to share all classes or one against the others, where there are several."""
    if isinstance(data, Dataset):
        return
    every, name = "All classes" if data.curves.one_per_row else "All labels", formatting.truncate(state.one_class(data))
    st.segmented_control(
        "What to share",
        SHARED,
        format_func=lambda what: every if what == "all" else escape(f"{name} alone"),
        required=True,
        **bind("shared", state.view().shared, "shared"),
    )


def decision(context: ClassContext, found: RuleEstimates | None) -> None:
    """State the rule that decides, what to expect of it on new rows, and what it achieves on these rows."""
    now = context.decision
    expected = "…" if found is None else formatting.metric_value(found.rules[now.chosen].values[now.average])
    on_new = f"{formatting.capitalized(average_name(now))} {expected} expected on new rows."
    if by_hand := by_hand_sentences(now):
        on_new = escape(by_hand)
    elif estimates_job(context) is None:
        on_new = "What to expect on new rows was not estimated."
    rule = escape(formatting.capitalized(rule_name(now, now.chosen)))
    st.markdown(f"**{rule}.** {on_new} {escape(averages_text(now))}")
    if found is not None and not by_hand and found.recommended() != now.chosen:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="line recommended"):
            st.markdown(f"Another rule is recommended. {escape(recommendation_text(found)[0])}", width="content")
            offer_rule(context, found.recommended())
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="line classes"):
        st.markdown(small("Change it on Classes; this page follows."), width="content")
        st.page_link("pages/classes.py", label="Classes →")


def memo(context: ClassContext) -> None:
    """Offer the memo about all classes."""
    st.header("A memo, for people", anchor=False)
    st.markdown(
        "One HTML file that opens offline and can be printed: the rule, what to expect on new cases, every "
        f"{context.noun}, the data."
    )
    suppression(context.view)
    with_link = st.checkbox("With a link to this dashboard", key="memo link")
    suppress_below = context.view.suppress_below or 0
    if suppress_below:
        left_out = (
            "Other rules, estimates, confused classes and the link are left out as well: they could reveal counts."
        )
        st.markdown(small(left_out))
    job, view, source = estimates_job(context), context.view, _source(context)
    try:
        cache.class_suppression(context.rule_key, suppress_below, context.decision)
    except InvalidPredictions as error:
        st.error(escape(str(error)))
        return
    address = root_address() if with_link else ""

    def write() -> bytes:
        snapshot = build_class_snapshot(
            context.decision,
            source,
            estimates=None if job is None else job.result(),
            settings=view.to_query(),
            link=address,
            suppress_below=suppress_below,
            created=datetime.now(UTC),
        )
        return class_memo_html(snapshot).encode()

    st.download_button("Download the memo", write, f"memo-all-{context.nouns}.html", "text/html", on_click="ignore")


def link(context: ClassContext) -> None:
    """Offer the link to Classes, and say what it needs."""
    st.header("A link, for colleagues", anchor=False)
    st.markdown("It opens Classes with this rule, and with whatever else you chose there.")
    copy_link(key="copy link of classes", label="Copy the link to Classes", page="classes")
    link_needs(context.data.files, context.data.choices, is_sample=context.data.is_sample)


def record(context: ClassContext) -> None:
    """Offer the record of the decision about all classes."""
    st.header("A record, for engineers", anchor=False)
    name, way = f"decision-all-{context.nouns}.json", way_name(context.decision.curves)
    st.markdown(
        f"One JSON file with the {way} of each {context.noun} and a fingerprint of the data. The command line verifies "
        "it and checks new data against it."
    )
    job, source, limits = estimates_job(context), _source(context), class_choices.class_limits(context.data)

    def write() -> bytes:
        return to_json(
            build_class_record(context.decision, source, estimates=None if job is None else job.result(), limits=limits)
        ).encode()

    st.download_button("Download the record", write, name, "application/json", on_click="ignore")
    commands = f"f1tools verify {name} {quoted_names(context.data.files)}\nf1tools check new.csv --record {name}"
    st.code(commands, None, wrap_lines=True)


def code(context: ClassContext) -> None:
    """Show how to decide in production."""
    st.header("Code, for production", anchor=False)
    st.markdown("This code applies the rule that is chosen on Classes.")
    now, source, limits = context.decision, _source(context), class_choices.class_limits(context.data)

    def work(_: OnProgress) -> dict[str, str]:
        return snippets(build_class_record(now, source, limits=limits))

    job = state.session().jobs.get("code of classes", context.rule_key, work)
    show_when_done(job, "Writing the code …", code_tabs)


def tables(context: ClassContext) -> None:
    """Offer the decision about each row, and the numbers of each class."""
    st.header("Tables, for analysis", anchor=False)
    now, job = context.decision, estimates_job(context)
    n, k = now.curves.y_score.shape
    if context.view.suppress_below is not None:
        st.markdown(small("Tables and record contain all counts, including small ones."))
    if context.of_labels:
        st.markdown("For each row and label the truth, the score, and whether it is flagged.")
    else:
        st.markdown("For each row the true class, the decided one, and the one with the highest score.")
    is_large = context.of_labels and n * k > _LARGE
    st.download_button(
        "Download the decisions",
        lambda: _decisions(now, compressed=is_large),
        f"decisions.csv{'.gz' * is_large}",
        "application/gzip" if is_large else "text/csv",
        on_click="ignore",
    )
    way = way_name(now.curves)
    st.markdown(f"For each {context.noun} its {way}, its counts, and its metrics by every rule and on new rows.")
    st.download_button(
        f"Download the {context.nouns}",
        lambda: class_table_csv(now, None if job is None else job.result()),
        f"{context.nouns}.csv",
        "text/csv",
        on_click="ignore",
    )


def _decisions(decision: ClassDecision, *, compressed: bool) -> bytes:
    blocks = class_decisions_csv(decision)
    if not compressed:
        return b"".join(blocks)
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as target:
        for block in blocks:
            target.write(block)
    return file.getvalue()


def _source(context: ClassContext) -> ClassSource:
    return class_source(context.data.reading, context.data.files, title=context.data.title)
