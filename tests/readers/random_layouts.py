"""Random layouts of prediction files: names, label spellings, scales, several models and decoys in any combination."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tests.readers.made_files import Truth, World, make

TARGETS = (
    "y_true", "target", "label", "actual", "true_label", "ground_truth", "class", "y", "truth", "outcome", "obs",
    "churn", "default", "is_fraud", "Survived", "readmitted", "event", "clicked", "Attrition", "status",
)  # fmt: skip
UNKNOWN_TARGETS = ("zahlungsausfall", "resultado", "kuendigung", "flagged_by_team", "col_b")
SPELLINGS = (
    "0|1", "0.0|1.0", "no|yes", "No|Yes", "False|True", "FALSE|TRUE", "neg|pos", "-1|1", "benign|malignant",
    "ham|spam", "normal|anomaly", "N|Y",
)  # fmt: skip
SCORES = (
    "y_prob", "y_score", "score", "prob", "probability", "prediction", "pred_proba", "confidence", "risk_score", "p",
    "y_pred_proba", "proba", "predicted_probability", "oof", "pred_prob", "model_score",
)  # fmt: skip
MODELS = (
    ("rf_prob", "xgb_prob", "lr_prob"), ("prob_rf", "prob_nn", "prob_lr"), ("score_a", "score_b", "score_c"),
    ("lr", "rf", "svm"), ("xgb", "lgbm", "catboost"), ("model_a", "model_b", "model_c"), ("nn1", "nn2", "nn3"),
    ("baseline", "challenger", "ensemble"), ("bert", "roberta", "distilbert"), ("y_prob", "xgb", "lgbm"),
    ("score", "baseline", "model_a"), ("prob", "nn2", "catboost"), ("resnet50_prob", "vit_prob", "cnn_prob"),
)  # fmt: skip
CLASS_COLUMNS = (
    ("prob_0", "prob_1"), ("0", "1"), ("p0", "p1"), ("proba_0", "proba_1"), ("class_0", "class_1"),
    ("score_0", "score_1"),
)  # fmt: skip
NAMED_CLASS_COLUMNS = ("prob_{}", "p_{}", "{}", "{}_prob", "score_{}")
HARD = ("y_pred", "pred", "prediction", "predicted_label", "predicted", "pred_label", "Predicted")
FEATURES = (
    "age=age", "income=number", "ratio=unit", "married=flag", "has_discount=flag", "tenure=integer", "city=group",
    "gamma_name=related", "is_member=related", "x1=number", "x2=unit", "visits=integer", "comment=text",
    "signup_date=date", "owns_home=flag", "rooms=integer", "email_opened=related", "credit_lines=strong",
    "lab_value=strong", "risk_band=band", "error=error", "model_version=constant",
)  # fmt: skip
KEYS = ("id=id", "id=index", "index=index", "customer_id=id", "row_id=index", "=index")


def random_line(seed: int) -> tuple[str, World]:
    """Return a random layout and the rows behind it."""
    rng = np.random.default_rng(seed)
    labels = _pick(rng, SPELLINGS) if rng.random() < 0.5 else "0|1"
    scores = _scores(rng, labels)
    target = _targets(rng, labels)
    columns = [*scores, *target] if rng.random() < 0.5 else [*target, *scores]
    taken = {each.partition("=")[0] for each in columns}
    columns += _hard_predictions(rng, labels, taken)
    if rng.random() < 0.5:
        columns += [FEATURES[at] for at in rng.permutation(len(FEATURES))[: rng.integers(1, 7)]]
    if rng.random() < 0.06:
        columns.append("sample_weight=weight")
    if rng.random() < 0.08 and not taken & {"pred_conf", "confidence"}:
        columns.append("confidence=max")
    if rng.random() < 0.3:
        rng.shuffle(columns)
    if rng.random() < 0.4:
        columns.insert(0, _pick(rng, KEYS))
    separation = float(rng.choice([0.0, 0.5, 1.2, 1.8, 2.5, -1.2], p=[0.06, 0.12, 0.25, 0.35, 0.18, 0.04]))
    world = World.draw(seed, int(rng.integers(40, 600)), float(rng.uniform(0.08, 0.55)), separation)
    return ", ".join(columns), world


def _pick(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]


def _targets(rng: np.random.Generator, labels: str) -> list[str]:
    """Return a target, rarely one with unlabeled rows, a second one with its score, or none."""
    kind = rng.random()
    if kind < 0.05:
        return []
    name = _pick(rng, UNKNOWN_TARGETS if rng.random() < 0.06 else TARGETS)
    stray = _pick(rng, ("-1", "9", "99", "unlabeled")) if labels == "0|1" and kind < 0.12 else ""
    second = ["second_label=z", "second_label_prob=u"] if kind > 0.97 else []
    return [f"{name}=y({labels}){stray}", *second]


def _hard_predictions(rng: np.random.Generator, labels: str, taken: set[str]) -> list[str]:
    """Return no column, one of hard predictions, or that and one of whether they are correct."""
    name = _pick(rng, HARD)
    if name in taken or "pred_conf" in taken or rng.random() < 0.65:
        return []
    correct = [f"correct=correct({_pick(rng, ('0|1', 'False|True'))})"] if rng.random() < 0.2 else []
    return [f"{name}=hard({labels})", *correct]


def _scores(rng: np.random.Generator, labels: str) -> list[str]:
    """Return the columns of one model, of the two classes of a model, or of several models on equal or mixed scales."""
    negative, positive = labels.split("|")
    form = rng.random()
    if form < 0.4:
        scale = str(rng.choice(["", "", "", "", "", "%", ":logit", ":points", ":decile"]))
        return [f"{SCORES[int(rng.integers(len(SCORES)))]}=p{scale}"]
    if form < 0.65:
        if labels in ("0|1", "0.0|1.0") or rng.random() < 0.3:
            one, other = CLASS_COLUMNS[int(rng.integers(len(CLASS_COLUMNS)))]
        else:
            pattern = NAMED_CLASS_COLUMNS[int(rng.integers(len(NAMED_CLASS_COLUMNS)))]
            one, other = pattern.format(negative), pattern.format(positive)
        pair = [f"{one}=1-p", f"{other}=p"]
        return pair if rng.random() < 0.8 else pair[::-1]
    if form < 0.7:
        return ["pred_label=hard(" + labels + ")", "pred_conf=conf"]
    models = MODELS[int(rng.integers(len(MODELS)))][: int(rng.integers(2, 4))]
    scales = ["" if form < 0.9 or rng.random() < 0.5 else ":logit" for _ in models]
    return [f"{name}={model}{scale}" for name, model, scale in zip(models, "pqr", scales, strict=False)]


def random_file(seed: int) -> tuple[str, bytes, Truth]:
    """Return the layout of a random file, the file, and its right mapping."""
    line, world = random_line(seed)
    data, truth = make(line, world)
    return line, data, truth
