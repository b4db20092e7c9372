"""scikit-learn's own checks, on both estimators and on every activation, solver and noise."""

import itertools

import pytest
from sklearn.utils.estimator_checks import check_param_validation, parametrize_with_checks

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._stack.optimizers import SOLVERS
from sklearn_deepmlp.activations import ACTIVATIONS

ESTIMATORS = [DeepMLPClassifier, DeepMLPRegressor]
REASON = "noise is drawn for each row: a repeated row is two rows with different noise"
WITH_NOISE = {
    "check_sample_weight_equivalence_on_dense_data": REASON,
    "check_sample_weight_equivalence_on_sparse_data": REASON,
}
# Small and quick, so that all variants are checked in the time of a few.
QUICK = {"hidden_layer_sizes": (20,), "learning_rate_init": 0.02, "max_iter": 50}
MEANS = [
    {"normalization": "batch"},
    {"normalization": "layer"},
    {"skip_connections": "residual"},
    {"skip_connections": "wide"},
    {"learning_rate": "cosine"},
    {"learning_rate": "one_cycle"},
    {"alpha": 0.1, "l1_ratio": 0.5, "max_norm": 5.0, "max_grad_norm": 1.0},
    {"dropout": 0.1, "dropout_kind": "standard"},
    {"dropout": 0.1, "dropout_kind": "alpha"},
]


def _variants():
    """Yield both estimators as they are, then each variant as one of them in turn."""
    yield from (estimator() for estimator in ESTIMATORS)
    first_names = {kind: name for name, kind in reversed(ACTIVATIONS.items())}
    variants = [
        *({"activation": n, "self_normalization": "ignore", **QUICK} for n in first_names.values()),
        *({"solver": solver, "hidden_layer_sizes": (20,)} for solver in SOLVERS),
        *({**params, **QUICK} for params in MEANS),
    ]
    for loss in REGRESSION_LOSSES:
        yield DeepMLPRegressor(loss=loss, **{**QUICK, "max_iter": 200})
    yield DeepMLPClassifier(class_weight="balanced", **QUICK)
    yield DeepMLPClassifier(label_smoothing=0.1, **QUICK)
    for params, estimator in zip(variants, itertools.cycle(ESTIMATORS)):
        yield estimator(**params)


def _expected_failures(estimator):
    if estimator.loss == "poisson":
        return {"check_regressor_multioutput": "some of its targets are negative"}
    is_noisy = estimator.dropout > 0 or ACTIVATIONS[estimator.activation].noisy
    return WITH_NOISE if is_noisy else {}


@parametrize_with_checks(list(_variants()), expected_failed_checks=_expected_failures)
def test_scikit_learn_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_parameters_are_validated(estimator):
    check_param_validation(estimator.__name__, estimator())


def test_nothing_is_expected_to_fail_by_default():
    assert not any(_expected_failures(estimator()) for estimator in ESTIMATORS)
