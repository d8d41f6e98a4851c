"""How the files of a visitor were read: the mapping in a line and in full, warnings, and all columns."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.core.types import InvalidPredictions
from f1tools.formatting.bounds import known_value
from f1tools.readers import SPLIT_INTO_MODELS, Choices, Reading
from f1tools.readers.models import SPLIT_INTO_CLASSES
from f1tools.readers.reading_warnings import unused_cluster_text
from f1tools.ui.components.html_table import columns_table
from f1tools.ui.components.markdown import escape, kind_text, name_text, names_text, small
from f1tools.ui.sections.class_mapping import class_texts, one_alone, truth_texts
from f1tools.ui.sections.column_mapping import mapping_form
from f1tools.ui.sections.compare.unpaired import offer_apart
from f1tools.ui.sections.table_summary import has_parts, part_texts, table_cells, table_text
from f1tools.ui.sections.upload import answer_page, read_keeping, read_upload
from f1tools.ui.session import cache, state
from f1tools.ui.session.uploads import Upload

_EXACT_ROWS = 4_000  # of a longer table the reader may have inspected only a part before it asks
_MAX_MODELS = 12
_MAX_ALIKE = 2  # warnings of one kind, such as one per model, that are shown at once
_WIDTHS = 5, 7, 4, 7  # relative, of true class, scores, cases and other columns
# Kinds of warnings that only inform.
_NOTES = (
    "not_probabilities",
    "few_values",
    "confidence",
    "weighted",
    "repeats",
    "copies",
    "stacked_files",
    "separate_files",
    "coarse",
    "unused_group",
    "empty_labels",
)

Cells = Sequence[tuple[str, Sequence[str]]]
"""Heading and lines of each part of a mapping, in Markdown."""


def mapping_line() -> None:
    """Say in one line how the current upload was read, with a link to the details."""
    upload = state.session().current_upload
    if upload is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="line reading"):
        st.markdown(small(f"Read as: {reading_text(upload.reading)}"), width="content")
        n_notes = sum(each.kind in _NOTES for each in upload.reading.warnings)
        n_clusters = int(upload.reading.unused_cluster is not None)  # a note with a button of its own
        counts = {"warning": len(upload.reading.warnings) - n_notes, "note": n_notes + n_clusters}
        noted = ", ".join(f"{n:,} {kind if n == 1 else f'{kind}s'}" for kind, n in counts.items() if n)
        check = "Check or change" if upload.reading.table is None else "See all"
        st.page_link("pages/data.py", label=f"{check}{noted and f' ({noted})'} →")
        if upload.apart:
            st.page_link("pages/compare.py", label=f"Compare all {len(upload.apart):,} files →")


def reading_text(reading: Reading) -> str:
    """Return in Markdown what a file was read as."""
    choices, predictions = reading.proposal, reading.predictions
    if reading.table is not None:
        return table_text(reading.table)
    if choices is not None and reading.classes is not None:
        kind = "classes, one a row" if reading.classes.one_per_row else "labels, any number a row"
        n_dropped = sum(reading.dropped.values())
        dropped = f", {n_dropped:,} left out" if n_dropped else ""
        return f"{len(reading.classes.classes):,} {kind} · {len(reading.classes.y_true):,} rows{dropped}"
    if choices is None or predictions is None:
        raise RuntimeError("Only a file that was read has such a text.")
    models = predictions.models
    names = kind_text("score", models[0]) if len(models) == 1 else f"scores {names_text(models)}"
    n_dropped = sum(reading.dropped.values())
    dropped = f", {n_dropped:,} left out" if n_dropped else ""
    joined = f"{escape(reading.joined)}, " if reading.joined else ""
    return (
        f"{joined}{kind_text('truth', choices.truth or '')}, {names}, "
        f"positive = {name_text(predictions.pos_label)} · {predictions.n:,} rows{dropped}"
    )


def reading_result() -> None:
    """Show how the upload that the pages show was read, or why the last one cannot be."""
    upload, current = state.session().last_upload, state.session().current_upload
    if upload is None or upload.reading.outcome == "ask" or (upload.is_readable and upload is not current):
        return
    if upload.is_readable:
        _summary(upload)
    else:
        st.error(escape(upload.reading.reason))
    all_columns(upload)


def all_columns(upload: Upload) -> None:
    """Show all columns of a file, and the form that maps them by hand."""
    reading = upload.reading
    if reading.columns and reading.table is None:
        label = f"All columns ({len(reading.columns):,}), with example values"
        with st.expander(label, expanded=reading.outcome == "refuse"):
            columns_table(reading.columns, reading.proposal or Choices(), is_partial=is_partial(reading))
        _form(upload)


def is_partial(reading: Reading) -> bool:
    """Whether the reader may have inspected only a part of the rows."""
    return reading.n_rows >= _EXACT_ROWS


def _summary(upload: Upload) -> None:
    with st.container(border=True):
        st.header("How the file was read", anchor=False)
        st.markdown(file_text(upload))
        _mapping(mapping_cells(upload), st.columns(_WIDTHS))
        _parts(upload)
        _unscored(upload)
        _propose_clusters(upload)
        if (choices := one_alone(upload.reading, upload.id)) is not None:
            read_again(upload, choices)
        _warnings(upload.reading)
        offer_apart()
        _files_apart(upload)


def _files_apart(upload: Upload) -> None:
    """Say how each of several files of different rows was read."""
    lines = [f"{name_text(each.name)}: {reading_text(each)}" for each in upload.apart]
    if lines:
        st.markdown(_list(lines))


def file_text(upload: Upload) -> str:
    """Return in Markdown the name, the format and the size of a file."""
    reading = upload.reading
    is_estimate = reading.outcome == "ask" and is_partial(reading)  # before all rows are read
    n_rows = f"about {reading.n_rows:,}" if is_estimate else f"{reading.n_rows:,}"
    return small(f"{escape(upload.read_title)} · {escape(reading.layout)} · {n_rows} rows")


def _mapping(cells: Cells, columns: Sequence[DeltaGenerator]) -> None:
    """Show the parts of a mapping side by side, on a phone below each other."""
    for (heading, lines), column in zip(cells, columns, strict=False):
        column.markdown("  \n".join((small(heading), *lines)))


def _parts(upload: Upload) -> None:
    """Offer the other parts of a threshold table of several; the first one is used."""
    if not has_parts(upload.reading):
        return
    texts = part_texts(upload.reading)
    chosen = st.selectbox(
        "Part of the table", range(len(texts)), format_func=texts.__getitem__, width=400, key=f"part {upload.id}"
    )
    if chosen:
        read_again(upload, upload.reading.candidates[chosen].choices)


def _unscored(upload: Upload) -> None:
    """Say how many rows have no score, by class, and offer to use them the other way."""
    sentences = [warning.sentence for warning in upload.reading.warnings if warning.kind == "unscored"]
    choices = upload.reading.proposal
    if not sentences or choices is None:
        return
    st.markdown("  \n".join(map(escape, sentences)))
    label = "Leave them out" if choices.count_unscored else "Count them as not flagged"
    about = (
        "A case that a detector never proposed, or a pair that was never compared, is a decision, too: not flagged at "
        "any threshold. Counted, such rows lower recall where they are positive."
    )
    if st.button(label, key=f"unscored {upload.id}", help=about):
        read_again(upload, replace(choices, count_unscored=not choices.count_unscored))


def _propose_clusters(upload: Upload) -> None:
    """Offer a column that may name the patient, user or document that several rows belong to."""
    choices = upload.reading.proposal
    name = upload.reading.unused_cluster
    if choices is None or name is None or upload.reading.classes is not None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            unused_cluster_text(name_text(name)),
            width="content",
        )
        about = "Rows with the same value are resampled together, and all intervals allow for it. Values do not change."
        is_chosen = st.button("Keep them together", key=f"keep together {upload.id}", help=about)
    if is_chosen:
        read_keeping(upload, replace(choices, cluster=name), state.view())


def _warnings(reading: Reading) -> None:
    """Show the warnings in one box, in the reader's order, and the notes in another one."""
    sentences: dict[str, list[str]] = {}
    shown_elsewhere = {"unscored"}  # with its button
    if all(reason.startswith(("missing score", "unreadable score")) for reason in reading.dropped):
        shown_elsewhere.add("many_dropped")  # those sentences count the same rows, by class
    for warning in reading.warnings:
        if warning.kind not in shown_elsewhere:
            sentences.setdefault(warning.kind, []).append(warning.sentence)
    serious = [alike for kind, alike in sentences.items() if kind not in _NOTES]
    notes = [alike for kind, alike in sentences.items() if kind in _NOTES]
    for box, groups in ((st.warning, serious), (st.info, notes)):
        if groups:
            shown = [escape(each) for alike in groups for each in alike[:_MAX_ALIKE]]
            box(shown[0] if len(shown) == 1 else _list(shown))
    rest = [each for alike in (*serious, *notes) for each in alike[_MAX_ALIKE:]]
    if rest:
        with st.expander(f"{len(rest):,} more of the same kind"):
            st.markdown(_list(map(escape, rest)))


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _form(upload: Upload) -> None:
    with st.expander("Change how the file is read" if upload.is_readable else "Choose the columns yourself"):
        choices = mapping_form(upload.reading, upload.id)
        if choices is not None:
            read_again(upload, choices)


