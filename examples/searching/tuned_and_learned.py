"""
Activation parameters, tuned and learned
========================================

Leaky ReLU and ELU have a parameter α, Swish has β. They can be tuned by cross-validation, with
nested names in a grid, or learned along with the weights: PReLU learns the α of each unit, and
``Swish(trainable=True)`` its β. This example does both on the digits data and compares the scores.
"""

# %%
# Three grids and two learned activations
# ---------------------------------------
#
# An activation given by name gets its parameters by nested names, as any other estimator does. All
# candidates have the same layers, so within :func:`~sklearn_deepmlp.fit_together` the networks of
# all candidates and folds are trained as one stack.

import warnings

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp.activations import PReLU, Swish

warnings.simplefilter("ignore", ConvergenceWarning)  # each network is trained for 20 epochs

X, y = load_digits(return_X_y=True)
net = DeepMLPClassifier((32, 32, 32), learning_rate_init=0.01, max_iter=20, random_state=0)
model = Pipeline([("scale", StandardScaler()), ("net", net)])
TUNED = {
    "leaky_relu": ("negative_slope", [0.0, 0.01, 0.1, 0.2, 0.5, 1.0]),
    "elu": ("alpha", [0.05, 0.5, 1.0, 2.0, 3.0]),
    "swish": ("beta", [0.0, 0.25, 0.5, 1.0, 1.702, 4.0]),
}
LEARNED = {"leaky_relu": PReLU(), "swish": Swish(trainable=True)}
grid = [
    {"net__activation": [name], f"net__activation__{parameter}": values}
    for name, (parameter, values) in TUNED.items()
] + [{"net__activation": list(LEARNED.values())}]

folds = StratifiedKFold(5, shuffle=True, random_state=0)
with fit_together() as report:
    search = GridSearchCV(model, grid, cv=folds, refit=False).fit(X, y)
print(report)

# %%
# The learned values
# ------------------
#
# The learned parameters are in ``activation_params_``, one array per hidden layer with a value per
# unit. Two networks are fitted to all rows to see them.


def learned_values(activation):
    """Return what the units of all hidden layers have learned, and the initial value."""
    fitted = model.set_params(net__activation=activation).fit(X, y)["net"]
    return np.concatenate([*[p for params in fitted.activation_params_ for p in params.values()]])


values = {name: learned_values(activation) for name, activation in LEARNED.items()}
for name, learned in values.items():
    low, middle, high = np.quantile(learned, [0, 0.5, 1])
    print(f"{LEARNED[name]}: {low:.2f} to {high:.2f}, median {middle:.2f}")

# %%
# Tuned and learned
# -----------------
#
# Each panel shows the accuracy of the tuned values. A horizontal line is the accuracy of the
# learned ones, and the ticks at the bottom are the values themselves, one per unit.

results = search.cv_results_
all_means = results["mean_test_score"]
all_errors = results["std_test_score"] / np.sqrt(folds.get_n_splits() - 1)


def draw_tuned(name, axes):
    """Draw mean accuracies with their standard errors over the values of a parameter."""
    parameter, tuned = TUNED[name]
    rows = [i for i, params in enumerate(results["params"]) if params["net__activation"] == name]
    axes.errorbar(tuned, all_means[rows], all_errors[rows], fmt="o-", color="tab:blue", capsize=3)
    axes.set(title=name, xlabel=parameter)


def draw_learned(name, axes):
    """Draw the mean accuracy with learned values, its standard error and these values."""
    [row] = [i for i, p in enumerate(results["params"]) if p["net__activation"] is LEARNED[name]]
    axes.axhline(all_means[row], color="tab:orange")
    low, high = all_means[row] - all_errors[row], all_means[row] + all_errors[row]
    axes.axhspan(low, high, color="tab:orange", alpha=0.2, linewidth=0)
    axes.text(
        1, all_means[row], "learned ", transform=axes.get_yaxis_transform(), ha="right", va="bottom"
    )
    axes.plot(
        values[name],
        np.full(len(values[name]), 0.03),
        "|",
        color="tab:orange",
        ms=10,
        transform=axes.get_xaxis_transform(),
    )


figure, panels = plt.subplots(1, 3, figsize=(10, 3.6), sharey=True, layout="constrained")
figure.suptitle("Accuracy on digits by parameter of the activation")
for name, axes in zip(TUNED, panels, strict=True):
    draw_tuned(name, axes)
    if name in LEARNED:
        draw_learned(name, axes)
panels[0].set_ylabel("accuracy ± standard error")
plt.show()

# %%
# Leaky ReLU loses accuracy as its slope approaches 1, where it becomes the identity and the network
# linear, and so does Swish with β=0, which halves its input. In between, most differences are
# within the error bars: on these data the exact value hardly matters. PReLU, which starts at 0.25,
# learns different slopes for different units; the values of β scatter around the initial 1. The
# accuracies with learned values are close to those of the best tuned ones, at the cost of one
# training instead of one per value.
