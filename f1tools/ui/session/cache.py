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
from f1tools.core.metrics import metric
from f1tools.core.model_curves import ModelCurves
from f1tools.core.optimum import Optimum
from f1tools.core.plateau import Plateau
from f1tools.decision import Decision, decide
from f1tools.predictions import Predictions
from f1tools.readers import Choices, read_predictions
from f1tools.record import (
    DataSource,
    DecisionRecord,
    FileDigest,
    Verification,
    build_record,
    data_source,
    file_digest,
    verify,
)
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

_STOPS = 250  # of a slider
_DRAWN = 220  # points of a figure: what keeps a rerun of Explore below 60 KB
_DETAIL = 100  # of them for the zoomed range; each brings its lower neighbour along


@dataclass(frozen=True, eq=False)
class Best:
    """The decision for the best threshold without the curves, which are too large to remember many of them.

    Attributes
    ----------
    tuning, evaluation, plateau, threshold_text
        As in :class:`f1tools.Decision`; the text is one of the stops.
    stops
        Thresholds to offer on a slider, as they are written, lowest first; the last one flags nothing.
    """

    tuning: Optimum
    evaluation: Optimum
    plateau: Plateau
    stops: tuple[str, ...]
    threshold_text: str


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
    source = data_source(reading, [file_digest(sample.file, sample.path)], title=sample.title)
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
def curves(data_id: str, model: str, _predictions: Predictions) -> ModelCurves:
    """Count a model's scores; the full table is large, so few are remembered."""
    return _predictions.curves(model)


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def what_if_curves(data_id: str, model: str, what_if: WhatIf, _curves: ModelCurves) -> ModelCurves:
    """Return the curves under a what-if; large as well, and one slider makes many of them."""
    return _curves.map(what_if.apply)


@st.cache_resource(scope="session", max_entries=64, show_spinner=False)
def roc_auc(data_id: str, model: str, _predictions: Predictions) -> float:
    """Return a model's exact area under the ROC curve: a number outlives the few tables that are remembered."""
    return curves(data_id, model, _predictions).roc_auc


@st.cache_resource(scope="session", max_entries=64, show_spinner=False)
def best_by(
    data_id: str,
    model: str,
    objective: tuple[str, float | None],
    constraints: tuple[Constraint, ...],
    what_if: WhatIf,
    _curves: ModelCurves,
) -> Best:
    """Decide on the best threshold by a metric (name and beta); without constraints that cannot all be met."""
    decision = decide(_curves, metric(*objective), constraints=constraints, on_unmet="relax")
    card = card_payload(_curves.evaluation, decision.evaluation, model=model, pos_label="", max_points=_STOPS)
    text = decision.best_threshold_text
    return Best(decision.tuning, decision.evaluation, decision.plateau, tuple(card["stops"]), text)


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
    _curves: ModelCurves,
) -> PrevalenceSweep:
    """Find the best threshold at many shares of positives, and what one that is kept gives there."""
    return sweep_prevalence(
        _curves.evaluation,
        prevalences,
        metric(*objective),
        threshold=threshold,
        tuning=_curves.tuning,
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
    _now: ModelCurves,
    _then: ModelCurves,
    _predictions: Predictions,
) -> Cheapest:
    """Find the cheapest threshold within limits, by fixed prices or by the amounts in the rows."""
    return find_cheapest(_now, _then, costs, _predictions if by_amounts else None, constraints)


@st.cache_resource(scope="session", max_entries=4, show_spinner="Checking the record against the data …")
def verified(
    data_id: str, record_json: str, _record: DecisionRecord, _predictions: Predictions, _files: tuple[FileDigest, ...]
) -> Verification:
    """Compute what a record says again, from the data on the screen."""
    return verify(_record, _predictions, _files)


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def record(
    key: Hashable, constraints: tuple[Constraint, ...], _decision: Decision, _source: DataSource
) -> DecisionRecord:
    """Write down a decision without what takes long; the key is all that it depends on."""
    return build_record(_decision, _source, constraints=constraints)
