"""Imports point down: one table says which packages may import which. Lazy and type-checking imports count as well."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

PROJECT = Path(__file__).parents[1]


class Rule(NamedTuple):
    """The imports of a package: packages of the project, and others at the top of a file or inside functions only."""

    internal: frozenset[str]
    top: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()


def names(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


ANALYSIS = names(
    "core formatting predictions decision better_model comparison what_if uncertainty calibration advice repeats groups"
    " threshold_table classes"
)
FILES = ANALYSIS | names("readers record version")

# The one table. numpy and the standard library may be imported everywhere, and a package may import itself.
RULES = {
    "core": Rule(names(""), inside=names("pandas")),
    "formatting": Rule(names("core")),
    "predictions": Rule(names("core")),
    "table_columns": Rule(names("core"), inside=names("pyarrow")),
    "threshold_table": Rule(names("core table_columns"), inside=names("pyarrow pydantic")),
    "decision": Rule(names("core formatting predictions threshold_table"), inside=names("pandas")),
    "better_model": Rule(names("core formatting predictions decision")),
    "classes": Rule(names("core formatting predictions uncertainty"), inside=names("threadpoolctl")),
    "comparison": Rule(
        names("core formatting predictions decision calibration uncertainty threshold_table"), inside=names("scipy")
    ),
    "what_if": Rule(names("core formatting predictions uncertainty"), inside=names("pandas")),
    "uncertainty": Rule(names("core formatting")),
    "calibration": Rule(names("core formatting uncertainty"), inside=names("scipy sklearn")),
    "advice": Rule(names("core formatting calibration groups uncertainty")),
    "groups": Rule(names("core formatting predictions decision uncertainty threshold_table"), inside=names("pandas")),
    "repeats": Rule(names("core formatting predictions uncertainty"), inside=names("pandas scipy")),
    "palette": Rule(names("")),
    "version": Rule(names("")),
    "notebook": Rule(names("core formatting decision palette threshold_table")),
    "backends": Rule(
        names("core formatting groups threshold_table readers"),
        names("narwhals"),
        inside=names("duckdb dask distributed pyspark"),
    ),
    "readers": Rule(
        names("core predictions repeats formatting threshold_table classes"), names("pyarrow"), names("pandas")
    ),
    "record": Rule(FILES, names("pydantic typing_extensions")),
    "card": Rule(names("core formatting palette")),
    "export": Rule(names("core formatting predictions comparison classes"), inside=names("pyarrow")),
    "memo": Rule(FILES | names("card palette"), inside=names("jinja2")),
    "plots": Rule(ANALYSIS | names("palette"), names("plotly")),
    "cli": Rule(FILES | names("memo export ui backends")),
    "lab": Rule(
        FILES | names("export cli"), names("keras jax sklearn imblearn pandas scipy"), inside=names("filelock tqdm")
    ),
    "ui": Rule(
        FILES | names("card export memo palette plots"),
        names("streamlit starlette click pandas"),
        inside=names("plotly"),
    ),
    "pages": Rule(names("ui plots card"), names("streamlit")),
    "app": Rule(names("ui"), names("streamlit")),
    "__main__": Rule(names("cli")),
    "f1tools": Rule(FILES | names("memo notebook backends")),
}
COMMON = {*sys.stdlib_module_names, "numpy"}
# Packages that load slowly must not come with the package, whatever a module imports.
SLOW = names(
    "pandas pyarrow sklearn scipy streamlit plotly openpyxl pydantic jinja2 keras jax imblearn duckdb dask pyspark"
)


class Import(NamedTuple):
    """One import, and whether it happens only when a function is called or for the type checker."""

    module: str
    deferred: bool


def modules() -> dict[str, Path]:
    """Return all modules of the project by name."""
    files = [PROJECT / "app.py", *(PROJECT / "pages").rglob("*.py"), *(PROJECT / "f1tools").rglob("*.py")]
    return {".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


MODULES = modules()


def package_of(module: str) -> str:
    """Return the row of the table that a module belongs to."""
    first, _, rest = module.partition(".")
    return (rest.partition(".")[0] or first) if first == "f1tools" else first


def imports(node: ast.AST, *, deferred: bool = False) -> Iterator[Import]:
    """Yield all imports in a piece of code."""
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, deferred) for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        yield from (Import(f"{node.module}.{alias.name}", deferred) for alias in node.names)
    else:
        type_checking = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            is_else = isinstance(node, ast.If) and child in node.orelse
            yield from imports(child, deferred=deferred or function or (type_checking and not is_else))


def resolve(name: str) -> str:
    """Return the module of the project that an imported name is or comes from; empty for other packages."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name


