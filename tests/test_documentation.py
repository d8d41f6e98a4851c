"""The documentation: links resolve, code runs and prints what is shown, every public name has its place."""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

import f1tools
from docs import hooks
from f1tools.cli import main
from f1tools.cli.run import parse

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
OTHERS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "sample_data/README.md", "benchmarks/README.md")]

LINK = re.compile(r"""(?:\]\(|src=")(?!https?:|mailto:)(?P<file>[^)#"\s]*)(?:#(?P<anchor>[^)"\s]*))?""")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
FENCE = re.compile(
    r"^(?P<note><!-- not run in tests -->\n)?```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
INCLUDED = re.compile(r'^--8<-- "(.+)"$', re.MULTILINE)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    """Return a page with the files that it includes."""
    return INCLUDED.sub(lambda match: (ROOT / match[1]).read_text(encoding="utf-8"), path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """Return the anchors of the headings, as both GitHub and mkdocs make them."""
    headings = HEADING.findall(FENCE.sub("", text_of(path)))
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*OTHERS, *PAGES], ids=name)
def test_links_resolve(page: Path) -> None:
    """Every relative link leads to a file and to one of its headings; a page of the site links to the site only."""
    for match in LINK.finditer(FENCE.sub("", text_of(page))):
        target = (page.parent / match["file"]).resolve() if match["file"] else page
        assert target.exists(), match[0]
        assert page not in PAGES or target.is_relative_to(DOCS), match[0]
        assert not match["anchor"] or match["anchor"] in anchors(target), match[0]


def test_every_page_is_in_the_navigation() -> None:
    """The navigation names every page once."""
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8").partition("\nnav:")[2]
    assert sorted(re.findall(r"[\w/]+\.md", navigation)) == sorted(page.relative_to(DOCS).as_posix() for page in PAGES)


def test_the_reference_has_every_public_name_once() -> None:
    """The pages of the package describe all public names, and no others."""
    described = [each for page in PAGES for each in re.findall(r"^::: f1tools\.(\w+)$", text_of(page), re.MULTILINE)]
    assert sorted(described) == sorted(set(f1tools.__all__) - {"__version__"})


def test_the_reference_has_every_command_once() -> None:
    """The page of the command line has a section with the help of each command."""
    with contextlib.redirect_stdout(io.StringIO()) as printed, pytest.raises(SystemExit):
        parse(["--help"])
    commands = re.findall(r"^ {4}([a-z]+) {2,}", printed.getvalue(), re.MULTILINE)
    text = text_of(DOCS / "cli.md")
    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == commands
    assert re.findall(r"^<!-- f1tools (\w+) --help -->$", text, re.MULTILINE) == commands


def test_the_commands_of_make_exist() -> None:
    """Every command of make that a page names is a target."""
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = {
        each for page in [*OTHERS, *PAGES] for each in re.findall(r"(?:^|`)make (\w+)", text_of(page), re.MULTILINE)
    }
    assert {"run", "docs"} <= named <= set(targets)


def test_names_in_docstrings_become_links() -> None:
    """A Sphinx role with a public name links to its description; any other name is shown as code."""
    html = ":func:<code>~f1tools.best</code> and :meth:<code>from_counts</code>"
    expected = '<autoref identifier="f1tools.best"><code>best</code></autoref> and <code>from_counts</code>'
    assert hooks.on_page_content(html, page=None) == expected


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a/index.html", '<img alt="" src="https://example.com/a.png">'),
        ("index.html", '<link rel="stylesheet" href="//example.com/a.css">'),
        ("a.css", "@font-face { src: url('https://example.com/a.woff2') }"),
    ],
)
def test_a_site_that_loads_from_other_servers_is_not_built(tmp_path: Path, file: str, text: str) -> None:
    """Links may lead anywhere, but pictures, fonts, styles and scripts are files of the site."""
    (tmp_path / "local.html").write_text('<a href="https://example.com">there</a><img src="a.png">', encoding="utf-8")
    hooks.on_post_build({"site_dir": str(tmp_path)})
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit, match=file):
        hooks.on_post_build({"site_dir": str(tmp_path)})


@pytest.fixture
def working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where the pages work: beside the samples, with the diabetes sample in two parts as older and newer rows."""
    (tmp_path / "sample_data").symlink_to(ROOT / "sample_data")
    header, *rows = (ROOT / "sample_data/diabetes.csv").read_text(encoding="utf-8").splitlines()
    older, newer = rows[:300], rows[300:]
    parts = {"scores.csv": older, "valid.csv": older, "may.csv": newer, "test.csv": newer}
    for file, part in parts.items():
        (tmp_path / file).write_text("\n".join([header, *part]), encoding="utf-8")
    marked = [f"{row},{'valid' if row in older else 'test'}" for row in rows]
    (tmp_path / "predictions.csv").write_text("\n".join([f"{header},split", *marked]), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return the languages and texts of the blocks of code; what is not run in tests must at least be valid Python."""
    found = []
    for match in FENCE.finditer(text_of(page)):
        if match["note"]:
            compile(match["text"], name(page), "exec")
        else:
            found.append((match["language"], match["text"]))
    return found


@pytest.mark.usefixtures("working_directory")
@pytest.mark.parametrize(
    "page", [page for page in [*OTHERS, *PAGES] if "```" in page.read_text(encoding="utf-8")], ids=name
)
def test_code_runs_and_prints_what_is_shown(page: Path) -> None:
    """A page's Python and its f1tools commands run in order; a block of text after them is their output."""
    namespace: dict[str, Any] = {}
    printed: str | None = None
    for language, text in blocks(page):
        if language == "text" and printed is not None:
            matches = doctest.OutputChecker().check_output(text, printed, doctest.ELLIPSIS)
            assert matches, f"{name(page)} shows\n{text}\nbut this is printed:\n{printed}"
        printed = None
        if language in ("bash", "python"):
            with contextlib.redirect_stdout(io.StringIO()) as output:
                run_commands(text) if language == "bash" else exec(text, namespace)  # noqa: S102
            printed = output.getvalue()


def run_commands(text: str) -> None:
    """Run the f1tools commands of a block; a check may fail, but no command is misused. A server is not started."""
    for line in text.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words[:2] == ["f1tools", "app"]:
            parse(words[1:])
        elif words[:1] == ["f1tools"]:
            code = main(words[1:])
            assert code == 0 or (code == 1 and words[1] == "check"), line
