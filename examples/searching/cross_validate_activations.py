"""
Cross-validating every activation
=================================

Which activation suits a task is found by cross-validation. This script, which ``make demo`` runs
too, scores every activation of the package on handwritten digits, with all networks trained as one
stack, and ranks them. It then pickles the best pipeline and lets a new process predict with it.
"""

# %%
# The networks differ in nothing but the activation of their five hidden layers. ``init="auto"``
# gives each activation the initial weights that suit it, as Glorot and Bengio (2010), He et al.
# (2015) and Klambauer et al. (2017) advise. scikit-learn does the rest: a pipeline standardizes the
# pixels, which SELU requires, and a grid search scores the activations on the same five folds.
#
# Two of them are there for comparison. "identity" shows what the network is worth without an
# activation: it is a linear model. "logistic" is the sigmoid that deep networks once failed with:
# its gradients vanish on their way to the lower layers, so that it learns slowly.

import argparse
import pickle
import subprocess
import sys
import tempfile
import warnings
from contextlib import nullcontext
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp.activations import ACTIVATIONS

N_FOLDS, N_EPOCHS = 5, 30

PREDICT = """
import pickle, sys
import numpy as np
from sklearn.datasets import load_digits

pickle_path, probabilities_path = sys.argv[1:]
with open(pickle_path, "rb") as file:
    pipeline = pickle.load(file)
np.save(probabilities_path, pipeline.predict_proba(load_digits().data))
"""


class Result(NamedTuple):
    """What cross-validation found for one activation."""

    rank: int
    activation: str
    scores: np.ndarray


def parse_arguments():
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Cross-validate every activation on digits.")
    parser.add_argument("--output", type=Path, help="where to save the picture")
    parser.add_argument(
        "--sequential",
        action="store_true",
        help="train the networks sequentially too, and compare times and accuracies",
    )
    return parser.parse_args()


# %%
# The search
# ----------


def activation_names():
    """Return the first name of each activation class, without aliases."""
    first_names = {}
    for name, activation in ACTIVATIONS.items():
        first_names.setdefault(activation, name)
    return list(first_names.values())


def make_search():
    """Make the grid search: one pipeline, its activation the only thing to vary."""
    net = DeepMLPClassifier(
        (32,) * 5, batch_size=64, learning_rate_init=0.003, max_iter=N_EPOCHS, random_state=0
    )
    pipeline = Pipeline([("scale", StandardScaler()), ("net", net)])
    folds = StratifiedKFold(N_FOLDS, shuffle=True, random_state=0)
    grid = {"net__activation": activation_names()}
    return GridSearchCV(pipeline, grid, cv=folds)


def fit(search, X, y, context):
    """Cross-validate all activations and refit the best one; return the seconds it took."""
    start = perf_counter()
    with context:
        search.fit(X, y)
    return perf_counter() - start


# %%
# The ranking
# -----------


def all_scores(search):
    """Return the test accuracies, of shape (n_activations, N_FOLDS)."""
    return np.transpose([search.cv_results_[f"split{fold}_test_score"] for fold in range(N_FOLDS)])


def ranked_results(search):
    """Return one Result for each activation, best first."""
    table = search.cv_results_
    names = [params["net__activation"] for params in table["params"]]
    results = map(Result, table["rank_test_score"], names, all_scores(search))
    return sorted(results, key=lambda result: result.rank)


def print_ranking(results):
    """Print a table of all results, and how much of it is noise."""
    print("\nrank  activation    init           test accuracy")
    for rank, activation, scores in results:
        init = ACTIVATIONS[activation].default_init
        accuracy = f"{scores.mean():.4f} ± {scores.std():.4f}"
        print(f"{rank:4}  {activation:12}  {init:13}  {accuracy}")
    error = np.median([result.scores.std(ddof=1) for result in results]) / np.sqrt(N_FOLDS)
    print(f"\nMeans ± standard deviations over {N_FOLDS} folds. Differences below about one")
    print(f"standard error of a mean, {error:.4f} here, are noise.")


