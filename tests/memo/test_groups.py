"""Groups in a memo: scikit-learn's numbers of each group, the largest gap in words, and no small count."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix, f1_score, precision_score, recall_score

from f1tools import formatting
from f1tools.decision import Decision, decide
from f1tools.groups import by_group
from f1tools.groups.headline import headline
from f1tools.memo import Section, Snapshot, build_snapshot, memo_html
from f1tools.predictions import Predictions
from f1tools.readers import Choices
from tests.memo.helpers import (
    CREATED,
    HOSTILE,
    ParsedPage,
    as_json,
    cells,
    predictions,
    section,
    source_of,
    warnings,
)

SHARES = {"north": 0.6, "south": 0.3, "west": 0.1}


def with_groups(rows: Predictions, names: Any = None, seed: int = 1, **options: Any) -> Predictions:
    """Return the rows with a group each."""
    if names is None:
        names = np.random.default_rng(seed).choice(list(SHARES), rows.n, p=list(SHARES.values()))
    return Predictions(rows.y_true, rows.scores, rows.pos_label, rows.neg_label, group=names, **options)


def memo_of(rows: Predictions, decision: Decision | None = None, **options: Any) -> Snapshot:
    """Return the memo about the first model with its groups; few resamples, which only move the interval of the gap."""
    decision = decide(rows.curves()) if decision is None else decision
    groups = by_group(rows, decision, n_resamples=200)
    source = source_of(rows, read_as=Choices(group="region"))
    return build_snapshot(decision, source, groups=groups, created=CREATED, **options)


def numbers(y_true: NDArray[Any], flagged: NDArray[Any]) -> tuple[str, ...]:
    """Return the cells of a row: scikit-learn's metrics with scipy's intervals."""
    tp = int((y_true & flagged).sum())
    texts = []
    for of, trials in ((precision_score, int(flagged.sum())), (recall_score, int(y_true.sum()))):
        wilson = binomtest(tp, trials).proportion_ci(method="wilson")
        texts += [formatting.metric_value(of(y_true, flagged))]
        texts += [f"{formatting.metric_value(wilson.low)} to {formatting.metric_value(wilson.high)}"]
    texts.append(formatting.metric_value(f1_score(y_true, flagged)))
    return str(y_true.size), str(int(y_true.sum())), formatting.percent(float(flagged.mean())), *texts


def test_metrics_of_groups() -> None:
    """Each group has scikit-learn's metrics at the memo's threshold, and small ones are marked."""
    rows = with_groups(predictions(600))
    memo = memo_of(rows)
    part, flagged = section(memo, "groups"), rows.scores["forest"] >= float(memo.threshold)
    assert part.table is not None
    assert part.table.head == (
        *("region", "Cases", "Positive", "Flagged"),
        *("Precision", "Precision, 95% interval", "Recall", "Recall, 95% interval", "F1"),
    )
    group = rows.group
    assert group is not None
    expected = {name: numbers(rows.y_true[group == name], flagged[group == name]) for name in SHARES}
    assert {name.removesuffix(" *"): row for name, row in cells(part).items()} == expected
    few = {name for name in SHARES if min(np.bincount(rows.y_true[group == name])) < 30}
    assert {name.removesuffix(" *") for name in cells(part) if name.endswith(" *")} == few == {"west"}
    assert f"At {memo.threshold}, the same threshold for all groups" in part.notes[0]


@pytest.mark.parametrize("threshold", [0.3, np.inf])
def test_a_threshold_by_hand_on_the_evaluation_set(threshold: float) -> None:
    """Groups are those of the evaluation set at the threshold of the memo, also where it flags nothing."""
    plain = predictions(600)
    rows = with_groups(plain, tuning=np.arange(600) % 2 == 0)
    table = cells(section(memo_of(rows, decide(rows.curves(), threshold=threshold)), "groups"))
    assert rows.group is not None
    for name in ("north", "south"):
        of = (rows.group == name) & (np.arange(600) % 2 == 1)
        y_true, flagged = rows.y_true[of], rows.scores["forest"][of] >= threshold
        row = next(row for key, row in table.items() if key.startswith(name))
        assert row[:3] == (str(of.sum()), str(y_true.sum()), formatting.percent(float(flagged.mean())))
        assert row[5] == formatting.metric_value(recall_score(y_true, flagged))
        assert (row[3] == formatting.UNDEFINED) == (threshold == np.inf)


def test_the_statement() -> None:
    """It is that of the page Compare; where groups are summed, that of the rows of the table."""
    rows = with_groups(predictions(2000))
    score = np.where((rows.group == "south") & rows.y_true, rows.scores["forest"] * 0.7, rows.scores["forest"])
    rows = with_groups(Predictions(rows.y_true, {"forest": score}))
    decision = decide(rows.curves(), threshold=0.5)
    expected = headline(by_group(rows, decision, n_resamples=200))
    assert expected.answer.startswith("Recall is lowest for south: ")
    assert section(memo_of(rows, decision), "groups").sentences == tuple(expected)
    summed = section(memo_of(rows, decision, suppress_below=24), "groups")
    assert list(cells(summed)) == ["north", "Other groups"]  # west is small, and south goes with it
    rest = rows.group != "north"
    recall = [formatting.metric_value(recall_score(rows.y_true[of], score[of] >= 0.5)) for of in (rest, ~rest)]
    assert summed.sentences[0].startswith(f"Recall is lowest for Other groups: {recall[0]} (95% interval")
    assert summed.sentences[0].endswith(f"); for north it is {recall[1]}.")


def test_many_groups() -> None:
    """The largest groups are listed; the others are counted, with the metrics of their rows together."""
    rows = predictions(3000)
    names = np.minimum(np.random.default_rng(0).geometric(0.08, 3000), 60).astype(str)
    rows = with_groups(rows, names)
    memo = memo_of(rows)
    table = cells(section(memo, "groups"))
    sizes = {name: int((names == name).sum()) for name in np.unique(names)}
    (others,) = (name for name in table if "other groups" in name)
    listed = {name.removesuffix(" *") for name in table} - {others}
    assert len(table) == 20
    assert others == f"{len(sizes) - 19} other groups"
    assert min(sizes[name] for name in listed) >= max(sizes[name] for name in sizes if name not in listed)
    rest = ~np.isin(names, list(listed))
    assert table[others] == numbers(rows.y_true[rest], rows.scores["forest"][rest] >= float(memo.threshold))


def test_groups_that_say_nothing() -> None:
    """One group is no comparison, and a report about another threshold, model or other rows is refused."""
    rows = with_groups(predictions(models=("forest", "linear")), np.repeat("all", 300))
    assert [each.kind for each in memo_of(rows).sections] == ["warnings", "uncertainty", "provenance"]
    decision = decide(rows.curves())
    moved = with_groups(Predictions(~rows.y_true, rows.scores))
    same_threshold = decide(moved.curves(), threshold=decision.point.threshold)
    for of, other in (
        (rows, decide(rows.curves(), threshold=0.9)),
        (rows, decide(rows.curves("linear"))),
        (moved, same_threshold),
    ):
        with pytest.raises(ValueError, match="The groups are about another decision"):
            build_snapshot(decision, source_of(rows), groups=by_group(of, other, n_resamples=20))


def test_names_are_text() -> None:
    """Names of groups and of their column are escaped."""
    rows = with_groups(predictions(), np.where(np.arange(300) % 2, HOSTILE, "<b>x</b>"))
    decision = decide(rows.curves())
    source = source_of(rows, read_as=Choices(group=HOSTILE))
    page = memo_html(build_snapshot(decision, source, groups=by_group(rows, decision, n_resamples=20)))
    parsed = ParsedPage(page)
    assert parsed.all("img") == []
    assert len(parsed.all("script")) == 2
    assert all(name in parsed.text for name in ("<b>x</b>", HOSTILE[:20]))


def confusion(rows: Predictions, threshold: float) -> dict[str, tuple[int, ...]]:
    """Return tn, fp, fn, tp of each group."""
    assert rows.group is not None
    flagged = rows.scores["forest"] >= threshold
    return {
        str(name): tuple(confusion_matrix(rows.y_true[of], flagged[of], labels=[False, True]).ravel().tolist())
        for name in np.unique(rows.group)
        for of in [rows.group == name]
    }


@st.composite
def grouped_rows(draw: st.DrawFn) -> Predictions:
    """Draw rows of up to six groups of very different sizes."""
    n, n_groups, seed = draw(st.integers(60, 400)), draw(st.integers(2, 6)), draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    sizes = rng.dirichlet(np.full(n_groups, draw(st.sampled_from([0.3, 1.0, 10.0]))))
    return with_groups(predictions(n, seed=seed), rng.choice([*"abcdef"[:n_groups]], n, p=sizes))


def small(counts: tuple[int, ...], below: int) -> bool:
    return any(0 < count < below for count in counts)


@given(grouped_rows(), st.integers(2, 12), st.none() | st.sampled_from([0.3, 0.6]))
def test_small_counts_of_groups_are_suppressed(rows: Predictions, below: int, threshold: float | None) -> None:
    """Listed groups and the sum of the others have no small count; among the others are a safe and an unsafe group."""
    decision = decide(rows.curves(), threshold=threshold)
    memo = memo_of(rows, decision, suppress_below=below)
    parts, minimum = [each for each in memo.sections if each.kind == "groups"], max(below, 3)
    matrices = confusion(rows, decision.point.threshold)
    if len(matrices) == 1:
        assert parts == []
        return
    (part,) = parts
    unsafe = {name for name, counts in matrices.items() if small(counts, minimum)}
    if part.table is None:
        assert unsafe
        assert not re.search(r"\d\.\d", part.sentences[0])
        return
    table = {name.removesuffix(" *"): row for name, row in cells(part).items()}
    listed = {name for name in table if name != "Other groups"}
    hidden = matrices.keys() - listed
    assert not listed & unsafe
    assert ("Other groups" in table) == bool(hidden) == bool(unsafe)
    if hidden:
        assert hidden - unsafe
        sums = tuple(map(sum, zip(*(matrices[name] for name in hidden), strict=True)))
        assert not small(sums, minimum)
        assert table["Other groups"][:2] == (str(sum(sums)), str(sums[2] + sums[3]))


def test_the_sum_says_nothing_about_its_groups() -> None:
    """Rows that trade places between groups of the sum leave the memo as it is, to the last character."""
    rows = predictions(600)
    names = np.repeat(["a", "b", "c", "d"], [400, 170, 10, 20])
    memos = []
    for order in (["c", "d"], ["d", "c"]):
        swapped = names.copy()
        for old, new in zip(["c", "d"], order, strict=True):
            swapped[names == old] = new
        memos.append(as_json(memo_of(with_groups(rows, swapped), suppress_below=10)))
    assert memos[0] == memos[1]
    assert "Other groups" in memos[0]
    full: Section = section(memo_of(with_groups(rows, names)), "groups")
    assert full.table is not None
    assert len(full.table.rows) == 4


def test_groups_of_clustered_rows() -> None:
    """Intervals are those of by_group, which keeps clusters together; a sum of groups that share clusters has none."""
    rows = predictions(3000)
    names = np.minimum(np.random.default_rng(5).geometric(0.08, 3000), 40).astype(str)
    rows = with_groups(rows, names, cluster=np.arange(3000) // 3)
    decision = decide(rows.curves())
    report = {each.name: each.rows.intervals["recall"].text for each in by_group(rows, decision, n_resamples=50).groups}
    table = {name.removesuffix(" *"): row for name, row in cells(section(memo_of(rows, decision), "groups")).items()}
    others = next(row for name, row in table.items() if "other groups" in name)
    assert others[4] == others[6] == "–"
    assert all(row[6] == report[name] for name, row in table.items() if name in report)


def test_a_group_that_the_model_fails_is_a_warning() -> None:
    """With the numbers of the section, whether or not this is included; with suppression those of displayed groups."""
    rows, names = predictions(600), np.where(np.arange(600) % 2, "north", "south")
    score = np.where((names == "south") & rows.y_true, 0.1, rows.scores["forest"])
    rows = with_groups(Predictions(rows.y_true, {"forest": score}), names)
    decision = decide(rows.curves(), threshold=0.5)
    title = "The model fails one group"
    for options in ({}, {"suppress_below": 5}):
        memo = memo_of(rows, decision, **options)
        answer = section(memo, "groups").sentences[0]
        assert warnings(memo)[title].startswith(f"At 0.5, recall{answer.removeprefix('Recall')} ")
    without = memo_of(rows, decision, show_groups=False)
    assert title in warnings(without)
    assert all(each.kind != "groups" for each in without.sections)
    assert title not in warnings(memo_of(with_groups(predictions(600)), decide(predictions(600).curves())))
