"""Start the dashboard: where its files are, the server's options, and the files that every session opens."""

import gc
import json
import os
import sys
import webbrowser
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from threading import Thread

import streamlit as st
from click import Abort, ClickException, Context
from streamlit.web import cli

_PACKAGE = Path(__file__).parents[1]
_STARTUP_FILES = "F1TOOLS_FILES"


class InvalidServerOptions(ValueError):
    """The server cannot use an option or a setting; the message says why."""


def is_checkout() -> bool:
    """Return whether the package is part of a checkout, and not installed from a wheel."""
    return not (_PACKAGE / "_app").is_dir()


def app_folder() -> Path:
    """Return the folder with ``app.py``, ``pages/``, ``sample_data/`` and the settings of the server.

    It is the top of a checkout; the wheel has a copy of it inside the package (see pyproject.toml).
    """
    return _PACKAGE.parent if is_checkout() else _PACKAGE / "_app"


def check_options(options: Sequence[str]) -> None:
    """Check that words are options of ``streamlit run`` with their values: it would pass on others to the app.

    Raises
    ------
    InvalidServerOptions
        When one is not.
    """
    try:
        parsed, _, _ = cli.main_run.make_parser(Context(cli.main_run)).parse_args(["app.py", *options])
    except ClickException as error:
        raise InvalidServerOptions(error.format_message()) from error
    others = parsed.get("args")
    if isinstance(others, tuple) and others:  # if there are none, it depends on the version of click
        raise InvalidServerOptions(f"{others[0]!r} after -- is not an option of Streamlit. Name files before --.")


def serve(files: Sequence[Path], options: Sequence[str]) -> None:
    """Run the server until it is stopped.

    Parameters
    ----------
    files : sequence of Path
        Absolute paths of the files that every session opens first.
    options : sequence of str
        Options of ``streamlit run``. They override ``.streamlit/config.toml`` in the folder of the app, which
        overrides the settings of the current folder and of the user.

    Raises
    ------
    InvalidServerOptions
        When there is no such option, or its value or an environment variable cannot be used.
    """
    os.environ[_STARTUP_FILES] = json.dumps([str(file) for file in files])
    try:
        cli.main(["run", str(app_folder() / "app.py"), *options], standalone_mode=False)
    except ClickException as error:
        raise InvalidServerOptions(error.format_message()) from error
    except Abort:  # Ctrl-C is how a server is stopped
        return


def startup_files() -> tuple[Path, ...]:
    """Return the files that every session opens first."""
    return tuple(map(Path, json.loads(os.environ.get(_STARTUP_FILES, "[]"))))


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Prepare the server, print its address, and open it in a browser unless the server is headless.

    Streamlit would open no browser for an application object, and its own message needs a request to an external
    service where the server listens on all addresses.
    """
    _preload()
    if sys.argv[0] == str(app_folder() / "app.py"):  # another server, such as uvicorn, has its own address
        url = _url()
        print(f"\n  The dashboard is at {url}\n  Press Ctrl-C to stop it.\n", flush=True)
        if not st.get_option("server.headless"):
            Thread(target=webbrowser.open, args=(url,), daemon=True).start()
    yield


def _preload() -> None:
    """Import what the pages need before the first visit, and leave it out of every later collection of garbage.

    Streamlit collects garbage after each run of a page. With all that is imported, that takes longer than most runs.
    """
    for module in walk_packages([str(_PACKAGE / "ui")], "f1tools.ui."):
        import_module(module.name)
    gc.collect()
    gc.freeze()


def _url() -> str:
    address = st.get_option("server.address") or "0.0.0.0"  # noqa: S104 - Streamlit's default
    host = "localhost" if address in ("0.0.0.0", "::") else f"[{address}]" if ":" in address else address  # noqa: S104
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    return f"{scheme}://{host}:{st.get_option('server.port')}/{st.get_option('server.baseUrlPath').strip('/')}"
