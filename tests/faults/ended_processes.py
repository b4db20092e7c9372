"""Processes that are ended from outside or by themselves: nothing hangs, nothing stays behind."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from fitted import ENDLESS, X, Y, bits_of, make_net, raised_by
from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError
from sklearn.model_selection import GridSearchCV

from sklearn_deepmlp import fit_together

ENDING = Path(__file__).with_name("ending.py")


def end_of(kind):
    """Run a program that ends while it fits; return its exit code and what it wrote."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, str(ENDING), kind], check=False, capture_output=True, text=True,
            timeout=100, env={**os.environ, "TMPDIR": folder, "JOBLIB_TEMP_FOLDER": folder},
        )  # fmt: skip
        assert os.listdir(folder) == []  # noqa: PTH208
    return done.returncode, done.stdout + done.stderr


def sigterm_during_a_fit():
    assert end_of("fit_until_terminated") == (-signal.SIGTERM, "")


def end_of_a_program_while_a_thread_fits():
    assert end_of("fit_in_a_daemon_thread_and_end") == (0, "")


def fit_while_the_interpreter_ends():
    assert end_of("fit_at_exit") == (0, "")


def kill_a_worker_soon():
    """Kill a worker of joblib as soon as there is one."""

    def kill():
        end = time.monotonic() + 60
        while not multiprocessing.active_children() and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    return killer


def killed_worker_of_joblib():
    grid = {"alpha": [0.0, 0.1]}
    killer = kill_a_worker_soon()
    endless = GridSearchCV(make_net(**ENDLESS), grid, cv=2, n_jobs=2)
    raised_by(TerminatedWorkerError, endless.fit, X, Y)
    killer.join()
    found = GridSearchCV(make_net(), grid, cv=2, n_jobs=2).fit(X, Y)
    expected = GridSearchCV(make_net(), grid, cv=2).fit(X, Y)
    np.testing.assert_array_equal(
        found.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"]
    )
    get_reusable_executor().shutdown(wait=True)


def killed_worker_of_a_backend_of_fit_together():
    killer = kill_a_worker_soon()

    def search():
        with fit_together("loky", n_jobs=2):
            Parallel()(delayed(make_net(**ENDLESS).fit)(X, Y) for _ in range(4))

    raised_by(TerminatedWorkerError, search)
    killer.join()
    with fit_together("loky", n_jobs=2):
        nets = Parallel()(delayed(make_net().fit)(X, Y) for _ in range(2))
    assert bits_of(nets[0]) == bits_of(nets[1])
    get_reusable_executor().shutdown(wait=True)