def read_again(upload: Upload, choices: Choices) -> None:
    """Read files by other choices; if that is impossible, say so right here, where the choice was made.

    An answer to a question leads on to Decide.
    """
    try:
        read_upload(upload.files, choices, apart=bool(upload.apart))
    except InvalidPredictions as error:
        st.error(escape(str(error)))
        return
    now = state.session().last_upload
    if now is not None and now.is_readable and not upload.is_readable and not state.other_files_awaited():
        st.switch_page(answer_page(now))
    st.rerun()


def mapping_cells(upload: Upload) -> Cells:
    """Describe how an upload was read, with exact areas."""
    reading, models = upload.reading, upload.models
    if reading.classes is not None:
        dropped = [
            f"{formatting.counted(n_rows, 'row')} dropped: {escape(reason)}"
            for reason, n_rows in reading.dropped.items()
        ]
        of_classes: list[tuple[str, Sequence[str]]] = [
            ("True class" if reading.classes.one_per_row else "True labels", truth_texts(reading)),
            ("Scores", class_texts(reading)),
            ("Cases", [f"{len(reading.classes.y_true):,} rows", *dropped]),
        ]
        others = _other_columns(reading)
        return [*of_classes, ("Also", others)] if others else of_classes
    areas = [known_value(*cache.roc_auc(upload.id, each, upload.counted)) for each in models[:_MAX_MODELS]]
    if reading.table is not None:
        return table_cells(reading.table, areas, reading.name)
    choices = reading.candidates[0].choices
    scores = [_score(choices, score) for score in choices.scores if score not in models]
    for model, area in zip(models, areas, strict=False):
        scores.append(_score(choices, model, area))
    if len(models) > _MAX_MODELS:
        scores.append(f"and {len(models) - _MAX_MODELS:,} more")
    n, n_pos = upload.counted.n, upload.counted.n_pos
    cases = [f"{n_pos:,} positive", f"{n - n_pos:,} negative"]
    dropped = [
        f"{formatting.counted(n_rows, 'row')} dropped: {escape(reason)}"
        for reason, n_rows in reading.dropped.items()
        if not reason.startswith("missing score")  # a sentence tells more about these
    ]
    negative = "everything else" if choices.one_vs_rest else name_text(choices.neg_label or "")
    truth = [name_text(choices.truth or ""), f"{name_text(choices.pos_label or '')} against {negative}"]
    if choices.dropped_truth:
        truth.append(f"without rows where it is {names_text(choices.dropped_truth)}")
    if choices.predicted is not None:
        scores.append(f"Confidence in the prediction {name_text(choices.predicted)}")
    cells: list[tuple[str, Sequence[str]]] = [
        ("True class", truth),
        ("Score" if len(models) == 1 else "Scores", scores),
        ("Cases", [*cases, *dropped]),
    ]
    others = _other_columns(reading)
    return [*cells, ("Also", others)] if others else cells


