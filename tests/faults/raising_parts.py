"""Exceptions in what users give to a fit: they come out as they are, and nothing else changes."""

import warnings

import numpy as np
import torch
from fitted import (
    X,
    Y,
    assert_learns_as_before,
    make_net,
    raised_by,
    refit_of,
    reset,
    state_of,
    staying,
)
from injected import ImpossibleHere
from sklearn.model_selection import GridSearchCV

from sklearn_deepmlp import fit_together
from sklearn_deepmlp.activations import Activation
from sklearn_deepmlp.initializers import Initializer


class Fault(Exception):
    """What the parts of a user raise."""


class InFunction(Activation):
    default_init = "he_normal"

    def function(self, z):
        raise Fault


class InBackward(InFunction):
    saved_for_backward = "input"

    def function(self, z):
        return z.relu()

    def backward(self, grad_output, saved):
        raise Fault


class OutOfMemory(InBackward):
    """Asks in its backward pass for more memory than any machine has."""

    def backward(self, grad_output, saved):
        return np.zeros(2**58)


class OutOfMemoryOfTorch(InBackward):
    def backward(self, grad_output, saved):
        return torch.zeros(2**56)


class InDraw(Initializer):
    def draw(self, *args, **kwargs):
        raise Fault


def in_score(net, X, y):
    raise Fault


class InArray:
    """Looks like data, and fails when it is read."""

    shape, dtype = (600,), np.dtype(float)

    def __len__(self):
        return 600

    def __array__(self, dtype=None, copy=None):
        raise Fault


def fails(kind=Fault, arguments=None, **params):
    """Check that a fit with a part that raises changes nothing, nor does it later ones."""
    with staying(refit_of(**params)) as net:
        error = raised_by(kind, net.fit, X, Y, **(arguments or {}))
    assert_learns_as_before(reset(net))
    return error


def error_in_an_activation():
    fails(activation=InFunction())


def error_in_a_backward_pass():
    fails(activation=InBackward())


def error_in_an_initializer():
    fails(init=InDraw())


def error_in_a_score():
    fails(early_stopping=True, scoring=in_score)


def error_in_sample_weights():
    fails(arguments={"sample_weight": InArray()})


def error_in_features_and_targets():
    for data in [(InArray(), Y), (X, InArray())]:
        with staying(refit_of()) as net:
            error = raised_by(Fault, net.fit, *data)
            assert "This was raised by" in error.__notes__[0]
            raised_by(Fault, net.partial_fit, *data)
    with staying(refit_of()) as net:
        raised_by(Fault, net.predict, InArray())


class AtEpoch:
    """A callback of scikit-learn that raises at the end of an epoch."""

    def __init__(self, error):
        self.error = error

    def setup(self, estimator, context):
        pass

    teardown = on_fit_task_begin = setup

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        if context.task_name == "epoch" and context.task_id == 2:
            raise self.error


def error_in_a_callback():
    if not hasattr(make_net(), "set_callbacks"):
        raise ImpossibleHere("scikit-learn has no callbacks before 1.9")
    for kind in (Fault, KeyboardInterrupt, SystemExit):
        with staying(refit_of()) as net:
            net.set_callbacks(AtEpoch(kind("of a callback")))
            state = state_of(net)
            error = raised_by(kind, net.fit, X, Y)
            assert str(error) == "of a callback"
            assert state_of(net) == state
            net.set_callbacks()
        assert_learns_as_before(net)


def no_memory_in_a_backward_pass():
    assert "Unable to allocate" in str(fails(MemoryError, activation=OutOfMemory()))
    assert "smaller batch_size" in str(fails(MemoryError, activation=OutOfMemoryOfTorch()))


def error_in_one_candidate_of_a_search_together():
    grid = {"activation": ["relu", InFunction(), "tanh"]}
    expected = GridSearchCV(make_net(), grid, cv=2, refit=False).fit(X, Y)
    with fit_together() as report:
        found = GridSearchCV(make_net(), grid, cv=2, refit=False).fit(X, Y)
    np.testing.assert_allclose(
        found.cv_results_["mean_test_score"], expected.cv_results_["mean_test_score"]
    )
    assert np.isnan(found.cv_results_["mean_test_score"]).tolist() == [False, True, False]
    assert report.stacks or report.separate


def warnings_that_are_errors():
    net = refit_of(max_iter=1)
    with staying(net), warnings.catch_warnings():
        warnings.simplefilter("error")
        raised_by(Warning, net.fit, X, Y)
