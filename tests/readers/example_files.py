"""Prediction files with the names and shapes of real ones, each with its right mapping; the numbers are made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.readers.helpers import features, labels, rows, table

Y, P = rows()
N = len(Y)
Q = rows(seed=0, spread=0.8)[1]
HARD = (P >= 0.5).astype(int)
RNG = np.random.default_rng(5)
IDS = [f"case_{i:04d}" for i in range(N)]


@dataclass(frozen=True)
class Expected:
    """The right mapping of a file.

    Attributes
    ----------
    truth : str
        Columns with the same classes may be alternatives, separated by a bar.
    scores : tuple of str
    pos_label : str
    is_sure : bool or None
        Whether the reader must be sure; None leaves it open.
    """

    truth: str
    scores: tuple[str, ...]
    pos_label: str = "1"
    is_sure: bool | None = True


EXAMPLES: dict[str, tuple[bytes, Expected]] = {}


def add(
    name: str,
    data: bytes | Mapping[str, Any],
    truth: str,
    scores: str,
    pos_label: str = "1",
    *,
    sure: bool | None = True,
    **layout: Any,
) -> None:
    """Add a file, or a table of columns with a layout, with its right mapping; scores are separated by plus signs."""
    assert name not in EXAMPLES
    content = data if isinstance(data, bytes) else table(data, **layout)
    EXAMPLES[name] = content, Expected(truth, tuple(scores.split(" + ")), pos_label, sure)


# fmt: off
NAMES = (
    ("y_true", "y_pred_proba"), ("y_true", "y_prob"), ("y_true", "y_score"), ("target", "prediction"),
    ("label", "score"), ("actual", "predicted"), ("Actual", "Probability"), ("true_label", "pred_prob"),
    ("label", "pred"), ("y", "p"), ("y_test", "y_pred"), ("class", "prob"), ("ground_truth", "confidence"),
    ("Target", "Predicted"), ("truth", "estimate"), ("churn", "churn_probability"), ("Exited", "prob"),
    ("default", "PD_score"), ("is_fraud", "fraud_score"), ("Survived", "proba"),
    ("Actual_Label", "Predicted_Probability"), ("trueLabel", "predScore"), ("outcome", "risk_score"),
    ("obs", "pred"), ("real", "pred"), ("readmitted", "predicted_risk"), ("toxic", "toxicity_score"),
    ("gt", "logit_sigmoid"), ("answer", "forecast"), ("event", "phat"), ("is_duplicate", "is_duplicate_pred"),
    ("labels", "probs"), ("TARGET", "oof"), ("HeartDisease", "HeartDisease_prob"),
    ("First Attempt", "Predicted First Attempt"), ("clicked", "pctr"), ("won", "win_prob"),
    ("result", "model_output"),
)
for _truth, _score in NAMES:
    add(f"two columns {_truth},{_score}", {_truth: Y, _score: P}, _truth, _score, sure=None)
    add(f"score first {_score},{_truth}", {_score: P, _truth: Y}, _truth, _score, sure=None)

# Shapes: keys, hard predictions, class columns, several models, features, long formats
add("with an id", {"target": Y, "prediction": P, "id": IDS}, "target", "prediction")
add("id first", {"id": range(N), "target": Y, "prediction": P}, "target", "prediction")
add("pandas index", {"": range(N), "y_true": Y, "y_prob": P}, "y_true", "y_prob")
add("unnamed index", {"Unnamed: 0": range(N), "label": Y, "score": P}, "label", "score")
add("hard beside", {"y_true": Y, "y_pred": HARD, "y_prob": P}, "y_true", "y_prob")
add("Actual,Predicted,Probability", {"Actual": Y, "Predicted": HARD, "Probability": P}, "Actual", "Probability")
add("label,prediction,probability", {"label": Y, "prediction": HARD, "probability": P}, "label", "probability")
add("true_class,pred_class,score", {"true_class": Y, "pred_class": HARD, "score": P}, "true_class", "score")
add("predicted target beside", {"predicted_target": HARD, "true_target": Y, "prob": P}, "true_target", "prob")
add("correctness beside", {"label": Y, "pred": HARD, "prob": P, "correct": (HARD == Y).astype(int)}, "label", "prob")
add("flag is the decision", {**features(N), "Class": Y, "fraud_probability": P, "fraud_flag": HARD}, "Class",
    "fraud_probability")
add("class columns from 0", {"y_true": Y, "prob_0": np.round(1 - P, 6), "prob_1": P}, "y_true", "prob_1")
add("class columns first", {"0": np.round(1 - P, 6), "1": P, "target": Y}, "target", "1")
add("class columns in reverse", {"y": Y, "p1": P, "p0": np.round(1 - P, 6)}, "y", "p1")
add("class columns from 1", {"truth": Y, "prob_1": np.round(1 - P, 6), "prob_2": P}, "truth", "prob_2")
add("negative class first", {"label": labels(Y, "no", "yes"), "noPep": np.round(1 - P, 6), "yesPep": P}, "label",
    "yesPep", "yes")
add("caret No,Yes", {"pred": labels(HARD, "No", "Yes"), "obs": labels(Y, "No", "Yes"), "No": np.round(1 - P, 6),
    "Yes": P, "rowIndex": range(1, N + 1)}, "obs", "Yes", "Yes")
add("first level is positive", {"truth": labels(Y, "Class2", "Class1"), "Class1": P, "Class2": np.round(1 - P, 6),
    "predicted": labels(HARD, "Class2", "Class1")}, "truth", "Class1", "Class1", sure=False)
add("p_cat,p_dog", {"filename": [f"{i}.jpg" for i in range(N)], "class": labels(Y, "dog", "cat"), "p_cat": P,
    "p_dog": np.round(1 - P, 6)}, "class", "p_cat", "cat", sure=False)
add("p_c1 alone", {"class": labels(Y, "c0", "c1"), "p_c1": P}, "class", "p_c1", "c1", sure=None)
add("benign malignant", {"diagnosis": labels(Y, "benign", "malignant"), "prob_malignant": P}, "diagnosis",
    "prob_malignant", "malignant")
add("ham spam", {"label": labels(Y, "ham", "spam"), "spam_score": P, "text_id": range(N)}, "label", "spam_score",
    "spam")
add("human ai", {"id": IDS, "label": labels(Y, "Human", "AI"), "score": P}, "label", "score", "AI")
add("incorrect correct", {"status": labels(Y, "incorrect", "correct"), "prob": P}, "status", "prob", "correct")
add("bonafide spoof", {"utt": [f"LA_E_{i}" for i in range(N)], "key": labels(Y, "spoof", "bonafide"),
    "score": np.round(8 * P - 5, 4)}, "key", "score", "bonafide", sure=None)
add("spoof white space", {"utt": [f"LA_E_{i}" for i in range(N)], "attack": ["A07"] * N, "key": labels(Y, "spoof",
    "bonafide"), "score": np.round(8 * P - 5, 4)}, "column 3", "column 4", "bonafide", sure=None, delimiter=" ",
    header=False)
add("minus one", {"y": 2 * Y - 1, "decision_function": np.round(6 * P - 3, 4)}, "y", "decision_function")
add("true false", {"actual": labels(Y, "FALSE", "TRUE"), "probability": P}, "actual", "probability", "TRUE")
add("True False", {"y_true": labels(Y, "False", "True"), "y_score": P}, "y_true", "y_score", "True")
add("1.0 0.0", {"target": Y.astype(float), "pred": P}, "target", "pred")
add("yes no", {"Attrition": labels(Y, "No", "Yes"), "score": P}, "Attrition", "score", "Yes")
add("pos neg", {"class": labels(Y, "neg", "pos"), "proba": P}, "class", "proba", "pos")
add("one two", {"y": Y + 1, "prob": P}, "y", "prob", "2", sure=None)
add("several models", {"y_true": Y, "rf_prob": P, "xgb_prob": Q, "lr_prob": np.round((P + Q) / 2, 6)}, "y_true",
    "rf_prob + xgb_prob + lr_prob")
add("several models and a constant", {"row_id": RNG.permutation(N), "actual": Y, "baseline_score": ["0.1661"] * N,
    "logistic_regression_score": Q, "random_forest_score": P, "predicted": HARD}, "actual",
    "logistic_regression_score + random_forest_score")
add("models by name only", {"target": Y, "rf": P, "xgb": Q, "svm": np.round((2 * P + Q) / 3, 6)}, "target",
    "rf + xgb + svm", sure=None)
add("models with decisions", {"truth": Y, "rf_pred": HARD, "rf_prob": P, "nn_pred": (Q > 0.5).astype(int),
    "nn_prob": Q}, "truth", "rf_prob + nn_prob")
add("paired columns", {"team1": ["A"] * N, "prob1": P, "prob1_outcome": Y, "prob2": np.round(1 - P, 6),
    "prob2_outcome": 1 - Y}, "prob1_outcome", "prob1")
add("one-hot truth", {"true_0": 1 - Y, "true_1": Y, "pred_0": np.round(1 - P, 6), "pred_1": P}, "true_1", "pred_1")
add("feature table", {**features(N), "target": Y, "y_pred_proba": P, "y_pred": HARD}, "target", "y_pred_proba")
add("feature table, domain truth", {**features(N), "employed": Y, "predicted_probability": P, "prediction": HARD},
    "employed", "predicted_probability")
add("a very wide table", {**{f"x{i}": RNG.integers(0, 2, N) for i in range(200)}, **{f"z{i}": RNG.random(N).round(4)
    for i in range(200)}, "status": Y, "risk_score": P}, "status", "risk_score")
add("marker", {"patientid": range(N), "cancer": labels(Y, "FALSE", "TRUE"), "dead": RNG.integers(0, 2, N),
    "age": RNG.integers(30, 90, N), "famhistory": RNG.integers(0, 2, N), "cancerpredmarker": P}, "cancer",
    "cancerpredmarker", "TRUE")
add("win lose beside a flag", {"state": IDS, "year": RNG.integers(2008, 2020, N), "forecast_prob": P,
    "result": labels(Y, "Lose", "Win"), "winflag": Y}, "winflag|result", "forecast_prob", sure=None)
DECILE = np.clip(np.ceil(10 * P), 1, 10).astype(int)
add("recidivism", {"sex": RNG.choice(["Male", "Female"], N), "age": RNG.integers(18, 70, N),
    "juv_fel_count": RNG.integers(0, 3, N), "decile_score": DECILE, "priors_count": RNG.integers(0, 15, N),
    "is_violent_recid": RNG.integers(0, 2, N), "decile_score.1": DECILE, "score_text": ["Low"] * N,
    "two_year_recid": Y}, "two_year_recid", "decile_score", sure=None)
add("deciles", {"two_year_recid": Y, "decile_score": DECILE}, "two_year_recid", "decile_score")
add("models by unknown names", {"label": Y, "resnet18": P, "vitb16": Q, "zz top": np.round((P + Q) / 2, 6)}, "label",
    "resnet18 + vitb16 + zz top", sure=None)
add("a score called weights", {"label": Y, "weights": P}, "label", "weights", sure=None)
add("logits of two classes", {"label": Y, "logit_0": np.round(-3 * P + Q, 5), "logit_1": np.round(3 * P + Q, 5)},
    "label", "logit_1 - logit_0")
add("raw and calibrated", {"y_true": Y, "raw_score": P, "calibrated_score": np.round(P ** 0.5, 6)}, "y_true",
    "raw_score + calibrated_score")
add("a tie's probability", {"probwin": P, "probwin_outcome": Y, "probtie": np.round(RNG.random(N) / 100, 5)},
    "probwin_outcome", "probwin")

# Layouts, and files that well-known programs write
add("logits", {"label": Y, "logit": np.round(np.log(P / (1 - P)), 4)}, "label", "logit")
add("percent", {"actual": Y, "probability": [f"{100 * p:.1f} %" for p in P]}, "actual", "probability")
add("percent sign glued", {"actual": Y, "confidence": [f"{100 * p:.0f}%" for p in P]}, "actual", "confidence")
add("semicolon, decimal comma", {"y_true": Y, "y_prob": [str(p).replace(".", ",") for p in P]}, "y_true", "y_prob",
    delimiter=";")
add("tab", {"id": IDS, "label": Y, "prediction": P}, "label", "prediction", delimiter="\t")
add("bar", {"id": IDS, "label": Y, "prediction": P}, "label", "prediction", delimiter="|")
add("white space", {"y_true": Y, "y_score": P}, "y_true", "y_score", delimiter="   ")
add("CRLF", {"y_true": Y, "y_score": P}, "y_true", "y_score", end="\r\n")
add("BOM", b"\xef\xbb\xbf" + table({"label": Y, "score": P}), "label", "score")
add("UTF-16", table({"label": Y, "score": P}).decode().encode("utf-16"), "label", "score")
add("latin-1", table({"café": [f"né {i}" for i in range(N)], "label": Y, "score": P}).decode().encode("latin-1"),
    "label", "score")
add("no header", {"a": 2 * Y - 1, "b": P}, "column 1", "column 2", header=False)
add("no header, score first", {"a": P, "b": Y}, "column 2", "column 1", header=False)
add("numeric header", {"": range(N), "0": Y.astype(float), "1": P}, "0", "1", sure=None)
add("duplicate header", b"y,score,score\n" + b"\n".join((f"{t},{p},{p}".encode() for t, p in zip(Y, P,
    strict=True))) + b"\n", "y", "score")
add("R row names", b'"obs" "pred"\n' + b"\n".join((f'"{i + 1}" {t} {p}'.encode() for i, (t, p) in enumerate(zip(Y, P,
    strict=True)))) + b"\n", "obs", "pred")
add("R csv", {'""': [f'"{i}"' for i in range(1, N + 1)], '"truth"': [f'"{each}"' for each in labels(Y, "no", "yes")],
    '"prob"': P}, "truth", "prob", "yes")
add("comment on top", b"# made by a model\n# version 3\n" + table({"label": Y, "score": P}), "label", "score")
add("sep line", b"sep=;\n" + table({"label": Y, "score": P}, delimiter=";"), "label", "score")
add("bracketed", {"label": Y, "prediction": [f"[{p}]" for p in P]}, "label", "prediction")
add("vector cells", {"label": Y, "probs": [f'"[{1 - p:.6f}\n {p}]"' for p in P]}, "label", "probs[1]")
add("vector cells with commas", {"label": Y, "probs": [f'"[{1 - p:.6f}, {p}]"' for p in P]}, "label", "probs[1]")
add("text with line breaks", {"text": [f'"line one, {i}\nline ""two"""' for i in range(N)], "label": Y, "score": P},
    "label", "score")
