"""Files of the zoo by shape: keys, decisions, class columns, several models, features, stacks."""

from __future__ import annotations

import numpy as np

from tests.readers.making import features, labels, table
from tests.readers.zoo_base import HARD, IDS, RNG, N, P, Q, Right, Y, add, simple

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
add(
    "models by unknown names",
    table({"label": Y, "resnet18": P, "vitb16": Q, "zz top": np.round((P + Q) / 2, 6)}),
    Right("label", "resnet18 + vitb16 + zz top", sure=None),
)
add("a score called weights", table({"label": Y, "weights": P}), Right("label", "weights", sure=None))
add(
    "logits of two classes",
    table({"label": Y, "logit_0": np.round(-3 * P + Q, 5), "logit_1": np.round(3 * P + Q, 5)}),
    Right("label", "logit_1"),
)
add(
    "raw and calibrated",
    table({"y_true": Y, "raw_score": P, "calibrated_score": np.round(P**0.5, 6)}),
    Right("y_true", "raw_score + calibrated_score"),
)
add(
    "a tie's probability",
    table({"probwin": P, "probwin_outcome": Y, "probtie": np.round(RNG.random(N) / 100, 5)}),
    Right("probwin_outcome", "probwin"),
)
