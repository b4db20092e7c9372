"""First layer weights
===================

Show the weights of a network's first layer as pictures.

A network learns handwritten digits of 8 x 8 pixels. Each of its hidden units has one weight per
pixel, in a column of ``coefs_[0]``, which can be drawn like a digit: where it is orange, ink raises
the unit's output, where it is purple, ink lowers it. At the margins, where hardly any digit has
ink, the L2 penalty has removed the initial weights.

`draw` takes the class of the network: scikit-learn's MLPClassifier on the left, DeepMLPClassifier
on the right, in the same colours. The name of the class is all that changes. The initial weights
differ, so the units of the two networks look for other strokes.

The idea is that of scikit-learn's example "Visualization of MLP weights on MNIST".
"""

import argparse
import warnings

from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

from sklearn_deepmlp import DeepMLPClassifier

ROWS, COLUMNS = 4, 5
STRONGEST = 0.6  # the weight of the fullest colour


def draw(network_class, figure):
    """Train a network of this class and draw the first weights of each hidden unit."""
    digits = load_digits()
    X_train, X_test, y_train, y_test = train_test_split(
        digits.data / 16, digits.target, stratify=digits.target, random_state=0
    )
    network = network_class(
        (ROWS * COLUMNS,),
        activation="tanh",
        solver="sgd",
        learning_rate_init=0.1,
        alpha=1.0,
        max_iter=200,
        random_state=0,
    )
    network.fit(X_train, y_train)
    accuracy = network.score(X_test, y_test)
    print(f"{network_class.__name__}: test accuracy {accuracy:.3f}")
    figure.suptitle(network_class.__name__, fontweight="bold")
    panels = figure.subplots(ROWS, COLUMNS)
    for weights, axes in zip(network.coefs_[0].T, panels.flat, strict=True):
        picture = weights.reshape(digits.images[0].shape)
        image = axes.imshow(picture, cmap="PuOr_r", vmin=-STRONGEST, vmax=STRONGEST)
        axes.set(xticks=[], yticks=[])
    figure.colorbar(image, ax=panels, label="weight", extend="both")


def main():
    """Draw both classes side by side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", default="first_layer_weights.png", help="path of the picture")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)  # 200 epochs are enough to see it
    figure = Figure(figsize=(11, 4), layout="constrained")
    left, right = figure.subfigures(1, 2, wspace=0.05)
    draw(MLPClassifier, left)
    draw(DeepMLPClassifier, right)
    figure.savefig(arguments.output, dpi=150)
    print(f"Picture: {arguments.output}")


if __name__ == "__main__":
    main()
