"""Files that cannot be written or opened: full disks, closed pipes, exhausted limits."""

import errno
import os
import pickle
import resource
import signal
import sys
import tempfile
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

import numpy as np
from fitted import (
    EXPECTED,
    X,
    Y,
    assert_learns_as_before,
    bits_of,
    make_net,
    raised_by,
    refit_of,
    staying,
)
from injected import ImpossibleHere
from joblib import Parallel, delayed
from meetings import fit_together_at

from sklearn_deepmlp._together.processes.rule import Worth
from sklearn_deepmlp._together.rendezvous import Rendezvous


@contextmanager
def limit(kind, n):
    """Lower a limit of the process."""
    before = resource.getrlimit(kind)
    resource.setrlimit(kind, (n, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(kind, before)


@contextmanager
def temporary_folder(path):
    """Have joblib write the arrays that processes share to a folder."""
    before = os.environ.get("JOBLIB_TEMP_FOLDER")
    os.environ["JOBLIB_TEMP_FOLDER"] = str(path)
    try:
        yield
    finally:
        if before is None:
            del os.environ["JOBLIB_TEMP_FOLDER"]
        else:
            os.environ["JOBLIB_TEMP_FOLDER"] = before


def assert_trains_together():
    """Check that fits that would share their arrays with workers learn what they learn alone."""
    nets = [make_net(random_state=seed, max_iter=40) for seed in range(12)]
    with fit_together_at(Rendezvous(n_jobs=2, worth=Worth(ready=0.0, start=0.0, writing=np.inf))):
        found = Parallel()(delayed(net.fit)(X, Y) for net in nets)
    for net in found[:2]:
        alone = make_net(random_state=net.random_state, max_iter=40).fit(X, Y)
        np.testing.assert_allclose(net.coefs_[0], alone.coefs_[0], rtol=1e-6, atol=1e-8)


def no_folder_for_arrays():
    for path in ("/proc/no_such_folder", "/dev/full", "/proc"):
        with temporary_folder(path):
            assert_trains_together()


def a_full_disk_for_arrays():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with tempfile.TemporaryDirectory() as folder, temporary_folder(folder):
        with limit(resource.RLIMIT_FSIZE, 2**12):
            assert_trains_together()
        assert not list(Path(folder).glob("sklearn_deepmlp_*"))


def a_full_disk_for_a_pickle():
    with staying(refit_of()) as net, Path("/dev/full").open("wb", buffering=0) as file:
        error = raised_by(OSError, pickle.dump, net, file)
        assert error.errno == errno.ENOSPC


def too_many_open_files():
    n_open = len(list(Path("/proc/self/fd").iterdir()))
    with limit(resource.RLIMIT_NOFILE, n_open):
        assert bits_of(make_net().fit(X, Y)) == EXPECTED
        assert_trains_together()


def no_further_processes():
    if os.geteuid() == 0:
        raise ImpossibleHere("the limit does not hold for root")
    with limit(resource.RLIMIT_NPROC, 1):
        assert bits_of(make_net().fit(X, Y)) == EXPECTED
        assert_trains_together()


def a_closed_pipe_as_standard_output():
    reader, writer = os.pipe()
    os.close(reader)
    pipe = os.fdopen(writer, "w", buffering=1)
    with staying(refit_of(verbose=True)) as net, redirect_stdout(pipe):
        raised_by(BrokenPipeError, net.fit, X, Y)
    raised_by(BrokenPipeError, pipe.close)
    assert_learns_as_before(net.set_params(verbose=False))


def no_standard_output():
    before = sys.stdout
    sys.stdout = None  # as under pythonw on Windows
    try:
        net = make_net(verbose=True).fit(X, Y)
    finally:
        sys.stdout = before
    assert bits_of(net) == EXPECTED
