"""`fit_together` with a rendezvous whose settings users cannot choose, and work without it."""

from contextlib import contextmanager

from joblib import parallel_config

from sklearn_deepmlp._together.backend import TogetherBackend
from sklearn_deepmlp._together.context import run_by
from sklearn_deepmlp._together.report import TogetherReport
from sklearn_deepmlp._together.reporting import reporting_to


def sequentially(work, *args):
    """Return what some work gives whose calls of joblib start neither threads nor processes."""
    with parallel_config(backend="sequential"):
        return work(*args)


@contextmanager
def fit_together_at(rendezvous):
    """Train the networks of concurrent fits as stacks, and yield the report."""
    report = TogetherReport()
    with reporting_to((report,)), run_by(TogetherBackend(0, rendezvous=rendezvous)):
        yield report
