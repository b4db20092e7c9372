"""
Vanishing gradients, seen and cured
===================================

Backpropagation carries the gradient from the output layer to the first one. Where every layer
shrinks it a little, nothing is left after thirty layers, and the first layers do not learn. This
example looks at the gradient of each layer, removes one cause after another, and then shows two
remedies that work even with the sigmoid.
"""

# %%
# A network that does not learn
# -----------------------------
#
# Thirty sigmoid layers, with weights drawn from N(0, 1): this was common until Glorot and Bengio
# (2010) examined it. :func:`~sklearn_deepmlp.diagnose` reads what `fit` recorded and says what is
# wrong. `max_iter` is small, so a warning that training ended early is expected and ignored.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, SignalDisplay, diagnose

warnings.simplefilter("ignore", ConvergenceWarning)

X, y = load_digits(return_X_y=True)
X = scale(X)


def fitted_network(activation, **parameters):
    """Return a network of 30 layers, fitted."""
    network = DeepMLPClassifier(
        (30,) * 30, activation, batch_size=100, max_iter=20, random_state=0, **parameters
    )
    return network.fit(X, y)


sigmoid = fitted_network("sigmoid", init="standard_normal", record_signals=1)
print(f"Training accuracy: {sigmoid.score(X, y):.2f}\n")
print(diagnose(sigmoid))

# %%
# With ten digits, an accuracy of 0.10 is guessing. The norm of each layer's gradient over the
# epochs shows why:

fig, ax = plt.subplots(figsize=(7, 4), layout="constrained")
SignalDisplay.from_estimator(sigmoid, "gradient_norm", kind="heatmap", ax=ax)
ax.set_title("Thirty sigmoid layers: the gradient never reaches the first ones")
plt.show()

# %%
# Layer 1 is at the bottom, the output layer at the top, and time goes to the right. The colors span
# several powers of ten: yellow at the top, where the loss is, and darker with each layer below. It
# stays so during the whole training, and the lowest layers even get darker.
#
# One cause after another
# -----------------------
#
# Two causes were named in 2010: the initialization and the activation. We change the initialization
# first, then the activation. `init="auto"`, the default, takes Glorot's initialization for the
# sigmoid and tanh, and He's for ReLU.

COLORS = {"sigmoid": "#D55E00", "tanh": "#CC79A7", "relu": "black"}


def draw_gradients(networks, title):
    """Draw the gradient norm of each layer at the start, beside the accuracy after training."""
    fig, (left, right) = plt.subplots(
        1, 2, figsize=(10, 4), width_ratios=(3, 2), layout="constrained"
    )
    layers = np.arange(1, 31)
    for (name, network), style in zip(networks.items(), ("--", "-", "-.", ":"), strict=False):
        color = COLORS[network.activation]
        gradients = network.signals_.gradient_norm[0, :-1]
        left.plot(layers, gradients, style, color=color, linewidth=2, label=name)
        accuracy = network.score(X, y)
        bar = right.barh(name, accuracy, color=color, alpha=0.7)
        right.bar_label(bar, [f"{accuracy:.2f}"], padding=3)
    left.set(xlabel="layer", ylabel="norm of the first gradient", yscale="log", ylim=(1e-20, 1e3))
    left.legend(loc="lower right")
    right.set(xlabel="training accuracy after 20 epochs", xlim=(0, 1.15))
    right.invert_yaxis()
    right.spines[["top", "right"]].set_visible(False)
    fig.suptitle(title)
    plt.show()


networks = {
    "sigmoid, N(0, 1)": sigmoid,
    "sigmoid, Glorot": fitted_network("sigmoid"),
    "tanh, Glorot": fitted_network("tanh"),
    "ReLU, He": fitted_network("relu"),
}
draw_gradients(networks, "Initialization and activation, changed one at a time")

# %%
# On the left, every line shows how large the first gradient of training is in each layer, from the
# last layer at the right to the first at the left.
#
# - The sigmoid with N(0, 1) weights (dashed) loses five powers of ten.
# - Glorot's initialization (solid orange) ends the saturation, but the gradient now vanishes even
#   faster. The slope of the sigmoid is at most 1/4, and the large weights had made up for part of
#   that.
# - tanh has slope 1 at 0. The line is flat, and the network learns.
# - ReLU with He's initialization has a flat line too. Its slope is 0 or 1, and the factor 2 in He's
#   variance makes up for the units that are off.
#
# The bars on the right say the same about accuracy: a network learns where the line is flat. The
# findings agree:

for name, network in networks.items():
    findings = [finding.title for finding in diagnose(network).findings]
    print(f"{name:17} {', '.join(findings) or 'nothing found'}")

# %%
# Two remedies that change the path
# ---------------------------------
#
# The other way is to keep the sigmoid and change what is between the layers. Batch normalization
# brings the inputs of each activation back to mean 0 and variance 1. Residual connections add the
# input of a layer to its output, so that the gradient has a way around the activation.

draw_gradients(
    {
        "sigmoid, Glorot": networks["sigmoid, Glorot"],
        "… batch normalization": fitted_network("sigmoid", normalization="batch"),
        "… residual": fitted_network("sigmoid", skip_connections="residual"),
    },
    "The same sigmoid with normalization or with skip connections",
)

# %%
# The dashed line is the network from above. With batch normalization (solid) the gradients of all
# layers are of one size, with residual connections (dash-dotted) those of the first and the last
# layer differ by less than a factor of 100, and the same thirty sigmoid layers learn.
#
# How deep one can go is the subject of :doc:`/auto_examples/chapter/very_deep_networks`, and the
# user guide explains the causes in :doc:`/guide/unstable_gradients`.