add("no leading zero", {"y": Y, "prob": [f"{p:.5f}".lstrip("0") for p in P]}, "y", "prob")
add("tiny", {"y": Y, "prob": [f"{p ** 40:.3E}" for p in P]}, "y", "prob")
add("long text beside", {"question": [f'"Is it true, that {i}?"' for i in range(N)], "model_answer": ["yes"] * N,
    "label": Y, "confidence": P}, "label", "confidence")
add("dates", {"date": [f"2024-01-{1 + i % 28:02d}" for i in range(N)], "default": Y, "score": P}, "default", "score")
add("Kaggle oof with folds", {"id": range(N), "target": Y, "oof": P, "fold": np.arange(N) % 5}, "target", "oof")
add("weights", {"y_true": Y, "y_score": P, "sample_weight": np.round(RNG.random(N) + 0.5, 3)}, "y_true", "y_score")
add("group", {"gender": RNG.choice(["M", "F"], N), "y_true": Y, "y_score": P}, "y_true", "y_score")
add("truth last, unnamed domain", {**features(N), "score": P, "zahlungsausfall": Y}, "zahlungsausfall", "score",
    sure=None)
add("weka", {"inst#": range(1, N + 1), "actual": labels(Y, "1:neg", "2:pos"), "predicted": labels(HARD, "1:neg",
    "2:pos"), "error": ["+" if h != t else "" for h, t in zip(HARD, Y, strict=True)],
    "prediction": np.where(HARD == 1, P, np.round(1 - P, 6))}, "actual", "prediction", "2:pos")
