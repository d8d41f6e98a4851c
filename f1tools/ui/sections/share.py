"""What others get: a memo for people, a link, a record and a few lines of code for machines."""

import shlex
from datetime import UTC, datetime

import streamlit as st

from f1tools import formatting
from f1tools.comparison import compare
from f1tools.core.errors import InvalidPredictions
from f1tools.export import file_name
from f1tools.formatting.sentence import sentence
from f1tools.memo import build_snapshot, check_suppression, memo_html
from f1tools.record import DecisionRecord, build_record, snippets, to_json
from f1tools.ui.components import expected_line
from f1tools.ui.components.copy_link import copy_link
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.sections.what_if import scenarios
from f1tools.ui.session import cache, link
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.view import SUPPRESSION_SIZES
from f1tools.ui.session.widget_echo import bind


def decision(now: PageContext) -> None:
    """Say what is decided, in the words that the memo begins with."""
    st.markdown(f"**{plain(sentence(now.point.counts, now.written))}**")
    label, value = now.view.objective.label, formatting.metric_value(now.best.evaluation.value)
    here, where = (
        ("", "") if now.roles is None else (f" on {formatting.truncate(now.roles[1])}", f" on {now.chosen_on}")
    )
    what = f"the best threshold by {label}{where}, with {value}{here or ' on these rows'}"
    what = what if now.is_best else "a threshold set by hand"
    weights = "" if now.data.predictions.sample_weight is None else " Cases are counted by their weights."
    said = f"{now.written} is {what}.{weights} Change it on Decide; everything on this page follows."
    st.markdown(aside(plain(said)))


def memo(now: PageContext) -> None:
    """Offer the memo."""
    st.header("A memo, for people", anchor=False)
    st.markdown(
        "One file that opens in any browser, without this dashboard and without a network: the decision in one "
        "sentence, a slider to try others, what to expect, and what it rests on. It prints well, too."
    )
    least = now.view.suppress_below
    _counts_to_show(now)
    linked = st.checkbox("With a link to this dashboard", key="memo link")
    supposed = scenarios.asked(now)
    st.markdown(aside(plain(_in_it(now, [each.title for each in supposed]))))
    decided, source, honest = now.decision, now.data.source, expected_line.tuned(now)
    try:
        check_suppression(decided, least or 0)
    except InvalidPredictions as error:
        st.error(plain(str(error)))
        return
    settings, address = now.view.to_query(), _address() if linked else ""

    def written() -> bytes:
        view = now.view
        snapshot = build_snapshot(
            decided,
            source,
            estimate=honest.result(),
            comparison=compare(now.data.predictions, view.objective, constraints=view.constraints),
            scenarios=supposed,
            settings=settings,
            link=address,
            suppress_below=least or 0,
            created=datetime.now(UTC),
        )
        return memo_html(snapshot).encode()

    name = f"memo-{file_name(now.model)}.html"
    st.download_button("Download the memo", written, name, "text/html", on_click="ignore")


def _counts_to_show(now: PageContext) -> None:
    """Ask which counts must not be told."""
    st.selectbox(
        "Counts of cases",
        [None, *SUPPRESSION_SIZES],
        format_func=lambda size: "show all" if size is None else f"keep out those below {size}",
        width=280,
        **bind("suppress", now.view.suppress_below, "suppress_below"),
        help="For data about people: no count from 1 to one below this size can be read or worked out from the memo.",
    )
    few = "The memo holds no rows. But counts at many thresholds of few rows nearly tell each one: keep small ones out."
    st.markdown(aside(few))


def _in_it(now: PageContext, supposed: list[str]) -> str:
    """Say what the memo holds beside the decision."""
    if now.view.suppress_below is not None:
        return "What could tell small counts is left out as well: what-ifs, estimates, areas under curves."
    models = len(now.data.predictions.models)
    held = [f"the what-ifs that you asked: {', '.join(supposed)}"] if supposed else []
    held += [f"the comparison of {models} models"] if models > 1 else []
    return f"It has {' and '.join(held)}." if held else "What you ask on What if goes into it as well."


def _address() -> str:
    """Give the address that shows the same on Decide, as the visitor reaches this dashboard."""
    return f"{(st.context.url or '').rpartition('/')[0]}/"


def a_link(now: PageContext) -> None:
    """Offer the link, and say what it needs."""
    st.header("A link, for colleagues", anchor=False)
    st.markdown(
        "It opens Decide with this model, threshold, goal and what-ifs. The other pages that show them have links of "
        "their own."
    )
    copy_link(key="copy link of decide", label="Copy the link to Decide", page="")
    if now.data.is_sample:
        needs = "The sample comes with the dashboard, so the link just works."
    else:
        files = plain(link.files_text(link.files_in_link(now.data.source.files)))
        needs = f"The link never carries data. Whoever opens it is asked to load {files}."
    st.markdown(aside(needs))
    if now.data.choices is not None and link.choices_in_link(now.data.choices) is None:
        st.warning("How you read the file is too long for a link. Send the decision record with it, which says so.")


def for_machines(now: PageContext) -> None:
    """Offer the decision record and code, or say why there is none."""
    key = (now.data.id, now.model, *now.objective_key, now.point.threshold)
    try:
        draft = cache.record(key, now.view.constraints, now.decision, now.data.source)
        to_json(draft)
    except InvalidPredictions as error:
        st.error(plain(str(error)))
        return
    _a_record(now)
    _code(draft)


def _a_record(now: PageContext) -> None:
    st.header("A record, for engineers", anchor=False)
    st.markdown(
        "A JSON file with the threshold, the counts and intervals, how the data were read, and their fingerprint. The "
        "command line recomputes it, and checks new data against it; the Data page opens it again."
    )
    name = f"decision-{file_name(now.model)}.json"
    decided, source, honest = now.decision, now.data.source, expected_line.tuned(now)
    what_if, limits = now.view.scenario_values(), now.view.constraints

    def written() -> bytes:
        record = build_record(
            decided,
            source,
            estimate=honest.result(),
            what_if=what_if,
            constraints=limits,
            created=datetime.now(UTC),
        )
        return to_json(record).encode()

    if now.view.suppress_below is not None:
        st.markdown(aside("The record has all counts, small ones too."))
    st.download_button("Download the record", written, name, "application/json", on_click="ignore")
    files = " ".join(shlex.quote(formatting.single_line(each.name)) for each in source.files)
    floor = formatting.decimal(int(90 * float(now.point.counts.recall())) / 100)
    commands = f"f1tools verify {name} {files}\nf1tools check new.csv --record {name} --min-recall {floor}"
    st.code(commands, None, wrap_lines=True)


def _code(record: DecisionRecord) -> None:
    """Show how to take the threshold to production."""
    st.header("Code, for production", anchor=False)
    found = snippets(record)
    for tab, text in zip(st.tabs(list(found)), found.values(), strict=True):
        tab.code(text, None, wrap_lines=True)  # Streamlit's colours for code are too faint to read
