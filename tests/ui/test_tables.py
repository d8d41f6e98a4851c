"""The operating points as a file to take away."""

import csv as parser
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from f1tools.curve import ThresholdCurve
from f1tools.ui.tables import csv

rows = st.lists(st.tuples(st.booleans(), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=30)


@settings(deadline=None)  # the first run loads pandas
@given(rows)
def test_numbers_come_back_exactly(rows: list[tuple[bool, float]]) -> None:
    """Every threshold is there, in full precision, with its counts."""
    y_true, y_score = [True, False, *(label for label, _ in rows)], [0.1, 0.3, *(score for _, score in rows)]
    curve = ThresholdCurve.from_predictions(y_true, y_score)
    table = list(parser.DictReader(io.StringIO(csv(curve, "m"))))
    assert [float(row["threshold"]) for row in table] == curve.thresholds.tolist()
    assert [int(row["tp"]) for row in table] == curve.tp.tolist()
    assert [int(row["fp"]) for row in table] == curve.fp.tolist()


def test_a_model_is_never_a_formula() -> None:
    """A name that a spreadsheet would calculate is written as text."""
    curve = ThresholdCurve.from_predictions([1, 0], [0.9, 0.1])
    table = list(parser.DictReader(io.StringIO(csv(curve, "=HYPERLINK(0)"))))
    assert {row["model"] for row in table} == {"'=HYPERLINK(0)"}
