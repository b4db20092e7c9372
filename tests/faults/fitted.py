"""Networks to which faults happen, and what of them may not change."""

import pickle
import warnings
from contextlib import contextmanager

import numpy as np

from sklearn_deepmlp import DeepMLPClassifier

warnings.simplefilter("ignore")

X = np.random.default_rng(0).standard_normal((600, 20))
Y = X[:, 0] + X[:, 1] ** 2 > 0.5
ENDLESS = {"max_iter": 10**6, "tol": 0.0, "n_iter_no_change": 10**7}


def make_net(**params):
    """Return a network that trains for a moment."""
    defaults = {"hidden_layer_sizes": (16, 16), "max_iter": 5, "random_state": 0}
    return DeepMLPClassifier(**(defaults | params))


def bits_of(net):
    """Return the weights as bytes."""
    return b"".join(array.tobytes() for array in net.coefs_ + net.intercepts_)


def state_of(net):
    """Return all attributes and a prediction as bytes."""
    predict = getattr(net, "predict_proba", net.predict)
    return pickle.dumps(vars(net)), predict(X).tobytes()


def raised_by(kind, function, *args, **kwargs):
    """Return the exception of this kind that a call must raise."""
    try:
        function(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} did not come out")


@contextmanager
def staying(net):
    """Check that a network is the same afterwards, and that another learns as it would have."""
    before = state_of(net)
    yield net
    assert state_of(net) == before, "the old model has changed"


def assert_learns_as_before(net):
    """Check that a new network with default parts has the weights that it had without faults."""
    assert bits_of(net.fit(X, Y)) == EXPECTED, "the next fit has other bits"


EXPECTED = bits_of(make_net().fit(X, Y))


def refit_of(**params):
    """Return a network that is fitted to other labels, with the parameters of the next fit."""
    net = make_net(random_state=1).fit(X, np.where(Y, "yes", "no"))
    return net.set_params(random_state=0, **params)


def reset(net):
    """Give a network the parameters with which it learns what is expected."""
    return net.set_params(**make_net().get_params())
