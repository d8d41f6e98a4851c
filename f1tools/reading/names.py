"""What a column's name says about what is in it: evidence, never proof."""

from __future__ import annotations

import re
from functools import lru_cache

_JOINED = re.compile(r"(.+) \([^()]*\)")  # a column of a second file, see join.py
_TOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")

_TRUTH = {
    4.0: "true truth truths actual actuals target targets groundtruth gt ground observed obs ytrue ytest gold goldlabel",
    3.0: "label labels class classes y outcome outcomes answer expected real reference ref annotation annotated dependent",
    2.0: (
        "result results status response event flag winflag win won winner churn churned churner default defaulted fraud "
        "fraudulent isfraud survived survival died death mortality dead exited readmitted readmission attrition purchase "
        "purchased converted conversion click clicked subscribed approved diagnosis disease cancer tumor malignant diabetes "
        "stroke sepsis case recid recidivism employed toxic toxicity spam spoof hate sarcastic duplicate relevant relevance "
        "anomaly outlier attack bad good success failure fail failed pass passed correct incorrect key hit is has binary positive "
        "cardio income loan depression infected delinquent delinquency bankrupt bankruptcy insincere hospitalized hospitalised covid "
        "left quit leave returned sold fault defect defective pulsar phishing malware bot human rain raintomorrow y1 home"
    ),
}
_SCORE = {
    4.0: "prob proba probability probabilities probs score scores logit logits pprob yscore yprob yproba predproba probas scored",
    3.0: (
        "pred preds predict predicted prediction predictions oof confidence conf likelihood forecast forecasts yhat phat posterior "
        "propensity margin risk llr sigmoid softmax chance certainty odds ypred prognosis"
    ),
    2.0: (
        "p model models output outputs raw estimate estimated est fitted response xgb xgboost lgb lgbm lightgbm catboost cat rf svm svc "
        "lr nn cnn bert roberta logreg logistic logit forest ensemble blend stack stacked gbm gbdt knn mlp lstm gru dnn tree nb ada "
        "adaboost decile marker rate weight avg average mean rank percentile value hat link lp eta distance similarity sim linear "
        "regression resnet efficientnet gpt llm vit classifier svr elasticnet lasso ridge bayes naive neural network boost index"
    ),
}
_DECIDED = frozenset(
    [
        "pred",
        "preds",
        "predict",
        "predicted",
        "prediction",
        "predictions",
        "yhat",
        "ypred",
        "hat",
        "decision",
        "decisions",
        "decided",
        "guess",
        "guessed",
        "assigned",
        "classified",
        "hard",
        "hardlabel",
        "thresholded",
        "binarized",
        "binarised",
        "inferred",
        "output",
        "estimated",
        "forecast",
        "model",
    ]
)
_DECOY = frozenset(
    [
        "sex",
        "gender",
        "male",
        "female",
        "native",
        "married",
        "marital",
        "smoker",
        "smoking",
        "smokes",
        "famhistory",
        "history",
        "treatment",
        "arm",
        "train",
        "istrain",
        "test",
        "dataset",
        "split",
        "fold",
        "group",
        "cohort",
        "site",
        "region",
        "race",
        "ethnicity",
        "white",
        "black",
        "hispanic",
        "foreign",
        "own",
        "owner",
        "has_phone",
        "phone",
        "email",
        "partner",
        "dependents",
        "senior",
        "weekend",
        "holiday",
        "month",
        "day",
        "hour",
        "week",
        "quarter",
        "season",
        "censored",
        "missing",
        "imputed",
        "flagged",
        "valid",
        "used",
        "selected",
    ]
)
_PLAIN_NUMBER = frozenset(
    [
        "id",
        "ids",
        "idx",
        "index",
        "rowid",
        "row",
        "rowindex",
        "rownames",
        "unnamed",
        "no",
        "nr",
        "num",
        "number",
        "uid",
        "uuid",
        "pid",
        "key",
        "date",
        "time",
        "timestamp",
        "datetime",
        "year",
        "month",
        "day",
        "hour",
        "minute",
        "second",
        "age",
        "ages",
        "lat",
        "latitude",
        "lon",
        "lng",
        "longitude",
        "zip",
        "zipcode",
        "count",
        "counts",
        "amount",
        "price",
        "cost",
        "salary",
        "balance",
        "income",
        "duration",
        "length",
        "width",
        "height",
        "size",
        "depth",
        "seed",
        "fold",
        "epoch",
        "iteration",
        "step",
        "rep",
        "repeat",
        "run",
        "batch",
        "order",
        "line",
        "position",
        "pos_start",
        "start",
        "end",
        "begin",
        "stop",
        "total",
        "sum",
        "n",
        "fare",
        "freq",
        "frequency",
        "elo",
        "goals",
        "points",
        "spi",
        "mtry",
        "cp",
        "sigma",
        "lambda",
        "alpha",
        "degree",
        "loss",
        "error",
        "errors",
        "residual",
        "residuals",
        "entropy",
        "variance",
        "var",
        "std",
        "sd",
        "se",
        "stderr",
        "ci",
        "lower",
        "upper",
        "threshold",
        "cutoff",
        "label",
        "target",
    ]
)
_MEASURED = frozenset(
    "credit creditscore fico bureau exam math maths reading writing sat gre gpa toefl ielts imdb apgar satisfaction spending loyalty "
    "engagement health home away team opponent pain sofa apache glasgow gcs saps customer quality review sentiment compound polarity".split()
)
_JUDGES = frozenset("correct iscorrect hit match matched matches error wrong acc right misclassified mistake".split())
_AFTERMATH = frozenset("error residual residuals resid loss logloss brier diff difference correct abs squared".split())
_ROLES = {
    "weight": frozenset({"sample weight", "sample weights", "case weight", "case weights", "instance weight", "obs weight", "row weight",
                         "survey weight", "importance weight", "weights", "sampleweight", "pweight", "svywt", "wgt"}),
    "weight?": frozenset({"weight", "w", "wt", "wts"}),
    "stack": frozenset({"model", "models", "method", "methods", "algorithm", "algo", "classifier", "clf", "learner", "model name",
                        "modelname", "model id", "run", "run id", "seed", "random state", "rep", "repeat", "repetition", "trial",
                        "experiment", "exp", "variant", "config", "epoch", "iteration", "iter", "resample", "bootstrap", "checkpoint",
                        "architecture", "estimator", "algorithm name", "classifier name", "system", "mtry", "feature set", "featureset"}),
    "fold": frozenset({"fold", "folds", "cv", "cv fold", "fold id", "foldid", "kfold", "fold idx", "fold number", "split", "split id",
                       "outer fold", "inner fold", "outer split", "fold no"}),
    "part": frozenset({"set", "dataset", "subset", "partition", "phase", "data split", "split", "data set", "sample set", "stage", "data"}),
    "group": frozenset({"group", "groups", "segment", "sex", "gender", "race", "ethnicity", "region", "country", "state", "site",
                        "center", "centre", "cohort", "hospital", "sensitive", "protected", "subgroup", "age group", "age cat",
                        "risk group", "domain", "source", "category", "language", "lang", "demographic"}),
}  # fmt: skip
_ID = re.compile(
    r"(?:.*[ _.\-])?(?:id|ids|idx|index|uid|uuid|guid|key|row|rowid|rownames|rowindex|name|filename|file|path|image|img|"
    r"inst#|inst|filepath|fname|utt|uttid|url|sample|record|instance)|unnamed.*|.*id|\w*(?:filename|file_name|image_name|image_path)",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """Return the words and numbers a name is made of, in lower case."""
    return tuple(token.lower() for token in _TOKEN.findall(name))


def _best(name: str, table: dict[float, str]) -> float:
    words = {*tokens(name), "".join(tokens(name))}
    return max((points for points, known in table.items() if words & set(known.split())), default=0.0)


def _tells_score(name: str) -> bool:
    lower = name.lower()
    return any(
        stem in lower for stem in ("prob", "score", "logit", "confid", "likelihood", "decision_func", "decisionfunc")
    )


def is_decision(name: str) -> bool:
    """Say whether a column of two values by this name is a model's decision rather than the truth."""
    words = tokens(name)
    if words and words[-1] in ("outcome", "truth", "true", "actual", "target"):
        return False
    return bool(_DECIDED & set(words)) or "pred" in name.lower() or _tells_score(name)


@lru_cache(maxsize=4096)
def truth_points(name: str) -> float:
    """Return how much a name speaks for a truth: 4 (`y_true`) to -4 (`predicted`)."""
    words = tokens(name)
    if words and words[-1] == "outcome":
        return 4.0
    if is_decision(name):
        return -4.0
    points = _best(name, _TRUTH)
    lower = name.lower()
    if points < 4 and any(stem in lower for stem in ("truth", "target", "actual", "ground")):
        points = 4.0
    if points < 3 and ("label" in lower or lower.startswith("ytrue")):
        points = 3.0
    if _DECOY & set(words) and points < 4:
        return -3.0
    return points


def judges(name: str) -> bool:
    """Say whether a column of two values by this name may tell whether a prediction was right."""
    return bool(_JUDGES & {*tokens(name), "".join(tokens(name))})


def aftermath(name: str) -> bool:
    """Say whether a column by this name is made from truth and prediction, such as a residual."""
    return bool(_AFTERMATH & set(tokens(name)))


@lru_cache(maxsize=4096)
def score_points(name: str) -> float:
    """Return how much a name speaks for a score: 4 (`y_prob`) to -3 (`age`)."""
    if (joined := _JOINED.fullmatch(name)) is not None:
        return max(2.0, score_points(joined[1]))
    words = set(tokens(name))
    if words & _MEASURED:
        return -1.0
    points = _best(name, _SCORE)
    if _tells_score(name):
        points = 4.0
    elif points < 3 and "pred" in name.lower():
        points = 3.0
    if points < 3 and words & _PLAIN_NUMBER:
        return -3.0
    if (
        points == 4.0
        and words & {"error", "loss", "log", "std", "rank", "entropy", "var", "variance", "raw"}
        and "logit" not in words
    ):
        return 2.5
    return points


def names_truth(name: str) -> bool:
    """Say whether the name is that of a truth, whatever the column holds."""
    return truth_points(name) >= 3


def role(name: str) -> str:
    """Return the part the name suggests beside truth and score: one of `weight`, `weight?`, `stack`, `fold`, `part`, `group`, `id` or ""."""
    plain = " ".join(tokens(name))
    if tokens(name)[-1:] == ("weight",) and len(tokens(name)) > 1 and "sample" in tokens(name):
        return "weight"
    for known, spellings in _ROLES.items():
        if plain in spellings:
            return known
    return "id" if _ID.fullmatch(name.strip()) and score_points(name) < 3 else ""


_FILLERS = frozenset(["prob", "proba", "probability", "probabilities", "probs", "score", "scores", "pred", "preds", "predicted", "prediction", "predictions", "p", "outcome", "label", "truth", "true", "actual", "target", "y", "result", "class", "the", "of", "is", "has", "col", "oof", "forecast", "flag", "value", "column", "model"])  # fmt: skip


def share_stem(truth: str, score: str) -> bool:
    """Say whether two names belong together, as `prob1` and `prob1_outcome` or `cancer` and `cancerpredmarker`."""
    joined = _JOINED.fullmatch(score)
    if joined is not None and joined[1] == truth:
        return True
    one, other = "".join(tokens(truth)), "".join(tokens(score))
    if len(one) >= 4 and one in other and one not in _FILLERS:
        return True
    stem = "".join(token for token in tokens(truth) if token != "outcome")
    if tokens(truth)[-1:] == ("outcome",) and stem == other:
        return True
    left = {token for token in tokens(truth) if token not in _FILLERS and (len(token) > 2)}
    return bool(left & {token for token in tokens(score) if token not in _FILLERS})


def names_label(score: str, label: str) -> bool:
    """Say whether a score column is named after a class: `p_cat`, `Class1`, `prob_1`, `1`, `noPep`."""
    wanted = "".join(tokens(label)) or label.strip().lower()
    words = list(tokens(score))
    if not wanted or "".join(words) == wanted or score.strip().lower() == label.strip().lower():
        return bool(wanted)
    if wanted.isdigit():
        return words[-1:] == [wanted] and bool(_FILLERS & set(words[:-1]))
    rest = "".join(word for word in words if word not in _FILLERS)
    return rest == wanted or (len(wanted) >= 3 and wanted in words)
