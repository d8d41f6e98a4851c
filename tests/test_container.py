"""The container: its steps in a folder instead of an image, its health check, and the settings that its files name."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import Distribution, distribution
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from packaging.requirements import Requirement
from streamlit import config

from tests.browser.conftest import PROJECT, running_server
from tests.browser.test_wheel import link, required

PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")


def instructions() -> Iterator[tuple[str, str]]:
    """Yield the instructions of the Dockerfile and their arguments."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", "")
    for line in text.splitlines():
        if line:
            instruction, _, arguments = line.partition(" ")
            yield instruction, arguments.strip()


def command(instruction: str) -> list[str]:
    """Return the words of a command in JSON."""
    arguments = dict(instructions())[instruction]
    words: list[str] = json.loads(arguments[arguments.index("[") :])
    return words


def is_healthy(port: int, **variables: str) -> bool:
    """Run the health check."""
    environment = {"PATH": PATH, "STREAMLIT_SERVER_PORT": str(port)} | variables
    return subprocess.run(command("HEALTHCHECK"), env=environment, capture_output=True, check=False).returncode == 0


def copied_by_docker(folder: Path) -> None:
    """Copy what .dockerignore lets into the image: all is ignored, but what follows an exclamation mark."""
    everything, *lines = re.findall(r"^[^#\n]+$", (PROJECT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    ignored = [line.removeprefix("**/") for line in lines if line.startswith("**/")]
    patterns = [line.removeprefix("!") for line in lines if line.startswith("!")]
    assert (everything, len(ignored) + len(patterns)) == ("*", len(lines))
    for pattern in patterns:
        matches = list(PROJECT.glob(pattern))
        assert matches, pattern
        for match in matches:
            target = folder / match.relative_to(PROJECT)
            target.parent.mkdir(parents=True, exist_ok=True)
            if match.is_dir():
                shutil.copytree(match, target, ignore=shutil.ignore_patterns(*ignored))
            else:
                shutil.copy(match, target)


def provide_requirements(environment: Path) -> None:
    """Add links to the packages that an image gets from the index: the requirements, and what builds the wheel."""
    found: dict[str, Distribution] = {}
    lines = (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    for requirement in [*(Requirement(line) for line in lines if not line.startswith("#")), Requirement("hatchling")]:
        found[requirement.name] = distribution(requirement.name)
        required(found[requirement.name], frozenset(requirement.extras), found)
    (packages,) = environment.rglob("site-packages")
    link(found, packages)


class Image:
    """An image as a folder: its files, its environment variables and its working directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder
        self.variables = {"PATH": PATH}
        for instruction, arguments in instructions():
            self.step(instruction, re.sub(r"(?<![\w/.])/(?=(opt|source|data)\b)", f"{folder}/", arguments))

    def step(self, instruction: str, arguments: str) -> None:
        """Do one step."""
        if instruction == "WORKDIR":
            self.work = Path(arguments)
            self.work.mkdir()
        elif instruction == "ENV":
            pairs = re.findall(r"(\w+)=(\S+)", arguments.replace("$PATH", self.variables["PATH"]))
            self.variables |= dict(pairs)
        elif (instruction, arguments) == ("COPY", ". ."):
            copied_by_docker(self.work)
        elif instruction == "COPY" and "--from" not in arguments:
            source, target = arguments.split()
            shutil.copy(PROJECT / source, self.work / target)
        elif instruction == "RUN":
            offline = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
            subprocess.run(arguments, shell=True, cwd=self.work, env=self.variables | offline, check=True)  # noqa: S602
            if "venv" in arguments:
                provide_requirements(self.folder / "opt")


def test_the_linter_finds_nothing() -> None:
    """Neither hadolint nor the ShellCheck in it has an objection of any severity."""
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, "--failure-threshold", "style", PROJECT / "Dockerfile"], capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_user_is_not_root() -> None:
    """A number, which Kubernetes needs to know that it is not root, and set after all files were written."""
    names = [name for name, _ in instructions()]
    user = dict(instructions())["USER"]
    assert min(map(int, user.split(":"))) >= 10_000
    assert not {"RUN", "COPY", "ADD"} & set(names[names.index("USER") :])


def test_the_container_serves_the_dashboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It starts from what is in the image, gets its settings from the environment, and stops when it is told to."""
    image = Image(tmp_path)
    for name, value in image.variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("F1TOOLS_EMBED_ORIGINS", "https://intranet.example")
    settings = {"SERVER_ALLOWED_HOSTS": "f1.example *.team.example", "SERVER_BASE_URL_PATH": "tools/f1"}
    with running_server(*command("ENTRYPOINT"), folder=image.work, **settings) as server:
        port = urlsplit(server).port or 0
        assert is_healthy(port, STREAMLIT_SERVER_BASE_URL_PATH="/tools/f1/")
        assert not is_healthy(port)
        page = Request(f"{server}/", headers={"Host": "a.team.example"})  # noqa: S310 - our own server
        with urlopen(page) as answer:  # noqa: S310
            assert "frame-ancestors https://intranet.example" in answer.headers["content-security-policy"]
        with pytest.raises(HTTPError, match="403"):
            urlopen(f"{server}/")  # noqa: S310
    assert not is_healthy(port, STREAMLIT_SERVER_BASE_URL_PATH="tools/f1")


def test_a_page_is_no_sign_of_health() -> None:
    """Unknown paths of the dashboard, and other servers, answer with a page and status 200."""

    class Page(BaseHTTPRequestHandler):
        body = b"<!doctype html>"

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(self.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is given
            """Write nothing."""

    with HTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        assert not is_healthy(server.server_port)
        Page.body = b"ok"
        assert is_healthy(server.server_port)
        server.shutdown()


@pytest.mark.parametrize("file", ["Dockerfile", "compose.yaml", "docs/deployment.md"])
def test_the_settings_exist(file: str) -> None:
    """Every environment variable that a file names is an option of Streamlit or a setting of the server."""
    text = (PROJECT / file).read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "f1tools" / "ui").glob("*.py"))
    options = {option.env_var for option in config.get_config_options().values()}
    named = set(re.findall(r"\b(?:STREAMLIT|F1TOOLS)_[A-Z_]+\b", text))
    assert named
    assert {name for name in named if name not in options and f'"{name}"' not in sources} == set()