add("standardised dummies", {"x1": np.where(RNG.random(N) < 0.4, 1.569, -0.637), "x2": RNG.normal(size=N).round(4),
    "label": Y, "pred": P}, "label", "pred")
add("ml.net", {"Label": labels(Y, "False", "True"), "PredictedLabel": labels(HARD, "False", "True"),
    "Score": np.round(np.log(P / (1 - P)), 5), "Probability": P}, "Label", "Probability", "True", sure=None)
add("h2o", {"predict": HARD, "p0": np.round(1 - P, 6), "p1": P, "response": Y}, "response", "p1")
add("datarobot", {"row_id": range(N), "readmitted": labels(Y, "False", "True"), "Prediction": P,
    "PredictedLabel": labels(HARD, "False", "True")}, "readmitted", "Prediction", "True")
add("spark", {"label": Y.astype(float), "rawPrediction": [f'"[{-x:.5f},{x:.5f}]"' for x in np.log(P / (1 - P))],
    "probability": [f'"[{1 - p:.6f},{p}]"' for p in P], "prediction": HARD.astype(float)}, "label", "probability[1]",
    sure=None)
add("sagemaker", {"actual_label": Y, "xgb_output": P}, "actual_label", "xgb_output", sure=None)
add("autogluon", {"": range(N), "0": np.round(1 - P, 6), "1": P, "class": Y}, "class", "1")
add("huggingface", {"text": [f'"some text, {i}"' for i in range(N)], "label": Y, "pred_label": HARD,
    "prob_0": np.round(1 - P, 6), "prob_1": P}, "label", "prob_1")
