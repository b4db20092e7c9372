"""Blocks that other processes train end as they do in this one, to the last bit."""

import multiprocessing
import os
import signal
import time
import warnings

import numpy as np
import pytest
from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor
from jobs import X as DIGITS
from jobs import make_job
from meetings import fit_together_at
from scipy.sparse import csr_matrix
from sklearn.datasets import load_wine
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, cross_val_score
from sklearn.preprocessing import scale
from stacks import STACKS, assert_same_result

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._stack.recording_schedule import RecordingSchedule
from sklearn_deepmlp._together.processes.plan import Limits
from sklearn_deepmlp._together.processes.rule import Worth
from sklearn_deepmlp._together.processes.worker import work
from sklearn_deepmlp._together.processes.workers import WORKERS
from sklearn_deepmlp._together.rendezvous import Rendezvous
from sklearn_deepmlp._together.report import TogetherReport
from sklearn_deepmlp._together.train_group import train_group
from sklearn_deepmlp._training.watch import Watch
from sklearn_deepmlp.activations import ReLU

X, Y = load_wine(return_X_y=True)
X = scale(X)
ALWAYS = Worth(ready=0.0, start=0.0, writing=np.inf)


@pytest.fixture(scope="module", autouse=True)
def no_workers_afterwards():
    yield
    WORKERS.kill()


@pytest.fixture(autouse=True)
def ready_workers():
    """Workers that take part in short trainings."""
    for future in WORKERS.run(2, work, "no folder"):
        assert future.result() == {}


def pause():
    """Leave the cores to the workers, so that they take part in short trainings."""
    time.sleep(0.01)


def trained(jobs, n_processes, told=None):
    """Return what becomes of jobs, and the report."""
    report = TogetherReport()
    watch = Watch(pause if n_processes > 1 else lambda: None, [].append if told is None else told)
    limits = Limits(n_processes, 2**30, ALWAYS)
    return train_group(jobs, watch, [(report,)] * len(jobs), limits), report


def n_processes(report):
    of_stacks = [stack.n_processes for stack in report.stacks]
    return max([len({one.process for one in report.separate}), *of_stacks])


KINDS = {
    "stacks of all kinds": [job for jobs in STACKS.values() for job in jobs],
    "blocks": [make_job(i, 200, max_iter=5) for i in range(40)],
    "single precision": [make_job(i, 200, X=DIGITS.astype(np.float32)) for i in range(16)],
    "sparse features": [make_job(i, 100, X=csr_matrix(DIGITS), max_iter=5) for i in range(16)],
    "signals": [make_job(i, 200, max_iter=5, recording=RecordingSchedule(2)) for i in range(16)],
    "L-BFGS": [make_job(i, 100, solver="lbfgs", max_iter=60) for i in range(6)],
    "states of solvers": [make_job(i, 200, returns_optimizer_state=True) for i in range(16)],
}


@pytest.mark.parametrize("kind", KINDS)
def test_any_number_of_processes_gives_the_same_bits(kind):
    jobs = KINDS[kind]
    expected, report = trained(jobs, 1)
    assert n_processes(report) == 1
    for n in (2, 3):
        found, report = trained(jobs, n)
        assert n_processes(report) <= n
        assert {one.process for one in report.separate} != {os.getpid()} or report.stacks
        for one, other in zip(expected, found, strict=True):
            assert_same_result(one, other, atol=0)
            assert (one.signals is None) == (other.signals is None)
            assert (one.optimizer_state is None) == (other.optimizer_state is None)


def test_blocks_are_trained_by_all_processes():
    _, report = trained(KINDS["blocks"], 3)
    assert n_processes(report) >= 2
    (stack,) = report.stacks
    words = " ".join(str(report).split())
    assert f"in {stack.n_blocks} blocks: {stack.seconds:.2f} s in total over " in words
    assert f" over {stack.n_processes} processes" in words
    assert min(member.seconds for member in stack.members) > 0


def test_all_epochs_are_told():
    jobs = [make_job(i, 200, max_iter=40, tol=1e-2, n_iter_no_change=2) for i in range(24)]
    told = []
    _, report = trained(jobs, 2, told.append)
    assert n_processes(report) == 2
    assert sum(told) == 24 * 40
    assert len(told) > 40


# --- As users see it


class Slow(ReLU):
    """Leaves the cores to the workers."""

    def function(self, z, **hyperparameters):
        if multiprocessing.parent_process() is None:
            pause()
        return super().function(z, **hyperparameters)


def net(activation=None, **params):
    defaults = {"hidden_layer_sizes": (20,), "max_iter": 10, "random_state": 0, "batch_size": 20}
    return DeepMLPClassifier(activation=activation or Slow(), **(defaults | params))


def together(n_jobs):
    return fit_together_at(Rendezvous(n_jobs=n_jobs, worth=ALWAYS))


def fitted(n_jobs, nets):
    """Return fitted networks, and the report."""
    with together(n_jobs) as report:
        found = Parallel()(delayed(each.fit)(X, Y) for each in nets)
    return found, report


