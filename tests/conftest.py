"""What holds for all tests."""

import gc

from hypothesis import HealthCheck, settings

# How long an example takes says something about the machine, not about the law that is tested.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_collection_finish() -> None:
    """Leave what was imported out of every collection of garbage: it is millions of objects, and stays."""
    gc.collect()
    gc.freeze()