add("polls", {"pollster": IDS, "dem_win_prob": P, "dem_won": Y, "cycle": RNG.choice([2016, 2018, 2020], N)},
    "dem_won", "dem_win_prob")
add("spread of games", {"team": ["A"] * N, "elo_prob1": Q, "score1": RNG.integers(70, 130, N),
    "score2": RNG.integers(70, 130, N), "win1": Y}, "win1", "elo_prob1", sure=None)

# Files that were once misread: errors as scores, hard predictions that identify the score, models by name
KIND = np.where(Y == 1, RNG.choice(["probe", "flood", "worm"], N), "normal")
add("error of reconstruction", {"original_label": KIND, "true_binary_label": Y,
    "reconstruction_error": np.round(3 * P ** 2, 6), "predicted_binary_label": HARD, "prediction": labels(HARD,
    "NORMAL", "ATTACK")}, "true_binary_label", "reconstruction_error")
add("a decision gives the score away", {"case": IDS, "truth": Y, "zz": np.round(40 * P - 9, 4), "decision": HARD},
    "truth", "zz")
add("a decision gives the score away, a better feature beside", {"label": Y, "leak": np.round(Y + 2.0 * Q, 4),
    "zz": np.round(9 * Q - 5, 4), "decision": (Q > 0.5).astype(int)}, "label", "zz", sure=None)
