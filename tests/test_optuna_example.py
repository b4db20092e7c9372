"""The example with Optuna: trials in threads are trained separately, those of a batch together."""

import pytest
from pages import EXAMPLES, load
from sklearn.datasets import load_breast_cancer

optuna = pytest.importorskip("optuna", reason="the example needs an extra")


X, Y = (array[:60] for array in load_breast_cancer(return_X_y=True))


@pytest.fixture(scope="module")
def example():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return load(EXAMPLES / "searching" / "optuna_in_batches.py")


def trials(study):
    return [(trial.params, trial.value) for trial in study.trials]


@pytest.mark.timeout(60)
def test_batches_of_trials_are_trained_in_one_stack_each(example):
    study, report, _ = example.run(example.optimize_in_batches, X, Y)
    assert [len(stack.members) for stack in report.stacks] == [18, 18, 18]
    assert report.separate == []
    assert len(study.trials) == 18
    again, _, _ = example.run(example.optimize_in_batches, X, Y)
    assert trials(again) == trials(study)


@pytest.mark.timeout(60)
def test_trials_in_threads_are_trained_separately(example):
    study, report, _ = example.run(example.optimize_in_threads, X, Y)
    assert len(study.trials) == 18
    assert report.stacks == []
    assert len(report.separate) == 54
    assert {"study.ask" in one.reason for one in report.separate} == {True}
