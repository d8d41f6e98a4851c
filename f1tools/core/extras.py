"""Packages that ``pip install f1tools`` leaves out, and the extras such as ``f1tools[app]`` that bring them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class MissingExtra(ModuleNotFoundError):
    """A package is needed that only an extra installs; the message says which one."""


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """Say what to install when an import in the block fails.

    Parameters
    ----------
    extra : str
        The extra that installs the packages: "app", "lab" or "engines".

    Raises
    ------
    MissingExtra
        When a package is not installed.

    Examples
    --------
    >>> with needs_extra("app"):
    ...     import a_plotting_package
    Traceback (most recent call last):
        ...
    f1tools.core.extras.MissingExtra: a_plotting_package is not installed. Install f1tools[app], which includes it: \
pip install "f1tools[app]"
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in ("", "f1tools"):  # a mistake in this package
            raise
        sentence = f"{package} is not installed. Install f1tools[{extra}], which includes it: "
        raise MissingExtra(f'{sentence}pip install "f1tools[{extra}]"', name=error.name) from error
