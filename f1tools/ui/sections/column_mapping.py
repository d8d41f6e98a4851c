"""The questions that let a visitor say which column means what."""

from dataclasses import replace

import streamlit as st

from f1tools.readers import SPLIT_INTO_MODELS, Choices, Reading

_PARTS: dict[str | None, str] = {SPLIT_INTO_MODELS: "as a model of its own", None: "together as one model"}


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
    weight = _or_none("Weight", numbers, known.weight, f"weight {key}", "A column that says how much each row counts.")
    amount = _or_none(
        "Amount", numbers, known.amount, f"amount {key}",
        "A column that says what it costs to miss each case, in money or any other unit.",
    )  # fmt: skip
    wanted = replace(wanted, scores=tuple(scores), flipped=tuple(flipped), weight=weight, amount=amount)
    wanted = _stacked(reading, known, wanted, key)
    wanted = _roles(reading, known, wanted, key)
    said = wanted.role is None or bool(wanted.report)
    with st.container(horizontal=True):
        again = st.button("Read again", key=f"again {key}", disabled=not (truth and scores and said))
        swap = bool(known.tune) and st.button("Swap the two roles", key=f"swap {key}")
    if swap:
        return replace(known, tune=known.report, report=known.tune)
    return wanted if again else None


def _roles(reading: Reading, known: Choices, wanted: Choices, key: str) -> Choices:
    """Ask for a column that says which rows choose the threshold and which report."""
    named = [column for column in reading.columns if column.labels]
    names = [column.name for column in named]
    role = _or_none(
        "Roles", names, known.role, f"role {key}",
        "A column that says which rows the threshold is chosen on, and which tell what it is worth.",
    )  # fmt: skip
    if role is None:
        return replace(wanted, role=None, tune=(), report=())
    seen = known if role == known.role else Choices()
    labels = list(dict.fromkeys((*(label for label, _ in named[names.index(role)].labels), *seen.tune, *seen.report)))
    tune = st.multiselect("Choose the threshold on", labels, seen.tune, key=f"tune {key} {role}")
    report = st.multiselect("Report numbers on", labels, seen.report, key=f"report {key} {role}")
    return replace(wanted, role=role, tune=tuple(tune), report=tuple(report))


def _or_none(label: str, names: list[str], known: str | None, key: str, about: str) -> str | None:
    """Ask for a column; "none" is an option of its own, because a select box that starts filled cannot be emptied."""
    options = [None, *names]
    place = options.index(known) if known in options else 0
    return st.selectbox(label, options, place, format_func=lambda name: name or "none", key=key, help=about)


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


def _stacked(reading: Reading, known: Choices, wanted: Choices, key: str) -> Choices:
    """Ask for a column that stacks models, folds or runs on top of each other."""
    names = [column.name for column in reading.columns]
    split = _or_none(
        "Stacked parts", names, known.split, f"split {key}",
        "A column that says which model, fold or run a row belongs to.",
    )  # fmt: skip
    if split is None:
        return replace(wanted, split=None, split_value=None)
    labels = [label for column in reading.columns if column.name == split for label, _ in column.labels]
    kept = known.split_value if split == known.split else SPLIT_INTO_MODELS
    ways = _PARTS | {label: f"only {label}" for label in (*labels, kept) if label not in _PARTS}
    value = st.selectbox(
        "Take each part", list(ways), list(ways).index(kept), format_func=lambda part: ways[part],
        key=f"parts {key} {split}",
    )  # fmt: skip
    return replace(wanted, split=split, split_value=value)
