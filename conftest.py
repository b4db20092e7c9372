"""Settings that hold for all tests."""

import os
import signal
import sys
from collections.abc import Iterator

# Read by scipy when it is imported: lets scikit-learn's array API checks run.
os.environ["SCIPY_ARRAY_API"] = "1"
# Read by matplotlib: pictures open no window.
os.environ["MPLBACKEND"] = "Agg"

import pytest
import torch
from hypothesis import HealthCheck, settings

# "ci" draws the same few examples each time; "long", by `make fuzz`, searches for new ones.
settings.register_profile(
    "ci",
    derandomize=True,
    database=None,
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.register_profile(
    "long", settings.get_profile("ci"), derandomize=False, max_examples=3000, print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# These are programs with a process of their own, which tests/test_faults.py starts.
collect_ignore = ["tests/faults"]

# Bits are promised for a given number of threads; the tests have one.
torch.set_num_threads(1)


@pytest.fixture
def sigint_interrupts() -> Iterator[None]:
    """Have SIGINT raise KeyboardInterrupt here and in child processes.

    It does nothing in what a shell starts in the background, as in ``make test &``.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def figures_are_closed() -> Iterator[None]:
    """Close the figures that a test leaves open; matplotlib warns of many."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")
