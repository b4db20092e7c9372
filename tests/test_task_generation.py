"""Tasks that are generated while they are dispatched, and results that are generated too."""

import numpy as np
import pytest
from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer
from sklearn.feature_selection import RFECV
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    TunedThresholdClassifierCV,
    cross_val_predict,
    cross_validate,
    learning_curve,
    permutation_test_score,
    validation_curve,
)
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together

X, Y = load_breast_cancer(return_X_y=True)
X, Y = scale(X)[::5, :4], Y[::5]
NET = DeepMLPClassifier((3,), max_iter=2, random_state=0)


class Folds(KFold):
    """Raises while its splits are generated."""

    def __init__(self, n_splits=4, n_good=2):
        super().__init__(n_splits)
        self.n_good = n_good

    def split(self, X, y=None, groups=None):
        for index, split in enumerate(super().split(X, y, groups)):
            if index == self.n_good:
                raise LookupError(f"no split {index}")
            yield split


def first_layer(net):
    return np.abs(net.coefs_[0]).sum(axis=1)


CALLERS = {
    "cross_validate": lambda cv: cross_validate(NET, X, Y, cv=cv),
    "cross_val_predict": lambda cv: cross_val_predict(NET, X, Y, cv=cv),
    "validation_curve": lambda cv: validation_curve(
        NET, X, Y, param_name="alpha", param_range=[0.0, 0.1], cv=cv
    ),
    "learning_curve": lambda cv: learning_curve(NET, X, Y, cv=cv),
    "permutation_test_score": lambda cv: permutation_test_score(NET, X, Y, cv=cv, n_permutations=3),
    "GridSearchCV": lambda cv: GridSearchCV(NET, {"alpha": [0.0, 0.1]}, cv=cv).fit(X, Y),
    "RFECV": lambda cv: RFECV(NET, cv=cv, importance_getter=first_layer).fit(X, Y),
    "CalibratedClassifierCV": lambda cv: CalibratedClassifierCV(NET, cv=cv).fit(X, Y),
    "TunedThresholdClassifierCV": lambda cv: TunedThresholdClassifierCV(NET, cv=cv).fit(X, Y),
}


def error_of(run, *args):
    with pytest.raises(Exception, match=r".") as caught:
        run(*args)
    return type(caught.value), str(caught.value)


def fitted(seed):
    return DeepMLPClassifier((3,), max_iter=2, random_state=seed).fit(X, Y).loss_


@pytest.mark.parametrize("n_good", [0, 1, 3])
@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.timeout(60)
def test_an_error_of_the_splits_comes_out_as_it_does_outside(name, n_good):
    expected = error_of(CALLERS[name], Folds(n_good=n_good))
    with fit_together() as report:
        assert error_of(CALLERS[name], Folds(n_good=n_good)) == expected
        assert expected[0] is LookupError
        cross_validate(NET, X, Y, cv=3)
    assert len(report.stacks[-1].members) == 3


def tasks(n_good, error):
    for seed in range(n_good):
        yield delayed(fitted)(seed)
    raise error


@pytest.mark.parametrize("return_as", ["list", "generator"])
@pytest.mark.parametrize("n_good", [0, 1, 255, 256, 257, 600])  # joblib asks for 256 at a time
@pytest.mark.parametrize("error", [ValueError("no more"), KeyboardInterrupt("no more")], ids=repr)
@pytest.mark.timeout(60)
def test_an_error_of_the_tasks_generator_comes_out(error, n_good, return_as):
    with fit_together() as report:
        with pytest.raises(type(error), match="no more"):
            list(Parallel(return_as=return_as)(tasks(n_good, error)))
        assert Parallel()(delayed(fitted)(seed) for seed in range(2)) == [fitted(0), fitted(1)]
    assert len(report.stacks[-1].members) == 2


def inner(n_good):
    return Parallel(n_jobs=-1)(tasks(n_good, ValueError(f"no more than {n_good}")))


@pytest.mark.timeout(60)
def test_an_error_of_an_inner_generator_comes_out():
    with fit_together(), pytest.raises(ValueError, match=r"no more than [1-3]"):
        Parallel()(delayed(inner)(n_good) for n_good in range(1, 4))


def test_an_error_of_the_splits_comes_out_of_searches_on_workers():
    with fit_together("loky", n_jobs=2) as report:
        assert error_of(CALLERS["cross_validate"], Folds()) == (LookupError, "no split 2")
        cross_validate(NET, X, Y, cv=4)
    get_reusable_executor().shutdown(wait=True)
    assert sum(len(stack.members) for stack in report.stacks) >= 4


# --- Results that are generated


def generated(start, stop):
    return Parallel(return_as="generator")(delayed(fitted)(seed) for seed in range(start, stop))


@pytest.mark.timeout(60)
def test_other_calls_while_results_are_not_consumed():
    with fit_together() as report:
        results = generated(0, 3)
        cross_validate(NET, X, Y, cv=3)
        assert len(list(results)) == 3
    assert [len(stack.members) for stack in report.stacks] == [6]


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.timeout(60)
def test_two_generators_of_one_thread(is_first):
    with fit_together():
        one, two = generated(0, 3), generated(3, 7)
        found = {len(list(results)) for results in ((one, two) if is_first else (two, one))}
    assert found == {3, 4}


@pytest.mark.timeout(60)
def test_generators_that_are_consumed_in_turns():
    with fit_together():
        assert len(list(zip(generated(0, 4), generated(4, 8), strict=True))) == 4


@pytest.mark.timeout(60)
def test_calls_while_results_are_consumed():
    with fit_together() as report:
        for _ in generated(0, 3):
            cross_validate(NET, X, Y, cv=2)
    assert [len(stack.members) for stack in report.stacks] == [3, 2, 2, 2]


@pytest.mark.timeout(60)
def test_generators_within_tasks():
    def task():
        one, two = generated(0, 2), generated(2, 4)
        return [*two, *one]

    with fit_together() as report:
        found = Parallel()(delayed(task)() for _ in range(3))
    assert [len(results) for results in found] == [4] * 3
    assert sum(len(stack.members) for stack in report.stacks) + len(report.separate) == 12


@pytest.mark.filterwarnings("ignore:.*tasks which were still being processed")
@pytest.mark.timeout(60)
def test_a_generator_that_nobody_consumes_is_given_up():
    with fit_together() as report:
        generated(0, 3)
        cross_validate(NET, X, Y, cv=3)
    assert len(report.stacks[-1].members) == 3


@pytest.mark.timeout(60)
def test_a_generator_that_outlives_its_task():
    def task():
        return Parallel(return_as="generator", n_jobs=-1)(delayed(fitted)(i) for i in range(3))

    with fit_together() as report:
        found = Parallel()(delayed(task)() for _ in range(2))
        for results in found:
            with pytest.raises(RuntimeError, match="must be consumed before the task ends"):
                list(results)
        cross_validate(NET, X, Y, cv=3)
    assert len(report.stacks[-1].members) == 3
