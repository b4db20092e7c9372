"""
Quantile regression
===================

With ``loss="quantile"`` a network predicts a quantile of the target instead of its mean. Three
networks, for the quantiles 0.05, 0.5 and 0.95, give a median with a band that holds 90 % of the
values. This example draws the band for data whose noise grows and checks on held-out rows how
many values it holds.
"""

# %%
# Data
# ----
#
# The spread of the target grows with the feature, and its distribution is skewed: large positive
# deviations are more frequent than large negative ones. No mean with a constant error describes it.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPRegressor

# The cosine schedule ends after max_iter epochs, and the loss is noisy until then.
warnings.simplefilter("ignore", ConvergenceWarning)

rng = np.random.default_rng(0)
x = rng.uniform(0, 10, 3000)
y = 100 + 20 * np.sin(x) + (2 + 2 * x) * (rng.gamma(2.0, size=x.size) - 2)
X_train, X_test, y_train, y_test = train_test_split(x[:, np.newaxis], y, random_state=0)

# %%
# Three networks
# --------------
#
# The target is around 100, far from the scale on which networks learn well, so
# ``TransformedTargetRegressor`` standardizes it. A quantile is only shifted and scaled by that, and
# the inverse transformation gives the quantile on the scale of the target. The same holds for every
# increasing transformation, for example a logarithm; it does not hold for the mean.

QUANTILES = [0.05, 0.5, 0.95]


def fit_quantile(quantile):
    """Fit a network that predicts this quantile."""
    net = DeepMLPRegressor(
        (50, 50),
        "swish",
        loss="quantile",
        quantile=quantile,
        learning_rate_init=0.01,
        learning_rate="cosine",
        max_iter=60,
        n_iter_no_change=60,
        random_state=0,
    )
    pipeline = make_pipeline(StandardScaler(), net)
    return TransformedTargetRegressor(pipeline, transformer=StandardScaler()).fit(X_train, y_train)


models = {quantile: fit_quantile(quantile) for quantile in QUANTILES}

# %%
# Coverage
# --------
#
# Of the held-out values, a fraction equal to the quantile should be below each curve, and 90 %
# should be within the band.

predicted = {quantile: model.predict(X_test) for quantile, model in models.items()}
for quantile, values in predicted.items():
    print(f"below the quantile {quantile:4}: {np.mean(y_test < values):.3f}")
low, middle, high = predicted.values()
print(f"within the band: {np.mean((low <= y_test) & (y_test <= high)):.3f}")
print(f"curves that cross: {np.sum((low > middle) | (middle > high))} of {len(y_test)} rows")

# %%
# The three networks are trained separately, so their curves can cross. Where they do, sorting the
# predictions of each row with ``np.sort`` is the usual remedy.
#
# The fan
# -------

grid = np.linspace(0, 10, 200)
low, middle, high = (models[q].predict(grid[:, np.newaxis]) for q in QUANTILES)

figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
axes.set_title("Predicted quantiles and held-out values")
axes.plot(X_test[:, 0], y_test, ".", color="0.6", markersize=3)
axes.fill_between(grid, low, high, color="tab:blue", alpha=0.2, linewidth=0)
for quantile, curve in zip(QUANTILES, [low, middle, high], strict=True):
    axes.plot(grid, curve, color="tab:blue")
    axes.text(10.05, curve[-1], f"{quantile}", color="tab:blue", va="center")
axes.set(xlabel="feature", ylabel="target")
axes.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# The band widens to the right, as the noise does, and its upper part is wider than its lower one,
# because the distribution is skewed. Neither would show in a mean with a constant error.
