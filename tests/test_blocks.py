"""Which networks are trained in one block, what a task is thought to hold, and equal arrays."""

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from joblib import delayed
from test_stack import make_job

from sklearn_deepmlp._compat.joblib import BatchedCalls
from sklearn_deepmlp._together import blocks as module
from sklearn_deepmlp._together.blocks import blocks, by_shape
from sklearn_deepmlp._together.equal_arrays import EqualArrays
from sklearn_deepmlp._together.held_bytes import held_bytes
from sklearn_deepmlp.activations import ReLU, Tanh

MIB = 2**20


def job(n_rows=60, *, batch_size=20, activation=None):
    return make_job(0, n_rows, batch_size=batch_size, activation=activation or ReLU())


def test_a_block_holds_what_fits_and_blocks_are_about_equal(monkeypatch):
    jobs = [job()] * 10
    monkeypatch.setattr(module, "_BLOCK_BYTES", 4 * module._n_bytes(jobs[0]))
    assert [len(block) for block in blocks(jobs)] == [4, 4, 2]
    monkeypatch.setattr(module, "_BLOCK_BYTES", 1)
    assert [len(block) for block in blocks(jobs)] == [1] * 10
    monkeypatch.setattr(module, "_BLOCK_BYTES", 2**40)
    assert [len(block) for block in blocks(jobs)] == [10]


def test_a_gpu_takes_all_at_once(monkeypatch):
    monkeypatch.setattr(module, "_BLOCK_BYTES", 1)
    assert [len(block) for block in blocks([replace(job(), device="cuda")] * 10)] == [10]


def test_equal_activations_stand_together():
    jobs = [job(activation=kind()) for kind in (Tanh, ReLU, Tanh, ReLU)]
    assert blocks(jobs) == [[1, 3, 0, 2]]


@pytest.mark.parametrize(
    ("rows", "sizes"),
    [
        ([60, 59, 58], [3]),
        ([60, 20, 60], [1, 2]),
        ([60, 50], [2]),
        ([60, 30], [1, 1]),
        ([10, 20, 40, 80], [1, 1, 1, 1]),
    ],
)
def test_little_of_a_block_is_padding(rows, sizes):
    assert [len(block) for block in blocks([job(n) for n in rows])] == sizes


def test_unequal_batch_sizes_are_apart():
    jobs = [job(batch_size=size) for size in (20, 60, 20, 60)]
    assert blocks(jobs) == [[0, 2], [1, 3]]


def test_all_jobs_have_a_place():
    rng = np.random.default_rng(0)
    jobs = [job(int(n), batch_size=int(b)) for n, b in rng.integers(1, 100, (50, 2))]
    assert sorted(i for block in blocks(jobs) for i in block) == list(range(50))


def test_stacks_are_in_the_order_of_their_first_jobs():
    a, b = job(), replace(job(), solver="sgd")
    assert by_shape([b, a, b, a, a]) == [[0, 2], [1, 3, 4]]


# --- Memory of tasks

X = np.zeros((2**16, 16))  # 8 MiB


def nothing(*args, **kwargs):
    pass


def held(*args, **kwargs):
    return held_bytes(BatchedCalls([delayed(nothing)(*args, **kwargs)], None)) / MIB


@pytest.mark.parametrize(
    "data",
    [X, pd.DataFrame(X), pl.DataFrame(X), [X], {"sample_weight": X}, {"X": pd.DataFrame(X)}],
    ids=lambda data: type(data).__name__,
)
def test_a_task_holds_three_times_its_data(data):
    assert held(data) == pytest.approx(24, rel=0.01)
    assert held(None, data=data) == pytest.approx(24, rel=0.01)


def test_sparse_data_count_by_what_they_hold():
    sparse = scipy.sparse.random(1000, 1000, 0.5, format="csr", random_state=0)
    assert held(sparse) == pytest.approx(3 * 500_000 * (8 + 4) / MIB, rel=0.01)


def test_an_array_counts_once_and_small_tasks_count_too():
    assert held(X, X, [X]) == pytest.approx(48, rel=0.01)
    assert held(3, "a", list(range(10**3))) == 1
    assert held_bytes(nothing) == MIB


