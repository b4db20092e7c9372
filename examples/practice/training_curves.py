"""Training curves
===============

Show how the loss falls in the course of training, solver by solver.

Gradient descent at a constant learning rate, with momentum and with Nesterov's, at a rate that
falls with the rows seen (invscaling), at a high one that falls where the loss no longer does
(adaptive), and Adam learn three small data sets. Where a curve ends before the last epoch, the
loss no longer improved.

`draw` takes the class of the networks: scikit-learn's MLPClassifier above, DeepMLPClassifier
below. The name of the class is all that changes. A column shares its axes. The curves start apart
because the initial weights differ: for ReLU those of DeepMLPClassifier are He's, with a larger
variance, above all where there are few features. Given ``init="glorot_uniform"`` they start much
like those above.

The idea is that of scikit-learn's example "Compare Stochastic learning strategies for
MLPClassifier".
"""

import argparse
import warnings

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import minmax_scale

from sklearn_deepmlp import DeepMLPClassifier

SGD = {"solver": "sgd", "learning_rate_init": 0.1, "momentum": 0.0}
MOMENTUM = {"momentum": 0.9, "nesterovs_momentum": False}
NESTEROV = {"momentum": 0.9, "nesterovs_momentum": True}
INVSCALING = {"learning_rate": "invscaling"}
ADAPTIVE = {"learning_rate": "adaptive", "learning_rate_init": 1.0}
SOLVERS = {
    "sgd": (SGD, "tab:blue", "-"),
    "sgd, momentum": (SGD | MOMENTUM, "tab:orange", "-"),
    "sgd, Nesterov": (SGD | NESTEROV, "tab:green", "--"),
    "sgd, invscaling": (SGD | INVSCALING, "tab:blue", ":"),
    "sgd, invscaling, Nesterov": (SGD | INVSCALING | NESTEROV, "tab:green", ":"),
    "sgd, adaptive from a high rate": (SGD | ADAPTIVE, "tab:red", "-"),
    "adam": ({"solver": "adam", "learning_rate_init": 0.01}, "black", "-"),
}
# Of each: the data, and how many epochs show the difference.
DATA_SETS = {
    "iris": (load_iris(return_X_y=True), 200),
    "digits": (load_digits(return_X_y=True), 20),
    "breast cancer": (load_breast_cancer(return_X_y=True), 100),
}


def draw(network_class, row):
    """Draw the loss curves of networks of this class, one panel per data set."""
    row[0].set_ylabel(f"{network_class.__name__}\ntraining loss")
    for ((X, y), max_iter), axes in zip(DATA_SETS.values(), row, strict=True):
        for name, (parameters, colour, line) in SOLVERS.items():
            common = {"alpha": 1e-4, "max_iter": max_iter, "random_state": 0}
            network = network_class(**common, **parameters).fit(minmax_scale(X), y)
            epochs = range(1, network.n_iter_ + 1)
            axes.plot(epochs, network.loss_curve_, line, color=colour, label=name)


def main():
    """Draw both classes one above the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", default="training_curves.png", help="path of the picture")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)  # the slow ones are part of the picture
    figure = Figure(figsize=(12, 6), layout="constrained")
    panels = figure.subplots(2, len(DATA_SETS), sharex="col", sharey="col")
    draw(MLPClassifier, panels[0])
    draw(DeepMLPClassifier, panels[1])
    for name, above, below in zip(DATA_SETS, *panels, strict=True):
        above.set_title(name)
        below.set(xlabel="epoch", yscale="log")
        below.minorticks_off()
        below.yaxis.set(major_locator=LogLocator(subs=(1, 2, 5)), major_formatter="{x:g}")
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside right", frameon=False)
    figure.savefig(arguments.output, dpi=150)
    print(f"Picture: {arguments.output}")


if __name__ == "__main__":
    main()
