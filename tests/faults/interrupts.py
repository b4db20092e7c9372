"""Ctrl-C: a real SIGINT for this process, at some moment of its work."""

import os
import random
import signal
import threading
import time

import numpy as np
import torch
from fitted import (
    ENDLESS,
    EXPECTED,
    X,
    Y,
    assert_learns_as_before,
    bits_of,
    make_net,
    raised_by,
    refit_of,
    reset,
    state_of,
    staying,
)
from leftovers import n_threads_left
from sklearn.model_selection import GridSearchCV

from sklearn_deepmlp import DeepMLPRegressor, fit_together

signal.signal(signal.SIGINT, signal.default_int_handler)


def interrupted(function, *args, after=0.3):
    """Check that a call is ended by Ctrl-C after some seconds, and leaves no thread."""
    before = threading.active_count()
    timer = threading.Timer(after, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    raised_by(KeyboardInterrupt, function, *args)
    timer.join()
    assert n_threads_left(before) == before


def ctrl_c_in_fit():
    for params in ({}, {"early_stopping": True}, {"solver": "sgd"}):
        with staying(refit_of(**ENDLESS, **params)) as net:
            interrupted(net.fit, X, Y)
        assert_learns_as_before(reset(net))


def ctrl_c_in_lbfgs():
    # A network that has much to compute in each iteration, and no end in sight.
    params = {"solver": "lbfgs", "max_iter": 10**6, "max_fun": 10**9, "tol": 0.0}
    rng = np.random.default_rng(0)
    data, target = rng.standard_normal((20_000, 20)), rng.random(20_000) > 0.5
    with staying(refit_of(**params, hidden_layer_sizes=(64, 64))) as net:
        interrupted(net.fit, data, target)


def ctrl_c_in_partial_fit():
    net = make_net().partial_fit(X, Y, classes=[False, True])
    states = [state_of(net)]

    def forever():
        while True:
            net.partial_fit(X, Y)
            states.append(state_of(net))

    interrupted(forever)
    # Ctrl-C may come between the end of a call and the look at its state.
    last = state_of(net)
    if last != states[-1]:
        again = make_net().partial_fit(X, Y, classes=[False, True])
        for _ in states:
            again.partial_fit(X, Y)
        assert bits_of(net) == bits_of(again)


def ctrl_c_in_a_search_together():
    with staying(refit_of(**ENDLESS)) as net:
        search = GridSearchCV(net, {"alpha": [0.0, 0.1]}, cv=2)

        def fit():
            with fit_together():
                search.fit(X, Y)

        interrupted(fit, after=0.5)
    with fit_together():
        found = GridSearchCV(make_net(), {"alpha": [0.0]}, cv=2).fit(X, Y)
    assert np.isfinite(found.cv_results_["mean_test_score"]).all()


def ctrl_c_in_a_large_prediction():
    torch.set_num_threads(3)
    data = np.random.default_rng(0).standard_normal((300_000, 64), dtype=np.float32)
    net = DeepMLPRegressor((256, 256), max_iter=1).fit(data[:50], data[:50, 0])
    before = net.predict(data[:50])

    def forever():
        while True:
            net.predict(data)

    interrupted(forever)
    np.testing.assert_array_equal(net.predict(data[:50]), before)
    torch.set_num_threads(1)


def ctrl_c_at_random_moments():
    rng = random.Random(0)  # noqa: S311
    net = refit_of()
    old, new = bits_of(net), EXPECTED
    start = time.perf_counter()
    make_net().fit(X, Y)
    seconds = time.perf_counter() - start
    for _ in range(20):
        timer = threading.Timer(rng.uniform(0, seconds), os.kill, [os.getpid(), signal.SIGINT])
        timer.start()
        try:
            net.fit(X, Y)
            timer.join()
            time.sleep(0.01)
        except KeyboardInterrupt:
            timer.join()
        assert bits_of(net) in (old, new)
        assert len(net.predict(X)) == len(X)
    assert_learns_as_before(net)


def ctrl_c_while_another_thread_fits():
    net, is_fitted = refit_of(max_iter=200), []
    thread = threading.Thread(target=lambda: is_fitted.append(net.fit(X, Y)))
    expected = bits_of(make_net(max_iter=200).fit(X, Y))
    thread.start()
    timer = threading.Timer(0.05, os.kill, [os.getpid(), signal.SIGINT])
    timer.start()
    raised_by(KeyboardInterrupt, lambda: [time.sleep(0.01) for _ in range(10**5)])
    thread.join()
    assert is_fitted
    assert bits_of(net) == expected
