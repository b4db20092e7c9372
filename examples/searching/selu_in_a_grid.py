"""
SELU in a grid
==============

A network of SELU layers is self-normalizing only under conditions, and ``fit`` refuses to train it
where they are violated. In a grid with penalties and normalization some combinations are therefore
refused, and their scores are NaN. This example shows which, splits the grid in two, and then trains
the refused ones after all, to see what they are worth.
"""

# %%
# One grid
# --------
#
# Two activations, three penalties, with and without batch normalization: 12 combinations of six
# hidden layers on the digits data.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning, FitFailedWarning
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, fit_together

warnings.simplefilter("ignore", ConvergenceWarning)  # each network is trained for 10 epochs

X, y = load_digits(return_X_y=True)
net = DeepMLPClassifier((32,) * 6, learning_rate_init=0.005, max_iter=10, random_state=0)
model = Pipeline([("scale", StandardScaler()), ("net", net)])
folds = StratifiedKFold(3, shuffle=True, random_state=0)

ALPHAS = [0.0, 0.1, 1.0]
grid = {
    "net__activation": ["selu", "relu"],
    "net__normalization": [None, "batch"],
    "net__alpha": ALPHAS,
}


def search_grid(model, grid):
    """Cross-validate all candidates of a grid, trained together."""
    search = GridSearchCV(model, grid, cv=folds, refit=False)
    with fit_together():
        return search.fit(X, y)


# %%
# A refused combination
# ---------------------
#
# The error lists each violated condition with its remedy.

try:
    refused = {"net__activation": "selu", "net__normalization": "batch", "net__alpha": 0.1}
    clone(model).set_params(**refused).fit(X, y)
except ValueError as error:
    print(error)

# %%
# In the search such a combination fails in each fold, and its score is NaN. scikit-learn warns with
# a ``FitFailedWarning``, which repeats these messages, and of the scores; both are filtered here.

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FitFailedWarning)
    warnings.filterwarnings("ignore", "One or more of the test scores are non-finite")
    enforced = search_grid(model, grid)
scores = enforced.cv_results_["mean_test_score"]
print(f"{np.isnan(scores).sum()} of {len(scores)} candidates refused")

# %%
# The grid in two
# ---------------
#
# A list of grids has no refused combinations: SELU with its own regularization, alpha dropout, and
# ReLU with penalties and normalization.

selu_grid = {"net__activation": ["selu"], "net__dropout": [0.0, 0.02, 0.05]}
relu_grid = grid | {"net__activation": ["relu"]}
in_two = search_grid(model, [selu_grid, relu_grid])
for params, score in zip(
    in_two.cv_results_["params"], in_two.cv_results_["mean_test_score"], strict=True
):
    print(f"{score:.3f} ", ", ".join(f"{name[5:]}={value!r}" for name, value in params.items()))

# %%
# Training despite violations
# ---------------------------
#
# ``self_normalization="warn"`` trains such combinations and warns in every fit; ``"ignore"`` does
# not warn, which suits a search whose purpose is to compare them.

ignored = search_grid(clone(model).set_params(net__self_normalization="ignore"), grid)


def draw_scores(search, axes):
    """Draw mean accuracies: a row per activation and normalization, a column per alpha."""
    table = search.cv_results_["mean_test_score"].reshape(2, len(ALPHAS), 2)
    rows = table.transpose(0, 2, 1).reshape(4, len(ALPHAS))
    axes.imshow(rows, cmap="Blues", vmin=0.93, vmax=1, aspect="auto")
    for (row, column), score in np.ndenumerate(rows):
        if np.isnan(score):
            square = {"hatch": "///", "facecolor": "white", "edgecolor": "0.7"}
            axes.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, **square))
        text = "refused" if np.isnan(score) else f"{score:.3f}"
        axes.text(column, row, text, ha="center", va="center")
    axes.set_xticks(range(len(ALPHAS)), [f"{alpha:g}" for alpha in ALPHAS])
    axes.set_yticks(range(4), ["selu", "selu, batch", "relu", "relu, batch"])
    axes.set_xlabel("alpha")


figure, panels = plt.subplots(1, 2, figsize=(9, 3), sharey=True, layout="constrained")
figure.suptitle("Accuracy by activation, normalization and penalty")
for title, search, axes in zip(["enforce", "ignore"], [enforced, ignored], panels, strict=True):
    draw_scores(search, axes)
    axes.set_title(f'self_normalization="{title}"')
plt.show()

# %%
# On the left, SELU is scored only as the plain network without a penalty that its theory is about.
# On the right, the penalized and normalized networks of SELU learn too: six layers on easy data do
# not depend on self-normalization. The check exists for networks in which a violated condition
# would go unnoticed until they fail, deeper ones above all. A search with "ignore" measures whether
# that matters for a given task.
