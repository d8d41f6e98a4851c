"""The table of strategies against data sets, and all measures on one of them to take away."""

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from f1tools import formatting
from f1tools.export import cell, file_name
from f1tools.palette import colors
from f1tools.repeats import CorrectedInterval, differences, label, mean_objective, mean_ranks, results_frame, title
from f1tools.repeats.formatting import difference_interval_text, difference_text, interval_text
from f1tools.ui.components.markdown import aside
from f1tools.ui.sections.strategies.runs import Run

_STYLE = """
<style>
.f1lab { overflow-x: auto; }
.f1lab:focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
.f1lab table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
.f1lab :is(th, td) { padding: 0.35rem 0.5rem; text-align: right; white-space: nowrap; font-weight: 400;
  border-bottom: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.f1lab thead th { vertical-align: bottom; }
.f1lab thead tr:first-child th { font-weight: 600; text-align: left; border-bottom: 0; }
.f1lab :is(tbody th, thead tr:first-child th:first-child) { text-align: left; position: sticky; left: 0;
  background: light-dark(LIGHT, DARK); }
.f1lab :is(th, td).first { padding-left: 0.9rem;
  border-left: 1px solid color-mix(in srgb, currentColor 18%, transparent); }
.f1lab tbody th { font-weight: 600; }
.f1lab td.ref { background: color-mix(in srgb, currentColor 6%, transparent); }
.f1lab td b { font-weight: 600; }
.f1lab small { font-size: 0.8rem; }
</style>
""".replace("LIGHT", colors("light")["background"]).replace("DARK", colors("dark")["background"])
_NAMES = {
    "strategy": "Strategy",
    "f1_at_0_5": "F1 at 0.5",
    "f1_tuned": "F1 tuned",
    "f1_in_sample": "F1 in sample",
    "compared": "Difference",
    "precision": "Precision",
    "recall": "Recall",
    "g_mean": "G-mean",
    "roc_auc": "ROC AUC",
    "threshold": "Tuned threshold",
    "rank_at_0_5": "Rank at 0.5",
    "rank_tuned": "Rank tuned",
}
_BETTER, _WORSE, _NO_HALF = "▲", "▼", "–"


def all_data(runs: Sequence[Run]) -> None:
    """Show F1 at 0.5 and at the tuned threshold, with interval and rank, of every strategy on every data set."""
    st.header("All strategies on all data" if len(runs) > 1 else "All strategies", anchor=False)
    body = html_table(runs)
    st.html(f"{_STYLE}{body}")
    st.markdown(aside(" ".join(_legend(body))))


def _legend(body: str) -> Iterator[str]:
    """Explain what stands in the table, and nothing else."""
    yield (
        "F1 on test rows, mean over the splits; in small print the 95% interval of the mean. Tuned: at the threshold "
        "that was best on rows set aside for it; in the samples training rows, scored out of fold. Rank: mean place "
        "within a split, by tuned F1; 1 is best. Shaded: what the others are compared with."
    )
    if _BETTER in body or _WORSE in body:
        yield f"{_BETTER} and {_WORSE}: detectably better or worse, all comparisons on the data taken together at 95%."
    else:
        yield "No difference is detectable, all comparisons on the data taken together at 95%."
    if _NO_HALF in body:
        yield f"{_NO_HALF}: the scores are no probabilities, so 0.5 means nothing."


def html_table(runs: Sequence[Run]) -> str:
    """Write the table; every name in it is escaped.

    Parameters
    ----------
    runs : sequence of Run
        At least one.
    """
    columns = [_cells(run) for run in runs]
    models = dict.fromkeys(model for run in runs for model in (run.reference, *run.outcomes.models))
    heads = "".join(f'<th class="first" colspan="3" scope="colgroup">{html.escape(run.short)}</th>' for run in runs)
    below = '<th class="first" scope="col">at 0.5</th><th scope="col">tuned</th><th scope="col">rank</th>' * len(runs)
    lines = "".join(_line(model, columns) for model in models)
    return (
        '<div class="f1lab" role="region" tabindex="0" aria-label="F1 of all strategies on all data"><table><thead>'
        f'<tr><th rowspan="2" scope="col">Strategy</th>{heads}</tr><tr>{below}</tr></thead><tbody>{lines}</tbody>'
        "</table></div>"
    )


