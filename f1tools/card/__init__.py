"""The card: a client-side component that shows what a threshold means, in the app and in self-contained files.

Its script consists of parts that share one scope. They are joined in Python, because Streamlit takes a component's
script as one string and a self-contained page must not load anything.
"""

from f1tools.card.classes import ClassRow, classes_payload
from f1tools.card.comparison import MAX_HIGHLIGHTED, Cell, ComparedModel, comparison_payload
from f1tools.card.explorer import explorer_payload, kept_thresholds
from f1tools.card.payload import card_payload, slider_stops
from f1tools.card.source import (
    component_loader,
    component_script,
    edge_style,
    explorer_script,
    explorer_style,
    json_for_script,
    script,
    style,
    variables,
)

__all__ = [
    "MAX_HIGHLIGHTED",
    "Cell",
    "ClassRow",
    "ComparedModel",
    "card_payload",
    "classes_payload",
    "comparison_payload",
    "component_loader",
    "component_script",
    "edge_style",
    "explorer_payload",
    "explorer_script",
    "explorer_style",
    "json_for_script",
    "kept_thresholds",
    "script",
    "slider_stops",
    "style",
    "variables",
]
