"""Strategies: which remedy for class imbalance helps, once each has its own tuned threshold."""

import streamlit as st

from f1tools.ui.components.layout import glossary, link_note
from f1tools.ui.sections import strategies, strategies_table

st.title("Strategies", anchor=False)
note = st.container()
strategies.question()
experiments = strategies.all_experiments()
strategies.drop_unknown(experiments)
with note:
    link_note()
experiment = strategies.picker(experiments)
strategies.verdict(experiment)

left, right = st.columns([3, 2], gap="large")
with left:
    strategies.dumbbell(experiment)
with right:
    strategies.curves(experiment)
strategies_table.all_data(experiments.comparable)
strategies_table.all_metrics(experiment)
strategies.instructions(experiment)
strategies.strategy_glossary(experiment)
glossary("interval")
