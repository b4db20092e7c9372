"""Data of unlucky scale, data that may not be written to, and data that change during a fit."""

import tempfile
import threading
from pathlib import Path

import numpy as np
from fitted import EXPECTED, X, Y, bits_of, make_net, raised_by, refit_of, staying

from sklearn_deepmlp import DeepMLPRegressor, DivergenceError, fit_together

DIVERGING = {"activation": "identity", "solver": "sgd", "max_iter": 20}


def diverges(net, data, target):
    """Check that a refit diverges, changes nothing, and return the message."""
    with staying(net):
        return str(raised_by(DivergenceError, net.fit, data, target))


def a_learning_rate_far_too_high():
    net = DeepMLPRegressor((16,), random_state=0, max_iter=5).fit(X, X[:, 0])
    net.set_params(**DIVERGING, learning_rate_init=1e10)
    message = diverges(net, X, X[:, 0])
    assert "learning_rate_init=10000000000.0" in message
    assert "diagnose" in message


def features_that_are_not_scaled():
    net = DeepMLPRegressor((16,), random_state=0, max_iter=5).fit(X, X[:, 0])
    message = diverges(net.set_params(**DIVERGING), 1e6 * X, X[:, 0])
    assert "need to be preprocessed" in message


def nan_after_a_good_fit():
    spoiled = X.copy()
    spoiled[7, 2] = np.nan
    with staying(refit_of()) as net:
        assert "NaN" in str(raised_by(ValueError, net.fit, spoiled, Y))
        assert "NaN" in str(raised_by(ValueError, net.partial_fit, spoiled, Y))
        assert "NaN" in str(raised_by(ValueError, net.predict, spoiled))


def read_only_arrays():
    data, target = X.copy(), Y.copy()
    for array in (data, target):
        array.flags.writeable = False
    weights = np.ones(len(X))
    weights.flags.writeable = False
    assert bits_of(make_net().fit(data, target)) == EXPECTED
    make_net().fit(data, target, sample_weight=weights).predict(data)


def mapped(folder, mode="r+"):
    path = Path(folder) / "X.npy"
    np.save(path, X)
    return np.load(path, mmap_mode=mode)


def while_changing(data, change):
    """Fit many times while another thread changes the data underneath."""
    is_over = threading.Event()

    def keep_changing():
        rng = np.random.default_rng(0)
        while not is_over.is_set():
            change(data, rng)

    thread = threading.Thread(target=keep_changing)
    thread.start()
    net = refit_of(max_iter=3)
    try:
        for _ in range(20):
            before = bits_of(net)
            try:
                net.fit(data, Y)
            except ValueError as error:
                text = str(error)
                assert "NaN" in text or "non-finite" in text
                assert bits_of(net) == before
    finally:
        is_over.set()
        thread.join()
    assert all(np.isfinite(array).all() for array in net.coefs_)
    return net


def other_numbers(data, rng):
    data[rng.integers(len(data))] = rng.standard_normal(data.shape[1])


def spoil_and_mend(data, rng):
    row = rng.integers(len(data))
    data[row] = np.nan
    data[row] = 0.0


def arrays_that_another_thread_changes():
    for change in (other_numbers, spoil_and_mend):
        while_changing(X.copy(), change)


def mapped_files_that_change():
    with tempfile.TemporaryDirectory() as folder:
        data = mapped(folder)
        assert bits_of(make_net().fit(data, Y)) == EXPECTED
        while_changing(data, other_numbers)
        del data


def an_argument_is_never_written_to():
    data, target, weights = X.copy(), Y.copy(), np.ones(len(X))
    make_net(early_stopping=True, normalization="batch").fit(data, target, sample_weight=weights)
    with fit_together():
        make_net().fit(data, target)
    assert data.tobytes() == X.tobytes()
    assert target.tobytes() == Y.tobytes()
    assert (weights == 1).all()
