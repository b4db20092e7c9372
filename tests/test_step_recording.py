"""When steps are recorded, when they are not, and what is told about it."""

import gc
import logging

import numpy as np
import pytest
import scipy.sparse
import torch
from jobs import SGD, X, make_job
from programs import printed_by
from recorders import Demanding, Tapes, Unable, recording_mode

from sklearn_deepmlp._by_numpy import only_torch
from sklearn_deepmlp._stack.recording_schedule import RecordingSchedule
from sklearn_deepmlp._training.step_mode import CAPTURED, IN_TABLES, LISTED, mode_for
from sklearn_deepmlp._training.train import train_stack
from sklearn_deepmlp._training.watch import Watch
from sklearn_deepmlp.activations import Activation

OF_SGD = {"solver": "sgd", "hyperparameters": SGD}
# Per epoch 7 steps of 64 rows and one of 52.
JOBS = [make_job(i, **OF_SGD, max_iter=6) for i in range(2)]


@pytest.fixture(autouse=True)
def torch_alone():
    """Train all networks by torch alone, as those whose steps are recorded."""
    with only_torch():
        yield


class Reading(Activation):
    """Reads a number from the device at each step."""

    def function(self, z):
        return z.clamp(min=0.0) if float(z.detach().amax()) > 0.0 else z * 0.0


class Moving(Activation):
    """Moves its input to another device."""

    def function(self, z):
        z.to("meta")
        return torch.tanh(z)


class Counting(Activation):
    """Counts how often Python runs it."""

    n_calls = 0

    def function(self, z):
        Counting.n_calls += 1
        return torch.tanh(z)


def assert_same(results, others):
    for a, b in zip(results, others, strict=True):
        assert a.loss_curve == b.loss_curve
        for x, y in zip(a.state.coefs, b.state.coefs, strict=True):
            np.testing.assert_array_equal(x, y)


def messages(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "sklearn_deepmlp"]


@pytest.fixture(autouse=True)
def _logged(caplog):
    caplog.set_level(logging.INFO, "sklearn_deepmlp")


def test_a_gpu_captures_steps_and_a_cpu_makes_each_with_its_own_inputs():
    assert mode_for("cuda") is mode_for("cuda:1") is CAPTURED
    assert mode_for("cpu") is mode_for("mps") is LISTED


def test_each_kind_of_step_is_recorded_once_after_it_has_been_made_three_times(caplog):
    _, (recorder,) = trained_with(Tapes, JOBS)
    assert recorder.n_warm_ups == 2 * 3
    assert len(recorder.tapes) == 2
    assert recorder.n_repeated == 6 * 8 - 2 * (3 + 1)
    assert not messages(caplog)


def trained_with(kind, jobs):
    """Return the results of a training with recorders of a kind, and these recorders."""
    mode, recorders = recording_mode(kind)
    return train_stack(jobs, mode=mode), recorders


def test_what_python_does_between_kernels_is_done_in_the_first_steps_only():
    job = make_job(0, **OF_SGD, max_iter=5, batch_size=100, activation=Counting())
    Counting.n_calls = 0
    trained_with(Tapes, [job])
    assert Counting.n_calls == 2 * 4  # in two hidden layers


def test_kinds_of_which_few_steps_lie_ahead_are_not_recorded():
    class Frugal(Tapes):
        least_steps = 7

    _, (recorder,) = trained_with(Frugal, JOBS)
    assert len(recorder.tapes) == 1  # 6 small batches are too few


def test_nothing_is_recorded_for_few_steps(caplog):
    results, (recorder,) = trained_with(Demanding, JOBS)
    assert not recorder.tapes
    assert_same(results, train_stack(JOBS))
    assert messages(caplog) == ["Steps are not captured as a CUDA graph: they are too few."]


def test_networks_that_leave_the_stack_take_its_records_with_them():
    jobs = [JOBS[0].changed(max_iter=3), JOBS[1].changed(max_iter=8)]
    results, (recorder,) = trained_with(Tapes, jobs)
    assert len(recorder.tapes) == 1 + 2  # both networks make only 3 steps of small batches
    assert recorder.n_warm_ups == 2 * 3 + 2 * 1
    assert recorder.n_closed == 2
    assert_same(results, train_stack(jobs))


