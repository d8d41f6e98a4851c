"""How the files of a visitor were read: the question where there is one, the mapping, warnings, and all columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from f1tools import formatting
from f1tools.core.types import InvalidPredictions
from f1tools.readers import SPLIT_INTO_MODELS, Candidate, Choices, Reading
from f1tools.ui.components.html_table import columns_table
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.column_mapping import labels_of, mapping_form
from f1tools.ui.sections.upload import read_upload
from f1tools.ui.session import cache, state
from f1tools.ui.session.data import Upload

_EXACT_ROWS = 4_000  # of a longer table the reader may have inspected only a part before it asks
_MAX_MODELS = 12
_MAX_SCORES = 4  # of a candidate
_MAX_NAME = 150  # characters
_MAX_ALIKE = 2  # warnings of one kind, such as one a model, that are shown at once
_WIDTHS, _BUTTON_WIDTH = (5, 7, 4, 7), 3  # relative, of true class, scores, cases and other columns
_NOTES = ("not_probabilities", "few_values", "confidence", "weighted", "repeats")  # kinds of warnings

Cells = Sequence[tuple[str, Sequence[str]]]
"""Heading and lines of each part of a mapping, in Markdown."""


def mapping_line() -> None:
    """Say in one line how the current upload was read, with a link to the details."""
    upload = state.session().current_upload
    if upload is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(small(f"Read as: {reading_text(upload.reading)}"), width="content")
        n_warnings = len(upload.reading.warnings)
        noted = f" ({n_warnings} {'warning' if n_warnings == 1 else 'warnings'})" if n_warnings else ""
        st.page_link("pages/data.py", label=f"Check or change{noted} →")


def reading_text(reading: Reading) -> str:
    """Return in Markdown what a file was read as."""
    choices, predictions = reading.proposal, reading.predictions
    if choices is None or predictions is None:
        raise RuntimeError("Only a file that was read has such a text.")
    shown = predictions.models[:_MAX_SCORES]
    names = f"{'score' if len(shown) == 1 else 'scores'} {_names(shown)}"
    n_more, n_dropped = len(predictions.models) - len(shown), sum(reading.dropped.values())
    more, dropped = f" and {n_more:,} more" if n_more else "", f", {n_dropped:,} left out" if n_dropped else ""
    return (
        f"truth {_name(choices.truth or '')}, {names}{more}, positive = {_name(predictions.pos_label)} · "
        f"{predictions.n:,} rows{dropped}"
    )


def reading_result() -> None:
    """Show what became of the last upload."""
    upload = state.session().last_upload
    if upload is None:
        return
    reading = upload.reading
    if reading.outcome == "refuse":
        st.error(escape(reading.reason))
    elif reading.outcome == "ask":
        _question(upload)
    else:
        _summary(upload)
    if reading.columns:
        with st.expander(
            f"All columns ({len(reading.columns):,}), with example values", expanded=not upload.is_readable
        ):
            columns_table(reading.columns, reading.proposal or Choices(), is_partial=_is_partial(reading))
        _form(upload)


def _is_partial(reading: Reading) -> bool:
    return reading.n_rows >= _EXACT_ROWS


def _question(upload: Upload) -> None:
    """Ask which of several ways to read the files is right: a row each, likeliest first."""
    reading = upload.reading
    st.subheader("Which columns are right?", anchor=False)
    st.markdown(_file_text(upload))
    st.warning(escape(reading.reason))
    options = [candidate_cells(reading, candidate) for candidate in reading.candidates]
    n_cells = max(map(len, options))
    for number, (cells, candidate) in enumerate(zip(options, reading.candidates, strict=True)):
        with st.container(border=True):
            *columns, last = st.columns([*_WIDTHS[:n_cells], _BUTTON_WIDTH])
            _mapping(cells, columns)
            is_chosen = last.button(f"Use option {number + 1}", key=f"candidate {number}", width="stretch", wrap=True)
            if number == 0 and len(options) > 1:  # a primary button would be too faint in dark mode
                last.markdown(":blue-badge[Most likely]")
            if is_chosen:
                _read_again(upload, candidate.choices)


def _summary(upload: Upload) -> None:
    with st.container(border=True):
        st.subheader("How the file was read", anchor=False)
        st.markdown(_file_text(upload))
        _mapping(mapping_cells(upload), st.columns(_WIDTHS))
        _unscored(upload)
        _warnings(upload.reading)


def _file_text(upload: Upload) -> str:
    reading = upload.reading
    return small(f"{escape(upload.title)} · {escape(reading.layout)} · {reading.n_rows:,} rows")


def _mapping(cells: Cells, columns: Sequence[DeltaGenerator]) -> None:
    """Show the parts of a mapping side by side, on a phone below each other."""
    for (heading, lines), column in zip(cells, columns, strict=False):
        column.markdown("  \n".join((small(heading), *lines)))


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
        _read_again(upload, replace(choices, count_unscored=not choices.count_unscored))


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
            _read_again(upload, choices)


def _read_again(upload: Upload, choices: Choices) -> None:
    """Read files by other choices; if that is impossible, say so right here, where the choice was made."""
    try:
        read_upload(upload.files, choices)
    except InvalidPredictions as error:
        st.error(escape(str(error)))
    else:
        st.rerun()


def candidate_cells(reading: Reading, candidate: Candidate) -> Cells:
    """Describe a possible reading; areas are approximate where not all rows were inspected."""
    choices = candidate.choices
    scores = []
    for score in choices.scores[:_MAX_SCORES]:
        area = candidate.roc_auc.get(score)
        is_rough = _is_partial(reading)
        shown = None if area is None else f"about {area:.2f}" if is_rough else formatting.metric_value(area)
        scores += [_score(choices, score, shown), *_examples(reading, choices.operands(score), candidate.examples)]
    if len(choices.scores) > _MAX_SCORES:
        scores.append(f"and {len(choices.scores) - _MAX_SCORES:,} more")
    cases = [f"{candidate.n_pos:,} positive", f"{candidate.n_neg:,} negative"]
    if _is_partial(reading):
        cases.append(small("among the rows inspected"))
    return _cells(reading, choices, scores, len(choices.scores), cases)


def mapping_cells(upload: Upload) -> Cells:
    """Describe how an upload was read, with exact areas."""
    reading, predictions = upload.reading, upload.predictions
    choices, models = reading.candidates[0].choices, predictions.models
    scores = [_score(choices, score) for score in choices.scores if score not in models]
    for model in models[:_MAX_MODELS]:
        area = formatting.metric_value(cache.roc_auc(upload.id, model, predictions))
        scores.append(_score(choices, model, area))
    if len(models) > _MAX_MODELS:
        scores.append(f"and {len(models) - _MAX_MODELS:,} more")
    cases = [f"{predictions.n_pos:,} positive", f"{predictions.n - predictions.n_pos:,} negative"]
    dropped = [
        f"{n_rows:,} rows dropped: {escape(reason)}"
        for reason, n_rows in reading.dropped.items()
        if not reason.startswith("missing score")  # a sentence tells more about these
    ]
    return _cells(reading, choices, scores, len(models), [*cases, *dropped])


def _cells(reading: Reading, choices: Choices, scores: list[str], n_scores: int, cases: list[str]) -> Cells:
    negative = "everything else" if choices.one_vs_rest else _name(choices.neg_label or "")
    truth = [_name(choices.truth or ""), f"{_name(choices.pos_label or '')} against {negative}"]
    if choices.dropped_truth:
        truth.append(f"without rows where it is {_names(choices.dropped_truth)}")
    if (choices.one_vs_rest or choices.dropped_truth) and choices.truth is not None:
        truth += _examples(reading, (choices.truth,))
    if choices.predicted is not None:
        scores.append(f"Confidence in the prediction {_name(choices.predicted)}")
    uses = {
        "Weight": choices.weight,
        "Cost of a missed case": choices.amount,
        "Groups": choices.group,
        "Key": choices.id,
    }
    others = [
        *_parts(choices, reading),
        *_role_lines(choices, reading),
        *(f"{use} {_name(name)}" for use, name in uses.items() if name is not None),
    ]
    cells = [("True class", truth), ("Score" if n_scores == 1 else "Scores", scores), ("Cases", cases)]
    return [*cells, ("Also", others)] if others else cells


def _examples(reading: Reading, names: Iterable[str], of_part: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Return a line of example values of each column, those of the part that is used where they are known."""
    by_name = {column.name: column.examples for column in reading.columns} | dict(of_part or {})
    return [small(", ".join(map(escape, by_name[name]))) for name in names if by_name.get(name)]


