"""Decision records that come back: what the pages can show of them."""

from dataclasses import dataclass, replace
from typing import Any

from f1tools.core.constraints import Constraint
from f1tools.record import DecisionRecord
from f1tools.ui.session import cache, link, samples
from f1tools.ui.session.uploads import upload_id
from f1tools.ui.session.view import HIGHEST_BETA, LOWEST_BETA, OBJECTIVES, View

_FIELD_OF = {("recall", "at least"): "min_recall", ("precision", "at least"): "min_precision"}


@dataclass(frozen=True, eq=False)
class Opened:
    """A record that came back.

    Attributes
    ----------
    view
        Shows the decision, once its data are there.
    left_out
        What the record asks for and the pages can't, in words.
    """

    record: DecisionRecord
    view: View
    left_out: tuple[str, ...]


def opened(record: DecisionRecord) -> Opened:
    """Find the view that shows a decision.

    Where the pages can't look for the best threshold as it was looked for, the recorded one is set by hand.
    """
    asked, beta = record.metric, record.metric.beta
    left_out = [f"the best with {each}" for each in record.constraints if _bound(each) is None]
    if asked.name not in OBJECTIVES or not (beta is None or LOWEST_BETA <= beta <= HIGHEST_BETA):
        left_out.insert(0, f"the best by {asked.label}")
        goal: dict[str, Any] = {}
    else:
        goal = {"metric": asked.name, "beta": View().beta if beta is None else beta}
    follows = record.chosen == "best" and not left_out
    view = replace(
        link.from_supposed(record.supposed),
        **_data(record),
        **goal,
        **dict(filter(None, map(_bound, record.constraints))),
        model=record.model,
        threshold=None if follows else record.threshold,
        seed=record.expected.random_state if record.expected else 0,
    )
    return Opened(record, view, tuple(left_out))


def _data(record: DecisionRecord) -> dict[str, Any]:
    """Say which data the record is about: a sample, or files that may still have to come."""
    files, read_as = record.source.files, record.source.read_as
    for name in samples.all_samples():
        sample = cache.read_sample(name).source
        if (sample.files[0].sha256, sample.read_as) == (files[0].sha256 if files else "", read_as):
            return {"data": name}
    about = {"file": link.files_in_link(files) or None, "read": link.choices_in_link(read_as)}
    return {"data": upload_id(files, read_as), **about}


def _bound(constraint: Constraint) -> tuple[str, Any] | None:
    """Give the field that holds a limit, with its value; None where no page asks for such a limit."""
    if constraint.name == "flagged" and constraint.sense == "at most" and constraint.bound.is_integer():
        return "max_flagged", int(constraint.bound)
    field = _FIELD_OF.get((constraint.name, constraint.sense))
    return None if field is None else (field, constraint.bound)
