"""What the strategies can be compared on: the samples made for it, and an upload that holds repeated splits."""

from dataclasses import dataclass

from f1tools.errors import InvalidPredictions
from f1tools.repeats import ranks
from f1tools.ui import cached, samples, state
from f1tools.ui.lab.compared import Compared
from f1tools.ui.samples import Sample


@dataclass(frozen=True, eq=False)
class Run:
    """A comparison of strategies, with what to call it.

    Attributes
    ----------
    short
        A name for where there is little room.
    about
        What the data are; empty for an upload.
    """

    id: str
    title: str
    short: str
    about: str
    compared: Compared

    @property
    def highlighted(self) -> str:
        """The strategy that is drawn against the reference: the one asked for, else the best that can be drawn."""
        view, others = state.current(), self.compared.others
        if view.strategy in others:
            return str(view.strategy)
        places = ranks(self.compared.outcomes)
        drawn = [each for each in others if view.by_share or self.compared.outcomes.of(each).half is not None]
        return min(drawn or others or [self.compared.reference], key=lambda model: places[model])


@dataclass(frozen=True, eq=False)
class Runs:
    """Every comparison by its id, the visitor's own first; and why their own is missing, where it should be there."""

    by_id: dict[str, Run]
    refusal: str

    @property
    def chosen(self) -> Run:
        """The comparison asked for, else the one on the screen elsewhere, else the first."""
        asked = (state.current().lab, state.dataset().id)
        return next((self.by_id[each] for each in asked if each in self.by_id), next(iter(self.by_id.values())))


def all_runs() -> Runs:
    """Compare the strategies on everything that holds repeated splits."""
    try:
        own, refusal = _own(), ""
    except InvalidPredictions as error:
        own, refusal = None, str(error)
    found = [own, *(_of_sample(sample) for sample in samples.all_samples().values() if sample.lab)]
    return Runs({run.id: run for run in found if run is not None}, refusal)


def _own() -> Run | None:
    upload = state.upload()
    compared = None if upload is None else cached.uploaded_lab(upload.id, upload)
    return None if upload is None or compared is None else Run(upload.id, upload.title, "Your file", "", compared)


def _of_sample(sample: Sample) -> Run:
    return Run(sample.id, sample.title, sample.short, sample.sentence, cached.sample_lab(sample.id))
