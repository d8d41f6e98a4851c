"""The data that strategies are compared on: samples with repeated splits, and an upload that has them."""

from dataclasses import dataclass

from f1tools.core.types import InvalidPredictions
from f1tools.repeats import Outcomes, default_reference, mean_ranks
from f1tools.ui.session import cache, state
from f1tools.ui.session.data import Sample, StrategyData, all_samples


@dataclass(frozen=True, eq=False)
class Experiment:
    """A comparison of strategies on one data set.

    Attributes
    ----------
    short
        A short name.
    about
        What the data are; empty for an upload.
    """

    id: str
    title: str
    short: str
    about: str
    data: StrategyData

    @property
    def outcomes(self) -> Outcomes:
        """What each strategy achieved."""
        return self.data.outcomes

    @property
    def reference(self) -> str:
        """The strategy that the others are compared with: the chosen one, else the default."""
        models, chosen = self.outcomes.models, state.view().reference
        return chosen if chosen in models else default_reference(models)

    @property
    def others(self) -> list[str]:
        """All other strategies."""
        return [model for model in self.outcomes.models if model != self.reference]

    @property
    def highlighted(self) -> str:
        """The strategy whose curve is drawn: the chosen one, else the best that can be drawn."""
        view, others = state.view(), self.others
        if view.strategy in others:
            return str(view.strategy)
        ranks = mean_ranks(self.outcomes)
        drawable = [each for each in others if view.by_share or "half" in self.outcomes.results[each].choices]
        return min(drawable or others or [self.reference], key=lambda model: ranks[model])


@dataclass(frozen=True, eq=False)
class Experiments:
    """All experiments by id, the upload first; and why the upload cannot be compared, where it should be."""

    by_id: dict[str, Experiment]
    error: str

    @property
    def current(self) -> Experiment:
        """The chosen experiment, else the one on the current data set, else the first."""
        preferred = (state.view().experiment, state.dataset().id)
        return next((self.by_id[each] for each in preferred if each in self.by_id), next(iter(self.by_id.values())))

    @property
    def comparable(self) -> list[Experiment]:
        """The current experiment, followed by all that share a strategy with it: what one table can show."""
        current, models = self.current, set(self.current.outcomes.models)
        others = (each for each in self.by_id.values() if each is not current)
        return [current, *(each for each in others if models & set(each.outcomes.models))]


def all_experiments() -> Experiments:
    """Compare the strategies on all data that have repeated splits."""
    try:
        uploaded, error = _from_upload(), ""
    except InvalidPredictions as invalid:
        uploaded, error = None, str(invalid)
    experiments = [uploaded, *(_from_sample(sample) for sample in all_samples().values() if sample.lab)]
    return Experiments({each.id: each for each in experiments if each is not None}, error)


def _from_upload() -> Experiment | None:
    upload = state.session().upload
    data = None if upload is None else cache.uploaded_strategies(upload.id, upload)
    if upload is None or data is None:
        return None
    return Experiment(upload.id, upload.title, "Your file", "", data)


def _from_sample(sample: Sample) -> Experiment:
    data = cache.sample_strategies(sample.id)
    return Experiment(sample.id, sample.title, sample.short, sample.sentence, data)
