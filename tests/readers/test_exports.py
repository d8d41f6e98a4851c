"""Exports of well-known programs, by their documented columns, with made-up values.

Each is read with the right target, score and positive class, and gives the best F1 that brute force finds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from f1tools.decision import decide
from f1tools.readers import Choices, read_files, read_predictions
from tests.readers.helpers import FloatArray, best_f1, labels, rows, table, top

Y, P = rows(240, seed=11)
N = len(Y)
Q = np.round(1 - P, 6)
HARD = (P >= 0.5).astype(int)
CONFIDENCE = np.where(HARD == 1, P, Q)
MARGIN = np.log(P / (1 - P)).round(5)
LOGITS = (-MARGIN / 2 + P).round(4), (MARGIN / 2 + P).round(4)
AGE = np.arange(N) % 60 + 20
WORDS, GUESSES = (labels(each, "no", "yes") for each in (Y, HARD))


def vectors(*components: Any) -> list[str]:
    """Return quoted cells such as `[0.2, 0.8]`."""
    return [f'"[{", ".join(map(str, each))}]"' for each in zip(*components, strict=True)]


def json_lines(**fields: Any) -> bytes:
    """Return records with these fields, one a line."""
    records = zip(*fields.values(), strict=True)
    return "\n".join(json.dumps(dict(zip(fields, record, strict=True)), default=float) for record in records).encode()


def split_table(columns: Mapping[str, Any], **more: Any) -> bytes:
    """Return columns as JSON with the names of the columns and the rows of data."""
    data = [list(row) for row in zip(*columns.values(), strict=True)]
    return json.dumps({"columns": list(columns), "data": data, **more}, default=float).encode()


@dataclass(frozen=True)
class Export:
    """An export, as the columns of a CSV file or as the bytes of another one, with its right mapping."""

    columns: Mapping[str, Any] | bytes
    truth: str
    score: str
    pos_label: str = "1"
    values: FloatArray | None = None
    is_sure: bool = True


# fmt: off
EXPORTS = {
    "Hugging Face Trainer, logits": Export(
        {"text": [f"text {i}" for i in range(N)], "label": Y, "logit_0": LOGITS[0], "logit_1": LOGITS[1]},
        "label", "logit_1 - logit_0", values=LOGITS[1] - LOGITS[0]),
    "Hugging Face Trainer, vectors": Export(
        {"labels": Y, "predictions": vectors(*LOGITS)}, "labels", "predictions[1] - predictions[0]",
        values=LOGITS[1] - LOGITS[0]),
    "Hugging Face Trainer, JSON lines": Export(
        json_lines(label=Y, logits=zip(*LOGITS, strict=True)), "label", "logits[1] - logits[0]",
        values=LOGITS[1] - LOGITS[0]),
    "Hugging Face pipeline, all scores as JSON lines": Export(
        json_lines(text=WORDS, truth=labels(Y, "NEGATIVE", "POSITIVE"), scores=[
            [{"label": "NEGATIVE", "score": q}, {"label": "POSITIVE", "score": p}] for p, q in zip(P, Q, strict=True)]),
        "truth", "scores.POSITIVE", "POSITIVE"),
    "Hugging Face pipeline": Export(
        {"true_label": labels(Y, "NEGATIVE", "POSITIVE"), "label": labels(HARD, "NEGATIVE", "POSITIVE"),
         "score": CONFIDENCE}, "true_label", "score", "POSITIVE", is_sure=False),
    "Hugging Face pipeline, numbered labels": Export(
        {"target": Y, "label": labels(HARD, "LABEL_0", "LABEL_1"), "score": CONFIDENCE}, "target", "score",
        is_sure=False),
    "Ultralytics classify": Export(
        {"image": [f"{i}.jpg" for i in range(N)], "true": labels(Y, "ok", "defect"),
         "name": labels(HARD, "ok", "defect"), "confidence": CONFIDENCE}, "true", "confidence", "defect",
        is_sure=False),
    "Ultralytics detections": Export(
        {"image": [f"im{i // 4}.jpg" for i in range(N)], "class": (AGE * 7 % 11) % 3, "conf": P, "tp": Y},
        "tp", "conf"),
    "MLflow evaluation table": Export(
        {"feature_0": AGE * 1.3, "prediction": HARD, "prediction_proba": P, "target": Y}, "target", "prediction_proba"),
    "MLflow evaluation table, JSON": Export(
        split_table({"feature_0": AGE, "prediction": HARD, "prediction_proba": P, "target": Y}), "target",
        "prediction_proba"),
    "Weights & Biases table": Export(
        split_table({"id": range(N), "truth": WORDS, "guess": GUESSES, "score_no": Q, "score_yes": P}, ncols=5,
                    nrows=N), "truth", "score_yes", "yes"),
    "Vertex AI tabular": Export(
        json_lines(instance=[{"age": "33", "churn": word} for word in WORDS],
                   prediction=[{"classes": ["yes", "no"], "scores": [p, q]} for p, q in zip(P, Q, strict=True)]),
        "instance.churn", "prediction.scores[0]", "yes"),
    "Vertex AI images": Export(
        json_lines(truth=WORDS, prediction=[
            {"displayNames": ["yes", "no"] if hard else ["no", "yes"], "confidences": [c, 1 - c]}
            for hard, c in zip(HARD, CONFIDENCE, strict=True)]),
        "truth", "prediction.confidences[0]", "yes"),
    "Google AutoML": Export(
        {"Deposit": Y + 1, "Age": AGE, "Deposit_1_score": Q, "Deposit_2_score": P}, "Deposit", "Deposit_2_score", "2"),
    "Google AutoML, words": Export(
        {"Churn": WORDS, "Churn_no_score": Q, "Churn_yes_score": P}, "Churn", "Churn_yes_score", "yes"),
    "DataRobot": Export(
        {"isbadbuy": Y, "isbadbuy_1_PREDICTION": P, "isbadbuy_0_PREDICTION": Q, "isbadbuy_PREDICTION": HARD,
         "THRESHOLD": [0.5] * N, "POSITIVE_CLASS": [1] * N, "DEPLOYMENT_APPROVAL_STATUS": ["APPROVED"] * N},
        "isbadbuy", "isbadbuy_1_PREDICTION"),
    "DataRobot, words": Export(
        {"readmitted": labels(Y, "False", "True"), "readmitted_True_PREDICTION": P, "readmitted_False_PREDICTION": Q,
         "readmitted_PREDICTION": labels(HARD, "False", "True"), "POSITIVE_CLASS": ["True"] * N},
        "readmitted", "readmitted_True_PREDICTION", "True"),
    "H2O": Export({"predict": HARD, "p0": Q, "p1": P, "actual": Y}, "actual", "p1"),
    "H2O, words": Export({"predict": GUESSES, "no": Q, "yes": P, "response": WORDS}, "response", "yes", "yes"),
    "SageMaker Autopilot": Export(
        {"target": WORDS, "predicted_label": GUESSES, "probability": P}, "target", "probability", "yes"),
    "SageMaker Autopilot, all keys": Export(
        {"target": WORDS, "predicted_label": GUESSES, "probability": CONFIDENCE, "probabilities": vectors(Q, P),
         "labels": ["\"['no', 'yes']\""] * N}, "target", "probabilities[1]", "yes"),
    "SageMaker Autopilot, positive class first": Export(
        {"target": Y, "predicted_label": HARD, "probability": CONFIDENCE, "probabilities": vectors(P, Q),
         "labels": ["\"['1', '0']\""] * N}, "target", "probabilities[0]"),
    "Azure Machine Learning": Export(
        {"income": labels(Y, "<=50K", ">50K"), "Scored Labels": labels(HARD, "<=50K", ">50K"),
         "Scored Probabilities": P}, "income", "Scored Probabilities", ">50K"),
    "Weka": Export(
        {"inst#": range(1, N + 1), "actual": labels(Y, "1:no", "2:yes"), "predicted": labels(HARD, "1:no", "2:yes"),
         "error": labels(HARD != Y, "", "+"), "prediction": CONFIDENCE}, "actual", "prediction", "2:yes"),
    "KNIME": Export(
        {"y": WORDS, "P (y=no)": Q, "P (y=yes)": P, "Prediction (y)": GUESSES,
         "Prediction (y) (Confidence)": CONFIDENCE}, "y", "P (y=yes)", "yes"),
    "caret": Export(
        {"pred": GUESSES, "obs": WORDS, "no": Q, "yes": P, "rowIndex": range(1, N + 1),
         "Resample": [f"Fold{i % 5 + 1}" for i in range(N)]}, "obs", "yes", "yes"),
    "yardstick": Export(
        {".pred_class": GUESSES, ".pred_no": Q, ".pred_yes": P, "truth": WORDS}, "truth", ".pred_yes", "yes"),
    "tidymodels": Export(
        {"id": [f"Fold{i % 5 + 1}" for i in range(N)], ".pred_no": Q, ".pred_yes": P, ".row": range(1, N + 1),
         ".pred_class": GUESSES, "churn": WORDS, ".config": ["Preprocessor1_Model1"] * N}, "churn", ".pred_yes", "yes"),
    "PyCaret": Export(
        {"age": AGE, "default": Y, "prediction_label": HARD, "prediction_score": CONFIDENCE}, "default",
        "prediction_score"),
    "PyCaret, raw scores": Export(
        {"age": AGE, "default": Y, "prediction_label": HARD, "prediction_score_0": Q, "prediction_score_1": P},
        "default", "prediction_score_1"),
    "AutoGluon": Export({"": range(N), "no": Q, "yes": P, "y_true": WORDS}, "y_true", "yes", "yes"),
    "fastai": Export(
        {"fname": [f"{i}.jpg" for i in range(N)], "target": Y, "pred_0": Q, "pred_1": P,
         "loss": -np.log(np.where(Y == 1, P, Q)).round(5)}, "target", "pred_1"),
    "cross_val_predict": Export({"": range(N), "y": Y, "0": Q, "1": P}, "y", "1"),
    "LightGBM": Export({"label": Y, "lgb_pred": P}, "label", "lgb_pred"),
    "XGBoost margins": Export({"label": Y, "margin": MARGIN}, "label", "margin", values=MARGIN),
}
# fmt: on


@pytest.mark.parametrize("name", EXPORTS)
def test_exports(name: str) -> None:
    """The mapping is right, proposed where it cannot be certain; the best threshold is that of brute force."""
    export = EXPORTS[name]
    data = export.columns if isinstance(export.columns, bytes) else table(export.columns)
    reading = read_predictions(data, name=name)
    choices = top(reading)
    assert (choices.truth, choices.scores, choices.pos_label) == (export.truth, (export.score,), export.pos_label)
    assert reading.outcome == ("sure" if export.is_sure else "ask"), reading.reason
    predictions = read_predictions(data, choices=choices).predictions
    assert predictions is not None
    decision = decide(predictions.curves())
    value, threshold = best_f1(Y, P if export.values is None else export.values)
    assert decision.evaluation.value == pytest.approx(value, abs=1e-12)
    low, high = decision.evaluation.interval
    assert low < threshold <= high + 1e-12


def test_splink() -> None:
    """Labels and predictions are two tables of pairs; pairs that were never compared have no score."""
    left, right = np.divmod(np.random.default_rng(1).permutation(40 * 40)[:N], 40)
    pairs = {"unique_id_l": left, "source_dataset_l": ["a"] * N, "unique_id_r": right, "source_dataset_r": ["b"] * N}
    truth = table({**pairs, "clerical_match_score": Y.astype(float)})
    compared = {name: np.array(values)[12:] for name, values in pairs.items()}
    scored = {"match_weight": MARGIN[12:], "match_probability": P[12:], **compared, "gamma_city": AGE[12:] % 3}
    reading = read_files([truth, table(scored)], names=("labels.csv", "predictions.csv"))
    choices = top(reading)
    assert (choices.truth, choices.pos_label) == ("clerical_match_score", "1")
    assert choices.scores in (("match_probability",), ("match_weight",))
    predictions = read_files([truth, table(scored)], names=("labels.csv", "predictions.csv"), choices=choices)
    assert predictions.predictions is not None
    value, _ = best_f1(Y[12:], P[12:])
    assert decide(predictions.predictions.curves()).evaluation.value == pytest.approx(value, abs=1e-12)
    assert predictions.dropped == {"only in labels.csv": 12}
    counted = replace(choices, count_unscored=True)
    everything = read_files([truth, table(scored)], names=("labels.csv", "predictions.csv"), choices=counted)
    assert everything.predictions is not None
    assert (everything.predictions.n, everything.dropped) == (N, {})
    value, _ = best_f1(Y, np.r_[np.full(12, -1.0), P[12:]])
    assert decide(everything.predictions.curves()).evaluation.value == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    "columns",
    [
        {"label": labels(HARD, "NEGATIVE", "POSITIVE"), "score": CONFIDENCE},
        {"name": labels(HARD, "cat", "dog"), "class": HARD, "confidence": CONFIDENCE, "x1": AGE * 1.5},
        {"id": range(N), "prediction_label": HARD, "prediction_score": CONFIDENCE},
        {"predict": HARD, "p0": Q, "p1": P},
        {"predicted_label": GUESSES, "probability": P},
        {"unique_id_l": range(N), "unique_id_r": range(N, 2 * N), "match_probability": P, "gamma_city": Y},
        {"age": AGE, "Scored Labels": HARD, "Scored Probabilities": P},
        json_lines(instance=[{"age": "33"}] * N, prediction=[{"classes": ["1", "0"], "scores": [p, 1 - p]} for p in P]),
        json_lines(image_id=range(N), category_id=AGE % 4, bbox=[[1.5, 2.5, 3.5, 4.5]] * N, score=P),
    ],
    ids=["pipeline", "detections", "PyCaret", "H2O", "Autopilot", "Splink", "Azure", "Vertex", "COCO"],
)
def test_exports_without_a_truth_are_never_sure(columns: dict[str, Any] | bytes) -> None:
    """What a program predicted is not the truth."""
    reading = read_predictions(columns if isinstance(columns, bytes) else table(columns))
    assert reading.outcome != "sure", reading.reason


@pytest.mark.parametrize("layout", ["text", "frame", "JSON"])
def test_a_truth_in_a_vector(layout: str) -> None:
    """A component of a vector of labels is a column of labels, quoted or not."""
    cells = [[word, "x"] for word in WORDS]
    source: Any = table({"tags": [f'"{cell}"' for cell in cells], "score": P})
    if layout == "frame":
        source = pd.DataFrame({"tags": cells, "score": P})
    elif layout == "JSON":
        source = json_lines(tags=cells, score=P)
    predictions = read_predictions(source, choices=Choices("tags[0]", ("score",), "yes", "no")).predictions
    assert predictions is not None
    assert predictions.y_true.tolist() == (Y == 1).tolist()
