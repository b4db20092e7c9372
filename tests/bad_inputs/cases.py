"""What an entry of the tables says: a call, and the error that it ends in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._compat.documentation import documentation_url

# What versions of scikit-learn say when all weights are 0.
NO_WEIGHT = r"Sample weights must contain at least one (non-zero|positive) number.* {}( are 0)?\."
N = 24
X = scale(np.random.default_rng(0).standard_normal((N, 4)))
LABELS = np.arange(N) % 3
COLUMNS = np.column_stack([LABELS > 0, LABELS > 1]).astype(int)  # multilabel
# What scikit-learn says of the first feature alone, X[:, 0].
NO_COLUMNS = (
    "Expected 2D array, got 1D array instead:\n"
    "array=[ 0.38266943 -0.40907119 -0.61025755 -2.55105937 -0.41935355  0.07829694\n"
    "  1.31367744 -0.31576743  0.0415585  -0.55051589 -1.27502595  0.54873324\n"
    "  2.38884209  0.22682984  0.74673803 -0.29028115  0.62596092  0.99032822\n"
    "  1.43397252 -0.55973262  0.45783213 -1.29730894 -0.67115308 -0.28591257].\n"
    "Reshape your data either using array.reshape(-1, 1) if your data has a single "
    "feature or array.reshape(1, -1) if it contains a single sample. This was found in {}."
)
QUICK = {"hidden_layer_sizes": (3,), "max_iter": 1, "random_state": 0}
CLASSIFIER, REGRESSOR = (DeepMLPClassifier,), (DeepMLPRegressor,)
PER_FOLD = "Within a search, rows are counted per fold."
# Where messages send those who want a custom one.
CUSTOM = (
    " For a custom one, subclass sklearn_deepmlp.{0}, as on "
    "{1}generated/api/sklearn_deepmlp.{0}.html."
)
CUSTOM_ACTIVATION = CUSTOM.format("activations.Activation", documentation_url())
CUSTOM_INITIALIZER = CUSTOM.format("initializers.Initializer", documentation_url())
# How scikit-learn calls the types of booleans.
BOOL = f"an instance of 'bool' or an instance of 'numpy.{np.bool_.__name__}'"
BOTH = (DeepMLPClassifier, DeepMLPRegressor)
TARGETS = {DeepMLPClassifier: LABELS, DeepMLPRegressor: X[:, 0] + LABELS}


@dataclass(frozen=True)
class Bad:
    """A call of an estimator that has been fitted, with bad parameters or bad data.

    `message` is the whole text, where {owner} stands for the name of the estimator; `pattern` is
    a regular expression for the whole text instead, where versions of libraries differ.
    """

    message: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)
    method: str = "fit"
    kinds: tuple[type, ...] = BOTH
    error: type[Exception] = ValueError
    fitted_to: dict[str, Any] | None = field(default_factory=dict)  # None: it is not fitted
    pattern: str | None = None

    def estimator(self, kind):
        """Return the estimator before the call."""
        net = kind(**QUICK)
        if self.fitted_to is not None:
            net = fitted(kind) if not self.fitted_to else net.fit(**data_of(kind, self.fitted_to))
        return net.set_params(**self.params)

    def call(self, net):
        """Call the method, with good data where there are no bad ones."""
        if self.method in {"fit", "partial_fit", "score"}:
            return getattr(net, self.method)(**data_of(type(net), self.data))
        return getattr(net, self.method)(**{"X": X, **self.data})


@dataclass(frozen=True)
class BadCall:
    """A call of a function, with bad arguments."""

    message: str
    call: Callable[[], Any]
    error: type[Exception] = ValueError
    pattern: str | None = None


def data_of(kind, data):
    """Return the arguments of `fit`: these, and good ones for the rest."""
    return {"X": X, "y": TARGETS[kind], **data}


@cache
def _fitted(kind):
    return kind(**QUICK).fit(X, TARGETS[kind])


def fitted(kind):
    """Return a fitted estimator to spoil."""
    net = clone(_fitted(kind))
    net.__dict__.update(vars(_fitted(kind)))
    return net


def spoiled(array, value, at=5):
    """Return a copy as floats with one other entry."""
    array = np.array(array, dtype=float)
    array.flat[at] = value
    return array


def missing(name, place, owner="{owner}"):
    """Return scikit-learn's message about missing values, and where they are."""
    return (
        f"Input {name} contains NaN.\n{owner} does not accept missing values encoded as NaN "
        "natively. For supervised learning, you might want to consider "
        "sklearn.ensemble.HistGradientBoostingClassifier and Regressor which accept missing "
        "values encoded as NaNs natively. Alternatively, it is possible to preprocess the data, "
        "for instance by using an imputer transformer in a pipeline or drop samples with missing "
        "values. See https://scikit-learn.org/stable/modules/impute.html You can find a list of "
        "all estimators that handle NaN values at the following page: "
        "https://scikit-learn.org/stable/modules/impute.html"
        f"#estimators-that-handle-nan-values\n{place} {PER_FOLD}"
    )
