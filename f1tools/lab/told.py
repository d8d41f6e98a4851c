"""What the lab says at its end: all of it is computed from the file that it wrote, by what the dashboard shows too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from f1tools import formatting
from f1tools.cli.best_text import aligned
from f1tools.core.progress import OnProgress, ignore_progress
from f1tools.export import cell
from f1tools.lab.protocol import OOF, TEST
from f1tools.lab.task import Task
from f1tools.readers import Choices, read_repeated
from f1tools.repeats import Outcomes, default_reference, differences, findings, label, method, outcomes, ranks, reached
from f1tools.repeats.naming import PLAIN, stripped
from f1tools.repeats.telling import ends_text, gap, has_ends, mean_of, signed_text


def choices_of(task: Task, strategies: Sequence[str]) -> Choices:
    """Say which columns of the written file mean what: the reader would find the same."""
    return Choices(
        truth="y_true",
        scores=tuple(f"score_{name}" for name in strategies),
        pos_label=cell(task.pos_label),
        neg_label=cell(task.neg_label),
        id="id",
        split="repeat",
        split_value="1",
        role="set",
        tune=(OOF,),
        report=(TEST,),
    )


def told(output: Path, choices: Choices, *, on_progress: OnProgress = ignore_progress) -> str:
    """Read what was written, and say what it shows: the table, the findings, how the numbers came about."""
    repeated = read_repeated(output, choices=choices)
    assert repeated is not None  # noqa: S101 - it was written with repeats and roles
    found = outcomes(repeated, on_progress=on_progress)
    said = findings(found)
    columns = [each for each in zip(*_rows(found), strict=True) if any(each[1:])]  # a few splits give no intervals
    table = "\n".join(aligned(list(zip(*columns, strict=True))))
    return "\n\n".join([table, *_compared_with(found), said.headline, *said.details, method(found)])


def _compared_with(found: Outcomes) -> Iterator[str]:
    """Say what the others are compared with where plain training is not there."""
    reference = default_reference(found.models)
    if stripped(reference) != PLAIN and len(found.models) > 1:
        yield f"Without plain training, the others are compared with {label(reference)}, the first in the file."


def _rows(found: Outcomes) -> Iterator[list[str]]:
    """Give the table of the strategies: a row each, in the order of the file."""
    reference = default_reference(found.models)
    name = found.objective.label
    compared = {each.model: each for each in differences(found, reference)}
    ranked = ranks(found)
    yield ["strategy", f"{name} at 0.5", f"{name} tuned", "95% interval", "rank", f"to {label(reference)}", "interval"]
    for model in found.models:
        half, tuned, other = reached(found, model, "half"), reached(found, model), compared.get(model)
        yield [
            label(model),
            "" if half is None else formatting.metric_value(half.mean),
            formatting.metric_value(mean_of(found, model)),
            "" if tuned is None or not has_ends(tuned) else ends_text(tuned),
            f"{ranked[model]:.1f}",
            "" if other is None else gap(found, other),
            "" if other is None or not has_ends(other.interval) else signed_text(other.interval),
        ]
