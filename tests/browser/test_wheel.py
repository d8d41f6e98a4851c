"""The wheel in fresh environments that contain what its metadata ask for, and nothing else."""

import os
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Callable
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import numpy as np
import pytest
from packaging.metadata import parse_email
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from playwright.sync_api import expect
from sklearn.metrics import precision_recall_curve

from f1tools.palette import DARK
from tests.browser.conftest import PROJECT, running_server
from tests.browser.helpers import ROWS, Visit, open_page

Run = Callable[..., subprocess.CompletedProcess[str]]
CSV = "\n".join(["y_true,p_model", *ROWS])


def build(source: Path, target: str, folder: Path) -> Path:
    """Build a wheel or a source distribution and return its path."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def source_distribution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(PROJECT, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(PROJECT, "wheel", tmp_path_factory.mktemp("wheel"))


def required(package: Distribution, extras: frozenset[str], found: dict[str, Distribution]) -> None:
    """Add the distributions that a package requires, directly or not; their versions must fit."""
    for requirement in map(Requirement, package.requires or []):
        environments = [{"extra": extra} for extra in extras or {""}]
        if requirement.marker and not any(requirement.marker.evaluate(each) for each in environments):
            continue
        installed = distribution(requirement.name)
        assert requirement.specifier.contains(installed.version, prereleases=True), (package.name, str(requirement))
        if found.setdefault(canonicalize_name(requirement.name), installed) is installed or requirement.extras:
            required(installed, frozenset(requirement.extras), found)


def link(found: dict[str, Distribution], packages: Path) -> None:
    """Add links to the files of distributions."""
    for each in found.values():
        top = {file.parts[0] for file in each.files or []} - {"..", "__pycache__"}
        for name in top:
            if not (packages / name).exists():
                (packages / name).symlink_to(str(each.locate_file(name)))


def environment(folder: Path, wheel: Path, *extras: str) -> Path:
    """Create an environment with the wheel and the packages that it requires, and return its programs' folder.

    The packages are links to the ones that are installed here, so that nothing is downloaded.
    """
    venv.create(folder, symlinks=os.name != "nt")
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)], check=True)
    (packages,) = folder.rglob("site-packages")
    (package,) = distributions(path=[str(packages)])
    found: dict[str, Distribution] = {}
    required(package, frozenset(extras), found)
    link(found, packages)
    return programs


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Path:
    """Return the programs of ``pip install f1tools``."""
    return environment(tmp_path_factory.mktemp("light") / "environment", wheel)


@pytest.fixture
def run(light: Path, tmp_path: Path) -> Run:
    """Return a function that runs a program of the light environment in an empty folder."""

    def run_program(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(light / words[0]), *words[1:]]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    (tmp_path / "scores.csv").write_text(CSV, encoding="utf-8")
    return run_program


def test_the_source_distribution_builds_the_same_wheel(source_distribution: Path, wheel: Path, tmp_path: Path) -> None:
    """Every file of the wheel is the same, whether it is built in a checkout or from the source distribution."""
    with tarfile.open(source_distribution) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    again = build(source, "wheel", tmp_path / "again")
    assert again.read_bytes() == wheel.read_bytes()


def test_the_wheel_has_what_it_needs_and_no_more(wheel: Path) -> None:
    """All modules, pages, settings and samples; no tests, no scripts that make samples, no secrets."""
    names = zipfile.ZipFile(wheel).namelist()
    app = {name.removeprefix("f1tools/_app/") for name in names if name.startswith("f1tools/_app/")}
    pages = {f"pages/{file.name}" for file in (PROJECT / "pages").iterdir() if file.suffix in (".py", ".md")}
    samples = {
        f"sample_data/{file.name}"
        for file in (PROJECT / "sample_data").iterdir()
        if file.suffix in (".csv", ".gz", ".json")
    }
    assert app == {"app.py", ".streamlit/config.toml", *pages, *samples}
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"f1tools"}
    modules = {file.relative_to(PROJECT).as_posix() for file in (PROJECT / "f1tools").rglob("*.py")}
    assert modules <= set(names)


@pytest.mark.parametrize(
    ("extra", "files"),
    [("app", [""]), ("lab", ["", "-lab"]), ("engines", ["-engines"]), ("dev", ["", "-lab", "-engines", "-dev"])],
    ids=["app", "lab", "engines", "dev"],
)
def test_an_extra_installs_what_the_requirements_files_list(wheel: Path, extra: str, files: list[str]) -> None:
    """With the extra, pip installs the packages and versions of the files, those of the light installation included."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata, _ = parse_email(archive.read(name))
    required = map(Requirement, metadata["requires_dist"])
    installed = {
        (canonicalize_name(each.name), each.specifier)
        for each in required
        if each.marker is None or each.marker.evaluate({"extra": extra})
    }
    listed = {each for file in files for each in _listed(file)}
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["hatch"]
    light = settings["metadata"]["hooks"]["custom"]["light"]
    assert installed == listed | {each for each in _listed("") if each[0] in light}


