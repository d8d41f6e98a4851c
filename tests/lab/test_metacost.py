"""MetaCost against the rule of its paper."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from f1tools.lab.metacost import MetaCostClassifier, seeded
from tests.lab.tables import FirstFeature, task


class Prevalence(FirstFeature):
    """A stub whose probability is the share of positives in its training data, which differs between bags."""

    def predict_proba(self, X: Any) -> Any:  # noqa: N803
        return np.full((len(X), 2), [1 - self.labels_.mean(), self.labels_.mean()])


PROBABILITY = np.array([0.0, 0.125, 0.25, 0.5, 0.75, 1.0])
EXAMPLE = task(100)
Y = np.array(["no", "yes", "no", "no", "no", "yes"])


@pytest.mark.parametrize(
    ("cost", "expected"),
    [
        (1, [0, 0, 0, 1, 1, 1]),  # from a probability of 0.5
        (3, [0, 0, 1, 1, 1, 1]),  # from 1/4: a tie goes to the positive label
        (1 / 3, [0, 0, 0, 0, 1, 1]),  # from 3/4, a tie too
        (2.9, [0, 0, 0, 1, 1, 1]),
        ("balanced", [0, 0, 0, 1, 1, 1]),  # 4 negatives to 2 positives: from 1/3
    ],
)
def test_rows_get_the_label_of_least_expected_cost(cost: float | str, expected: list[int]) -> None:
    """The label depends on the probability and the cost alone, not on the row's original label."""
    model = MetaCostClassifier(FirstFeature(), positive_cost=cost, random_state=0).fit(PROBABILITY[:, np.newaxis], Y)
    assert model.probabilities_ == pytest.approx(PROBABILITY)
    assert len(model.estimators_) == 10
    assert model.relabeled_.tolist() == [bool(label) for label in expected]
    assert model.estimator_.rows_[:, 0].tolist() == PROBABILITY.tolist()
    assert model.estimator_.labels_.tolist() == model.relabeled_.tolist()
    assert model.predict(np.array([[0.2], [0.5]])).tolist() == ["no", "yes"]
    assert model.positive_cost_ == (2.0 if cost == "balanced" else cost)


@pytest.mark.parametrize("n_estimators", [1, 3, 10])
def test_probabilities_are_those_of_the_bags_that_a_row_is_not_in(n_estimators: int) -> None:
    """The members without the row in their training data are averaged; for a row in every bag, all members are."""
    rows = np.arange(8.0)[:, np.newaxis]
    y = np.arange(8) % 4 == 0
    model = MetaCostClassifier(Prevalence(), n_estimators=n_estimators, random_state=1).fit(rows, y)
    assert len(model.estimators_) == n_estimators
    everywhere = 0
    for row in range(8):
        shares = [each.labels_.mean() for each in model.estimators_ if row not in each.rows_]
        everywhere += not shares
        shares = shares or [each.labels_.mean() for each in model.estimators_]
        assert model.probabilities_[row] == pytest.approx(sum(shares) / len(shares))
    assert (everywhere > 0) == (n_estimators < 10)
    for each in model.estimators_:
        assert len(each.rows_) == 8
        assert each.labels_.tolist() == y[each.rows_[:, 0].astype(int)].tolist()
        assert each.labels_.any()
        assert not each.labels_.all()


@pytest.mark.parametrize(("cost", "probability"), [(1e9, 1.0), (1e-9, 0.0)])
def test_one_label_for_all_gives_one_score_for_all(cost: float, probability: float) -> None:
    """No classifier can be trained on one class, so all rows are predicted to have it."""
    rows = np.linspace(0.1, 0.9, 6)[:, np.newaxis]
    model = MetaCostClassifier(FirstFeature(), positive_cost=cost, random_state=0).fit(rows, Y)
    assert model.relabeled_.tolist() == [probability == 1] * 6
    assert model.predict_proba(rows).tolist() == [[1 - probability, probability]] * 6
    assert set(model.predict(rows)) == {"yes" if probability else "no"}


