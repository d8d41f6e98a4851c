"""Tables: all strategies on all data sets, and all metrics on one data set for download."""

import html
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from f1tools import formatting
from f1tools.export import cell, file_name
from f1tools.repeats import CorrectedInterval, differences, label, mean_objective, mean_ranks, results_frame, title
from f1tools.ui.components.html_table import scrolling_table
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.sections.strategies import Experiment

_STYLE = """
<style>
.f1lab thead tr:first-child th { text-align: left; border-bottom: 0; }
.f1lab :is(th, td).first { padding-left: 0.9rem;
  border-left: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.f1lab td.ref { background: color-mix(in srgb, currentColor 6%, transparent); }
.f1lab td b { font-weight: 600; }
</style>
"""
_COLUMNS = {
    "strategy": "Strategy",
    "f1_at_0_5": "F1 at 0.5",
    "f1_tuned": "F1 tuned",
    "f1_in_sample": "Test F1, threshold chosen in sample",
    "difference_text": "Difference",
    "precision": "Precision",
    "recall": "Recall",
    "g_mean": "G-mean",
    "roc_auc": "ROC AUC",
    "threshold": "Tuned threshold",
    "rank_at_0_5": "Rank at 0.5",
    "rank_tuned": "Rank tuned",
}
_BETTER, _WORSE, _NO_VALUE = "▲", "▼", "–"


def all_data(experiments: Sequence[Experiment]) -> None:
    """Show F1 at 0.5 and at the tuned threshold, with interval and rank, of every strategy on every data set."""
    st.header("All strategies on all data" if len(experiments) > 1 else "All strategies", anchor=False)
    body = html_table(experiments)
    st.html(f"{body}{_STYLE}")
    st.markdown(small(" ".join(_legend(body))))


def _legend(body: str) -> Iterator[str]:
    """Explain what the table contains, and nothing else."""
    yield (
        "F1 on test rows, mean over the splits; the small print is the 95% confidence interval of the mean. Tuned: at "
        "the threshold that was best on rows set aside for tuning; in the samples these are training rows, scored out "
        "of fold. Rank: mean rank within a split by tuned F1; 1 is best. Shaded: the reference of the comparison."
    )
    if _BETTER in body or _WORSE in body:
        yield f"{_BETTER} and {_WORSE}: detectably better or worse, at 95% for all comparisons on these data together."
    else:
        yield "No difference is detectable, at 95% for all comparisons on these data together."
    if _NO_VALUE in body:
        yield f"{_NO_VALUE}: the scores are not probabilities, so 0.5 has no meaning."


def html_table(experiments: Sequence[Experiment]) -> str:
    """Return the table as HTML; every name in it is escaped.

    Parameters
    ----------
    experiments : sequence of Experiment
        At least one.
    """
    columns = [_cells(each) for each in experiments]
    models = dict.fromkeys(model for each in experiments for model in (each.reference, *each.outcomes.models))
    names = "".join(
        f'<th class="first" colspan="3" scope="colgroup">{html.escape(each.name)}</th>' for each in experiments
    )
    units = '<th class="first" scope="col">at 0.5</th><th scope="col">tuned</th><th scope="col">rank</th>'
    rows = "".join(_row(model, columns) for model in models)
    head = f'<tr><th rowspan="2" scope="col">Strategy</th>{names}</tr><tr>{units * len(experiments)}</tr>'
    return scrolling_table("F1 of all strategies on all data", head, rows, kind="f1lab")


def _row(model: str, columns: Iterable[Mapping[str, str]]) -> str:
    empty = '<td class="first"></td><td></td><td></td>'
    cells = "".join(column.get(model, empty) for column in columns)
    return f'<tr><th scope="row">{html.escape(title(model))}</th>{cells}</tr>'


def _cells(experiment: Experiment) -> dict[str, str]:
    """Return the three cells of each strategy."""
    outcomes = experiment.outcomes
    ranks, marks = mean_ranks(outcomes), dict(_marks(experiment))
    cells = {}
    for model in outcomes.models:
        half, tuned = mean_objective(outcomes, model, "half"), mean_objective(outcomes, model)
        shade = " ref" if model == experiment.reference else ""
        interval = f" <small>{tuned.text}</small>" if tuned.defined else ""
        cells[model] = (
            f'<td class="first{shade}">{_mean(half)}</td>'
            f'<td class="{shade.strip()}">{marks.get(model, "")} <b>{_mean(tuned)}</b>{interval}</td>'
            f'<td class="{shade.strip()}">{ranks[model]:.1f}</td>'
        )
    return cells


def _marks(experiment: Experiment) -> Iterator[tuple[str, str]]:
    for each in differences(experiment.outcomes, experiment.reference):
        if each.detectable:
            symbol, name = (_BETTER, "better") if each.interval.mean > 0 else (_WORSE, "worse")
            yield each.model, f'<span role="img" aria-label="detectably {name}">{symbol}</span>'


def _mean(interval: CorrectedInterval) -> str:
    return _NO_VALUE if math.isnan(interval.mean) else formatting.metric_value(interval.mean)


def all_metrics(experiment: Experiment) -> None:
    """Show all metrics of one experiment, and offer them as a file."""
    st.header(f"All metrics: {escape(experiment.name)}", anchor=False)
    frame = results_frame(experiment.outcomes, experiment.reference)
    columns = {
        "strategy": [title(model) for model in experiment.outcomes.models],
        "difference_text": _difference_texts(experiment),
    }
    table = frame.assign(**columns).dropna(axis="columns", how="all")
    names = _COLUMNS | {"difference_text": f"Difference to {label(experiment.reference)}, tuned"}
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        placeholder=_NO_VALUE,
        column_order=[name for name in names if name in table],
        column_config={name: _column(name, heading) for name, heading in names.items()},
    )
    in_sample = " Chosen in sample: best on the same rows that the network was trained on."
    st.markdown(
        small(
            "Means over the splits, on test rows; precision, recall and G-mean at the tuned threshold. In brackets the "
            "confidence intervals of the differences, simultaneous at 95%."
            f"{in_sample if 'f1_in_sample' in table else ''}"
        )
    )
    st.download_button(
        "Download as CSV",
        lambda: frame.assign(model=frame["model"].map(cell)).to_csv(index=False).encode(),
        f"strategies-{file_name(experiment.title)}.csv",
        "text/csv",
        on_click="ignore",
    )


def _column(name: str, heading: str) -> Any:
    if name in ("strategy", "difference_text"):
        return st.column_config.TextColumn(heading, pinned=name == "strategy")
    return st.column_config.NumberColumn(heading, format="%.1f" if name.startswith("rank") else "%.3f")


def _difference_texts(experiment: Experiment) -> list[str]:
    """Return the difference of each strategy to the reference, with its interval."""
    by_model = {each.model: each for each in differences(experiment.outcomes, experiment.reference)}
    texts = []
    for model in experiment.outcomes.models:
        each = by_model.get(model)
        if each is None:
            texts.append("")
            continue
        interval = f" ({each.interval.signed_text})" if each.interval.defined else ""
        texts.append(f"{each.text}{interval}")
    return texts
