"""
Wide and deep
=============

With ``skip_connections="wide"`` the output layer sees the features besides the last hidden layer,
as in the Wide & Deep networks of Cheng et al. (2016). The network then adds a linear model and a
nonlinear one. This example compares it with a plain network and with a linear model, while the
target changes from linear to nonlinear.
"""

# %%
# From linear to nonlinear targets
# --------------------------------
#
# The target is a sum of a linear function of thirty features and a nonlinear function of five
# others, both with variance 1, and noise. A fraction between 0 and 1 says how much of the variance
# is nonlinear.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from joblib import Parallel, delayed
from sklearn.datasets import make_friedman1
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import RidgeCV
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPRegressor, fit_together

warnings.simplefilter("ignore", ConvergenceWarning)  # each network is trained for 60 epochs

N_TRAIN, N_TEST, N_LINEAR = 400, 2000, 30
FRACTIONS = [0.0, 0.25, 0.5, 0.75, 1.0]
SEEDS = range(5)


def make_data(fraction, seed):
    """Draw features and targets, of whose variance a fraction is nonlinear."""
    rng = np.random.default_rng(seed)
    n_rows = N_TRAIN + N_TEST
    nonlinear_features, nonlinear = make_friedman1(n_rows, n_features=5, random_state=seed)
    linear_features = rng.normal(size=(n_rows, N_LINEAR))
    linear = linear_features @ rng.normal(size=N_LINEAR)
    target = np.sqrt(1 - fraction) * scale(linear) + np.sqrt(fraction) * scale(nonlinear)
    X = scale(np.column_stack([linear_features, nonlinear_features]))
    return X, target + rng.normal(scale=0.3, size=n_rows)


# %%
# Three models
# ------------

MODELS = {
    "linear": RidgeCV(np.logspace(-2, 3, 6)),
    "deep": DeepMLPRegressor((50, 50, 50), "swish", max_iter=60, learning_rate_init=0.005),
    "wide and deep": DeepMLPRegressor(
        (50, 50, 50), "swish", max_iter=60, learning_rate_init=0.005, skip_connections="wide"
    ),
}


def score(name, fraction, seed):
    """Return R² on held-out rows."""
    X, y = make_data(fraction, seed)
    model = MODELS[name]
    if name != "linear":
        model = DeepMLPRegressor(**model.get_params(deep=False)).set_params(random_state=seed)
    return model.fit(X[:N_TRAIN], y[:N_TRAIN]).score(X[N_TRAIN:], y[N_TRAIN:])


tasks = [(name, fraction, seed) for name in MODELS for fraction in FRACTIONS for seed in SEEDS]
with fit_together() as report:
    scores = Parallel()(delayed(score)(*task) for task in tasks)
scores = np.reshape(scores, (len(MODELS), len(FRACTIONS), len(SEEDS)))
print(report)
print(scores.mean(2).round(3))
