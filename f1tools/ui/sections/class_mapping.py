"""How several classes were read, class by class, and the form that maps them by hand."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from f1tools import formatting
from f1tools.readers import Choices, Reading
from f1tools.readers.classes import alone
from f1tools.readers.models import SPLIT_INTO_CLASSES
from f1tools.ui.components.markdown import name_text, names_text

TWO, ONE_A_ROW, SEVERAL_A_ROW = "two classes", "several classes", "several labels"  # one line on a phone
_MAX_LISTED = 12


def kind_of(choices: Choices) -> str:
    """Return what rows have: one of two classes, one of several, or several labels."""
    if not choices.classes:
        return TWO
    return SEVERAL_A_ROW if choices.truths else ONE_A_ROW


def class_texts(reading: Reading) -> list[str]:
    """Describe in Markdown each class of a reading: its column of scores and its number of rows."""
    curves, choices = reading.classes, reading.proposal
    if curves is None or choices is None:
        raise RuntimeError("The reading is not of several classes.")
    supports = dict(zip(curves.classes, curves.supports.tolist(), strict=True))
    is_wide = len(choices.scores) == len(choices.classes)
    lines = []
    for at, name in enumerate(choices.classes[:_MAX_LISTED]):
        score = f" ← {name_text(choices.scores[at])}" if is_wide else ""
        rows = formatting.counted(supports[name], "row") if name in supports else "left out"
        lines.append(f"{name_text(name)}{score}: {rows}")
    if len(choices.classes) > _MAX_LISTED:
        lines.append(f"and {len(choices.classes) - _MAX_LISTED:,} more")
    return lines


def truth_texts(reading: Reading) -> list[str]:
    """Describe in Markdown where the classes of the rows come from."""
    curves, choices = reading.classes, reading.proposal
    if curves is None or choices is None:
        raise RuntimeError("The reading is not of several classes.")
    kind = "one class a row" if curves.one_per_row else "any number of labels a row"
    if choices.truth is None:
        return [f"{len(choices.truths):,} columns, {kind}", names_text(choices.truths)]
    stacked = f", a row for each {name_text(choices.split or '')}" if choices.split_value == SPLIT_INTO_CLASSES else ""
    return [f"{name_text(choices.truth)}, {kind}{stacked}"]


def one_alone(reading: Reading, key: str) -> Choices | None:
    """Offer to read one class against the rest, as a file of two classes; return the choices once that is wanted."""
    curves, choices = reading.classes, reading.proposal
    if curves is None or choices is None:
        return None
    if not (curves.one_per_row or choices.truths or choices.split_value == SPLIT_INTO_CLASSES):
        return None
    noun = "class" if curves.one_per_row else "label"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        name = st.selectbox(
            f"Read one {noun} alone instead", curves.with_rows, index=None, placeholder=noun, width=320,
            key=f"alone {key}", help="As a file of two classes: with groups, clusters and roles, without the others.",
        )  # fmt: skip
        is_chosen = st.button("Read it alone", key=f"read alone {key}", disabled=name is None)
    return alone(choices, name) if is_chosen and name is not None else None


def class_form(reading: Reading, kind: str, key: str) -> Choices | None:
    """Ask for the columns of several classes; return the choices, None while they do not correspond."""
    proposal = reading.proposal or Choices()
    proposal = proposal if kind_of(proposal) == kind else Choices()
    names = [column.name for column in reading.columns]
    numeric = [column.name for column in reading.columns if column.kind == "number"]
    labelled = [column.name for column in reading.columns if len(column.labels) > 1 or column.name in proposal.truths]
    scores = [name for name in proposal.scores if name in numeric]
    if kind == ONE_A_ROW:
        index = names.index(proposal.truth) if proposal.truth in names else None
        truth = st.selectbox("True class", names, index, key=f"truth of classes {key}")
        labels = [label for column in reading.columns if column.name == truth for label, _ in column.labels]
        known = list(proposal.classes) if truth == proposal.truth else sorted(labels)
        classes = st.multiselect(
            "Classes", known, known, key=f"classes {key} {truth}", accept_new_options=True,
            help="Rows of other classes are left out, and counted.",
        )  # fmt: skip
        chosen = replace(proposal, truth=truth, classes=tuple(classes))
    else:
        truths = st.multiselect("Truths, a column for each label", labelled, list(proposal.truths), key=f"truths {key}")
        values = [label for column in reading.columns if column.name in truths[:1] for label, _ in column.labels]
        usual = proposal.pos_label if proposal.pos_label in values else max(values, default=None)
        positive = st.selectbox(
            "A row has the label where its truth is", values, values.index(usual) if usual in values else None,
            key=f"positive label {key} {truths[:1]}",
        )  # fmt: skip
        rest = tuple(label for label in values if label != positive)
        chosen = replace(
            proposal, truths=tuple(truths), classes=tuple(truths), pos_label=positive,
            neg_label=rest[0] if len(rest) == 1 else None,
        )  # fmt: skip
    listed = st.multiselect(
        "Scores, a column for each, in the same order", numeric, scores, key=f"scores of classes {key} {kind}"
    )
    return _corresponding(replace(chosen, scores=tuple(listed)), listed)


def _corresponding(choices: Choices, scores: Sequence[str]) -> Choices | None:
    """Show which column belongs to which class; return the choices if each class has one."""
    n = len(choices.classes)
    if not n or not scores or (choices.truth is None and not choices.truths):
        return None
    pairs = [f"{name_text(name)} ← {name_text(score)}" for name, score in zip(choices.classes, scores, strict=False)]
    more = f" and {len(pairs) - _MAX_LISTED:,} more" if len(pairs) > _MAX_LISTED else ""
    st.markdown(", ".join(pairs[:_MAX_LISTED]) + more)
    if n != len(scores) and choices.split_value != SPLIT_INTO_CLASSES:
        nouns = "labels" if choices.truths else "classes"
        st.markdown(f"Choose as many columns of scores as {nouns}: {len(scores):,} and {n:,} are chosen.")
        return None
    return choices if n > 1 else None
