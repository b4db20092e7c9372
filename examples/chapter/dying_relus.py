"""
Dying ReLUs, and units that do not die
======================================

A ReLU unit whose weighted sum is negative for every row outputs 0 for all of them. Its slope is 0
as well, so gradient descent no longer changes it: the unit is dead. This example kills half of a
network with a large learning rate, follows individual units, and shows functions whose units
survive.
"""

# sphinx_gallery_thumbnail_number = 2  # noqa: ERA001

# %%
# Half of the units die
# ---------------------
#
# Five layers of 100 ReLU units learn the digits, once at the default learning rate and once at one
# 20 times as large. `record_signals=1` records every epoch; the signal `dead` is the fraction of
# units whose slope is 0 for every training row. Training is short, so a warning about that is
# expected.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning

from sklearn_deepmlp import DeepMLPClassifier, SignalDisplay, diagnose

warnings.simplefilter("ignore", ConvergenceWarning)

X, y = load_digits(return_X_y=True)
X = X / 16  # pixels between 0 and 1

SETTINGS = {
    "hidden_layer_sizes": (100,) * 5,
    "alpha": 0,
    "batch_size": 50,
    "max_iter": 20,
    "record_signals": 1,
    "random_state": 0,
}

figure, axes = plt.subplots(1, 2, figsize=(10, 3.6), sharey=True, layout="constrained")
for ax, rate in zip(axes, (0.001, 0.02), strict=True):
    network = DeepMLPClassifier(learning_rate_init=rate, **SETTINGS).fit(X, y)
    SignalDisplay.from_estimator(network, "dead", kind="heatmap", ax=ax)
    share = network.signals_.dead[-1, :-1].mean()
    ax.set_title(f"learning rate {rate}: {share:.0%} dead at the end")
figure.suptitle("Dead ReLU units, by layer and epoch")
plt.show()

# %%
# Each row of a picture is a layer, each column an epoch, and the color is the fraction of dead
# units. On the left most units live. On the right a large part of each layer dies in the first
# epoch, within 36 steps: a single step can push a weighted sum so far down that no row brings it
# back.
#
# The network on the right still learns, with what is left of it. At five times its learning rate it
# no longer does, and :func:`~sklearn_deepmlp.diagnose` says why:

print(f"Learning rate 0.02: training accuracy {network.score(X, y):.2f}")
stalled = DeepMLPClassifier(learning_rate_init=0.1, **SETTINGS).fit(X, y)
print(f"Learning rate 0.1: training accuracy {stalled.score(X, y):.2f}\n")
print(diagnose(stalled).findings[0])

# %%
# A dead unit of the first layer stays dead
# -----------------------------------------
#
# Do dead units come back? We train again, one epoch per call of `partial_fit`, and look at each
# unit: it is dead if its weighted sum is at most 0 for all rows.

network = DeepMLPClassifier(learning_rate_init=0.02, **SETTINGS)
history = []
for _ in range(30):
    network.partial_fit(X, y, classes=np.unique(y))
    h, dead = X, []
    for weights, biases in zip(network.coefs_[:-1], network.intercepts_[:-1], strict=True):
        h = np.maximum(h @ weights + biases, 0)
        dead.append((h == 0).all(axis=0))
    history.append(dead)
dead = np.array(history)  # of shape (epochs, layers, units)

figure, axes = plt.subplots(1, 2, figsize=(10, 4.2), sharey=True, layout="constrained")
for ax, layer in zip(axes, (1, 4), strict=True):
    units = dead[:, layer - 1].T
    order = np.argsort(-units.sum(axis=1), kind="stable")
    ax.imshow(
        units[order],
        cmap="gray_r",
        aspect="auto",
        interpolation="nearest",
        extent=(0.5, 30.5, 100, 0),
    )
    back = (units[:, :-1] & ~units[:, 1:]).sum()
    ax.set(title=f"layer {layer}: {back} times a dead unit came back", xlabel="epoch")
axes[0].set_ylabel("unit (those dead longest on top)")
figure.suptitle("Dead (black) and living (white) units")
plt.show()

# %%
# Each row is a unit. In layer 1 (left) a row that has turned black stays black. The inputs of these
# units are the pixels, which never change, and no gradient reaches the weights. In layer 4 (right)
# many rows are interrupted: the layers below still learn, and the new inputs they send may lift a
# sum above 0. That is luck, not learning; the unit itself does nothing for it.
#
# Functions whose units survive
# -----------------------------
#
# Leaky ReLU has a slope of 0.2 below 0 (see :doc:`/auto_examples/chapter/leaky_relu`), ELU one that
# is positive everywhere (see :doc:`/auto_examples/chapter/elu_and_selu`). The same training with
# these:

COLORS = {"relu": "black", "leaky_relu": "#E69F00", "elu": "#009E73"}

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for activation, color in COLORS.items():
    network = DeepMLPClassifier(activation=activation, learning_rate_init=0.02, **SETTINGS).fit(
        X, y
    )
    signals = network.signals_
    ax.plot(signals.epoch, signals.dead[:, :-1].mean(axis=1), color=color, label=activation)
    print(f"{activation:10}  training accuracy {network.score(X, y):.3f}")
ax.legend(frameon=False)
ax.set(xlabel="epoch", ylabel="dead units (fraction)", ylim=(-0.03, 1.03))
ax.set_title("At the same learning rate, leaky ReLU and ELU lose no units")
plt.show()

# %%
# The line of ReLU (black) jumps at once to nearly a half. Those of leaky ReLU and ELU coincide at
# 0. The input of such a unit may be negative for all rows, but its slope is not 0, so it can
# recover.
#
# Even ELU has a limit. Its slope below 0 is exp(z), which is smaller than the precision of
# floating-point numbers once a step has been large enough to reach z = -37. Where many units die,
# first use a smaller learning rate, then another activation.
