"""The headline about groups: it names a worst group only where chance does not explain the difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import recall_score

from f1tools import GroupReport, Predictions, by_group, decide
from f1tools.groups.headline import far_worse, headline


def report(
    recalls: dict[str, tuple[int, int]], false_alarms: int = 10, negatives: int = 100, min_rows: int = 30
) -> GroupReport:
    """Return groups with so many positives caught of so many, and the same false alarms in each."""
    y_true, flagged, group = [], [], []
    for name, (caught, positives) in recalls.items():
        y_true += [1] * positives + [0] * negatives
        flagged += [1] * caught + [0] * (positives - caught) + [1] * false_alarms + [0] * (negatives - false_alarms)
        group += [name] * (positives + negatives)
    predictions = Predictions.from_arrays(y_true, np.asarray(flagged, dtype=float), group=group)
    decision = decide(predictions.curves(), threshold=0.5)
    return by_group(predictions, decision, min_rows=min_rows, n_resamples=500)


def test_the_worst_group_is_named() -> None:
    """Beside all others; groups that could be as low are named, too."""
    found = headline(report({"a": (90, 100), "b": (50, 100), "c": (55, 100)}))
    others = recall_score([1] * 200, [1] * 145 + [0] * 55)
    assert found.answer.startswith("Recall is lowest for b: 0.500 (95% interval 0.40")
    assert found.answer.endswith(f"); for all others it is {others:.3f}.")
    assert found.support.startswith("c could be as low. The largest difference, 0.400, has the 95% interval")


def test_of_two_groups_the_other_one_is_named() -> None:
    found = headline(report({"a": (90, 100), "b": (50, 100)}))
    assert found.answer.endswith("); for a it is 0.900.")
    assert "could be as low" not in found.support
    assert found.support.endswith("The precision differs, too.") == (
        report({"a": (90, 100), "b": (50, 100)}).gaps["precision"].p_value <= 0.05 / 3
    )


def test_a_difference_that_could_be_chance() -> None:
    """No group is called worst, and the sentence says what cannot be ruled out."""
    found = headline(report({"a": (72, 100), "b": (65, 100)}))
    assert found.answer == "The differences between the groups could be chance."
    assert found.support.startswith("The recall differs by 0.070 at most; chance alone gives about 0.0")
    assert "cannot rule out a difference of up to 0." in found.support


def test_few_rows_are_never_the_worst() -> None:
    """A group of twenty positives of which none is caught has no part in the recall."""
    found = headline(report({"tiny": (0, 20), "a": (90, 100), "b": (50, 100)}))
    assert found.answer.startswith("Recall is lowest for b")
    assert found.support.endswith("tiny has too few rows to be compared.")
    assert "lowest" not in headline(report({"tiny": (0, 20), "a": (90, 100), "b": (88, 100)})).answer


def test_few_rows_that_are_compared_are_not_the_worst_either() -> None:
    """Where the caller lets a group of twenty positives take part, the sentence says that groups differ, not which."""
    found = headline(report({"tiny": (2, 20), "a": (90, 100), "b": (88, 100)}, min_rows=10))
    assert found.answer == "Recall differs between the groups by more than chance explains."
    assert "fewer than 30 positives of tiny" in found.support


@pytest.mark.parametrize(
    ("recalls", "negatives", "answer"),
    [
        ({"a": (9, 10), "b": (1, 10)}, 12, "The groups have too few rows to be compared."),
        ({"a": (90, 100)}, 100, "All rows belong to one group, a."),
    ],
)
def test_nothing_to_compare(recalls: dict[str, tuple[int, int]], negatives: int, answer: str) -> None:
    assert headline(report(recalls, 10, negatives)).answer == answer


def test_too_few_clusters_are_named_as_such() -> None:
    """Twenty positives, each of them fifteen equal rows of a cluster, are twenty effective rows and not 300."""
    positives = {"tiny": 20, "a": 100, "b": 100}
    y_true, flagged, group = [], [], []
    for place, (name, n) in enumerate(positives.items()):
        y_true += [1] * n + [0] * 100
        flagged += [row % 10 != place for row in range(n)] + [row % 10 == 0 for row in range(100)]
        group += [name] * (n + 100)
    columns = (np.repeat(np.asarray(each), 15) for each in (y_true, flagged, group, range(len(group))))
    truth, score, names, cluster = columns
    rows = Predictions.from_arrays(truth, score.astype(float), group=names, cluster=cluster)
    decision = decide(rows.curves(), threshold=0.5)
    counted = "effective rows (rows of one cluster are kept together)"
    found = by_group(rows, decision, min_rows=30, n_resamples=100)
    assert found.gaps["recall"].left_out == ("tiny",)
    assert headline(found).support.endswith(f"tiny has too few {counted} to be compared.")
    none = by_group(rows, decision, min_rows=200, n_resamples=100)
    assert headline(none).answer == f"The groups have too few {counted} to be compared."
    apart = Predictions.from_arrays(truth, score.astype(float), group=names)
    assert by_group(apart, decide(apart.curves(), threshold=0.5), min_rows=200).gaps["recall"].left_out == ()


@given(st.permutations(["a", "b", "c"]), st.integers(0, 3))
@settings(max_examples=10)
def test_names_do_not_matter(names: list[str], seed: int) -> None:
    """The worst group is the one with the fewest caught, whatever its name is and wherever it stands."""
    del seed
    found = headline(report(dict(zip(names, [(95, 100), (90, 100), (40, 100)], strict=True))))
    assert f"lowest for {names[2]}:" in found.answer


def test_a_group_that_is_far_worse() -> None:
    """The headline's sentence, where even Newcombe's interval at a level for all pairs reaches 0.2; few rows never."""
    far = report({"a": (90, 100), "b": (50, 100), "c": (88, 100)})
    assert far_worse(far) == headline(far).answer
    near = report({"a": (90, 100), "b": (70, 100)})
    assert headline(near).answer.startswith("Recall is lowest for b")
    assert far_worse(near) == ""
    assert far_worse(report({"a": (90, 100), "b": (89, 100), "tiny": (0, 20)})) == ""
    assert far_worse(report({"a": (90, 100)})) == ""
