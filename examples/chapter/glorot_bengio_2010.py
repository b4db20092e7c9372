"""
What Glorot and Bengio saw in 2010
==================================

Why were deep networks of sigmoid and tanh layers so hard to train? Glorot and Bengio (2010) looked
at the activations and gradients of each layer, found an answer, and proposed the initialization
that bears their name. This example repeats four of their pictures with handwritten digits. Their
networks are larger and their images differ, but the observations are the same. See "Understanding
the difficulty of training deep feedforward neural networks",
https://proceedings.mlr.press/v9/glorot10a.html
"""

# sphinx_gallery_thumbnail_number = 3  # noqa: ERA001

# %%
# Two initializations
# -------------------
#
# The initialization that was common then draws weights uniformly from ±1/√n, for n inputs. A
# subclass of :class:`~sklearn_deepmlp.initializers.Initializer` defines it. The one they proposed
# is called `"glorot_uniform"`. Its limits are ±√(6 / (n + m)), for m units: with n = m the variance
# is three times as large.

import numpy as np

from sklearn_deepmlp.initializers import Initializer


class OldUniform(Initializer):
    """Uniform on [-1/sqrt(fan_in), 1/sqrt(fan_in)]."""

    def draw(self, fan_in, fan_out, generator):
        """Draw the weights of one layer."""
        limit = 1 / np.sqrt(fan_in)
        return generator.uniform(-limit, limit, (fan_in, fan_out))


INITS = {"old initialization": OldUniform(), "Glorot and Bengio's": "glorot_uniform"}

# %%
# Four networks, plain SGD
# ------------------------
#
# Four layers of 50 units are trained by SGD without momentum. The four combinations of activation
# and initialization are trained as one stack. They stop before they converge, which causes a
# warning that we ignore.

import warnings

from joblib import Parallel, delayed
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together

warnings.simplefilter("ignore", ConvergenceWarning)

X, y = load_digits(return_X_y=True)
X = scale(X)
SGD = {"solver": "sgd", "momentum": 0.0, "alpha": 0.0, "random_state": 0}
TRAINING = {
    "sigmoid": {"learning_rate_init": 0.2, "max_iter": 76, "record_signals": 2},
    "tanh": {"learning_rate_init": 0.02, "max_iter": 30, "record_signals": 1},
}
networks = {
    (activation, name): DeepMLPClassifier(
        (50,) * 4,
        activation,
        init=init,
        batch_size=20,
        n_iter_no_change=np.inf,  # the loss hardly changes for a long time before it falls
        **training,
        **SGD,
    )
    for activation, training in TRAINING.items()
    for name, init in INITS.items()
}
with fit_together():
    fitted = Parallel()(delayed(network.fit)(X, y) for network in networks.values())
networks = dict(zip(networks, fitted, strict=True))

# %%
# Sigmoid layers during training
# ------------------------------
#
# Their figure 2: the mean of each layer's activations over the epochs, with bars of one standard
# deviation.

import matplotlib.pyplot as plt

from sklearn_deepmlp import SignalDisplay


def two_panels(**sharing):
    """Return a figure with a panel for each initialization."""
    figure, axes = plt.subplots(1, 2, figsize=(10, 3.8), layout="constrained", **sharing)
    for ax, name in zip(axes, INITS, strict=True):
        ax.set_title(name)
    return figure, dict(zip(INITS, axes, strict=True))


def finish(figure, panels, title):
    """Leave one legend and one label for both panels."""
    left, right = panels.values()
    left.legend().remove()
    right.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    right.set_ylabel("")
    figure.suptitle(title)
    plt.show()


figure, panels = two_panels(sharey=True)
for name, ax in panels.items():
    signals = networks["sigmoid", name].signals_
    display = SignalDisplay.from_signals(signals, "activation_mean", kind="epochs", ax=ax)
    for index, line in enumerate(display.lines_):
        shown = slice(1 + index, None, 5)  # side by side
        mean, std = signals.activation_mean[shown, index], signals.activation_std[shown, index]
        ax.errorbar(signals.epoch[shown], mean, std, fmt="none", ecolor=line.get_color())
    ax.set_ylabel("activation, mean ± std")
