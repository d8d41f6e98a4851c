"""MetaCost against its paper's rule."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from f1tools.lab.metacost import MetaCostClassifier, seeded


class Reader(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A stub whose chance is the first feature, whatever it was trained on; it remembers what that was."""

    def fit(self, X: Any, y: Any) -> Reader:  # noqa: N803 (scikit-learn's names)
        self.rows_, self.labels_, self.classes_ = X, y, np.unique(y)
        return self

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        return np.column_stack([1 - X[:, 0], X[:, 0]])


class Prevalence(Reader):
    """A stub whose chance is the share of positives that it was trained on: every bag has its own."""

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        return np.full((len(X), 2), [1 - self.labels_.mean(), self.labels_.mean()])


CHANCE = np.array([0.0, 0.125, 0.25, 0.5, 0.75, 1.0])
Y = np.array(["no", "yes", "no", "no", "no", "yes"])


def fitted(cost: float | str, **settings: Any) -> MetaCostClassifier:
    """Run MetaCost around the stub that reads its chance."""
    model = MetaCostClassifier(Reader(), positive_cost=cost, random_state=0, **settings)
    return model.fit(CHANCE[:, np.newaxis], Y)


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (1, [0, 0, 0, 1, 1, 1]),  # from a chance of 0.5
        (3, [0, 0, 1, 1, 1, 1]),  # from a chance of 1/4: a tie goes to the positive label
        (1 / 3, [0, 0, 0, 0, 1, 1]),  # from 3/4, a tie too
        (2.9, [0, 0, 0, 1, 1, 1]),
        ("balanced", [0, 0, 0, 1, 1, 1]),  # 4 negatives to 2 positives: from 1/3
    ],
)
def test_rows_get_the_label_that_is_cheapest(cost: float | str, expected: list[int]) -> None:
    """A miss costs its chance times the cost, a false alarm the rest of it; the old label is not asked."""
    model = fitted(cost)
    assert model.chances_ == pytest.approx(CHANCE)
    assert model.relabelled_.tolist() == [bool(label) for label in expected]
    assert model.estimator_.rows_[:, 0].tolist() == CHANCE.tolist()
    assert model.estimator_.labels_.tolist() == model.relabelled_.tolist()
    assert model.predict(np.array([[0.2], [0.5]])).tolist() == ["no", "yes"]
    assert model.positive_cost_ == (2.0 if cost == "balanced" else cost)


@pytest.mark.parametrize("n_estimators", [1, 3, 10])
def test_chances_are_those_of_the_bags_that_a_row_is_not_in(n_estimators: int) -> None:
    """Counted by hand from what each member was trained on; a row that is in each bag is asked of all."""
    rows = np.arange(8.0)[:, np.newaxis]
    y = np.arange(8) % 4 == 0
    model = MetaCostClassifier(Prevalence(), n_estimators=n_estimators, random_state=1).fit(rows, y)
    assert len(model.estimators_) == n_estimators
    everywhere = 0
    for row in range(8):
        told = [each.labels_.mean() for each in model.estimators_ if row not in each.rows_]
        everywhere += not told
        told = told or [each.labels_.mean() for each in model.estimators_]
        assert model.chances_[row] == pytest.approx(sum(told) / len(told))
    assert (everywhere > 0) == (n_estimators < 10)
    for each in model.estimators_:
        assert len(each.rows_) == 8
        assert each.labels_.tolist() == y[each.rows_[:, 0].astype(int)].tolist()
        assert each.labels_.any()
        assert not each.labels_.all()


@pytest.mark.parametrize(("cost", "chance"), [(1e9, 1.0), (1e-9, 0.0)])
def test_one_label_for_all_gives_one_score_for_all(cost: float, chance: float) -> None:
    """There is nothing to train on then; the scores say so, and are there."""
    rows = np.linspace(0.1, 0.9, 6)[:, np.newaxis]
    model = MetaCostClassifier(Reader(), positive_cost=cost, random_state=0).fit(rows, Y)
    assert model.relabelled_.tolist() == [chance == 1] * 6
    assert model.predict_proba(rows).tolist() == [[1 - chance, chance]] * 6
    assert set(model.predict(rows)) == {"yes" if chance else "no"}


def test_a_higher_cost_relabels_no_fewer() -> None:
    """With the bags the same, what is positive stays positive when misses cost more; and more are called."""
    rows, y = problem()
    found = [MetaCostClassifier(GaussianNB(), positive_cost=cost, random_state=0).fit(rows, y) for cost in (0.5, 1, 4)]
    for cheap, dear in pairwise(found):
        assert (cheap.relabelled_ <= dear.relabelled_).all()
        assert cheap.predict(rows).sum() < dear.predict(rows).sum()