def _other_columns(reading: Reading) -> list[str]:
    """Describe what other columns than the true class and the scores are used for."""
    choices = reading.candidates[0].choices if reading.classes is None else reading.proposal or Choices()
    column = next((each.choices.split for each in reading.candidates if each.choices.split is not None), choices.split)
    lines = []
    if column is not None and column != choices.role and choices.split_value != SPLIT_INTO_CLASSES:
        lines.append(f"Column {name_text(column)}: {parts_text(choices)}")
    if choices.role is not None:
        tuning = None if reading.predictions is None else reading.predictions.tuning
        sizes = ["", ""] if tuning is None else [f" ({n:,} rows)" for n in (tuning.sum(), (~tuning).sum())]
        lines.append(roles_text(choices, sizes))
    uses = {
        "Weight": choices.weight,
        "Cost of a missed case": choices.amount,
        "Groups": choices.group,
        "Rows belong to": choices.cluster,
        "Key": choices.id,
    }
    return [*lines, *(f"{use} {name_text(name)}" for use, name in uses.items() if name is not None)]


def _score(choices: Choices, score: str, area: str | None = None) -> str:
    flipped = ", reversed" if score in choices.flipped else ""
    return f"{name_text(score)}{flipped}{'' if area is None else f', ROC AUC {area}'}"


def parts_text(choices: Choices) -> str:
    """Describe in Markdown which parts of a stacked file are used."""
    if choices.split is None or choices.split_value is None:
        return "all parts pooled"
    if choices.split_value == SPLIT_INTO_MODELS:
        return "each part as a separate model"
    return f"only {name_text(choices.split_value)}"


def roles_text(choices: Choices, sizes: Sequence[str] = ("", "")) -> str:
    """Describe in Markdown the tuning and the evaluation set, each with its size if that is known."""
    if not choices.tune:
        return f"Only rows whose {escape(choices.role or '')} is {names_text(choices.report)}"
    tuning, evaluation = names_text(choices.tune), names_text(choices.report)
    return f"Threshold tuned on {tuning}{sizes[0]}, evaluated on {evaluation}{sizes[1]}"
