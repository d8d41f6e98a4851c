"""What several tests need: expected errors, and smaller sizes of blocks so that few rows fill many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from f1tools.core.types import InvalidPredictions


@contextmanager
def rejected(*parts: str) -> Iterator[None]:
    """Expect the error that users see, with all parts in its message."""
    with pytest.raises(InvalidPredictions) as raised:
        yield
    assert [part for part in parts if part not in str(raised.value)] == []


@contextmanager
def constants(module: ModuleType, **values: Any) -> Iterator[None]:
    """Change constants of a module temporarily."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setattr(module, name, value)
        yield
