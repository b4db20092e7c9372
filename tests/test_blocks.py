"""Which networks are trained in one block."""

import numpy as np
import pytest
import torch
from jobs import make_job

from sklearn_deepmlp._stack.training_memory import step_bytes
from sklearn_deepmlp._together.blocks import blocks, by_shape
from sklearn_deepmlp.activations import ReLU, Tanh


def job(n_rows=60, *, batch_size=20, activation=None):
    return make_job(0, n_rows, batch_size=batch_size, activation=activation or ReLU())


def sizes(jobs, **params):
    return [len(block) for block in blocks(jobs, **params)]


def test_a_block_holds_what_fits_and_blocks_are_about_equal():
    jobs = [job()] * 10
    assert sizes(jobs, max_bytes=4 * step_bytes(jobs[0])) == [4, 4, 2]
    assert sizes(jobs, max_bytes=1) == [1] * 10
    assert sizes(jobs, max_bytes=2**40) == [10]


def test_a_gpu_takes_what_leaves_half_of_its_free_memory(monkeypatch):
    jobs = [job().changed(device="cuda")] * 10
    for n_fitting, expected in [(20, [10]), (19, [5, 5]), (7, [3, 3, 3, 1]), (1, [1] * 10)]:
        free = n_fitting * step_bytes(jobs[0])
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device, free=free: (free, 2 * free))
        assert sizes(jobs, max_bytes=1) == expected
    assert sizes([job().changed(device="mps")] * 10, max_bytes=1) == [10]


def test_jobs_with_equal_activations_are_neighbors():
    jobs = [job(activation=kind()) for kind in (Tanh, ReLU, Tanh, ReLU)]
    assert blocks(jobs) == [[1, 3, 0, 2]]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([60, 59, 58], [3]),
        ([60, 20, 60], [1, 2]),
        ([60, 50], [2]),
        ([60, 30], [1, 1]),
        ([10, 20, 40, 80], [1, 1, 1, 1]),
    ],
)
def test_little_of_a_block_is_padding(rows, expected):
    assert sizes([job(n) for n in rows]) == expected


def test_unequal_batch_sizes_are_apart():
    jobs = [job(batch_size=size) for size in (20, 60, 20, 60)]
    assert blocks(jobs) == [[0, 2], [1, 3]]


def test_each_job_is_in_one_block():
    rng = np.random.default_rng(0)
    jobs = [job(int(n), batch_size=int(b)) for n, b in rng.integers(1, 100, (50, 2))]
    assert sorted(i for block in blocks(jobs) for i in block) == list(range(50))


def test_stacks_are_in_the_order_of_their_first_jobs():
    a, b = job(), job().changed(solver="sgd")
    assert by_shape([b, a, b, a, a]) == [[0, 2], [1, 3, 4]]
