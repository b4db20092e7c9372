"""
A search trained as one network
===============================

A grid search over activations trains many networks of one shape. Within
:func:`~sklearn_deepmlp.fit_together` they form a stack, whose layers are one batched product for
all networks. This example runs the same search sequentially and together, in one process and in
two, and compares times and scores.
"""

# %%
# The search
# ----------
#
# A pipeline standardizes the features of the breast cancer data and trains three hidden layers of
# 32 units. The search cross-validates every activation of the package in five folds.

import warnings
from contextlib import nullcontext
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp.activations import ACTIVATIONS

warnings.simplefilter("ignore", ConvergenceWarning)  # 20 epochs are enough to compare times

N_FOLDS = 5
X, y = load_breast_cancer(return_X_y=True)
names = {activation: name for name, activation in ACTIVATIONS.items()}  # no aliases
net = DeepMLPClassifier((32, 32, 32), batch_size=32, max_iter=20, random_state=0)
model = Pipeline([("scale", StandardScaler()), ("net", net)])
grid = {"net__activation": list(names.values())}
print(f"{len(names)} activations × {N_FOLDS} folds = {len(names) * N_FOLDS} networks")


def timed_search(n_jobs=None, context=None):
    """Search within a context; return the seconds, the scores and what the context yields."""
    search = GridSearchCV(model, grid, cv=N_FOLDS, n_jobs=n_jobs, refit=False)
    start = perf_counter()
    with context or nullcontext() as report:
        table = search.fit(X, y).cv_results_
    seconds = perf_counter() - start
    return seconds, np.array([table[f"split{i}_test_score"] for i in range(N_FOLDS)]), report


# %%
# One process
# -----------
#
# First the search trains one network after another, then all of them together. Nothing about the
# search changes. The report says what was trained how.

sequential, scores, _ = timed_search()
together, scores_together, report = timed_search(context=fit_together(n_jobs=1))
print(report)

# %%
# Two processes
# -------------
#
# ``n_jobs=2`` divides the networks of a plain search between two processes of joblib, and
# ``fit_together("loky", n_jobs=2)`` trains a stack in each of them. Their start takes seconds, most
# of them for the import of torch. One small fit in each process keeps that out of the times.

quick = clone(model).set_params(net__max_iter=1)
cross_val_score(quick, X, y, cv=4, n_jobs=2)
in_two, scores_in_two, _ = timed_search(n_jobs=2)
together_in_two, scores_together_in_two, report = timed_search(
    context=fit_together("loky", n_jobs=2)
)
print(report)

# %%
# Times
# -----

LABELS = [
    "1 process, sequentially",
    "1 process, together",
    "2 processes, sequentially",
    "2 processes, together",
]
seconds = [sequential, together, in_two, together_in_two]
figure, axes = plt.subplots(figsize=(7, 2.8), layout="constrained")
bars = axes.barh([0, 1, 2.5, 3.5], seconds, color=["0.7", "tab:blue"] * 2, tick_label=LABELS)
axes.bar_label(bars, [f"{s:.1f} s, {sequential / s:.1f}×" for s in seconds], padding=4)
axes.invert_yaxis()
axes.set_title("Duration of one search, and speed-up")
axes.spines[["top", "right", "bottom"]].set_visible(False)
axes.set(xticks=[], xlim=(0, 1.2 * max(seconds)))
plt.show()

# %%
# The seconds are those of the machine that built this page. A training step of such a small network
# consists mostly of the overhead of calls, and a stack makes each call once for all its networks:
# that is the gain within one process. A second process helps where a core is free for it, with and
# without ``fit_together``. Without a backend, ``fit_together`` also uses all cores, but only for
# searches that are long enough to pay for the start of its workers.

# %%
# Scores
# ------
#
# The accuracies are compared with those of the sequential search. Sums in another order round
# differently, which training can amplify, so that equal scores are the rule but not guaranteed.

for other in [scores_together, scores_in_two, scores_together_in_two]:
    difference = np.abs(other - scores)
    print(f"{(difference == 0).sum()} of {difference.size} equal, at most {difference.max():.2g}")
