"""How a file was read, or could be read, in Markdown."""

from collections.abc import Iterable

from f1tools import formatting
from f1tools.readers import SPLIT_INTO_MODELS, Candidate, Choices, Reading
from f1tools.ui.components.markdown import escape
from f1tools.ui.session import cache
from f1tools.ui.session.data import Upload

_EXACT_ROWS = 4_000  # of a longer table the reader may have inspected only a part before it asks
_MAX_MODELS = 12


def candidate_text(reading: Reading, candidate: Candidate) -> str:
    """Describe a possible reading, one line per role; areas are approximate where not all rows were inspected."""
    choices = candidate.choices
    approximate = reading.n_rows >= _EXACT_ROWS
    lines = [_truth(choices)]
    for score in choices.scores:
        area = candidate.roc_auc.get(score)
        shown = "" if area is None else f"about {area:.2f}" if approximate else formatting.metric_value(area)
        lines.append(f"{_score(choices, score)}{f', ROC AUC {shown}' if shown else ''}")
    lines += [*_parts(choices, reading), *_roles(choices, reading), *_other_columns(choices)]
    inspected = " among the rows inspected" if approximate else ""
    lines.append(f"{candidate.n_pos:,} positive and {candidate.n_neg:,} negative cases{inspected}")
    return "  \n".join(lines)


def mapping_text(upload: Upload) -> str:
    """Describe how an upload was read, one line per role, with exact areas."""
    choices, predictions = upload.reading.candidates[0].choices, upload.predictions
    models = predictions.models
    lines = [_truth(choices), *(_score(choices, score) for score in choices.scores if score not in models)]
    for model in models[:_MAX_MODELS]:
        name = _score(choices, model) if model in choices.scores else f"Model **{escape(model)}**"
        area = cache.roc_auc(upload.id, model, predictions)
        lines.append(f"{name}, ROC AUC {formatting.metric_value(area)}")
    if len(models) > _MAX_MODELS:
        lines.append(f"and {len(models) - _MAX_MODELS:,} more models")
    lines += [*_parts(choices, upload.reading), *_roles(choices, upload.reading), *_other_columns(choices)]
    lines.append(f"{predictions.n_pos:,} positive and {predictions.n - predictions.n_pos:,} negative cases")
    return "  \n".join(lines)


def _truth(choices: Choices) -> str:
    negative = "everything else" if choices.one_vs_rest else f"**{escape(choices.neg_label or '')}**"
    return f"True class **{escape(choices.truth or '')}**: **{escape(choices.pos_label or '')}** against {negative}"


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


def _roles(choices: Choices, reading: Reading) -> list[str]:
    """Describe the tuning and the evaluation set, with their sizes once all rows are read."""
    if choices.role is None:
        return []
    if not choices.tune:
        return [f"Only rows whose {escape(choices.role)} is {_names(choices.report)}"]
    tuning = None if reading.predictions is None else reading.predictions.tuning
    sizes = ["", ""] if tuning is None else [f" ({n:,} rows)" for n in (tuning.sum(), (~tuning).sum())]
    lines = [f"Threshold tuned on {_names(choices.tune)}{sizes[0]}, evaluated on {_names(choices.report)}{sizes[1]}"]
    labels = [label for column in reading.columns if column.name == choices.role for label, _ in column.labels]
    others = [label for label in labels if label not in choices.tune + choices.report]
    if others and reading.predictions is None:  # afterwards they are listed as dropped rows
        lines.append(f"Not used: {_names(others)}")
    return lines


def _other_columns(choices: Choices) -> list[str]:
    """Describe the use of the other columns."""
    uses = {
        "Confidence in the label": choices.predicted,
        "Dropped where the true class is": ", ".join(choices.dropped_truth) or None,
        "Weight": choices.weight,
        "Cost of a missed case": choices.amount,
        "Groups": choices.group,
        "Key": choices.id,
    }
    return [f"{use} **{escape(name)}**" for use, name in uses.items() if name is not None]