def problem() -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Draw two features and a truth of which 30 of 100 are positive."""
    rng = np.random.default_rng(0)
    y = np.arange(100) < 30
    return rng.normal(y[:, np.newaxis] * 1.0, 1.0, (100, 2)), y


def test_the_seed_decides() -> None:
    """The same seed gives the same bags and members, another one others; the estimator stays as it is."""
    rows, y = problem()
    forest = RandomForestClassifier(5)

    def chances(seed: int) -> list[float]:
        bagged = MetaCostClassifier(forest, n_estimators=3, random_state=seed).fit(rows, y).chances_
        return [float(chance) for chance in bagged]

    assert chances(1) == chances(1)
    assert chances(1) != chances(2)
    assert forest.random_state is None
    assert not hasattr(forest, "estimators_")


def test_every_bag_is_learned_with_a_seed_of_its_own() -> None:
    """Members that begin alike would make the same mistakes; the last training keeps the estimator's own seed."""
    rows, y = problem()
    model = MetaCostClassifier(RandomForestClassifier(5, random_state=7), random_state=0).fit(rows, y)
    seeds = [each.random_state for each in model.estimators_]
    assert len(set(seeds)) == len(seeds) == 10
    assert model.estimator_.random_state == 7


def test_no_member_is_asked_of_a_row_whose_copies_it_knows() -> None:
    """Each row five times, the class pure chance: what is told of a row tells nothing about its class.

    With 60 different rows the area under the curve of chance has a standard deviation of 0.08. Were copies drawn apart,
    a nearest neighbour would know nearly all.
    """
    rng = np.random.default_rng(5)
    rows, y = np.repeat(rng.normal(size=(60, 2)), 5, axis=0), np.repeat(rng.permutation(np.arange(60) < 30), 5)
    order = rng.permutation(300)
    model = MetaCostClassifier(KNeighborsClassifier(1), random_state=0).fit(rows[order], y[order])
    assert abs(roc_auc_score(y[order], model.chances_) - 0.5) < 0.25
    for start in range(0, 300, 5):  # copies are told the same
        copies = model.chances_[np.isin(order, np.arange(start, start + 5))]
        assert copies == pytest.approx(copies[0])


def test_bags_are_rows_where_none_are_equal() -> None:
    """The plain bootstrap, drawn as numpy draws it from the same seed."""
    rows, y = np.arange(8.0)[:, np.newaxis], np.arange(8) % 2 == 0
    model = MetaCostClassifier(Prevalence(), n_estimators=1, random_state=3).fit(rows, y)
    expected = np.random.RandomState(3).randint(8, size=8)
    assert model.estimators_[0].rows_[:, 0].tolist() == expected.tolist()


def test_every_part_that_draws_gets_a_seed() -> None:
    """However deep it is; different ones, the same again from the same seed; the original is left alone."""
    model = make_pipeline(MetaCostClassifier(RandomForestClassifier()), LogisticRegression())

    def states(seed: int) -> list[int]:
        found = seeded(model, seed).get_params()
        return [value for name, value in found.items() if name.endswith("random_state")]

    assert len(states(3)) == len(set(states(3))) == 3
    assert states(3) == states(3)
    assert not set(states(3)) & set(states(4))
    assert model.get_params()["metacostclassifier__estimator__random_state"] is None


@pytest.mark.parametrize("cost", [0, -1, np.nan, np.inf, "high"])
def test_a_cost_must_be_a_number_above_0(cost: Any) -> None:
    """Or the word that takes it from the rows."""
    with pytest.raises(ValueError, match=r'^positive_cost must be "balanced" or a number above 0, got '):
        fitted(cost)


@pytest.mark.parametrize(
    ("y", "said"), [(["a"] * 6, "Two classes are needed, got one"), (list("aabbcc"), "Only binary")]
)
def test_two_classes_are_needed(y: list[str], said: str) -> None:
    """No more and no fewer."""
    with pytest.raises(ValueError, match=said):
        MetaCostClassifier(Reader()).fit(CHANCE[:, np.newaxis], y)


def test_it_is_a_scikit_learn_classifier() -> None:
    """As scikit-learn checks it."""
    check_estimator(MetaCostClassifier(GaussianNB(), n_estimators=3, random_state=0), on_skip=None)
