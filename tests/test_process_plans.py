"""Which processes train what, decided from the jobs, the machine and the budget."""

import dataclasses
import pickle
import threading

import numpy as np
import pytest
from joblib import cpu_count
from jobs import X as DIGITS
from jobs import make_job
from scipy.sparse import csr_matrix

from sklearn_deepmlp._compat.joblib import dumps
from sklearn_deepmlp._threads import limited_to, n_threads
from sklearn_deepmlp._together.blocks import n_blocks_for
from sklearn_deepmlp._together.processes.arrays import MIN_BYTES, ArrayFile, forget_arrays
from sklearn_deepmlp._together.processes.costs import seconds_of
from sklearn_deepmlp._together.processes.folder import Folder
from sklearn_deepmlp._together.processes.memory_of_units import data_bytes, training_bytes
from sklearn_deepmlp._together.processes.plan import Limits, n_processes, plan
from sklearn_deepmlp._together.processes.rule import Worth

GIB = 2**30


def unit(n_networks=4, **changes):
    return [make_job(0, 100, **changes)] * n_networks


# --- Blocks


@pytest.mark.parametrize(
    ("n_cores", "n_jobs", "n_least", "expected"),
    [
        (1, 50, 1, 1),
        (1, 50, 3, 3),
        (2, 50, 1, 2),
        (2, 25, 1, 2),
        (2, 12, 1, 1),
        (2, 35, 3, 4),
        (2, 50, 4, 4),
        (2, 50, 50, 50),
        (16, 50, 1, 6),
        (16, 200, 1, 16),
        (16, 1000, 1, 16),
        (16, 1000, 20, 32),
    ],
)
def test_each_core_has_a_block_where_blocks_are_large_enough(n_cores, n_jobs, n_least, expected):
    assert n_blocks_for(n_cores, n_jobs, n_least) == expected


# --- The rule


@pytest.mark.parametrize(
    ("seconds", "n_bytes", "are_ready", "expected"),
    [
        (0.1, 0, True, False),
        (0.3, 0, True, True),
        (0.3, 0, False, False),
        (7.0, 0, False, False),
        (9.0, 0, False, True),
        (9.0, 400_000_000, True, True),
        (9.0, 500_000_000, True, False),
    ],
)
def test_workers_pay_for_long_trainings_of_little_data(seconds, n_bytes, are_ready, expected):
    assert Worth().is_reached(seconds, n_bytes, are_ready=are_ready) == expected


def test_numbers_of_processes_count_from_all_cores():
    assert n_processes(3) == 3
    assert n_processes(-1) == cpu_count()
    assert n_processes(-1000) == 1


# --- Plans


def test_the_largest_units_come_first():
    units = [unit(max_iter=10), unit(max_iter=30), unit(max_iter=20)]
    planned = plan(units, Limits(2, GIB))
    assert planned.indices == [1, 2, 0]
    assert [each[0].stopping.max_iter for each in planned.units] == [30, 20, 10]
    assert seconds_of(units[1]) == pytest.approx(3 * seconds_of(units[0]))


@pytest.mark.parametrize(
    "staying",
    [{"device": "cuda"}, {"on_epoch": print}, {"score": max, "is_portable": False}],
    ids=lambda changes: next(iter(changes)),
)
def test_what_must_stay_here_comes_first_of_all(staying):
    units = [unit(max_iter=30), unit(max_iter=1, **staying), unit(max_iter=20)]
    planned = plan(units, Limits(8, GIB))
    assert planned.indices == [1, 0, 2]
    assert planned.n_fixed == 1
    assert planned.n_workers == 2


@pytest.mark.parametrize(
    ("n_units", "limits", "expected"),
    [
        (5, Limits(1, GIB), 0),
        (5, Limits(3, GIB), 2),
        (5, Limits(8, GIB), 4),
        (1, Limits(8, GIB), 0),
        (5, Limits(8, 3 * training_bytes(unit())), 2),
        (5, Limits(8, 1), 0),
    ],
)
def test_workers_are_bounded(n_units, limits, expected):
    assert plan([unit()] * n_units, limits).n_workers == expected


