"""Strategies: the data that are compared, the findings with their charts, and how to use one's own table."""

import math
from dataclasses import dataclass

import streamlit as st

from f1tools import formatting
from f1tools.core.types import InvalidPredictions
from f1tools.plots import DumbbellRow, plot_dumbbell, plot_strategy_curves
from f1tools.repeats import (
    STRATEGY_INFO,
    Outcomes,
    default_reference,
    findings,
    mean_objective,
    mean_ranks,
    method,
    strategy_key,
    title,
)
from f1tools.repeats.curves import By
from f1tools.ui.components import figures
from f1tools.ui.components.browser import copy_link
from f1tools.ui.components.markdown import escape, small
from f1tools.ui.launch import is_checkout
from f1tools.ui.session import cache, state
from f1tools.ui.session.data import Sample, all_samples
from f1tools.ui.session.uploads import StrategyData
from f1tools.ui.session.widget_echo import bind

_AXES: dict[By, str] = {"threshold": "Threshold", "flagged": "Share flagged"}
_COMMAND = "python -m f1tools.lab data.csv --target y -o predictions.csv"


@dataclass(frozen=True, eq=False)
class Experiment:
    """A comparison of strategies on one data set.

    Attributes
    ----------
    about
        What the data are; empty for an upload.
    """

    id: str
    title: str
    about: str
    data: StrategyData

    @property
    def name(self) -> str:
        """The title, short enough for a heading or a button."""
        return formatting.truncate(self.title, 32)

    @property
    def outcomes(self) -> Outcomes:
        """What each strategy achieved."""
        return self.data.outcomes

    @property
    def reference(self) -> str:
        """The strategy that the others are compared with: the chosen one, else the default."""
        models, chosen = self.outcomes.models, state.view().reference
        return chosen if chosen in models else default_reference(models)

    @property
    def others(self) -> list[str]:
        """All other strategies."""
        return [model for model in self.outcomes.models if model != self.reference]

    @property
    def highlighted(self) -> str:
        """The strategy whose curve is drawn: the chosen one, else the best that can be drawn."""
        view, others = state.view(), self.others
        if view.strategy in others:
            return str(view.strategy)
        ranks = mean_ranks(self.outcomes)
        drawable = [each for each in others if view.by_share or "half" in self.outcomes.results[each].choices]
        return min(drawable or others or [self.reference], key=lambda model: ranks[model])


@dataclass(frozen=True, eq=False)
class Experiments:
    """All experiments by id, the upload first; and why the upload cannot be compared, where it should be."""

    by_id: dict[str, Experiment]
    error: str

    @property
    def current(self) -> Experiment:
        """The chosen experiment, else the one on the current data set, else the first."""
        preferred = (state.view().experiment, state.dataset().id)
        return next((self.by_id[each] for each in preferred if each in self.by_id), next(iter(self.by_id.values())))

    @property
    def comparable(self) -> list[Experiment]:
        """The current experiment, followed by all that share a strategy with it: what one table can show."""
        current, models = self.current, set(self.current.outcomes.models)
        others = (each for each in self.by_id.values() if each is not current)
        return [current, *(each for each in others if models & set(each.outcomes.models))]


def all_experiments() -> Experiments:
    """Compare the strategies on all data that have repeated splits."""
    try:
        uploaded, error = _from_upload(), ""
    except InvalidPredictions as invalid:
        uploaded, error = None, str(invalid)
    experiments = [uploaded, *(_from_sample(sample) for sample in all_samples().values() if sample.lab)]
    return Experiments({each.id: each for each in experiments if each is not None}, error)


def drop_unknown(experiments: Experiments) -> None:
    """Reset what a link names and is not there: data, the strategy whose curve is drawn, the one to compare with."""
    view, current = state.view(), experiments.current
    shown = {
        "experiment": (view.experiment, list(experiments.by_id), current.title),
        "strategy": (view.strategy, current.others, title(current.highlighted)),
        "reference": (view.reference, current.outcomes.models, title(current.reference)),
    }
    unknown = {name: text for name, (value, known, text) in shown.items() if value not in (None, *known)}
    if unknown:
        state.drop_unknown(unknown)


def _from_upload() -> Experiment | None:
    upload = state.session().upload
    data = None if upload is None else cache.uploaded_strategies(upload.id, upload)
    if upload is None or data is None:
        return None
    return Experiment(upload.id, upload.title, "", data)


def _from_sample(sample: Sample) -> Experiment:
    data = cache.sample_strategies(sample.id)
    return Experiment(sample.id, sample.title, sample.sentence, data)


def question() -> None:
    """State the question that the page answers."""
    st.markdown(
        "When one class is rare, should you resample the rows, weight the classes, create synthetic rows, change the "
        "loss, or just move the threshold? The fair comparison: every strategy on the same splits, **each at its own "
        "tuned threshold**, on test rows that were not used to choose it."
    )