@pytest.mark.parametrize("kind", [Tapes, Unable, Demanding])
def test_all_is_released_when_a_training_ends(kind):
    _, (recorder,) = trained_with(kind, JOBS)
    assert recorder.n_closed > 0


def test_all_is_released_when_a_training_is_interrupted():
    n_steps = 0

    def at_step():
        nonlocal n_steps
        n_steps += 1
        if n_steps == 20:
            raise KeyboardInterrupt("at step 20")

    mode, recorders = recording_mode(Tapes)
    with pytest.raises(KeyboardInterrupt, match="at step 20"):
        train_stack(JOBS, Watch(at_step), mode=mode)
    assert recorders[0].n_repeated > 0
    assert recorders[0].n_closed == 1


@pytest.mark.parametrize("mode", [LISTED, IN_TABLES], ids=["listed", "in tables"])
def test_no_tensor_waits_for_the_garbage_collector(mode):
    train_stack(JOBS, mode=mode)
    gc.collect()
    gc.disable()
    try:
        before = n_tensors()
        train_stack(JOBS, mode=mode)
        assert n_tensors() == before
    finally:
        gc.enable()


def n_tensors():
    return sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects())


def test_steps_are_watched_whether_repeated_or_not():
    n_steps = 0

    def at_step():
        nonlocal n_steps
        n_steps += 1

    mode, _ = recording_mode(Tapes)
    train_stack(JOBS, Watch(at_step), mode=mode)
    assert n_steps == 6 * 8


def test_what_cannot_be_recorded_is_trained_without_and_told_once(caplog):
    jobs = [JOBS[0].changed(max_iter=3), JOBS[1]]
    results, (recorder,) = trained_with(Unable, jobs)
    assert_same(results, train_stack(jobs))
    assert recorder.n_warm_ups == 3
    assert messages(caplog) == ["Steps are not captured as a CUDA graph: operation not permitted"]


def test_the_reason_told_is_that_of_the_step(caplog):
    """The end of a failed capture raises an error that tells nothing."""

    class Careless(Tapes):
        def record(self, step):
            try:
                step()
            except ValueError as error:
                raise RuntimeError("the capture has failed") from error

    class Tired(Activation):
        n_calls = 0

        def function(self, z):
            Tired.n_calls += 1
            if Tired.n_calls == 2 * 3 + 1:
                raise ValueError("tired")
            return torch.tanh(z)

    trained_with(Careless, [job.changed(activation=Tired()) for job in JOBS])
    assert messages(caplog) == ["Steps are not captured as a CUDA graph: tired"]


@pytest.mark.parametrize(
    ("activation", "kernel"),
    [(Reading(), "aten._local_scalar_dense.default"), (Moving(), "aten._to_copy.default")],
)
def test_an_activation_that_needs_the_host_is_found_before_anything_is_recorded(
    activation, kernel, caplog
):
    jobs = [job.changed(activation=activation) for job in JOBS]
    results, (recorder,) = trained_with(Tapes, jobs)
    assert_same(results, train_stack(jobs))
    assert not recorder.tapes
    (message,) = messages(caplog)
    assert message.endswith(f": a step reads from the device or copies to it, in {kernel}.")


INSPECTION = """
import sys
import torch
from sklearn_deepmlp._training.obstacles import Obstacles

with Obstacles():
    torch.ones(2).sum()
print("torch._dynamo" in sys.modules)
"""


def test_torch_does_not_load_its_compiler_for_the_first_step():
    assert printed_by(INSPECTION) == "False\n"


def test_sparse_rows_are_taken_in_main_memory(caplog):
    jobs = [job.changed(X=scipy.sparse.csr_array(X)) for job in JOBS]
    assert_same(train_stack(jobs, mode=IN_TABLES), train_stack(jobs))
    (message,) = messages(caplog)
    assert message.endswith(": the rows are in main memory, because they are sparse or too large.")


def test_measured_steps_are_not_repeated():
    jobs = [job.changed(recording=RecordingSchedule(1)) for job in JOBS]
    results, (recorder,) = trained_with(Tapes, jobs)
    measured = 1 + 6  # the first step, and one per epoch
    assert recorder.n_repeated == 6 * 8 - measured - 2 * (3 + 1)
    for a, b in zip(results, train_stack(jobs), strict=True):
        for x, y in zip(a.signals.columns().values(), b.signals.columns().values(), strict=True):
            np.testing.assert_array_equal(x, y)