finish(figure, panels, "Sigmoid: activations of each layer during training")

# %%
# With the old initialization (left) the last hidden layer, the brightest line, soon sinks towards 0
# and saturates there. At first the output layer learns little more than its biases, for which
# activations of 0 are best, as the authors suspect. Learning stands still until the layer recovers,
# after more than 50 epochs; then the bars of all layers grow long. With their initialization
# (right) it takes about 15 epochs.
#
# Tanh layers during training
# ---------------------------
#
# Their figure 3: the standard deviation of the activations.

figure, panels = two_panels(sharey=True)
for name, ax in panels.items():
    network = networks["tanh", name]
    SignalDisplay.from_estimator(network, "activation_std", kind="epochs", ax=ax)
    ax.set_ylabel("standard deviation")
finish(figure, panels, "Tanh: spread of the activations during training")

# %%
# With the old initialization the layers start far apart: the higher the layer, the smaller its
# activations. In the first epochs they have to grow before there is much to learn from. With the
# new one they start closer together.
#
# Before training
# ---------------
#
# Their figures 6 and 7: five larger tanh layers before any training. A learning rate of almost 0
# leaves the initial weights, and torch computes the gradient of the loss at the weighted sums of
# each layer.

import torch


def layers_before_training(init):
    """Return the activations of each layer, and the gradients of the loss at its weighted sums."""
    network = DeepMLPClassifier(
        (300,) * 5, "tanh", init=init, max_iter=1, learning_rate_init=1e-12, **SGD
    )
    *hidden, output = map(torch.tensor, network.fit(X, y).coefs_)
    h, sums, activations = torch.tensor(X), [], []
    for weights in hidden:
        sums.append((h @ weights).requires_grad_())
        h = torch.tanh(sums[-1])
        activations.append(h.detach())
    loss = torch.nn.functional.cross_entropy(h @ output, torch.tensor(y), reduction="sum")
    return activations, torch.autograd.grad(loss, sums)


def draw_histograms(ax, arrays, limit):
    """Draw a normalized histogram per layer."""
    edges = np.linspace(-limit, limit, 101)
    colors = plt.colormaps["viridis"](np.linspace(0, 0.88, len(arrays)))
    for number, (array, color) in enumerate(zip(arrays, colors, strict=True), start=1):
        density, _ = np.histogram(array.numpy(), edges, density=True)
        ax.stairs(density, edges, color=color, label=f"layer {number}")
    ax.set_ylabel("density")


before = {name: layers_before_training(init) for name, init in INITS.items()}

figure, panels = two_panels(sharey=True)
for name, ax in panels.items():
    activations, _ = before[name]
    draw_histograms(ax, activations, limit=1.0)
    ax.set_xlabel("activation")
finish(figure, panels, "Tanh, before training: activations")

# %%
# Histograms of the activations. With the old initialization (left) they shrink from layer to layer,
# from the dark line of the first to the bright one of the last. With the new one all layers are
# nearly alike.

figure, panels = two_panels(sharey=True)
for name, ax in panels.items():
    _, gradients = before[name]
    draw_histograms(ax, gradients, limit=0.2)
    ax.set_xlabel("gradient of the loss at the weighted sums")
finish(figure, panels, "Tanh, before training: gradients")

# %%
# The gradients shrink in the other direction, on their way back: on the left the first layer (dark)
# receives the smallest. On the right their sizes are close to each other. Both follow from the same
# variance: with weights of variance 1 / n the signal would keep its size as long as tanh is nearly
# linear, and the old initialization has a third of that.
#
# :doc:`/auto_examples/chapter/initializations_compared` extends the idea to other activations and
# 50 layers.
