"""The summary that the lab prints at its end, computed from the written file by the same code as the dashboard."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from f1tools import formatting
from f1tools.cli.best_text import align_columns
from f1tools.export import cell
from f1tools.lab.protocol import OOF, TEST
from f1tools.lab.task import Task
from f1tools.readers import Choices, read_repeated
from f1tools.repeats import (
    Outcomes,
    default_reference,
    differences,
    findings,
    label,
    mean_objective,
    mean_ranks,
    method,
    outcomes,
    strategy_key,
)
from f1tools.repeats.strategy_names import PLAIN


def summary(output: Path, task: Task, strategies: Sequence[str]) -> str:
    """Read the written file and return its summary: the table, the findings and the method."""
    choices = Choices(
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
    repeated = read_repeated(output, choices=choices)
    assert repeated is not None  # noqa: S101 - it was written with repeats and roles
    result = outcomes(repeated)
    reference = default_reference(result.models)
    columns = [column for column in zip(*_rows(result, reference), strict=True) if any(column[1:])]  # few splits: none
    paragraphs = ["\n".join(align_columns(list(zip(*columns, strict=True))))]
    if strategy_key(reference) != PLAIN and len(result.models) > 1:
        name = label(reference)
        paragraphs.append(f"Without plain training, the others are compared with {name}, the first in the file.")
    conclusions = findings(result)
    return "\n\n".join([*paragraphs, conclusions.headline, *conclusions.details, method(result)])


def _rows(result: Outcomes, reference: str) -> Iterator[list[str]]:
    """Return the table of the strategies: a header, and one row for each in the order of the file."""
    metric = result.objective.label
    compared = {each.model: each for each in differences(result, reference)}
    ranks = mean_ranks(result)
    versus = f"to {label(reference)}"
    yield ["strategy", f"{metric} at 0.5", f"{metric} tuned", "95% interval", "rank", versus, "interval"]
    for model in result.models:
        half, tuned = mean_objective(result, model, "half"), mean_objective(result, model)
        difference = compared.get(model)
        yield [
            label(model),
            "" if math.isnan(half.mean) else formatting.metric_value(half.mean),
            formatting.metric_value(tuned.mean),
            tuned.text if tuned.defined else "",
            f"{ranks[model]:.1f}",
            "" if difference is None else difference.text,
            "" if difference is None or not difference.interval.defined else difference.interval.signed_text,
        ]
