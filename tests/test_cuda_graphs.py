"""Steps captured as CUDA graphs train the same networks as steps made kernel by kernel."""

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
import torch
from jobs import SGD, make_job
from recordable_jobs import STACKS, arrays_of, assert_same_bits, trained
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp._training.cuda_graphs import CudaGraphs
from sklearn_deepmlp._training.step_mode import IN_TABLES, StepMode
from sklearn_deepmlp.activations import Activation

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
ALWAYS = StepMode(in_tables=True, make_recorder=partial(CudaGraphs, least_steps=1))


class Reading(Activation):
    """Reads a number from the GPU, which is seen before a capture."""

    def function(self, z):
        return z.clamp(min=0.0) if z.detach().amax().item() > 0.0 else z * 0.0


class Synchronizing(Activation):
    """Waits for the GPU, which only a capture finds out."""

    def function(self, z):
        torch.cuda.synchronize()
        return z.clamp(min=0.0)


def on_gpu(jobs):
    return [job.changed(device="cuda") for job in jobs]


def messages(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "sklearn_deepmlp"]


@pytest.fixture(autouse=True)
def _logged(caplog):
    caplog.set_level(logging.INFO, "sklearn_deepmlp")


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_graphs_give_the_same_bits_as_no_graphs(jobs, caplog):
    assert_same_bits(trained(on_gpu(jobs), ALWAYS), trained(on_gpu(jobs), IN_TABLES))
    assert not messages(caplog)  # all steps were captured


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_the_same_job_gives_the_same_bits_again(jobs):
    assert_same_bits(trained(on_gpu(jobs), ALWAYS), trained(on_gpu(jobs), ALWAYS))


def bound_of(jobs):
    """Return how far rounding may lead trainings apart; learning rates of plateaus are large."""
    return 1e-3 if jobs[0].data.X.dtype == np.float32 else 1e-6


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_graphs_train_the_networks_of_a_cpu(jobs):
    bound = bound_of(jobs)
    for a, b in zip(trained(on_gpu(jobs), ALWAYS), trained(jobs), strict=True):
        for x, y in zip(arrays_of(a), arrays_of(b), strict=True):
            np.testing.assert_allclose(x, y, rtol=bound, atol=bound)


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_a_stack_trains_what_its_networks_train_separately(jobs):
    together = trained(on_gpu(jobs), ALWAYS)
    separately = [trained(on_gpu([job]), ALWAYS)[0] for job in jobs]
    for a, b in zip(together, separately, strict=True):
        assert a.loss_curve == pytest.approx(b.loss_curve, rel=bound_of(jobs))


@pytest.mark.parametrize("activation", [Reading(), Synchronizing()], ids=["reading", "waiting"])
def test_what_cannot_be_captured_is_trained_without_and_leaves_no_trace(activation, caplog):
    jobs = on_gpu([make_job(i, activation=activation) for i in range(2)])
    assert_same_bits(trained(jobs, ALWAYS), trained(jobs, IN_TABLES))
    (message,) = messages(caplog)
    assert message.startswith("Steps are not captured as a CUDA graph: ")
    # Torch's allocator and random generator work, and the next capture does.
    torch.cuda.empty_cache()
    assert 0 <= torch.rand(1, device="cuda").item() < 1
    caplog.clear()
    test_graphs_give_the_same_bits_as_no_graphs(STACKS["noise"], caplog)


@pytest.mark.parametrize("activation", [Synchronizing(), "captured"])
def test_no_memory_is_left_after_a_training(activation):
    changes = {} if activation == "captured" else {"activation": activation}
    jobs = on_gpu([make_job(i, **changes) for i in range(2)])
    trained(jobs, ALWAYS)  # which leaves torch's workspaces
    torch.cuda.empty_cache()
    before = torch.cuda.memory_allocated(), torch.cuda.memory_reserved()
    for _ in range(3):
        trained(jobs, ALWAYS)
    torch.cuda.empty_cache()
    assert (torch.cuda.memory_allocated(), torch.cuda.memory_reserved()) == before


def test_threads_capture_at_the_same_time():
    stacks = [on_gpu([make_job(i, 400 + i), make_job(i + 1)]) for i in range(8)]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(partial(trained, mode=ALWAYS), stacks))
    for results, jobs in zip(at_once, stacks, strict=True):
        assert_same_bits(results, trained(jobs, ALWAYS))


def test_a_training_runs_in_the_stream_of_its_caller():
    jobs = on_gpu([make_job(0, solver="sgd", hyperparameters=SGD, dropout=0.1)])
    with torch.cuda.stream(torch.cuda.Stream()):
        in_own_stream = trained(jobs, ALWAYS)
    assert_same_bits(in_own_stream, trained(jobs, ALWAYS))


def test_a_capture_goes_on_while_another_thread_uses_the_gpu():
    jobs, is_over = on_gpu([make_job(0, dropout=0.1)]), False

    def multiply():
        x = torch.ones(64, 64, device="cuda")
        while not is_over:
            x = (x @ torch.full((64, 64), 1 / 64, device="cuda")).clone()
        return x.sum().item()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(multiply)
        try:
            results = [trained(jobs, ALWAYS) for _ in range(3)]
        finally:
            is_over = True
        assert other.result() == pytest.approx(64 * 64)
    for result in results:
        assert_same_bits(result, trained(jobs, ALWAYS))


def test_estimators_capture_by_themselves(caplog):
    X, y = load_iris(return_X_y=True)
    net = DeepMLPClassifier((20, 20), device="cuda", max_iter=60, batch_size=50, random_state=0)
    first, second = (net.fit(scale(X), y).predict_proba(scale(X)) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    assert net.score(scale(X), y) > 0.9
    assert not messages(caplog)


def test_one_epoch_is_too_short_to_be_captured(caplog):
    X, y = load_iris(return_X_y=True)
    DeepMLPClassifier((5,), device="cuda", random_state=0).partial_fit(scale(X), y, [0, 1, 2])
    assert messages(caplog) == ["Steps are not captured as a CUDA graph: they are too few."]
