"""scikit-learn's own tests of its curves, run with ThresholdCurve instead."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


# All tests of rankings, and of the invariances that scikit-learn requires of every metric, those of metrics that are
# computed from a curve. Tests with arrays of other libraries are excluded, because they never use a curve.
CHOSEN = "test_ranking or ((curve or average_precision or roc_auc) and not array_api)"


def test_scikit_learns_tests_pass(tmp_path: Path) -> None:
    """No test fails, and the curve is used."""
    modules = ("sklearn.metrics.tests.test_ranking", "sklearn.metrics.tests.test_common")
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(tmp_path), "-k", CHOSEN]
    # No others: tests/conftest.py, which pytest finds, needs the first one.
    plugins = ["-p", "xdist", "-p", "no:cacheprovider", "-p", "tests.core.scikit_learn_plugin"]
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(
        [*command, *plugins, "--pyargs", *modules],
        cwd=PROJECT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr
    assert int(re.findall(r"(\d+) passed", run.stdout)[-1]) >= 240 + 130
    assert int(re.findall(r"curves of f1tools: (\d+)", run.stdout)[-1]) >= 450 + 5000
