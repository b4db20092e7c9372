"""The example with Optuna: trials in threads are trained separately, those of a batch together."""

import pytest
from pages import EXAMPLES, run_as_script

from sklearn_deepmlp import fit_together

pytest.importorskip("optuna", reason="the example needs an extra")


@pytest.fixture(scope="module")
def example():
    return run_as_script(EXAMPLES / "searching" / "optuna_in_batches.py")


def trials(study):
    return [(trial.params, trial.value) for trial in study.trials]


@pytest.mark.timeout(120)
def test_batches_of_trials_are_trained_in_one_stack_each(example):
    report = example["report_of_batches"]
    networks = example["TRIALS_PER_BATCH"] * example["N_FOLDS"]
    assert [len(stack.members) for stack in report.stacks] == [networks] * example["N_BATCHES"]
    assert report.separate == []
    with fit_together():
        again = example["optimize_in_batches"]()
    assert trials(again) == trials(example["study_of_batches"])


@pytest.mark.timeout(120)
def test_trials_in_threads_are_trained_separately(example):
    report, n_trials = example["report_of_threads"], example["N_TRIALS"]
    assert len(example["study_of_threads"].trials) == n_trials
    assert report.stacks == []
    assert len(report.separate) == n_trials * example["N_FOLDS"]
    assert {"study.ask" in one.reason for one in report.separate} == {True}
