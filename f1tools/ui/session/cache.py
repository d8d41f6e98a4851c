"""What is computed once and remembered: the only place with cache decorators.

The keys are identities, the id of a data set (for an upload the digest of its bytes and choices) and what was
chosen. Data arguments have a leading underscore, so Streamlit leaves them out of the key: it would sample large
arrays when it hashes them. Whatever comes from an upload is remembered for its session only.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import streamlit as st

from f1tools.card.payload import card_payload
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.distribution import ScoreHistogram, score_histogram
from f1tools.core.metrics import metric
from f1tools.core.optimum import Optimum, transfer
from f1tools.core.plateau import Plateau, plateau
from f1tools.decision import Decision
from f1tools.predictions import Predictions
from f1tools.readers import Choices, read_predictions
from f1tools.record import DataSource, DecisionRecord, FileSeen, Verification, file_seen, record_of, source_of, verify
from f1tools.repeats import MeanCurve, mean_curves
from f1tools.repeats.curves import By
from f1tools.ui.sections.strategies import compared
from f1tools.ui.sections.strategies.compared import Compared
from f1tools.ui.sections.what_if.pricing import Cheapest, find_cheapest
from f1tools.ui.session.data import Upload, all_samples
from f1tools.what_if import (
    Costs,
    PrevalenceSweep,
    WhatIf,
    sweep_prevalence,
)
from f1tools.what_if.within import best_within

_STOPS = 250  # of a slider
_DRAWN = 220  # points of a figure: what keeps a rerun of Explore below 60 KB
_DETAIL = 100  # of them for the zoomed range; each brings its lower neighbour along


@dataclass(frozen=True, eq=False)
class Overview:
    """One model at a glance: what does not depend on any choice.

    Attributes
    ----------
    curve
        Of the rows that the numbers are about.
    tuning
        Of the rows that thresholds are chosen on; the very same curve where rows have no roles.
    rows
        How many rows thresholds are chosen on, and how many the numbers are about.
    roc_auc, average_precision, histogram
        Of the curve.
    """

    curve: ThresholdCurve
    tuning: ThresholdCurve
    rows: tuple[int, int]
    roc_auc: float
    average_precision: float
    histogram: ScoreHistogram


@dataclass(frozen=True, eq=False)
class Best:
    """The best threshold and what is nearly as good.

    Attributes
    ----------
    optimum
        As measured on the rows that the numbers are about.
    tuned
        As chosen on the rows that thresholds are chosen on; the same where rows have no roles.
    plateau
        Around the tuned one.
    stops
        Thresholds to offer on a slider, as they are written, lowest first; the last one flags nothing.
    written
        The best threshold as it is written: the shortest decimal that makes its decisions. One of the stops.
    not_met
        Why the constraints had to be left aside; empty where they hold.
    """

    optimum: Optimum
    tuned: Optimum
    plateau: Plateau
    stops: tuple[str, ...]
    written: str
    not_met: str


@dataclass(frozen=True, eq=False)
class SampleRead:
    """A sample with where it comes from."""

    predictions: Predictions
    source: DataSource


@st.cache_resource(max_entries=8, show_spinner=False)
def read_sample(sample_id: str) -> SampleRead:
    """Read a sample. One for all sessions: nobody changes it."""
    sample = all_samples()[sample_id]
    reading = read_predictions(sample.path, choices=Choices(pos_label=sample.positive))
    if reading.predictions is None:
        raise RuntimeError(f"The sample {sample_id} is broken: {reading.reason}")
    source = source_of(reading, [file_seen(sample.file, sample.path)], title=sample.title)
    return SampleRead(reading.predictions, source)


@st.cache_resource(max_entries=8, show_spinner="Comparing the strategies …")
def sample_lab(sample_id: str) -> Compared:
    """Compare the strategies of a sample. One for all sessions: nobody changes it."""
    return compared.of_sample(all_samples()[sample_id])


@st.cache_resource(scope="session", max_entries=1, show_spinner="Comparing the strategies …")
def uploaded_lab(data_id: str, _upload: Upload) -> Compared | None:
    """Compare the strategies of an upload, as it was read; None where it holds no repeated splits."""
    return compared.of_upload(_upload)


@st.cache_resource(scope="session", max_entries=8, show_spinner=False)
def strategy_curves(data_id: str, by: By, _compared: Compared) -> tuple[MeanCurve, ...]:
    """Average the curves of all strategies over the splits."""
    return mean_curves(_compared.repeated, _compared.outcomes, by=by)


@st.cache_resource(scope="session", max_entries=3, show_spinner="Counting at every threshold …")
def overview(data_id: str, model: str, _predictions: Predictions) -> Overview:
    """Count a model's scores and summarise them; the full table is large, so few are remembered."""
    tune, report = _predictions.part("tune"), _predictions.part("report")
    curve = report.curve(model)
    tuning = curve if tune is report else tune.curve(model)
    return Overview(
        curve, tuning, (tune.n, report.n), curve.roc_auc(), curve.average_precision(), score_histogram(curve)
    )


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def supposed(data_id: str, model: str, what_if: WhatIf, _overview: Overview) -> Overview:
    """Give the overview as it would be; large as well, and one slider makes many of them."""
    curve = what_if.apply(_overview.curve)
    tuning = curve if _overview.tuning is _overview.curve else what_if.apply(_overview.tuning)
    return Overview(curve, tuning, _overview.rows, _overview.roc_auc, curve.average_precision(), score_histogram(curve))


