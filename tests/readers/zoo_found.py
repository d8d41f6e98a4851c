"""Files of the zoo that were misread once: errors as scores, decisions that give the score away, models by name."""

from __future__ import annotations

import numpy as np

from tests.readers.making import labels, table
from tests.readers.zoo_base import HARD, IDS, RNG, N, P, Q, Right, Y, add

KIND = np.where(Y == 1, RNG.choice(["probe", "flood", "worm"], N), "normal")
add(
    "error of reconstruction",
    table(
        {
            "original_label": KIND,
            "true_binary_label": Y,
            "reconstruction_error": np.round(3 * P**2, 6),
            "predicted_binary_label": HARD,
            "prediction": labels(HARD, "NORMAL", "ATTACK"),
        }
    ),
    Right("true_binary_label", "reconstruction_error"),
)
add(
    "a decision gives the score away",
    table({"case": IDS, "truth": Y, "zz": np.round(40 * P - 9, 4), "decision": HARD}),
    Right("truth", "zz"),
)
add(
    "a decision gives the score away, a better feature beside",
    table(
        {"label": Y, "leak": np.round(Y + 2.0 * Q, 4), "zz": np.round(9 * Q - 5, 4), "decision": (Q > 0.5).astype(int)}
    ),
    Right("label", "zz", sure=None),
)
add(
    "models by their names",
    table({"y_true": Y, "logistic_regression": P, "gradient_boosting": Q, "svm": np.round((P + Q) / 2, 6)}),
    Right("y_true", "logistic_regression + gradient_boosting + svm"),
)
add(
    "letters beside percentages",
    table(
        {
            "CHROM": RNG.integers(1, 23, N),
            "REF": RNG.choice(list("ACGT"), N),
            "True_Label": labels(Y, "Benign", "Pathogenic"),
            "RF_Pred": labels(HARD, "Benign", "Pathogenic"),
            "RF_Confidence": [f"{100 * p:.2f}%" for p in P],
        }
    ),
    Right("True_Label", "RF_Confidence", "Pathogenic"),
)
add(
    "a flag that the score runs against",
    table(
        {
            "is_returning": ((Q < 0.2) & (P < 0.4)).astype(int),
            "rooms": RNG.integers(1, 5, N),
            "y_pred": HARD,
            "y_pred_proba": P,
            "is_canceled": Y,
        }
    ),
    Right("is_canceled", "y_pred_proba", sure=None),
)
add(
    "two stacks, the finer one counts",
    table(
        {
            "ID": IDS * 3,
            "y_true": [*Y] * 3,
            "y_score": [*P, *Q, *np.round((P + Q) / 2, 6)],
            "encoder": ["graph"] * 2 * N + ["raw"] * N,
            "variant": ["small"] * N + ["large"] * N + ["baseline"] * N,
        }
    ),
    Right("y_true", "y_score", sure=False),
)
