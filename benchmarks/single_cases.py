"""Networks trained separately that use, together, all that an estimator offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.custom_activations import LearnedSoftsign, Softsign
from benchmarks.single_case import Parameters, SingleCase
from sklearn_deepmlp.activations import (
    ACTIVATIONS,
    ELU,
    Activation,
    LeakyReLU,
    PReLU,
    RReLU,
    Swish,
)
from sklearn_deepmlp.initializers import INITIALIZERS

SELU = {"activation": "selu"}
LARGE = {"hidden_layer_sizes": (120, 90, 64), "batch_size": 100}
DEEP = {"hidden_layer_sizes": (12, 12, 12, 12)}
STOPPING = {"early_stopping": True, "max_iter": 12, "n_iter_no_change": 3}
LBFGS = {"solver": "lbfgs", "max_iter": 15}
SGD = {"solver": "sgd", "learning_rate_init": 0.05}
STOCHASTIC_SOLVERS = ("adam", "adamw", "nadam", "rmsprop", "sgd")


def _of_activations() -> dict[str, SingleCase]:
    functions: dict[str, str | Activation] = {name: name for name in ACTIVATIONS} | {
        "leaky_relu 0.05": LeakyReLU(0.05),
        "elu 0.7": ELU(0.7),
        "rrelu narrow": RReLU(0.1, 0.2),
        "prelu 0.1": PReLU(0.1),
        "swish 1.5": Swish(1.5),
        "swish trainable": Swish(trainable=True),
        "softsign": Softsign(2.0),
        "softsign learned": LearnedSoftsign(),
    }
    return {
        f"activation {name} {dtype}": SingleCase("digits", {"activation": function}, dtype)
        for name, function in functions.items()
        for dtype in ("float32", "float64")
    }


def _of_layers() -> dict[str, SingleCase]:
    return {
        "linear binary": SingleCase("cancer", {"hidden_layer_sizes": ()}),
        "linear multiclass float32": SingleCase("iris", {"hidden_layer_sizes": ()}, "float32"),
        "linear regression": SingleCase("diabetes", {"hidden_layer_sizes": ()}),
        "one layer": SingleCase("iris", {"hidden_layer_sizes": 20}),
        "deep": SingleCase("cancer", DEEP),
        "large layers": SingleCase("digits", LARGE),
        "large layers float32": SingleCase("digits", LARGE, "float32"),
        "float32 of float64 data": SingleCase("iris", {"dtype": "float32"}),
        "batch norm": SingleCase("digits", {"normalization": "batch"}),
        "batch norm float32": SingleCase("cancer", {"normalization": "batch"}, "float32"),
        "batch norm weighted": SingleCase("digits", {"normalization": "batch"}, has_weights=True),
        "batch norm prelu residual": SingleCase(
            "digits",
            DEEP
            | {"normalization": "batch", "activation": "prelu", "skip_connections": "residual"},
        ),
        "layer norm": SingleCase("digits", {"normalization": "layer", "activation": "gelu"}),
        "layer norm wide float32": SingleCase(
            "digits", {"normalization": "layer", "skip_connections": "wide"}, "float32"
        ),
        "residual": SingleCase("cancer", DEEP | {"skip_connections": "residual"}),
        "residual of some layers float32": SingleCase(
            "digits",
            {"hidden_layer_sizes": (16, 16, 9, 9), "skip_connections": "residual"},
            "float32",
        ),
        "wide": SingleCase("diabetes", {"skip_connections": "wide"}),
        "wide linear": SingleCase("iris", {"hidden_layer_sizes": (), "skip_connections": "wide"}),
        "dropout": SingleCase("digits", {"dropout": 0.3}),
        "dropout batch norm float32": SingleCase(
            "digits", {"dropout": 0.2, "normalization": "batch"}, "float32"
        ),
        "dropout rrelu residual": SingleCase(
            "digits", DEEP | {"dropout": 0.2, "activation": "rrelu", "skip_connections": "residual"}
        ),
        "dropout wide": SingleCase("digits", {"dropout": 0.4, "skip_connections": "wide"}),
        "selu alpha dropout": SingleCase("digits", SELU | {"dropout": 0.1}),
        "selu alpha dropout float32": SingleCase("digits", SELU | {"dropout": 0.1}, "float32"),
        "relu alpha dropout": SingleCase("cancer", {"dropout": 0.2, "dropout_kind": "alpha"}),
    } | {f"init {name}": SingleCase("iris", {"init": name}) for name in INITIALIZERS}


def _of_solvers() -> dict[str, SingleCase]:
    plain = {
        f"solver {solver} {dtype}": SingleCase("digits", {"solver": solver}, dtype)
        for solver in STOCHASTIC_SOLVERS
        for dtype in ("float32", "float64")
    }
    schedules = {
        f"schedule {name} {solver}": SingleCase(
            "digits", {"solver": solver, "learning_rate": name, "alpha": 0.01}
        )
        for name in ("cosine", "one_cycle")
        for solver in STOCHASTIC_SOLVERS
    }
    return (
        plain
        | schedules
        | {
            "sgd invscaling": SingleCase("digits", SGD | {"learning_rate": "invscaling"}),
            "sgd adaptive": SingleCase(
                "digits",
                SGD
                | {"learning_rate": "adaptive", "max_iter": 25, "n_iter_no_change": 1, "tol": 0.1},
            ),
            "sgd plain momentum": SingleCase("digits", SGD | {"nesterovs_momentum": False}),
            "sgd without momentum float32": SingleCase(
                "digits", SGD | {"momentum": 0.0}, "float32"
            ),
            "adam other betas": SingleCase(
                "digits", {"beta_1": 0.7, "beta_2": 0.9, "epsilon": 1e-3}
            ),
            "adamw alpha": SingleCase("digits", {"solver": "adamw", "alpha": 0.5}),
            "one batch": SingleCase("iris", {"batch_size": 150, "max_iter": 20}),
            "batch auto without shuffling": SingleCase(
                "digits", {"batch_size": "auto", "shuffle": False}
            ),
            "batch of one row": SingleCase("iris", {"batch_size": 1, "max_iter": 1}),
            "stopped by tol": SingleCase(
                "iris", {"max_iter": 40, "tol": 0.05, "n_iter_no_change": 2}
            ),
            "lbfgs": SingleCase("digits", LBFGS),
            "lbfgs float32": SingleCase("cancer", LBFGS, "float32"),
            "lbfgs prelu weighted": SingleCase(
                "digits", LBFGS | {"activation": "prelu", "alpha": 0.1}, has_weights=True
            ),
            "lbfgs layer norm residual": SingleCase(
                "digits", LBFGS | DEEP | {"normalization": "layer", "skip_connections": "residual"}
            ),
            "lbfgs linear": SingleCase("diabetes", LBFGS | {"hidden_layer_sizes": ()}),
            "lbfgs custom activation": SingleCase(
                "iris", LBFGS | {"activation": LearnedSoftsign()}
            ),
            "lbfgs huber": SingleCase("diabetes", LBFGS | {"loss": "huber", "activation": "tanh"}),
            "lbfgs sparse": SingleCase("sparse", LBFGS),
            "lbfgs X_val": SingleCase("cancer", LBFGS | STOPPING, has_validation=True),
        }
    )


def _of_losses() -> dict[str, SingleCase]:
    losses: dict[str, tuple[str, Parameters]] = {
        "squared_error": ("diabetes", {}),
        "absolute_error": ("diabetes", {"loss": "absolute_error"}),
        "huber": ("diabetes", {"loss": "huber"}),
        "poisson": ("counts", {"loss": "poisson"}),
        "quantile": ("diabetes", {"loss": "quantile", "quantile": 0.8}),
        "squared_error of 3 outputs": ("outputs", {}),
        "quantile of 3 outputs": ("outputs", {"loss": "quantile", "quantile": 0.3}),
        "binary": ("cancer", {}),
        "multiclass": ("iris", {}),
        "multilabel": ("labels", {}),
        "binary smoothed": ("cancer", {"label_smoothing": 0.1}),
        "multiclass smoothed": ("iris", {"label_smoothing": 0.1}),
        "multilabel smoothed": ("labels", {"label_smoothing": 0.1}),
    }
    return {
        f"loss {name}{' weighted' * is_weighted} {dtype}": SingleCase(
            data, parameters, dtype, has_weights=is_weighted
        )
        for name, (data, parameters) in losses.items()
        for is_weighted, dtype in ((False, "float64"), (True, "float32"))
    } | {
        "class_weight balanced": SingleCase("cancer", {"class_weight": "balanced"}),
        "class_weight balanced of labels": SingleCase("labels", {"class_weight": "balanced"}),
        "class_weight dict weighted": SingleCase(
            "iris", {"class_weight": {0: 2.0, 2: 0.5}}, has_weights=True
        ),
    }


def _of_penalties() -> dict[str, SingleCase]:
    penalties: dict[str, Parameters] = {
        "alpha 0": {"alpha": 0.0},
        "alpha 1": {"alpha": 1.0},
        "l1_ratio 1": {"alpha": 0.5, "l1_ratio": 1.0},
        "l1_ratio of auto": {"l1_ratio": 0.4},
        "max_norm": {"max_norm": 0.8},
        "max_grad_norm": {"max_grad_norm": 0.1},
        "all": {"alpha": 0.3, "l1_ratio": 0.2, "max_norm": 1.0, "max_grad_norm": 0.5},
        "all prelu batch norm sgd": SGD
        | {"l1_ratio": 0.2, "max_norm": 1.0, "max_grad_norm": 0.5, "activation": "prelu"}
        | {"normalization": "batch"},
    }
    return {
        f"penalty {name} {dtype}": SingleCase("digits", parameters, dtype)
        for name, parameters in penalties.items()
        for dtype in ("float32", "float64")
    }


def _of_stopping() -> dict[str, SingleCase]:
    def stopping(data: str, scoring: Any = None, **more: Any) -> SingleCase:
        parameters = STOPPING | {"scoring": scoring} | more.pop("parameters", {})
        return SingleCase(data, parameters, **more)

    normalized = {"normalization": "batch"}
    return {
        "early stopping": stopping("digits"),
        "early stopping float32": stopping("cancer", dtype="float32"),
        "early stopping regression": stopping("diabetes"),
        "early stopping labels": stopping("labels"),
        "early stopping loss": stopping("digits", "loss"),
        "early stopping loss weighted": stopping("cancer", "loss", has_weights=True),
        "early stopping loss regression float32": stopping("diabetes", "loss", dtype="float32"),
        "early stopping roc_auc": stopping("cancer", "roc_auc"),
        "early stopping r2": stopping("outputs", "r2"),
        "early stopping batch norm": stopping("digits", "loss", parameters=normalized),
        "X_val": stopping("digits", has_validation=True),
        "X_val loss weighted": stopping("cancer", "loss", has_validation=True, has_weights=True),
        "X_val poisson": stopping(
            "counts", "loss", parameters={"loss": "poisson"}, has_validation=True
        ),
        "X_val sparse": stopping("sparse", "loss", has_validation=True),
        "early stopping sgd adaptive": stopping(
            "digits", parameters=SGD | {"learning_rate": "adaptive"}
        ),
    }


def _of_continued() -> dict[str, SingleCase]:
    warm: Parameters = {"warm_start": True}
    learned: Parameters = {"activation": "prelu", "normalization": "batch"}
    return {
        "warm start": SingleCase("digits", warm, n_fits=3),
        "warm start float32 dropout": SingleCase(
            "cancer", warm | {"dropout": 0.2}, "float32", n_fits=2
        ),
        "warm start learned": SingleCase("digits", warm | learned, n_fits=2),
        "warm start early stopping": SingleCase("digits", warm | STOPPING, n_fits=2),
        "warm start lbfgs": SingleCase("iris", warm | LBFGS, n_fits=2),
        "warm start sgd invscaling": SingleCase(
            "digits", warm | SGD | {"learning_rate": "invscaling"}, n_fits=2
        ),
        "partial_fit after fit": SingleCase("digits", n_partial_fits=4),
        "partial_fit regression": SingleCase("outputs", n_fits=0, n_partial_fits=4),
        "partial_fit labels": SingleCase("labels", n_fits=0, n_partial_fits=4),
        "partial_fit sparse": SingleCase("sparse", n_fits=0, n_partial_fits=4),
        "partial_fit selu": SingleCase(
            "digits", SELU | {"dropout": 0.1}, n_fits=0, n_partial_fits=4
        ),
        "partial_fit sgd adaptive": SingleCase(
            "digits",
            SGD | {"learning_rate": "adaptive", "n_iter_no_change": 1, "tol": 0.5},
            n_fits=0,
            n_partial_fits=9,
        ),
    } | {
        f"partial_fit {solver} {dtype}": SingleCase(
            "digits",
            learned | {"solver": solver},
            dtype,
            has_weights=True,
            n_fits=0,
            n_partial_fits=6,
        )
        for solver in STOCHASTIC_SOLVERS
        for dtype in ("float32", "float64")
    }


def _of_sparse() -> dict[str, SingleCase]:
    parameters: Sequence[tuple[str, Parameters]] = (
        ("relu", {}),
        ("linear", {"hidden_layer_sizes": ()}),
        ("wide", {"skip_connections": "wide"}),
        ("l1 clipped", {"l1_ratio": 0.5, "max_norm": 1.0, "max_grad_norm": 0.3}),
        ("prelu batch norm", {"activation": "prelu", "normalization": "batch"}),
    )
    return {
        f"sparse {name} {dtype}": SingleCase("sparse", of_case, dtype)
        for name, of_case in parameters
        for dtype in ("float32", "float64")
    } | {"sparse weighted": SingleCase("sparse", has_weights=True)}


SINGLE_CASES: dict[str, SingleCase] = (
    _of_activations()
    | _of_layers()
    | _of_solvers()
    | _of_losses()
    | _of_penalties()
    | _of_stopping()
    | _of_continued()
    | _of_sparse()
)
