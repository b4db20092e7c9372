"""Children of a process that has fitted with several threads, or is about to."""

import multiprocessing
import os
import threading
import warnings

import numpy as np
import torch
from fitted import ENDLESS, EXPECTED, X, Y, bits_of, make_net, raised_by, refit_of
from injected import ImpossibleHere

from sklearn_deepmlp import DeepMLPRegressor, fit_together

WIDE = np.random.default_rng(0).standard_normal((600, 256), dtype=np.float32)


def wide_net():
    return DeepMLPRegressor((512, 512), max_iter=2, random_state=0, batch_size=600)


def fits_as_the_parent():
    """Fit and predict in a child, and compare."""
    assert bits_of(make_net().fit(X, Y)) == EXPECTED
    make_net().fit(X, Y).predict(np.tile(X, (20, 1)))
    with fit_together():
        assert bits_of(make_net().fit(X, Y)) == EXPECTED


def use_several_threads():
    torch.set_num_threads(3)
    wide_net().fit(WIDE, WIDE[:, 0]).predict(np.tile(WIDE, (10, 1)))


def in_a_fork(function):
    """Run a function in a forked child; return whether it returned within a minute."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python warns of threads
        child = os.fork()
    if child == 0:
        threading.Timer(60, os._exit, [3]).start()  # a deadlock
        try:
            function()
        except BaseException as error:  # noqa: BLE001 - the parent reports it
            os.write(2, repr(error).encode())
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def a_fork_after_fits_with_several_threads():
    if not hasattr(os, "fork"):
        raise ImpossibleHere("cannot fork")
    use_several_threads()
    assert in_a_fork(fits_as_the_parent)
    assert in_a_fork(lambda: wide_net().fit(WIDE, WIDE[:, 0]))
    fits_as_the_parent()
    torch.set_num_threads(1)


def a_fork_while_another_thread_fits():
    if not hasattr(os, "fork"):
        raise ImpossibleHere("cannot fork")
    is_over = threading.Event()

    class Enough(Exception):
        pass

    def score(net, X, y):
        if is_over.is_set():
            raise Enough
        return 0.0

    net = refit_of(**ENDLESS, early_stopping=True, scoring=score)
    thread = threading.Thread(target=lambda: raised_by(Enough, net.fit, X, Y))
    thread.start()
    try:
        for _ in range(3):
            assert in_a_fork(fits_as_the_parent)
    finally:
        is_over.set()
        thread.join()


def children_of_any_start_method():
    for method in multiprocessing.get_all_start_methods():
        context = multiprocessing.get_context(method)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            process = context.Process(target=fits_as_the_parent)
            process.start()
        process.join(60)
        assert process.exitcode == 0, method


def a_network_that_is_sent_to_a_child_and_back():
    net = refit_of()
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        assert bits_of(pool.apply(net.fit, (X, Y))) == EXPECTED
    assert bits_of(net) != EXPECTED
