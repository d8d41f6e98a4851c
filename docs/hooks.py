"""What mkdocs does not do itself: help texts of commands, links in docstrings, a check that all resources are local."""

from __future__ import annotations

import contextlib
import io
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import f1tools
from f1tools.cli.run import parse

_HELP = re.compile(r"^<!-- f1tools ?(?P<command>\w*) --help -->$", re.MULTILINE)
_SPHINX_ROLE = re.compile(r":(?:attr|class|data|func|meth|mod):<code>~?(?:[\w.]+\.)?(?P<name>\w+)</code>")
_LOADED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src", "link": "href"}
_EXTERNAL = re.compile(r"(?:https?:)?//")
_EXTERNAL_IN_CSS = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//""")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace a comment such as ``<!-- f1tools best --help -->`` by that help text."""
    return _HELP.sub(lambda match: f"```text\n{help_text(match['command'])}```", markdown)


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Replace the Sphinx roles of docstrings: public names become links, other names stay code."""
    if "$$" in html:
        raise SystemExit(f"{page.file.src_uri}: formulas need an empty line between them.")
    return _SPHINX_ROLE.sub(_linked, html)


def on_post_build(config: Any) -> None:
    """Fail when a page or a stylesheet would load something from another server."""
    site = Path(config["site_dir"])
    external = [f"{path.relative_to(site)}: {address}" for path in site.rglob("*.html") for address in loaded(path)]
    external += [
        str(path.relative_to(site))
        for path in site.rglob("*.css")
        if _EXTERNAL_IN_CSS.search(path.read_text(encoding="utf-8"))
    ]
    if external:
        raise SystemExit("The site would load from other servers:\n" + "\n".join(external))


def help_text(command: str) -> str:
    """Return the help of a command, or of the program for an empty name, with its options in lines of 90 characters."""
    os.environ["COLUMNS"] = "90"
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        parse([*command.split(), "--help"])
    return printed.getvalue()


def loaded(page: Path) -> list[str]:
    """Return the addresses on other servers that a browser would load with a page; links to follow are none."""
    found: list[str] = []

    class _Elements(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            values = dict(attrs)
            address = values.get(_LOADED.get(tag, "")) or ""
            if _EXTERNAL.match(address) and values.get("rel") != "canonical":
                found.append(address)

    _Elements().feed(page.read_text(encoding="utf-8"))
    return found


def _linked(match: re.Match[str]) -> str:
    name = match["name"]
    code = f"<code>{name}</code>"
    return f'<autoref identifier="f1tools.{name}">{code}</autoref>' if name in f1tools.__all__ else code
