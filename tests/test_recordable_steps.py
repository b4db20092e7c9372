"""Steps from tables: the same kernels on the same addresses each time, and the same networks."""

import pytest
import torch
from recordable_jobs import (
    EXACT,
    IN_FLOAT32,
    ROUNDED,
    STACKS,
    arrays_of,
    assert_same_bits,
    trained,
)
from recorders import Tapes, recording_mode, tensors_in
from torch.utils._python_dispatch import TorchDispatchMode

from sklearn_deepmlp._training.callbacks.schedule import Schedule
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.obstacles import Obstacles
from sklearn_deepmlp._training.run import Run
from sklearn_deepmlp._training.step_mode import IN_TABLES


@pytest.mark.parametrize("jobs", EXACT.values(), ids=EXACT)
def test_steps_from_tables_train_the_same_networks(jobs):
    assert_same_bits(trained(jobs, IN_TABLES), trained(jobs))


@pytest.mark.parametrize(
    ("jobs", "bound"),
    [(jobs, 1e-12) for jobs in ROUNDED.values()] + [(jobs, 1e-5) for jobs in IN_FLOAT32.values()],
    ids=[*ROUNDED, *IN_FLOAT32],
)
def test_steps_of_adam_from_tables_train_the_same_networks_up_to_rounding(jobs, bound):
    for a, b in zip(trained(jobs, IN_TABLES), trained(jobs), strict=True):
        for x, y in zip(arrays_of(a), arrays_of(b), strict=True):
            assert x == pytest.approx(y, rel=bound, abs=bound)


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_repeated_kernels_train_the_same_networks(jobs):
    """As a GPU repeats them: without the Python code between them."""
    mode, recorders = recording_mode(Tapes)
    assert_same_bits(trained(jobs, mode), trained(jobs, IN_TABLES))
    assert recorders[0].n_repeated > 0


class Kernels(TorchDispatchMode):
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


def tabled_steps(jobs, n_epochs=3):
    """Yield the kinds of the steps of a training, with functions that make them."""
    run = Run([Member(job) for job in jobs], mode=IN_TABLES)
    schedule = Schedule(run)
    for _ in range(n_epochs):
        schedule.on_epoch_begin(None)
        for kind in run.tabled.begin_epoch(run.rates, n_epochs):
            yield kind, lambda kind=kind: run.tabled.make(kind)


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_each_step_of_a_kind_is_the_same_kernels_on_the_same_addresses(jobs):
    kernels, kinds = Kernels(), {}
    for kind, make in tabled_steps(jobs):
        kernels.begin_step()
        with torch.no_grad(), kernels:
            make()
        kinds.setdefault(kind, []).append(kernels.steps[-1])
    assert max(map(len, kinds.values())) >= 3
    for first, *others in [steps[1:] for steps in kinds.values() if len(steps) > 1]:
        assert all(step == first for step in others)  # but for the very first, which fills caches


@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_no_step_reads_a_number_from_the_device(jobs):
    for _, make in tabled_steps(jobs):
        with torch.no_grad(), Obstacles() as obstacles:
            make()
        assert not obstacles.found


@pytest.mark.parametrize("jobs", (EXACT | ROUNDED).values(), ids=EXACT | ROUNDED)
def test_no_step_touches_main_memory(jobs):
    """The device "meta", which has no values, refuses and returns no tensors in main memory."""
    for _, make in tabled_steps([job.changed(device="meta") for job in jobs], n_epochs=1):
        with torch.no_grad(), Obstacles() as obstacles:
            make()
        assert not obstacles.found
