"""What is computed once and kept: the only module with cache decorators.

Keys are identities: the id of the data set (for an upload a digest of its bytes and choices) and what was chosen. Data
arguments start with an underscore, so that Streamlit leaves them out of the key: it would sample large arrays to hash
them. What comes from an upload is kept for its session only, and every cache is bounded.
"""

import os
from collections.abc import Hashable, Iterable
from pathlib import Path

import streamlit as st
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.runtime.scriptrunner import get_script_run_ctx

from f1tools.advice import Advice, advise
from f1tools.calibration import CalibrationAssessment, assess_calibration
from f1tools.card import slider_stops as card_stops
from f1tools.classes import ClassCurves, ClassDecision
from f1tools.comparison import AlignBy, Classifier, Flips, ModelSummary, aligned_point, find_flips
from f1tools.comparison import model_summary as summary_of
from f1tools.core.constraints import Constraint
from f1tools.core.curve import ThresholdCurve
from f1tools.core.metrics import metric
from f1tools.core.model_curves import ModelCurves
from f1tools.core.operating_point import OperatingPoint
from f1tools.core.types import InvalidPredictions
from f1tools.decision import Decision, decide
from f1tools.groups import GroupReport, by_group
from f1tools.groups.curves import group_curves as curves_of_groups
from f1tools.groups.grouping import FEW, grouping
from f1tools.groups.in_table import groups_in
from f1tools.memo import check_class_suppression
from f1tools.predictions import Predictions
from f1tools.readers import Choices, read_predictions, read_repeated
from f1tools.record import (
    ClassRecord,
    DataSource,
    DecisionRecord,
    FileDigest,
    GroupThresholds,
    Verification,
    build_record,
    data_source,
    file_digest,
    verify,
    verify_classes,
)
from f1tools.repeats import MeanCurve, mean_curves, outcomes
from f1tools.repeats.curves import By
from f1tools.ui.session.data import ClassData, Counted, Dataset, all_samples
from f1tools.ui.session.uploads import Files, StrategyData, Upload, upload_strategies
from f1tools.what_if import Costs, PrevalenceSweep, WhatIf, sweep_prevalence
from f1tools.what_if.pricing import CheapestThreshold, find_cheapest

Objective = tuple[str, float | None]
"""Name and beta of a metric."""

_SLIDER_STOPS = 250
_FIGURE_POINTS = 220  # keeps a rerun of Explore below 60 KB
_ZOOM_POINTS = 100  # of them for the zoomed range; each brings its lower neighbor along


