"""The view in the URL: what is read from a link is checked, and rubbish in it is dropped."""

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from f1tools.core.errors import InvalidPredictions
from f1tools.formatting import single_line
from f1tools.readers import Choices
from f1tools.record import FileSeen
from f1tools.ui.session.view import (
    FIELDS_OF,
    HIGHEST_BETA,
    HIGHEST_COST,
    HIGHEST_SEED,
    LOWEST_BETA,
    OBJECTIVES,
    PREVALENCES,
    QUESTIONS,
    RECALIBRATIONS,
    SUPPRESSED,
    WEIGHTS,
    View,
)

_LONGEST_NAME = 200  # a link calls a longer model by its digest
_LONGEST_CHOICES = 1500  # characters
_FILE = r"[^*\n\r]{1,120}\.[0-9a-f]{16}"  # characters that need no escaping in an address


def _number(text: str, least: float = -math.inf, most: float = math.inf) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and least <= value <= most else None


def _share(text: str) -> float | None:
    return _number(text, 0, 1)


def _prevalence(text: str) -> float | None:
    return _number(text, *PREVALENCES)


def _weight(text: str) -> float | None:
    return _number(text, *WEIGHTS)


def _cost(text: str) -> float | None:
    return _number(text, -HIGHEST_COST, HIGHEST_COST)


def _among(*allowed: str) -> Callable[[str], str | None]:
    return lambda text: text if text in allowed else None


def _yes(text: str) -> bool | None:
    return True if text == "True" else None


def _beta(text: str) -> float | None:
    return _number(text, LOWEST_BETA, HIGHEST_BETA)


def _rows(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,15}", text) else None


def _seed(text: str) -> int | None:
    seed = _rows(text)
    return seed if seed is not None and seed <= HIGHEST_SEED else None


def _size(text: str) -> int | None:
    size = _rows(text)
    return size if size in SUPPRESSED else None


def _name(text: str) -> str | None:
    return text if 0 < len(text) <= _LONGEST_NAME else None


def _data(text: str) -> str | None:
    return text if re.fullmatch(r"[a-z0-9_-]{1,64}", text) else None


def _files(text: str) -> str | None:
    return text if re.fullmatch(rf"{_FILE}(\*{_FILE})?", text) else None


def _choices(text: str) -> str | None:
    if len(text) > _LONGEST_CHOICES:
        return None
    try:
        Choices.from_json(text)
    except InvalidPredictions:
        return None
    return text


# field -> its key in the URL, and how its text is read (None: rubbish, use the default)
_KEYS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "data": ("data", _data),
    "file": ("file", _files),
    "read": ("read", _choices),
    "model": ("model", _name),
    "threshold": ("t", _number),
    "metric": ("metric", _among(*OBJECTIVES)),
    "beta": ("beta", _beta),
    "low": ("from", _number),
    "high": ("to", _number),
    "min_recall": ("min_recall", _share),
    "min_precision": ("min_precision", _share),
    "max_flagged": ("max_flagged", _rows),
    "question": ("what", _among(*QUESTIONS)),
    "prevalence": ("prevalence", _prevalence),
    "class_weight": ("class_weight", _weight),
    "positive_weight": ("positive_weight", _weight),
    "cost_fp": ("fp", _cost),
    "cost_fn": ("fn", _cost),
    "cost_tp": ("tp", _cost),
    "cost_tn": ("tn", _cost),
    "amounts": ("amounts", _yes),
    "cases": ("cases", _rows),
    "reviews": ("reviews", _rows),
    "sure_no": ("no", _number),
    "sure_yes": ("yes", _number),
    "max_false": ("max_false", _share),
    "max_missed": ("max_missed", _share),
    "recalibration": ("recalibration", _among(*RECALIBRATIONS)),
    "seed": ("seed", _seed),
    "suppress_below": ("hide", _size),
    "lab": ("lab", _data),
    "strategy": ("strategy", _name),
    "against": ("against", _name),
    "by_share": ("by_share", _yes),
}


