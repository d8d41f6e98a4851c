"""A decision and what is known about it become a snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from f1tools import formatting
from f1tools.card import card_payload
from f1tools.formatting.sentence import Phrase, phrases
from f1tools.memo.belonging import check_parts
from f1tools.memo.careful import careful
from f1tools.memo.compared import compared
from f1tools.memo.glossary import glossary
from f1tools.memo.guess import could_be_guessed
from f1tools.memo.rests import chosen_text, rests
from f1tools.memo.snapshot import Snapshot
from f1tools.memo.supposing import supposing
from f1tools.memo.suppress import check_suppression, size, without_small_counts
from f1tools.memo.sure import sure
from f1tools.memo.taken import Taken, name, printed
from f1tools.version import __version__

if TYPE_CHECKING:
    from f1tools.comparison import Comparison
    from f1tools.decision import Decision
    from f1tools.record import DataSource
    from f1tools.uncertainty import TunedEstimate
    from f1tools.what_if.scenario_table import ScenarioResult

_NOTHING: Mapping[str, str] = MappingProxyType({})
_AT_REST = "This is the decision. Move the slider, or the line in the chart, to see what another threshold would mean."


def take_snapshot(  # noqa: PLR0913 (keywords, each with a default)
    decision: Decision,
    source: DataSource,
    *,
    estimate: TunedEstimate | None = None,
    comparison: Comparison | None = None,
    supposed: Sequence[ScenarioResult] = (),
    settings: Mapping[str, str] = _NOTHING,
    link: str = "",
    title: str | None = None,
    suppress_below: int = 0,
    created: datetime | None = None,
) -> Snapshot:
    """Take down all that a memo shows about a decision.

    Parameters
    ----------
    decision : Decision
        From :func:`f1tools.decision.decide`.
    source : DataSource
        Where the rows come from.
    estimate : TunedEstimate, optional
        What the best threshold is worth on new rows, of the rows that thresholds are chosen on.
    comparison : Comparison, optional
        Of all models, by the same objective. It is shown where there are several.
    supposed : sequence of Supposition
        The what-ifs that are open.
    settings : mapping of str to str
        The parameters of the address that shows the same.
    link : str
        The root address of the dashboard; with the settings it shows the same. Where limits must stay out of the memo
        both are left out, because they hold them.
    title : str, optional
        That of the data when it is left out.
    suppress_below : int
        Counts of 1 to one less than this stay out, and all from which such a count could be told; 0 and 1 keep
        nothing out, and 2 is taken as 3, because a single case alone can't hide.
    created : datetime, optional
        Now when it is left out.

    Raises
    ------
    InvalidPredictions
        Where small counts are to be kept out of weighted rows, or where a class has fewer rows than that.
    ValueError
        When the parts are not of the same rows and of the same decision, or ``suppress_below`` is no whole number from
        0 up.

    Examples
    --------
    >>> from f1tools.decision import decide
    >>> from f1tools.predictions import Predictions
    >>> from f1tools.readers import Choices
    >>> from f1tools.record import DataSource
    >>> predictions = Predictions.from_arrays([1, 0, 1, 0], [0.93, 0.41, 0.41, 0.12])
    >>> source = DataSource("four rows", (), Choices(), rows=4, positives=2, dropped={})
    >>> taken = take_snapshot(decide(predictions), source)
    >>> taken.headline, [section.kind for section in taken.sections]
    ('If we act on scores of 0.4 or more, about 7 in 10 flagged cases are real, and we catch all real cases.', \
['sure', 'careful', 'rests'])
    """
    check_parts(decision, source, estimate, comparison)
    check_suppression(decision, suppress_below)
    below = size(suppress_below)
    made = (datetime.now(UTC) if created is None else created).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    titled = name(source.title if title is None else title)
    taken = Taken(decision, source, estimate, comparison, supposed, titled, made, __version__, below)
    spoken, linked = _spoken(taken), _may_link(taken)
    return Snapshot(
        title=titled,
        created=made,
        version=__version__,
        model=name(decision.model),
        pos_label=name(decision.pos_label),
        written=decision.written,
        headline="".join(phrase.text for phrase in spoken),
        card=_card(taken),
        sections=tuple(one for part in (sure, supposing, compared, careful, rests) for one in part(taken)),
        settings=dict(settings) if linked else {},
        link=formatting.single_line(link) if linked else "",
        suppress_below=below,
        chosen=chosen_text(taken),
        phrases=tuple((phrase.text, phrase.role) for phrase in spoken),
        glossary=glossary(decision.objective),
    )


def _spoken(taken: Taken) -> list[Phrase]:
    written = printed(taken.decision.written)
    if taken.tells_point:
        return phrases(taken.decision.point.counts, written)
    return [
        Phrase("We act on scores of "),
        Phrase(written, "threshold"),
        Phrase(" or more. What that catches is withheld, because fewer than "),
        Phrase(f"{taken.below:,} cases could be told from it."),
    ]


def _may_link(taken: Taken) -> bool:
    """Tell whether the settings may be told, which hold the limits, those that can't be kept as well."""
    limits = bool(taken.decision.optimum.constraints or taken.decision.not_met)
    return taken.tells_limits or not limits


def _card(taken: Taken) -> dict[str, Any] | None:
    decision = taken.decision
    payload = card_payload(
        decision.curve,
        decision.optimum,
        model=name(decision.model),
        pos_label=name(decision.pos_label),
        threshold=decision.point.threshold,
        chosen_on=decision.role_names[0] if decision.role_names else "",
    )
    shown = without_small_counts(payload, taken.below)
    if shown is None or _gives_best_away(taken, shown):
        return None
    return shown | {"at_rest": _AT_REST if taken.tells_point else ""}


def _gives_best_away(taken: Taken, shown: Mapping[str, Any]) -> bool:
    decision, counts = taken.decision, taken.decision.point.counts
    if taken.tells_best or decision.has_roles or decision.optimum.constraints:  # elsewhere something better may be
        return False
    told = [(int(counts.tp), int(counts.fp))] if taken.tells_point else []
    return could_be_guessed(shown, told, float(decision.best_written), decision.objective, taken.below)
