"""What holds for all tests."""

import gc
import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

from f1tools import cli

# How long an example takes says something about the machine, not about the law that is tested. Every run draws new
# examples, so several runs of fewer examples find the same.
settings.register_profile("any machine", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

# Nothing that a collection makes can be freed: each of its many thousand objects would be looked at again and again.
gc.disable()


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs a command and returns its exit code, output and errors."""

    def run(*words: object) -> tuple[int, str, str]:
        code = cli.main([*map(str, words)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are processors: tests with a browser wait for a third of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Leave what was imported out of every collection of garbage: it is millions of objects, and stays."""
    gc.collect()
    gc.freeze()
    gc.enable()
