"""Which columns are models of their own."""

from __future__ import annotations

import numpy as np
import pytest

from f1tools.readers import read_predictions
from tests.readers.making import rows, table

Y, P = rows(300)
Q = rows(300, spread=0.7)[1]
LOGITS = np.log(P / (1 - P))


@pytest.mark.parametrize("names", [("prob_m0", "prob_m1"), ("score_v0", "score_v1"), ("prob_seed0", "prob_seed1")])
def test_models_numbered_like_the_classes_are_two(names: tuple[str, str]) -> None:
    """Names that end like the labels 0 and 1 don't make two rankings alike the columns of two classes."""
    reading = read_predictions(table({"y_true": Y, names[0]: P, names[1]: Q}))
    assert reading.outcome == "sure"
    assert reading.predictions is not None
    assert reading.predictions.models == names


def test_columns_of_two_classes_are_one_model_though_they_do_not_sum_to_one() -> None:
    """What ranks the rows the other way round belongs to the other class."""
    reading = read_predictions(table({"y_true": Y, "logit_0": -LOGITS, "logit_1": 2 * LOGITS}))
    assert reading.predictions is not None
    assert reading.predictions.models == ("logit_1",)


def test_many_models_are_all_read() -> None:
    """A search over settings leaves dozens of models, and none is lost."""
    models = {f"prob_m{i}": np.round(P * (1 - i / 200) + Q * i / 200, 9) for i in range(60)}
    reading = read_predictions(table({"y_true": Y, **models}))
    assert reading.predictions is not None
    assert reading.predictions.models == tuple(models)


def test_a_column_that_may_hold_weights_is_not_passed_over_in_silence() -> None:
    """A column named weight may hold the weight of a patient: it is not used, and that is said."""
    data = table({"true": Y, "prob": P, "weight": np.round(Q * 3, 6)})
    reading = read_predictions(data)
    assert reading.predictions is not None
    assert reading.predictions.sample_weight is None
    assert [warning.kind for warning in reading.warnings] == ["unused_weight"]
    assert "The column weight may hold weights of the rows, and is not used" in reading.warnings[0].sentence