def clear() -> None:
    """Forget what this session computed."""
    if (running := get_script_run_ctx()) is not None:
        clear_session_resource_cache(running.session_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def read_sample(sample_id: str) -> Dataset | ClassData:
    """Read a sample; all sessions share it. One of several classes has no positive label."""
    sample = all_samples()[sample_id]
    reading = read_predictions(sample.path, choices=Choices(pos_label=sample.positive or None))
    files = (file_digest(sample.file, sample.path),)
    if reading.classes is not None:
        return ClassData(sample_id, reading, files, sample.title, is_sample=True)
    if reading.predictions is None:
        raise RuntimeError(f"The sample {sample_id} cannot be read: {reading.reason}")
    source = data_source(reading, files, title=sample.title)
    return Dataset(sample_id, source, reading.predictions, is_sample=True)


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def one_class(data_id: str, name: str, _data: ClassData) -> Dataset:
    """Return one class against all others."""
    return _data.one(name)


@st.cache_resource(max_entries=1, show_spinner=False)
def file_contents(versions: tuple[tuple[bytes, int, int], ...]) -> Files:
    """Read files on this machine; all sessions share the bytes of a version: a path, its time of change and size."""
    paths = (Path(os.fsdecode(path)) for path, _, _ in versions)  # bytes: a path need not be text
    return tuple((path.name, path.read_bytes()) for path in paths)


@st.cache_resource(max_entries=8, show_spinner="Comparing the strategies …")
def sample_strategies(sample_id: str) -> StrategyData:
    """Compare the strategies of a sample; all sessions share the result."""
    sample = all_samples()[sample_id]
    repeated = read_repeated(sample.path, choices=Choices(pos_label=sample.positive))
    if repeated is None:
        raise RuntimeError(f"The sample {sample_id} has no repeated splits.")
    return StrategyData(repeated, outcomes(repeated))


@st.cache_resource(scope="session", max_entries=1, show_spinner="Comparing the strategies …")
def uploaded_strategies(data_id: str, _upload: Upload) -> StrategyData | None:
    """Compare the strategies of an upload; None if it has no repeated splits."""
    return upload_strategies(_upload)


@st.cache_resource(scope="session", max_entries=8, show_spinner=False)
def strategy_curves(data_id: str, by: By, _strategies: StrategyData) -> tuple[MeanCurve, ...]:
    """Average the curves of all strategies over the splits."""
    return mean_curves(_strategies.repeated, _strategies.outcomes, by=by)


@st.cache_resource(scope="session", max_entries=3, show_spinner="Counting at every threshold …")
def curves(data_id: str, model: str, _counted: Counted) -> ModelCurves:
    """Count at every threshold of a model."""
    return _counted.curves(model)


@st.cache_resource(scope="session", max_entries=2, show_spinner=False)
def scenario_curves(data_id: str, model: str, what_if: WhatIf, _curves: ModelCurves) -> ModelCurves:
    """Return the curves in a scenario; they are as large, and one slider makes many of them."""
    return _curves.map(what_if.apply)


@st.cache_resource(scope="session", max_entries=64, show_spinner=False)
def roc_auc(data_id: str, model: str, _counted: Counted) -> tuple[float, float]:
    """Return between which values the ROC AUC of a model lies: they are kept longer than the curves."""
    return curves(data_id, model, _counted).roc_auc_bounds


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def best_decision(
    model_key: Hashable, objective: Objective, constraints: tuple[Constraint, ...], _curves: ModelCurves
) -> Decision:
    """Decide on the best threshold; constraints that cannot all be met are dropped.

    A decision keeps its curves in memory, so there are hardly more of them than of the curves.
    """
    return decide(_curves, metric(*objective), constraints=constraints, on_unmet="relax")


@st.cache_resource(scope="session", max_entries=256, show_spinner="Comparing the models …")
def model_summary(
    data_id: str,
    model: str,
    objective: Objective,
    constraints: tuple[Constraint, ...],
    max_points: int,
    _counted: Counted,
) -> ModelSummary:
    """Summarize a model for its best threshold: that is kept longer than its curves."""
    decision = decide(curves(data_id, model, _counted), metric(*objective), constraints=constraints, on_unmet="relax")
    return summary_of(decision, max_points=max_points)


@st.cache_resource(scope="session", max_entries=256, show_spinner=False)
def aligned_model(
    data_id: str,
    model: str,
    by: AlignBy,
    reference_key: tuple[str, float],
    _reference: OperatingPoint,
    _counted: Counted,
) -> tuple[OperatingPoint, str] | None:
    """Return where a model is comparable to the reference, of which the key has name and threshold."""
    return aligned_point(curves(data_id, model, _counted).evaluation, _reference, by)


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def flips(data_id: str, reference: tuple[str, float], other: tuple[str, float], _predictions: Predictions) -> Flips:
    """Find the rows that one of two models decides correctly; each is a name with a threshold."""
    return find_flips(_predictions, Classifier(*reference), Classifier(*other))


@st.cache_resource(scope="session", max_entries=4, show_spinner="Comparing the groups …")
def group_report(
    best_key: Hashable, threshold: float, seed: int, _decision: Decision, _counted: Counted
) -> GroupReport:
    """Compare groups at a threshold. Groups with few rows have no part in gaps. A report keeps its curves in memory."""
    return by_group(_counted, _decision, min_rows=FEW, random_state=seed)


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def group_curves(
    data_id: str, model: str, names: tuple[str, ...], thresholds: tuple[float, ...], _counted: Counted
) -> dict[str, ThresholdCurve]:
    """Count at every threshold on the rows of some groups, for a figure that marks these thresholds."""
    found = curves_of_groups(_counted, model, names)
    return {name: curve.thinned(_FIGURE_POINTS, keep=thresholds) for name, curve in found.items()}


@st.cache_resource(scope="session", max_entries=8, show_spinner=False)
def has_groups(data_id: str, model: str, _data: Dataset) -> bool:
    """Return whether the rows belong to several groups, and to no more than can be compared."""
    if not _data.is_grouped:
        return False
    try:
        return len(grouping(_data.predictions) if _data.table is None else groups_in(_data.table, model)) > 1
    except InvalidPredictions:
        return False


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def advice(
    model_key: Hashable,
    objective: Objective,
    constraints: tuple[Constraint, ...],
    expected: float | None,
    trained: str,
    groups_key: Hashable,
    _decision: Decision,
    _groups: GroupReport | None,
) -> list[Advice]:
    """Return the advice on the best threshold; `expected` is its value on new data where that is known."""
    curves = _decision.curves
    return advise(
        curves.evaluation,
        _decision.evaluation,
        _decision.plateau,
        out_of_sample=curves.has_roles,
        expected=expected,
        trained=trained,
        groups=_groups,
        assess=lambda curve: calibration_assessment(model_key, curve),
    )


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def calibration_assessment(model_key: Hashable, _curve: ThresholdCurve) -> CalibrationAssessment:
    """Test the calibration of a model's scores."""
    return assess_calibration(_curve)


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def slider_stops(best_key: Hashable, _decision: Decision) -> tuple[str, ...]:
    """Return thresholds for a slider as text, ascending; the last one flags nothing. The best one is among them."""
    stops, _ = card_stops(_decision.curves.evaluation, _decision.evaluation, max_points=_SLIDER_STOPS)
    return tuple(stops)


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def figure_curve(model_key: Hashable, span: tuple[float, float], _curve: ThresholdCurve) -> ThresholdCurve:
    """Thin a curve for a figure, with more of the scores in the span."""
    low, high = span
    return thinned(_curve, [low + (high - low) * step / (_ZOOM_POINTS - 1) for step in range(_ZOOM_POINTS)])


def thinned(curve: ThresholdCurve, keep: Iterable[float]) -> ThresholdCurve:
    """Thin a curve for a figure without keeping the result."""
    return curve.thinned(_FIGURE_POINTS, keep=keep)


@st.cache_resource(scope="session", max_entries=16, show_spinner=False)
def prevalence_sweep(
    model_key: Hashable,
    objective: Objective,
    constraints: tuple[Constraint, ...],
    prevalences: tuple[float, ...],
    threshold: float,
    _curves: ModelCurves,
) -> PrevalenceSweep:
    """Find the best threshold at many prevalences, and the value of the current one there."""
    return sweep_prevalence(
        _curves.evaluation,
        prevalences,
        metric(*objective),
        threshold=threshold,
        tuning=_curves.tuning,
        constraints=constraints,
    )


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def cheapest(
    model_key: Hashable,
    costs: Costs,
    by_amounts: bool,
    constraints: tuple[Constraint, ...],
    _curves: tuple[ModelCurves, ModelCurves],
    _predictions: Predictions | None,
) -> CheapestThreshold:
    """Find the cheapest threshold; the curves are those of the model as it is and in the scenario."""
    return find_cheapest(*_curves, costs, _predictions if by_amounts else None, constraints)


@st.cache_resource(scope="session", max_entries=4, show_spinner="Checking the record against the data …")
def class_verification(
    data_id: str, record_json: str, _record: ClassRecord, _curves: ClassCurves, _files: tuple[FileDigest, ...]
) -> Verification:
    """Recompute a record of several classes from the current data set."""
    return verify_classes(_record, _curves, _files)


@st.cache_resource(scope="session", max_entries=4, show_spinner="Checking the record against the data …")
def verification(
    data_id: str, record_json: str, _record: DecisionRecord, _counted: Counted, _files: tuple[FileDigest, ...]
) -> Verification:
    """Recompute a record from the current data set."""
    return verify(_record, _counted, _files)


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def record_draft(
    best_key: Hashable,
    threshold: float,
    constraints: tuple[Constraint, ...],
    groups_json: str,
    _decision: Decision,
    _source: DataSource,
    _groups: GroupThresholds | None,
) -> DecisionRecord:
    """Write the record of a decision without the estimate, which takes long."""
    return build_record(_decision, _source, constraints=constraints, groups=_groups)


@st.cache_resource(scope="session", max_entries=4, show_spinner=False)
def class_suppression(rule_key: Hashable, suppress_below: int, _decision: ClassDecision) -> None:
    """Check that small counts can be suppressed in a memo about all classes; see `check_class_suppression`."""
    check_class_suppression(_decision, suppress_below)
