"""Values in links: the text of a URL parameter becomes a value, or None where it is not valid; and back."""

import math
import re
from collections.abc import Callable
from typing import Any

from f1tools.core.types import InvalidPredictions
from f1tools.formatting import single_line
from f1tools.readers import Choices
from f1tools.ui.session.link_names import MAX_CHOICES_LENGTH

MAX_COUNT = 10**15 - 1
MAX_CURRENCY = 8
"""Characters of a currency."""

_NOTHING = "nothing"  # a threshold in a link: above all scores, so that nothing is flagged

Parse = Callable[[str], Any]
"""Reads the text of a URL parameter; None where it is not valid."""


def number(low: float = -math.inf, high: float = math.inf) -> Parse:
    """Return what reads a finite number within a range."""

    def parse(text: str) -> float | None:
        try:
            value = float(text)
        except ValueError:
            return None
        return value if math.isfinite(value) and low <= value <= high else None

    return parse


def parse_threshold(text: str) -> float | None:
    """Return a threshold; inf flags nothing."""
    return math.inf if text == _NOTHING else number()(text)


def integer(low: int = 0, high: int = MAX_COUNT) -> Parse:
    """Return what reads a whole number within a range."""
    return lambda text: int(text) if re.fullmatch(r"[0-9]{1,15}", text) and low <= int(text) <= high else None


def text_of(pattern: str) -> Parse:
    """Return what reads text that matches a pattern."""
    return lambda text: text if re.fullmatch(pattern, text, re.DOTALL) else None


def one_of(allowed: tuple[Any, ...]) -> Parse:
    """Return what reads one of some values."""
    by_text = {str(value): value for value in allowed}
    return by_text.get


def choices_json(text: str) -> str | None:
    """Return reading choices as JSON, as they are in the link."""
    if len(text) > MAX_CHOICES_LENGTH:
        return None
    try:
        Choices.from_json(text)
    except InvalidPredictions:
        return None
    return text


def parse_currency(text: str) -> str | None:
    """Return a currency as text on one line; None where it is empty or too long."""
    currency = single_line(text).strip()
    return currency if 0 < len(currency) <= MAX_CURRENCY else None


def text_in_link(value: Any) -> str:
    """Return a value of a field as a link has it."""
    if value == math.inf:
        return _NOTHING
    return value if isinstance(value, str) else repr(value)
