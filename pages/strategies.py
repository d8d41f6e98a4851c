"""Strategies: which remedy for imbalance is worth it, once each has its own tuned threshold."""

import streamlit as st

from f1tools.ui.components.glossary import glossary
from f1tools.ui.sections.strategies import charts, findings, instructions, table
from f1tools.ui.sections.strategies.runs import all_runs

st.title("Strategies", anchor=False)
findings.question()
runs = all_runs()
run = findings.picker(runs)
findings.verdict(run)

left, right = st.columns([3, 2], gap="large")
with left:
    charts.dumbbell(run)
with right:
    charts.curves(run)
table.all_data(runs.beside_chosen)
table.measures(run)
instructions.how_to(run)
instructions.strategies(run)
glossary("interval")
