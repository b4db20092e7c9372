"""Search together
===============

Cross-validate every activation function sequentially, and then trained as one network.

A grid search over the activations of a pipeline runs twice on the breast cancer data. The first
trains one network after another. The second runs within `fit_together`: the networks of all
activations and folds have one shape, so they are trained as one stack, whose layers are one
batched product for all of them.

The script prints both times and their ratio, what was trained how, and whether the scores agree.
They may differ by rounding, which training can amplify.
"""

import warnings
from contextlib import nullcontext
from time import perf_counter

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp.activations import ACTIVATIONS

N_FOLDS = 5


def activation_names():
    """Return the first name of each activation class, without aliases."""
    first_names = {}
    for name, activation in ACTIVATIONS.items():
        first_names.setdefault(activation, name)
    return list(first_names.values())


def make_search():
    """Make the grid search: one pipeline, its activation the only thing to vary."""
    net = DeepMLPClassifier((32,) * 3, batch_size=32, max_iter=100, random_state=0)
    pipeline = Pipeline([("scale", StandardScaler()), ("net", net)])
    grid = {"net__activation": activation_names()}
    return GridSearchCV(pipeline, grid, cv=N_FOLDS, refit=False)


def timed_scores(context, X, y):
    """Search within a context; return the seconds, the scores and what the context yields."""
    start = perf_counter()
    with context as report:
        table = make_search().fit(X, y).cv_results_
    seconds = perf_counter() - start
    return seconds, np.array([table[f"split{i}_test_score"] for i in range(N_FOLDS)]), report


def main():
    """Search both ways and compare."""
    warnings.simplefilter("ignore", ConvergenceWarning)  # slow learners use up their epochs
    X, y = load_breast_cancer(return_X_y=True)
    print(f"Training {len(activation_names())} activations x {N_FOLDS} folds, twice.", flush=True)
    sequential, scores, _ = timed_scores(nullcontext(), X, y)
    print(f"Sequentially: {sequential:6.2f} s", flush=True)
    together, scores_together, report = timed_scores(fit_together(), X, y)
    print(f"Together:     {together:6.2f} s, {sequential / together:.1f} times as fast\n")
    print(report)
    differences = np.abs(scores - scores_together)
    print(f"\n{(differences == 0).sum()} of {differences.size} accuracies are the same.")
    print(f"The largest difference between two of them is {differences.max():.2g}.")


if __name__ == "__main__":
    main()