@st.cache_resource(scope="session", max_entries=64, show_spinner=False)
def roc_auc(data_id: str, model: str, _predictions: Predictions) -> float:
    """Give a model's exact area under the ROC curve: a number outlives the few tables that are remembered."""
    return overview(data_id, model, _predictions).roc_auc


@st.cache_resource(scope="session", max_entries=64, show_spinner=False)
def best_by(
    data_id: str,
    model: str,
    objective: tuple[str, float | None],
    constraints: tuple[Constraint, ...],
    what_if: WhatIf,
    _overview: Overview,
) -> Best:
    """Find the best threshold by a metric (name and beta); where the constraints cannot all be met, without them."""
    curve = _overview.curve
    tuned, not_met = best_within(_overview.tuning, metric(*objective), constraints)
    found = tuned if _overview.tuning is curve else transfer(tuned, curve)
    card = card_payload(curve, found, model=model, pos_label="", max_points=_STOPS)
    stops = tuple(card["stops"])
    return Best(found, tuned, plateau(_overview.tuning, tuned), stops, stops[card["best"]], not_met)


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def drawn_curve(
    data_id: str, model: str, what_if: WhatIf, span: tuple[float, float], _curve: ThresholdCurve
) -> ThresholdCurve:
    """Thin a curve to what a figure can show, with more of the scores that lie in the span."""
    low, high = span
    in_detail = [low + (high - low) * step / (_DETAIL - 1) for step in range(_DETAIL)]
    return _curve.thinned(_DRAWN, keep=in_detail)


def thin(curve: ThresholdCurve, keep: Iterable[float]) -> ThresholdCurve:
    """Thin a curve that is not remembered."""
    return curve.thinned(_DRAWN, keep=keep)


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def sweep(
    data_id: str,
    model: str,
    objective: tuple[str, float | None],
    prevalences: tuple[float, ...],
    threshold: float,
    constraints: tuple[Constraint, ...],
    _overview: Overview,
) -> PrevalenceSweep:
    """Find the best threshold at many shares of positives, and what one that is kept gives there."""
    return sweep_prevalence(
        _overview.curve,
        prevalences,
        metric(*objective),
        threshold=threshold,
        tuning=_overview.tuning,
        constraints=constraints,
    )


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def cheapest_by(
    data_id: str,
    model: str,
    costs: Costs,
    what_if: WhatIf,
    by_amounts: bool,
    constraints: tuple[Constraint, ...],
    _overviews: tuple[Overview, Overview],
    _predictions: Predictions,
) -> Cheapest:
    """Find the cheapest threshold within limits, by fixed prices or by the amounts in the rows.

    The overviews are those of the data as they are and as they are supposed to be.
    """
    now, then = _overviews
    curves = ((now.curve, then.curve), (now.tuning, then.tuning))
    return find_cheapest(curves, costs, model, _predictions if by_amounts else None, constraints)


@st.cache_resource(scope="session", max_entries=4, show_spinner="Checking the record against the data …")
def verified(
    data_id: str, record_json: str, _record: DecisionRecord, _predictions: Predictions, _files: tuple[FileSeen, ...]
) -> Verification:
    """Compute what a record says again, from the data on the screen."""
    return verify(_record, _predictions, _files)


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def record(
    key: Hashable, constraints: tuple[Constraint, ...], _decision: Decision, _source: DataSource
) -> DecisionRecord:
    """Write down a decision without what takes long; the key is all that it depends on."""
    return record_of(_decision, _source, constraints=constraints)
