"""The sections of the page Decide: what a positive case is called, and the card."""

import streamlit as st

from f1tools import formatting
from f1tools.card import card_payload
from f1tools.formatting import truncate
from f1tools.formatting.positives import LONGEST_NOUN, noun_from_text
from f1tools.ui.components.browser import threshold_card
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.what_if import scenarios
from f1tools.ui.session import state
from f1tools.ui.session.page_context import PageContext
from f1tools.ui.session.widget_echo import bind
from f1tools.what_if.scenario_table import how_set, suggested_for


def positive_class(context: PageContext) -> None:
    """State which class is positive, and let the visitor give it a name."""
    noun = context.view.noun
    label = f"Positive: **“{escape(truncate(context.curves.pos_label, 40))}”**"
    named = f" ({escape(noun)})" if noun else ""
    weights = " · cases are counted by their weights" if context.curves.evaluation.weighted else ""
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall", width="content", key="positive class"
    ):
        st.markdown(f"{label}{named}{weights}", width="content")
        with st.popover("Rename", type="tertiary", width="content"):
            st.text_input(
                "What is a positive case called?",
                placeholder="fraud, spam, fast progression …",
                max_chars=LONGEST_NOUN,
                help="A word that fits after “cases of”. Sentences, memos and links use it.",
                **bind("noun", noun or "", "noun", noun_from_text),
            )


def origin_line(context: PageContext) -> None:
    """State which question of What if suggested the current threshold, where one did."""
    if context.decision.is_best:
        return
    purpose = suggested_for(scenarios.results(context), context.point.threshold)
    if purpose:
        threshold = formatting.capitalized(formatting.using_threshold(context.decision.threshold_text))
        with st.container(key="origin"):
            st.markdown(small(escape(f"{threshold} was set {how_set(purpose)} (What if).")))


def card(context: PageContext) -> None:
    """Show the card of the current threshold."""
    payload = card_payload(
        context.curves.evaluation,
        context.decision.evaluation,
        positives=context.positives,
        threshold=context.point.threshold,
        round_threshold=context.best.round_threshold,
        chosen_on=context.tuning_set,
    )
    threshold_card(
        payload, key="card", data=context.data.id, on_choose=lambda threshold: state.update(threshold=threshold)
    )
