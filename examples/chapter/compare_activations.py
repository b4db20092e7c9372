"""Compare activations
===================

Compare activation functions on handwritten digits, and tell differences from chance.

A grid search cross-validates networks that differ in nothing but the activation of their five
hidden layers. `compare_candidates` then says which of them differ by more than chance, and
`ActivationComparisonDisplay` draws their scores and times.
"""

import argparse

from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import ActivationComparisonDisplay, DeepMLPClassifier, compare_candidates

ACTIVATIONS = ["tanh", "relu", "leaky_relu", "elu", "selu", "gelu", "swish", "mish"]


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Compare activation functions on digits.")
    parser.add_argument("--output", default="activation_comparison.png", help="path of the picture")
    return parser.parse_args()


def search_activations():
    """Cross-validate each activation, sequentially, so that the times are those of each."""
    net = DeepMLPClassifier((32,) * 5, batch_size=32, max_iter=15, random_state=0)
    model = make_pipeline(StandardScaler(), net)
    search = GridSearchCV(model, {"deepmlpclassifier__activation": ACTIVATIONS}, cv=10)
    return search.fit(*load_digits(return_X_y=True))


def main():
    """Search, compare, draw."""
    arguments = parse_arguments()
    search = search_activations()
    print(compare_candidates(search))
    display = ActivationComparisonDisplay.from_search(search)
    display.figure_.savefig(arguments.output, dpi=150)
    print(f"\nSaved a picture: {arguments.output}")


if __name__ == "__main__":
    main()