def test_a_higher_cost_relabels_no_fewer() -> None:
    """With the same bags, positive labels stay positive at a higher cost, and more rows are predicted positive."""
    models = [MetaCostClassifier(GaussianNB(), positive_cost=cost, random_state=0) for cost in (0.5, 1, 4)]
    for low, high in pairwise(model.fit(EXAMPLE.X, EXAMPLE.y) for model in models):
        assert (low.relabeled_ <= high.relabeled_).all()
        assert low.predict(EXAMPLE.X).sum() < high.predict(EXAMPLE.X).sum()


def test_seeds_of_the_bags() -> None:
    """The seed determines the probabilities, every bag has its own seed, and the final training keeps the estimator's.

    The original estimator is not changed.
    """
    forest = RandomForestClassifier(5, random_state=7)
    one, same, other = (
        MetaCostClassifier(forest, n_estimators=3, random_state=seed).fit(EXAMPLE.X, EXAMPLE.y) for seed in (1, 1, 2)
    )
    assert one.probabilities_.tolist() == same.probabilities_.tolist() != other.probabilities_.tolist()
    assert len({each.random_state for each in one.estimators_}) == 3
    assert one.estimator_.random_state == forest.random_state == 7
    assert not hasattr(forest, "estimators_")


def test_out_of_bag_members_have_no_copies_of_a_row() -> None:
    """With random classes and five copies of each row, out-of-bag probabilities of nearest neighbors are uninformative.

    With 60 distinct rows the AUC of random scores has a standard deviation of 0.08. If copies were drawn separately, it
    would be near 1.
    """
    rng = np.random.default_rng(5)
    rows, y = np.repeat(rng.normal(size=(60, 2)), 5, axis=0), np.repeat(rng.permutation(np.arange(60) < 30), 5)
    order = rng.permutation(300)
    model = MetaCostClassifier(KNeighborsClassifier(1), random_state=0).fit(rows[order], y[order])
    assert abs(roc_auc_score(y[order], model.probabilities_) - 0.5) < 0.25
    for start in range(0, 300, 5):  # copies have the same probability
        copies = model.probabilities_[np.isin(order, np.arange(start, start + 5))]
        assert copies == pytest.approx(copies[0])


def test_without_duplicates_bags_are_bootstrap_samples() -> None:
    """The bags are the same as numpy draws from the same seed."""
    rows, y = np.arange(8.0)[:, np.newaxis], np.arange(8) % 2 == 0
    model = MetaCostClassifier(Prevalence(), n_estimators=1, random_state=3).fit(rows, y)
    expected = np.random.RandomState(3).randint(8, size=8)
    assert model.estimators_[0].rows_[:, 0].tolist() == expected.tolist()


def test_every_random_state_gets_its_own_seed() -> None:
    """Nested estimators have distinct, reproducible seeds, and the original model is not changed."""
    model = make_pipeline(MetaCostClassifier(RandomForestClassifier()), LogisticRegression())

    def states(seed: int) -> list[int]:
        actual = seeded(model, seed).get_params()
        return [value for name, value in actual.items() if name.endswith("random_state")]

    assert len(states(3)) == len(set(states(3))) == 3
    assert states(3) == states(3)
    assert not set(states(3)) & set(states(4))
    assert model.get_params()["metacostclassifier__estimator__random_state"] is None


COST = '^positive_cost must be "balanced" or a number above 0, got '


@pytest.mark.parametrize(
    ("cost", "y", "message"),
    [
        *((cost, Y, COST) for cost in (0, -1, np.nan, np.inf, "high")),
        (1, ["a"] * 6, "Two classes are needed, got one"),
        (1, list("aabbcc"), "Only binary"),
    ],
)
def test_invalid_costs_and_classes_raise(cost: Any, y: Any, message: str) -> None:
    """The cost is positive and finite or "balanced", and there are exactly two classes."""
    with pytest.raises(ValueError, match=message):
        MetaCostClassifier(FirstFeature(), positive_cost=cost).fit(PROBABILITY[:, np.newaxis], y)


def test_it_is_a_scikit_learn_classifier() -> None:
    """It passes scikit-learn's checks."""
    check_estimator(MetaCostClassifier(GaussianNB(), n_estimators=3, random_state=0), on_skip=None)
