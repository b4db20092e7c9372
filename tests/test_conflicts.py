"""Parameters that contradict each other, as follows from what solvers and other pieces state."""

import numpy as np
import pytest
from sklearn.utils import get_tags

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp.activations import ACTIVATIONS

X = np.random.default_rng(0).standard_normal((40, 3))
Y = X[:, 0] + 0.1 * X[:, 1]
STOCHASTIC = [name for name, solver in SOLVERS.items() if solver.is_stochastic]
EXACT = [name for name in SOLVERS if name not in STOCHASTIC]
NOT_WITH_EXACT = [
    {"dropout": 0.1},
    {"l1_ratio": 0.5},
    {"max_norm": 1.0},
    {"max_grad_norm": 1.0},
    *({"activation": name} for name, activation in ACTIVATIONS.items() if activation.noisy),
    *({"normalization": name} for name, each in NORMALIZATIONS.items() if each.least_rows > 1),
    *({"learning_rate": name} for name, each in SCHEDULES.items() if each.needs_length),
]


def fit(**params):
    return DeepMLPRegressor(**{"hidden_layer_sizes": (4,), "max_iter": 2} | params).fit(X, Y)


@pytest.mark.parametrize("solver", EXACT)
@pytest.mark.parametrize("params", NOT_WITH_EXACT, ids=str)
def test_what_needs_batches_is_refused_by_solvers_without(solver, params):
    (name,) = params
    with pytest.raises(ValueError, match=rf"'{name}' parameter .* with solver='{solver}', which"):
        fit(solver=solver, **params)


@pytest.mark.parametrize("solver", STOCHASTIC)
@pytest.mark.parametrize("params", NOT_WITH_EXACT, ids=str)
def test_stochastic_solvers_take_it(solver, params):
    if SOLVERS[solver].decays_weights and "l1_ratio" in params:
        with pytest.raises(ValueError, match=rf"'l1_ratio' .* 0 with solver='{solver}', whose"):
            fit(solver=solver, **params)
        return
    assert fit(solver=solver, **params).n_iter_ == 2


def test_the_remedy_is_a_solver_that_takes_l1():
    with pytest.raises(ValueError, match=r"use solver from \['adam', 'nadam', 'rmsprop', 'sgd'\]"):
        fit(solver="adamw", l1_ratio=0.5)


@pytest.mark.parametrize("solver", SOLVERS)
def test_partial_fit_exists_for_stochastic_solvers(solver):
    assert hasattr(DeepMLPRegressor(solver=solver), "partial_fit") == (solver in STOCHASTIC)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_that_need_the_length_of_training_are_refused_in_partial_fit(name):
    net = DeepMLPRegressor((4,), learning_rate=name, solver="sgd")
    if not SCHEDULES[name].needs_length:
        assert net.partial_fit(X, Y).n_iter_ == 1
        return
    with pytest.raises(ValueError, match=r"'learning_rate' parameter .* in partial_fit, which"):
        net.partial_fit(X, Y)


@pytest.mark.parametrize("name", NORMALIZATIONS)
def test_batches_have_the_rows_that_a_normalization_needs(name):
    least = NORMALIZATIONS[name].least_rows
    assert fit(normalization=name, batch_size=least).n_iter_ == 2
    if least > 1:
        message = rf"'batch_size' parameter .* at least {least} with normalization='{name}'"
        with pytest.raises(ValueError, match=message):
            fit(normalization=name, batch_size=least - 1)


@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
def test_a_loss_refuses_parameters_that_only_others_read(loss):
    others = {each.parameter for each in REGRESSION_LOSSES.values()}
    for name in others - {None, REGRESSION_LOSSES[loss].parameter}:
        message = rf"'{name}' parameter .* with loss='{loss}', as only loss='\w+' reads it"
        with pytest.raises(ValueError, match=message):
            fit(loss=loss, **{name: 0.9})


@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
def test_negative_targets_are_refused_by_losses_that_have_none(loss):
    needs_non_negative = REGRESSION_LOSSES[loss].needs_non_negative
    assert get_tags(DeepMLPRegressor(loss=loss)).target_tags.positive_only == needs_non_negative
    if not needs_non_negative:
        fit(loss=loss)
        return
    with pytest.raises(ValueError, match=rf"valid range of the loss '{loss}', which needs y >= 0"):
        fit(loss=loss)


def test_a_classifier_has_no_conflict_with_its_label_smoothing():
    net = DeepMLPClassifier((4,), label_smoothing=0.2, max_iter=2)
    assert net.fit(X, Y > 0).n_iter_ == 2
