"""
Wide and deep
=============

With ``skip_connections="wide"`` the output layer sees the features in addition to the last hidden
layer, as in the Wide & Deep networks of Cheng et al. (2016). The network is then the sum of a
linear model and a deep one. This example trains it on a target with a linear and a nonlinear part,
and compares it with a plain network and with a linear model at several depths.
"""

# %%
# A linear and a nonlinear part
# -----------------------------
#
# Of the variance of the target, 70 % is a linear function of ten features and 30 % a nonlinear
# function of two others; a little noise is added. The best linear model has the score of the linear
# part.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from joblib import Parallel, delayed
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPRegressor, fit_together

warnings.simplefilter("ignore", ConvergenceWarning)  # each network is trained for 40 epochs

rng = np.random.default_rng(0)
X = rng.normal(size=(3000, 12))
linear = scale(X[:, :10] @ rng.normal(size=10))
nonlinear = scale(np.sin(2 * X[:, 10]) * X[:, 11])
y = np.sqrt(0.7) * linear + np.sqrt(0.3) * nonlinear + rng.normal(scale=0.1, size=len(X))
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)

linear_score = LinearRegression().fit(X_train, y_train).score(X_test, y_test)
print(f"R² of a linear model: {linear_score:.3f}")

# %%
# Networks by depth
# -----------------
#
# Two activations at four depths, with and without the wide connection. The sigmoid ("logistic") is
# the one whose gradients vanish in deep networks. Networks of the same shape are trained together.

DEPTHS = [2, 4, 6, 8]
KINDS = [(activation, skip) for activation in ["relu", "logistic"] for skip in ["wide", None]]


def held_out_score(kind, depth):
    """Return R² on held-out rows."""
    activation, skip_connections = kind
    net = DeepMLPRegressor(
        (20,) * depth,
        activation,
        skip_connections=skip_connections,
        batch_size=100,
        learning_rate_init=0.005,
        max_iter=40,
        random_state=0,
    )
    return net.fit(X_train, y_train).score(X_test, y_test)


with fit_together() as report:
    scores = Parallel()(delayed(held_out_score)(kind, d) for kind in KINDS for d in DEPTHS)
scores = np.reshape(scores, (len(KINDS), len(DEPTHS)))
for (activation, skip_connections), row in zip(KINDS, scores, strict=True):
    print(f"{activation:8} {skip_connections or 'plain'} {row.round(3)}")
print(report)

# %%
# Scores
# ------

COLORS = {"relu": "tab:blue", "logistic": "tab:orange"}


def draw_scores(kind, row, axes):
    """Draw the scores of one kind of network, with its name at the end."""
    activation, skip_connections = kind
    style = {"color": COLORS[activation], "linestyle": "-" if skip_connections else "--"}
    axes.plot(DEPTHS, row, marker="o", **style)
    name = f"{activation}, {skip_connections or 'plain'}"
    place = {"xytext": (8, 6 if skip_connections else -6), "textcoords": "offset points"}
    axes.annotate(name, (DEPTHS[-1], row[-1]), color=style["color"], va="center", **place)


figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
axes.set_title("Held-out R² by depth, with and without a wide connection")
axes.axhline(linear_score, color="0.6", linewidth=0.8)
axes.text(1.9, linear_score - 0.02, "linear model", color="0.4", va="top")
for kind, row in zip(KINDS, scores, strict=True):
    draw_scores(kind, row, axes)
axes.set(xlabel="hidden layers", ylabel="R²", xticks=DEPTHS, xlim=(1.8, 9.4))
axes.spines[["top", "right"]].set_visible(False)
plt.show()

# %%
# The plain sigmoid network gets worse with each layer, until it predicts little more than the mean.
# With the wide connection it gets worse too, but not worse than the linear model, which is always
# there. ReLU networks learn both parts at every depth, and the connection makes no difference: it
# insures against a deep part that does not learn, while a better activation makes it learn. SELU
# refuses wide connections, because its theory is about plain networks.
