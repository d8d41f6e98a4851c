"""``f1tools app``: what it checks before the server starts, and what the server gets."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from f1tools.ui import launch
from tests.cli.helpers import Command

Started = list[tuple[list[Path], list[str]]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """Return the files and options of the servers that were started; none is run."""
    calls: Started = []
    monkeypatch.setattr(launch, "serve", lambda files, options: calls.append((list(files), list(options))))
    return calls


def test_files_and_options_reach_the_server(
    command: Command, started: Started, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paths are absolute, whatever the folder; what follows ``--`` goes to Streamlit and comes last."""
    monkeypatch.chdir(table.parent)
    assert command("app", table.name, "--no-browser", "--", "--server.maxUploadSize", "9") == (0, "", "")
    options = ["--server.address", "127.0.0.1", "--server.headless", "True", "--server.maxUploadSize", "9"]
    assert started == [([table], options)]


def test_a_port_and_a_browser(command: Command, started: Started) -> None:
    """Without a port Streamlit searches for a free one."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert command("app", "--port", port) == (0, "", "")
    local = ["--server.address", "127.0.0.1", "--server.headless", "False"]
    assert started == [([], [*local, "--server.port", str(port)])]


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["no such.csv"], "No such file"),
        (["."], "is a folder"),
        (["/dev/null"], "not a regular file"),
        (["bad\0name.csv"], "cannot be read"),
        ([""], "the name of the file is empty"),
        (["--", "extra.csv"], "'extra.csv' after --"),
        (["--host", "0.0.0.0", "--", "--server.maxUploadSize", "9", "extra.csv"], "'extra.csv' after --"),  # noqa: S104
        (["--", "--", "extra.csv"], "'extra.csv' after --"),
        (["--", "--server.address", "0.0.0.0"], "--host"),  # noqa: S104
        (["--", "--server.address=0.0.0.0"], "--host"),
        (["--port", "8990", "--", "--server.port", "8991"], "--port"),
        (["--port", "0"], "--port"),
        (["--port", "65536"], "--port"),
        (["--port", "eighty"], "--port"),
        (["--host", "192.0.2.1"], "192.0.2.1"),
        (["--host", "no host"], "no host"),
    ],
)
def test_mistakes_are_told_before_the_server_starts(
    refusal: Callable[..., str], started: Started, words: list[str], part: str
) -> None:
    """One sentence, exit code 2; 192.0.2.1 is an address for documentation, which no machine has."""
    assert part in refusal("app", *words)
    assert started == []


def test_more_files_than_belong_together(
    command: Command, refusal: Callable[..., str], started: Started, table: Path, record: Path
) -> None:
    """Several files may come with a decision record; a second record is refused."""
    assert "2 of the 3 files are decision records" in refusal("app", table, record, record)
    assert started == []
    assert command("app", table, record, table)[0] == 0
    assert started[0][0] == [table, record, table]


def test_a_file_without_permission(refusal: Callable[..., str], started: Started, table: Path) -> None:
    """A file that the user may not read is refused like a missing one."""
    table.chmod(0)
    if os.access(table, os.R_OK):  # the superuser may read it all the same
        table.unlink()
    refusal("app", table)
    assert started == []


def test_a_busy_port(refusal: Callable[..., str], started: Started) -> None:
    """A port in use is an error if it was asked for."""
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        assert f"port {port}: Address already in use." in refusal("app", "--port", port)
    assert started == []


@pytest.mark.parametrize(("host", "is_public"), [("127.0.0.1", False), ("localhost", False), ("0.0.0.0", True)])  # noqa: S104
def test_a_public_address_comes_with_a_warning(
    command: Command, started: Started, table: Path, host: str, is_public: bool
) -> None:
    """The warning names the files that everyone sees."""
    code, out, err = command("app", table, "--host", host)
    assert (code, out, len(started)) == (0, "", 1)
    assert err.count("\n") == (table.name in err) == is_public


@pytest.mark.parametrize("options", [["--no.such", "1"], ["--server.port", "eighty"], ["--server.port"]])
def test_options_that_streamlit_does_not_know(refusal: Callable[..., str], options: list[str]) -> None:
    """Streamlit's own message is passed on as one sentence."""
    assert options[0] in refusal("app", "--no-browser", "--", *options)
