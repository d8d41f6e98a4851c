"""Classes: all classes or labels at once, each with its threshold, and what they achieve together."""

import streamlit as st

from f1tools.ui.components.layout import link_note
from f1tools.ui.sections.classes import overview
from f1tools.ui.session import state
from f1tools.ui.session.data import Dataset

st.title("All classes", anchor=False)
link_note()
data = state.whole_data()
if isinstance(data, Dataset):
    overview.two_classes(data)
else:
    overview.table(data)