def from_query(query: Mapping[str, str]) -> View | None:
    """Read a URL's parameters and drop what makes no sense; None when nothing in it is ours."""
    known = {field: (key, read) for field, (key, read) in _KEYS.items() if key in query}
    if not known:
        return None
    values = {field: read(query[key]) for field, (key, read) in known.items()}
    return _sound(View(**{field: value for field, value in values.items() if value is not None}))


def _sound(view: View) -> View:
    """Drop pairs whose ends are in the wrong order."""
    if view.low is not None and view.high is not None and not view.low < view.high:
        view = _without(view, "low", "high")
    if view.sure_no is None or view.sure_yes is None or view.sure_no > view.sure_yes:
        view = _without(view, "sure_no", "sure_yes")
    return view


def _without(view: View, *names: str) -> View:
    default = View()
    defaults: dict[str, Any] = {name: getattr(default, name) for name in names}
    return replace(view, **defaults)


def in_link(model: str) -> str:
    """Give what a link calls a model: its name, or a digest in place of a name that is too long for an address.

    Examples
    --------
    >>> in_link("forest"), in_link("m" * 300)
    ('forest', '~88c6e4c1d9337601')
    """
    if len(model) <= _LONGEST_NAME:
        return model
    return f"~{hashlib.sha256(model.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def supposed(view: View) -> dict[str, float | int | bool]:
    """Give what is supposed, by the names that links use.

    Examples
    --------
    >>> supposed(View(prevalence=0.05, threshold=0.3))
    {'prevalence': 0.05}
    """
    default = View()
    values = {name: getattr(view, name) for names in FIELDS_OF.values() for name in names}
    return {_KEYS[name][0]: value for name, value in values.items() if value != getattr(default, name)}


def from_supposed(values: Mapping[str, float | int | bool]) -> View:
    """Give the view in which only that is supposed; what makes no sense is dropped.

    Examples
    --------
    >>> from_supposed({"prevalence": 0.05, "t": 0.3}) == View(prevalence=0.05)
    True
    """
    known = {_KEYS[name][0] for names in FIELDS_OF.values() for name in names}
    return from_query({name: repr(value) for name, value in values.items() if name in known}) or View()


def files_in_link(files: Sequence[FileSeen]) -> str:
    """Give what a link says of the files to load: names and the start of their digests.

    Examples
    --------
    >>> files_in_link([FileSeen("my*file.csv", 9, "0123456789abcdef" * 4)])
    'my file.csv.0123456789abcdef'
    """
    names = (re.sub(r"[*\s]+", " ", single_line(each.name))[-120:].strip() or "file" for each in files)
    return "*".join(f"{name}.{each.sha256[:16]}" for name, each in zip(names, files, strict=True))


def choices_in_link(choices: Choices | None) -> str | None:
    """Give what a link says of how to read the files; nothing where the reader does so by itself."""
    text = "" if choices is None else json.dumps(choices.chosen(), separators=(",", ":"))
    return text if 0 < len(text) <= _LONGEST_CHOICES else None


def files_text(linked: str) -> str:
    """Say which files a link is about.

    Examples
    --------
    >>> files_text("my file.csv.0123456789abcdef")
    'my file.csv (SHA-256 starts with 0123456789abcdef)'
    """
    parts = (each.rpartition(".") for each in linked.split("*"))
    return " and ".join(f"{name} (SHA-256 starts with {digest})" for name, _, digest in parts)


def to_query(view: View) -> dict[str, str]:
    """Write the fields that differ from their defaults; `from_query` gives back exactly these values."""
    values = {field.name: getattr(view, field.name) for field in fields(View)}
    if view.model is not None:
        values["model"] = in_link(view.model)
    default = View()
    return {
        _KEYS[name][0]: value if isinstance(value, str) else repr(value)
        for name, value in values.items()
        if value != getattr(default, name)
    }
