"""The note on what a link names that does not exist or is not valid."""

import re
from collections.abc import Mapping
from dataclasses import fields

from f1tools.formatting import single_line, truncate, utf8_safe
from f1tools.ui.session.link_values import text_in_link
from f1tools.ui.session.view import View

_CAMPAIGN_TAG = re.compile("utm_|.*clid$")  # mail programs and search engines add them to links


def unknown_parameters(query: Mapping[str, str]) -> dict[str, str]:
    """Return what a URL says under names that no field has, other than the tags of campaigns.

    Examples
    --------
    >>> unknown_parameters({"t": "0.3", "threshold": "0.3", "utm_source": "mail"})
    {'threshold': '0.3'}
    """
    known = {each.metadata["parameter"] for each in fields(View)}
    return {name: text for name, text in query.items() if name not in known and not _CAMPAIGN_TAG.match(name)}


def ignored_text(ignored: Mapping[str, str], shown: Mapping[str, str], unknown: Mapping[str, str] | None = None) -> str:
    """Describe the values of a link that are ignored, and what is used instead; empty where all are used.

    Parameters
    ----------
    ignored : mapping of str to str
        Text of the link by field of the view.
    shown : mapping of str to str
        What is used instead, by field, where that is not the field's default.
    unknown : mapping of str to str, optional
        Text of the link by names that are not parameters.

    Examples
    --------
    >>> ignored_text({"metric": "accuracyy", "min_recall": "1.2"}, {"metric": "F1"}).partition(": ")[2]
    'metric=accuracyy (F1 is used instead), min_recall=1.2 (ignored).'
    >>> ignored_text({}, {}, {"threshold": "0.3", "page": "2"}).partition(": ")[2]
    'threshold=0.3 (ignored; the name is t), page=2 (ignored).'
    """
    parts = []
    names = {each.name: each.metadata["parameter"] for each in fields(View)}
    for name, value in (unknown or {}).items():
        hint = f"; the name is {names[name]}" if name in names else ""
        parts.append(f"{_shortened(name)}={_shortened(value)} (ignored{hint})")
    for each in (each for each in fields(View) if each.name in ignored):
        default = "" if each.default is None or each.default is False else text_in_link(each.default)
        instead = shown.get(each.name, default)
        text = f"{each.metadata['parameter']}={_shortened(ignored[each.name])}"
        parts.append(f"{text} ({f'{instead} is used instead' if instead else 'ignored'})")
    values = ", ".join([*parts[:4], *(["…"] if len(parts) > 4 else [])])
    return f"The link asks for what does not exist here or is not valid: {values}." if parts else ""


def _shortened(text: str) -> str:
    return truncate(single_line(utf8_safe(text)), 40)