def _score(choices: Choices, score: str, area: str | None = None) -> str:
    flipped = ", reversed" if score in choices.flipped else ""
    return f"{_name(score)}{flipped}{'' if area is None else f', ROC AUC {area}'}"


def _name(name: str) -> str:
    return f"**{escape(formatting.truncate(name, _MAX_NAME))}**"


def _names(names: Iterable[str]) -> str:
    return " and ".join(map(_name, names))


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
        use = f"only {_name(choices.split_value)}"
    return [f"Stacked by {_name(column)}: {use}"]


def _role_lines(choices: Choices, reading: Reading) -> list[str]:
    """Describe the tuning and the evaluation set, with their sizes once all rows are read."""
    if choices.role is None:
        return []
    if not choices.tune:
        return [f"Only rows whose {escape(choices.role)} is {_names(choices.report)}"]
    tuning = None if reading.predictions is None else reading.predictions.tuning
    sizes = ["", ""] if tuning is None else [f" ({n:,} rows)" for n in (tuning.sum(), (~tuning).sum())]
    lines = [f"Threshold tuned on {_names(choices.tune)}{sizes[0]}, evaluated on {_names(choices.report)}{sizes[1]}"]
    others = [label for label in labels_of(reading, choices.role) if label not in choices.tune + choices.report]
    if others and reading.predictions is None:  # afterwards they are listed as dropped rows
        lines.append(f"Not used: {_names(others)}")
    return lines
