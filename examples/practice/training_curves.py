"""
Training curves
===============

The loss after each epoch, ``loss_curve_``, shows how a solver and a learning rate work. This
example compares solvers, momentum and learning rate schedules, and reads the typical shapes of
curves: too slow, too noisy, and settling at the end. The idea is that of scikit-learn's example
"Compare Stochastic learning strategies for MLPClassifier".
"""

# %%
# Data
# ----
#
# The target is Friedman's first function plus noise. The loss is half the squared error, so half
# the variance of the noise is the lowest loss that a network can have on new rows. In batches of 32
# rows an epoch has 47 steps, each of which follows a noisy estimate of the gradient. ``alpha=0``
# leaves out the penalty, so that curves show the error only.

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import make_friedman1
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPRegressor, LossCurveDisplay

warnings.simplefilter("ignore", ConvergenceWarning)  # slow curves are part of the picture

NOISE = 2.0
X, y = make_friedman1(2000, noise=NOISE, random_state=0)
half_noise_variance = NOISE**2 / y.var() / 2
X_train, X_test, y_train, y_test = train_test_split(scale(X), scale(y), random_state=0)
COMMON = {"alpha": 0, "batch_size": 32, "max_iter": 40, "random_state": 0}


def draw_curves(candidates, axes, network_class=DeepMLPRegressor):
    """Train a network for each candidate, draw its losses and print its score."""
    print(f"{'':32}   loss  held-out R²")
    for name, (params, line) in candidates.items():
        network = network_class(hidden_layer_sizes=(20, 20), **(COMMON | params)).fit(
            X_train, y_train
        )
        display = LossCurveDisplay(loss_curve=network.loss_curve_, name=name)
        display.plot(axes, line_kw=line)
        print(f"{name:32} {network.loss_:6.4f} {network.score(X_test, y_test):13.3f}")
    axes.axhline(half_noise_variance, color="0.6", linewidth=0.8)
    axes.text(
        1,
        half_noise_variance,
        "half the variance of the noise",
        color="0.4",
        va="top",
        size="small",
    )
    axes.set(yscale="log", ylabel="training loss")
    axes.set_yticks([0.05, 0.1, 0.2, 0.5], ["0.05", "0.1", "0.2", "0.5"])
    axes.minorticks_off()


BLUE, ORANGE, BLACK = {"color": "tab:blue"}, {"color": "tab:orange"}, {"color": "black"}
DASHED, DOTTED = {"linestyle": "--"}, {"linestyle": ":"}

# %%
# Solvers
# -------
#
# Gradient descent without momentum and with momentum in two forms, then two solvers with a step
# size per weight. RMSProp and Adam get a tenth of the learning rate, because they divide the
# gradient by its typical size.

SGD = {"solver": "sgd", "learning_rate_init": 0.01}
SOLVERS = {
    "sgd, momentum=0": (SGD | {"momentum": 0.0}, BLUE | DOTTED),
    "sgd, nesterovs_momentum=False": (SGD | {"nesterovs_momentum": False}, BLUE | DASHED),
    "sgd": (SGD, BLUE),
    "adam": ({"solver": "adam", "learning_rate_init": 0.001}, BLACK),
    "rmsprop": ({"solver": "rmsprop", "learning_rate_init": 0.001}, ORANGE),
}
figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
draw_curves(SOLVERS, axes)
axes.set_title("Training loss by solver")
plt.show()

# %%
# Without momentum the loss falls smoothly but slowly: the steps are too short. The default momentum
# of 0.9 makes them up to ten times as long where successive gradients agree, and the curve falls
# much faster. Nesterov's form makes no difference here. RMSProp is fast from the first epoch on
# because its average of squared gradients starts at 0, which makes its first steps large; Adam
# corrects for that.

# %%
# Schedules for gradient descent
# ------------------------------
#
# A learning rate of 0.1 is high. Each schedule starts from it, except "one_cycle", which rises to
# it during the first 30 % of the steps.

HIGH = {"solver": "sgd", "learning_rate_init": 0.1, "n_iter_no_change": 5}
SGD_SCHEDULES = {
    name: (HIGH | {"learning_rate": name}, line)
    for name, line in {
        "constant": BLUE | DOTTED,
        "invscaling": BLUE | DASHED,
        "adaptive": BLUE,
        "cosine": ORANGE,
        "one_cycle": BLACK,
    }.items()
}
figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
draw_curves(SGD_SCHEDULES, axes)
axes.set_title("Training loss by learning rate schedule, solver sgd")
plt.show()

# %%
# With a constant rate the loss falls until the steps are too long for what is left to learn. It
# then moves up and down, and training ends after five epochs without improvement. "adaptive" has
# the same curve up to there, but divides the rate by 5 instead of ending, and the loss drops at
# once. "invscaling" divides the rate by the square root of the rows seen, which stops it too early.
# "cosine" and "one_cycle" lower the rate to 0 over ``max_iter`` epochs: their curves become smooth
# as they fall, and are flat at the end. With these two a flat end does not mean that nothing is
# left to learn.
#
# The best curves end below the line, so these networks have begun to fit the noise. The printed R²
# on held-out rows differ far less than the losses.

# %%
# Schedules for Adam
# ------------------
#
# "cosine" and "one_cycle" work with every stochastic solver.

HIGH_ADAM = {"learning_rate_init": 0.03, "n_iter_no_change": 40}
ADAM_SCHEDULES = {
    "constant, 0.001": ({"learning_rate_init": 0.001}, BLUE | DOTTED),
    "constant, 0.03": (HIGH_ADAM, BLUE),
    "cosine, 0.03": (HIGH_ADAM | {"learning_rate": "cosine"}, ORANGE),
    "one_cycle, 0.03": (HIGH_ADAM | {"learning_rate": "one_cycle"}, BLACK),
}
figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
draw_curves(ADAM_SCHEDULES, axes)
axes.set_title("Training loss by learning rate schedule, solver adam")
plt.show()

# %%
# The high constant rate is ahead of the low one for twenty epochs and then makes no more progress.
# The schedules have both: long steps at first, short ones at the end. During the rise of
# "one_cycle" the loss falls more slowly than with "cosine", and both end at about the same loss.

# %%
# Compared with MLPRegressor
# --------------------------
#
# ``MLPRegressor`` has the solvers "sgd" and "adam", with the same formulas.

SHARED = {name: SOLVERS[name] for name in ["sgd, momentum=0", "sgd", "adam"]}
figure, axes = plt.subplots(figsize=(7.5, 4), layout="constrained")
draw_curves(SHARED, axes, MLPRegressor)
axes.set_title("Training loss of MLPRegressor by solver")
plt.show()

# %%
# The shapes are the same. The curves of ``MLPRegressor`` start higher because its initial weights
# are smaller than those of He et al., which :class:`~sklearn_deepmlp.DeepMLPRegressor` takes for
# ReLU.
