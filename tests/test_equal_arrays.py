"""Equal arrays among the jobs of a group are held once."""

from dataclasses import replace

import numpy as np
import scipy.sparse
from test_stack import make_job

from sklearn_deepmlp._together.equal_arrays import EqualArrays


def test_equal_arrays_are_held_once():
    first = make_job(0, 60, batch_size=20)
    copies = [replace(first, X=first.X.copy(), targets=first.targets.copy()) for _ in range(3)]
    arrays = EqualArrays()
    shared = [arrays.share(one) for one in [first, *copies]]
    assert {id(one.X) for one in shared} == {id(first.X)}
    assert {id(one.targets) for one in shared} == {id(first.targets)}


def test_unequal_arrays_are_not_mixed_up():
    first = make_job(0, 60, batch_size=20)
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
    first = arrays.share(replace(make_job(0, 60, batch_size=20), X=X)).X
    assert arrays.share(replace(make_job(0, 60, batch_size=20), X=X.copy())).X is first
    assert arrays.share(replace(make_job(0, 60, batch_size=20), X=other)).X is other
