"""scikit-learn's own checks, on both estimators and on every activation, solver and noise."""

import itertools

import pytest
from sklearn.utils.estimator_checks import check_param_validation, parametrize_with_checks

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._losses import REGRESSION_LOSSES
from sklearn_deepmlp._stack.solvers import SOLVERS
from sklearn_deepmlp.activations import ACTIVATIONS

ESTIMATORS = [DeepMLPClassifier, DeepMLPRegressor]
STOCHASTIC = [name for name, solver in SOLVERS.items() if solver.is_stochastic]
WEIGHT_CHECKS = [
    "check_sample_weight_equivalence_on_dense_data",
    "check_sample_weight_equivalence_on_sparse_data",
]
PARTIAL_FIT_CHECKS = [
    "check_estimators_partial_fit_n_features",
    "check_fit_score_takes_y",
    "check_n_features_in_after_fitting",
]
REFIT_CHECKS = [
    "check_classifiers_multilabel_representation_invariance",
    "check_supervised_y_2d",
]
REFIT = "it fits one estimator twice and expects the same, but the second fit resumes"
NOISE = "noise is drawn for each row: a repeated row is two rows with different noise"
RATE = "the rate falls with the rows seen, which are more where rows are repeated"
SPLIT = "the split is drawn for each row: repeated rows are divided in another way"
TOO_FEW = "it holds out a tenth of few rows and stops when the score on them stands still"
NOT_IN_PARTIAL_FIT = [
    ("early_stopping", True),
    ("class_weight", "balanced"),
    ("learning_rate", "cosine"),
    ("learning_rate", "one_cycle"),
]
# Small and quick, so that all variants are checked in the time of a few: they learn what the
# checks of training expect in a few epochs with a large learning rate.
QUICK = {"hidden_layer_sizes": (20,), "learning_rate_init": 0.05, "max_iter": 20}
# With a larger rate this solver diverges on the targets of some checks, which are not scaled.
SLOW = {"hidden_layer_sizes": (20,), "max_iter": 100}
LAYERS_AND_SCHEDULES = [
    {"normalization": "batch"},
    {"normalization": "layer"},
    {"skip_connections": "residual"},
    {"skip_connections": "wide"},
    {"learning_rate": "cosine"},
    {"learning_rate": "one_cycle"},
    {"alpha": 0.1, "l1_ratio": 0.5, "max_norm": 5.0, "max_grad_norm": 1.0},
    {"dropout": 0.1, "dropout_kind": "standard"},
    {"dropout": 0.1, "dropout_kind": "alpha"},
    {"warm_start": True},
    {"solver": "sgd", "learning_rate": "invscaling", "power_t": 0.1, "learning_rate_init": 0.1},
    {"solver": "sgd", "learning_rate": "adaptive", "max_grad_norm": 1.0},
]
# Trained for long, this solver makes probabilities of 0, whose logarithm the checks expect to be
# infinite, where predict_log_proba is finite, and amplifies rounding beyond their tolerance.
LBFGS = {"solver": "lbfgs", "alpha": 0.1, "hidden_layer_sizes": (20,), "max_iter": 20}
STOPPING = [{"early_stopping": True}, {"early_stopping": True, "scoring": "loss"}]


def _variants():
    """Yield both estimators as they are, then each variant as one of them in turn."""
    yield from (estimator() for estimator in ESTIMATORS)
    first_names = {kind: name for name, kind in reversed(ACTIVATIONS.items())}
    variants = [
        *({"activation": n, "self_normalization": "ignore", **QUICK} for n in first_names.values()),
        *({"solver": solver, **(SLOW if solver == "sgd" else QUICK)} for solver in STOCHASTIC),
        *({**QUICK, **params} for params in LAYERS_AND_SCHEDULES),
    ]
    for loss in REGRESSION_LOSSES:
        yield DeepMLPRegressor(loss=loss, **{**QUICK, "learning_rate_init": 0.1, "max_iter": 30})
    yield DeepMLPClassifier(class_weight="balanced", **QUICK)
    yield DeepMLPClassifier(label_smoothing=0.1, **QUICK)
    yield from (estimator(**params, **QUICK) for estimator in ESTIMATORS for params in STOPPING)
    yield from (estimator(**LBFGS) for estimator in ESTIMATORS)
    for params, estimator in zip(variants, itertools.cycle(ESTIMATORS)):
        yield estimator(**params)


def _expected_failures(estimator):
    failures = {}
    if estimator.loss == "poisson":
        failures["check_regressor_multioutput"] = "some of its targets are negative"
    if estimator.dropout > 0 or ACTIVATIONS[estimator.activation].noisy:
        failures |= dict.fromkeys(WEIGHT_CHECKS, NOISE)
    if estimator.learning_rate == "invscaling":
        failures |= dict.fromkeys(WEIGHT_CHECKS, RATE)
    if estimator.early_stopping:
        failures |= dict.fromkeys(WEIGHT_CHECKS, SPLIT)
        failures["check_class_weight_classifiers"] = TOO_FEW
    if estimator.warm_start:
        failures |= dict.fromkeys(REFIT_CHECKS, REFIT)
    for name, value in NOT_IN_PARTIAL_FIT:
        if getattr(estimator, name, None) == value:
            failures |= dict.fromkeys(PARTIAL_FIT_CHECKS, f"partial_fit refuses {name}={value!r}")
    return failures


@pytest.mark.no_cover
@parametrize_with_checks(list(_variants()), expected_failed_checks=_expected_failures)
@pytest.mark.filterwarnings("ignore:early_stopping=True with:UserWarning")  # data of few rows
def test_scikit_learn_check(estimator, check):
    check(estimator)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_parameters_are_validated(estimator):
    check_param_validation(estimator.__name__, estimator())


def test_nothing_is_expected_to_fail_by_default():
    assert not any(_expected_failures(estimator()) for estimator in ESTIMATORS)
