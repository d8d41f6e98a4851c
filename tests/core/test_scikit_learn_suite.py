"""scikit-learn's own tests of its curves, run with ThresholdCurve instead."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("module", "options", "passed", "curves"),
    [
        # All tests.
        ("test_ranking", [], 240, 450),
        # The invariances that scikit-learn requires of every metric, for those computed from a curve. Tests with
        # arrays of other libraries are excluded, because they never use a curve.
        ("test_common", ["-k", "(curve or average_precision or roc_auc) and not array_api"], 130, 5000),
    ],
)
def test_scikit_learns_tests_pass(module: str, options: list[str], passed: int, curves: int, tmp_path: Path) -> None:
    """No test fails, and the curve is used."""
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(tmp_path)]
    plugins = ["-p", "no:cacheprovider", "-p", "tests.core.scikit_learn_plugin"]
    run = subprocess.run(
        [*command, *plugins, "--pyargs", f"sklearn.metrics.tests.{module}", *options],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-5000:] + run.stderr
    assert int(re.findall(r"(\d+) passed", run.stdout)[-1]) >= passed
    assert int(re.findall(r"curves of f1tools: (\d+)", run.stdout)[-1]) >= curves
