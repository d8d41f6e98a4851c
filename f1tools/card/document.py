"""The card alone on a page that needs no server and loads nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from f1tools import palette
from f1tools.card.source import script, style

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; \
style-src 'unsafe-inline'">
<title>Threshold card</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; padding: 24px clamp(16px, 4vw, 48px) 48px; background: {light}; }}
main {{ max-width: 1240px; margin: auto; }}
@media (prefers-color-scheme: dark) {{ @media not print {{ body {{ background: {dark}; }} }} }}
{style}</style>
</head>
<body>
<main id="card"></main>
<script type="application/json" id="payload">{payload}</script>
<script type="module">
{script}const payload = JSON.parse(document.getElementById("payload").textContent);
mount(document.getElementById("card"), payload, () => {{}});
</script>
</body>
</html>
"""


def card_document(payload: Mapping[str, Any]) -> str:
    """Put a card into an HTML page of its own.

    Parameters
    ----------
    payload : mapping
        From :func:`~f1tools.card.payload.card_payload`.

    Returns
    -------
    str
        A whole document. Its policy forbids every request; names in the payload cannot end the script element.
    """
    return _PAGE.format(
        light=palette.LIGHT["background"],
        dark=palette.DARK["background"],
        style=style(),
        script=script(),
        payload=json_for_script(payload),
    )


def json_for_script(payload: Mapping[str, Any]) -> str:
    """Write JSON that may stand inside a script element: no character in it can end that element or open a comment."""
    text = json.dumps(payload, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
