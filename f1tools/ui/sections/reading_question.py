"""The question how to read a file that can be read in several ways: one sentence, options, a preview of the rows."""

from collections.abc import Mapping

import streamlit as st

from f1tools import formatting
from f1tools.readers import Candidate, Choices, Reading
from f1tools.readers.inference.names import held_out, role_values, stage
from f1tools.readers.models import SPLIT_INTO_CLASSES
from f1tools.ui.components.html_table import preview_table
from f1tools.ui.components.markdown import escape, kind_text, name_text, names_text, small
from f1tools.ui.sections.column_mapping import labels_of
from f1tools.ui.sections.reading_result import (
    all_columns,
    file_text,
    is_partial,
    parts_text,
    read_again,
    roles_text,
)
from f1tools.ui.sections.table_summary import has_parts, part_texts
from f1tools.ui.session import state


def question() -> None:
    """Ask how to read the last upload, if it can be read in several ways; the likeliest one is chosen already."""
    upload = state.session().last_upload
    if upload is None or upload.reading.outcome != "ask":
        return
    reading = upload.reading
    _, _, ambiguities = reading.reason.rpartition("Please choose: ")
    if ambiguities == reading.reason:
        st.header(escape(reading.reason), anchor=False)
    else:
        st.header(f"How should {escape(formatting.truncate(upload.read_title, 60))} be read?", anchor=False)
        st.markdown(escape(f"Please choose: {ambiguities}"))  # may go on with a name from the file, in its own case
    st.markdown(file_text(upload))
    options = option_texts(reading)
    chosen = st.radio(
        "How the file is read",
        range(len(options)),
        format_func=options.__getitem__,
        captions=[caption(reading, candidate) for candidate in reading.candidates],
        key=f"reading {upload.id}",
        label_visibility="collapsed",
    )
    candidate = reading.candidates[chosen]
    if note := _training_note(reading):
        st.markdown(small(note))
    if st.button("Apply", key="apply reading"):
        read_again(upload, candidate.choices)
    if has_parts(reading):
        return  # columns of counts are not a choice
    preview_table(reading.columns, candidate.choices)
    all_columns(upload)


def _training_note(reading: Reading) -> str:
    """Return in Markdown why training rows are not proposed as tuning set; empty where that is not a question."""
    column = next((each.choices.split for each in reading.candidates if each.choices.split), None)
    labels = [] if column is None else labels_of(reading, column)
    if role_values(labels) is not None or not held_out(labels):
        return ""
    training = names_text(label for label in labels if stage(label) == "train")
    return (
        f"Tuning the threshold on {training} is not proposed: where the model was trained on these rows, its scores "
        "there are too good. If it was not, set their roles under “Choose the columns yourself”."
    )


def option_texts(reading: Reading) -> list[str]:
    """Describe in Markdown the candidates by what they differ in; a single one in full."""
    if has_parts(reading):
        return part_texts(reading)
    described = [_parts(reading, candidate.choices) for candidate in reading.candidates]
    kinds = list(dict.fromkeys(kind for parts in described for kind in parts))
    differing = [kind for kind in kinds if len({parts.get(kind) for parts in described}) > 1] or kinds
    texts = [", ".join(parts[kind] for kind in differing if kind in parts) for parts in described]
    if len(texts) > 1:
        texts[0] += " (most likely)" if reading.ranks_candidates else " (as in the file)"
    return [formatting.capitalized(text) for text in texts]


def _parts(reading: Reading, choices: Choices) -> Mapping[str, str]:
    """Describe in Markdown what a mapping says, by kind."""
    if choices.classes:
        return _parts_of_classes(reading, choices)
    scores = [
        f"{name_text(score)} reversed" if score in choices.flipped else name_text(score) for score in choices.scores
    ]
    listed = formatting.join_names(scores)
    positive = name_text(choices.pos_label or "")
    parts = {} if (rows := _rows(reading, choices)) is None else {"rows": rows}
    parts |= {
        "truth": kind_text("truth", choices.truth or ""),
        "positive": f"{positive} against all others" if choices.one_vs_rest else f"{positive} is positive",
        "scores": f"score {listed}" if len(scores) == 1 else f"scores {listed}",
    }
    if choices.predicted is not None:
        parts["predicted"] = f"as confidence in {name_text(choices.predicted)}"
    if choices.dropped_truth:
        parts["dropped"] = f"without rows where the truth is {names_text(choices.dropped_truth)}"
    return parts


def _parts_of_classes(reading: Reading, choices: Choices) -> Mapping[str, str]:
    """Describe in Markdown a mapping of several classes."""
    n = len(choices.classes)
    if choices.split_value == SPLIT_INTO_CLASSES:
        parts = {"truth": f"all {n:,} labels of {name_text(choices.split or '')} together"}
        return {**parts, "scores": kind_text("score", choices.scores[0])}
    parts = {} if (rows := _rows(reading, choices)) is None else {"rows": rows}
    if choices.truths:
        parts["truth"] = f"{n:,} labels of a row: {names_text(choices.truths)}"
    else:
        parts["truth"] = f"all {n:,} classes of {name_text(choices.truth or '')}"
    parts["scores"] = f"scores {names_text(choices.scores)}"
    if choices.dropped_truth:
        parts["dropped"] = f"without rows where the truth is {names_text(choices.dropped_truth)}"
    return parts


def _rows(reading: Reading, choices: Choices) -> str | None:
    """Describe which rows a mapping uses, and for what; None where nothing parts the rows."""
    if choices.role is None:
        has_parts = any(each.choices.split or each.choices.role for each in reading.candidates)
        return parts_text(choices) if has_parts else None
    used = (*choices.tune, *choices.report)
    others = [label for label in labels_of(reading, choices.role) if label not in used]
    unused = f", {names_text(others)} not used" if others else ""
    part = f", of these {parts_text(choices)}" if choices.split not in (None, choices.role) else ""
    return f"{roles_text(choices)}{unused}{part}"


def caption(reading: Reading, candidate: Candidate) -> str:
    """Describe in Markdown what a candidate would give; areas are approximate where not all rows were inspected."""
    rough = is_partial(reading)
    if candidate.choices.classes:
        areas = list(candidate.roc_auc.values())
        mean = f", mean ROC AUC about {sum(areas) / len(areas):.2f}" if areas else ""
        return f"{len(candidate.choices.classes):,} classes or labels together{mean}"
    cases = f"{candidate.n_pos:,} positive and {candidate.n_neg:,} negative{' of the rows inspected' if rough else ''}"
    areas = [candidate.roc_auc[each] for each in candidate.choices.scores if each in candidate.roc_auc]
    if not areas:
        return cases
    texts = [f"{area:.2f}" if rough else formatting.metric_value(area) for area in sorted({min(areas), max(areas)})]
    return f"{cases}, ROC AUC {'about ' if rough else ''}{' to '.join(dict.fromkeys(texts))}"
