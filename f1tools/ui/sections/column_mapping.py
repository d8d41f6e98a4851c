"""The form that asks which column means what."""

from dataclasses import replace

import streamlit as st

from f1tools.readers import SPLIT_INTO_MODELS, Choices, Reading


def mapping_form(reading: Reading, key: str) -> Choices | None:
    """Ask for the meaning of the columns; return the choices when a button is pressed."""
    proposal = reading.proposal or Choices()
    names = [column.name for column in reading.columns]
    numeric = [column.name for column in reading.columns if column.kind == "number"]
    truth = st.selectbox("True class", names, _index(names, proposal.truth), key=f"truth {key}")
    choices = proposal if truth == proposal.truth else Choices(truth=truth, count_unscored=proposal.count_unscored)
    choices = _positive_class(reading, choices, f"{key} {truth}")
    offered = [*proposal.differences, *numeric]
    scores = st.multiselect(
        "Scores", offered, [name for name in proposal.scores if name in offered], key=f"scores {key}"
    )
    flipped = st.multiselect(
        "Of these, a higher score means less likely positive",
        scores,
        [name for name in proposal.flipped if name in scores],
        key=f"flipped {key}",
    )
    weight = _optional_column("Weight", numeric, proposal.weight, f"weight {key}", "How much each row counts.")
    amount = _optional_column(
        "Amount",
        numeric,
        proposal.amount,
        f"amount {key}",
        "What it costs to miss each case, in money or another unit.",
    )
    choices = replace(choices, scores=tuple(scores), flipped=tuple(flipped), weight=weight, amount=amount)
    if choices.scores != proposal.scores:  # other scores are no confidences in the predicted label
        choices = replace(choices, predicted=None)
    choices = _stacked(reading, proposal, choices, key)
    choices = _roles(reading, proposal, choices, key)
    is_complete = bool(truth and scores and (choices.role is None or choices.report))
    with st.container(horizontal=True):
        read = st.button("Read again", key=f"again {key}", disabled=not is_complete)
        swap = bool(proposal.tune) and st.button("Swap the two roles", key=f"swap {key}")
    if swap:
        return replace(proposal, tune=proposal.report, report=proposal.tune)
    return choices if read else None


def _optional_column(label: str, names: list[str], proposed: str | None, key: str, about: str) -> str | None:
    """Ask for a column or "none", an option of its own because a select box that starts filled cannot be emptied."""
    options = [None, *names]
    index = options.index(proposed) if proposed in options else 0
    return st.selectbox(label, options, index, format_func=lambda name: name or "none", key=key, help=about)


def _index(names: list[str], name: str | None) -> int | None:
    return names.index(name) if name in names else None


def labels_of(reading: Reading, name: str | None) -> list[str]:
    """Return the values of a column with few distinct values."""
    return [label for column in reading.columns if column.name == name for label, _ in column.labels]


def _positive_class(reading: Reading, choices: Choices, key: str) -> Choices:
    labels = labels_of(reading, choices.truth)
    if not labels:
        return choices
    positive = st.selectbox("Positive class", labels, _index(labels, choices.pos_label), key=f"positive {key}")
    if positive == choices.pos_label:
        return choices
    if len(labels) > 2:
        return replace(choices, pos_label=positive, neg_label=None, one_vs_rest=True, dropped_truth=())
    negative = next(label for label in labels if label != positive)
    return replace(choices, pos_label=positive, neg_label=negative, one_vs_rest=False, dropped_truth=())


def _stacked(reading: Reading, proposal: Choices, choices: Choices, key: str) -> Choices:
    """Ask for a column that stacks models, folds or runs on top of each other."""
    names = [column.name for column in reading.columns]
    about = "A column that says which model, fold or run a row belongs to."
    split = _optional_column("Stacked parts", names, proposal.split, f"split {key}", about)
    if split is None:
        return replace(choices, split=None, split_value=None)
    proposed = proposal.split_value if split == proposal.split else SPLIT_INTO_MODELS
    options: dict[str | None, str] = {SPLIT_INTO_MODELS: "as separate models", None: "together as one model"}
    for label in (*labels_of(reading, split), proposed):
        options.setdefault(label, f"only {label}")
    value = st.selectbox(
        "Use the parts", list(options), list(options).index(proposed), format_func=lambda part: options[part],
        key=f"parts {key} {split}",
    )  # fmt: skip
    return replace(choices, split=split, split_value=value)


def _roles(reading: Reading, proposal: Choices, choices: Choices, key: str) -> Choices:
    """Ask for a column that separates the tuning set from the evaluation set."""
    names = [column.name for column in reading.columns if column.labels]
    about = "A column that says which rows tune the threshold and which rows evaluate it."
    role = _optional_column("Roles", names, proposal.role, f"role {key}", about)
    if role is None:
        return replace(choices, role=None, tune=(), report=())
    proposed = proposal if role == proposal.role else Choices()
    labels = list(dict.fromkeys((*labels_of(reading, role), *proposed.tune, *proposed.report)))
    tune = st.multiselect("Tune the threshold on", labels, proposed.tune, key=f"tune {key} {role}")
    report = st.multiselect("Evaluate it on", labels, proposed.report, key=f"report {key} {role}")
    return replace(choices, role=role, tune=tuple(tune), report=tuple(report))
