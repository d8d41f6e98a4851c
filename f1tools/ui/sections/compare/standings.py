"""What the page Compare is about: all models, each at the threshold that makes them comparable."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from f1tools import formatting
from f1tools.card import MAX_HIGHLIGHTED
from f1tools.comparison import (
    AlignBy,
    Headline,
    Lead,
    ModelDifferences,
    ModelSummary,
    aligned_headline,
    no_choice_text,
    too_few_text,
)
from f1tools.core.metrics import Metric, defined_values
from f1tools.core.operating_point import OperatingPoint
from f1tools.ui.session import cache, state
from f1tools.ui.session.data import Dataset
from f1tools.ui.session.link_names import linked_models
from f1tools.ui.session.page_context import PageContext, objective_key, page_context

NOT_COMPARED = "not compared"
_WITHOUT_ROWS = "Only rows tell whether this difference could be chance."
_MAX_POINTS = 220  # of the curve of a model
_ALL_POINTS = 2_400  # of the curves of all models: a rerun sends less than 60 KB
_ALL_HIGHLIGHTED = 4  # models besides the reference that all have a color; of more the best two


@dataclass(frozen=True, eq=False)
class Standing:
    """One model at the threshold that makes it comparable.

    Attributes
    ----------
    point
        None where no threshold makes it comparable.
    threshold
        The threshold as text.
    value
        The objective; nan where it is undefined.
    """

    summary: ModelSummary
    point: OperatingPoint | None
    threshold: str
    value: float

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.summary.model


@dataclass(frozen=True, eq=False)
class Standings:
    """All models of the data set.

    Attributes
    ----------
    context
        The reference at its current threshold.
    by_model
        In the order of the file, or of the files.
    data_of
        The data set of each model: the current one, or those of files of different rows.
    """

    context: PageContext
    by_model: Mapping[str, Standing]
    data_of: Mapping[str, Dataset]

    @property
    def datasets(self) -> tuple[Dataset, ...]:
        """The data sets of the models: several where the comparison is unpaired."""
        return tuple(dict.fromkeys(self.data_of.values()))

    @property
    def paired(self) -> bool:
        """Whether all models have the same rows."""
        return len(self.datasets) == 1

    @property
    def without_rows(self) -> Dataset | None:
        """A data set without rows, so that differences have no intervals; None where all have rows."""
        return next((data for data in self.datasets if data.rows is None), None)

    @property
    def objective(self) -> Metric:
        """The metric that models are compared by."""
        return self.context.view.objective

    @property
    def align_by(self) -> str:
        """What the thresholds have in common."""
        return self.context.view.align_by if self.paired else "best"

    @property
    def margin(self) -> float:
        """The largest difference that does not matter."""
        return self.context.view.margin

    @property
    def reference(self) -> Standing:
        """The model that the others are compared with."""
        return self.by_model[self.context.model]

    @cached_property
    def ranked(self) -> list[Standing]:
        """All models, the one with the highest value first; the reference is first among equals."""
        return sorted(
            self.by_model.values(),
            key=lambda each: (
                each.name in self.unmet, math.isnan(each.value), -each.value, each is not self.reference
            ),
        )  # fmt: skip

    @cached_property
    def unmet(self) -> frozenset[str]:
        """The models that are not compared, because they miss constraints that others satisfy."""
        missed = frozenset(name for name, each in self.by_model.items() if each.summary.not_met)
        return missed if self.align_by == "best" and len(missed) < len(self.by_model) else frozenset()

    @property
    def lead(self) -> Lead:
        """The model with the highest value, and the one that it is compared with."""
        values = {each.name: each.value for each in self.ranked if each.name not in self.unmet}
        if len(values) < 2:  # of one model that meets the constraints only the name is used
            values |= dict.fromkeys(self.unmet, math.nan)
        return Lead.of(values, self.reference.name if self.reference.name in values else next(iter(values)))

    @cached_property
    def too_few(self) -> str:
        """Why no comparison is reliable; empty where there are enough rows of both classes."""
        texts = ((data, too_few_text(data.counted)) for data in self.datasets)
        return " ".join(
            text if self.paired else f"{formatting.truncate(data.title)}: {text}" for data, text in texts if text
        )

    @property
    def aligned_by(self) -> AlignBy | None:
        """What the thresholds have in common; None where each model is at its own best one."""
        return None if self.align_by == "best" else cast("AlignBy", self.align_by)

    def aligned_headline(self, by: AlignBy, found: ModelDifferences | None) -> Headline:
        """Return what is stated of models at aligned thresholds, and how sure it is where that is known."""
        points = {each.name: each.point for each in self.by_model.values()}
        return aligned_headline(by, self.objective, self.context.decision.point, points, found)

    @cached_property
    def without_recommendation(self) -> Headline | None:
        """What is stated of own best thresholds where no model can be recommended; None where one can."""
        if self.too_few or self.without_rows:
            reason = "" if self.too_few else _WITHOUT_ROWS
            return Headline(f"{self.lead.text(self.objective, 'The highest is')}.", reason)
        summaries = [each.summary for each in self.by_model.values() if each.name not in self.unmet]
        if len(summaries) < 2:
            return None
        no_choice = no_choice_text(self.objective, summaries, self.context.view.constraints)
        return Headline(no_choice, "") if no_choice else None

    @property
    def others(self) -> list[Standing]:
        """All models but the reference, the best one first."""
        return [each for each in self.ranked if each is not self.reference]

    @property
    def highlighted(self) -> list[str]:
        """The models besides the reference whose lines have a color."""
        linked = self.context.view.highlighted
        chosen = None if linked is None else linked_models(linked, self.by_model)
        if chosen is None:
            others = self.others
            chosen = [each.name for each in (others if len(others) <= _ALL_HIGHLIGHTED else others[:2])]
        return [name for name in chosen if name != self.reference.name][-MAX_HIGHLIGHTED:]

    @property
    def flips_of(self) -> Standing | None:
        """The model whose decisions are compared with those of the reference; None where no other is comparable."""
        candidates = {each.name: each for each in self.others if each.point is not None}
        linked = self.context.view.flips_of
        chosen = linked_models(linked, self.by_model) if linked else None
        named = candidates.get(chosen[0]) if chosen else None
        return named or next(iter(candidates.values()), None)


def standings() -> Standings:
    """Return all models at comparable thresholds; what is expensive comes from the cache."""
    view, data = state.view(), state.dataset()
    data_of = _data_of(data)
    linked = linked_models(view.compared_with, data_of) if view.compared_with else None
    reference = linked[0] if linked else None
    if data.apart:
        reference = reference or next(iter(data_of))
        context = page_context(model=reference, data=data_of[reference])
    else:
        context = page_context(model=reference)
    n_points = max(min(_MAX_POINTS, _ALL_POINTS // len(data_of)), 40)
    by_model = {name: _standing(context, name, each, n_points) for name, each in data_of.items()}
    return Standings(context, by_model, data_of)


def _data_of(data: Dataset) -> dict[str, Dataset]:
    """Return the models to compare, each with its data set."""
    return {model: each for each in data.apart or (data,) for model in each.models}


def _standing(context: PageContext, model: str, data: Dataset, n_points: int) -> Standing:
    view = context.view
    summary = cache.model_summary(data.id, model, objective_key(view), view.constraints, n_points, data.counted)
    if view.align_by == "best" or state.dataset().apart:
        return _at(summary, view.objective, (summary.point, summary.threshold_text))
    reference = context.decision
    if model == context.model:
        return _at(summary, view.objective, (reference.point, reference.threshold_text))
    key = context.model, reference.point.threshold
    by = cast("AlignBy", view.align_by)
    return _at(summary, view.objective, cache.aligned_model(data.id, model, by, key, reference.point, data.counted))


def _at(summary: ModelSummary, objective: Metric, aligned: tuple[OperatingPoint, str] | None) -> Standing:
    if aligned is None:
        return Standing(summary, None, "", math.nan)
    point, text = aligned
    return Standing(summary, point, text, float(defined_values(objective, point.counts)))


def drop_unknown() -> None:
    """Reset what a link names and is not there: the reference, the models in color, the one for the flipped rows."""
    view, data = state.view(), state.dataset()
    models = _data_of(data)
    current = formatting.truncate(next(iter(models)) if data.apart else state.model(data))
    shown = {
        "compared_with": (view.compared_with, current),
        "highlighted": (view.highlighted, "the best models"),
        "flips_of": (view.flips_of, "the best other model"),
    }
    unknown = {
        name: text
        for name, (linked, text) in shown.items()
        if linked is not None and linked_models(linked, models) is None
    }
    if unknown:
        state.drop_unknown(unknown)
