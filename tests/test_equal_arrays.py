"""Equal arrays among the jobs of a group are held once."""

import numpy as np
import scipy.sparse
from jobs import make_job

from sklearn_deepmlp._together.equal_arrays import EqualArrays

JOB = make_job(0, 60, batch_size=20)


def test_equal_arrays_are_held_once():
    copies = [
        JOB.changed(X=JOB.data.X.copy(), targets=JOB.data.targets.copy(), rows=JOB.data.rows.copy())
        for _ in range(3)
    ]
    arrays = EqualArrays()
    shared = [arrays.share(job).data for job in [JOB, *copies]]
    for name in ("X", "targets", "rows"):
        assert {id(getattr(data, name)) for data in shared} == {id(getattr(JOB.data, name))}


def test_unequal_arrays_are_not_mixed_up():
    other = JOB.changed(X=JOB.data.X + 1, targets=JOB.data.targets.astype(float))
    single = JOB.changed(X=JOB.data.X.astype(np.float32))
    turned = JOB.changed(X=np.asfortranarray(JOB.data.X))
    arrays = EqualArrays()
    for job in [JOB, other, single]:
        assert arrays.share(job).data.X is job.data.X
    assert arrays.share(turned).data.X is JOB.data.X


def test_equal_sparse_matrices_are_held_once():
    X = scipy.sparse.random(50, 8, 0.3, format="csr", random_state=0)
    other = X.copy()
    other.data[0] += 1
    arrays = EqualArrays()
    first = arrays.share(JOB.changed(X=X)).data.X
    assert arrays.share(JOB.changed(X=X.copy())).data.X is first
    assert arrays.share(JOB.changed(X=other)).data.X is other
