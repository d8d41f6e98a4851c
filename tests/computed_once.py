"""Slow functions that many tests call with the same data, computed once.

A result is found by the content of all arguments, so another choice, row or seed computes another one. Tests of these
functions themselves call them as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from typing import Any

import numpy as np

from f1tools.core.types import OnProgress, ignore_progress


def once(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is called once for equal arguments."""
    results: dict[Hashable, Any] = {}

    @wraps(function)
    def call(*data: Any, on_progress: OnProgress = ignore_progress, **options: Any) -> Any:
        key = content(data), content(options)
        if key in results:
            on_progress(1.0)  # a job that was cancelled ends here, too
            return results[key]
        more = {} if on_progress is ignore_progress else {"on_progress": on_progress}
        return results.setdefault(key, function(*data, **options, **more))

    return call


def content(value: Any) -> Hashable:
    """Return what is equal for values of equal content; what it does not know is only equal to itself."""
    if is_dataclass(value):
        return type(value), tuple(content(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, tuple(value.tolist()) if value.dtype.hasobject else value.tobytes()
    if isinstance(value, Mapping):
        return dict, tuple((name, content(each)) for name, each in value.items())
    if isinstance(value, list | tuple):
        return type(value), tuple(map(content, value))
    return type(value), value
