"""
How deep can a network be?
==========================

scikit-learn's MLPClassifier learns with 16 hidden layers and fails with 32. What makes it fail
begins much earlier. This example trains networks of 2 to 100 layers, and shows what is left of the
differences between the rows when they have passed all of them.
"""

# %%
# Accuracy over depth
# -------------------
#
# Three contenders, all with ReLU layers of 32 units and the same settings of Adam:
# :class:`~sklearn.neural_network.MLPClassifier`, :class:`~sklearn_deepmlp.DeepMLPClassifier` with
# its defaults, and the latter with residual connections. The score is that on the training rows:
# the question is whether a network learns at all. A warning that training ended early is expected.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier

warnings.simplefilter("ignore", ConvergenceWarning)

X, y = make_classification(400, 20, n_informative=10, n_classes=3, class_sep=1.5, random_state=0)
X = scale(X)

DEPTHS = [2, 4, 8, 16, 32, 64, 100]
UNITS = 32
settings = {"max_iter": 25, "batch_size": 40, "random_state": 0}
NETWORKS = {
    "MLPClassifier": MLPClassifier(**settings),
    "DeepMLPClassifier": DeepMLPClassifier(**settings),
    "DeepMLPClassifier, residual": DeepMLPClassifier(skip_connections="residual", **settings),
}
STYLES = dict(
    zip(
        NETWORKS,
        [{"color": "0.55", "linestyle": "--"}, {"color": "black"}, {"color": "#0072B2"}],
        strict=True,
    )
)


def finish(ax, title, last_values):
    """Label each line at its right end, the depths in plain numbers."""
    for (name, style), value in zip(STYLES.items(), last_values, strict=True):
        ax.annotate(
            name.replace(", ", ",\n"),
            (DEPTHS[-1], value),
            xytext=(8, 0),
            textcoords="offset points",
            verticalalignment="center",
            color=style["color"],
        )
    ax.set_xticks(DEPTHS, DEPTHS)
    ax.xaxis.set_minor_locator(plt.NullLocator())
    ax.spines[["top", "right"]].set_visible(False)
    ax.set_title(title)
    plt.show()


accuracies = {
    name: [
        clone(network).set_params(hidden_layer_sizes=(UNITS,) * depth).fit(X, y).score(X, y)
        for depth in DEPTHS
    ]
    for name, network in NETWORKS.items()
}
print(f"{'hidden layers':27}" + "".join(f"{depth:6}" for depth in DEPTHS))
for name, scores in accuracies.items():
    print(f"{name:27}" + "".join(f"{score:6.2f}" for score in scores))

fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
for name, scores in accuracies.items():
    ax.semilogx(DEPTHS, scores, marker="o", **STYLES[name])
ax.axhline(1 / 3, linestyle=":", color="0.4")
ax.text(2, 0.35, "guessing", color="0.4")
ax.set(xlabel=f"hidden layers of {UNITS} units", ylabel="training accuracy", ylim=(0.2, 1.04))
finish(
    ax,
    "Training accuracy of networks of 2 to 100 layers",
    [scores[-1] for scores in accuracies.values()],
)

# %%
# The axis of depth is logarithmic. Up to 16 layers all three learn the data. MLPClassifier (dashed)
# then drops to guessing. DeepMLPClassifier (black) declines slowly, and with residual connections
# (blue) 100 layers are no harder than 2. One run per point: where a network begins to fail varies
# with the seed.
#
# What is left of the input
# -------------------------
#
# Why is there a cliff between 16 and 32? Nothing special happens at that depth. We look at networks
# before any training, by fitting one epoch with a learning rate of almost 0, and send the rows
# through all layers. The standard deviation *over the rows*, averaged over the units, tells how
# much of the differences between the rows is left.


def spread_over_rows(network):
    """Return the standard deviation over the rows after each hidden layer, before training."""
    network = clone(network).set_params(
        hidden_layer_sizes=(UNITS,) * DEPTHS[-1], max_iter=1, learning_rate_init=1e-12
    )
    network.fit(X, y)
    is_residual = getattr(network, "skip_connections", None) == "residual"
    h, spreads = X, []
    for weights, biases in zip(network.coefs_[:-1], network.intercepts_[:-1], strict=True):
        activated = np.maximum(h @ weights + biases, 0)
        h = h + activated if is_residual and h.shape == activated.shape else activated
        spreads.append(h.std(axis=0).mean())
    return spreads


fig, ax = plt.subplots(figsize=(8, 4), layout="constrained")
spreads = {name: spread_over_rows(network) for name, network in NETWORKS.items()}
for name, spread in spreads.items():
    ax.loglog(range(1, DEPTHS[-1] + 1), spread, **STYLES[name])
    print(f"{name:27} after 16 layers: {spread[15]:.0e}, after 32: {spread[31]:.0e}")
ax.set(xlabel="layer", ylabel="standard deviation over the rows")
finish(
    ax,
    "What is left of the differences between rows, before training",
    [spread[-1] for spread in spreads.values()],
)

# %%
# Both axes are logarithmic. In MLPClassifier (dashed) the differences shrink by the same factor in
# every layer, from the first one on. It draws its weights with the variance 1 / fan_avg, and ReLU
# halves the mean square of its input, so that at most 0.7 of the signal remains per layer; here it
# is about 0.6. Training copes with 16 layers, which leave less than a thousandth of the signal, but
# not with 32, which leave less than a millionth.
#
# He's initialization doubles the variance of the weights, which makes up for ReLU. What remains
# (black) is a slow decline: the rows become more alike, although the size of the activations stays
# the same. Residual connections (blue) add each layer's input to its output, so that the
# differences are carried along. With very many layers they grow. Layer normalization
# (`normalization="layer"`) would keep the inputs of every activation at one size.
#
# :doc:`/auto_examples/chapter/initializations_compared` follows the signal through other pairs of
# initialization and activation.
