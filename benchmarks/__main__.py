"""Run all benchmarks: ``python -m benchmarks``. Takes some minutes and a gigabyte of memory."""

from __future__ import annotations

from benchmarks import (
    aligned,
    best,
    bootstrap,
    calibration,
    classes,
    clusters,
    comparison,
    coverage,
    curve,
    engines,
    groups,
    imports,
    inference,
    memo,
    pages,
    process,
    reading,
    splits,
    timing,
)

if __name__ == "__main__":
    print(timing.machine())
    # Processes first, while this one is small.
    simulations = bootstrap, coverage, clusters, comparison, aligned, groups, classes, calibration, splits
    for benchmark in (process, engines, imports, curve, best, reading, inference, memo, pages, *simulations):
        print()
        benchmark.main()
