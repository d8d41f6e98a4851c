"""What pages compute in the background, computed once for all tests: most of them show the same sample.

A result is found by the content of all arguments, so another choice, row or seed computes another one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import wraps
from types import ModuleType
from typing import Any

import numpy as np

from f1tools.core.types import OnProgress, ignore_progress
from f1tools.ui.components import decision_notes
from f1tools.ui.sections.classes import figures, table
from f1tools.ui.sections.compare import answer, group_thresholds
from f1tools.ui.sections.what_if import costs, prevalence
from f1tools.ui.session import cache

SLOW: tuple[tuple[ModuleType, str], ...] = (
    (answer, "aligned_differences"),
    (answer, "model_differences"),
    (answer, "unpaired_differences"),
    (cache, "by_group"),
    (costs, "tuned_estimate"),
    (decision_notes, "by_group"),
    (decision_notes, "tuned_estimate"),
    (figures, "common_sweep"),
    (group_thresholds, "own_thresholds"),
    (prevalence, "tuned_sweep"),
    (table, "class_profiles"),
)
"""Functions that are called for a job, and the modules that call them. Results belong to no other result."""


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
