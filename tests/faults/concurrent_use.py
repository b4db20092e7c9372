"""One estimator, or many, in several threads at once."""

import gc
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from fitted import EXPECTED, X, Y, bits_of, make_net, raised_by, refit_of, staying


def predictions_during_refits():
    net = refit_of()
    answers, is_over = set(), threading.Event()
    old = net.predict_proba(X).tobytes()

    def keep_predicting():
        while not is_over.is_set():
            answers.add(net.predict_proba(X).tobytes())

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(keep_predicting) for _ in range(3)]
        new = [net.set_params(random_state=seed).fit(X, Y).predict_proba(X) for seed in range(10)]
        is_over.set()
        for future in futures:
            future.result()
    assert answers <= {old, *(proba.tobytes() for proba in new)}
    assert len(answers) > 1


def another_shape_during_predictions():
    net = refit_of()
    is_over = threading.Event()

    def keep_predicting():
        while not is_over.is_set():
            assert net.predict_proba(X).shape == (600, 2)

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(keep_predicting) for _ in range(2)]
        for sizes in [(3,), (7, 7, 7), (), (20, 5)] * 3:
            for connections in (None, "wide"):
                net.set_params(hidden_layer_sizes=sizes, skip_connections=connections).fit(X, Y)
        is_over.set()
        for future in futures:
            future.result()


def parameters_that_change_during_a_fit():
    begun, is_changed = threading.Event(), threading.Event()

    def score(net, X, y):
        begun.set()
        is_changed.wait()
        return 0.0

    scored = {"early_stopping": True, "scoring": score}
    net = refit_of(**scored)
    thread = threading.Thread(target=net.fit, args=(X, Y))
    thread.start()
    begun.wait()
    net.set_params(hidden_layer_sizes=(3,), activation="tanh")
    is_changed.set()
    thread.join()
    assert bits_of(net) == bits_of(make_net(**scored).fit(X, Y))
    assert (net.hidden_layer_sizes, net.activation) == ((3,), "tanh")
    assert [array.shape for array in net.fit(X, Y).coefs_] == [(20, 3), (3, 1)]


def two_fits_of_one_estimator():
    net = refit_of()
    other = bits_of(make_net().fit(X[::2], Y[::2]))
    for _ in range(10):
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(net.fit, X, Y), pool.submit(net.fit, X[::2], Y[::2])]
            for future in futures:
                future.result()
        assert bits_of(net) in (EXPECTED, other)
        assert len(net.loss_curve_) == net.n_iter_ == 5


def sixteen_threads_predict_while_four_fit():
    net = make_net(random_state=7).fit(X, Y)
    expected = net.predict_proba(X).tobytes()
    alone = [bits_of(make_net(random_state=seed).fit(X, Y)) for seed in range(8)]

    def predict(_):
        return {net.predict_proba(X).tobytes() for _ in range(20)}

    def fit(seed):
        return bits_of(make_net(random_state=seed).fit(X, Y))

    with ThreadPoolExecutor(16) as predicting, ThreadPoolExecutor(4) as fitting:
        found = predicting.map(predict, range(16))
        fitted = fitting.map(fit, range(8))
        assert set.union(*found) == {expected}
        assert list(fitted) == alone


def a_network_that_is_deleted():
    gc.disable()
    try:
        for params in ({}, {"early_stopping": True}, {"solver": "lbfgs"}, {"solver": "sgd"}):
            net = make_net(**params).fit(X, Y)
            net.predict(X)
            if not params:
                net.partial_fit(X, Y)
            weights, itself = weakref.ref(net.coefs_[0]), weakref.ref(net)
            del net
            assert weights() is None
            assert itself() is None
    finally:
        gc.enable()


def a_thousand_layers_and_a_low_recursion_limit():
    net = make_net(hidden_layer_sizes=(4,) * 1000, max_iter=1)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(150)
    try:
        net.fit(X, Y).predict(X)
    finally:
        sys.setrecursionlimit(before)
    assert len(net.coefs_) == 1001


def deeper(net, X, y):
    return deeper(net, X, y)


def recursion_without_end():
    with staying(refit_of(early_stopping=True, scoring=deeper)) as net:
        raised_by(RecursionError, net.fit, X, Y)
    assert np.isfinite(net.predict_proba(X)).all()
