"""A zoo of prediction files as they are found in the wild, each with the right answer.

Every animal is a function that returns the file and what it means. The names and shapes are those of real files;
the numbers are made up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.reading.making import features, labels, rows, table

Y, P = rows()
N = len(Y)
Q = rows(seed=0, spread=0.8)[1]
RNG = np.random.default_rng(5)
IDS = [f"case_{i:04d}" for i in range(N)]


@dataclass(frozen=True)
class Right:
    """What a file means.

    Attributes
    ----------
    truth, scores, pos_label
        As in Choices. Truths that say the same may be alternatives, separated by a bar.
    sure : bool or None
        Whether the reader should be sure; None leaves it free.
    """

    truth: str
    scores: str
    pos_label: str = "1"
    sure: bool | None = True
    neg_label: str | None = None


Animal = Callable[[], tuple[bytes, Right]]
ANIMALS: dict[str, tuple[bytes, Right]] = {}


def add(name: str, data: bytes, right: Right) -> None:
    """Put an animal into the zoo."""
    assert name not in ANIMALS
    ANIMALS[name] = (data, right)


def simple(name: str, truth: str, score: str, *, sure: bool | None = True, **more: Any) -> None:
    """Put a file of a truth, a score and further columns into the zoo."""
    add(name, table({truth: Y, score: P, **more}), Right(truth, score, sure=sure))


HARD = (P >= 0.5).astype(int)
for _truth, _score in (
    ("y_true", "y_pred_proba"), ("y_true", "y_prob"), ("y_true", "y_score"), ("target", "prediction"), ("label", "score"),
    ("actual", "predicted"), ("Actual", "Probability"), ("true_label", "pred_prob"), ("label", "pred"), ("y", "p"),
    ("y_test", "y_pred"), ("class", "prob"), ("ground_truth", "confidence"), ("Target", "Predicted"), ("truth", "estimate"),
    ("churn", "churn_probability"), ("Exited", "prob"), ("default", "PD_score"), ("is_fraud", "fraud_score"), ("Survived", "proba"),
    ("Actual_Label", "Predicted_Probability"), ("trueLabel", "predScore"), ("outcome", "risk_score"), ("obs", "pred"), ("real", "pred"),
    ("readmitted", "predicted_risk"), ("toxic", "toxicity_score"), ("gt", "logit_sigmoid"), ("answer", "forecast"), ("event", "phat"),
    ("is_duplicate", "is_duplicate_pred"), ("labels", "probs"), ("TARGET", "oof"), ("HeartDisease", "HeartDisease_prob"),
    ("First Attempt", "Predicted First Attempt"), ("clicked", "pctr"), ("won", "win_prob"), ("result", "model_output"),
):  # fmt: skip
    simple(f"two columns {_truth},{_score}", _truth, _score, sure=None)
    add(f"score first {_score},{_truth}", table({_score: P, _truth: Y}), Right(_truth, _score, sure=None))

simple("with an id", "target", "prediction", id=IDS)
add("id first", table({"id": range(N), "target": Y, "prediction": P}), Right("target", "prediction"))
add("pandas index", table({"": range(N), "y_true": Y, "y_prob": P}), Right("y_true", "y_prob"))
add("unnamed index", table({"Unnamed: 0": range(N), "label": Y, "score": P}), Right("label", "score"))
add("hard beside", table({"y_true": Y, "y_pred": HARD, "y_prob": P}), Right("y_true", "y_prob"))
add(
    "Actual,Predicted,Probability",
    table({"Actual": Y, "Predicted": HARD, "Probability": P}),
    Right("Actual", "Probability"),
)
add(
    "label,prediction,probability",
    table({"label": Y, "prediction": HARD, "probability": P}),
    Right("label", "probability"),
)
add(
    "true_class,pred_class,score",
    table({"true_class": Y, "pred_class": HARD, "score": P}),
    Right("true_class", "score"),
)
add(
    "flag is the decision",
    table({**features(N), "Class": Y, "fraud_probability": P, "fraud_flag": HARD}),
    Right("Class", "fraud_probability"),
)
add("class columns from 0", table({"y_true": Y, "prob_0": np.round(1 - P, 6), "prob_1": P}), Right("y_true", "prob_1"))
add("class columns first", table({"0": np.round(1 - P, 6), "1": P, "target": Y}), Right("target", "1"))
add("class columns from 1", table({"truth": Y, "prob_1": np.round(1 - P, 6), "prob_2": P}), Right("truth", "prob_2"))
add(
    "negative class first",
    table({"label": labels(Y, "no", "yes"), "noPep": np.round(1 - P, 6), "yesPep": P}),
    Right("label", "yesPep", "yes"),
)
add(
    "caret No,Yes",
    table(
        {
            "pred": labels(HARD, "No", "Yes"),
            "obs": labels(Y, "No", "Yes"),
            "No": np.round(1 - P, 6),
            "Yes": P,
            "rowIndex": range(1, N + 1),
        }
    ),
    Right("obs", "Yes", "Yes"),
)
add(
    "first level is positive",
    table(
        {
            "truth": labels(Y, "Class2", "Class1"),
            "Class1": P,
            "Class2": np.round(1 - P, 6),
            "predicted": labels(HARD, "Class2", "Class1"),
        }
    ),
    Right("truth", "Class1", "Class1", sure=None),
)
add(
    "p_cat,p_dog",
    table(
        {
            "filename": [f"{i}.jpg" for i in range(N)],
            "class": labels(Y, "dog", "cat"),
            "p_cat": P,
            "p_dog": np.round(1 - P, 6),
        }
    ),
    Right("class", "p_cat", "cat", sure=False),
)
add("p_c1 alone", table({"class": labels(Y, "c0", "c1"), "p_c1": P}), Right("class", "p_c1", "c1", sure=None))
add(
    "benign malignant",
    table({"diagnosis": labels(Y, "benign", "malignant"), "prob_malignant": P}),
    Right("diagnosis", "prob_malignant", "malignant"),
)
add(
    "ham spam",
    table({"label": labels(Y, "ham", "spam"), "spam_score": P, "text_id": range(N)}),
    Right("label", "spam_score", "spam"),
)
add("human ai", table({"id": IDS, "label": labels(Y, "Human", "AI"), "score": P}), Right("label", "score", "AI"))
add(
    "incorrect correct",
    table({"status": labels(Y, "incorrect", "correct"), "prob": P}),
    Right("status", "prob", "correct"),
)
add(
    "bonafide spoof",
    table(
        {"utt": [f"LA_E_{i}" for i in range(N)], "key": labels(Y, "spoof", "bonafide"), "score": np.round(8 * P - 5, 4)}
    ),
    Right("key", "score", "bonafide", sure=None),
)
add(
    "spoof white space",
    table(
        {
            "utt": [f"LA_E_{i}" for i in range(N)],
            "attack": ["A07"] * N,
            "key": labels(Y, "spoof", "bonafide"),
            "score": np.round(8 * P - 5, 4),
        },
        delimiter=" ",
        header=False,
    ),
    Right("column 3", "column 4", "bonafide", sure=None),
)
add("minus one", table({"y": 2 * Y - 1, "decision_function": np.round(6 * P - 3, 4)}), Right("y", "decision_function"))
add(
    "true false",
    table({"actual": labels(Y, "FALSE", "TRUE"), "probability": P}),
    Right("actual", "probability", "TRUE"),
)
add("True False", table({"y_true": labels(Y, "False", "True"), "y_score": P}), Right("y_true", "y_score", "True"))
add("1.0 0.0", table({"target": Y.astype(float), "pred": P}), Right("target", "pred"))
add("yes no", table({"Attrition": labels(Y, "No", "Yes"), "score": P}), Right("Attrition", "score", "Yes"))
add("pos neg", table({"class": labels(Y, "neg", "pos"), "proba": P}), Right("class", "proba", "pos"))
add("one two", table({"y": Y + 1, "prob": P}), Right("y", "prob", "2", sure=None))
add(
    "several models",
    table({"y_true": Y, "rf_prob": P, "xgb_prob": Q, "lr_prob": np.round((P + Q) / 2, 6)}),
    Right("y_true", "rf_prob + xgb_prob + lr_prob"),
)
add(
    "several models and a constant",
    table(
        {
            "row_id": RNG.permutation(N),
            "actual": Y,
            "baseline_score": ["0.1661"] * N,
            "logistic_regression_score": Q,
            "random_forest_score": P,
            "predicted": HARD,
        }
    ),
    Right("actual", "logistic_regression_score + random_forest_score"),
)
add(
    "models by name only",
    table({"target": Y, "rf": P, "xgb": Q, "svm": np.round((2 * P + Q) / 3, 6)}),
    Right("target", "rf + xgb + svm", sure=None),
)
add(
    "models with decisions",
    table({"truth": Y, "rf_pred": HARD, "rf_prob": P, "nn_pred": (Q > 0.5).astype(int), "nn_prob": Q}),
    Right("truth", "rf_prob + nn_prob"),
)
add(
    "paired columns",
    table({"team1": ["A"] * N, "prob1": P, "prob1_outcome": Y, "prob2": np.round(1 - P, 6), "prob2_outcome": 1 - Y}),
    Right("prob1_outcome", "prob1"),
)
add(
    "one-hot truth",
    table({"true_0": 1 - Y, "true_1": Y, "pred_0": np.round(1 - P, 6), "pred_1": P}),
    Right("true_1", "pred_1"),
)
add(
    "feature table",
    table({**features(N), "target": Y, "y_pred_proba": P, "y_pred": HARD}),
    Right("target", "y_pred_proba"),
)
add(
    "feature table, domain truth",
    table({**features(N), "employed": Y, "predicted_probability": P, "prediction": HARD}),
    Right("employed", "predicted_probability"),
)
add(
    "marker",
    table(
        {
            "patientid": range(N),
            "cancer": labels(Y, "FALSE", "TRUE"),
            "dead": RNG.integers(0, 2, N),
            "age": RNG.integers(30, 90, N),
            "famhistory": RNG.integers(0, 2, N),
            "cancerpredmarker": P,
        }
    ),
    Right("cancer", "cancerpredmarker", "TRUE"),
)
add(
    "win lose beside a flag",
    table(
        {
            "state": IDS,
            "year": RNG.integers(2008, 2020, N),
            "forecast_prob": P,
            "result": labels(Y, "Lose", "Win"),
            "winflag": Y,
        }
    ),
    Right("winflag|result", "forecast_prob", sure=None),
)
DECILE = np.clip(np.ceil(10 * P), 1, 10).astype(int)
add(
    "recidivism",
    table(
        {
            "sex": RNG.choice(["Male", "Female"], N),
            "age": RNG.integers(18, 70, N),
            "juv_fel_count": RNG.integers(0, 3, N),
            "decile_score": DECILE,
            "priors_count": RNG.integers(0, 15, N),
            "is_violent_recid": RNG.integers(0, 2, N),
            "decile_score.1": DECILE,
            "score_text": ["Low"] * N,
            "two_year_recid": Y,
        }
    ),
    Right("two_year_recid", "decile_score", sure=None),
)
add("deciles", table({"two_year_recid": Y, "decile_score": DECILE}), Right("two_year_recid", "decile_score"))
add("logits", table({"label": Y, "logit": np.round(np.log(P / (1 - P)), 4)}), Right("label", "logit"))
add("percent", table({"actual": Y, "probability": [f"{100 * p:.1f} %" for p in P]}), Right("actual", "probability"))
add(
    "percent sign glued",
    table({"actual": Y, "confidence": [f"{100 * p:.0f}%" for p in P]}),
    Right("actual", "confidence"),
)
add(
    "semicolon, decimal comma",
    table({"y_true": Y, "y_prob": [str(p).replace(".", ",") for p in P]}, delimiter=";"),
    Right("y_true", "y_prob"),
)
add("tab", table({"id": IDS, "label": Y, "prediction": P}, delimiter="\t"), Right("label", "prediction"))
add("bar", table({"id": IDS, "label": Y, "prediction": P}, delimiter="|"), Right("label", "prediction"))
add("white space", table({"y_true": Y, "y_score": P}, delimiter="   "), Right("y_true", "y_score"))
add("CRLF", table({"y_true": Y, "y_score": P}, end="\r\n"), Right("y_true", "y_score"))
add("BOM", b"\xef\xbb\xbf" + table({"label": Y, "score": P}), Right("label", "score"))
add("UTF-16", table({"label": Y, "score": P}).decode().encode("utf-16"), Right("label", "score"))
add(
    "latin-1",
    table({"café": [f"né {i}" for i in range(N)], "label": Y, "score": P}).decode().encode("latin-1"),
    Right("label", "score"),
)
add("no header", table({"a": 2 * Y - 1, "b": P}, header=False), Right("column 1", "column 2"))
add("no header, score first", table({"a": P, "b": Y}, header=False), Right("column 2", "column 1"))
add("numeric header", table({"": range(N), "0": Y.astype(float), "1": P}), Right("0", "1", sure=None))
add(
    "duplicate header",
    b"y,score,score\n" + b"\n".join(f"{t},{p},{p}".encode() for t, p in zip(Y, P)) + b"\n",
    Right("y", "score"),
)
add(
    "R row names",
    b'"obs" "pred"\n' + b"\n".join(f'"{i + 1}" {t} {p}'.encode() for i, (t, p) in enumerate(zip(Y, P))) + b"\n",
    Right("obs", "pred"),
)
add(
    "R csv",
    table(
        {
            '""': [f'"{i}"' for i in range(1, N + 1)],
            '"truth"': [f'"{each}"' for each in labels(Y, "no", "yes")],
            '"prob"': P,
        }
    ),
    Right("truth", "prob", "yes"),
)
add("comment on top", b"# made by a model\n# version 3\n" + table({"label": Y, "score": P}), Right("label", "score"))
add("sep line", b"sep=;\n" + table({"label": Y, "score": P}, delimiter=";"), Right("label", "score"))
add("bracketed", table({"label": Y, "prediction": [f"[{p}]" for p in P]}), Right("label", "prediction"))
add("vector cells", table({"label": Y, "probs": [f'"[{1 - p:.6f} {p}]"' for p in P]}), Right("label", "probs[1]"))
add(
    "vector cells with commas",
    table({"label": Y, "probs": [f'"[{1 - p:.6f}, {p}]"' for p in P]}),
    Right("label", "probs[1]"),
)
add(
    "text with line breaks",
    table({"text": [f'"line one, {i}\nline ""two"""' for i in range(N)], "label": Y, "score": P}),
    Right("label", "score"),
)
add("no leading zero", table({"y": Y, "prob": [f"{p:.5f}".lstrip("0") for p in P]}), Right("y", "prob"))
add("tiny", table({"y": Y, "prob": [f"{p**40:.3E}" for p in P]}), Right("y", "prob"))
add(
    "long text beside",
    table(
        {
            "question": [f'"Is it true, that {i}?"' for i in range(N)],
            "model_answer": ["yes"] * N,
            "label": Y,
            "confidence": P,
        }
    ),
    Right("label", "confidence"),
)
add(
    "dates",
    table({"date": [f"2024-01-{1 + i % 28:02d}" for i in range(N)], "default": Y, "score": P}),
    Right("default", "score"),
)
add(
    "Kaggle oof with folds",
    table({"id": range(N), "target": Y, "oof": P, "fold": np.arange(N) % 5}),
    Right("target", "oof"),
)
add(
    "weights",
    table({"y_true": Y, "y_score": P, "sample_weight": np.round(RNG.random(N) + 0.5, 3)}),
    Right("y_true", "y_score"),
)
add("group", table({"gender": RNG.choice(["M", "F"], N), "y_true": Y, "y_score": P}), Right("y_true", "y_score"))
add(
    "truth last, unnamed domain",
    table({**features(N), "score": P, "zahlungsausfall": Y}),
    Right("zahlungsausfall", "score", sure=None),
)
add(
    "weka",
    table(
        {
            "inst#": range(1, N + 1),
            "actual": labels(Y, "1:neg", "2:pos"),
            "predicted": labels(HARD, "1:neg", "2:pos"),
            "error": ["+" if h != t else "" for h, t in zip(HARD, Y)],
            "prediction": np.where(HARD == 1, P, np.round(1 - P, 6)),
        }
    ),
    Right("actual", "prediction", "2:pos", sure=False),
)
add(
    "standardised dummies",
    table(
        {"x1": np.where(RNG.random(N) < 0.4, 1.569, -0.637), "x2": RNG.normal(size=N).round(4), "label": Y, "pred": P}
    ),
    Right("label", "pred"),
)
add(
    "ml.net",
    table(
        {
            "Label": labels(Y, "False", "True"),
            "PredictedLabel": labels(HARD, "False", "True"),
            "Score": np.round(np.log(P / (1 - P)), 5),
            "Probability": P,
        }
    ),
    Right("Label", "Probability", "True", sure=None),
)
add("h2o", table({"predict": HARD, "p0": np.round(1 - P, 6), "p1": P, "response": Y}), Right("response", "p1"))
add(
    "datarobot",
    table(
        {
            "row_id": range(N),
            "readmitted": labels(Y, "False", "True"),
            "Prediction": P,
            "PredictedLabel": labels(HARD, "False", "True"),
        }
    ),
    Right("readmitted", "Prediction", "True"),
)
add(
    "spark",
    table(
        {
            "label": Y.astype(float),
            "rawPrediction": [f'"[{-x:.5f},{x:.5f}]"' for x in np.log(P / (1 - P))],
            "probability": [f'"[{1 - p:.6f},{p}]"' for p in P],
            "prediction": HARD.astype(float),
        }
    ),
    Right("label", "probability[1]", sure=None),
)
add("sagemaker", table({"actual_label": Y, "xgb_output": P}), Right("actual_label", "xgb_output", sure=None))
add("autogluon", table({"": range(N), "0": np.round(1 - P, 6), "1": P, "class": Y}), Right("class", "1"))
add(
    "huggingface",
    table(
        {
            "text": [f'"some text, {i}"' for i in range(N)],
            "label": Y,
            "pred_label": HARD,
            "prob_0": np.round(1 - P, 6),
            "prob_1": P,
        }
    ),
    Right("label", "prob_1"),
)
add(
    "polls",
    table({"pollster": IDS, "dem_win_prob": P, "dem_won": Y, "cycle": RNG.choice([2016, 2018, 2020], N)}),
    Right("dem_won", "dem_win_prob"),
)
add(
    "spread of games",
    table(
        {
            "team": ["A"] * N,
            "elo_prob1": Q,
            "score1": RNG.integers(70, 130, N),
            "score2": RNG.integers(70, 130, N),
            "win1": Y,
        }
    ),
    Right("win1", "elo_prob1", sure=None),
)
