"""
An ensemble with uncertainty
============================

One network predicts one curve, also where there are no data. Many networks, each trained on a
bootstrap sample from its own initial weights, agree where there are data and disagree where there
are none. Their spread says where a prediction is not to be trusted.
:func:`~sklearn_deepmlp.fit_together` trains the whole ensemble as one network.
"""

# %%
# Data with gaps
# --------------
#
# Noisy values of a smooth function, with a gap in the middle and none outside of ±3.

import warnings
from contextlib import nullcontext
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.ensemble import BaggingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPRegressor, fit_together

warnings.simplefilter("ignore", ConvergenceWarning)  # 60 epochs are enough for this curve


def function(x):
    """Compute the function to be learned."""
    return np.sin(2 * x) + x / 3


rng = np.random.default_rng(0)
x = np.concatenate([rng.uniform(-3, -0.5, 80), rng.uniform(1, 3, 80)])
y = function(x) + rng.normal(scale=0.2, size=x.size)
X = x[:, np.newaxis]

# %%
# Fifty networks
# --------------
#
# ``BaggingRegressor`` draws a bootstrap sample and a seed for each network. Within ``fit_together``
# all of them are trained as one stack; outside, sequentially.

net = DeepMLPRegressor(
    (50, 50), "swish", learning_rate_init=0.01, batch_size=32, max_iter=60, alpha=0
)
ensemble = BaggingRegressor(make_pipeline(StandardScaler(), net), n_estimators=50, random_state=0)


def timed_fit(ensemble, context):
    """Fit an ensemble within a context; return the seconds and what the context yields."""
    start = perf_counter()
    with context as report:
        ensemble.fit(X, y)
    return perf_counter() - start, report


sequential, _ = timed_fit(clone(ensemble), nullcontext())
together, report = timed_fit(ensemble, fit_together())
print(report)
print(f"sequentially {sequential:.1f} s, together {together:.1f} s")

# %%
# The band
# --------
#
# The band holds 90 % of the networks. Thin lines are five of them.

grid = np.linspace(-4.5, 4.5, 300)
curves = np.array([member.predict(grid[:, np.newaxis]) for member in ensemble.estimators_])
low, high = np.quantile(curves, [0.05, 0.95], axis=0)

figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
axes.set_title("Predictions of 50 networks, with and without data nearby")
axes.fill_between(grid, low, high, color="tab:blue", alpha=0.2, lw=0, label="90 % of the networks")
axes.plot(grid, curves[:5].T, color="tab:blue", linewidth=0.6, alpha=0.7)
axes.plot(grid, curves.mean(axis=0), color="tab:blue", linewidth=2, label="mean of the networks")
axes.plot(grid, function(grid), "--", color="black", label="true function")
axes.plot(x, y, ".", color="black", markersize=4, label="data")
axes.legend(loc="upper left", frameon=False)
axes.set(xlabel="feature", ylabel="target")
axes.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# Among the data the band is narrow, in the gap it opens, and beyond the data it widens the further
# away they are. It shows where networks disagree, not how noisy single values are: most dots are
# outside of it. Neither is it a guarantee. Far from the data all networks continue almost in a
# straight line, so on the left the true function leaves the band.