def _line(model: str, columns: Iterable[Mapping[str, str]]) -> str:
    nothing = '<td class="first"></td><td></td><td></td>'
    cells = "".join(column.get(model, nothing) for column in columns)
    return f'<tr><th scope="row">{html.escape(title(model))}</th>{cells}</tr>'


def _cells(run: Run) -> dict[str, str]:
    outcomes = run.outcomes
    places, marks = mean_ranks(outcomes), dict(_marks(run))
    found = {}
    for model in outcomes.models:
        half, tuned = mean_objective(outcomes, model, "half"), mean_objective(outcomes, model)
        shade = " ref" if model == run.reference else ""
        found[model] = (
            f'<td class="first{shade}">{_mean(half)}</td>'
            f'<td class="{shade.strip()}">{marks.get(model, "")} <b>{_mean(tuned)}</b>{_ends(tuned)}</td>'
            f'<td class="{shade.strip()}">{places[model]:.1f}</td>'
        )
    return found


def _marks(run: Run) -> Iterator[tuple[str, str]]:
    for each in differences(run.outcomes, run.reference):
        if each.detectable:
            better = each.interval.mean > 0
            said = "detectably better" if better else "detectably worse"
            yield each.model, f'<span role="img" aria-label="{said}">{_BETTER if better else _WORSE}</span>'


def _mean(interval: CorrectedInterval | None) -> str:
    return _NO_HALF if interval is None else formatting.metric_value(interval.mean)


def _ends(interval: CorrectedInterval | None) -> str:
    return "" if interval is None or not interval.defined else f" <small>{interval_text(interval)}</small>"


def measures(run: Run) -> None:
    """Show all measures of one run, and offer them as a file."""
    st.header(f"All measures: {run.short}", anchor=False)
    frame = results_frame(run.outcomes, run.reference)
    columns = {"strategy": [title(model) for model in run.outcomes.models], "compared": _compared(run)}
    shown = frame.assign(**columns).dropna(axis="columns", how="all")
    names = _NAMES | {"compared": f"Difference to {label(run.reference)}, tuned"}
    st.dataframe(
        shown,
        hide_index=True,
        height="content",
        placeholder=_NO_HALF,
        column_order=[name for name in names if name in shown],
        column_config={name: _column(name, said) for name, said in names.items()},
    )
    in_sample = " In sample: at the threshold that was best on the very rows that the network was trained on."
    st.markdown(
        aside(
            "Means over the splits, on test rows; precision, recall and G-mean at the tuned threshold. In brackets the "
            f"intervals of the differences, which hold together at 95%.{in_sample if 'f1_in_sample' in shown else ''}"
        )
    )
    st.download_button(
        "Download as CSV",
        lambda: frame.assign(model=frame["model"].map(cell)).to_csv(index=False).encode(),
        f"strategies-{file_name(run.title)}.csv",
        "text/csv",
        on_click="ignore",
    )


def _column(name: str, said: str) -> Any:
    if name in ("strategy", "compared"):
        return st.column_config.TextColumn(said, pinned=name == "strategy")
    return st.column_config.NumberColumn(said, format="%.1f" if name.startswith("rank") else "%.3f")


def _compared(run: Run) -> list[str]:
    """Write the difference of each strategy to the reference, with its interval."""
    found = {each.model: each for each in differences(run.outcomes, run.reference)}
    texts = []
    for model in run.outcomes.models:
        each = found.get(model)
        sure = "" if each is None or not each.interval.defined else f" ({difference_interval_text(each.interval)})"
        texts.append("" if each is None else f"{difference_text(run.outcomes, each)}{sure}")
    return texts
