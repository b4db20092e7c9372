"""
Self-normalization at 50 layers
===============================

A network of SELU layers keeps the outputs of every layer near mean 0 and standard deviation 1 by
itself, without any normalization layer. It does so only under conditions on the features, the
initial weights and the dropout. This example follows 50 layers through a training, and then breaks
one condition after another.
"""

# %%
# Fifty layers in training
# ------------------------
#
# Two networks of 50 layers learn the standardized digits: SELU with LeCun's initialization, and for
# comparison ReLU with He's. Both are what `init="auto"` chooses. `signals_` records every fifth
# epoch.

import textwrap
import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, SignalDisplay

warnings.simplefilter("ignore", ConvergenceWarning)  # training is short

X, y = load_digits(return_X_y=True)
X = scale(X)


def deep_network(activation="selu", **parameters):
    """Return a network of 50 layers, not yet fitted."""
    settings = {"learning_rate_init": 3e-4, "batch_size": 100, "max_iter": 25, "random_state": 0}
    return DeepMLPClassifier((50,) * 50, activation, record_signals=5, **(settings | parameters))


figure, axes = plt.subplots(2, 2, figsize=(10, 6), sharex=True, sharey="row", layout="constrained")
for column, activation in zip(axes.T, ("selu", "relu"), strict=True):
    network = deep_network(activation).fit(X, y)
    for ax, signal in zip(column, ("activation_mean", "activation_std"), strict=True):
        SignalDisplay.from_estimator(network, signal, kind="layers", ax=ax)
        ax.set(xlabel="", yscale="linear", ylabel="")
        ax.get_legend().remove()
    column[0].set_title(f"{activation}: training accuracy {network.score(X, y):.2f}")
    column[1].set_xlabel("layer")
axes[0, 0].set_ylabel("mean of the outputs")
axes[1, 0].set_ylabel("standard deviation")
figure.legend(
    *axes[0, 0].get_legend_handles_labels(),
    title="epoch",
    loc="outside right center",
    frameon=False,
)
figure.suptitle("Outputs of 50 layers during training")
plt.show()

# %%
# Each line is a moment of training, from dark (before) to light (after 25 epochs). On the left, the
# outputs of SELU layers stay near mean 0 and standard deviation 1, and drift away from it only
# slowly. On the right, those of ReLU layers have positive means, and in the upper layers both means
# and standard deviations grow to several times their size.
#
# The conditions, and the error that guards them
# ----------------------------------------------
#
# Self-normalization follows from a theorem (Klambauer et al., 2017), and theorems have conditions.
# `fit` checks them before training, and lists everything that is violated. Here are the raw
# features of the wine data, with He's initialization and standard dropout:

X_wine, y_wine = load_wine(return_X_y=True)
wrong = deep_network(init="he_normal", dropout=0.1, dropout_kind="standard")
try:
    wrong.fit(X_wine, y_wine)
except ValueError as error:
    for line in str(error).splitlines():
        print(textwrap.fill(line, 66))

# %%
# What each violation does
# ------------------------
#
# We send the wine data through 50 layers that are not trained. With all conditions met, the
# features are standardized and the weights are LeCun's. Then one thing is changed at a time.
# Dropout sets a tenth of the outputs to 0 and scales the others up. Alpha dropout, which
# `dropout_kind="auto"` takes for SELU, sets them to the limit -1.758 instead, and corrects mean and
# variance.

import torch

from sklearn_deepmlp.activations import SELU
from sklearn_deepmlp.initializers import INITIALIZERS


def selu(z):
    """Return SELU of an array."""
    return SELU().function(torch.tensor(z)).numpy()


LIMIT = selu(np.array(-np.inf))  # -1.758


def standard_dropout(h, kept):
    """Set outputs to 0 and make up for it in the mean."""
    return h * kept / 0.9


def alpha_dropout(h, kept):
    """Set outputs to the lower limit of SELU and restore mean 0 and variance 1."""
    a = (0.9 + LIMIT**2 * 0.9 * 0.1) ** -0.5
    return a * np.where(kept, h, LIMIT) - a * 0.1 * LIMIT


def moments(X, init="lecun_normal", dropout=None):
    """Return the mean and the standard deviation of the outputs of 50 layers."""
    generator = np.random.default_rng(0)
    h, found = X, []
    for _ in range(50):
        h = selu(h @ INITIALIZERS[init]().draw(h.shape[1], 50, generator))
        if dropout is not None:
            h = dropout(h, generator.random(h.shape) < 0.9)
        found.append((h.mean(), h.std()))
    return np.transpose(found)


standardized = scale(X_wine)
CASES = {
    "all conditions met": (moments(standardized), "#0072B2", "-"),
    "alpha dropout": (moments(standardized, dropout=alpha_dropout), "#56B4E9", "--"),
    "standard dropout": (moments(standardized, dropout=standard_dropout), "#CC79A7", "-"),
    "He initialization": (moments(standardized, init="he_normal"), "#D55E00", "-"),
    "raw features": (moments(X_wine), "0.5", "-"),
}
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for name, ((mean, std), color, style) in CASES.items():
    left.plot(range(1, 51), mean, style, color=color, label=name)
    right.plot(range(1, 51), std, style, color=color)
left.set(xlabel="layer", ylabel="mean of the outputs", yscale="symlog")
right.set(xlabel="layer", ylabel="standard deviation", yscale="log")
figure.legend(loc="outside right center", frameon=False)
figure.suptitle("Fifty SELU layers before training, with one condition violated")
plt.show()

# %%
# Both vertical axes are logarithmic, the left one linear between -1 and 1. With all conditions met
# (dark blue) and with alpha dropout (dashed), mean 0 and standard deviation 1 go through all
# layers.
#
# - **Standard dropout** (purple) settles at a standard deviation of about 1.2, and a mean a little
#   above 0.
# - **He's initialization** (orange) has twice LeCun's variance, which is more than SELU can pull
#   back: mean and standard deviation grow beyond 10.
# - **Raw features** (gray) make outputs of about a hundred in the first layer. SELU brings them
#   back within twenty layers. But on the way the largest feature has drowned out all others, and no
#   layer can restore these.
#
# What it means for learning
# --------------------------
#
# `self_normalization="ignore"` trains in spite of a violation:


def accuracy(X, y, **parameters):
    """Return the training accuracy of a network that may violate conditions."""
    network = deep_network(self_normalization="ignore", **parameters)
    return network.fit(X, y).score(X, y)


few_rows = {"batch_size": 20}
print(f"digits, He initialization:   {accuracy(X, y, init='he_normal'):.2f}")
print(f"wine, all conditions met:    {accuracy(standardized, y_wine, **few_rows):.2f}")
print(f"wine, raw features:          {accuracy(X_wine, y_wine, **few_rows):.2f}")

# %%
# The digits network had reached 0.97 above. With He's weights the same network and the same
# training get to less than half of that. With the raw features of the wine data, mean and standard
# deviation recover, as we saw, but the accuracy does not.
#
# The remedy for the features is a :class:`~sklearn.preprocessing.StandardScaler` before the
# estimator in a pipeline; the others are the defaults. :doc:`/guide/self_normalization` has all
# rules and their bounds.
