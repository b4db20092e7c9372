"""One seed, one model, bit for bit; and no generator but numpy's is read or moved."""

import random
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_wine
from sklearn.ensemble import BaggingClassifier
from sklearn.model_selection import cross_validate
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

X, Y = load_wine(return_X_y=True)
X = scale(X)
NET = DeepMLPClassifier(
    (20, 10), "rrelu", dropout=0.2, early_stopping=True, batch_size=32, max_iter=10, random_state=0
)


def weights_of(net):
    return [*net.coefs_, *net.intercepts_]


def assert_same_bits(a, b):
    for one, other in zip(weights_of(a), weights_of(b), strict=True):
        assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_twice(dtype):
    data = X.astype(dtype)
    assert_same_bits(clone(NET).fit(data, Y), clone(NET).fit(data, Y))


def test_refit_of_the_same_estimator():
    net = clone(NET)
    first = clone(NET).fit(X, Y)
    assert_same_bits(net.fit(X, Y).fit(X, Y), first)


def test_in_four_threads_at_once():
    expected = clone(NET).fit(X, Y)
    with ThreadPoolExecutor(4) as pool:
        for net in pool.map(lambda _: clone(NET).fit(X, Y), range(8)):
            assert_same_bits(net, expected)


def test_forked_children_of_a_process_with_many_threads():
    torch.set_num_threads(2)
    try:
        DeepMLPRegressor((300,), max_iter=2).fit(np.ones((500, 300)), np.zeros(500))
        with joblib.parallel_config(backend="multiprocessing", n_jobs=2):
            cross_validate(DeepMLPClassifier((300,), max_iter=2), X, Y, cv=2, error_score="raise")
    finally:
        torch.set_num_threads(1)


def test_generators_of_torch_and_python_stay_where_they_are():
    for random_state in [0, None, np.random.RandomState(0)]:
        torch_state, python_state = torch.get_rng_state(), random.getstate()
        clone(NET).set_params(random_state=random_state).fit(X, Y).predict(X)
        assert torch.equal(torch.get_rng_state(), torch_state)
        assert random.getstate() == python_state


def test_torchs_generators_are_not_read():
    torch.manual_seed(0)
    first = clone(NET).fit(X, Y)
    torch.manual_seed(1)
    assert_same_bits(clone(NET).fit(X, Y), first)


def _position():
    state = np.random.get_state()  # noqa: NPY002 - the global generator is what this is about
    return state[1].tobytes(), state[2]


def test_numpys_generator_is_read_by_none_only():
    before = _position()
    clone(NET).fit(X, Y)
    assert _position() == before
    clone(NET).set_params(random_state=None).fit(X, Y)
    assert _position() != before


def test_none_follows_numpys_seed_and_differs_otherwise():
    net = clone(NET).set_params(random_state=None)
    np.random.seed(3)  # noqa: NPY002
    first = clone(net).fit(X, Y)
    second = clone(net).fit(X, Y)
    np.random.seed(3)  # noqa: NPY002
    assert_same_bits(clone(net).fit(X, Y), first)
    assert not np.array_equal(first.coefs_[0], second.coefs_[0])


def test_a_generator_moves_on():
    generator = np.random.RandomState(0)
    net = clone(NET).set_params(random_state=generator)
    first, second = weights_of(net.fit(X, Y)), weights_of(net.fit(X, Y))
    assert not np.array_equal(first[0], second[0])


@pytest.mark.parametrize(
    "changes",
    [{"dropout": 0.5}, {"shuffle": False}, {"activation": "mish"}, {"early_stopping": False}],
    ids=str,
)
def test_no_draw_moves_another_stream(changes):
    tiny = {"learning_rate_init": 1e-300, "max_iter": 1, "init": "he_normal"}
    plain = clone(NET).set_params(**tiny).fit(X, Y)
    other = clone(NET).set_params(**tiny, **changes).fit(X, Y)
    for one, same in zip(plain.coefs_, other.coefs_, strict=True):
        np.testing.assert_array_equal(one, same)  # the initial weights, as the rate is nothing


def test_inits_of_one_seed_are_proportional():
    tiny = {"learning_rate_init": 1e-300, "max_iter": 1}
    he = clone(NET).set_params(init="he_normal", **tiny).fit(X, Y)
    lecun = clone(NET).set_params(init="lecun_normal", **tiny).fit(X, Y)
    np.testing.assert_allclose(he.coefs_[0], np.sqrt(2) * lecun.coefs_[0])


def test_seeds_differ():
    a = clone(NET).set_params(random_state=1).fit(X, Y)
    assert not np.array_equal(a.coefs_[0], clone(NET).fit(X, Y).coefs_[0])


def test_bagging_gives_each_net_its_own_seed():
    bagging = BaggingClassifier(clone(NET), n_estimators=3, random_state=0).fit(X, Y)
    first = [net.coefs_[0][0, 0] for net in bagging.estimators_]
    assert len(set(first)) == 3
