"""What widgets were told to show, so that a browser's echo is not taken for a choice."""

from dataclasses import dataclass
from time import monotonic
from typing import Any

_ECHO = 2.0  # seconds within which a browser may still send what a widget showed before


@dataclass(frozen=True)
class _Value:
    """What a widget was told to show, what it showed before, and since when."""

    now: Any
    before: Any
    since: float


class WidgetEcho:
    """The books on what the widgets of a session were told."""

    def __init__(self) -> None:
        self._values: dict[str, _Value] = {}
        self._looked = 0.0

    def tell(self, key: str, value: Any) -> None:
        """Note that a widget is told to show a value."""
        before = self._values.get(key)
        if before is None or before.now != value:
            self._values[key] = _Value(value, None if before is None else before.now, monotonic())

    def look(self) -> None:
        """Note that the page runs by itself: the browser then sends what its widgets show at that moment."""
        self._looked = monotonic()

    def is_choice(self, key: str, value: Any) -> bool:
        """Tell whether a widget was set by somebody, or only says what it was told, or has not yet been told anew."""
        told = self._values.get(key)
        if told is None:
            return True
        recent = monotonic() - _ECHO
        is_echo = value == told.before and told.since > recent and self._looked > recent
        return bool(value != told.now) and not is_echo
