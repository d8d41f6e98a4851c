"""Run all benchmarks: ``python -m benchmarks``. Takes some minutes and a gigabyte of memory."""

from __future__ import annotations

from benchmarks import best, curve, imports, process, reading, timing

if __name__ == "__main__":
    print(timing.machine())
    for benchmark in (curve, best, reading, process, imports):
        print()
        benchmark.main()
