"""Measure ways to do the same thing side by side: wall time in turns, memory in fresh processes."""

from __future__ import annotations

import multiprocessing
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

Work = Callable[..., object]


@dataclass(frozen=True)
class Times:
    """Seconds of each way in each round."""

    rounds: Sequence[Mapping[str, float]]

    def median(self, way: str) -> float:
        """Give the median time of a way."""
        return median(times[way] for times in self.rounds)

    def ratio(self, way: str, other: str) -> float:
        """Give how many times as long a way takes as another one: the median over the rounds."""
        return median(times[way] / times[other] for times in self.rounds)


def in_turns(ways: Mapping[str, Callable[[], object]], rounds: int) -> Times:
    """Time the ways one after the other, round after round, so that what else runs here disturbs all alike."""
    return Times([{way: _seconds(work) for way, work in ways.items()} for _ in range(rounds)])


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def extra_memory(prepare: Callable[..., Sequence[Any]], work: Work, *about: object) -> float:
    """Give the most memory, in bytes, that ``work(*prepare(*about))`` takes on top of what is prepared.

    Measured in a fresh process. Where the peak can't be reset (not Linux), what the preparation needed at its peak
    hides as much of it.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_report_extra, args=(there, prepare, work, about))
    child.start()
    there.close()
    extra: float = here.recv()
    child.join()
    return extra


def _report_extra(to: Connection, prepare: Callable[..., Sequence[Any]], work: Work, about: Sequence[object]) -> None:
    given = prepare(*about)
    try:
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from what is in use now
    except OSError:
        print("(memory: the peak can't be reset here)", file=sys.stderr)
    before = _peak()
    result = work(*given)
    to.send(_peak() - before)
    del result


def _peak() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        found = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(found.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RUSAGE_UNIT


_RUSAGE_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Process:
    """What a process took: wall seconds, seconds of all its threads, and bytes at its peak."""

    seconds: float
    cpu: float
    memory: float
    output: str


def process(command: Sequence[str]) -> Process:
    """Run a command to its end and measure it. Python may keep its byte code, as it does once installed.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        output = child.stdout.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return Process(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss * _RUSAGE_UNIT, output)


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown."""
    print(f"{title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def power_of_ten(n: int) -> str:
    """Write a round number of rows: 10^6."""
    exponent = len(str(n)) - 1
    return f"10^{exponent}" if n == 10**exponent else f"{n:,}"


def ms(seconds: float) -> str:
    """Write a time."""
    return f"{1000 * seconds:,.0f} ms" if seconds >= 0.01 else f"{1000 * seconds:.1f} ms"


def mb(size: float) -> str:
    """Write an amount of memory."""
    return f"{size / 1e6:,.0f} MB"


def machine() -> str:
    """Say what this was measured on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    cpu = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    packages = ("numpy", "pandas", "scikit-learn", "pyarrow")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    without = os.environ.get("NPY_DISABLE_CPU_FEATURES")
    return (
        f"{time.strftime('%Y-%m-%d')}, {cpu}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}, {versions}{f'; numpy without {without}' if without else ''}"
    )
