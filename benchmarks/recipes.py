"""Models whose errors on held-out rows are compared.

Networks and support vector machines get features from a ``StandardScaler``. All regressors are
wrapped in a ``TransformedTargetRegressor`` that standardizes the target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    BaggingClassifier,
    BaggingRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

COSINE: dict[str, Any] = {
    "learning_rate": "cosine",
    "learning_rate_init": 0.003,
    "max_iter": 200,
    "n_iter_no_change": 200,
}
DEEP: dict[str, Any] = COSINE | {"hidden_layer_sizes": (128,) * 3, "activation": "swish"}
STOPPED: dict[str, Any] = DEEP | {"early_stopping": True, "n_iter_no_change": 20}
MOST_EPOCHS, N_TREES, N_NETWORKS = 500, 500, 8


@dataclass(frozen=True)
class Recipe:
    """A model with its settings.

    Attributes
    ----------
    make : callable
        Gives an unfitted model for a seed.
    is_together : bool
        Whether it is fitted within ``fit_together``.
    """

    make: Callable[[int], Any]
    is_together: bool = False


def _scaled(model: Any) -> Any:
    return make_pipeline(StandardScaler(), model)


def _network(kind: type[Any], **params: Any) -> Recipe:
    return Recipe(lambda seed: _scaled(kind(**params, random_state=seed)))


def _networks(theirs: type[Any], ours: type[Any]) -> dict[str, Recipe]:
    """Return scikit-learn's network, and those of this package."""
    return {
        theirs.__name__: _network(theirs, max_iter=MOST_EPOCHS),
        "default": _network(ours, max_iter=MOST_EPOCHS),
        "cosine": _network(ours, **COSINE),
        "deep": _network(ours, **DEEP),
        "deep, stopped": _network(ours, **STOPPED),
    }


def _seeds(bagging: Any, net: Any, seed: int) -> Any:
    """Return an ensemble of networks that differ in their seeds only."""
    return bagging(net, n_estimators=N_NETWORKS, bootstrap=False, random_state=seed)


CLASSIFIERS: dict[str, Recipe] = {
    **_networks(MLPClassifier, DeepMLPClassifier),
    "8 networks": Recipe(
        lambda seed: _scaled(_seeds(BaggingClassifier, DeepMLPClassifier(**COSINE), seed)), True
    ),
    "random forest": Recipe(lambda seed: RandomForestClassifier(N_TREES, random_state=seed)),
    "histogram boosting": Recipe(lambda seed: HistGradientBoostingClassifier(random_state=seed)),
    "SVC": Recipe(lambda seed: _scaled(SVC(C=10))),
}


_REGRESSORS: dict[str, Recipe] = {
    **_networks(MLPRegressor, DeepMLPRegressor),
    "8 networks": Recipe(
        lambda seed: _scaled(_seeds(BaggingRegressor, DeepMLPRegressor(**DEEP), seed)), True
    ),
    "random forest": Recipe(lambda seed: RandomForestRegressor(N_TREES, random_state=seed)),
    "histogram boosting": Recipe(lambda seed: HistGradientBoostingRegressor(random_state=seed)),
    "gradient boosting": Recipe(lambda seed: GradientBoostingRegressor(random_state=seed)),
    "SVR": Recipe(lambda seed: _scaled(SVR(C=10))),
}


def _standardized(recipe: Recipe) -> Recipe:
    """Return a regressor whose target is standardized."""

    def make(seed: int) -> Any:
        return TransformedTargetRegressor(recipe.make(seed), transformer=StandardScaler())

    return Recipe(make, recipe.is_together)


REGRESSORS = {name: _standardized(recipe) for name, recipe in _REGRESSORS.items()}


def _penalized(kind: type[Any], strength: float) -> Recipe:
    """Return a default network with another strength of the default penalty."""
    penalized = type(kind.__name__, (kind,), {"_auto_alpha": strength})
    return _network(penalized, max_iter=MOST_EPOCHS)


def _variants(kind: type[Any], strengths: Iterable[float]) -> dict[str, Recipe]:
    """Return default networks of which one default is different."""
    variants = {f"λ = {strength:g}": _penalized(kind, strength) for strength in strengths}
    variants['init="he_normal"'] = _network(kind, init="he_normal", max_iter=MOST_EPOCHS)
    return variants


CLASSIFIER_VARIANTS: dict[str, Recipe] = {
    **{name: CLASSIFIERS[name] for name in ("MLPClassifier", "default")},
    **_variants(DeepMLPClassifier, (0.0, 5e-4, 2e-3)),
}
REGRESSOR_VARIANTS: dict[str, Recipe] = {
    **{name: REGRESSORS[name] for name in ("MLPRegressor", "default")},
    **{
        name: _standardized(recipe)
        for name, recipe in _variants(DeepMLPRegressor, (0.0, 2.5e-4, 5e-4, 1e-3)).items()
    },
}

RECIPES: dict[str, dict[str, dict[str, Recipe]]] = {
    "models": {"cls": CLASSIFIERS, "reg": REGRESSORS},
    "defaults": {"cls": CLASSIFIER_VARIANTS, "reg": REGRESSOR_VARIANTS},
}
