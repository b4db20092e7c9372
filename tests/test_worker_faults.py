"""Ctrl-C, and workers that are killed: the search ends, and leaves nothing behind."""

import os
import signal
import subprocess
import time

import pytest
from leftovers import comes_true
from programs import command_of, environment, printed_by

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="sends signals to groups of processes"),
    pytest.mark.usefixtures("sigint_interrupts"),
    pytest.mark.timeout(120),
]

# Prints the id of a worker when there is one, or when it trains, and how the search ends.
ENDLESS = """
import multiprocessing, os, sys, threading, time, warnings
from pathlib import Path
import numpy as np
from joblib import Parallel, delayed
from leftovers import n_threads_left
from sklearn_deepmlp import DeepMLPClassifier, fit_together

warnings.simplefilter("ignore")
X = np.random.default_rng(0).standard_normal((3000, 20))
y = X[:, 0] > 0
net = DeepMLPClassifier((5,), max_iter=100_000, tol=0.0, n_iter_no_change=10**6)
folder = Path(os.environ["JOBLIB_TEMP_FOLDER"])


def tell():
    while not multiprocessing.active_children():
        time.sleep(0.01)
    while sys.argv[1] == "training" and not list(folder.glob("sklearn_deepmlp_*/*.taken")):
        time.sleep(0.01)
    print(multiprocessing.active_children()[0].pid, flush=True)


teller = threading.Thread(target=tell, daemon=True)
teller.start()
try:
    with fit_together(n_jobs=2):
        Parallel()(delayed(net.fit)(X, y) for _ in range(20))
except BaseException as error:
    print(type(error).__name__, error)
teller.join()
print(multiprocessing.active_children(), n_threads_left(), list(folder.iterdir()))
"""


def is_empty(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def ends_empty(group):
    """Tell whether a group of processes ends within some seconds."""
    return comes_true(lambda: is_empty(group))


def run_and_end(folder, stage, end):
    """Start a search, end it at a stage by calling `end` with ids; return what is printed."""
    with subprocess.Popen(
        command_of(ENDLESS, stage), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**environment(), "JOBLIB_TEMP_FOLDER": str(folder)}, start_new_session=True,
    ) as child:  # fmt: skip
        worker = int(child.stdout.readline())
        if stage == "training":
            time.sleep(0.3)
        end(child.pid, worker)
        printed, errors = child.communicate()
    assert ends_empty(child.pid)
    return printed, errors


@pytest.mark.parametrize("stage", ["starting", "training"])
def test_ctrl_c_ends_all_processes(stage, tmp_path):
    printed, errors = run_and_end(tmp_path, stage, lambda group, _: os.killpg(group, signal.SIGINT))
    assert errors == ""
    assert printed == "KeyboardInterrupt \n[] 1 []\n"


BLOCKED = """
import signal
from sklearn_deepmlp._together.processes.workers import WORKERS

futures = WORKERS.run(2, signal.pthread_sigmask, signal.SIG_BLOCK, ())
print([signal.SIGINT in future.result() for future in futures])
"""


def test_workers_never_see_ctrl_c_not_even_the_first_while_it_starts():
    assert printed_by(BLOCKED) == "[True, True]\n"


@pytest.mark.parametrize("stage", ["starting", "training"])
def test_a_killed_worker_ends_the_search(stage, tmp_path):
    printed, errors = run_and_end(
        tmp_path, stage, lambda _, worker: os.kill(worker, signal.SIGKILL)
    )
    assert errors == ""
    assert printed.startswith("RuntimeError A worker process of fit_together has ended")
    assert "memory_budget" in printed
    assert printed.endswith("\n[] 1 []\n")


@pytest.mark.parametrize("stage", ["starting", "training"])
def test_a_killed_process_takes_its_workers_and_files_with_it(stage, tmp_path):
    run_and_end(tmp_path, stage, lambda process, _: os.kill(process, signal.SIGKILL))
    comes_true(lambda: not list(tmp_path.iterdir()))
    assert list(tmp_path.iterdir()) == []


IN_MAIN = """
import multiprocessing, time, warnings
import numpy as np
from joblib import Parallel, delayed
from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp._together.backend import TogetherBackend
from sklearn_deepmlp._together.context import run_by
from sklearn_deepmlp._together.processes.rule import Worth
from sklearn_deepmlp._together.processes.worker import work
from sklearn_deepmlp._together.processes.workers import WORKERS
from sklearn_deepmlp._together.rendezvous import Rendezvous
from sklearn_deepmlp._together.report import TogetherReport
from sklearn_deepmlp._together.reporting import reporting_to
from sklearn_deepmlp.activations import Activation

warnings.simplefilter("ignore")


class Bent(Activation):
    default_init = "he_normal"

    def __init__(self, slope=0.5):
        self.slope = slope

    def function(self, z, *, slope):
        if multiprocessing.parent_process() is None:
            time.sleep(0.01)
        return z.abs() * slope


X = np.random.default_rng(0).standard_normal((200, 20))
y = X[:, 0] > 0
found = []
WORKERS.run(1, work, "no folder")[0].result()
for n_jobs in (1, 2):
    report = TogetherReport()
    rendezvous = Rendezvous(n_jobs=n_jobs, worth=Worth(ready=0.0, start=0.0))
    nets = [
        DeepMLPClassifier((5,), activation=Bent(0.1 * seed), max_iter=10,
                          batch_size=100, random_state=seed)
        for seed in range(16)
    ]
    with reporting_to((report,)), run_by(TogetherBackend(0, rendezvous=rendezvous)):
        nets = Parallel()(delayed(net.fit)(X, y) for net in nets)
    found.append([net.loss_curve_ for net in nets])
print(found[0] == found[1], report.stacks[0].n_processes)
"""


def test_an_activation_defined_in_a_program_travels():
    assert printed_by(IN_MAIN) == "True 2\n"