def draw_ranking(results):
    """Draw a row for each activation: each fold a dot, their mean a bar; return the figure.

    Networks that have not learned are far to the left of the others; text says so instead.
    """
    figure, axes = plt.subplots(figsize=(7, 0.32 * len(results) + 1.1), layout="constrained")
    learned = [result for result in results if result.scores.mean() > 0.5]
    for row, result in enumerate(results):
        if result not in learned:
            text = f"◂ {result.scores.mean():.2f}: has not learned"
            axes.text(0.01, row, text, va="center", transform=axes.get_yaxis_transform())
            continue
        folds = axes.plot(result.scores, [row] * N_FOLDS, "o", color="C0", alpha=0.4, mew=0)
        mean = axes.plot(result.scores.mean(), row, "|", color="black", ms=14, mew=2)
    axes.set_yticks(range(len(results)), [result.activation for result in results])
    axes.set_ylim(-0.6, len(results) - 0.4)
    axes.set_xlabel("test accuracy")
    axes.set_title("Digits, five hidden layers: accuracy of each activation", loc="left")
    axes.legend([*folds, *mean], ["one fold", "mean"], frameon=False, loc="lower right")
    arrange_rows(axes)
    return figure


def arrange_rows(axes):
    """Put the first row on top, and leave only the lines that help to read scores."""
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="0.9")
    axes.set_axisbelow(True)
    axes.spines[["left", "top", "right"]].set_visible(False)


# %%
# The pickle
# ----------


def predict_in_new_process(pipeline_path, probabilities_path):
    """Let a fresh Python process load the pipeline and predict the digits' probabilities."""
    command = [sys.executable, "-c", PREDICT, pipeline_path, probabilities_path]
    subprocess.run(command, check=True)
    return np.load(probabilities_path)


def survives_pickling(pipeline, X):
    """Tell whether a pickled pipeline predicts the same bits in another process."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "pipeline.pickle"
        path.write_bytes(pickle.dumps(pipeline))
        print(f"\nPickled the best pipeline: {path.stat().st_size / 1024:.0f} KiB.")
        there = predict_in_new_process(path, Path(directory) / "probabilities.npy")
    here = pipeline.predict_proba(X)
    return here.tobytes() == there.tobytes()


# %%
# Together and sequentially
# -------------------------
#
# With ``--sequential`` the same search is run once more, one network after another. This page is
# built without it.


def compare_with_sequential(search, seconds, X, y):
    """Train the networks of the search sequentially, and compare."""
    sequential_search = make_search()
    print("Training the same networks sequentially.", flush=True)
    sequential_seconds = fit(sequential_search, X, y, nullcontext())
    together, sequential = all_scores(search), all_scores(sequential_search)
    print(f"Trained together: {seconds:.1f} s. Sequentially: {sequential_seconds:.1f} s, ", end="")
    print(f"{sequential_seconds / seconds:.1f} times as long.")
    differences = np.abs(together - sequential)
    print(f"{(differences == 0).sum()} of {differences.size} accuracies are the same, ", end="")
    print(f"the largest difference is {differences.max():.2g}.")


# %%
# The whole script
# ----------------


def main():
    """Search, print, draw, pickle, compare."""
    arguments = parse_arguments()
    # Slow learners, the logistic function above all, use up their epochs. That is what the
    # example shows: no need to warn.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    X, y = load_digits(return_X_y=True)
    search = make_search()
    n_names = len(activation_names())
    print(f"Training {n_names} activations × {N_FOLDS} folds, five hidden layers each.", flush=True)
    seconds = fit(search, X, y, fit_together(progress=True))
    results = ranked_results(search)
    print_ranking(results)
    figure = draw_ranking(results)
    if arguments.output:
        figure.savefig(arguments.output, dpi=150)
        print(f"\nSaved a picture: {arguments.output}")
    if not survives_pickling(search.best_estimator_, X):
        sys.exit("A new process loaded it and predicted other probabilities.")
    print("A new process loaded it and predicted the same probabilities, bit for bit.\n")
    if arguments.sequential:
        compare_with_sequential(search, seconds, X, y)


if __name__ == "__main__":
    main()

# %%
# Each dot is the accuracy in one fold. The best activations differ by less than the folds do, so
# their order says little: all nonlinear ones but the sigmoid are suitable here. The linear model is
# behind them, and the sigmoid in five hidden layers has learned nothing after 30 epochs.
