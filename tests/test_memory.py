"""How much memory a task is estimated to hold."""

import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
from joblib import delayed
from joblib.parallel import BatchedCalls

from sklearn_deepmlp._together.memory import held_bytes

MIB = 2**20
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
