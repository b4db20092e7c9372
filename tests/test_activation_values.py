"""Activations are values with parameters: copies, pickles, what they say of themselves."""

import pickle

import pytest
from sklearn.base import clone

from sklearn_deepmlp import activations
from sklearn_deepmlp.activations import (
    ACTIVATIONS,
    Swish,
)


def changed(name):
    """Return an activation whose parameters all differ from the defaults."""
    params = {
        key: (not start) if isinstance(start, bool) else start / 2
        for key, start in ACTIVATIONS[name]().get_params().items()
    }
    return ACTIVATIONS[name](**params)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_clone_keeps_parameters(name):
    original = changed(name)
    copied = clone(original)
    assert copied is not original
    assert type(copied) is type(original)
    assert copied.get_params() == original.get_params()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_repr_is_the_code_that_makes_it(name):
    for original in (ACTIVATIONS[name](), changed(name)):
        made = eval(repr(original), dict(vars(activations)))  # noqa: S307, the repr is our own
        assert type(made) is type(original)
        assert made.get_params() == original.get_params()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_set_params_takes_what_get_params_gives(name):
    params = changed(name).get_params()
    assert ACTIVATIONS[name]().set_params(**params).get_params() == params


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_pickles_keep_parameters(name):
    loaded = pickle.loads(pickle.dumps(changed(name)))
    assert type(loaded) is ACTIVATIONS[name]
    assert loaded.get_params() == changed(name).get_params()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_hyperparameters_are_all_parameters_but_switches(name):
    numbers = changed(name).hyperparameters()
    switches = {k for k, v in changed(name).get_params().items() if isinstance(v, bool)}
    assert numbers.keys() == changed(name).get_params().keys() - switches
    assert all(type(number) is float for number in numbers.values())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_default_init_is_that_of_the_chapter(name):
    saturating = dict.fromkeys(["identity", "logistic", "sigmoid", "tanh"], "glorot_normal")
    assert ACTIVATIONS[name].default_init == {**saturating, "selu": "lecun_normal"}.get(
        name, "he_normal"
    )


def test_only_selu_is_self_normalizing():
    assert [name for name, kind in ACTIVATIONS.items() if kind.self_normalizing] == ["selu"]


def test_only_rrelu_is_random():
    assert [name for name, kind in ACTIVATIONS.items() if kind.noisy] == ["rrelu"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_is_learned_starts_from_a_hyperparameter(name):
    for activation in (ACTIVATIONS[name](), changed(name)):
        assert set(activation.learned()) <= set(activation.hyperparameters())


def test_swish_learns_only_where_told():
    assert Swish().learned() == ()
    assert Swish(trainable=True).learned() == ("beta",)
