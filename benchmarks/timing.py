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
        """Return the median time of a way."""
        return median(times[way] for times in self.rounds)

    def ratio(self, way: str, other: str) -> float:
        """Return how many times as long a way takes as another one: the median over the rounds."""
        return median(times[way] / times[other] for times in self.rounds)


def in_turns(ways: Mapping[str, Callable[[], object]], rounds: int) -> Times:
    """Time the ways in turns, round after round, so that other load on the machine affects all alike."""
    return Times([{way: _seconds(work) for way, work in ways.items()} for _ in range(rounds)])


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def extra_memory(prepare: Callable[..., Sequence[Any]], work: Work, *about: object) -> float:
    """Return the most memory, in bytes, that ``work(*prepare(*about))`` needs in addition to what is prepared.

    Measured in a new process. Where the peak cannot be reset (not Linux), the peak of the preparation hides some of it.
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
    prepared = prepare(*about)
    try:
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts again from what is in use now
    except OSError:
        print("(memory: the peak can't be reset here)", file=sys.stderr)
    before = _peak()
    result = work(*prepared)
    to.send(_peak() - before)
    del result


def _peak() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(peak.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _RUSAGE_UNIT


_RUSAGE_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class Process:
    """Resources of a process: wall seconds, CPU seconds of all threads, and peak memory in bytes."""

    seconds: float
    cpu: float
    memory: float
    output: str


def process(command: Sequence[str]) -> Process:
    """Run a command and measure it. Python may write byte code, as it does once installed.

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
    """Format a power of ten: 10^6."""
    exponent = len(str(n)) - 1
    return f"10^{exponent}" if n == 10**exponent else f"{n:,}"


def ms(seconds: float) -> str:
    """Format a time."""
    return f"{1000 * seconds:,.0f} ms" if seconds >= 0.01 else f"{1000 * seconds:.1f} ms"


def mb(size: float) -> str:
    """Format an amount of memory."""
    return f"{size / 1e6:,.0f} MB"


def machine() -> str:
    """Describe the machine and the versions."""
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
