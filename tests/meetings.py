"""`fit_together` with a rendezvous whose settings users cannot choose."""

from contextlib import contextmanager

from sklearn_deepmlp._together.backend import TogetherBackend
from sklearn_deepmlp._together.context import run_by
from sklearn_deepmlp._together.report import TogetherReport
from sklearn_deepmlp._together.reporting import reporting_to


@contextmanager
def fit_together_at(rendezvous):
    """Train the networks of concurrent fits as stacks, and yield the report."""
    report = TogetherReport()
    with reporting_to((report,)), run_by(TogetherBackend(0, rendezvous=rendezvous)):
        yield report
