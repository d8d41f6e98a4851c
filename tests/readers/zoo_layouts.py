"""Files of the zoo by layout, and those that well-known programs write."""

from __future__ import annotations

import numpy as np

from tests.readers.making import features, labels, table
from tests.readers.zoo_base import HARD, IDS, RNG, N, P, Q, Right, Y, add

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
    b"y,score,score\n" + b"\n".join(f"{t},{p},{p}".encode() for t, p in zip(Y, P, strict=True)) + b"\n",
    Right("y", "score"),
)
add(
    "R row names",
    b'"obs" "pred"\n'
    + b"\n".join(f'"{i + 1}" {t} {p}'.encode() for i, (t, p) in enumerate(zip(Y, P, strict=True)))
    + b"\n",
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
            "error": ["+" if h != t else "" for h, t in zip(HARD, Y, strict=True)],
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
