"""How sure the numbers of a memo are."""

from __future__ import annotations

from f1tools import formatting
from f1tools.core.metrics import reported_metrics_with_f1
from f1tools.formatting import lowercase_label
from f1tools.memo.snapshot import Section, Table
from f1tools.memo.taken import Taken, printed, value, with_minus
from f1tools.uncertainty import metric_interval
from f1tools.uncertainty.sentences import (
    evaluation_set_text,
    expected_value_text,
    interval_validity_text,
    threshold_spread_text,
)

_NOT_TOLD = (
    "How much less is withheld, because it is reckoned from every row, and fewer than {:,} cases could be told from it."
)


def sure(taken: Taken) -> list[Section]:
    """Tell the metrics at the threshold with their intervals, and what they are worth on new rows."""
    title, said = "How sure is this?", _honestly(taken)
    if taken.tells_point:
        return [Section("sure", title, said, _table(taken), (_when_it_holds(taken),))]
    why = f"The metrics are withheld, because fewer than {taken.below:,} cases could be told from them."
    return [Section("sure", title, (why, *said))]


def _table(taken: Taken) -> Table:
    point = taken.decision.point
    rows = []
    for one in reported_metrics_with_f1(taken.decision.objective, by="label"):
        interval = metric_interval(one, point.counts, squares=point.squares)
        cells = value(one, point.counts), "–" if interval is None else interval.text
        rows.append((one.label, *cells))
    return Table((f"At {printed(taken.decision.written)}", f"On {taken.here}", "95% interval"), tuple(rows))


def _honestly(taken: Taken) -> tuple[str, ...]:
    decision, estimate = taken.decision, taken.estimate
    said = [] if decision.is_best else [_by_hand(taken)]
    if decision.role_names is not None:
        (tune, report), (n_tune, n_report) = decision.role_names, decision.rows
        said.append(evaluation_set_text(tune, n_tune, report, n_report, by_hand=not decision.is_best))
    elif estimate is None or taken.suppresses:
        said += [formatting.IN_SAMPLE] if decision.is_best else []
        said += [_NOT_TOLD.format(taken.below)] if decision.is_best and estimate is not None else []
    else:
        about = "" if decision.is_best else f"Of the best threshold, {printed(decision.best_written)}: "
        said.append(about + expected_value_text(estimate))
    # The ends of the spread are the scores of single rows.
    return tuple(said if estimate is None or taken.suppresses else [*said, with_minus(threshold_spread_text(estimate))])


def _by_hand(taken: Taken) -> str:
    """Say what choosing another threshold than the best one costs."""
    decision = taken.decision
    said = f"The threshold {printed(decision.written)} was chosen by hand."
    if not (taken.tells_point and taken.tells_best):
        return said
    objective, best = decision.objective, decision.curve.at(float(decision.best_written)).counts
    measured = f" on {taken.here}" if decision.has_roles else ""
    return (
        f"{said} There {lowercase_label(objective.label)} is {value(objective, decision.point.counts)}; the best "
        f"threshold{taken.limits} is {printed(decision.best_written)}, with {value(objective, best)}{measured}."
    )


def _when_it_holds(taken: Taken) -> str:
    decision = taken.decision
    if decision.has_roles:
        return f"A 95% interval is meant to hold the true value in 95 of 100 samples like {taken.here}."
    return interval_validity_text(printed(decision.written), chosen_here=decision.is_best)