@cache
def imports_of(module: str) -> list[Import]:
    """Return all imports of a module of the project."""
    return list(imports(ast.parse(MODULES[module].read_text(encoding="utf-8"))))


def violations(module: str, imported: Iterable[Import]) -> Iterator[str]:
    """Yield every import of a module that the table does not allow."""
    rule = RULES[package_of(module)]
    for found in imported:
        root = found.module.partition(".")[0]
        if target := resolve(found.module):
            if package_of(target) not in rule.internal | {package_of(module)}:
                yield f"{module} imports {found.module}"
        elif root not in COMMON | rule.top | (rule.inside if found.deferred else frozenset()):
            yield f"{module} imports {found.module}{'' if found.deferred else ' at the top'}"


def test_imports_follow_the_table() -> None:
    """A module imports its own package and the packages of its row; nothing else."""
    found = (each for name in MODULES for each in violations(name, imports_of(name)))
    assert list(found) == []


@cache
def graph() -> dict[str, set[str]]:
    """Return which module imports which."""
    return {
        name: {target for each in imports_of(name) if (target := resolve(each.module)) and target != name}
        for name in MODULES
    }


def test_there_is_no_import_cycle() -> None:
    """No module imports itself through others, lazy and type-checking imports counted; nor does a package."""
    packages: dict[str, set[str]] = {}
    for module, targets in graph().items():
        of = packages.setdefault(package_of(module), set())
        of |= {package_of(target) for target in targets} - {package_of(module)}
    for each in (graph(), packages):
        try:
            TopologicalSorter(each).prepare()
        except CycleError as error:
            pytest.fail(f"cycle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize(
    ("module", "source", "violation"),
    [
        ("f1tools.core.curve", "from f1tools.plots import plot_band", ["f1tools.plots.plot_band"]),
        ("f1tools.core.curve", "def f():\n from f1tools import ui", ["f1tools.ui"]),
        ("f1tools.core.curve", "if TYPE_CHECKING:\n from f1tools.memo import x", ["f1tools.memo.x"]),
        ("f1tools.core.curve", "import pandas as pd", ["pandas at the top"]),
        ("f1tools.core.curve", "def f():\n import pandas", []),
        ("f1tools.core.curve", "def f():\n import plotly", ["plotly"]),
        ("f1tools.core.curve", "if TYPE_CHECKING:\n import pandas\nelse:\n import scipy", ["scipy at the top"]),
        ("f1tools.plots.roc", "import streamlit.components as c", ["streamlit.components at the top"]),
        ("pages.explore", "class A:\n import plotly", ["plotly at the top"]),
        ("f1tools.cli", "import numpy.random\nimport json", []),
        ("f1tools.ui.server", "def f():\n from f1tools.lab import protocol", ["f1tools.lab.protocol"]),
    ],
)
def test_violations_are_found(module: str, source: str, violation: list[str]) -> None:
    """The check finds imports wherever they stand in a file."""
    assert list(violations(module, imports(ast.parse(source)))) == [f"{module} imports {each}" for each in violation]


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


def test_all_public_names_exist() -> None:
    """Each name of ``f1tools.__all__`` can be imported, lazy ones included; others cannot."""
    import f1tools

    assert all(getattr(f1tools, name) is not None for name in f1tools.__all__)
    with pytest.raises(AttributeError, match=r"^module 'f1tools' has no attribute 'no_such_name'$"):
        f1tools.no_such_name  # noqa: B018
