"""The core: counts, metrics, threshold curves and optima. It needs numpy alone."""
