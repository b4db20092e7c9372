"""Steps that read from buffers which stay: the same kernels on the same addresses each time."""

import pytest
import torch
from jobs import ADAM, SGD, make_job
from torch.utils._python_dispatch import TorchDispatchMode

from sklearn_deepmlp._by_numpy import only_torch
from sklearn_deepmlp._stack.step import Step
from sklearn_deepmlp._training.callbacks.schedule import Schedule
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.run import Run
from sklearn_deepmlp._training.train import train_stack
from sklearn_deepmlp.activations import PReLU, RReLU, Swish

STACKS = {
    "one network": [make_job(0, batch_size=125)],
    "a smaller last batch": [make_job(0, batch_size=150)],
    "schedules": [
        make_job(i, schedule=s, alpha=0.1) for i, s in enumerate(["cosine", "one_cycle"])
    ],
    "plateaus": [
        make_job(
            0,
            solver="sgd",
            hyperparameters={**SGD, "learning_rate": 2.0},
            schedule="adaptive",
            n_iter_no_change=2,
            tol=0.1,
        )
    ],
    "noise": [make_job(0, dropout=0.2, activation=RReLU()), make_job(1, 470, activation=RReLU())],
    "what is learned": [
        make_job(0, activation=PReLU()),
        make_job(1, activation=Swish(trainable=True)),
    ],
    "bounds": [make_job(i, max_norm=1.0 + i, max_grad_norm=0.1 + i) for i in range(2)],
    "decay": [make_job(i, solver="adamw", alpha=0.1 * i) for i in range(2)],
    "nadam": [
        make_job(i, solver="nadam", hyperparameters={**ADAM, "beta_1": 0.8 + i / 10})
        for i in range(2)
    ],
    "rmsprop": [make_job(0, solver="rmsprop")],
    "batch normalization": [make_job(i, 500 - 40 * i, normalization="batch") for i in range(2)],
    "residual layers": [
        make_job(
            0, layer_sizes=(64, 20, 20, 10), normalization="layer", skip_connections="residual"
        )
    ],
    "wide": [make_job(0, skip_connections="wide")],
    "members that stop": [make_job(0, max_iter=3), make_job(1, 200, max_iter=5)],
}


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_recordable_steps_train_the_same_networks(jobs):
    jobs = [job.changed(max_iter=min(8, job.stopping.max_iter)) for job in jobs]
    with only_torch():
        plain = train_stack(jobs)
    for a, b in zip(train_stack(jobs, in_buffers=True), plain, strict=True):
        assert a.loss_curve == pytest.approx(b.loss_curve, rel=1e-9)
        for x, y in zip(a.state.coefs, b.state.coefs, strict=True):
            assert x == pytest.approx(y, rel=1e-7, abs=1e-10)


class Recorder(TorchDispatchMode):
    """Notes each kernel, its plain arguments, and the addresses of tensors that stay.

    Tensors that a step makes come and go; those that were there before it count.
    """

    def __init__(self):
        super().__init__()
        self.steps = []

    def begin_step(self):
        self.steps.append([])
        self.made = set()

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        if self.steps:
            self.steps[-1].append((str(function), self.described((args, kwargs))))
            self.made |= {t.untyped_storage().data_ptr() for t in tensors_in(out)}
        return out

    def described(self, value):
        if isinstance(value, torch.Tensor):
            address = value.untyped_storage().data_ptr()
            where = "made" if address in self.made else value.data_ptr()
            return where, tuple(value.shape), value.stride()
        if isinstance(value, list | tuple):
            return tuple(map(self.described, value))
        if isinstance(value, dict):
            return tuple((name, self.described(item)) for name, item in value.items())
        return value


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors_in(item)


def recorded_steps(jobs, n_epochs=3):
    """Return what each step does, by the kind of the step."""
    members = [Member(job) for job in jobs]
    run, recorder, kinds = Run(members, in_buffers=True), Recorder(), {}
    schedule = Schedule(run)
    for _ in range(n_epochs):
        schedule.on_epoch_begin(None)
        n_steps = len(run.batches)
        hyperparameters = run.optimizer.begin_epoch(run.rates, run.batches.grid)
        noise = run.stack.network.epoch_noise(run.batches.epoch + 1, n_steps)
        for step in map(Step, run.batches, noise, hyperparameters):
            held = run.buffers.load(step)
            recorder.begin_step()
            with only_torch(), torch.no_grad(), recorder:
                run.stack.evaluate(held.batch, held.noise)
                run.optimizer.step(held.hyperparameters)
            kinds.setdefault(step.kind(), []).append(recorder.steps[-1])
    return kinds


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_each_step_of_a_kind_is_the_same_kernels_on_the_same_addresses(jobs):
    for steps in recorded_steps(jobs).values():
        first, *others = steps[1:]  # the first one fills caches
        assert others
        assert all(step == first for step in others)


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_no_step_reads_a_number_from_the_device(jobs):
    steps = [step for steps in recorded_steps(jobs).values() for step in steps]
    assert not any("_local_scalar_dense" in kernel for step in steps for kernel, _ in step)


def test_floats_that_change_are_seen():
    """What the fast way of a CPU does cannot be recorded."""
    members = [Member(make_job(0, schedule="cosine"))]
    run, recorder = Run(members), Recorder()
    Schedule(run).on_epoch_begin(None)
    hyperparameters = run.optimizer.begin_epoch(run.rates, run.batches.grid)
    with torch.no_grad(), recorder:
        for step in hyperparameters[:3]:
            recorder.begin_step()
            run.optimizer.step(step)
    assert recorder.steps[1] != recorder.steps[2]
