"""Build the snapshot of a decision: check that its parts belong together, then write every section."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from f1tools import formatting
from f1tools.card import card_payload
from f1tools.core.metrics import Metric, metric
from f1tools.formatting.sentence import Phrase, phrases, precision_base
from f1tools.memo.comparison import comparison_section
from f1tools.memo.context import MemoContext, name_text
from f1tools.memo.groups import groups_section
from f1tools.memo.sections import provenance_section, scenario_sections, uncertainty_section
from f1tools.memo.snapshot import Snapshot
from f1tools.memo.suppression import check_suppression, minimum_size, suppress_stops
from f1tools.memo.warnings import warning_sections
from f1tools.version import __version__

if TYPE_CHECKING:
    from f1tools.better_model import BetterModel
    from f1tools.comparison import ModelDifferences
    from f1tools.decision import Comparison, Decision
    from f1tools.groups import GroupReport
    from f1tools.record import DataSource
    from f1tools.uncertainty import TunedEstimate
    from f1tools.what_if.scenario_table import ScenarioResult

_AT_REST = "This is the decision. Move the slider, or the line in the chart, to see what another threshold would mean."
_SCORE = "the number that the model assigns to a case. The higher it is, the more likely the case is positive."
_EXPLANATIONS = {
    "precision": "of the flagged cases, the share that is positive. 1 means no false alarms.",
    "recall": "of the positive cases, the share that is flagged. 1 means that none is missed.",
    "f1": "precision and recall in one number from 0 to 1. It is high only when both are high.",
    "specificity": "of the negative cases, the share that is correctly not flagged.",
    "npv": "of the cases that are not flagged, the share that is indeed negative.",
    "accuracy": "of all cases, the share that is classified correctly. Easily high when positive cases are rare.",
    "balanced_accuracy": "the mean of recall and specificity. Random guessing gives 0.5, a perfect model 1.",
    "mcc": "how well decisions and truth agree. Random guessing gives 0, a perfect model 1.",
    "youden_j": "recall minus the share of negatives that are flagged. Random guessing gives 0, a perfect model 1.",
    "g_mean": "recall and specificity in one number from 0 to 1. It is low as soon as one of them is low.",
    "jaccard": "of the cases that are positive or flagged, the share that is both.",
    "kappa": "how well decisions and truth agree beyond chance. Random guessing gives 0, a perfect model 1.",
    "predicted_positive_rate": "of all cases, the share that is flagged.",
    "lift": "how many times more common positives are among the flagged cases than among all cases.",
}


def build_snapshot(  # noqa: PLR0913 (keywords, each with a default)
    decision: Decision,
    source: DataSource,
    *,
    estimate: TunedEstimate | None = None,
    comparison: Comparison | None = None,
    differences: ModelDifferences | None = None,
    margin: float = 0.0,
    show_comparison: bool = True,
    groups: GroupReport | None = None,
    show_groups: bool = True,
    better: BetterModel | None = None,
    scenarios: Sequence[ScenarioResult] = (),
    settings: Mapping[str, str] | None = None,
    link: str = "",
    title: str | None = None,
    noun: str | None = None,
    suppress_below: int = 0,
    created: datetime | None = None,
) -> Snapshot:
    """Build the content of a memo about a decision.

    Parameters
    ----------
    decision : Decision
        From :func:`f1tools.decision.decide`.
    source : DataSource
        Where the rows come from.
    estimate : TunedEstimate, optional
        The performance to expect of the best threshold on new rows, computed on the tuning set.
    comparison : Comparison, optional
        All models by the same objective: for a section about them when there are several, and to say whether the
        memo's model is the best of them.
    differences : ModelDifferences, optional
        Of the models of ``comparison``: their differences from the memo's model are displayed, whatever the reference
        is, with intervals and verdicts.
    margin : float
        The largest difference that does not matter, in the unit of the metric; 0 or more.
    show_comparison : bool
        Whether there is a section about the other models.
    groups : GroupReport, optional
        The groups at the threshold of the decision, from :func:`f1tools.by_group`: for a section about them, and for a
        warning where the model fails one.
    show_groups : bool
        Whether there is a section about the groups.
    better : BetterModel, optional
        The model with a higher value, from :func:`f1tools.better_model.better_model`.
    scenarios : sequence of ScenarioResult
        The what-ifs to include.
    settings : mapping of str to str, optional
        The URL parameters that open the same view.
    link : str
        The root address of the dashboard. Link and settings are left out where constraints must not be named, because
        the settings contain them.
    title : str, optional
        The title of the data by default.
    noun : str, optional
        What positive cases are called, such as "fraud"; by default they are named by their label.
    suppress_below : int
        Suppress counts from 1 to one less than this and every number that reveals such a count; 0 and 1 suppress
        nothing, and 2 is treated as 3.
    created : datetime, optional
        The current time by default.

    Raises
    ------
    InvalidPredictions
        When small counts are to be suppressed but rows are weighted or in clusters, or a class has too few rows.
    ValueError
        When the parts describe different rows or decisions, or ``suppress_below`` is not an integer of at least 0.

    Examples
    --------
    >>> from f1tools.decision import decide
    >>> from f1tools.predictions import Predictions
    >>> from f1tools.readers import Choices
    >>> from f1tools.record import DataSource
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> source = DataSource(title="four rows", files=(), read_as=Choices(), n=4, n_pos=2, dropped={}, trained="")
    >>> snapshot = build_snapshot(decide(predictions.curves()), source)
    >>> snapshot.headline, [section.kind for section in snapshot.sections]
    ('If we flag scores of 0.4 or more, 2 of the 3 flagged cases are positive, and we catch both of the 2 positive \
cases.', ['warnings', 'uncertainty', 'provenance'])
    """
    _check_parts(decision, source, estimate, comparison)
    _check_compared(decision, comparison, differences, groups)
    check_suppression(decision, suppress_below)
    context = MemoContext(
        decision=decision,
        source=source,
        estimate=estimate,
        comparison=comparison,
        better=better,
        scenarios=scenarios,
        created=(created or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        minimum=minimum_size(suppress_below),
        noun=noun or "",
        differences=None if differences is None else differences.against(decision.curves.model),
        margin=margin,
        groups=groups,
        show_comparison=show_comparison,
        show_groups=show_groups,
    )
    # The settings contain the constraints.
    constrained = bool(decision.evaluation.constraints or decision.tuning.not_met)
    linked = context.shows_constraints or not constrained
    writers = (
        warning_sections,
        uncertainty_section,
        groups_section,
        scenario_sections,
        comparison_section,
        provenance_section,
    )
    return Snapshot(
        title=name_text(source.title if title is None else title),
        created=context.created,
        version=__version__,
        model=name_text(decision.curves.model),
        pos_label=name_text(decision.curves.pos_label),
        threshold=decision.threshold_text,
        phrases=tuple((phrase.text, phrase.role) for phrase in _headline(context)),
        card=_card(context),
        sections=tuple(section for write in writers for section in write(context)),
        settings=dict(settings or {}) if linked else {},
        link=formatting.single_line(link) if linked else "",
        suppress_below=context.minimum,
        selection=context.selection,
        glossary=_glossary(decision.objective),
        noun=context.noun,
    )


def _headline(context: MemoContext) -> list[Phrase]:
    threshold = formatting.displayed_threshold(context.decision.threshold_text)
    if context.shows_point:
        base = precision_base(context.decision.curves.evaluation)
        return phrases(context.decision.point.counts, threshold, context.positives, base)
    withheld = f"The results are withheld, because they would reveal a count below {context.minimum:,}."
    if math.isinf(context.decision.point.threshold):
        return [Phrase("We flag no case at all. "), Phrase(withheld)]
    return [
        Phrase("We flag scores of "),
        Phrase(threshold, "threshold"),
        Phrase(f" or more. {withheld}"),
    ]


def _card(context: MemoContext) -> dict[str, Any] | None:
    decision = context.decision
    payload = card_payload(
        decision.curves.evaluation,
        decision.evaluation,
        positives=context.positives,
        threshold=decision.point.threshold,
        round_threshold=decision.round_threshold,
        chosen_on=decision.curves.role_names[0] if decision.curves.role_names else "",
    )
    displayed = suppress_stops(payload, context.minimum)
    return None if displayed is None else displayed | {"at_rest": _AT_REST}


def _glossary(objective: Metric) -> tuple[tuple[str, str], ...]:
    """Return explanations of score, precision, recall, F1 and the objective, each with its term.

    Examples
    --------
    >>> [term for term, _ in _glossary(metric("mcc"))]
    ['Score', 'Precision', 'Recall', 'F1', 'Matthews correlation']
    """
    explanations = {one.label: _explain(one) for one in (*map(metric, ("precision", "recall", "f1")), objective)}
    return ("Score", _SCORE), *((label, text) for label, text in explanations.items() if text)


def _explain(metric: Metric) -> str:
    """Return an explanation of a metric; empty for a custom metric.

    Examples
    --------
    >>> _explain(metric("fbeta", 2)), _explain(metric("fbeta", 0.5))[:40]
    ('like F1, but recall counts 2 times as much as precision.', 'like F1, but precision counts 2 times as')
    """
    if metric.name != "fbeta" or metric.beta is None:
        return _EXPLANATIONS.get(metric.name, "")
    if metric.beta == 1:
        return _EXPLANATIONS["f1"]
    first, second = ("recall", "precision") if metric.beta > 1 else ("precision", "recall")
    return f"like F1, but {first} counts {max(metric.beta, 1 / metric.beta):.3g} times as much as {second}."


def _check_parts(
    decision: Decision, source: DataSource, estimate: TunedEstimate | None, comparison: Comparison | None
) -> None:
    """Raise ``ValueError`` unless all parts describe the same rows and the same decision."""
    curves = decision.curves
    if source.n != curves.n_total:
        raise ValueError(f"The source has {source.n:,} rows, but the decision is about {curves.n_total:,}.")
    positives = sum(int(curve.positives) for curve in {curves.tuning, curves.evaluation})
    if not curves.evaluation.weighted and source.n_pos != positives:
        raise ValueError(f"The source has {source.n_pos:,} positive rows, but the decision has {positives:,}.")
    if estimate is not None and not _belongs_to(estimate, decision):
        raise ValueError(
            "The estimate is about another decision: compute it from decision.curves.tuning, by the same metric."
        )
    if comparison is None:
        return
    if _key(comparison.objective) != _key(decision.objective):
        raise ValueError(
            f"The comparison is by {comparison.objective.label}, but the decision is by {decision.objective.label}."
        )
    if any(result.curves.n_rows != curves.n_rows for result in comparison.decisions):
        raise ValueError("The comparison is about other rows than the decision: compare the models on the same rows.")


def _check_compared(
    decision: Decision, comparison: Comparison | None, differences: ModelDifferences | None, groups: GroupReport | None
) -> None:
    """Raise ``ValueError`` unless the differences are those of the comparison, and the groups those of the decision."""
    if differences is not None:
        results = () if comparison is None else comparison.decisions
        names, values = [each.curves.model for each in results], [each.evaluation.value for each in results]
        same = [*differences.models] == names and np.allclose(differences.values, values, equal_nan=True)
        if not same or _key(differences.metric) != _key(decision.objective) or decision.curves.model not in names:
            raise ValueError("The differences are of other models or rows than the comparison: pass its decisions.")
    if groups is not None and not _are_of(groups, decision):
        raise ValueError("The groups are about another decision: compute them from the decision of the memo.")


def _are_of(groups: GroupReport, decision: Decision) -> bool:
    point, about = decision.point, groups.decision
    parts = [each.rows.point.counts for each in groups.groups]
    same_rows = all(
        np.isclose(sum(getattr(part, cell) for part in parts), count) for cell, count in vars(point.counts).items()
    )
    return same_rows and (about.curves.model, about.point.threshold) == (decision.curves.model, point.threshold)


def _belongs_to(estimate: TunedEstimate, decision: Decision) -> bool:
    tuned = decision.tuning
    same_value = bool(np.isclose(estimate.apparent, tuned.value, rtol=1e-9, atol=1e-12, equal_nan=True))
    return _key(estimate.metric) == _key(tuned.metric) and estimate.threshold == tuned.point.threshold and same_value


def _key(metric: Metric) -> tuple[str, float | None]:
    return metric.name, metric.beta