@pytest.mark.skipif(n_threads() != 1, reason="tests have one thread")
def test_side_by_side_on_one_thread_where_that_is_better():
    long = unit(max_iter=10**7)
    with limited_to(4):
        assert plan([long] * 2, Limits(1, GIB)).has_one_thread
        assert plan([long] * 2, Limits(8, GIB)).has_one_thread
        assert not plan([long], Limits(8, GIB)).has_one_thread
        assert not plan([unit(max_iter=1)] * 2, Limits(8, GIB)).has_one_thread
        assert not plan([long] * 2, Limits(8, 1)).has_one_thread
    with limited_to(64):
        assert not plan([long] * 2, Limits(8, GIB)).has_one_thread


# --- Parcels


def test_data_count_once():
    one = unit()
    assert data_bytes([one]) == data_bytes([one, one])
    job = one[0].data
    arrays = (job.X, job.targets, job.rows, job.sample_weight)
    assert data_bytes([one]) == sum(array.nbytes for array in arrays)
    assert data_bytes([unit(X=csr_matrix(DIGITS))]) < data_bytes([one])


@pytest.fixture
def file(tmp_path):
    yield ArrayFile(tmp_path / "arrays")
    forget_arrays()


def test_a_large_array_is_written_once(file, tmp_path):
    large = np.random.default_rng(0).standard_normal((300, 20))
    assert large.nbytes > MIN_BYTES
    parcels = [dumps((large, [large]), {np.ndarray: file.reduce}) for _ in range(3)]
    file.close()
    assert max(map(len, parcels)) < 1000
    assert (tmp_path / "arrays").stat().st_size == large.nbytes
    (a, (b,)), (c, _), _ = map(pickle.loads, parcels)
    assert a is b is c
    np.testing.assert_array_equal(a, large)
    a[0] = 0.0  # changes no other process
    forget_arrays()
    np.testing.assert_array_equal(pickle.loads(parcels[0])[0], large)


@pytest.mark.parametrize(
    "array",
    [
        np.asfortranarray(np.random.default_rng(0).standard_normal((300, 20))),
        np.random.default_rng(0).standard_normal((600, 20))[::2],
        np.arange(9000, dtype=np.float32).reshape(30, 10, 30),
        np.arange(5),
        np.array(["text"] * 5000),
        np.array([{}] * 5000),
    ],
    ids=["F", "strides", "3-D", "small", "text", "objects"],
)
def test_arrays_of_all_kinds_arrive(file, array):
    parcel = dumps(array, {np.ndarray: file.reduce})
    file.close()
    found = pickle.loads(parcel)
    np.testing.assert_array_equal(found, array)
    assert found.dtype == array.dtype
    assert found.flags.f_contiguous == array.flags.f_contiguous
    assert found.flags.writeable


def test_each_parcel_is_taken_once(tmp_path, monkeypatch):
    monkeypatch.setenv("JOBLIB_TEMP_FOLDER", str(tmp_path))
    unpicklable = [dataclasses.replace(make_job(), score=threading.Lock().acquire)]
    here = Folder.make({1: unit(), 2: unit(), 4: unpicklable})
    there = Folder(here.path)
    assert [index for index in range(6) if here.has_parcel(index)] == [1, 2]
    assert len(pickle.loads(there.take_parcel(1))) == 4
    assert there.take_parcel(1) is None
    assert not here.take(1)
    assert here.take(2)
    assert there.take_parcel(2) is None
    there.board.add_epochs(1, 5)
    there.board.add_epochs(2, 3)
    assert here.board.n_epochs() == 8
    assert not there.board.says_stop()
    here.board.stop()
    assert there.board.says_stop()
    here.remove()
    forget_arrays()
    assert list(tmp_path.iterdir()) == []
