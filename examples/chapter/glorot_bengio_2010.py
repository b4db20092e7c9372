"""Glorot bengio 2010
==================

Show how activations and gradients differ between the layers of a deep network.

Glorot and Bengio (2010) asked why deep networks of sigmoid and tanh layers were hard to train, and
examined them layer by layer. This example reproduces their pictures. Its columns are the
initialization that was common then, uniform on [-1/sqrt(n), 1/sqrt(n)] for n inputs, and the one
that they proposed.

- Sigmoid, activations during training (their figure 2). With the old initialization the last hidden
  layer soon saturates near 0: at first the output layer learns little more than its biases, for
  which activations of 0 are best, as the authors suspect. Learning stands still until the layer
  recovers, after dozens of epochs. With theirs this takes a few.
- Tanh, standard deviation of the activations during training (their figure 3).
- Tanh, activations before training (their figure 6). With the old initialization they shrink from
  layer to layer.
- Tanh, gradients before training (their figure 7). With the old initialization they shrink on their
  way back, so that the first layer receives the smallest.

The networks of the paper are larger, and its images are others. See "Understanding the difficulty
of training deep feedforward neural networks", https://proceedings.mlr.press/v9/glorot10a.html
"""

import argparse
import warnings

import matplotlib as mpl
import numpy as np
import torch
from joblib import Parallel, delayed
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, SignalDisplay, fit_together
from sklearn_deepmlp.initializers import Initializer

SGD = {"solver": "sgd", "momentum": 0.0, "alpha": 0.0, "random_state": 0}
TRAINED = SGD | {
    "hidden_layer_sizes": (50,) * 4,
    "batch_size": 20,
    "max_iter": 100,
    "n_iter_no_change": np.inf,  # the loss hardly changes for a long time before it falls
}
LEARNING_RATES = {"sigmoid": 0.2, "tanh": 0.02}
UNTRAINED = SGD | {"hidden_layer_sizes": (300,) * 5, "max_iter": 1, "learning_rate_init": 1e-12}


class OldUniform(Initializer):
    """Uniform on [-1/sqrt(fan_in), 1/sqrt(fan_in)]."""

    def draw(self, fan_in, fan_out, generator):
        """Draw the weights of one layer."""
        limit = 1 / np.sqrt(fan_in)
        return generator.uniform(-limit, limit, (fan_in, fan_out))


INITS = {"old initialization": OldUniform(), "Glorot and Bengio's": "glorot_uniform"}


def trained_networks(X, y):
    """Return a network per activation and initialization, all of them trained together."""
    networks = {
        (activation, name): DeepMLPClassifier(
            activation=activation, init=init, learning_rate_init=rate, record_signals=1, **TRAINED
        )
        for activation, rate in LEARNING_RATES.items()
        for name, init in INITS.items()
    }
    with fit_together():
        fitted = Parallel()(delayed(network.fit)(X, y) for network in networks.values())
    return dict(zip(networks, fitted, strict=True))


def draw_sigmoid(ax, network):
    """Draw the mean of the activations of each layer, with bars of one standard deviation."""
    display = SignalDisplay.from_estimator(network, "activation_mean", kind="epochs", ax=ax)
    signals = network.signals_
    for index, line in enumerate(display.lines_):
        shown = slice(3 + 2 * index, None, 10)  # side by side
        mean, std = signals.activation_mean[shown, index], signals.activation_std[shown, index]
        ax.errorbar(signals.epoch[shown], mean, std, fmt="none", ecolor=line.get_color())
    ax.set_ylabel("sigmoid: mean ± std\nof the activations")


def draw_tanh(ax, network):
    """Draw the standard deviation of the activations of each layer."""
    SignalDisplay.from_estimator(network, "activation_std", kind="epochs", ax=ax)
    ax.set_ylabel("tanh: std\nof the activations")


def layers_before_training(init, X, y):
    """Return the activations of each layer, and the gradients of the loss at its weighted sums."""
    network = DeepMLPClassifier(activation="tanh", init=init, **UNTRAINED).fit(X, y)
    *hidden, output = map(torch.tensor, network.coefs_)
    h, sums, activations = torch.tensor(X, dtype=output.dtype), [], []
    for weights in hidden:
        sums.append((h @ weights).requires_grad_())
        h = torch.tanh(sums[-1])
        activations.append(h.detach())
    loss = torch.nn.functional.cross_entropy(h @ output, torch.tensor(y), reduction="sum")
    return activations, torch.autograd.grad(loss, sums)


def draw_histograms(ax, arrays, limit, label):
    """Draw a normalized histogram per layer."""
    edges = np.linspace(-limit, limit, 101)
    colours = mpl.colormaps["viridis"](np.linspace(0, 0.88, len(arrays)))
    for number, (array, colour) in enumerate(zip(arrays, colours, strict=True), start=1):
        density, _ = np.histogram(array.numpy(), edges, density=True)
        ax.stairs(density, edges, color=colour, label=f"layer {number}")
    ax.set(xlabel=label, ylabel="tanh, before training:\ndensity")


def draw_column(column, name, networks, X, y):
    """Draw all about one initialization."""
    column[0].set_title(name, fontweight="bold")
    draw_sigmoid(column[0], networks["sigmoid", name])
    draw_tanh(column[1], networks["tanh", name])
    activations, gradients = layers_before_training(INITS[name], X, y)
    draw_histograms(column[2], activations, 1.0, "activation")
    draw_histograms(column[3], gradients, 0.2, "gradient of the loss at the weighted sums")


def main():
    """Train, look at the networks before training, and draw both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", default="glorot_bengio_2010.png", help="path of the picture")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    X, y = load_digits(return_X_y=True)
    X = scale(X)
    networks = trained_networks(X, y)
    figure = Figure(figsize=(10, 11), layout="constrained")
    panels = figure.subplots(4, len(INITS), sharex="row", sharey="row")
    for column, name in zip(panels.T, INITS, strict=True):
        draw_column(column, name, networks, X, y)
    for left, right in panels:
        right.legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
        right.set_ylabel("")
        left.legend().remove()
    figure.savefig(arguments.output, dpi=100)
    print(f"Picture: {arguments.output}")


if __name__ == "__main__":
    main()
