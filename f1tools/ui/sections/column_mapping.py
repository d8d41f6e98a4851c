"""Which column means what: the form that asks, and how a file was read or could be read, in Markdown."""

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from f1tools import formatting
from f1tools.readers import SPLIT_INTO_MODELS, Candidate, Choices, Reading
from f1tools.ui.components.markdown import escape
from f1tools.ui.session import cache
from f1tools.ui.session.data import Upload

_EXACT_ROWS = 4_000  # of a longer table the reader may have inspected only a part before it asks
_MAX_MODELS = 12


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


def _labels(reading: Reading, name: str | None) -> list[str]:
    """Return the values of a column with few distinct values."""
    return [label for column in reading.columns if column.name == name for label, _ in column.labels]


def _positive_class(reading: Reading, choices: Choices, key: str) -> Choices:
    labels = _labels(reading, choices.truth)
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
    for label in (*_labels(reading, split), proposed):
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
    labels = list(dict.fromkeys((*_labels(reading, role), *proposed.tune, *proposed.report)))
    tune = st.multiselect("Tune the threshold on", labels, proposed.tune, key=f"tune {key} {role}")
    report = st.multiselect("Evaluate it on", labels, proposed.report, key=f"report {key} {role}")
    return replace(choices, role=role, tune=tuple(tune), report=tuple(report))


def candidate_text(reading: Reading, candidate: Candidate) -> str:
    """Describe a possible reading, one line per role; areas are approximate where not all rows were inspected."""
    choices = candidate.choices
    approximate = reading.n_rows >= _EXACT_ROWS
    scores = []
    for score in choices.scores:
        area = candidate.roc_auc.get(score)
        shown = "" if area is None else f"about {area:.2f}" if approximate else formatting.metric_value(area)
        scores.append(f"{_score(choices, score)}{f', ROC AUC {shown}' if shown else ''}")
    inspected = " among the rows inspected" if approximate else ""
    return _reading_text(reading, choices, scores, (candidate.n_pos, candidate.n_neg), inspected)


def mapping_text(upload: Upload) -> str:
    """Describe how an upload was read, one line per role, with exact areas."""
    choices, predictions = upload.reading.candidates[0].choices, upload.predictions
    models = predictions.models
    scores = [_score(choices, score) for score in choices.scores if score not in models]
    for model in models[:_MAX_MODELS]:
        name = _score(choices, model) if model in choices.scores else f"Model **{escape(model)}**"
        area = cache.roc_auc(upload.id, model, predictions)
        scores.append(f"{name}, ROC AUC {formatting.metric_value(area)}")
    if len(models) > _MAX_MODELS:
        scores.append(f"and {len(models) - _MAX_MODELS:,} more models")
    return _reading_text(upload.reading, choices, scores, (predictions.n_pos, predictions.n - predictions.n_pos))


def _reading_text(
    reading: Reading, choices: Choices, scores: list[str], counts: tuple[int, int], inspected: str = ""
) -> str:
    negative = "everything else" if choices.one_vs_rest else f"**{escape(choices.neg_label or '')}**"
    uses = {
        "Confidence in the label": choices.predicted,
        "Dropped where the true class is": ", ".join(choices.dropped_truth) or None,
        "Weight": choices.weight,
        "Cost of a missed case": choices.amount,
        "Groups": choices.group,
        "Key": choices.id,
    }
    lines = [
        f"True class **{escape(choices.truth or '')}**: **{escape(choices.pos_label or '')}** against {negative}",
        *scores,
        *_parts(choices, reading),
        *_role_lines(choices, reading),
        *(f"{use} **{escape(name)}**" for use, name in uses.items() if name is not None),
        f"{counts[0]:,} positive and {counts[1]:,} negative cases{inspected}",
    ]
    return "  \n".join(lines)


def _score(choices: Choices, score: str) -> str:
    return f"Score **{escape(score)}**{', reversed' if score in choices.flipped else ''}"


def _names(names: Iterable[str]) -> str:
    return " and ".join(f"**{escape(name)}**" for name in names)


def _parts(choices: Choices, reading: Reading) -> list[str]:
    """Describe how parts that are stacked on top of each other are used, where a column has such parts."""
    candidates = (choices, *(each.choices for each in reading.candidates))
    column = next((each.split for each in candidates if each.split is not None), None)
    if column is None or column == choices.role:
        return []
    if choices.split is None or choices.split_value is None:
        use = "all parts pooled"
    elif choices.split_value == SPLIT_INTO_MODELS:
        use = "each part as a separate model"
    else:
        use = f"only **{escape(choices.split_value)}**"
    return [f"Stacked by **{escape(column)}**: {use}"]


def _role_lines(choices: Choices, reading: Reading) -> list[str]:
    """Describe the tuning and the evaluation set, with their sizes once all rows are read."""
    if choices.role is None:
        return []
    if not choices.tune:
        return [f"Only rows whose {escape(choices.role)} is {_names(choices.report)}"]
    tuning = None if reading.predictions is None else reading.predictions.tuning
    sizes = ["", ""] if tuning is None else [f" ({n:,} rows)" for n in (tuning.sum(), (~tuning).sum())]
    lines = [f"Threshold tuned on {_names(choices.tune)}{sizes[0]}, evaluated on {_names(choices.report)}{sizes[1]}"]
    others = [label for label in _labels(reading, choices.role) if label not in choices.tune + choices.report]
    if others and reading.predictions is None:  # afterwards they are listed as dropped rows
        lines.append(f"Not used: {_names(others)}")
    return lines