TEXTS = [f"text {i} of a document " * (1 + i % 9) for i in range(50_000)]
N_TEXT_BYTES = sum(sys.getsizeof(text) for text in TEXTS)
TEXT_TABLE = {"a": TEXTS, "n": range(len(TEXTS)), "b": TEXTS[::-1]}
HELD_OF_TEXT = {
    "list": (TEXTS, N_TEXT_BYTES + 8 * len(TEXTS)),
    "tuple": (tuple(TEXTS), N_TEXT_BYTES + 8 * len(TEXTS)),
    "list of lists": ([TEXTS[:25_000], TEXTS[25_000:]], N_TEXT_BYTES + 8 * len(TEXTS)),
    "rows": ([[text, 1.5] for text in TEXTS], N_TEXT_BYTES + (24 + 72 + 8) * len(TEXTS)),
    "records": ([{"text": text} for text in TEXTS], N_TEXT_BYTES + (184 + 8) * len(TEXTS)),
    "object array": (np.array(TEXTS, dtype=object), N_TEXT_BYTES + 8 * len(TEXTS)),
    "column": (np.array(TEXTS, dtype=object)[:, None], N_TEXT_BYTES + 8 * len(TEXTS)),
    "str array": (np.array(TEXTS), 4 * max(map(len, TEXTS)) * len(TEXTS)),
    "object Series": (pd.Series(TEXTS, dtype=object), N_TEXT_BYTES + 8 * len(TEXTS)),
    "str Series": (pd.Series(TEXTS, dtype="str"), N_TEXT_BYTES + 8 * len(TEXTS)),
    "string Series": (pd.Series(TEXTS, dtype="string"), N_TEXT_BYTES + 8 * len(TEXTS)),
    "Index": (pd.Index(TEXTS, dtype=object), N_TEXT_BYTES + 8 * len(TEXTS)),
    "DataFrame": (pd.DataFrame(TEXT_TABLE), 2 * N_TEXT_BYTES + 3 * 8 * len(TEXTS)),
    "polars": (pl.Series(TEXTS), pl.Series(TEXTS).estimated_size()),
    "floats": ([float(i) for i in range(50_000)], (24 + 8) * 50_000),
}


@pytest.mark.parametrize("kind", HELD_OF_TEXT)
def test_text_and_lists_count_by_what_they_hold(kind):
    data, n_bytes = HELD_OF_TEXT[kind]
    assert held(data) == pytest.approx(3 * n_bytes / MIB, rel=0.1)


def test_categories_count_once():
    data = pd.Series(TEXTS, dtype="category")
    assert held(data) < 3 * 2 * N_TEXT_BYTES / MIB


def test_containers_of_any_kind_are_estimated():
    itself = []
    itself.append(itself)
    ragged = np.array([[], None, {}, np.array(3), "text"], dtype=object)
    for data in [itself, ragged, [], {}, np.array([], dtype=object), pd.Series([], dtype=object)]:
        assert held(data) == 1
    assert held([X, {"X": X, "deeper": [X]}, None]) == pytest.approx(3 * 24, rel=0.01)


def test_long_lists_take_no_longer():
    looked_at = []

    class Entry:
        def __sizeof__(self):
            looked_at.append(self)
            return 16

    held([[Entry()] * 1000] * 1000)
    assert len(looked_at) <= 10_000


# --- Equal arrays


def test_equal_arrays_are_held_once():
    first = job()
    copies = [replace(first, X=first.X.copy(), targets=first.targets.copy()) for _ in range(3)]
    arrays = EqualArrays()
    shared = [arrays.share(one) for one in [first, *copies]]
    assert {id(one.X) for one in shared} == {id(first.X)}
    assert {id(one.targets) for one in shared} == {id(first.targets)}


def test_unequal_arrays_are_not_mixed_up():
    first = job()
    other = replace(first, X=first.X + 1, targets=first.targets.astype(float))
    single = replace(first, X=first.X.astype(np.float32))
    turned = replace(first, X=np.asfortranarray(first.X))
    arrays = EqualArrays()
    for one in [first, other, single]:
        assert arrays.share(one).X is one.X
    assert arrays.share(turned).X is first.X


def test_equal_sparse_matrices_are_held_once():
    X = scipy.sparse.random(50, 8, 0.3, format="csr", random_state=0)
    other = X.copy()
    other.data[0] += 1
    arrays = EqualArrays()
    first = arrays.share(replace(job(), X=X)).X
    assert arrays.share(replace(job(), X=X.copy())).X is first
    assert arrays.share(replace(job(), X=other)).X is other
