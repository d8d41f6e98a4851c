"""Imports point down: one table says who may import what."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PROJECT = Path(__file__).parents[1]

# A module belongs to the first layer that names it or a package around it.
PREFIXES = {
    "app": ("app", "pages"),
    "ui": ("f1tools.ui",),
    "cli": ("f1tools.cli", "f1tools.__main__"),
    "lab": ("f1tools.lab",),
    "plots": ("f1tools.plots",),
    "memo": ("f1tools.memo",),
    "record": ("f1tools.record",),
    "export": ("f1tools.export",),
    "card": ("f1tools.card",),
    "readers": ("f1tools.readers",),
    "core": ("f1tools",),
}


class Rule(NamedTuple):
    """What a layer may import: layers and outside packages, at the top of a file or inside functions only."""

    layers: frozenset[str]
    packages: frozenset[str] = frozenset()
    inside_functions: frozenset[str] = frozenset()


def names(words: str) -> frozenset[str]:
    """Give the words as a set."""
    return frozenset(words.split())


# The one table. numpy and the standard library are everybody's.
RULES = {
    "core": Rule(names("core"), inside_functions=names("pandas sklearn scipy")),
    "readers": Rule(names("core readers"), names("pyarrow openpyxl"), names("pandas")),
    "plots": Rule(names("core plots"), names("plotly")),
    "card": Rule(names("core card")),
    "export": Rule(names("core export"), inside_functions=names("pyarrow")),
    "record": Rule(names("core readers record"), packages=names("pydantic typing_extensions")),
    "memo": Rule(names("core readers card record memo"), inside_functions=names("jinja2")),
    "cli": Rule(names("core readers export record memo cli")),
    "lab": Rule(
        names("core readers export record memo cli lab"),
        names("keras jax sklearn imblearn pandas scipy"),
        names("filelock tqdm"),
    ),
    "ui": Rule(
        names("core readers plots card export record memo ui"), names("streamlit starlette pandas"), names("plotly")
    ),
    "app": Rule(names("core readers plots card record memo ui app"), names("streamlit")),
}
EVERYBODYS = {*sys.stdlib_module_names, "numpy"}
# What loads slowly must not come with the package, whatever a module imports.
SLOW = names("pandas pyarrow sklearn scipy streamlit plotly openpyxl pydantic jinja2 keras jax imblearn")


class Import(NamedTuple):
    """One import: of what, and whether it is made only when a function is called."""

    module: str
    deferred: bool


def modules() -> dict[str, Path]:
    """Give all modules of the project by name."""
    files = [PROJECT / "app.py", *(PROJECT / "pages").rglob("*.py"), *(PROJECT / "f1tools").rglob("*.py")]
    return {".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def layer_of(module: str) -> str:
    """Tell the layer of a module of the project."""
    inside = f"{module}."
    return next(layer for layer, roots in PREFIXES.items() if any(inside.startswith(f"{root}.") for root in roots))


def imports(node: ast.AST, *, deferred: bool = False) -> Iterator[Import]:
    """Find all imports in a piece of code but those for the type checker alone."""
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, deferred) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        yield from (Import(f"{node.module}.{alias.name}", deferred) for alias in node.names)
    else:
        typed = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        called = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in node.orelse if typed and isinstance(node, ast.If) else ast.iter_child_nodes(node):
            yield from imports(child, deferred=deferred or called)


def breaches(module: str, file: Path) -> Iterator[str]:
    """Name every import of a module that its layer does not allow."""
    rule = RULES[layer_of(module)]
    for found in imports(ast.parse(file.read_text(encoding="utf-8"))):
        root = found.module.partition(".")[0]
        if root in ("f1tools", "pages", "app"):
            if layer_of(found.module) not in rule.layers:
                yield f"{module} imports {found.module}"
        elif root not in EVERYBODYS | rule.packages | (rule.inside_functions if found.deferred else frozenset()):
            yield f"{module} imports {found.module}{'' if found.deferred else ' at the top'}"


@pytest.mark.parametrize("module", modules())
def test_imports_point_down(module: str) -> None:
    """A module imports its own layer, the layers below it and the packages of its layer; nothing else."""
    assert list(breaches(module, modules()[module])) == []


@pytest.mark.parametrize(
    ("module", "source", "breach"),
    [
        ("f1tools.core.curve", "from f1tools.plots import plot_roc", ["f1tools.plots.plot_roc"]),
        ("f1tools.core.curve", "def f():\n from f1tools import ui", ["f1tools.ui"]),
        ("f1tools.core.curve", "import pandas as pd", ["pandas at the top"]),
        ("f1tools.core.curve", "def f():\n import pandas", []),
        ("f1tools.core.curve", "def f():\n import plotly", ["plotly"]),
        ("f1tools.core.curve", "if TYPE_CHECKING:\n import pandas\nelse:\n import scipy", ["scipy at the top"]),
        ("f1tools.plots.curves", "import streamlit.components as c", ["streamlit.components at the top"]),
        ("pages.explore", "class A:\n import plotly", ["plotly at the top"]),
        ("f1tools.cli", "import numpy.random\nimport json", []),
        ("f1tools.labels", "import keras", ["keras at the top"]),
        ("f1tools.ui.components.layout", "def f():\n from f1tools.lab import protocol", ["f1tools.lab.protocol"]),
    ],
)
def test_the_table_catches_breaches(tmp_path: Path, module: str, source: str, breach: list[str]) -> None:
    """The check finds what it is there to find, wherever in a file it stands."""
    file = tmp_path / "module.py"
    file.write_text(source, encoding="utf-8")
    assert list(breaches(module, file)) == [f"{module} imports {one}" for one in breach]


@pytest.mark.parametrize(
    ("module", "allowed"),
    [("f1tools", set()), ("f1tools.cli", {"pyarrow"}), ("f1tools.card", set()), ("f1tools.plots", {"plotly"})],
)
def test_slow_packages_are_loaded_when_they_are_needed(module: str, allowed: set[str]) -> None:
    """Importing the package loads numpy and nothing slower; the command line adds pyarrow, the figures Plotly."""
    program = f"import sys, {module}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert {"f1tools", "numpy"} <= set(run.stdout.split())
    assert set(run.stdout.split()) & SLOW - allowed == set()


def test_everything_the_package_promises_is_there() -> None:
    """Each name of ``f1tools.__all__`` can be had, those that are read later included; others can't."""
    import f1tools

    assert all(getattr(f1tools, name) is not None for name in f1tools.__all__)
    with pytest.raises(AttributeError, match=r"^module 'f1tools' has no attribute 'no_such_name'$"):
        f1tools.no_such_name  # noqa: B018
