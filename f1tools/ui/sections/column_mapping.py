"""The form that asks which column means what."""

from dataclasses import replace

import streamlit as st

from f1tools.readers import SPLIT_INTO_MODELS, Choices, Reading
from f1tools.ui.sections.class_mapping import ONE_A_ROW, SEVERAL_A_ROW, TWO, class_form, kind_of


def mapping_form(reading: Reading, key: str) -> Choices | None:
    """Ask for the meaning of the columns; return the choices when a button is pressed."""
    proposal = reading.proposal or Choices()
    kinds = [TWO, ONE_A_ROW, SEVERAL_A_ROW]
    kind = st.segmented_control("The file has", kinds, default=kind_of(proposal), required=True, key=f"kind {key}")
    if kind != TWO:
        several = class_form(reading, kind, key)
        read = st.button("Apply", key=f"again {key} {kind}", disabled=several is None)
        return several if read else None
    proposal = Choices() if proposal.classes else proposal
    choices = _classes(reading, proposal, key)
    choices = _scores(reading, proposal, choices, key)
    choices = _groups(reading, proposal, choices, key)
    choices = _stacked(reading, proposal, choices, key)
    choices = _roles(reading, proposal, choices, key)
    is_complete = choices.is_complete and (choices.role is None or bool(choices.report))
    with st.container(horizontal=True):
        read = st.button("Apply", key=f"again {key}", disabled=not is_complete)
        swap = bool(proposal.tune) and st.button("Swap the two roles", key=f"swap {key}")
    if swap:
        return replace(proposal, tune=proposal.report, report=proposal.tune)
    return choices if read else None


def _classes(reading: Reading, proposal: Choices, key: str) -> Choices:
    """Ask for the column with the true class, the positive class, and classes to leave out."""
    names = [column.name for column in reading.columns]
    left, middle, right = st.columns(3)
    truth = left.selectbox("True class", names, _index(names, proposal.truth), key=f"truth {key}")
    choices = proposal if truth == proposal.truth else Choices(truth=truth, count_unscored=proposal.count_unscored)
    labels = labels_of(reading, truth)
    if not labels:
        return choices
    positive = middle.selectbox(
        "Positive class", labels, _index(labels, choices.pos_label), key=f"positive {key} {truth}"
    )
    others = [label for label in labels if label != positive]
    dropped = [label for label in others if label in choices.dropped_truth]
    if positive is not None and len(others) > 1:
        dropped = right.multiselect(
            "Leave out the rows with", others, dropped, key=f"dropped {key} {truth} {positive}",
            max_selections=len(others) - 1, help="Such as ties or unknown classes. All other classes are negative.",
        )  # fmt: skip
    if (positive, tuple(dropped)) == (choices.pos_label, choices.dropped_truth):
        return choices
    rest = [label for label in others if label not in dropped]
    negative = rest[0] if len(rest) == 1 else None
    return replace(
        choices, pos_label=positive, neg_label=negative, one_vs_rest=negative is None, dropped_truth=tuple(dropped)
    )


def _scores(reading: Reading, proposal: Choices, choices: Choices, key: str) -> Choices:
    """Ask for the scores and how to read them, and for columns of numbers about the rows."""
    numeric = [column.name for column in reading.columns if column.kind == "number"]
    offered = [*proposal.differences, *numeric]
    left, right = st.columns([2, 1])
    scores = left.multiselect(
        "Scores", offered, [name for name in proposal.scores if name in offered], key=f"scores {key}",
        accept_new_options=True,
        help="Each is a model. A difference of two columns, such as logits, is written as they are named: a - b.",
    )  # fmt: skip
    flipped = right.multiselect(
        "Of these, a higher score means less likely positive",
        scores,
        [name for name in proposal.flipped if name in scores],
        key=f"flipped {key}",
    )
    left, middle, right = st.columns(3)
    labelled = [column.name for column in reading.columns if column.labels and column.name != choices.truth]
    proposed = proposal.predicted if tuple(scores) == proposal.scores else None
    about = "A column of predicted labels, if the scores are the confidence in them instead of in the positive class."
    with left:
        predicted = _optional_column("Confidence in", labelled, proposed, f"predicted {key} {scores}", about)
    with middle:
        weight = _optional_column("Weight", numeric, proposal.weight, f"weight {key}", "How much each row counts.")
    about = "What it costs to miss each case, in money or another unit."
    with right:
        amount = _optional_column("Amount", numeric, proposal.amount, f"amount {key}", about)
    return replace(
        choices, scores=tuple(scores), flipped=tuple(flipped), predicted=predicted, weight=weight, amount=amount,
        differences=tuple(name for name in proposal.differences if name in scores),
    )  # fmt: skip


def _groups(reading: Reading, proposal: Choices, choices: Choices, key: str) -> Choices:
    """Ask for the column of groups, and for that of the patient, user or document that several rows belong to."""
    used = {choices.truth, *choices.scores, choices.weight, choices.amount}
    free = [column for column in reading.columns if column.name not in used]
    grouped = [column.name for column in free if column.labels or column.name == proposal.group]
    left, middle, _ = st.columns(3)
    about = "A column whose values are compared with each other, such as regions or age groups."
    with left:
        group = _optional_column("Group", grouped, proposal.group, f"group {key}", about)
    about = (
        "The patient, user or document that several rows belong to. Such rows are alike: intervals that took them for "
        "independent would be too narrow."
    )
    names = [column.name for column in free]
    with middle:
        cluster = _optional_column("Rows belong to", names, proposal.cluster, f"cluster {key}", about)
    return replace(choices, group=group, cluster=cluster)


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


def _stacked(reading: Reading, proposal: Choices, choices: Choices, key: str) -> Choices:
    """Ask for a column that stacks models, folds or runs on top of each other."""
    names = [column.name for column in reading.columns]
    about = "A column that says which model, fold or run a row belongs to."
    left, middle, _ = st.columns(3)
    with left:
        split = _optional_column("Stacked parts", names, proposal.split, f"split {key}", about)
    if split is None:
        return replace(choices, split=None, split_value=None)
    proposed = proposal.split_value if split == proposal.split else SPLIT_INTO_MODELS
    options: dict[str | None, str] = {SPLIT_INTO_MODELS: "as separate models", None: "together as one model"}
    for label in (*labels_of(reading, split), proposed):
        options.setdefault(label, f"only {label}")
    value = middle.selectbox(
        "Use the parts", list(options), list(options).index(proposed), format_func=lambda part: options[part],
        key=f"parts {key} {split}",
    )  # fmt: skip
    return replace(choices, split=split, split_value=value)


def _roles(reading: Reading, proposal: Choices, choices: Choices, key: str) -> Choices:
    """Ask for a column that separates the tuning set from the evaluation set."""
    names = [column.name for column in reading.columns if column.labels]
    about = "A column that says which rows tune the threshold and which rows evaluate it."
    left, middle, right = st.columns(3)
    with left:
        role = _optional_column("Roles", names, proposal.role, f"role {key}", about)
    if role is None:
        return replace(choices, role=None, tune=(), report=())
    proposed = proposal if role == proposal.role else Choices()
    labels = list(dict.fromkeys((*labels_of(reading, role), *proposed.tune, *proposed.report)))
    tune = middle.multiselect("Tune the threshold on", labels, proposed.tune, key=f"tune {key} {role}")
    report = right.multiselect("Evaluate it on", labels, proposed.report, key=f"report {key} {role}")
    return replace(choices, role=role, tune=tuple(tune), report=tuple(report))
