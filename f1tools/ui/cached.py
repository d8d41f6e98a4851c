"""What is computed once and remembered: the only place with cache decorators.

The keys are identities, the id of a data set (for an upload the digest of its bytes and choices) and what was
chosen. Data arguments have a leading underscore, so Streamlit leaves them out of the key: it would sample large
arrays when it hashes them. Whatever comes from an upload is remembered for its session only.
"""

from dataclasses import dataclass

import streamlit as st

from f1tools.card.payload import card_payload
from f1tools.constraints import Constraint
from f1tools.curve import ThresholdCurve
from f1tools.distribution import ScoreHistogram, score_histogram
from f1tools.metrics import metric
from f1tools.optimum import ConstraintsNotMet, Optimum, best
from f1tools.plateau import Plateau, plateau
from f1tools.predictions import Predictions
from f1tools.reading import Choices, read_predictions
from f1tools.ui import samples

_STOPS = 250  # of a slider
_DRAWN = 250  # points of a figure: what keeps a rerun of Explore below 60 KB
_DETAIL = 100  # of them for the zoomed range; each brings its lower neighbour along


@dataclass(frozen=True, eq=False)
class Overview:
    """One model at a glance: what does not depend on any choice."""

    curve: ThresholdCurve
    roc_auc: float
    average_precision: float
    histogram: ScoreHistogram


@dataclass(frozen=True, eq=False)
class Best:
    """The best threshold and what is nearly as good.

    Attributes
    ----------
    optimum, plateau
        As the core gives them.
    stops
        Thresholds to offer on a slider, as they are written, lowest first; the last one flags nothing.
    written
        The best threshold as it is written: the shortest decimal that makes its decisions. One of the stops.
    not_met
        Why the constraints had to be left aside; empty where they hold.
    """

    optimum: Optimum
    plateau: Plateau
    stops: tuple[str, ...]
    written: str
    not_met: str


@st.cache_resource(max_entries=8, show_spinner=False)
def sample_predictions(sample_id: str) -> Predictions:
    """Read a sample. One for all sessions: nobody changes it."""
    sample = samples.all_samples()[sample_id]
    reading = read_predictions(sample.path, choices=Choices(pos_label=sample.positive))
    if reading.predictions is None:
        raise RuntimeError(f"The sample {sample_id} is broken: {reading.reason}")
    return reading.predictions


@st.cache_resource(scope="session", max_entries=3, show_spinner="Counting at every threshold …")
def overview(data_id: str, model: str, _predictions: Predictions) -> Overview:
    """Count a model's scores and summarise them; the full table is large, so few are remembered."""
    curve = _predictions.curve(model)
    return Overview(curve, curve.roc_auc(), curve.average_precision(), score_histogram(curve))


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
    _curve: ThresholdCurve,
) -> Best:
    """Find the best threshold by a metric (name and beta); where the constraints cannot all be met, without them."""
    wanted, not_met = metric(*objective), ""
    try:
        found = best(_curve, wanted, constraints=constraints)
    except ConstraintsNotMet as error:
        found, not_met = best(_curve, wanted), str(error)
    card = card_payload(_curve, found, model=model, pos_label="", max_points=_STOPS)
    stops = tuple(card["stops"])
    return Best(found, plateau(_curve, found), stops, stops[card["best"]], not_met)


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def drawn_curve(data_id: str, model: str, span: tuple[float, float], _curve: ThresholdCurve) -> ThresholdCurve:
    """Thin a curve to what a figure can show, with more of the scores that lie in the span."""
    low, high = span
    in_detail = [low + (high - low) * step / (_DETAIL - 1) for step in range(_DETAIL)]
    return _curve.thinned(_DRAWN, keep=in_detail)
