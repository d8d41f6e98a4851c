"""Decision records that are uploaded: what the pages can show of them."""

from dataclasses import dataclass, replace
from typing import Any

from f1tools.classes.curves import FEW_POSITIVES
from f1tools.core.constraints import Constraint
from f1tools.readers import Choices
from f1tools.record import ClassRecord, DecisionRecord, GroupThresholds
from f1tools.ui.session import cache
from f1tools.ui.session.data import all_samples
from f1tools.ui.session.link_names import LIMITED, by_class_in_link, choices_in_link, files_in_link
from f1tools.ui.session.uploads import part_of_table, upload_id
from f1tools.ui.session.view import BETA_RANGE, OBJECTIVES, View

_CONSTRAINT_FIELDS = {
    ("recall", "at least"): "min_recall",
    ("precision", "at least"): "min_precision",
    ("predicted_positive_rate", "at most"): "max_flagged_share",
}


@dataclass(frozen=True, eq=False)
class ImportedRecord:
    """A record and the view that shows its decision once its data are there.

    Attributes
    ----------
    unsupported
        What the record asks for and the pages do not offer, in words.
    """

    record: DecisionRecord | ClassRecord
    view: View
    unsupported: tuple[str, ...]

    @classmethod
    def of(cls, record: DecisionRecord | ClassRecord) -> "ImportedRecord":
        """Find the view that shows a decision.

        Where the pages cannot optimize as the record did, the view has the recorded threshold, or those of all labels,
        as if set by hand.
        """
        if isinstance(record, ClassRecord):
            return _of_classes(record)
        name, beta = record.metric.name, record.metric.beta
        unsupported = [f"the best with {each}" for each in record.constraints if _constraint_field(each) is None]
        objective: dict[str, Any] = {}
        if name in OBJECTIVES and (beta is None or BETA_RANGE[0] <= beta <= BETA_RANGE[1]):
            objective = {"metric": name, "beta": View.beta if beta is None else beta}
        else:
            unsupported.insert(0, f"the best by {record.metric.label}")
        is_best = record.chosen == "best" and not unsupported
        view = replace(
            View.from_scenarios(record.supposed),
            **_data_fields(record),
            **objective,
            **dict(filter(None, map(_constraint_field, record.constraints))),
            model=record.model,
            threshold=None if is_best else record.threshold,
            **_group_fields(record.groups),
            seed=record.expected.random_state if record.expected else 0,
        )
        return cls(record, view, tuple(unsupported))


def _of_classes(record: ClassRecord) -> ImportedRecord:
    """Find the view that shows a decision about several classes."""
    unsupported, limits = [], dict[str, dict[str, float]]()
    for name, constraints in record.constraints.items():
        for each in constraints:
            if each.name in LIMITED and each.sense == "at least":
                limits.setdefault(name, {})[each.name] = each.bound
            else:
                unsupported.append(f"the best with {each} for {name}")
    if record.min_positives != FEW_POSITIVES:
        unsupported.append(f"the best of classes with {record.min_positives} positives or more")
    objective: dict[str, Any] = {"metric": "f1"}
    if record.beta != 1:
        objective = {"metric": "fbeta", "beta": record.beta}
        if not BETA_RANGE[0] <= record.beta <= BETA_RANGE[1]:
            unsupported.append(f"the best F-beta with beta {record.beta:g}")
            objective = {}
    set_by_hand = record.thresholds if unsupported else {name: record.thresholds[name] for name in record.by_hand}
    thresholds = dict(set_by_hand)
    view = replace(
        View(),
        **_data_fields(record),
        **objective,
        average=record.average,
        class_rule=record.chosen,
        class_limits=by_class_in_link(limits),
        threshold=thresholds.pop(record.names[0], None),
        class_thresholds=by_class_in_link(thresholds),
        seed=record.resamples.random_state if record.resamples else 0,
    )
    return ImportedRecord(record, view, tuple(unsupported))


def _group_fields(groups: GroupThresholds | None) -> dict[str, Any]:
    """Return the fields of the view that make Share choose the thresholds of groups again."""
    if groups is None:
        return {}
    parity = {"parity_rate": groups.rate, "parity_tolerance": groups.tolerance} if groups.chosen == "parity" else {}
    return {"thresholds_for": groups.chosen, **parity}


def _data_fields(record: DecisionRecord | ClassRecord) -> dict[str, Any]:
    """Return the fields of the view that say which data a record is about: a sample, or files to be uploaded."""
    files, choices = record.data.files, recorded_choices(record)
    name = record.data.read_as.one_class
    for sample_id in all_samples():
        if cache.read_sample(sample_id).is_read_as([each.sha256 for each in files], choices):
            return {"data": sample_id, "one_class": name}
    return {
        "data": upload_id(files, choices),
        "files": files_in_link(files) or None,
        "read_as": choices_in_link(choices),
        "one_class": name,
    }


def recorded_choices(record: DecisionRecord | ClassRecord) -> Choices | None:
    """Return the choices that the files of a record are read with, with all classes where there are several.

    None where a threshold table leaves none.
    """
    read_as = replace(record.data.read_as, one_class=None)
    if isinstance(record, ClassRecord) or record.data.table is None:
        return read_as
    return part_of_table(read_as)


def _constraint_field(constraint: Constraint) -> tuple[str, Any] | None:
    """Return the field of the view for a constraint, with its value; None where the pages do not offer it."""
    if constraint.name == "flagged" and constraint.sense == "at most" and constraint.bound.is_integer():
        return "max_flagged", int(constraint.bound)
    field = _CONSTRAINT_FIELDS.get((constraint.name, constraint.sense))
    return None if field is None else (field, constraint.bound)
