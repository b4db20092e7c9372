"""Values that a parameter cannot have: its name, what it must be, and what it is instead."""

from collections.abc import Hashable
from decimal import Decimal
from fractions import Fraction

import numpy as np
from sklearn.metrics import get_scorer_names

from bad_inputs.cases import BOOL, BOTH, CUSTOM_ACTIVATION, Bad

NAN, INF = float("nan"), float("inf")
SCORERS = ", ".join(repr(name) for name in ["loss", *get_scorer_names()])
SCORING = f"a str among {{{SCORERS}}}, a callable or None"
VALUES = [
    (
        "hidden_layer_sizes",
        "an array-like or an int in the range [1, inf)",
        [-1, 0, None, "3", 2.5, NAN, INF],
    ),
    (
        "hidden_layer_sizes",
        "an int or a sequence of ints",
        [{3}, True, (5, 2.5), (5, "5"), (True,), [[3]], ((4,), 3), (4, None), (4, NAN)],
    ),
    (
        "activation",
        (
            "a str among {'identity', 'logistic', 'sigmoid', 'tanh', 'relu', 'leaky_relu', "
            "'rrelu', 'prelu', 'elu', 'selu', 'gelu', 'gelu_sigmoid', 'swish', 'silu', "
            "'mish'} or an instance of 'sklearn_deepmlp.activations.Activation'"
        ),
        ["rely", "ReLU", "leaky", None, "", 3, ("relu",), ["relu", "tanh"], True, abs],
    ),
    (
        "init",
        (
            "a str among {'auto'}, a str among {'glorot_normal', 'glorot_uniform', "
            "'he_normal', 'he_uniform', 'lecun_normal', 'lecun_uniform', 'standard_normal'} "
            "or an instance of 'sklearn_deepmlp.initializers.Initializer'"
        ),
        ["xavier", "kaiming_uniform", None, 0.1, True, "He_normal", ("he_normal",)],
    ),
    ("normalization", "a str among {'batch', 'layer'} or None", ["batchnorm", True, False, 1]),
    (
        "skip_connections",
        "a str among {'residual', 'wide'} or None",
        ["dense", "residuals", True, False, 2],
    ),
    (
        "dropout",
        "a float in the range [0.0, 1.0)",
        [1.0, 1.5, -0.1, NAN, INF, "0.1", None, True, (0.1, 0.2), [0.1], Fraction(1, 3)],
    ),
    (
        "dropout_kind",
        "a str among {'auto', 'standard', 'alpha'}",
        ["gaussian", "Alpha", None, True],
    ),
    (
        "self_normalization",
        "a str among {'enforce', 'warn', 'ignore'}",
        ["strict", "ignored", False, None],
    ),
    (
        "loss",
        "a str among {'squared_error', 'absolute_error', 'huber', 'poisson', 'quantile'}",
        ["mse", "pinball", "squared_loss", None, 1, "log_loss", abs],
    ),
    ("quantile", "a float in the range (0.0, 1.0)", [0, 1, -0.5, NAN, None, "median", (0.1, 0.9)]),
    (
        "class_weight",
        "a str among {'balanced'}, an instance of 'dict', an instance of 'list' or None",
        ["balance", 1.0, ("balanced",), True],
    ),
    ("label_smoothing", "a float in the range [0.0, 1.0)", [1.0, -0.1, NAN, None, "0.1"]),
    (
        "alpha",
        "a str among {'auto'} or a float in the range [0.0, inf)",
        [-1, -1e-09, NAN, INF, None, "1e-3", "Auto", [0.1], Decimal("0.1"), 1j, 10**400],
    ),
    ("l1_ratio", "a float in the range [0.0, 1.0]", [1.5, -0.1, NAN, None, "l1"]),
    ("max_norm", "a float in the range (0.0, inf) or None", [0, -1.0, NAN, INF, "3"]),
    (
        "solver",
        "a str among {'adam', 'adamw', 'nadam', 'rmsprop', 'sgd', 'lbfgs'}",
        ["adamm", "Adam", None, 1, "", b"adam"],
    ),
    (
        "batch_size",
        "a str among {'auto'} or an int in the range [1, inf)",
        [0, -5, 2.5, 32.0, None, "32", "AUTO", NAN, INF],
    ),
    ("shuffle", BOOL, ["yes", None, 2, 1.0, 1]),
    (
        "learning_rate",
        "a str among {'constant', 'invscaling', 'adaptive', 'cosine', 'one_cycle'}",
        ["fixed", "OneCycle", 0.1, None],
    ),
    (
        "learning_rate_init",
        "a float in the range (0.0, inf)",
        [0, 0.0, -0.1, NAN, INF, "0.1", None],
    ),
    ("power_t", "a float in the range [0.0, inf)", [-0.5, NAN, None, INF, "1"]),
    ("momentum", "a float in the range [0.0, 1.0]", [1.1, -0.1, NAN, None, "0.9"]),
    (
        "nesterovs_momentum",
        BOOL,
        ["yes", None, 1],
    ),
    ("beta_1", "a float in the range [0.0, 1.0)", [1.0, -0.1, NAN, None, "0.9"]),
    ("beta_2", "a float in the range [0.0, 1.0)", [1.0, -0.1, NAN, None, "0.9"]),
    ("epsilon", "a float in the range (0.0, inf)", [0.0, -1e-08, NAN, INF, None, "1e-8"]),
    ("max_grad_norm", "a float in the range (0.0, inf) or None", [0.0, -1.0, NAN, INF, "1"]),
    ("max_fun", "an int in the range [1, inf)", [0, -1, 1.5, None, NAN, INF, "15000"]),
    ("max_iter", "an int in the range [1, inf)", [0, -1, 1.5, 200.0, None, NAN, INF, "200"]),
    ("tol", "a float in the range [0.0, inf)", [-0.0001, NAN, None, INF, "0.1"]),
    (
        "n_iter_no_change",
        "an int in the range [1, inf) or a float among {inf}",
        [0, -1, 2.5, None, NAN, "10"],
    ),
    ("early_stopping", BOOL, ["yes", None, 1, 2]),
    (
        "scoring",
        SCORING,
        ["accurate", 1, True, ["accuracy"], {"a": "accuracy"}, ("accuracy", "f1")],
    ),
    ("validation_fraction", "a float in the range [0.0, 1.0)", [1.0, -0.1, 5, NAN, None, "0.1"]),
    ("warm_start", BOOL, ["yes", None, 1]),
    (
        "record_signals",
        "a str among {'auto'}, an int in the range [1, inf) or a bool among {False}",
        [0, -1, 2.5, None, "always", "autto"],
    ),
    (
        "verbose",
        ("an int in the range [0, inf), " + BOOL),
        ["loud", None, -1, 0.5],
    ),
    (
        "random_state",
        (
            "an int in the range [0, 4294967295], an instance of "
            "'numpy.random.mtrand.RandomState' or None"
        ),
        [-1, 0.5, "seed", 2**32, NAN],
    ),
    (
        "device",
        "'auto', 'cpu', 'mps', 'cuda' or a numbered device such as 'cuda:1'",
        ["gpu", "cuda:x", "cpu:0", "meta", "", "mps:5", "xla"],
    ),
    ("device", "an instance of 'str'", [None, 0]),
    (
        "dtype",
        "a str among {'auto', 'float32', 'float64', 'tf32', 'bfloat16'}",
        ["float16", "float_32", None, "double", np.float32, float, "int8"],
    ),
]
# What the messages about some of them end with, by parameter and value.
HINTS = {
    ("activation", "rely"): " Did you mean 'relu'?",
    ("activation", "ReLU"): " Did you mean 'relu'?",
    ("activation", "leaky"): " Did you mean 'leaky_relu'?",
    ("activation", abs): CUSTOM_ACTIVATION,
    ("init", "xavier"): " Did you mean 'glorot_normal'?",
    ("init", "kaiming_uniform"): " Did you mean 'he_uniform'?",
    ("init", "He_normal"): " Did you mean 'he_normal'?",
    ("normalization", "batchnorm"): " Did you mean 'batch'?",
    ("skip_connections", "residuals"): " Did you mean 'residual'?",
    ("dropout_kind", "Alpha"): " Did you mean 'alpha'?",
    ("self_normalization", "ignored"): " Did you mean 'ignore'?",
    ("loss", "squared_loss"): " Did you mean 'squared_error'?",
    ("loss", "pinball"): " Did you mean 'quantile'?",
    ("loss", "mse"): " Did you mean 'squared_error'?",
    ("quantile", (0.1, 0.9)): " Fit one network per quantile.",
    ("activation", 3): " Layer sizes are one tuple: hidden_layer_sizes=(3, 3).",
    ("class_weight", "balance"): " Did you mean 'balanced'?",
    ("alpha", "Auto"): " Did you mean 'auto'?",
    ("solver", "adamm"): " Did you mean 'adam'?",
    ("solver", "Adam"): " Did you mean 'adam'?",
    ("batch_size", "AUTO"): " Did you mean 'auto'?",
    ("learning_rate", "OneCycle"): " Did you mean 'one_cycle'?",
    ("scoring", "accurate"): " Did you mean 'accuracy'?",
    ("record_signals", "autto"): " Did you mean 'auto'?",
    ("dtype", "float_32"): " Did you mean 'float32'?",
    ("dtype", "float16"): " Did you mean 'bfloat16'?",
}


def kinds_with(name):
    """Return the estimators that have a parameter."""
    return tuple(kind for kind in BOTH if name in kind().get_params())


def refused(name, expected, value):
    """Return the entry of one value."""
    message = f"The {name!r} parameter of {{owner}} must be {expected}. Got {value!r} instead."
    is_hinted = isinstance(value, Hashable) and (name, value) in HINTS
    hint = HINTS[name, value] if is_hinted else ""
    return Bad(message + hint, params={name: value}, kinds=kinds_with(name))


PARAMETERS = {
    f"{name}={value!r}": refused(name, expected, value)
    for name, expected, values in VALUES
    for value in values
}
