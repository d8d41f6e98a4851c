"""How a file is understood, in Markdown: what was read, and the ways that are still open."""

from f1tools import formatting
from f1tools.readers import SPLIT_INTO_MODELS, Candidate, Choices, Reading
from f1tools.ui.components.markdown import plain
from f1tools.ui.session import cache
from f1tools.ui.session.data import Upload

_ALL_LOOKED_AT = 4_000  # rows: of a longer table the reader may have looked at a part only, before it asks
_MOST_MODELS = 12


def candidate_text(reading: Reading, candidate: Candidate) -> str:
    """Say how a file could be read, one line for each part; areas are rough where not all rows were looked at."""
    choices = candidate.choices
    rough = reading.n_rows >= _ALL_LOOKED_AT
    lines = [_truth(choices)]
    for score in choices.scores:
        area = candidate.roc_auc.get(score)
        known = (
            ""
            if area is None
            else f", ROC AUC about {area:.2f}"
            if rough
            else f", ROC AUC {formatting.metric_value(area)}"
        )
        lines.append(f"{_score(choices, score)}{known}")
    lines += [*_parts(choices, reading), *_roles(choices, reading), *_other_columns(choices)]
    looked_at = " among the rows looked at" if rough else ""
    lines.append(f"{candidate.n_pos:,} positive and {candidate.n_neg:,} negative cases{looked_at}")
    return "  \n".join(lines)


def recognised_text(upload: Upload) -> str:
    """Say how a file was read, one line for each part; areas are the exact ones of the other pages."""
    choices, predictions = upload.reading.candidates[0].choices, upload.predictions
    models = predictions.models
    lines = [_truth(choices)]
    named = {
        model: _score(choices, model) if model in choices.scores else f"Model **{plain(model)}**" for model in models
    }
    lines += [_score(choices, score) for score in choices.scores if score not in named]
    for model in models[:_MOST_MODELS]:
        area = cache.roc_auc(upload.id, model, predictions)
        lines.append(f"{named[model]}, ROC AUC {formatting.metric_value(area)}")
    if len(models) > _MOST_MODELS:
        lines.append(f"and {len(models) - _MOST_MODELS:,} more models")
    lines += [*_parts(choices, upload.reading), *_roles(choices, upload.reading), *_other_columns(choices)]
    lines.append(f"{predictions.n_pos:,} positive and {predictions.n - predictions.n_pos:,} negative cases")
    return "  \n".join(lines)


def _truth(choices: Choices) -> str:
    against = "everything else" if choices.one_vs_rest else f"**{plain(choices.neg_label or '')}**"
    return f"True class **{plain(choices.truth or '')}**: **{plain(choices.pos_label or '')}** against {against}"


def _score(choices: Choices, score: str) -> str:
    return f"Score **{plain(score)}**{', turned around' if score in choices.flipped else ''}"


def _roles(choices: Choices, reading: Reading) -> list[str]:
    """Say which rows choose the threshold and which report; how many they are, where all have been read."""
    if choices.role is None:
        return []
    tuning = None if reading.predictions is None else reading.predictions.tuning
    sizes = ["", ""] if tuning is None else [f" ({rows:,} rows)" for rows in (tuning.sum(), (~tuning).sum())]
    tune, report = (" and ".join(f"**{plain(name)}**" for name in names) for names in (choices.tune, choices.report))
    if not choices.tune:
        return [f"Only rows whose {plain(choices.role)} is {report}"]
    return [f"Threshold chosen on {tune}{sizes[0]}, numbers from {report}{sizes[1]}", *_left_out(choices, reading)]


def _left_out(choices: Choices, reading: Reading) -> list[str]:
    """Name the rows without a role, until they are counted."""
    labels = [label for column in reading.columns if column.name == choices.role for label, _ in column.labels]
    others = [f"**{plain(label)}**" for label in labels if label not in choices.tune + choices.report]
    if not others or reading.predictions is not None:
        return []
    return [f"Left out: {' and '.join(others)}"]


def _other_columns(choices: Choices) -> list[str]:
    """Name what the other columns are for."""
    parts = {
        "Confidence in the label": choices.predicted,
        "Left out where the true class is": ", ".join(choices.dropped_truth) or None,
        "Weight": choices.weight,
        "Cost of a missed case": choices.amount,
        "Groups": choices.group,
        "Key": choices.id,
    }
    return [f"{part} **{plain(name)}**" for part, name in parts.items() if name is not None]


def _parts(choices: Choices, reading: Reading) -> list[str]:
    """Say what becomes of parts that are stacked on top of each other, where a column has such parts."""
    ways = (choices, *(each.choices for each in reading.candidates))
    column = next((way.split for way in ways if way.split is not None), None)
    if column is None or column == choices.role:
        return []
    if choices.split is None or choices.split_value is None:
        what = "all parts pooled"
    elif choices.split_value == SPLIT_INTO_MODELS:
        what = "each part by itself, as a model of its own"
    else:
        what = f"only **{plain(choices.split_value)}**"
    return [f"Stacked by **{plain(column)}**: {what}"]