def picker(experiments: Experiments) -> Experiment:
    """Ask for the data and for the strategy to compare with, and describe the data."""
    experiment = experiments.current
    _upload_note(experiments)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.pills(
            "Data",
            list(experiments.by_id),
            format_func=lambda each: escape(experiments.by_id[each].name),
            required=True,
            label_visibility="collapsed",
            **bind("lab picker", experiment.id, "experiment", strategy=None),
        )
        st.selectbox(
            "Compare with",
            experiment.outcomes.models,
            format_func=lambda model: f"Compare with: {title(model)}",
            label_visibility="collapsed",
            width=240,
            **bind("reference picker", experiment.reference, "reference"),
        )
        copy_link(key="copy link")
    positive = formatting.truncate(experiment.data.repeated.pos_label)
    st.markdown(f"**{escape(experiment.title)}**. {escape(experiment.about)} Positive: {escape(positive)}.")
    return experiment


def _upload_note(experiments: Experiments) -> None:
    """Explain why the visitor's file is not among the experiments, where it is not."""
    data = state.dataset()
    if experiments.error:
        st.error(escape(f"Your file can't be compared here. {experiments.error}"))
    elif not data.is_sample and data.id not in experiments.by_id:
        st.info(
            f"{escape(data.title)} does not contain the scores of several strategies over several splits, so this page "
            "shows samples. See below how to compare the strategies on your own table."
        )


def verdict(experiment: Experiment) -> None:
    """Show what the data support, further findings, and the method."""
    result = findings(experiment.outcomes, experiment.reference)
    with st.container(border=True):
        st.markdown(f"**{escape(result.headline)}**")
        st.markdown("\n".join(f"- {escape(each)}" for each in result.details))
    st.markdown(small(escape(method(experiment.outcomes))))


def dumbbell(experiment: Experiment) -> None:
    """Show each strategy at 0.5 and at its tuned threshold: the reference first, then the best ones."""
    outcomes = experiment.outcomes
    rows = {}
    for model in outcomes.models:
        half, tuned = mean_objective(outcomes, model, "half"), mean_objective(outcomes, model)
        rows[model] = DumbbellRow(title(model), None if math.isnan(half.mean) else half.mean, tuned)
    order = sorted(rows, key=lambda model: (model != experiment.reference, -rows[model].tuned.mean))
    figures.show(
        plot_dumbbell([rows[model] for model in order], flag_all=outcomes.flag_all, theme="streamlit"),
        "dumbbell",
        experiment.title,
    )


def curves(experiment: Experiment) -> None:
    """Show the curve of one strategy beside the reference, with all others in the background."""
    by: By = "flagged" if state.view().by_share else "threshold"
    figure = plot_strategy_curves(
        cache.strategy_curves(experiment.id, by, experiment.data),
        highlighted=experiment.highlighted,
        reference=experiment.reference,
        by=by,
        name_of=title,
        theme="streamlit",
    )
    figures.show(figure, "strategy-curves", experiment.title)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Strategy",
            experiment.others or [experiment.reference],
            format_func=title,
            width=200,
            **bind("strategy picker", experiment.highlighted, "strategy"),
        )
        st.pills(
            "Against",
            list(_AXES),
            format_func=lambda each: _AXES[each],
            required=True,
            **bind("curve axis", by, "by_share", lambda each: each == "flagged"),
        )


def instructions(experiment: Experiment) -> None:
    """Explain how to run the lab and use its file, and link to the pages that show the rows."""
    st.header("On your own table", anchor=False)
    st.markdown(
        "Run the lab where your data are: it trains every strategy on every split and writes one CSV with all scores. "
        "Upload that file on the Data page to see it here. Any other file with a score column for each strategy works "
        "as well: call its columns `id` (the row), `repeat` (the split) and `set` (`oof` for rows that a threshold may "
        "be tuned on, `test` for rows that test it), or choose the columns on the Data page."
    )
    packages = "-r requirements-lab.txt" if is_checkout() else '"f1tools[lab]"'
    st.code(f"pip install {packages}\n{_COMMAND}", language=None, wrap_lines=True)
    with st.container(horizontal=True):
        st.page_link("pages/data.py", label="Upload your file →")
        if state.dataset().id != experiment.id and st.button(
            f"Open {escape(experiment.name)} on Decide",
            help="Decide, Explore and the other pages then show its first split.",
        ):
            state.select_data(experiment.id)
            st.switch_page("pages/decide.py")


def strategy_glossary(experiment: Experiment) -> None:
    """Explain the strategies in a closed expander."""
    known = ((title(model), STRATEGY_INFO.get(strategy_key(model))) for model in experiment.outcomes.models)
    lines = [f"**{escape(name)}**: {escape(info.description)}" for name, info in known if info is not None]
    if lines:
        with st.expander("What do these strategies do?"):
            st.markdown("  \n".join(lines))