def _listed(file: str) -> set[tuple[str, SpecifierSet]]:
    """Return the packages and versions of a requirements file."""
    lines = (PROJECT / f"requirements{file}.txt").read_text().splitlines()
    found = map(Requirement, (line for line in lines if line and not line.startswith("#")))
    return {(canonicalize_name(each.name), each.specifier) for each in found}


def test_the_light_installation(light: Path) -> None:
    """It has neither the dashboard's packages nor pandas, SciPy and scikit-learn."""
    (packages,) = light.parent.rglob("site-packages")
    names = {path.name for path in packages.iterdir()}
    assert {"numpy", "pyarrow", "duckdb", "narwhals", "pydantic", "jinja2"} <= names
    assert names.isdisjoint({"streamlit", "plotly", "pandas", "scipy", "sklearn", "keras", "jax"})


def test_the_command_line_needs_no_more_than_the_light_installation(run: Run) -> None:
    """All commands work without the extras."""
    commands = (
        "best scores.csv --interval",
        "record scores.csv -o record.json",
        "verify record.json scores.csv",
        "check scores.csv --record record.json",
        "report scores.csv -o memo.html",
        "snippets record.json",
    )
    done = run(
        "python", "-c", f"from f1tools.cli import main\nfor each in {commands}: assert main(each.split()) == 0, each"
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("module", "words", "extra"),
    [("f1tools", ["app"], "app"), ("f1tools.lab", ["scores.csv", "--target", "y_true", "-o", "out.csv"], "lab")],
)
def test_a_missing_extra_is_one_sentence(run: Run, module: str, words: list[str], extra: str) -> None:
    """The dashboard and the lab say what to install."""
    done = run("python", "-m", module, *words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert f'pip install "f1tools[{extra}]"' in done.stderr


def test_functions_that_need_an_extra_say_so(run: Run) -> None:
    """Data frames, recalibration, intervals over splits and figures name the extra."""
    code = """
import f1tools
curve = f1tools.ThresholdCurve.from_predictions([0, 1, 0, 1], [0.1, 0.4, 0.5, 0.9])
for call in (
    lambda: curve.frame(),
    lambda: f1tools.recalibrated([0, 1] * 9, range(18), method="isotonic"),
    lambda: f1tools.corrected_interval([0.1, 0.2, 0.4], n_train=80, n_test=20),
    lambda: __import__("f1tools.plots"),
):
    try:
        call()
    except ModuleNotFoundError as error:
        print(error)
"""
    lines = run("python", "-c", code).stdout.splitlines()
    assert [line.partition(" ")[0] for line in lines] == ["pandas", "sklearn", "scipy", "plotly"]
    assert all(line.endswith(' pip install "f1tools[app]"') for line in lines)


def test_the_installed_dashboard(wheel: Path, tmp_path: Path, visit: Visit) -> None:
    """`f1tools app FILE` shows the file, the pages, the samples and its own theme, in whatever folder it is started."""
    programs = environment(tmp_path / "environment", wheel, "app")
    (tmp_path / "scores.csv").write_text(CSV, encoding="utf-8")
    (tmp_path / ".streamlit").mkdir()  # of another project
    (tmp_path / ".streamlit" / "config.toml").write_text('[theme]\nbase = "light"\n[server]\naddress = "0.0.0.0"\n')
    command = (str(programs / "f1tools"), "app", "scores.csv", "--no-browser")
    y_true, score = np.array([row.split(",") for row in ROWS], dtype=float).T
    precision, recall, _ = precision_recall_curve(y_true, score)
    f1 = (2 * precision * recall / (precision + recall)).max()
    with running_server(*command, folder=tmp_path) as server:
        page = visit("/", at=server, color_scheme="dark")
        expect(page.get_by_text("scores.csv")).to_be_visible()
        expect(page.get_by_test_id("stHeaderLogo")).to_be_visible()
        expect(page.get_by_text(f"{f1:.3f}").first).to_be_visible()
        background = ", ".join(str(part) for part in bytes.fromhex(DARK["background"].removeprefix("#")))
        expect(page.get_by_test_id("stApp")).to_have_css("background-color", f"rgb({background})")
        open_page(page, "Learn")
        open_page(page, "Methods")
        expect(page.get_by_role("heading", level=2).first).to_be_visible()
        open_page(page, "Data")
        page.get_by_text("Handwritten eights, rare").click()
        expect(page.locator(".stMarkdownBadge", has_text="Sample")).to_be_visible()
