"""The questions that let a visitor say which column means what."""

from dataclasses import replace

import streamlit as st

from f1tools.reading import SPLIT_INTO_MODELS, Choices, Reading

_PARTS = {SPLIT_INTO_MODELS: "as a model of its own", None: "together as one model"}


def choices_form(reading: Reading, key: str) -> Choices | None:
    """Ask for everything the reader decides; gives the answers when the button is pressed."""
    known = reading.proposal or Choices()
    names = [column.name for column in reading.columns]
    numbers = [column.name for column in reading.columns if column.kind == "number"]
    truth = st.selectbox("True class", names, _place(names, known.truth), key=f"truth {key}")
    wanted = known if truth == known.truth else Choices(truth=truth)
    wanted = _positive_class(reading, wanted, f"{key} {truth}")
    scores = st.multiselect("Scores", numbers, [name for name in known.scores if name in numbers], key=f"scores {key}")
    flipped = st.multiselect(
        "Of these, a higher score means less likely positive",
        scores,
        [name for name in known.flipped if name in scores],
        key=f"flipped {key}",
    )
    weight = st.selectbox("Weight", numbers, _place(numbers, known.weight), placeholder="none", key=f"weight {key}")
    wanted = replace(wanted, scores=tuple(scores), flipped=tuple(flipped), weight=weight)
    wanted = _stacked(names, known, wanted, key)
    if st.button("Read again", key=f"again {key}", disabled=not (truth and scores)):
        return wanted
    return None


def _place(names: list[str], name: str | None) -> int | None:
    return names.index(name) if name in names else None


def _positive_class(reading: Reading, wanted: Choices, key: str) -> Choices:
    labels = [label for column in reading.columns if column.name == wanted.truth for label, _ in column.labels]
    if not labels:
        return wanted
    positive = st.selectbox("Positive class", labels, _place(labels, wanted.pos_label), key=f"positive {key}")
    if positive == wanted.pos_label:
        return wanted
    if len(labels) > 2:
        return replace(wanted, pos_label=positive, neg_label=None, one_vs_rest=True, dropped_truth=())
    negative = next(label for label in labels if label != positive)
    return replace(wanted, pos_label=positive, neg_label=negative, one_vs_rest=False, dropped_truth=())


def _stacked(names: list[str], known: Choices, wanted: Choices, key: str) -> Choices:
    """Ask for a column that stacks models, folds or runs on top of each other."""
    split = st.selectbox(
        "Stacked parts", names, _place(names, known.split), placeholder="none", key=f"split {key}",
        help="A column that says which model, fold or run a row belongs to.",
    )  # fmt: skip
    if split is None:
        return replace(wanted, split=None, split_value=None)
    value = st.selectbox("Take each part", list(_PARTS), format_func=lambda part: _PARTS[part], key=f"parts {key}")
    return replace(wanted, split=split, split_value=value)
