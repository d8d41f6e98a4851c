"""Strategies: which remedy for class imbalance helps, once each has its own tuned threshold."""

import streamlit as st

from f1tools.ui.components.layout import glossary
from f1tools.ui.sections.strategies import findings, table
from f1tools.ui.sections.strategies.experiments import all_experiments

st.title("Strategies", anchor=False)
findings.question()
experiments = all_experiments()
experiment = findings.picker(experiments)
findings.verdict(experiment)

left, right = st.columns([3, 2], gap="large")
with left:
    findings.dumbbell(experiment)
with right:
    findings.curves(experiment)
table.all_data(experiments.comparable)
table.all_metrics(experiment)
findings.instructions(experiment)
findings.strategy_glossary(experiment)
glossary("interval")
