"""Very deep networks
==================

Show how deep a multilayer perceptron can grow before it no longer learns.

Networks of 2 to 100 hidden layers with 16 ReLU units learn three classes: scikit-learn's
MLPClassifier, and DeepMLPClassifier plain and with the means that make depth trainable. The
picture shows the accuracy on the training set, for this is about learning at all.
"""

import argparse
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
from sklearn.datasets import make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier

DEPTHS = [2, 5, 10, 20, 40, 100]
UNITS = 16
TRAINING = {"max_iter": 30, "batch_size": 50, "random_state": 0}
NETWORKS = {
    "MLPClassifier": MLPClassifier(**TRAINING),
    "DeepMLPClassifier": DeepMLPClassifier(**TRAINING),
    "… residual, clipped gradient": DeepMLPClassifier(
        skip_connections="residual", max_grad_norm=1.0, **TRAINING
    ),
    "… residual, layer normalization": DeepMLPClassifier(
        skip_connections="residual", normalization="layer", **TRAINING
    ),
}


def accuracies(network, X, y):
    """Return the training accuracy at each depth."""
    found = []
    for depth in DEPTHS:
        network.set_params(hidden_layer_sizes=(UNITS,) * depth).fit(X, y)
        found.append(network.score(X, y))
    return found


def draw(curves, path):
    """Save a picture of accuracy against depth."""
    figure, ax = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
    colours = ["0.6", "tab:blue", "tab:orange", "tab:green"]
    for (name, curve), colour in zip(curves.items(), colours, strict=True):
        ax.plot(DEPTHS, curve, "o-", label=name, color=colour)
    ax.axhline(1 / 3, linestyle=":", color="0.4")
    ax.text(DEPTHS[0], 1 / 3 + 0.01, "guessing", color="0.4", va="bottom")
    ax.set(xlabel=f"hidden layers of {UNITS} units", ylabel="training accuracy", ylim=(0.3, 1.03))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    figure.savefig(path, dpi=150)


def main():
    """Train all networks, print a table, draw the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", default="very_deep_networks.png", help="path of the picture")
    arguments = parser.parse_args()
    mpl.use("Agg")
    warnings.simplefilter("ignore", ConvergenceWarning)  # 30 epochs are enough to see it
    X, y = make_classification(
        500, 20, n_informative=10, n_classes=3, class_sep=1.5, random_state=0
    )
    curves = {}
    print(f"{'hidden layers':34}" + "".join(f"{depth:7}" for depth in DEPTHS))
    for name, network in NETWORKS.items():
        curves[name] = accuracies(network, scale(X), y)
        print(f"{name:34}" + "".join(f"{accuracy:7.3f}" for accuracy in curves[name]), flush=True)
    draw(curves, arguments.output)
    print(f"Picture: {arguments.output}")


if __name__ == "__main__":
    main()
