"""Strategies: which remedy for imbalance is worth it, once each has its own tuned threshold."""

import streamlit as st

from f1tools.ui.glossary import glossary
from f1tools.ui.lab import own, pictures, story, table
from f1tools.ui.lab.runs import all_runs

st.title("Strategies", anchor=False)
story.question()
runs = all_runs()
run = story.picker(runs)
story.verdict(run)

left, right = st.columns([3, 2], gap="large")
with left:
    pictures.dumbbell(run)
with right:
    pictures.curves(run)
table.all_data(runs.beside_chosen)
table.measures(run)
own.how_to(run)
own.strategies(run)
glossary("interval")
