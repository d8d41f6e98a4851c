"""``f1tools app``: open the dashboard in the browser."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from f1tools.cli.options import BadOptions, add_command, file_name
from f1tools.cli.output import DONE, print_message, reason
from f1tools.core.extras import needs_extra

_DESCRIPTION = """\
Open the dashboard in the browser. It runs on this machine until you press Ctrl-C, and no data leave it.
"""
_EPILOG = """\
The files are read like uploads: one file, several that belong together, or a decision record with its data. Every
visit reads them as they are then, and everyone who can open the dashboard sees them.

Options after -- go to Streamlit, see streamlit run --help.

examples
  f1tools app
  f1tools app scores.csv
  f1tools app labels.csv scores.parquet --port 8600
  f1tools app forest.csv logistic.csv boosting.csv
  f1tools app --host 0.0.0.0 --no-browser -- --server.maxUploadSize 2000

exit codes  0 done;  2 a file can't be read or the options can't be used;  130 interrupted
"""


def add(commands: Any) -> None:
    """Add the command."""
    what = "open the dashboard in the browser"
    command = add_command(commands, "app", run, what=what, description=_DESCRIPTION, epilog=_EPILOG)
    command.add_argument(
        "files", metavar="FILE", nargs="*", type=file_name, help="what to show first; by default a sample"
    )
    command.add_argument("--port", metavar="N", type=_port, help="by default the first free one from 8501 on")
    command.add_argument("--no-browser", action="store_true", help="print the address only")
    command.add_argument(
        "--host", metavar="A", default="127.0.0.1",
        help="the address to listen on, by default 127.0.0.1: only this machine can open the dashboard",
    )  # fmt: skip


def split_server_options(words: list[str]) -> tuple[list[str], list[str]]:
    """Return the words before ``--``, and those after it."""
    end = words.index("--") if "--" in words else len(words)
    return words[:end], words[end + 1 :]


def run(args: argparse.Namespace) -> int:
    """Run the server."""
    files = [_check_file(file) for file in args.files]
    _check_number(files)
    _check_conflicts(args)
    with needs_extra("app"):
        from f1tools.ui.launch import InvalidServerOptions, check_options, serve
    options = ["--server.address", args.host, "--server.headless", str(args.no_browser)]
    if args.port is not None:
        options += ["--server.port", str(args.port)]
    try:
        check_options(args.server_options)
        _check_address(args.host, args.port)
        if _is_public(args.host):
            seen = "".join(f" and see {file.name}" for file in files)
            print_message(f"f1tools: Everyone who can reach this machine on the network can open the dashboard{seen}.")
        serve(files, [*options, *args.server_options])
    except InvalidServerOptions as error:
        raise BadOptions(f"The server can't start: {error}") from error
    return DONE


def _port(text: str) -> int:
    """Parse a port."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 65535")
    return int(text)


def _check_file(name: str) -> Path:
    """Return the absolute path of a file that can be read, now and at later visits."""
    from f1tools.readers.formats.source import regular_file  # only this command needs it before the server starts

    path = Path(name).absolute()
    regular_file(path, name)
    return path


def _check_number(files: list[Path]) -> None:
    """Check that the files can be one data set, and a decision record."""
    if len(files) <= 2:
        return
    from f1tools.record import is_record  # slow to load, and rarely needed

    n_records = sum(is_record(file.read_bytes()) for file in files)
    if n_records > 1:
        raise BadOptions(
            f"The dashboard opens one decision record with its data, but {n_records} of the {len(files)} files are "
            "decision records. Start it once for each of them."
        )


def _check_conflicts(args: argparse.Namespace) -> None:
    """Check that no option for Streamlit overrides one of this command, and what it checks and warns of."""
    names = {word.partition("=")[0] for word in args.server_options}
    if "--server.address" in names:
        raise BadOptions("--server.address can't be set after --: name the address with --host instead.")
    if "--server.port" in names and args.port is not None:
        raise BadOptions("--port and --server.port both set the port: use --port alone.")


def _check_address(host: str, port: int | None) -> None:
    """Check that a server can listen there."""
    import socket  # no other command needs it

    try:
        socket.create_server((host, port or 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        where = host if port is None else f"{host}, port {port}"
        cause = reason(error).partition(" (while")[0]
        raise BadOptions(f"The dashboard can't listen on {where}: {cause}.") from error


def _is_public(host: str) -> bool:
    """Return whether other machines can reach an address."""
    import ipaddress  # no other command needs it

    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"
