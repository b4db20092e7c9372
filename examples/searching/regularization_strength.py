"""Regularization strength
=======================

Show what alpha does to the regions that a small network tells apart.

Each row is a set of points in the plane, each column an alpha, the strength of the L2 penalty. A
weak penalty lets a network bend its boundary around single points, a strong one straightens it,
and on the circles the strongest leaves nothing but the class frequencies. Colours are predicted
probabilities, dots are training points, numbers are accuracies on points that were held out.

`draw` takes the class of the networks: scikit-learn's MLPClassifier on the left,
DeepMLPClassifier on the right. The name of the class is all that changes. The initial weights
differ, so two boundaries that bend need not bend alike; those that a penalty has smoothed agree.

The idea is that of scikit-learn's example "Varying regularization in Multi-layer Perceptron".
"""

import argparse

import numpy as np
from matplotlib.figure import Figure
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
COLOURS = "PuOr"
PALE = {"vmin": -0.5, "vmax": 1.5}  # lets the points stand out from the regions


def probabilities(model, X):
    """Return a grid around the points and the probability of the second class on it."""
    margin = 0.3 * X.std(axis=0)
    lowest, highest = X.min(axis=0) - margin, X.max(axis=0) + margin
    columns, rows = np.meshgrid(*np.linspace(lowest, highest, 150).T)
    points = np.column_stack([columns.ravel(), rows.ravel()])
    return columns, rows, model.predict_proba(points)[:, 1].reshape(columns.shape)


def draw_panel(model, X, y, axes):
    """Fit the model to half of the points, draw what it predicts and how well."""
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.5, random_state=0)
    model.fit(X_train, y_train)
    grid = probabilities(model, X)
    axes.contourf(*grid, levels=np.linspace(0, 1, 11), cmap=COLOURS, **PALE)
    axes.contour(*grid, levels=[0.5], colors="black", linewidths=1)
    axes.scatter(*X_train.T, c=y_train, cmap=COLOURS, s=9, edgecolors="black", linewidths=0.4)
    axes.set(xticks=[], yticks=[])
    axes.text(
        *(0.96, 0.05, f"{model.score(X_test, y_test):.2f}"),
        transform=axes.transAxes,
        ha="right",
        bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.5},
    )


def draw(network_class, figure):
    """Draw the regions of networks of this class, one row per data set, one column per alpha."""
    figure.suptitle(network_class.__name__, fontweight="bold")
    panels = figure.subplots(len(DATA_SETS), len(ALPHAS))
    for (name, (X, y)), row in zip(DATA_SETS.items(), panels, strict=True):
        row[0].set_ylabel(name)
        for alpha, axes in zip(ALPHAS, row, strict=True):
            network = network_class(
                (20, 20), solver="lbfgs", alpha=alpha, max_iter=2000, random_state=0
            )
            draw_panel(make_pipeline(StandardScaler(), network), X, y, axes)
    for alpha, axes in zip(ALPHAS, panels[0], strict=True):
        axes.set_title(f"alpha {alpha:g}", fontsize="medium")


def main():
    """Draw both classes side by side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--output", default="regularization_strength.png", help="path of the picture"
    )
    arguments = parser.parse_args()
    figure = Figure(figsize=(13, 5.2), layout="constrained")
    left, right = figure.subfigures(1, 2, wspace=0.03)
    draw(MLPClassifier, left)
    draw(DeepMLPClassifier, right)
    figure.savefig(arguments.output, dpi=150)
    print(f"Picture: {arguments.output}")


if __name__ == "__main__":
    main()
