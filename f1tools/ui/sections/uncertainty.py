"""How sure the numbers are: intervals at the threshold in force, and the best threshold judged honestly."""

import streamlit as st

from f1tools import formatting
from f1tools.advice import Advice, advise
from f1tools.core.metrics import defined_values, reported_metrics
from f1tools.formatting import lowercase_label
from f1tools.plots import Mark, plot_band, plot_threshold_spread
from f1tools.ui.components import expected_line, figures, markdown
from f1tools.ui.components.markdown import aside, plain
from f1tools.ui.session.cache import Best
from f1tools.ui.session.page_context import PageContext, by_f1
from f1tools.ui.session.view import MAX_SEED
from f1tools.ui.session.widget_echo import bind
from f1tools.uncertainty import TunedEstimate, metric_interval
from f1tools.uncertainty.sentences import interval_validity_text, threshold_spread_text


def at_threshold(now: PageContext) -> None:
    """Show the metrics at the threshold in force with their intervals, and say when these hold."""
    st.header(f"At {now.written}", anchor=False)
    st.markdown(_table(now))
    st.markdown(aside(plain(_when_it_holds(now))))


def _table(now: PageContext) -> str:
    where = f"On {plain(formatting.truncate(now.roles[1]))}" if now.roles else "On these rows"
    lines = []
    for one in reported_metrics(now.view.objective):
        value = formatting.metric_value(float(defined_values(one, now.point.counts)))
        interval = metric_interval(one, now.point.counts, squares=now.point.squares)
        lines.append((plain(one.label), [value, "–" if interval is None else interval.text]))
    return markdown.table(["Metric", where, "95% interval"], lines)


def _when_it_holds(now: PageContext) -> str:
    if now.has_roles:
        return expected_line.roles_text(now, by_hand=not now.is_best)
    return interval_validity_text(now.written, chosen_here=now.is_best)


def honestly(now: PageContext) -> None:
    """Show what the best threshold is worth on new rows."""
    label = now.view.objective.label
    if now.roles is None:
        st.header(f"Best {label} on new rows", anchor=False)
        expected_line.when_ready(expected_line.tuned(now), "Choosing and judging again and again …", _estimate)
        return
    tune, report = (plain(formatting.truncate(name)) for name in now.roles)
    st.header(f"Best {label}, chosen and judged apart", anchor=False)
    chosen, judged = st.columns(2)
    with chosen:
        _card(
            f"On {tune}", formatting.metric_value(now.best.tuning.value), f"at {now.best.threshold_text}, chosen there"
        )
    with judged:
        _card(f"On {report}", formatting.metric_value(now.best.evaluation.value), "what to expect on new rows")


def _estimate(estimate: TunedEstimate) -> None:
    looks, expect, interval = st.columns([3, 3, 4])
    with looks:
        _card("Looks like", formatting.metric_value(estimate.apparent), "on these rows")
    with expect:
        gap = formatting.difference(estimate.apparent, estimate.estimate).lstrip("+")
        _card("Expect on new rows", formatting.metric_value(estimate.estimate), f"choosing added {gap}")
    if estimate.interval is not None:
        with interval:
            _card(
                f"{estimate.interval.level_text} interval",
                estimate.interval.text,
                "of what to expect on new rows",
            )
    if estimate.interval is None:
        label = plain(lowercase_label(estimate.metric.label))
        st.markdown(aside(f"There is no interval for {label} that is known to keep its promise."))
    st.markdown(
        aside(
            f"Found by choosing on one part of the rows and judging on the rest, {estimate.n_resamples:,} times "
            f"(the .632 bootstrap, seed {estimate.random_state}). It mends the choice of the threshold only: if these "
            "rows trained the model, no arithmetic can."
        )
    )
    st.page_link("pages/data.py", label="Surer still: choose on some rows, report on others →")


def _card(label: str, value: str, below: str) -> None:
    st.metric(label, value, below, delta_color="off", delta_arrow="off", border=True)


def pictures(now: PageContext) -> None:
    """Show the metric with its band over all thresholds, and how far the best threshold moves."""
    left, right = st.columns(2, gap="medium")
    with left:
        band = plot_band(figures.curve(now), now.view.objective, marks=figures.marks(now), theme="streamlit")
        figures.show(band, "band")
    with right:
        waiting = "Choosing again and again …"
        expected_line.when_ready(expected_line.tuned(now), waiting, lambda estimate: _spread(now, estimate))


def _spread(now: PageContext, estimate: TunedEstimate) -> None:
    figure = plot_threshold_spread(
        estimate.thresholds, interval=estimate.threshold_interval, best=_as_mark(now, estimate), theme="streamlit"
    )
    figures.show(figure, "spread")
    st.markdown(aside(plain(threshold_spread_text(estimate))))


def _as_mark(now: PageContext, estimate: TunedEstimate) -> Mark:
    return Mark("best", now.curves.tuning.at(estimate.threshold), now.best.threshold_text)


def warnings(now: PageContext) -> None:
    """Say what to be careful with here, and what it teaches."""
    st.header("What to be careful with", anchor=False)
    if now.data.source.trained:
        st.warning(f"**Rows that trained the model.** {plain(now.data.source.trained)}")
    found = _advice(now, now.best)
    if not found and not now.data.source.trained:
        st.markdown("Nothing stands out.")
    for advice in found:
        _show(advice)


def calibration_note(now: PageContext, *, link: bool = True) -> bool:
    """Warn where answers are asked for that rest on calibrated scores, and the scores are not; tells whether it did."""
    found = [one for one in _advice(now, by_f1(now)) if one.kind == "not_calibrated"]
    for advice in found:
        _show(advice, link=link)
    return bool(found)


def _advice(now: PageContext, best: Best) -> list[Advice]:
    job = None if now.has_roles or best is not now.best else expected_line.tuned(now)
    expected = job.result().estimate if job is not None and job.is_done() and not job.is_cancelled else None
    return advise(now.curves.evaluation, best.evaluation, best.plateau, out_of_sample=now.has_roles, expected=expected)


def _show(advice: Advice, *, link: bool = True) -> None:
    box = st.warning if advice.level == "warning" else st.info
    end = "" if advice.title.endswith("?") else "."
    box(f"**{plain(advice.title)}{end}** {plain(advice.sentence)}")
    if link and advice.kind == "not_calibrated":
        st.page_link("pages/calibration.py", label="See the reliability diagram →")


def settings(now: PageContext) -> None:
    """Ask for the seed of the resamples."""
    with st.expander("Repeat with another seed"):
        st.number_input(
            "Seed",
            min_value=0,
            max_value=MAX_SEED,
            step=1,
            width=200,
            help="The same seed gives the same numbers. What another seed changes is not sure to that digit.",
            **bind("seed", now.view.seed, "seed"),
        )
