"""
Regularization strength
=======================

The parameter ``alpha`` is the strength of the L2 penalty on the weights. This example shows what
it does to the regions that a small network tells apart, in three sets of points in the plane. The
idea is that of scikit-learn's example "Varying regularization in Multi-layer Perceptron".
"""

# %%
# Data and networks
# -----------------
#
# Half of the points of each set are for training, the other half is held out. Networks with two
# layers of 20 units can bend their boundary around single points. L-BFGS takes each of them to a
# minimum of its penalized loss, so that differences come from the penalty and not from training
# that ended too early. ``MLPClassifier`` is trained in the same way.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_blobs, make_circles, make_moons
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier

ALPHAS = [0.01, 0.1, 1.0, 10.0]
DATA_SETS = {
    "moons": make_moons(200, noise=0.3, random_state=0),
    "circles": make_circles(200, noise=0.2, factor=0.5, random_state=0),
    "blobs": make_blobs(200, centers=[(-1, -1), (1, 1)], random_state=0),
}


def make_model(network_class, alpha):
    """Make a pipeline; the class of the network is all that differs between the two libraries."""
    network = network_class((20, 20), solver="lbfgs", alpha=alpha, max_iter=2000, random_state=0)
    return make_pipeline(StandardScaler(), network)


# %%
# Regions
# -------
#
# Colors are predicted probabilities, and the black line is where both classes are equally
# probable. Dots are training points; the number is the accuracy on the held-out ones.


def draw_regions(model, X, axes):
    """Draw the probability of the second class on a grid around the points."""
    margin = 0.3 * X.std(axis=0)
    (left, bottom), (right, top) = X.min(axis=0) - margin, X.max(axis=0) + margin
    columns, rows = np.meshgrid(np.linspace(left, right, 80), np.linspace(bottom, top, 80))
    points = np.column_stack([columns.ravel(), rows.ravel()])
    grid = columns, rows, model.predict_proba(points)[:, 1].reshape(columns.shape)
    pale = {"vmin": -0.5, "vmax": 1.5}  # lets the dots stand out
    axes.contourf(*grid, levels=np.linspace(0, 1, 11), cmap="PuOr", **pale)
    axes.contour(*grid, levels=[0.5], colors="black", linewidths=1)


def draw_panel(model, X, y, axes):
    """Fit the model to half of the points; draw its regions, these points and its accuracy."""
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=0)
    model.fit(X_train, y_train)
    draw_regions(model, X, axes)
    axes.scatter(*X_train.T, c=y_train, cmap="PuOr", s=9, edgecolors="black", linewidths=0.4)
    label = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5}
    accuracy = f"{model.score(X_test, y_test):.2f}"
    axes.text(0.96, 0.05, accuracy, transform=axes.transAxes, ha="right", bbox=label)
    axes.set(xticks=[], yticks=[])


def draw_table(network_class):
    """Draw one row of panels per data set and one column per alpha."""
    figure, panels = plt.subplots(
        len(DATA_SETS), len(ALPHAS), figsize=(8, 5.6), layout="constrained"
    )
    figure.suptitle(f"Regions of {network_class.__name__} by strength of the penalty")
    for (name, (X, y)), row in zip(DATA_SETS.items(), panels, strict=True):
        row[0].set_ylabel(name)
        for alpha, axes in zip(ALPHAS, row, strict=True):
            draw_panel(make_model(network_class, alpha), X, y, axes)
    for alpha, axes in zip(ALPHAS, panels[0], strict=True):
        axes.set_title(f"alpha={alpha:g}")


draw_table(DeepMLPClassifier)
plt.show()

# %%
# From left to right the boundary straightens. With the weakest penalty it bends around single
# points, and the colors are full almost everywhere: the network is sure of regions in which it has
# seen one point. With the strongest one, colors are pale, and on the circles nothing is left but
# the frequencies of the classes, because a boundary that closes needs larger weights. The held-out
# accuracy says which strength suits which data; it is best in between.

draw_table(MLPClassifier)
plt.show()

# %%
# The picture for ``MLPClassifier`` is nearly the same. The initial weights of the two classes
# differ, so two boundaries that bend need not bend in the same way; those that the penalty has
# smoothed agree.