add("models by their names", {"y_true": Y, "logistic_regression": P, "gradient_boosting": Q,
    "svm": np.round((P + Q) / 2, 6)}, "y_true", "logistic_regression + gradient_boosting + svm")
add("letters beside percentages", {"CHROM": RNG.integers(1, 23, N), "REF": RNG.choice(list("ACGT"), N),
    "True_Label": labels(Y, "Benign", "Pathogenic"), "RF_Pred": labels(HARD, "Benign", "Pathogenic"),
    "RF_Confidence": [f"{100 * p:.2f}%" for p in P]}, "True_Label", "RF_Confidence", "Pathogenic")
add("a flag that the score runs against", {"is_returning": ((Q < 0.2) & (P < 0.4)).astype(int),
    "rooms": RNG.integers(1, 5, N), "y_pred": HARD, "y_pred_proba": P, "is_canceled": Y}, "is_canceled",
    "y_pred_proba", sure=None)
add("two stacks, the finer one counts", {"ID": IDS * 3, "y_true": [*Y] * 3, "y_score": [*P, *Q, *np.round((P + Q) / 2,
    6)], "encoder": ["graph"] * 2 * N + ["raw"] * N, "variant": ["small"] * N + ["large"] * N + ["baseline"] * N},
    "y_true", "y_score", sure=False)

# Long formats of repeated splits that no columns declare
REPEATED_FOLDS = {
    "repeat": np.repeat([0, 1], 2 * N), "fold": np.tile(np.r_[np.arange(N) % 5, (np.arange(N) + 1) % 5], 2),
    "set": np.tile(np.repeat(["valid", "test"], N), 2), "y_true": np.tile(Y, 4),
    "lr_proba": np.r_[P, Q, np.round((P + Q) / 2, 6), np.round((3 * P + Q) / 4, 6)],
    "rf_proba": np.r_[Q, P, np.round((3 * P + Q) / 4, 6), np.round((P + 3 * Q) / 4, 6)],
}
add("repeat and fold without a key", REPEATED_FOLDS, "y_true", "lr_proba + rf_proba", sure=False)
add("runs of other rows each", {"id": range(4 * N), "run": np.repeat([1, 2], 2 * N), "set": np.tile(["valid", "test"],
    2 * N), "y_true": np.tile(Y, 4), "prob_a": np.r_[P, Q, P, Q], "prob_b": np.r_[Q, Q, P, P]}, "y_true",
    "prob_a + prob_b", sure=False)
