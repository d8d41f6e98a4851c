"""What the strategies can be compared on: the samples made for it, and an upload that holds repeated splits."""

from dataclasses import dataclass

from f1tools.core.errors import InvalidPredictions
from f1tools.repeats import Outcomes, default_reference, mean_ranks
from f1tools.ui.sections.strategies.compared import Compared
from f1tools.ui.session import cache, state
from f1tools.ui.session.data import Sample, all_samples


@dataclass(frozen=True, eq=False)
class Run:
    """A comparison of strategies, with what to call it.

    Attributes
    ----------
    short
        A name for where there is little room.
    about
        What the data are; empty for an upload.
    asked
        The strategy that somebody wants the others to be compared with; None leaves it to the default.
    """

    id: str
    title: str
    short: str
    about: str
    compared: Compared
    asked: str | None = None

    @property
    def outcomes(self) -> Outcomes:
        """What each strategy reached."""
        return self.compared.outcomes

    @property
    def reference(self) -> str:
        """The strategy that the others are compared with."""
        models = self.outcomes.models
        return self.asked if self.asked in models else default_reference(models)

    @property
    def others(self) -> list[str]:
        """All other strategies."""
        return [model for model in self.outcomes.models if model != self.reference]

    @property
    def highlighted(self) -> str:
        """The strategy that is drawn against the reference: the one asked for, else the best that can be drawn."""
        view, others = state.view(), self.others
        if view.strategy in others:
            return str(view.strategy)
        places = mean_ranks(self.outcomes)
        drawn = [each for each in others if view.by_share or "half" in self.outcomes.results[each].choices]
        return min(drawn or others or [self.reference], key=lambda model: places[model])


@dataclass(frozen=True, eq=False)
class Runs:
    """Every comparison by its id, the visitor's own first; and why their own is missing, where it should be there."""

    by_id: dict[str, Run]
    refusal: str

    @property
    def chosen(self) -> Run:
        """The comparison asked for, else the one on the screen elsewhere, else the first."""
        asked = (state.view().experiment, state.dataset().id)
        return next((self.by_id[each] for each in asked if each in self.by_id), next(iter(self.by_id.values())))

    @property
    def beside_chosen(self) -> list[Run]:
        """The chosen one, and after it all that share a strategy with it: what one table can show."""
        models = set(self.chosen.outcomes.models)
        others = (run for run in self.by_id.values() if run is not self.chosen)
        return [self.chosen, *(run for run in others if models & set(run.outcomes.models))]


def all_runs() -> Runs:
    """Compare the strategies on everything that holds repeated splits."""
    try:
        own, refusal = _own(), ""
    except InvalidPredictions as error:
        own, refusal = None, str(error)
    found = [own, *(_of_sample(sample) for sample in all_samples().values() if sample.lab)]
    return Runs({run.id: run for run in found if run is not None}, refusal)


def _own() -> Run | None:
    upload = state.upload()
    compared = None if upload is None else cache.uploaded_lab(upload.id, upload)
    if upload is None or compared is None:
        return None
    return Run(upload.id, upload.title, "Your file", "", compared, state.view().reference)


def _of_sample(sample: Sample) -> Run:
    compared = cache.sample_lab(sample.id)
    return Run(sample.id, sample.title, sample.short, sample.sentence, compared, state.view().reference)