def test_early_stopping_ends_the_same():
    def nets():
        scorings = [None, "loss", "f1_macro", make_scorer(f1_score, average="macro")]
        return [
            net(early_stopping=True, scoring=scoring, random_state=seed, n_iter_no_change=2)
            for seed in range(5)
            for scoring in scorings
        ]

    alone, _ = fitted(1, nets())
    found, report = fitted(2, nets())
    assert n_processes(report) == 2
    for one, other in zip(alone, found, strict=True):
        assert one.validation_scores_ == other.validation_scores_
        np.testing.assert_array_equal(one.predict_proba(X), other.predict_proba(X))


def test_halving_within_tasks():
    def searched(_):
        with fit_together():
            grid = {"alpha": np.linspace(0, 1, 9)}
            found = HalvingGridSearchCV(net(), grid, cv=3, random_state=0, min_resources=60)
            return found.fit(X, Y).cv_results_["mean_test_score"]

    with together(1):
        expected = Parallel()(delayed(searched)(i) for i in range(2))
    with together(2) as report:
        found = Parallel()(delayed(searched)(i) for i in range(2))
    assert n_processes(report) == 2
    np.testing.assert_array_equal(found, expected)


# --- What goes wrong in a worker goes wrong as here


class Unsound(Slow):  # in a block after those of its sound neighbors
    def function(self, z, **hyperparameters):
        raise RuntimeError(f"broken in {os.getpid()}")


@pytest.mark.filterwarnings("ignore:One or more of the test scores are non-finite")
def test_an_activation_that_raises_in_a_worker_takes_no_other_network_with_it():
    grid = {"activation": [Slow(), Unsound()] * 5}
    with together(2) as report, pytest.warns(FitFailedWarning, match="broken in") as record:
        found = GridSearchCV(net(), grid, cv=2, refit=False).fit(X, Y)
    assert n_processes(report) == 2
    assert np.isnan(found.cv_results_["mean_test_score"]).tolist() == [False, True] * 5
    (text,) = [str(w.message) for w in record if w.category is FitFailedWarning]
    assert f"broken in {os.getpid()}" not in text
    assert "in function" in text  # the traceback of the worker


class Creaking(Slow):
    def function(self, z, **hyperparameters):
        warnings.warn("it creaks", RuntimeWarning, stacklevel=1)
        return super().function(z, **hyperparameters)


WARNING = [net(Creaking(), random_state=seed) for seed in range(20)]


def test_warnings_of_workers_come_out_here_once():
    with warnings.catch_warnings(record=True) as log:
        warnings.simplefilter("default")
        _, report = fitted(2, WARNING)
    assert n_processes(report) == 2
    assert [str(w.message) for w in log if "creaks" in str(w.message)] == ["it creaks"]


def test_warnings_are_errors_in_workers_where_they_are_here():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning, match="it creaks"):
            fitted(2, WARNING)


class Unpicklable(Slow):
    def __reduce__(self):
        raise TypeError("stays at home")


class OneWay(Slow):
    """Cannot be received by another process."""

    def __reduce__(self):
        return one_way, (os.getpid(),)


def one_way(process):
    if os.getpid() != process:
        raise RuntimeError("wrong process")
    return OneWay()


@pytest.mark.parametrize("kind", [Unpicklable, OneWay])
def test_what_cannot_be_sent_is_trained_here(kind):
    nets = [net(kind(), random_state=seed) for seed in range(16)]
    others = [net(hidden_layer_sizes=(5,), random_state=seed) for seed in range(16)]
    found, report = fitted(2, [*nets, *others])
    assert [each.n_iter_ for each in found] == [10] * 32
    assert report.stacks[0].n_processes == 1


def test_scorers_of_users_stay_here():
    seen = set()

    def scorer(estimator, X, y):
        seen.add(os.getpid())
        return 0.0

    nets = [net(early_stopping=True, scoring=scorer, random_state=i) for i in range(16)]
    _, report = fitted(2, nets)
    assert seen == {os.getpid()}
    assert n_processes(report) == 1


# --- Which processes take part


def n_processes_of_a_search():
    with together(2) as report:
        cross_val_score(net(), X, Y, cv=20)
    return n_processes(report)


def test_workers_of_joblib_have_no_workers():
    assert Parallel(n_jobs=2)(delayed(n_processes_of_a_search)() for _ in range(2)) == [1, 1]
    get_reusable_executor().shutdown(wait=True)


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_trains_alone_and_leaves_the_workers():
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert pool.apply(n_processes_of_a_search) == 1
    assert n_processes_of_a_search() == 2


@pytest.mark.skipif(os.name == "nt", reason="has no SIGKILL")
def test_idle_workers_that_were_killed_are_replaced():
    for child in multiprocessing.active_children():
        os.kill(child.pid, signal.SIGKILL)
        child.join()
    for future in WORKERS.run(2, work, "no folder"):
        assert future.result() == {}
    assert n_processes_of_a_search() == 2


def test_a_training_that_ends_ends_that_of_the_workers():
    class Enough(BaseException):
        pass

    def raise_later():
        pause()
        if time.monotonic() > end:
            raise Enough("time is up")

    jobs = [make_job(i, max_iter=10**6, tol=0.0, n_iter_no_change=10**7) for i in range(16)]
    end = time.monotonic() + 0.5
    with pytest.raises(Enough, match="time is up"):
        train_group(jobs, Watch(raise_later), [()] * 16, Limits(2, 2**30, ALWAYS))
    assert multiprocessing.active_children() == []
