"""A caller of a training is told how many epochs are done, and can end it."""

import numpy as np
import pytest
from jobs import make_job

from sklearn_deepmlp._training.train import train_separately, train_stack
from sklearn_deepmlp._training.watch import Watch, taken_back_on_error


class Stop(BaseException):
    """Ends a training."""


def counted(train, jobs):
    """Train and return what each call of at_epoch was given."""
    counts = []
    train(jobs, Watch(at_epoch=counts.append))
    return counts


def raise_error(*args):
    raise ValueError("no score")


def test_each_epoch_of_each_network_is_counted():
    assert counted(train_stack, [make_job(seed, max_iter=4) for seed in range(3)]) == [3] * 4


@pytest.mark.parametrize(
    "changes",
    [
        {"max_iter": 2},
        {"tol": np.inf, "n_iter_no_change": 1},
        {"score": raise_error},
        {"on_epoch": lambda report: report.epoch == 3},
    ],
    ids=["shorter", "converged", "failed", "stopped"],
)
def test_a_network_that_stops_early_counts_all_of_its_epochs(changes):
    jobs = [make_job(0, max_iter=9), make_job(1, max_iter=9).changed(**changes)]
    counts = counted(train_stack, jobs)
    assert sum(counts) == sum(job.stopping.max_iter for job in jobs)
    assert counts[-1] == 1


def test_the_iterations_of_lbfgs_are_counted():
    job = make_job(0, solver="lbfgs", max_iter=500, tol=1e-2)
    counts = counted(train_separately, job)
    assert len(counts) > 2
    assert counts[0] == 1
    assert sum(counts) == 500


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.parametrize("name", ["at_step", "at_epoch"])
def test_a_watch_ends_the_training(solver, name):
    def stop(*args):
        raise Stop("enough")

    with pytest.raises(Stop, match="enough"):
        train_separately(make_job(0, solver=solver), Watch(**{name: stop}))


def test_epochs_of_trainings_that_fail_are_taken_back():
    def train_both(watch):
        with taken_back_on_error(watch) as both:
            train_separately(make_job(0, max_iter=2), both)
            train_separately(make_job(0, max_iter=9, score=raise_error), both)

    counts = []
    with pytest.raises(ValueError, match="no score"):
        train_both(Watch(at_epoch=counts.append))
    assert counts == [1, 1, 9, -11]
