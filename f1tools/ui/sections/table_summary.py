"""What was recognized in a threshold table: in a line, and by source, models, cases and groups."""

from collections.abc import Iterator, Sequence

from f1tools import formatting
from f1tools.core.bins import several_scores
from f1tools.core.curve import ThresholdCurve
from f1tools.readers import Reading
from f1tools.threshold_table import CountedRows, ThresholdTable
from f1tools.ui.components.markdown import escape

_MAX_MODELS = 12
_MAX_NAME = 150  # characters


def table_text(table: ThresholdTable) -> str:
    """Return in Markdown what a threshold table is about."""
    counted = table.by_model[table.models[0]]
    names = formatting.join_names(_name(each) for each in table.models[:_MAX_MODELS])
    more = f" and {len(table.models) - _MAX_MODELS:,} more" if len(table.models) > _MAX_MODELS else ""
    n_dropped = sum(counted.dropped.values())
    dropped = f", {n_dropped:,} left out" if n_dropped else ""
    return (
        f"a threshold table, {'scores' if len(table.models) > 1 else 'score'} {names}{more}, positive = "
        f"{_name(table.pos_label)} · {counted.n:,} rows{dropped}, {_precision_text(counted.curve)}"
    )


def table_cells(table: ThresholdTable, areas: Sequence[str], file_name: str) -> list[tuple[str, Sequence[str]]]:
    """Describe a threshold table: heading and lines of each part, in Markdown.

    Parameters
    ----------
    table : ThresholdTable
    areas : sequence of str
        The ROC AUC of the first models.
    file_name : str
        A table of another tool does not say what it was counted from, and is its own source.
    """
    models = [
        f"{_name(model)}, ROC AUC {area}, {_precision_text(table.by_model[model].curve)}"
        for model, area in zip(table.models[:_MAX_MODELS], areas, strict=False)
    ]
    if len(table.models) > _MAX_MODELS:
        models.append(f"and {len(table.models) - _MAX_MODELS:,} more")
    cells: list[tuple[str, Sequence[str]]] = [
        ("Counted", list(_source(table, file_name))),
        ("Scores" if len(table.models) > 1 else "Score", models),
        ("Cases", list(_cases(table, table.by_model[table.models[0]]))),
    ]
    others = list(_others(table))
    return [*cells, ("Also", others)] if others else cells


def has_parts(reading: Reading) -> bool:
    """Return whether a file is a threshold table of several parts, such as classes, of which one is to be chosen."""
    return bool(reading.candidates) and not any(each.choices.scores for each in reading.candidates)


def part_texts(reading: Reading) -> list[str]:
    """Describe the parts in Markdown."""
    return [escape(each.reason) for each in reading.candidates]


def _name(name: str) -> str:
    return f"**{escape(formatting.truncate(name, _MAX_NAME))}**"


def _precision_text(curve: ThresholdCurve) -> str:
    """Say at how many thresholds counts are known, and whether that is at all of them."""
    n, n_bins = len(curve) - 1, int(several_scores(curve).sum())
    thresholds = f"{n:,} threshold{'' if n == 1 else 's'}"
    if curve.is_exact:
        return f"exact, {thresholds}"
    return f"{thresholds}, {'each a bin' if n_bins == n else f'{n_bins:,} of them bins'} of several scores"


def _source(table: ThresholdTable, file_name: str) -> Iterator[str]:
    source = table.source
    name = "" if source.name == file_name else source.name
    if name:
        yield _name(name)
    engine = f"by {escape(formatting.truncate(source.engine, 60))}" if source.engine else ""
    when = f"on {escape(formatting.truncate(source.created.partition('T')[0], 30))}" if source.created else ""
    if engine or when:
        yield formatting.capitalized(" ".join(filter(None, (engine, when))))
    if not any((name, engine, when)):
        yield "Not known by what or when"
    if source.objectives:
        names = formatting.join_names(escape(formatting.truncate(each, 60)) for each in source.objectives)
        yield f"The best threshold is exact for {names}"


def _cases(table: ThresholdTable, counted: CountedRows) -> Iterator[str]:
    if table.weighted:
        curve = counted.curve
        share = float(curve.positives) / (float(curve.positives) + float(curve.negatives))
        yield f"{counted.n:,}, {formatting.percent(share)} of their weight positive"
    else:
        yield f"{table.n_pos:,} positive"
        yield f"{counted.n - table.n_pos:,} negative"
    yield f"{_name(table.pos_label)} against {_name(table.neg_label)}"
    for reason, n_rows in counted.dropped.items():
        if n_rows:
            yield f"{n_rows:,} row{'' if n_rows == 1 else 's'} left out: {escape(reason)}"


def _others(table: ThresholdTable) -> Iterator[str]:
    if table.groups:
        n, column = max(map(len, table.groups.values())), table.group_column
        by = f" by {_name(column)}" if column else ""
        yield f"{n:,} group{'' if n == 1 else 's'}{by}"
    if table.weighted:
        weight = f" {_name(table.source.sample_weight)}" if table.source.sample_weight else ""
        yield f"Weight{weight}"
    if table.source.y_true:
        yield f"True class {_name(table.source.y_true)}"
