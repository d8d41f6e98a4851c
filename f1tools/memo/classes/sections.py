"""What to keep in mind about a decision about several classes, and where its numbers come from."""

from __future__ import annotations

from collections.abc import Iterator

from f1tools import formatting
from f1tools.classes import RULES, ThresholdVector
from f1tools.classes.sentences import by_hand_sentences, by_hand_text, caution_sentences, rule_name, threshold_texts
from f1tools.memo.classes.context import ClassMemoContext
from f1tools.memo.context import LONGEST_CELL, name_text
from f1tools.memo.sections import dropped_text, file_text, software_rows
from f1tools.memo.snapshot import Section, Table

_MOST_NAMES = 5  # of columns


def warning_sections(context: ClassMemoContext) -> list[Section]:
    """Return warnings, then notes."""
    found = [*_limits(context), *_another_rule(context), *_by_hand(context), *_in_sample(context), *_cautions(context)]
    return sorted([*found, *_withheld(context)], key=lambda section: not section.warning)


def _limits(context: ClassMemoContext) -> Iterator[Section]:
    own = context.decision.rules["own"].by
    if context.decision.chosen != "own" or not isinstance(own, ThresholdVector) or not own.not_met:
        return
    if context.suppresses:
        reasons: tuple[str, ...] = ("The limits of some labels can't be met, so they were set aside.",)
    else:
        reasons = tuple(
            formatting.with_minus_signs(f"{name_text(name, LONGEST_CELL)}: {formatting.single_line(reason)}")
            for name, reason in own.not_met.items()
        )
    yield Section("warnings", "Limits that can't be met", reasons, warning=True)


def _another_rule(context: ClassMemoContext) -> Iterator[Section]:
    """Yield which rule is recommended instead."""
    if context.estimates is None or context.suppresses or context.decision.by_hand:
        return  # what to expect of thresholds by hand is unknown
    best, decision = context.estimates.recommended(), context.decision
    if best != decision.chosen:
        value = formatting.metric_value(context.estimates.rules[best].values[decision.average])
        own = formatting.metric_value(context.estimates.rules[decision.chosen].values[decision.average])
        is_simpler = RULES.index(best) < RULES.index(decision.chosen)
        is_better = not is_simpler or context.estimates.difference(best, decision.chosen).is_gain
        rule = "A simpler rule" if is_simpler else "Another rule"
        yield Section(
            "warnings",
            f"{rule} is {'better' if is_better else 'as good'}",
            (
                f"{formatting.capitalized(rule_name(decision, best))} gives a {context.average_label} of {value} on "
                f"new cases, this memo's rule {own}. A rule is recommended over a simpler one only where it is better "
                "beyond chance.",
            ),
            warning=is_better,
        )


def _by_hand(context: ClassMemoContext) -> Iterator[Section]:
    names = [formatting.truncate(name) for name in context.decision.by_hand]
    if names:
        were = "Thresholds that were" if len(names) > 1 else "The threshold that was"
        text = f"{were} not tuned, but set by hand: {formatting.join_names(names)}."
        if not context.suppresses:
            text += f" {by_hand_sentences(context.decision, 'cases')}"
        yield Section("warnings", "Set by hand", (text,))


def _in_sample(context: ClassMemoContext) -> Iterator[Section]:
    decision = context.decision
    if decision.chosen == "default":
        return
    tuned = "other thresholds" if decision.by_hand else f"{context.way}s"
    text = f"The {tuned} were tuned on these cases, so all values on these cases are optimistic."
    if context.estimate is not None:
        here, new = decision.rule.value(decision.average), context.estimate.values[decision.average]
        text += (
            f" The {context.average_label} is {formatting.metric_value(here)} here, and expected to be "
            f"{formatting.metric_value(new)} on new cases."
        )
    else:
        text += " Expect less on new cases."
    yield Section("warnings", "Tuned on these cases", (text,))


def _cautions(context: ClassMemoContext) -> Iterator[Section]:
    if not context.suppresses:  # which classes are rare, and which are never decided, says something about their counts
        sentences = tuple(caution_sentences(context.decision))
        if sentences:
            yield Section("warnings", f"About {context.nouns[1]} and the rule", sentences)


def _withheld(context: ClassMemoContext) -> Iterator[Section]:
    if context.suppresses:
        yield Section(
            "warnings", "What is left out",
            (f"Other rules, estimates for new cases and confused {context.nouns[1]} are withheld, because they could "
             f"reveal a count below {context.minimum:,}.",),
        )  # fmt: skip


def provenance_section(context: ClassMemoContext) -> list[Section]:
    """Return the exact rule and where it comes from."""
    rows = tuple(row for write in (_rule, _data, _software) for row in write(context))
    return [Section("provenance", "Rule, data and files", table=Table(("Item", "Value"), rows))]


def exact_rule(context: ClassMemoContext) -> str:
    """Return how a case is decided, as one sentence."""
    if context.one_per_row:
        change = {
            "weight": " after it is multiplied by the weight of the class",
            "offset": " after its offset is added",
        }
        ties = change[context.way] if context.decision.chosen == "own" else ""
        return f"Each case gets the class whose score is highest{ties}."
    texts = threshold_texts(context.decision)
    if context.decision.chosen == "own" or len(set(texts)) > 1:
        return "Each case gets every label whose score is at or above the threshold of the label."
    return f"Each case gets every label whose score is {texts[0]} or more."


def _rule(context: ClassMemoContext) -> Iterator[tuple[str, str]]:
    yield "Rule", exact_rule(context)
    if context.one_per_row:
        yield "Ties", "The first of several classes that are equally high"
    if context.decision.chosen != "default":
        by_hand = f", {by_hand_text(context.decision)}" if context.decision.by_hand else ""
        yield "Chosen", f"Highest {context.average_label} on these cases{by_hand}"


def _data(context: ClassMemoContext) -> Iterator[tuple[str, str]]:
    source = context.source
    yield "Data", name_text(source.title)
    yield "Rows", f"{source.n:,}"
    if context.decision.curves.sample_weight is not None:
        yield "Weights", "Cases are counted by their weights"
    dropped = [dropped_text(reason, rows, context.minimum) for reason, rows in source.dropped.items() if rows]
    if dropped:
        yield "Left out", "; ".join(dropped)
    choices = source.read_as
    truths = choices.truths or ((choices.truth,) if choices.truth else ())
    if truths:  # else the rows never were in a file
        weight = f", weight {_listed((choices.weight,))}" if choices.weight else ""
        yield "Columns", f"truth {_listed(truths)}, score {_listed(choices.scores)}{weight}"
    for file in source.files:
        yield "File", file_text(file)


def _listed(columns: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{name_text(column, LONGEST_CELL)}”" for column in columns[:_MOST_NAMES])
    return shown if len(columns) <= _MOST_NAMES else f"{shown} and {len(columns) - _MOST_NAMES:,} more"


def _software(context: ClassMemoContext) -> Iterator[tuple[str, str]]:
    found, how = context.estimates, ""
    if found is not None:
        how = f"Estimated out of bag with {found.n_resamples:,} resamples of rows, seed {found.random_state}"
    return software_rows(context, "New cases", how)
